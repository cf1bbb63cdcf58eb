/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The RAM blocks of QEMU's ACPI files, which are files of fake-fw-cfg.h's fw_cfg, too. */
#ifndef OB_TEST_FAKE_BLOCKS_H
#define OB_TEST_FAKE_BLOCKS_H

#include "plugins/qemu-bridge/qemu/machine-api.h"

enum { FAKE_TABLES, FAKE_SCRIPT, FAKE_BLOCKS, FAKE_ROOM = 0x20000 };

typedef struct FakeBlock {
    const char *file;
    const char *child; /* fw_cfg has it by this name */
    uint8_t bytes[FAKE_ROOM];
    uint64_t size;
    uint64_t largest;
    uint64_t dirty;
} FakeBlock;

extern FakeBlock fake_blocks[FAKE_BLOCKS];

/* Both have one page of zeros, and room for FAKE_ROOM. */
void fake_blocks_reset(void);

/* The block as a child of fw_cfg, or NULL. */
QemuObject *fake_block_find(const char *child);

/* The block whose region this is, or NULL. */
FakeBlock *fake_block_of(const void *region);

#endif
