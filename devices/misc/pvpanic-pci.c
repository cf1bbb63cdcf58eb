/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pvpanic on PCI, for machines without I/O ports: the same register, in a BAR. */
#include "devices/devices.h"
#include "devices/misc/pvpanic.h"
#include "hw-api/ext/draft/guest-state.h"
#include "hw-api/ext/draft/pci.h"

/* clang-format off */
static const HwPciFunction pvpanic_function = {
    .vendor = 0x1b36, .device = 0x0011, .revision = 1,
    .class_code = 0x088000, /* system peripheral, other */
};

const HwDeviceClass pvpanic_pci_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "pvpanic-pci",
    .description = "PCI function by which the guest kernel tells of its crash",
    .instance_size = sizeof(PvPanic),
    .services = HW_NAMES(HW_GUEST_STATE),
    .pci = &pvpanic_function,
    .regions = HW_ROWS(HwRegion,
        { "register", HW_REGION_MMIO, HW_SPACE_BAR, .size = 2, .read = pvpanic_read,
          .write = pvpanic_write, .access_min = 1, .access_max = 1 }),
    .properties = HW_ROWS(HwProperty, PVPANIC_EVENTS_PROPERTY),
};
/* clang-format on */
