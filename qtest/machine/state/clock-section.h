/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's section "timer": the virtual clock at the moment when the machine stopped.  A device's
 * deadline is a time of this clock, so that it means the same on either side.  With QEMU's option
 * -icount the clock follows from the number of instructions, in a subsection.
 */
#ifndef OB_CLOCK_SECTION_H
#define OB_CLOCK_SECTION_H

#include "qtest/machine/state/foreign.h"
#include "qtest/stream/codec/reader.h"
#include "qtest/stream/codec/writer.h"

#define OB_CLOCK_SECTION "timer"

bool ob_is_clock_section(const char *name, uint32_t instance);

/* For ob_vm_reader_know(). */
ObVmMeasure ob_clock_section_measure(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                     size_t size, size_t *need, HwError *error);

/* Reads the clock; *now stays unchanged if the section has none (version 1).  False with a
 * sentence. */
bool ob_clock_section_read(uint32_t version, const uint8_t *payload, size_t size, int64_t *now,
                           HwError *error);

/* Writes the section with the clock `now`.  `last`: the last stream's, whose other fields stay;
 * NULL: none. */
void ob_clock_section_save(ObVmWriter *writer, const ObForeignSection *last, int64_t now);

#endif
