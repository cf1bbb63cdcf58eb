/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts that follow from a table alone, for the checks and the running host. */
#ifndef HW_HOST_LOAD_TABLES_H
#define HW_HOST_LOAD_TABLES_H

#include "hw-api/hw-api.h"

#define HW_SUBSECTIONS_MAX   64u         /* in a state: a set of them is a word's bits */
#define HW_STATE_VERSION_MAX 0x7fffffffu /* QEMU's are signed */
#define HW_STATE_ZEROS_MAX   0x100000u   /* bytes of one field */

/* True if a region has memory behind it. */
static inline bool hw_region_has_ram(const HwRegion *table)
{
    return table->kind == HW_REGION_RAM || table->kind == HW_REGION_ROM_DEVICE;
}

/* Bytes that a field itself takes up in the instance. */
static inline uint64_t hw_state_extent(const HwStateField *field)
{
    if (field->type == HW_STATE_ZEROS) {
        return 0;
    }
    return (field->type == HW_STATE_BYTES ? sizeof(uint32_t) : 0) +
           (uint64_t)field->size * field->count;
}

#endif
