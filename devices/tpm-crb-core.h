/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the forms of the TPM CRB share: registers, state machine, backend. */
#ifndef TPM_CRB_CORE_H
#define TPM_CRB_CORE_H

#include "devices/tpm-crb-chunk.h"
#include "hw-api/ext/acpi.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"

/*
 * The states of PTP section 6.5.3.9.  They are not stored: registers tell them,
 * and `completed` parts Completion from Ready.  Command Reception is not told from
 * Ready, since stores to the buffer don't trap.
 */
typedef enum TpmCrbState {
    CRB_IDLE,
    CRB_READY,
    CRB_EXECUTION,
    CRB_COMPLETION,
} TpmCrbState;

/* Where a form keeps the parts; regions by index in its class's table. */
typedef struct TpmCrbForm {
    uint32_t buffer_region;
    uint32_t buffer_offset;             /* in that region */
    uint32_t ppi_region;
} TpmCrbForm;

typedef struct TpmCrb {
    HwDevice dev;
    uint32_t regs[CRB_WORDS];
    uint8_t completed;                  /* no bool: a stream may bring any byte */
    bool strict;
    bool ppi;
    bool cap_chunk;                     /* what INTF_ID is to tell from a reset on */
    const char *tpmdev;
    const TpmCrbForm *form;
    uint8_t *buffer;                    /* CRB_BUFFER_SIZE bytes, */
    uint64_t buffer_address;            /* at this address for the guest */
    uint8_t *copy;                      /* of the buffer, for a stream that has it in a RAM
                                         * block of its own; NULL: none */
    uint32_t copy_region;
    uint32_t transfer_size;             /* largest command and response */
    const HwGuestMemory *memory;
    const HwTpmBackendService *service;
    HwTpmBackend *backend;
    TpmCrbChunks chunks;
    uint8_t ppi_config[PPI_CONFIG_SIZE];
} TpmCrb;

#define CRB_REG(s, name) ((s)->regs[CRB_##name / 4])

/* What the guest was told, which a stream may have brought, and not what the user set. */
static inline bool tpm_crb_has_chunks(const TpmCrb *s)
{
    return CRB_REG(s, INTF_ID) & INTF_ID_CAP_CHUNK;
}

/* After each store to the buffer: tells the host, and keeps the copy the same. */
void tpm_crb_core_buffer_stored(TpmCrb *s, uint32_t offset, uint32_t size);

/* The backend's HwTpmCompleted. */
void tpm_crb_core_completed(HwDevice *dev, const uint8_t *response, uint32_t size);

enum { TPM_CRB_REGISTER_COUNT = 18 };
extern const HwRegister tpm_crb_registers[TPM_CRB_REGISTER_COUNT];

/* Connects to the backend; the buffer lies at `buffer_address` for the guest.  `form` must
 * last. */
bool tpm_crb_core_realize(TpmCrb *s, const TpmCrbForm *form, uint64_t buffer_address,
                          HwError *error);
void tpm_crb_core_unrealize(TpmCrb *s);

/* Power-cycles the TPM. */
void tpm_crb_core_reset(TpmCrb *s);

/* Tells the guest where the buffer is.  False: it was told so already. */
bool tpm_crb_core_set_address(TpmCrb *s);

/* Goes on from loaded registers. */
void tpm_crb_core_loaded(TpmCrb *s);

/* The subsection NAME/strict: where Completion must be told from Ready, and the fields of
 * the section don't. */
bool tpm_crb_strict_needed(HwDevice *dev);

#define TPM_CRB_STRICT_STATE(section)                                \
    { .name = section "/strict",                                     \
      .version = 0,                                                  \
      .minimum_version = 0,                                          \
      .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, completed)),    \
      .needed = tpm_crb_strict_needed }

/*
 * What each form has for firmware: where the physical presence interface is, and room for the
 * event log (PC Client Platform Firmware Profile 1.05, section 10), which firmware copies to
 * memory of its own before it writes there.
 */
#define TPM_CRB_FW_CFG_FILES                                                     \
    HW_ROWS(HwFwCfgFile,                                                         \
        { "etc/tpm/config", .offset = offsetof(TpmCrb, ppi_config),              \
          .size = PPI_CONFIG_SIZE, .enabled = offsetof(TpmCrb, ppi) },           \
        { TPM_LOG_FILE, .size = TPM_LOG_SIZE })

/* The TPM2 table, and the device MSFT0101 for a page of registers at `base`.  For
 * build_acpi. */
void tpm_crb_core_build_acpi(TpmCrb *s, HwAcpiBuild *build, uint64_t base);

/* The subsection NAME/chunk of each form: what of a command or a response is under way. */
enum { TPM_CRB_CHUNK_FIELD_COUNT = 3 };
extern const HwStateField tpm_crb_chunk_fields[TPM_CRB_CHUNK_FIELD_COUNT];
bool tpm_crb_chunk_needed(HwDevice *dev);
bool tpm_crb_chunk_post_load(HwDevice *dev, uint32_t version, HwError *error);

#define TPM_CRB_CHUNK_STATE(section)                      \
    { .name = section "/chunk",                           \
      .version = 0,                                       \
      .minimum_version = 0,                               \
      .fields = HW_TABLE(tpm_crb_chunk_fields),           \
      .post_load = tpm_crb_chunk_post_load,               \
      .needed = tpm_crb_chunk_needed }

#endif
