/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses of every width and alignment, compared with a model computed from a
 * region's register table alone.  Needs no knowledge of the device, so it runs for
 * each that has a table, in any host.
 *
 * Each returns NULL, or a sentence about the first access that was not as the model
 * has it, to be freed.  Registers must not change by themselves meanwhile.
 */
#ifndef OB_SWEEP_H
#define OB_SWEEP_H

#include "qtest/client/client.h"

/* Loads: any access is the bytes of its words; past the end, of what follows. */
char *ob_sweep_loads(ObClient *client, const HwRegion *region, uint64_t address);

/* Stores to bits that no mask allows, and where there is no register, change nothing. */
char *ob_sweep_reserved(ObClient *client, const HwRegion *region, uint64_t address);

/* Stores to `rw` bits change the lanes that were written; the old values are
 * restored.  Other registers may follow, if the register acts. */
char *ob_sweep_writable(ObClient *client, const HwRegion *region, uint64_t address);

/* A written one clears a `w1c` bit, a zero or another lane leaves it.  Best with such
 * bits set, which is up to the caller. */
char *ob_sweep_write_one_clear(ObClient *client, const HwRegion *region, uint64_t address);

/* Plain memory: loads and stores of every width at its ends, straddling them too;
 * what was there is lost. */
char *ob_sweep_memory(ObClient *client, uint64_t address, uint64_t size);

#endif
