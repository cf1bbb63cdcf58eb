/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM with the FIFO interface in a PC, at a fixed address.  Specified in tpm-tis.rst. */
#include "devices/devices.h"
#include "devices/tpm/tpm-tis-core.h"

#define ISA_LINES 16

enum { REGION_REGISTERS, REGION_PPI };

static bool tpm_tis_realize(HwDevice *dev, HwError *error)
{
    Tis *s = HW_DEVICE(Tis, dev);

    s->base = TPM_PC_ADDRESS;
    s->irq_line = s->irq;
    s->ppi_region = REGION_PPI;
    return tis_realize(s, error);
}

/* clang-format off */
const HwDeviceClass tpm_tis_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "tpm-tis",
    .description = "TPM 2.0 with the FIFO interface (TIS), for PCs",
    .instance_size = sizeof(Tis),
    .flags = HW_CLASS_FLAT,
    .at_most_one = HW_GROUP_TPM,
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_TPM_BACKEND),
    .regions = HW_ROWS(HwRegion,
        [REGION_REGISTERS] = { TIS_REGION, .offset = TPM_PC_ADDRESS },
        [REGION_PPI] = { "ppi", HW_REGION_RAM, .size = PPI_SIZE, .offset = PPI_PC_ADDRESS,
                         .enabled = offsetof(Tis, platform.ppi), .ram_block = "tpm-ppi" }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_STRING("tpmdev", Tis, platform.tpmdev, NULL, "id of the -tpmdev behind it"),
        { .name = "irq", .type = HW_PROPERTY_U32, .offset = HW_MEMBER(Tis, irq, uint32_t),
          .default_value = 5, .maximum = ISA_LINES - 1,
          .description = "ISA line that it drives; 0: none" },
        HW_PROP_BOOL("ppi", Tis, platform.ppi, true, "memory for the physical presence interface")),
    .fw_cfg_files = TPM_PLATFORM_FW_CFG_FILES(Tis),
    .realize = tpm_tis_realize, TIS_HOOKS,
};
/* clang-format on */
