/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The classes of the plugin.  Only plugins/ includes this; all others load the plugin. */
#ifndef DEVICES_H
#define DEVICES_H

#include "hw-api/hw-api.h"

extern const HwDeviceClass arm_sysreg_sync_class;
extern const HwDeviceClass at24_class;
extern const HwDeviceClass beacon_class;
extern const HwDeviceClass bochs_display_class;
extern const HwDeviceClass pvpanic_class;
extern const HwDeviceClass pvpanic_pci_class;
extern const HwDeviceClass edu_class;
extern const HwDeviceClass i2c_ocores_class;
extern const HwDeviceClass ib700_class;
extern const HwDeviceClass idio_class;
extern const HwDeviceClass sand_glass_class;
extern const HwDeviceClass sand_glass_pci_class;
extern const HwDeviceClass test_device_class;
extern const HwDeviceClass lm75_class;
extern const HwDeviceClass ne2k_pci_class;
extern const HwDeviceClass ns16550a_class;
extern const HwDeviceClass ns16550a_isa_class;
extern const HwDeviceClass ns16550a_pci_class;
extern const HwDeviceClass pca9538_class;
extern const HwDeviceClass pci_beacon_class;
extern const HwDeviceClass ps2_keyboard_class;
extern const HwDeviceClass ps2_mouse_class;
extern const HwDeviceClass ramfb_class;
extern const HwDeviceClass simple_fb_class;
extern const HwDeviceClass virtio_net_mmio_class;
extern const HwDeviceClass virtio_net_pci_class;
extern const HwDeviceClass tpm_crb_class;
extern const HwDeviceClass tpm_crb_device_class;
extern const HwDeviceClass tpm_tis_class;
extern const HwDeviceClass tpm_tis_device_class;
extern const HwDeviceClass vmclock_class;
extern const HwDeviceClass vmgenid_class;
extern const HwDeviceClass vmcoreinfo_class;

#endif
