/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM of a PC that its chipset hides: areas below 1 MiB by the PAM registers, and the memory of
 * system management mode (i440FX datasheet, 3.2.18; Q35 MCH datasheet, 5.1.19 to 5.1.27).  No CPU
 * enters that mode here, so its memory is seen by nobody once it is closed.
 *
 * SMRAM has the place of a display's memory.  QEMU shows the RAM where no display is, open or
 * closed.  So does this machine.
 */
#include <string.h>

#include "qtest/machine/pci/pci-internal.h"

enum {
    PAM_PCI = 0,  /* an area's mode: the guest reaches PCI, */
    PAM_READ = 1, /* RAM that it can't write, */
    PAM_RAM = 3,  /* or RAM; a mask of the modes, too */
    PAM_AREAS = 13,
    PAM_BIOS = 0xf0000, /* area 0 */
    PAM_BIOS_SIZE = 0x10000,
    PAM_FIRST = 0xc0000, /* area 1; the others follow */
    PAM_SIZE = 0x4000,
    SMRAM_ADDRESS = 0xa0000,
    SMRAM_SIZE = 0x20000,
    MIB = 0x100000,
    BLACK_HOLE = 3, /* the region of the host bridge with ports: reads as ones, loses writes */

    RAM_SIZE = 0x57, /* a register of the i440FX: for coreboot, in units of 8 MiB */

    EXTENDED_TSEG = 0x50, /* registers of the MCH: QEMU's own, 2 bytes, */
    SMBASE = 0x9c,        /* QEMU's own, */
    SMRAM = 0x9d,
    ESMRAMC = 0x9e,
    SMBASE_QUERY = 0xff,
    SMBASE_IN_RAM = 1,
    SMBASE_LOCK = 2,
    SMBASE_ADDRESS = 0x30000,
    SMBASE_SIZE = 0x20000,
    SMRAM_OPEN = 0x40,
    SMRAM_CLOSED = 0x20,
    SMRAM_LOCK = 0x10,
    SMRAM_ON = 0x08,
    SMRAM_BITS = 0x78, /* a guest can write them before the lock */
    ESMRAMC_HIGH = 0x80,
    ESMRAMC_BITS = 0x87,
    TSEG_SIZE = 0x06,
    TSEG_ON = 0x01,
};

#define HIGH_SMRAM UINT64_C(0xfeda0000) /* another address of SMRAM */
#define TSEG_QUERY 0xffffu

static HwPciConfig *bridge_config(const ObPci *pci)
{
    return &ob_pci_root(pci)->places[0].unit->config;
}

static bool is_mch(const ObPci *pci)
{
    return pci->board->has_lpc;
}

/* ------------------------------------------------------------------- ranges */

static void hole_add(GArray *ranges, uint64_t start, uint64_t size)
{
    const ObRange hole = { .start = start, .size = size };

    g_array_append_val(ranges, hole);
}

/* RAM that loses writes.  RAM from address 0 on is in one piece of the host's memory. */
static void rom_add(const ObPci *pci, GArray *ranges, uint64_t start, uint64_t size)
{
    const ObRange rom = { .start = start,
                          .size = MIN(size, pci->host->ram_size - start),
                          .load = pci->host->ram + start,
                          .name = "RAM without writes" };

    if (start < pci->host->ram_size) {
        g_array_append_val(ranges, rom);
    }
}

static void black_hole_add(ObPci *pci, GArray *ranges, uint64_t start, uint64_t size,
                           const char *name)
{
    const ObRange range = { .start = start,
                            .size = size,
                            .region = &hw_instance_of(&pci->dev)->regions[BLACK_HOLE],
                            .name = name };

    if (size) {
        g_array_append_val(ranges, range);
    }
}

/* The part of SMRAM in a RAM block that begins at `from`, at its second address. */
static void alias_add(const ObPci *pci, GArray *ranges, ObRamBlock *block, uint64_t from)
{
    uint64_t first = MAX(from, SMRAM_ADDRESS);
    uint64_t end = MIN(from + block->length, SMRAM_ADDRESS + SMRAM_SIZE);
    ObRange range = { .start = HIGH_SMRAM + (first - SMRAM_ADDRESS),
                      .load = pci->host->ram + first,
                      .store = pci->host->ram + first,
                      .block = block,
                      .block_offset = first - from,
                      .name = "SMRAM" };

    if (first < end) {
        range.size = end - first;
        g_array_append_val(ranges, range);
    }
}

static void high_smram_add(const ObPci *pci, GArray *ranges)
{
    uint64_t from = 0;

    for (guint i = 0; from < pci->host->ram_size; i++) {
        ObRamBlock *block = g_ptr_array_index(pci->host->blocks, i);

        alias_add(pci, ranges, block, from);
        from += block->length;
    }
}

/* -------------------------------------------------------------------- areas */

/* Writes that go to RAM while reads go to PCI don't exist in QEMU: both go to RAM. */
static void pam_cover(const ObPci *pci, GArray *ranges)
{
    const uint8_t *pam = bridge_config(pci)->bytes + pci->board->pam;

    for (uint32_t i = 0; i < PAM_AREAS; i++) {
        uint32_t mode = (i & 1 ? pam[(i + 1) / 2] : pam[(i + 1) / 2] >> 4) & PAM_RAM;
        uint64_t start = i ? PAM_FIRST + (i - 1) * (uint64_t)PAM_SIZE : PAM_BIOS;
        uint64_t size = i ? PAM_SIZE : PAM_BIOS_SIZE;

        if (mode == PAM_READ) {
            rom_add(pci, ranges, start, size);
        } else if (mode == PAM_PCI) {
            hole_add(ranges, start, size);
        }
    }
}

static uint64_t tseg_size(const ObPci *pci, const HwPciConfig *config)
{
    static const uint32_t sizes[] = { 1, 2, 8 };
    uint32_t chosen = (config->bytes[ESMRAMC] & TSEG_SIZE) >> 1;

    if (!(config->bytes[ESMRAMC] & TSEG_ON) || !(config->bytes[SMRAM] & SMRAM_ON)) {
        return 0;
    }
    return (uint64_t)MIB * (chosen < G_N_ELEMENTS(sizes) ? sizes[chosen] : pci->tseg_mbytes);
}

/* TSEG is the end of the RAM below 4 GiB. */
static void mch_cover(ObPci *pci, GArray *ranges)
{
    const HwPciConfig *config = bridge_config(pci);
    uint64_t low = ob_host_ram_low(pci->host);
    uint64_t tseg = MIN(tseg_size(pci, config), low);

    black_hole_add(pci, ranges, low - tseg, tseg, "TSEG");
    black_hole_add(pci, ranges, SMBASE_ADDRESS,
                   pci->has_smbase && (config->bytes[SMBASE] & SMBASE_LOCK) ? SMBASE_SIZE : 0,
                   "SMRAM at SMBASE");
    if ((config->bytes[SMRAM] & SMRAM_OPEN) && (config->bytes[ESMRAMC] & ESMRAMC_HIGH)) {
        high_smram_add(pci, ranges);
    }
}

void ob_pci_pc_cover(ObPci *pci, GArray *ranges)
{
    if (!pci->board->pam) {
        return;
    }
    if (is_mch(pci)) {
        mch_cover(pci, ranges);
    }
    pam_cover(pci, ranges);
}

/* SeaBIOS writes the same while it runs, and protects the areas that it has filled. */
void ob_pci_show_ram(ObPci *pci)
{
    uint8_t *pam = pci->board->pam ? bridge_config(pci)->bytes + pci->board->pam : NULL;

    for (uint32_t i = 0; pam && i < OB_PCI_PAM_BYTES; i++) {
        pam[i] = i ? PAM_RAM << 4 | PAM_RAM : PAM_RAM << 4;
    }
    if (pam) {
        ob_pci_pc_memory_written(pci);
    }
}

/* ---------------------------------------------------------------- registers */

/* Most writes to the bridge change none of these. */
void ob_pci_pc_memory_written(ObPci *pci)
{
    const uint8_t *bytes = bridge_config(pci)->bytes;
    uint8_t now[sizeof(pci->switches)] = { 0 };
    uint8_t *next = now;

    memcpy(next, bytes + pci->board->pam, OB_PCI_PAM_BYTES);
    next += OB_PCI_PAM_BYTES;
    if (is_mch(pci)) {
        *next++ = bytes[SMRAM];
        *next++ = bytes[ESMRAMC];
        *next++ = bytes[SMBASE];
    }
    if (memcmp(now, pci->switches, sizeof(now)) != 0) {
        memcpy(pci->switches, now, sizeof(now));
        ob_pci_map(pci);
    }
}

/* The lock closes the memory of system management mode until the next reset. */
static void smram_update(HwPciConfig *config)
{
    if (config->bytes[SMRAM] & SMRAM_LOCK) {
        config->bytes[SMRAM] &= (uint8_t)~SMRAM_OPEN;
        config->writable[SMRAM] = SMRAM_CLOSED;
        config->writable[ESMRAMC] = 0;
    }
}

/* Firmware asks for the size by writing ones. */
static void tseg_update(const ObPci *pci, HwPciConfig *config)
{
    if (pci->tseg_mbytes && hw_pci_config_get(config, EXTENDED_TSEG, 2) == TSEG_QUERY) {
        hw_pci_config_set(config, EXTENDED_TSEG, pci->tseg_mbytes, 2);
    }
}

/* Firmware asks for the feature by writing ones; then it can lock the memory until the next reset. */
static void smbase_update(const ObPci *pci, HwPciConfig *config)
{
    uint8_t *smbase = &config->bytes[SMBASE];

    if (!pci->has_smbase) {
        return;
    }
    if (*smbase == SMBASE_QUERY) {
        *smbase = SMBASE_IN_RAM;
        config->writable[SMBASE] = SMBASE_LOCK;
    } else if (config->writable[SMBASE] == SMBASE_QUERY) {
        *smbase = 0;
    } else if (*smbase & SMBASE_LOCK) {
        *smbase = SMBASE_LOCK;
        config->writable[SMBASE] = 0;
    }
}

void ob_pci_i440fx_reset(ObPci *pci)
{
    bridge_config(pci)->bytes[RAM_SIZE] = (uint8_t)MIN(pci->host->ram_size / (8 * MIB), UINT8_MAX);
}

void ob_pci_mch_reset(ObPci *pci)
{
    hw_pci_config_set(bridge_config(pci), EXTENDED_TSEG, pci->tseg_mbytes, 2);
}

void ob_pci_mch_unlock(ObPci *pci)
{
    HwPciConfig *config = bridge_config(pci);

    config->writable[SMRAM] = SMRAM_BITS;
    config->writable[ESMRAMC] = ESMRAMC_BITS;
    config->writable[SMBASE] = SMBASE_QUERY;
}

/* QEMU forgets here that firmware has asked; this host does not. */
void ob_pci_mch_loaded(ObPci *pci)
{
    HwPciConfig *config = bridge_config(pci);

    if (config->bytes[SMBASE] == SMBASE_IN_RAM || config->bytes[SMBASE] == SMBASE_LOCK) {
        config->writable[SMBASE] = SMBASE_LOCK;
    }
}

void ob_pci_mch_memory_written(ObPci *pci)
{
    HwPciConfig *config = bridge_config(pci);

    smram_update(config);
    tseg_update(pci, config);
    smbase_update(pci, config);
    ob_pci_pc_memory_written(pci);
}
