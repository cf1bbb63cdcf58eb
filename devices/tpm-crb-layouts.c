/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM CRB at any address: its layouts in streams.  Specified in tpm-crb.rst, State.
 *
 * If a layout has the buffer in a RAM block of its own, the device keeps a copy there.
 * It updates the copy at each store.  pre_save would be too late: RAM is sent by then.
 */
#include "devices/tpm-crb-device.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

/* The registers must have the buffer's address on this machine. */
static void address_follow(TpmCrbDevice *s)
{
    TpmCrb *crb = &s->crb;
    uint64_t loaded = (uint64_t)CRB_REG(crb, CMD_HADDR) << 32 | CRB_REG(crb, CMD_LADDR);

    if (tpm_crb_core_set_address(crb)) {
        hw_log(&crb->dev, HW_LOG_WARNING,
               "the saved state has the buffer at 0x%" PRIx64 ", the guest finds it at 0x%" PRIx64
               " now",
               loaded, crb->buffer_address);
    }
}

/* The stream brought the buffer in its own block. */
static void buffer_from_copy(TpmCrb *s)
{
    memcpy(s->buffer, s->copy, CRB_BUFFER_SIZE);
    tpm_crb_core_buffer_stored(s, 0, CRB_BUFFER_SIZE);
}

static void registers_from_page(TpmCrb *s)
{
    const uint8_t *page = s->platform.memory->region_pointer(&s->dev, TPM_CRB_DEVICE_PAGE);

    for (uint32_t i = 0; i < CRB_WORDS; i++) {
        s->regs[i] = (uint32_t)hw_load_le(page + 4 * i, 4);
    }
}

void tpm_crb_device_loaded(HwDevice *dev)
{
    TpmCrbDevice *s = HW_DEVICE(TpmCrbDevice, dev);

    if (tpm_crb_layout_has_copy(s->layout)) {
        buffer_from_copy(&s->crb);
    }
    if (tpm_crb_layout_has_page_alone(s->layout)) {
        registers_from_page(&s->crb);
    }
    tpm_crb_core_loaded(&s->crb);
    address_follow(s);
}

const HwState tpm_crb_device_state = {
    .name = "tpm-crb-device",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, regs), HW_SAVED(TpmCrb, completed)),
    .subsections = HW_ROWS(HwState, TPM_CRB_CHUNK_STATE("tpm-crb-device")),
};

/* QEMU's ISA device. */
static const HwState pc_state = {
    .name = "tpm-crb",
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, regs)),
    .subsections = HW_ROWS(HwState, TPM_CRB_STRICT_STATE("tpm-crb"),
                           TPM_CRB_CHUNK_STATE("tpm-crb")),
};

static const HwState sysbus_state = {
    .name = "tpm-crb-sysbus",
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, regs)),
    .subsections = HW_ROWS(HwState, TPM_CRB_STRICT_STATE("tpm-crb-sysbus"),
                           TPM_CRB_CHUNK_STATE("tpm-crb-sysbus")),
};

static const HwState page_state = {
    .name = "tpm-crb-sysbus",
    .subsections = HW_ROWS(HwState, TPM_CRB_STRICT_STATE("tpm-crb-sysbus"),
                           TPM_CRB_CHUNK_STATE("tpm-crb-sysbus")),
};

/* clang-format off */
const HwName tpm_crb_layout_names[TPM_CRB_LAYOUT_COUNT] = {
    [TPM_CRB_LAYOUT_OWN] = "own",
    [TPM_CRB_LAYOUT_PC] = "pc",
    [TPM_CRB_LAYOUT_SYSBUS] = "sysbus",
    [TPM_CRB_LAYOUT_MEM] = "mem",
    [TPM_CRB_LAYOUT_MMIO] = "mmio",
};

#define BLOCKS(page, copy) HW_NAMES([TPM_CRB_DEVICE_PAGE] = page, [TPM_CRB_DEVICE_COPY] = copy, \
                                    [TPM_CRB_DEVICE_PPI] = "tpm-ppi")
/* clang-format on */
const HwLayout tpm_crb_device_layouts[TPM_CRB_LAYOUT_COUNT - 1] = {
    { "pc", &pc_state, BLOCKS("", "tpm-crb-cmd") },
    { "sysbus", &sysbus_state, BLOCKS("", "tpm-crb-cmd") },
    { "mem", &page_state, BLOCKS("tpm-crb-mem", "") },
    { "mmio", &page_state, BLOCKS("tpm-crb-mmio", "") },
};
