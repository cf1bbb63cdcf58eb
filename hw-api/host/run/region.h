/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses to a device's regions: only this file splits and widens them, applies
 * register masks and byte lanes, and calls the hooks.
 */
#ifndef HW_HOST_REGION_H
#define HW_HOST_REGION_H

#include "hw-api/host/load/tables.h"

struct HwInstance;

/* A register access and its effect, for traces and guest-error messages. */
typedef struct HwAccess {
    const HwRegister *reg; /* NULL: no register there */
    uint64_t offset;       /* in the region */
    uint32_t size;
    bool is_write;
    uint64_t value;   /* the accessed value, not shifted to its lanes */
    uint32_t dropped; /* REGISTERS: written ones that no mask allows, at their
                       * places in the register */
} HwAccess;

typedef struct HwRegionState HwRegionState;

/*
 * Watches the pieces of accesses to REGISTERS and MMIO regions, and writes to
 * ROM_DEVICE regions; a write before it takes effect.  Without an observer the cost is
 * one test of a pointer.
 */
typedef void HwAccessObserver(HwRegionState *region, const HwAccess *access, void *opaque);

struct HwRegionState {
    const HwRegion *table;
    struct HwInstance *instance;
    HwDevice *dev;
    const HwDeviceClass *cls;   /* the host's copy */
    const HwRegister **by_word; /* with registers: word -> register or NULL */
    struct HwPlan *plans;       /* REGISTERS: by word; straight.h */
    uint64_t plan_count;        /* 0: another kind */
    uint32_t *words;            /* with registers: in the instance */
    uint8_t *ram;               /* RAM, ROM_DEVICE: hw_region_ram_size() bytes */
    bool owns_ram;              /* allocated by hw_instance_realize() */
    bool derives;               /* an access may change what hw_instance_update() derives */
    bool is_strict;             /* REGISTERS: not every access reaches every register */
    bool enabled;               /* fixed at realize, like the next two */
    uint64_t address;
    uint64_t size;
    /* region.c has stored these bytes in `ram`; may be NULL. */
    void (*stored)(HwRegionState *region, uint64_t offset, uint64_t size);
    HwAccessObserver *observer;
    void *observer_opaque;
    void *host_data; /* the host's own */
};

/* The length of the memory behind a RAM or ROM_DEVICE region: whole 4 KiB pages.
 * Valid once the size is fixed. */
uint64_t hw_region_ram_size(const HwRegionState *region);

/* The name of the region's RAM block in a stream, in the instance's layout and with its
 * number.  False: the region's memory is not part of the state. */
#define HW_BLOCK_NAME_MAX 256
bool hw_region_block_name(const HwRegionState *region, char name[HW_BLOCK_NAME_MAX]);

/* True if an access reaches the register.  `width`: its bytes, before it is split. */
bool hw_region_reaches(const HwRegion *table, const HwRegister *reg, uint32_t width);

/* True if the table's registers tell accesses apart by their width. */
bool hw_region_is_strict(const HwRegion *table);

/* True if the region's words are stored in its memory. */
static inline bool hw_region_has_shadow(const HwRegion *table)
{
    return table->kind == HW_REGION_ROM_DEVICE && table->word_count > 0;
}

/* Stores the words in the memory; does nothing to other regions.  A part of
 * hw_instance_update(). */
void hw_region_sync(HwRegionState *region);

/*
 * One guest access of 1, 2, 4 or 8 bytes at any offset.  Values are integers
 * whose low byte is at the lowest offset.  Bytes past the region's end read as zero,
 * and writes to them are dropped.  Calls hw_instance_update() if the device may have
 * changed its state.
 */
uint64_t hw_region_read(HwRegionState *region, uint64_t offset, uint32_t size);
void hw_region_write(HwRegionState *region, uint64_t offset, uint64_t value, uint32_t size);

/* The name of the place at an offset without a register; NULL: it has none. */
static inline const char *hw_region_place_name(const HwRegionState *region, uint64_t offset)
{
    return region->table->place_name ? region->table->place_name(offset) : NULL;
}

/*
 * "0x3 (start, nextChunk)": a register value with the names of its set fields,
 * a wider field as NAME=VALUE.  Returns the same length as snprintf.
 */
int hw_register_format(const HwRegister *reg, uint32_t value, char *text, size_t capacity);

#endif
