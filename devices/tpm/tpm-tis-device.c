/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM with the FIFO interface at an address that the user or the machine chooses.  Specified in
 * tpm-tis.rst. */
#include "devices/devices.h"
#include "devices/tpm/tpm-tis-core.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"

enum { REGION_REGISTERS, REGION_PPI };

/* EDK2 and Linux find the TPM by this node (Linux: Documentation/devicetree/bindings/tpm). */
static void node_add(Tis *s)
{
    static const char compatible[] = "tcg,tpm-tis-mmio";
    const HwDeviceTree *tree = hw_device_tree(&s->dev);

    if (tree && tree->add_node(&s->dev, "tpm", s->base, TIS_SIZE, HW_DEVICE_TREE_SYSTEM)) {
        tree->set(&s->dev, "tpm", s->base, "compatible", compatible, sizeof(compatible));
        if (s->irq_line) {
            tree->set_interrupt(&s->dev, "tpm", s->base, s->irq_line);
        }
    }
}

static bool tpm_tis_device_realize(HwDevice *dev, HwError *error)
{
    Tis *s = HW_DEVICE(Tis, dev);

    if (s->base % TIS_PAGE_SIZE != 0) {
        return hw_error_set(error, "%s: addr: 0x%llx is not aligned, expected a multiple of 0x%x",
                            dev->id, (unsigned long long)s->base, TIS_PAGE_SIZE);
    }
    s->ppi_region = REGION_PPI;
    if (!tis_realize(s, error)) {
        return false;
    }
    node_add(s);
    return true;
}

/* clang-format off */
const HwDeviceClass tpm_tis_device_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "tpm-tis-device",
    .description = "TPM 2.0 with the FIFO interface (TIS), at any address",
    .instance_size = sizeof(Tis),
    .flags = HW_CLASS_FLAT,
    .at_most_one = HW_GROUP_TPM,
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_TPM_BACKEND),
    .regions = HW_ROWS(HwRegion,
        [REGION_REGISTERS] = { TIS_REGION, .base = offsetof(Tis, base) },
        [REGION_PPI] = { "ppi", HW_REGION_RAM, .size = PPI_SIZE, .offset = PPI_OFFSET,
                         .base = offsetof(Tis, base), .enabled = offsetof(Tis, platform.ppi),
                         .ram_block = "tpm-ppi" }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_STRING("tpmdev", Tis, platform.tpmdev, NULL, "id of the -tpmdev behind it"),
        HW_PROP_ADDRESS("addr", Tis, base, HW_ADDRESS_AUTO, "address of its registers"),
        HW_PROP_U32("irq", Tis, irq, 5, "number that INT_VECTOR reads"),
        HW_PROP_U32("irq-line", Tis, irq_line, 0, "interrupt line that it drives; 0: none"),
        HW_PROP_BOOL("ppi", Tis, platform.ppi, false,
                     "memory for the physical presence interface")),
    .fw_cfg_files = TPM_PLATFORM_FW_CFG_FILES(Tis),
    .realize = tpm_tis_device_realize, TIS_HOOKS,
};
/* clang-format on */
