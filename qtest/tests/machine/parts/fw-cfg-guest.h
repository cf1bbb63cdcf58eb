/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's view of fw_cfg: in process, in the program of OB_PROGRAM, or in a stock QEMU.  Stock
 * QEMU is the reference; then OB_ACCELERATOR is set, too.  With OUTBOARD_BRIDGE, our bridge is
 * between the guest and QEMU's fw_cfg.  OB_ARCHITECTURE is x86_64 or aarch64.
 */
#ifndef OB_TESTS_MACHINE_PARTS_FW_CFG_GUEST_H
#define OB_TESTS_MACHINE_PARTS_FW_CFG_GUEST_H

#include "qtest/client/drivers/fw-cfg.h"

#define MIB      UINT64_C(0x100000)
#define RAM_SIZE (128 * MIB)

/* All hosts must have these settings. */
#define WORD    "opt/org.example/word"
#define CONTENT "ABCDEFGH"
#define UUID    "00112233-4455-6677-8899-aabbccddeeff"
/* clang-format off */
#define UUID_BYTES { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, \
                     0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff }
/* clang-format on */

enum {
    SIGNATURE = 0x00,
    ID = 0x01,
    UUID_KEY = 0x02,
    RAM_SIZE_KEY = 0x03,
    NO_GRAPHICS = 0x04,
    CPUS = 0x05,
    NUMA = 0x0d,
    BOOT_MENU = 0x0e,
    CPU_LIMIT = 0x0f,
    DIRECTORY = 0x19,
    BEYOND = 0x40, /* the first key that cannot exist */
    WRITE_CHANNEL = 0x4000,
    ARCH_LOCAL = 0x8000,
};

typedef struct FwCfgTest {
    const char *path;
    void (*run)(const ObFwCfgPort *port);
    const char *architecture; /* NULL: all architectures */
} FwCfgTest;

/* The tests of one subject each; a path of NULL ends the table. */
extern const FwCfgTest fw_cfg_register_tests[];
extern const FwCfgTest fw_cfg_dma_tests[];
extern const FwCfgTest fw_cfg_item_tests[];

bool is_pc(void);

/* The key of WORD. */
uint16_t word_key(const ObFwCfgPort *port);

/* _reads expects the selected item's next bytes.  item() returns an item's first bytes as a
 * little-endian number. */
void data_reads(const ObFwCfgPort *port, const void *bytes, size_t size);
uint64_t item(const ObFwCfgPort *port, uint16_t key, uint32_t size);

#endif
