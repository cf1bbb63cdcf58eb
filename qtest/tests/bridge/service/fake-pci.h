/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's functions for PCI devices, for the one device `fake_pci.device`.  They tell what they are
 * asked for. */
#ifndef TESTS_FAKE_PCI_H
#define TESTS_FAKE_PCI_H

#include "plugins/qemu-bridge/device/pci.h"
#include "qtest/tests/bridge/service/fake-device.h"

typedef struct FakePci {
    BridgeDevice device;
    uint8_t config[HW_PCI_EXPRESS_SPACE];
    bool has_config, is_watched, bus_is_express;
    const char *fails;     /* the first letters of the function that fails; NULL: none */
    const char *inherited; /* QEMU's own property */
    HwPciInterrupts interrupts;
    uint32_t next_place; /* QEMU puts the next capability there */
    GHashTable *sizes;   /* the memory regions' names */
} FakePci;

extern FakePci fake_pci;

#endif
