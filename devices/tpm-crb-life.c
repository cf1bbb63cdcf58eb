/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM CRB, any form: realize, reset, load and ACPI of an instance. */
#include "devices/tpm-crb-core.h"
#include "hw-api/device/error.h"

#define START_METHOD_CRB 7

static uint32_t crb_transfer_max(const TpmCrb *s)
{
    uint32_t size = s->platform.service->buffer_size(s->platform.backend);
    uint32_t largest = s->cap_chunk ? CRB_TRANSFER_MAX : CRB_BUFFER_SIZE;

    return size < largest ? size : largest;
}

bool tpm_crb_core_realize(TpmCrb *s, const TpmCrbForm *form, uint64_t buffer_address,
                          HwError *error)
{
    uint8_t *memory;

    if (!tpm_platform_realize(&s->dev, &s->platform, buffer_address - CRB_BUFFER,
                              tpm_crb_core_completed, error)) {
        return false;
    }
    s->form = form;
    memory = s->platform.memory->region_pointer(&s->dev, form->buffer_region);
    s->buffer = memory + form->buffer_offset;
    s->buffer_address = buffer_address;
    s->transfer_size = crb_transfer_max(s);
    return true;
}

void tpm_crb_core_unrealize(TpmCrb *s)
{
    tpm_platform_unrealize(&s->platform);
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
    s->completed = false;
    crb_chunks_clear(&s->chunks);
    CRB_REG(s, INTF_ID) |= s->cap_chunk ? INTF_ID_CAP_CHUNK : 0;
    tpm_crb_core_set_address(s);
    tpm_platform_reset(&s->dev, &s->platform, s->form->ppi_region, s->transfer_size);
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

void tpm_crb_core_build_acpi(TpmCrb *s, HwAcpiBuild *build, uint64_t base)
{
    const TpmAcpi form = { base, CRB_PAGE_SIZE, START_METHOD_CRB, base + CRB_CTRL_REQ };

    tpm_platform_build_acpi(&s->dev, &s->platform, build, &form);
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
    uint32_t largest = s->platform.service->buffer_size(s->platform.backend);

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
