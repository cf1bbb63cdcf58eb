/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI functions for tests: "lantern" is conventional, "lantern-express" a PCI Express endpoint.
 * "gleam" has a pin alone and sends its messages by itself.
 */
#ifndef OB_TESTS_LIB_LANTERN_H
#define OB_TESTS_LIB_LANTERN_H

#include "hw-api/host/load/plugin-set.h"

enum {
    LANTERN_VENDOR = 0x1234,
    LANTERN_DEVICE = 0xab01,
    LANTERN_EXPRESS_DEVICE = 0xab02,
    GLEAM_DEVICE = 0xab03,

    /* Registers in BAR 0. */
    LANTERN_LINES = 0x0,   /* bit n drives line n */
    LANTERN_ADDRESS = 0x4, /* the place of 4 bytes in memory */
    LANTERN_DATA = 0x8,
    LANTERN_GO = 0xc,      /* 1: memory to DATA, 2: DATA to memory */
    LANTERN_RESULT = 0x10, /* 1: done, 2: refused */
    LANTERN_EVENT = 0x14,  /* sends the message of this number */
    LANTERN_RESETS = 0x18, /* resets since realize */

    LANTERN_PORT = 0x4, /* in BAR 1, I/O ports of "lantern": 32 bits that store */
    /* BAR 2 of "lantern" is 64 KiB of RAM, 64-bit and prefetchable. */
    LANTERN_RAM_SIZE = 0x10000,

    LANTERN_CAPABILITY = 0x09,   /* vendor-specific: its word 1 stores */
    LANTERN_SERIAL = 0x0003,     /* device serial number */
    LANTERN_SERIAL_LOW = 0xcafe, /* its word 1 */
    LANTERN_MSIX_BAR = 4,
    LANTERN_MSIX_VECTORS = 3,
    LANTERN_MSI_VECTORS = 4,
};

extern const HwClass lantern_class, lantern_express_class, gleam_class;

#endif
