/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a class's check, by file.  Each returns false with a sentence below `cls` on
 * failure. */
#ifndef HW_HOST_CHECK_PARTS_H
#define HW_HOST_CHECK_PARTS_H

#include "hw-api/host/load/check-tools.h"

/* check-id.c: a service's id and a class's name, which hw_check_name() has accepted.
 * hw-api.rst, "Names", has their forms. */
bool hw_check_service_id(const HwCheck *c, const HwPlace *place, const char *id);
bool hw_check_class_name(const HwCheck *c, const HwPlace *place, const char *name);

/* check-region.c */
bool hw_check_regions(const HwCheck *c, const HwPlace *cls, const HwRegions *regions);

/* check-registers.c: words in the instance, and registers over them.  `container` is the owner's
 * kind, in messages. */
typedef struct HwWords {
    uint32_t offset; /* in the instance */
    uint32_t count;
    uint64_t size; /* bytes of the owner */
    const HwRegisters *registers;
    bool has_widths; /* registers may tell accesses apart by their width */
} HwWords;
bool hw_check_registers(const HwCheck *c, const HwPlace *place, const char *container,
                        const HwWords *words);

/* check-property.c */
bool hw_check_properties(const HwCheck *c, const HwPlace *cls, const HwProperties *properties);

/* check-fw-cfg.c */
bool hw_check_fw_cfg_files(const HwCheck *c, const HwPlace *cls, const HwFwCfgFiles *files);

/* check-state.c: the class's state and its layouts; after its regions. */
bool hw_check_states(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);

/* check-region-pairs.c: regions against each other; after regions and states. */
bool hw_check_region_pairs(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);

/* check-pci.c: the PCI function, and the regions in its BARs; after the regions' own checks.
 * check-pci-capability.c: its capabilities.  check-pci-room.c: their places. */
bool hw_check_pci(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);
bool hw_check_pci_capabilities(const HwCheck *c, const HwPlace *function,
                               const HwPciFunction *table);
bool hw_check_pci_room(const HwCheck *c, const HwPlace *function, const HwPciFunction *table);

/* check-gpio.c: the lines. */
bool hw_check_gpio(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);

/* check-i2c.c: the I2C target, and with it all registers that are mapped nowhere. */
bool hw_check_i2c(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);

/* check-places.c: the uses of each byte of the instance; after all checks above. */
bool hw_check_places(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);

/* check-hooks.c: hooks are functions. */
bool hw_check_hooks(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);

#endif
