/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_TESTS_HOST_SOCKET_PARSED_H
#define OB_TESTS_HOST_SOCKET_PARSED_H

#include <glib.h>

#include "qtest/host/io/endpoint.h"

/* The text must be right. */
static inline ObSocketAddress socket_parsed(const char *text)
{
    HW_ERROR(error, 256);
    ObSocketAddress address;

    if (!ob_socket_parse(&address, text, &error)) {
        g_error("%s: %s", text, error.text);
    }
    return address;
}

#endif
