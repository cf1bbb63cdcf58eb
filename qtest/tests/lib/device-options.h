/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds a device to a host in this process, with options as users write them: "addr=4,id=a". */
#ifndef OB_TESTS_LIB_DEVICE_OPTIONS_H
#define OB_TESTS_LIB_DEVICE_OPTIONS_H

#include <string.h>

#include <glib.h>

#include "qtest/machine/core/host.h"

enum { DEVICE_OPTIONS_MAX = 8 };

/* Returns NULL and sets `error` if the host refuses the device. */
static inline HwInstance *device_with_options(ObHost *host, const char *name, const char *options,
                                              HwError *error)
{
    g_auto(GStrv) words = g_strsplit(options, ",", -1);
    ObOption list[DEVICE_OPTIONS_MAX];
    uint32_t count = 0;

    for (char **word = words; *word; word++, count++) {
        char *value = strchr(*word, '=');

        g_assert_nonnull(value);
        g_assert_cmpuint(count, <, DEVICE_OPTIONS_MAX);
        *value = '\0';
        list[count] = (ObOption) { *word, value + 1 };
    }
    return ob_host_add_device(host, name, list, count, error);
}

#endif
