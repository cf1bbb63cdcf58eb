/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of pvpanic. */
#ifndef DEVICES_MISC_PVPANIC_H
#define DEVICES_MISC_PVPANIC_H

#include "hw-api/hw-api.h"

#define PVPANIC_EVENTS 0x7u /* all bits of the register */

typedef struct PvPanic {
    HwDevice dev;
    uint64_t port;   /* the form on PCI has none */
    uint32_t events; /* bits that a guest reads */
    uint8_t file[2]; /* the port, for firmware */
} PvPanic;

uint64_t pvpanic_read(HwDevice *dev, uint64_t offset, uint32_t size);
void pvpanic_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);

/* clang-format off */
#define PVPANIC_EVENTS_PROPERTY                                                       \
    { .name = "events", .type = HW_PROPERTY_U32, .offset = offsetof(PvPanic, events), \
      .default_value = PVPANIC_EVENTS, .maximum = UINT8_MAX,                          \
      .description = "the events that the guest sees, as bits" }
/* clang-format on */

#endif
