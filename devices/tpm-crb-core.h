/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the forms of the TPM CRB: registers, state machine, backend. */
#ifndef TPM_CRB_CORE_H
#define TPM_CRB_CORE_H

#include "devices/tpm-crb-chunk.h"
#include "devices/tpm/tpm-platform.h"

/*
 * The states of PTP section 6.5.3.9.  They are not stored: the device derives them from
 * registers, and `completed` distinguishes Completion from Ready.  Command Reception counts
 * as Ready, since stores to the buffer don't trap.
 */
typedef enum TpmCrbState {
    CRB_IDLE,
    CRB_READY,
    CRB_EXECUTION,
    CRB_COMPLETION,
} TpmCrbState;

/* The places of a form's parts; a region is an index in its class's table. */
typedef struct TpmCrbForm {
    uint32_t buffer_region;
    uint32_t buffer_offset; /* in that region */
    uint32_t ppi_region;
} TpmCrbForm;

typedef struct TpmCrb {
    HwDevice dev;
    uint32_t regs[CRB_WORDS];
    uint8_t completed; /* not a bool: a stream may bring any byte */
    bool strict;
    bool cap_chunk; /* INTF_ID offers chunks from the next reset on */
    TpmPlatform platform;
    const TpmCrbForm *form;
    uint8_t *buffer;         /* CRB_BUFFER_SIZE bytes */
    uint64_t buffer_address; /* the guest's address of the buffer */
    uint8_t *copy;           /* a copy of the buffer, for layouts in which the buffer
                              * has a RAM block of its own; else NULL */
    uint32_t copy_region;
    uint32_t transfer_size; /* largest command and response */
    TpmCrbChunks chunks;
} TpmCrb;

#define CRB_REG(s, name) ((s)->regs[CRB_##name / 4])

/* True if the guest was offered chunks.  A stream may have brought INTF_ID, so cap_chunk may
 * differ. */
static inline bool tpm_crb_has_chunks(const TpmCrb *s)
{
    return CRB_REG(s, INTF_ID) & INTF_ID_CAP_CHUNK;
}

/* Call after each store to the buffer: notifies the host, and updates the copy. */
void tpm_crb_core_buffer_stored(TpmCrb *s, uint32_t offset, uint32_t size);

/* The backend's HwTpmCompleted. */
void tpm_crb_core_completed(HwDevice *dev, const uint8_t *response, uint32_t size);

enum { TPM_CRB_REGISTER_COUNT = 18 };
extern const HwRegister tpm_crb_registers[TPM_CRB_REGISTER_COUNT];

/* Connects to the backend.  The guest finds the buffer at `buffer_address`.  `form` must
 * outlive the device. */
bool tpm_crb_core_realize(TpmCrb *s, const TpmCrbForm *form, uint64_t buffer_address,
                          HwError *error);
void tpm_crb_core_unrealize(TpmCrb *s);

/* Power-cycles the TPM. */
void tpm_crb_core_reset(TpmCrb *s);

/* Puts the buffer's address in the registers.  False: they had that address already. */
bool tpm_crb_core_set_address(TpmCrb *s);

/* Call after a load: makes the registers fit this device. */
void tpm_crb_core_loaded(TpmCrb *s);

/* The subsection NAME/strict.  Needed to distinguish Completion from Ready, which the fields of
 * the section can't. */
bool tpm_crb_strict_needed(HwDevice *dev);

/* clang-format off */
#define TPM_CRB_STRICT_STATE(section)                                \
    { .name = section "/strict",                                     \
      .version = 0,                                                  \
      .minimum_version = 0,                                          \
      .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, completed)),    \
      .needed = tpm_crb_strict_needed }
/* clang-format on */

/* HwDeviceClass.live of each form: Completion or Ready, which a stream has only with strict. */
extern const HwState tpm_crb_live;

/* For build_acpi, with a page of registers at `base`. */
void tpm_crb_core_build_acpi(TpmCrb *s, HwAcpiBuild *build, uint64_t base);

/* The subsection NAME/chunk of each form: a partly transferred command or response. */
enum { TPM_CRB_CHUNK_FIELD_COUNT = 3 };
extern const HwStateField tpm_crb_chunk_fields[TPM_CRB_CHUNK_FIELD_COUNT];
bool tpm_crb_chunk_needed(HwDevice *dev);
bool tpm_crb_chunk_post_load(HwDevice *dev, uint32_t version, HwError *error);

/* clang-format off */
#define TPM_CRB_CHUNK_STATE(section)                      \
    { .name = section "/chunk",                           \
      .version = 0,                                       \
      .minimum_version = 0,                               \
      .fields = HW_TABLE(tpm_crb_chunk_fields),           \
      .post_load = tpm_crb_chunk_post_load,               \
      .needed = tpm_crb_chunk_needed }
/* clang-format on */

#endif
