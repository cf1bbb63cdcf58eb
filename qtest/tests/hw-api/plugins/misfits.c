/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI functions that QEMU alone can't have.  MISFIT is the class of a variant.  It has a property
 * that QEMU gives each PCI function, or more subsections than the bridge has hooks for.
 */
#include "hw-api/ext/draft/pci.h"

typedef struct Misfit {
    HwDevice dev;
    uint32_t regs[1];
    uint32_t number;
} Misfit;

/* clang-format off */
static const HwPciFunction plain_pci = { .vendor = 0x1b36, .device = 0x00f2, .class_code = 0x088000 };

#define LAYER(n)                                                                      \
    static bool loaded_##n(HwDevice *dev, uint32_t version, HwError *error)           \
    {                                                                                 \
        (void)version;                                                                \
        (void)error;                                                                  \
        HW_DEVICE(Misfit, dev)->number = n;                                           \
        return true;                                                                  \
    }
LAYER(0) LAYER(1) LAYER(2) LAYER(3) LAYER(4) LAYER(5) LAYER(6) LAYER(7) LAYER(8)

#define LAYER_STATE(n)                                                                \
    { .name = "layered/" #n, .post_load = loaded_##n,                                 \
      .fields = HW_ROWS(HwStateField, HW_SAVED(Misfit, number)) }
static const HwState layered_state = {
    .name = "layered", .fields = HW_ROWS(HwStateField, HW_SAVED(Misfit, regs)),
    .subsections = HW_ROWS(HwState, LAYER_STATE(0), LAYER_STATE(1), LAYER_STATE(2),
                           LAYER_STATE(3), LAYER_STATE(4), LAYER_STATE(5), LAYER_STATE(6),
                           LAYER_STATE(7), LAYER_STATE(8)),
};

/* ------------------------------------------------------------------- classes */

#define CLASS(name_, ...)                                                          \
    { .abi = HW_ABI(HwDeviceClass), .name = name_, .instance_size = sizeof(Misfit),\
      .services = HW_NAMES(HW_PCI),                                                \
      .regions = HW_ROWS(HwRegion,                                                 \
          { "regs", HW_REGION_REGISTERS, HW_SPACE_BAR, .size = 4,                  \
            .words = offsetof(Misfit, regs), .word_count = 1 }),                   \
      __VA_ARGS__ }

static const HwDeviceClass rom_owner = CLASS("rom-owner", .pci = &plain_pci,
    .properties = HW_ROWS(HwProperty, HW_PROP_U32("rombar", Misfit, number, 0, "ours")));
static const HwDeviceClass layered = CLASS("layered", .pci = &plain_pci, .state = &layered_state);
/* clang-format on */

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "misfits",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_ROWS(HwDeviceClassRef, &MISFIT),
};
