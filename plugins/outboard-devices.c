/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin with all of Outboard's devices. */
#include "devices/devices.h"

/* clang-format off */
static const HwDeviceClassRef outboard_classes[] = {
    &arm_sysreg_sync_class,
    &at24_class,
    &beacon_class,
    &bochs_display_class,
    &ib700_class,
    &pvpanic_class,
    &pvpanic_pci_class,
    &edu_class,
    &i2c_ocores_class,
    &idio_class,
    &lm75_class,
    &ne2k_pci_class,
    &ns16550a_class,
    &ns16550a_isa_class,
    &ns16550a_pci_class,
    &pca9538_class,
    &pci_beacon_class,
    &ps2_keyboard_class,
    &ps2_mouse_class,
    &ramfb_class,
    &sand_glass_class,
    &sand_glass_pci_class,
    &simple_fb_class,
    &test_device_class,
    &tpm_crb_class,
    &tpm_crb_device_class,
    &tpm_tis_class,
    &tpm_tis_device_class,
    &virtio_net_mmio_class,
    &virtio_net_pci_class,
    &vmclock_class,
    &vmgenid_class,
    &vmcoreinfo_class,
};
/* clang-format on */

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "outboard-devices",
    .version = OUTBOARD_VERSION,
    .licence = "GPL-2.0-or-later",
    .description = "virtual devices that live outside of the emulator's source tree",
    .classes = HW_TABLE(outboard_classes),
};
