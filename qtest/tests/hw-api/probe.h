/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device with a region of every kind, for tests of accesses to them. */
#ifndef OB_TESTS_HW_API_PROBE_H
#define OB_TESTS_HW_API_PROBE_H

#include <glib.h>

#include "hw-api/host/run/instance.h"

enum { PLAIN, CLEARED, COMMAND, READ_ONLY, HOLE, HOOKED, WORDS };

enum { NARROW, LOW, HIGH, SILENT, STRICT_WORDS };

enum {
    REGS,
    MMIO,
    MMIO_WORDS,
    MMIO_BYTES,
    RAM,
    ROM_DEVICE,
    PAGE,
    STRICT,
    ONES,
    HOOKED_WRITES,
    REGIONS
};

typedef struct Probe {
    HwDevice dev;
    uint32_t words[WORDS];
    uint32_t strict[STRICT_WORDS];
    uint32_t written_value;
    uint32_t written_count;
    uint32_t update_count;
    uint64_t mmio_offset[8];
    uint64_t mmio_value[8];
    uint32_t mmio_size[8];
    uint32_t mmio_count;
} Probe;

typedef struct Fixture {
    HwInstance *instance;
    Probe *probe;
    HwRegionState *regions;
    HwAccess seen[8];
    guint seen_count;
} Fixture;

enum { PROBE_REGISTERS = 5 };

extern const HwRegister probe_registers[PROBE_REGISTERS]; /* in REGS and PAGE */

void probe_set_up(Fixture *f, gconstpointer data);
void probe_tear_down(Fixture *f, gconstpointer data);

/* The guest's access to a region. */
uint64_t probe_read(Fixture *f, int region, uint64_t offset, uint32_t size);
void probe_write(Fixture *f, int region, uint64_t offset, uint64_t value, uint32_t size);

/* Records the accesses to a region in f->seen. */
void probe_watch(Fixture *f, int region);

#endif
