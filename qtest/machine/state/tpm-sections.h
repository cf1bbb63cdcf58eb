/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a host's TPMs in a migration stream: QEMU's section "tpm-emulator", for
 * every backend.  Sections are numbered by the backends that devices use. */
#ifndef OB_TPM_SECTIONS_H
#define OB_TPM_SECTIONS_H

#include "hw-api/host/tpm/tpm.h"
#include "qtest/stream/codec/writer.h"

/* Writes a section for each TPM that a device uses, and adds their number to *sections.
 * Blocks while the TPMs deliver their states.  Returns false and sets `error` on failure. */
bool ob_tpms_save(HwTpmDrivers *tpms, ObVmWriter *writer, uint32_t *sections, HwError *error);

/* The backend behind section `number`; -1: none. */
int64_t ob_tpm_section_backend(const HwTpmDrivers *tpms, uint32_t number);

/* Measures a section's payload; an ObVmMeasureFunction without an opaque. */
ObVmMeasureFunction ob_tpm_section_measure;

/* A TPM's state between prepare and commit. */
typedef struct ObTpmLoad ObTpmLoad;

/* Parses a payload and asks the TPM if it could load the state.  `local`: it comes from a file of
 * this machine; `own`: from this process's memory.  Returns NULL and sets `error` on failure. */
ObTpmLoad *ob_tpm_load_prepare(HwTpmDrivers *tpms, const ObVmSection *section,
                               const uint8_t *payload, size_t size, bool local, bool own,
                               HwError *error);

/* Blocks.  Returns false and sets `error` on failure; then the TPM is unchanged. */
bool ob_tpm_load_commit(const ObTpmLoad *load, HwError *error);
void ob_tpm_load_free(ObTpmLoad *load); /* NULL is allowed */

#endif
