/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM CRB, any form: realize, reset and load of an instance. */
#include "devices/tpm-crb-core.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

static uint32_t crb_transfer_max(const TpmCrb *s)
{
    uint32_t size = s->service->buffer_size(s->backend);
    uint32_t largest = s->cap_chunk ? CRB_TRANSFER_MAX : CRB_BUFFER_SIZE;

    return size < largest ? size : largest;
}

/* Fills the file that firmware reads by fw_cfg. */
static void crb_describe_ppi(TpmCrb *s)
{
    hw_store_le(s->ppi_config + PPI_CONFIG_ADDRESS, s->buffer_address - CRB_BUFFER + PPI_OFFSET, 4);
    s->ppi_config[PPI_CONFIG_TPM_VERSION] = PPI_CONFIG_TPM_2_0;
    s->ppi_config[PPI_CONFIG_PPI_VERSION] = PPI_CONFIG_PPI_1_3;
}

bool tpm_crb_core_realize(TpmCrb *s, const TpmCrbForm *form, uint64_t buffer_address,
                          HwError *error)
{
    uint8_t *memory;

    if (!s->tpmdev) {
        return hw_error_set(error, "%s: tpmdev: not set, expected the id of a -tpmdev", s->dev.id);
    }
    s->memory = hw_guest_memory(&s->dev);
    s->service = hw_tpm_backend(&s->dev);
    s->form = form;
    memory = s->memory->region_pointer(&s->dev, form->buffer_region);
    s->buffer = memory + form->buffer_offset;
    s->buffer_address = buffer_address;
    s->backend = s->service->open(&s->dev, s->tpmdev, tpm_crb_core_completed, error);
    if (!s->backend) {
        return false;
    }
    s->transfer_size = crb_transfer_max(s);
    crb_describe_ppi(s);
    return true;
}

void tpm_crb_core_unrealize(TpmCrb *s)
{
    s->service->close(s->backend);
    s->backend = NULL;
}

/* PC Client Platform Reset Attack Mitigation: the operating system asks firmware to clear
 * memory if the operating system does not shut down cleanly. */
static void crb_mitigate_reset_attack(TpmCrb *s)
{
    const uint8_t *ppi = s->memory->region_pointer(&s->dev, s->form->ppi_region);

    if (ppi && (ppi[PPI_MOVV] & PPI_MOVV_CLEAR)) {
        s->memory->clear(&s->dev);
    }
}

bool tpm_crb_core_set_address(TpmCrb *s)
{
    uint32_t low = (uint32_t)s->buffer_address, high = (uint32_t)(s->buffer_address >> 32);
    bool same = CRB_REG(s, CMD_LADDR) == low && CRB_REG(s, CMD_HADDR) == high &&
                CRB_REG(s, RSP_LADDR) == low && CRB_REG(s, RSP_HADDR) == high;

    CRB_REG(s, CMD_LADDR) = CRB_REG(s, RSP_LADDR) = low;
    CRB_REG(s, CMD_HADDR) = CRB_REG(s, RSP_HADDR) = high;
    return !same;
}

void tpm_crb_core_reset(TpmCrb *s)
{
    crb_mitigate_reset_attack(s);
    s->completed = false;
    crb_chunks_clear(&s->chunks);
    CRB_REG(s, INTF_ID) |= s->cap_chunk ? INTF_ID_CAP_CHUNK : 0;
    tpm_crb_core_set_address(s);
    s->service->restart(s->backend, s->transfer_size);
}

void tpm_crb_core_loaded(TpmCrb *s)
{
    /* The backend has this flag; some programs save it in the register. */
    CRB_REG(s, LOC_STATE) &= ~LOC_STATE_ESTABLISHED;
    /* A sender finishes its command before it saves.  A saved running command can't end. */
    if (CRB_REG(s, CTRL_START) & CTRL_START_START) {
        hw_log(&s->dev, HW_LOG_WARNING, "the saved state has a command under way, which failed");
        CRB_REG(s, CTRL_START) = 0;
        CRB_REG(s, CTRL_STS) |= CTRL_STS_FATAL;
    }
    /* QEMU 11.1 sends its last response even if the guest can't ask for chunks. */
    if (!tpm_crb_has_chunks(s)) {
        crb_chunks_clear(&s->chunks);
    }
}

/* -------------------------------------------------------------------- state */

const HwState tpm_crb_live = {
    .name = "tpm-crb-live",
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, completed)),
};

bool tpm_crb_strict_needed(HwDevice *dev)
{
    const TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    return s->strict && s->completed;
}

const HwStateField tpm_crb_chunk_fields[TPM_CRB_CHUNK_FIELD_COUNT] = {
    HW_SAVED_BYTES("command_buffer", TpmCrb, chunks.command.length, chunks.command.bytes),
    HW_SAVED_BYTES("response_buffer", TpmCrb, chunks.response.length, chunks.response.bytes),
    HW_SAVED_AS("response_offset", TpmCrb, chunks.response_offset, 0),
};

bool tpm_crb_chunk_needed(HwDevice *dev)
{
    const TpmCrbChunks *chunks = &HW_DEVICE(TpmCrb, dev)->chunks;

    return chunks->command.length > 0 || chunks->response.length > 0;
}

bool tpm_crb_chunk_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);
    const TpmCrbChunks *chunks = &s->chunks;
    uint32_t largest = s->service->buffer_size(s->backend);

    (void)version;
    if (chunks->command.length > largest || chunks->response.length > largest) {
        return hw_error_set(error,
                            "%s: command_buffer and response_buffer have %u and %u bytes, "
                            "expected at most %u, which the TPM takes",
                            dev->id, chunks->command.length, chunks->response.length, largest);
    }
    if (chunks->response_offset > chunks->response.length) {
        return hw_error_set(error,
                            "%s: response_offset is %u, expected at most the response's %u "
                            "bytes",
                            dev->id, chunks->response_offset, chunks->response.length);
    }
    return true;
}
