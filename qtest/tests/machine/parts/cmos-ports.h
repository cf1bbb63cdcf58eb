/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PC, and its CMOS memory at ports 0x70 and 0x71, in process. */
#ifndef CMOS_PORTS_H
#define CMOS_PORTS_H

#include <glib.h>

#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

static inline ObHost *host_try(const ObBoot *boot, HwError *error)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .boot = boot };

    return ob_host_new(&config, error);
}

static inline ObHost *host_new(const ObBoot *boot)
{
    ObHost *host = host_try(boot, NULL);

    g_assert_nonnull(host);
    return host;
}

static inline uint8_t data_read(ObHost *host)
{
    return (uint8_t)ob_host_load(host, HW_SPACE_IO, 0x71, 1);
}

static inline uint8_t cmos_read(ObHost *host, uint8_t index)
{
    ob_host_store(host, HW_SPACE_IO, 0x70, index, 1);
    return data_read(host);
}

static inline void cmos_write(ObHost *host, uint8_t index, uint8_t value)
{
    ob_host_store(host, HW_SPACE_IO, 0x70, index, 1);
    ob_host_store(host, HW_SPACE_IO, 0x71, value, 1);
}

#endif
