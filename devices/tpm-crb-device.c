/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM CRB at an address that the user or the machine chooses.  Specified in
 * tpm-crb.rst.
 *
 * A guest reads the page as memory; writes trap.  The reason is Windows on Arm, which reads
 * registers in pairs.  A hypervisor can't complete that instruction when it traps, since its
 * syndrome is not valid.  Windows never writes in pairs.
 */
#include "devices/devices.h"
#include "devices/tpm-crb-device.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"

#define WINDOW_MAX 0x10000

static const TpmCrbForm device_form = {
    .buffer_region = TPM_CRB_DEVICE_PAGE,
    .buffer_offset = CRB_BUFFER,
    .ppi_region = TPM_CRB_DEVICE_PPI,
};

static bool is_page_size(uint64_t size)
{
    return size == 0x1000 || size == 0x4000 || size == 0x10000;
}

/* EDK2 takes the TPM's address from this node, whatever the interface is, and then asks the
 * TPM for its interface. */
static void firmware_node_add(TpmCrbDevice *s)
{
    static const char compatible[] = "tcg,tpm-tis-mmio";
    HwDevice *dev = &s->crb.dev;
    const HwDeviceTree *tree = hw_device_tree(dev);

    if (tree && tree->add_node(dev, "tpm", s->base, 5 * CRB_PAGE_SIZE, HW_DEVICE_TREE_FIRMWARE)) {
        tree->set(dev, "tpm", s->base, "compatible", compatible, sizeof(compatible));
    }
}

static bool tpm_crb_device_realize(HwDevice *dev, HwError *error)
{
    TpmCrbDevice *s = HW_DEVICE(TpmCrbDevice, dev);

    if (!is_page_size(s->window)) {
        return hw_error_set(error,
                            "%s: window: invalid value '%llu': expected 4096, 16384 or "
                            "65536",
                            dev->id, (unsigned long long)s->window);
    }
    if (s->base % s->window != 0) {
        return hw_error_set(error, "%s: addr: 0x%llx is not aligned, expected a multiple of 0x%llx",
                            dev->id, (unsigned long long)s->base, (unsigned long long)s->window);
    }
    if (s->crb.platform.ppi && s->window > PPI_OFFSET) {
        return hw_error_set(error,
                            "%s: ppi: invalid value 'on': expected off with a window of %llu "
                            "bytes, or a window of 4096 or 16384",
                            dev->id, (unsigned long long)s->window);
    }
    if (!tpm_crb_core_realize(&s->crb, &device_form, s->base + CRB_BUFFER, error)) {
        return false;
    }
    if (tpm_crb_layout_has_copy(s->layout)) {
        s->crb.copy_region = TPM_CRB_DEVICE_COPY;
        s->crb.copy = s->crb.platform.memory->region_pointer(dev, TPM_CRB_DEVICE_COPY);
    }
    firmware_node_add(s);
    return true;
}

static void tpm_crb_device_unrealize(HwDevice *dev)
{
    tpm_crb_core_unrealize(HW_DEVICE(TpmCrb, dev));
}

static void tpm_crb_device_reset(HwDevice *dev)
{
    tpm_crb_core_reset(HW_DEVICE(TpmCrb, dev));
}

static void tpm_crb_device_quiesce(HwDevice *dev)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    s->platform.service->finish(s->platform.backend);
}

/* The buffer ends with the first 4 KiB; the rest of a larger window is unused. */
static void tpm_crb_device_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    if (offset >= CRB_PAGE_SIZE) {
        hw_log(dev, HW_LOG_GUEST_ERROR, "write of 0x%llx at offset 0x%llx, past the buffer",
               (unsigned long long)value, (unsigned long long)offset);
        return;
    }
    for (uint32_t i = 0; i < size; i++) {
        s->buffer[offset - CRB_BUFFER + i] = (uint8_t)(value >> (8 * i));
    }
    tpm_crb_core_buffer_stored(s, (uint32_t)offset - CRB_BUFFER, size);
}

static void tpm_crb_device_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    TpmCrbDevice *s = HW_DEVICE(TpmCrbDevice, dev);

    tpm_crb_core_build_acpi(&s->crb, build, s->base);
}

/* clang-format off */
static const HwRegion tpm_crb_device_regions[TPM_CRB_DEVICE_REGIONS] = {
    [TPM_CRB_DEVICE_PAGE] = { "page", HW_REGION_ROM_DEVICE, .size = WINDOW_MAX,
                              .size_from = offsetof(TpmCrbDevice, window),
                              .base = offsetof(TpmCrbDevice, base),
                              .words = offsetof(TpmCrb, regs), .word_count = CRB_WORDS,
                              .registers = HW_TABLE(tpm_crb_registers),
                              .write = tpm_crb_device_write, .access_max = 8,
                              .ram_block = "tpm-crb-device" },
    [TPM_CRB_DEVICE_COPY] = { "copy", HW_REGION_RAM, HW_SPACE_NONE, .size = CRB_BUFFER_SIZE },
    [TPM_CRB_DEVICE_PPI] = { "ppi", HW_REGION_RAM, .size = PPI_SIZE, .offset = PPI_OFFSET,
                             .base = offsetof(TpmCrbDevice, base),
                             .enabled = offsetof(TpmCrb, platform.ppi), .ram_block = "tpm-ppi" },
};

const HwDeviceClass tpm_crb_device_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "tpm-crb-device",
    .description = "TPM 2.0 with the Command Response Buffer interface, at any address",
    .instance_size = sizeof(TpmCrbDevice),
    .flags = HW_CLASS_FLAT,
    .at_most_one = HW_GROUP_TPM,
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_TPM_BACKEND),
    .regions = HW_TABLE(tpm_crb_device_regions),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_STRING("tpmdev", TpmCrbDevice, crb.platform.tpmdev, NULL, "id of the -tpmdev behind it"),
        HW_PROP_ADDRESS("addr", TpmCrbDevice, base, HW_ADDRESS_AUTO, "address of its page"),
        { .name = "window", .type = HW_PROPERTY_U64,
          .offset = HW_MEMBER(TpmCrbDevice, window, uint64_t), .default_value = CRB_PAGE_SIZE,
          .minimum = CRB_PAGE_SIZE, .maximum = WINDOW_MAX,
          .description = "size in bytes: 4096, 16384 or 65536, the guest's page size" },
        HW_PROP_CHOICE("state", TpmCrbDevice, layout, tpm_crb_layout_names,
                       "layout of its state in a migration stream"),
        HW_PROP_BOOL("ppi", TpmCrbDevice, crb.platform.ppi, false,
                     "memory for the physical presence interface"),
        HW_PROP_BOOL("strict", TpmCrbDevice, crb.strict, false,
                     "ignore what the PTP does not allow"),
        HW_PROP_BOOL("cap-chunk", TpmCrbDevice, crb.cap_chunk, false,
                     "take commands and give responses in chunks")),
    .fw_cfg_files = TPM_PLATFORM_FW_CFG_FILES(TpmCrb),
    .state = &tpm_crb_device_state,
    .live = &tpm_crb_live,
    .realize = tpm_crb_device_realize,
    .unrealize = tpm_crb_device_unrealize,
    .reset = tpm_crb_device_reset,
    .quiesce = tpm_crb_device_quiesce,
    .loaded = tpm_crb_device_loaded,
    .build_acpi = tpm_crb_device_build_acpi,
    .layouts = HW_TABLE(tpm_crb_device_layouts),
    .layout_from = offsetof(TpmCrbDevice, layout),
};
/* clang-format on */
