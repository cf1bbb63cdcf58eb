/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a host's TPMs in a migration stream: QEMU's section "tpm-emulator", whatever
 * the backend.  Sections are numbered by the backends that devices use. */
#ifndef OB_TPM_SECTIONS_H
#define OB_TPM_SECTIONS_H

#include "hw-api/host/tpm/tpm.h"
#include "qtest/stream/codec/writer.h"

/* Writes a section for each TPM that a device uses, and adds their number to *sections.
 * Blocks while the TPMs give their states.  False with a sentence. */
bool ob_tpms_save(HwTpmDrivers *tpms, ObVmWriter *writer, uint32_t *sections, HwError *error);

/* The backend behind section `number`, -1: none. */
int64_t ob_tpm_section_backend(const HwTpmDrivers *tpms, uint32_t number);

/* Measures a section's payload; an ObVmMeasureFunction without an opaque. */
ObVmMeasureFunction ob_tpm_section_measure;

/* A state that waits for its TPM. */
typedef struct ObTpmLoad ObTpmLoad;

/* Takes a payload apart and asks the TPM whether it could take it.  NULL with a
 * sentence. */
ObTpmLoad *ob_tpm_load_prepare(HwTpmDrivers *tpms, const ObVmSection *section,
                               const uint8_t *payload, size_t size, HwError *error);

/* Blocks.  False with a sentence, and the TPM is as before. */
bool ob_tpm_load_commit(const ObTpmLoad *load, HwError *error);
void ob_tpm_load_free(ObTpmLoad *load);         /* NULL is allowed */

#endif
