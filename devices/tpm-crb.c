/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM CRB in a PC, at a fixed address.  Specified in tpm-crb.rst. */
#include "devices/devices.h"
#include "devices/tpm-crb-core.h"

enum { REGION_REGISTERS, REGION_BUFFER, REGION_PPI };

static const TpmCrbForm pc_form = {
    .buffer_region = REGION_BUFFER,
    .ppi_region = REGION_PPI,
};

static bool tpm_crb_realize(HwDevice *dev, HwError *error)
{
    return tpm_crb_core_realize(HW_DEVICE(TpmCrb, dev), &pc_form, CRB_PC_ADDRESS + CRB_BUFFER,
                                error);
}

static void tpm_crb_unrealize(HwDevice *dev)
{
    tpm_crb_core_unrealize(HW_DEVICE(TpmCrb, dev));
}

static void tpm_crb_reset(HwDevice *dev)
{
    tpm_crb_core_reset(HW_DEVICE(TpmCrb, dev));
}

static void tpm_crb_quiesce(HwDevice *dev)
{
    TpmCrb *s = HW_DEVICE(TpmCrb, dev);

    s->platform.service->finish(s->platform.backend);
}

static void tpm_crb_loaded(HwDevice *dev)
{
    tpm_crb_core_loaded(HW_DEVICE(TpmCrb, dev));
}

static void tpm_crb_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    tpm_crb_core_build_acpi(HW_DEVICE(TpmCrb, dev), build, CRB_PC_ADDRESS);
}

/* QEMU's section of that name: only the words, with the unused words between registers. */
/* clang-format off */
static const HwState tpm_crb_state = {
    .name = "tpm-crb",
    .version = 0,
    .minimum_version = 0,
    .fields = HW_ROWS(HwStateField, HW_SAVED(TpmCrb, regs)),
    .subsections = HW_ROWS(HwState,
        TPM_CRB_STRICT_STATE("tpm-crb"),
        TPM_CRB_CHUNK_STATE("tpm-crb")),
};

static const HwRegion tpm_crb_regions[] = {
    [REGION_REGISTERS] = { "mmio", HW_REGION_REGISTERS,
                           .size = CRB_BUFFER, .offset = CRB_PC_ADDRESS,
                           .words = offsetof(TpmCrb, regs), .word_count = CRB_WORDS,
                           .registers = HW_TABLE(tpm_crb_registers) },
    [REGION_BUFFER] = { "buffer", HW_REGION_RAM,
                        .size = CRB_BUFFER_SIZE, .offset = CRB_PC_ADDRESS + CRB_BUFFER,
                        .ram_block = "tpm-crb-cmd" },
    [REGION_PPI] = { "ppi", HW_REGION_RAM,
                     .size = PPI_SIZE, .offset = PPI_PC_ADDRESS,
                     .enabled = offsetof(TpmCrb, platform.ppi), .ram_block = "tpm-ppi" },
};

const HwDeviceClass tpm_crb_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "tpm-crb",
    .description = "TPM 2.0 with the Command Response Buffer interface, for PCs",
    .instance_size = sizeof(TpmCrb),
    .flags = HW_CLASS_FLAT,
    .at_most_one = HW_GROUP_TPM,
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_TPM_BACKEND),
    .regions = HW_TABLE(tpm_crb_regions),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_STRING("tpmdev", TpmCrb, platform.tpmdev, NULL, "id of the -tpmdev behind it"),
        HW_PROP_BOOL("ppi", TpmCrb, platform.ppi, true, "memory for the physical presence interface"),
        HW_PROP_BOOL("strict", TpmCrb, strict, false, "ignore what the PTP does not allow"),
        HW_PROP_BOOL("cap-chunk", TpmCrb, cap_chunk, false,
                     "take commands and give responses in chunks")),
    .fw_cfg_files = TPM_PLATFORM_FW_CFG_FILES(TpmCrb),
    .state = &tpm_crb_state,
    .live = &tpm_crb_live,
    .realize = tpm_crb_realize,
    .unrealize = tpm_crb_unrealize,
    .reset = tpm_crb_reset,
    .quiesce = tpm_crb_quiesce,
    .loaded = tpm_crb_loaded,
    .build_acpi = tpm_crb_build_acpi,
};
/* clang-format on */
