/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sweep makes accesses of every width and alignment, and compares them with a model.  It
 * computes the model from the region's register table alone.  So it needs no knowledge of the
 * device, and runs for each device that has a table, in any host.
 *
 * Each function returns NULL, or a sentence about the first access that differs from the
 * model; the caller frees it.  Registers must not change by themselves during a sweep.
 */
#ifndef OB_SWEEP_H
#define OB_SWEEP_H

#include "qtest/client/client.h"

/* True if the sweeps can judge the region: its registers take accesses of any width, and no `write`
 * hook sees the stores to them.  Memory behind the registers of a ROM_DEVICE region is not judged.
 * Sweep no other region. */
bool ob_sweep_can_judge(const HwRegion *region);

/* Loads: each access returns the bytes of its words; past the region's end, the bytes of the
 * words that follow. */
char *ob_sweep_loads(ObClient *client, const HwRegion *region, uint64_t address);

/* Stores to bits that no mask allows, and to words without a register, change nothing. */
char *ob_sweep_reserved(ObClient *client, const HwRegion *region, uint64_t address);

/* Stores to `rw` bits change the byte lanes that were written.  The function restores the old
 * values.  Other registers may change too, if the register acts. */
char *ob_sweep_writable(ObClient *client, const HwRegion *region, uint64_t address);

/* Storing a one clears a `w1c` bit; a zero, or a store to another byte lane, leaves it.  The
 * caller should set such bits first. */
char *ob_sweep_write_one_clear(ObClient *client, const HwRegion *region, uint64_t address);

/* Plain memory: loads and stores of every width at both ends, and across them.  The memory's
 * content is lost. */
char *ob_sweep_memory(ObClient *client, uint64_t address, uint64_t size);

#endif
