/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM CRB at any address: the layouts in which streams have it.  Specified in
 * tpm-crb.rst, State.
 *
 * Where a layout has the buffer in a RAM block of its own, the device keeps a copy there
 * from store to store.  To fill it in pre_save would be too late: RAM is sent by then.
 */
#include "devices/tpm-crb-device.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

/* The guest looks for its buffer where the page is now. */
static void address_follow(TpmCrbDevice *s)
{
    TpmCrb *crb = &s->crb;
    uint64_t loaded = (uint64_t)CRB_REG(crb, CMD_HADDR) << 32 | CRB_REG(crb, CMD_LADDR);
    uint64_t address = s->base + CRB_BUFFER;

    if (tpm_crb_core_set_address(crb, address)) {
        hw_log(&crb->dev, HW_LOG_WARNING, "the saved state has the buffer at 0x%" PRIx64
               ", the guest finds it at 0x%" PRIx64 " now", loaded, address);
    }
}

/* The page came whole, or the words and the buffer in it did. */
static bool own_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    (void)error;
    tpm_crb_core_loaded(HW_DEVICE(TpmCrb, dev));
    address_follow(HW_DEVICE(TpmCrbDevice, dev));
    return true;
}

/* The words came, and the buffer in its block. */
static bool copy_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    memcpy(s->buffer, s->copy, CRB_BUFFER_SIZE);
    tpm_crb_core_buffer_stored(s, 0, CRB_BUFFER_SIZE);
    return own_post_load(dev, version, error);
}

/* The page came, and the words are there alone. */
static bool page_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);
    const uint8_t *page = s->memory->region_pointer(dev, TPM_CRB_DEVICE_PAGE);

    for (uint32_t i = 0; i < CRB_WORDS; i++) {
        s->regs[i] = (uint32_t)hw_load_le(page + 4 * i, 4);
    }
    return own_post_load(dev, version, error);
}

const HwState tpm_crb_device_state = {
    .name = "tpm-crb-device",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, regs), HW_SAVED(TpmCrb, completed)),
    .subsections = HW_ROWS(HwState, TPM_CRB_CHUNK_STATE("tpm-crb-device")),
    .post_load = own_post_load,
};

/* QEMU's ISA device. */
static const HwState pc_state = {
    .name = "tpm-crb",
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, regs)),
    .subsections = HW_ROWS(HwState, TPM_CRB_STRICT_STATE("tpm-crb"),
                           TPM_CRB_CHUNK_STATE("tpm-crb")),
    .post_load = copy_post_load,
};

static const HwState sysbus_state = {
    .name = "tpm-crb-sysbus",
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, regs)),
    .subsections = HW_ROWS(HwState, TPM_CRB_STRICT_STATE("tpm-crb-sysbus"),
                           TPM_CRB_CHUNK_STATE("tpm-crb-sysbus")),
    .post_load = copy_post_load,
};

static const HwState page_state = {
    .name = "tpm-crb-sysbus",
    .subsections = HW_ROWS(HwState, TPM_CRB_STRICT_STATE("tpm-crb-sysbus"),
                           TPM_CRB_CHUNK_STATE("tpm-crb-sysbus")),
    .post_load = page_post_load,
};

const HwName tpm_crb_layout_names[TPM_CRB_LAYOUT_COUNT] = {
    [TPM_CRB_LAYOUT_OWN] = "own",
    [TPM_CRB_LAYOUT_PC] = "pc",
    [TPM_CRB_LAYOUT_SYSBUS] = "sysbus",
    [TPM_CRB_LAYOUT_MEM] = "mem",
    [TPM_CRB_LAYOUT_MMIO] = "mmio",
};

#define BLOCKS(page, copy) HW_NAMES([TPM_CRB_DEVICE_PAGE] = page, [TPM_CRB_DEVICE_COPY] = copy, \
                                    [TPM_CRB_DEVICE_PPI] = "tpm-ppi")
const HwLayout tpm_crb_device_layouts[TPM_CRB_LAYOUT_COUNT - 1] = {
    { "pc", &pc_state, BLOCKS("", "tpm-crb-cmd") },
    { "sysbus", &sysbus_state, BLOCKS("", "tpm-crb-cmd") },
    { "mem", &page_state, BLOCKS("tpm-crb-mem", "") },
    { "mmio", &page_state, BLOCKS("tpm-crb-mmio", "") },
};
