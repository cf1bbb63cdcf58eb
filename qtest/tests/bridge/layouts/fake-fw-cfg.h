/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's fw_cfg at its place in a machine, and the machine's memory. */
#ifndef OB_TEST_FAKE_FW_CFG_H
#define OB_TEST_FAKE_FW_CFG_H

#include <glib.h>
#include <stdint.h>

#include "plugins/qemu-bridge/qemu/machine-api.h"

/* All that a test may change; fake_fw_cfg_reset() gives it QEMU's values. */
typedef struct FakeFwCfg {
    const char *machine; /* the machine's type; "virt-..." has no ports */
    const char *type;    /* fw_cfg's; NULL: the machine has no fw_cfg */
    const char *lacks;   /* a region that this fw_cfg lacks */
    bool has_dma;
    int references;      /* to regions that were found */
    uint64_t guest_base; /* the guest's memory is there */
    uint8_t guest[64];
} FakeFwCfg;

extern FakeFwCfg fake_fw_cfg;

/* `machine` is "pc" or "virt".  No region has a place. */
void fake_fw_cfg_reset(const char *machine);

/* Puts fw_cfg's region of this name, or "another", into the machine. */
void fake_fw_cfg_place(const char *region, uint64_t address);

/* Adds a file behind the others.  The bytes are not copied. */
void fake_fw_cfg_add(const char *name, const void *bytes, uint32_t size);
void fake_fw_cfg_resize(const char *name, uint32_t size);
uint32_t fake_fw_cfg_size(const char *name);

/* The guest accesses what lies at the address.  A write returns what fw_cfg's own registers got
 * thereby, as "fwcfg[0]+0: 19 00"; the caller frees it. */
char *fake_guest_write(uint64_t address, uint64_t value, unsigned size);
uint64_t fake_guest_read(uint64_t address, unsigned size);

/* The regions with functions, as "0x510+2, 1 to 4 bytes; "; the caller frees it. */
char *fake_overlays(void);

#endif
