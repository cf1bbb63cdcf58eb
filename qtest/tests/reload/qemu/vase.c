/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function in versions that QEMU's type of it does not fit.  Each version defines one macro. */
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/hw-api.h"

#ifndef LINES
#define LINES "out"
#endif
#ifndef WIDTH
#define WIDTH "width"
#endif

typedef struct Vase {
    HwDevice dev;
    uint32_t regs[1];
    uint32_t width;
    uint64_t base;
} Vase;

/* clang-format off */
static const HwRegister registers[] = { { "LATCH", 0, .rw = UINT32_MAX } };

static const HwState state = {
    .name = "vase", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Vase, regs)),
};

static const HwPciFunction function = {
    .vendor = 0x1b36, .device = 0x00f2, .class_code = 0x088000,
};

static const HwGpioLines lines = { .outputs = LINES, .output_count = 2 };

#ifdef NO_BUS
#define BUS     NULL
#define SPACE   .base = offsetof(Vase, base)
#define ADDRESS HW_PROP_ADDRESS("addr", Vase, base, HW_ADDRESS_AUTO, "address of the latch"),
#else
#define BUS     &function
#define SPACE   .space = HW_SPACE_BAR
#define ADDRESS
#endif

#define VASE_CLASS(name_)                                                                    \
    {                                                                                        \
        .abi = HW_ABI(HwDeviceClass), .name = name_, .description = "latch",                 \
        .instance_size = sizeof(Vase), .pci = BUS, .gpio = &lines, .state = &state,          \
        .regions = HW_ROWS(HwRegion,                                                         \
            { "latch", HW_REGION_REGISTERS, SPACE, .size = 0x1000,                  \
              .words = offsetof(Vase, regs), .word_count = 1,                                \
              .registers = HW_TABLE(registers) }),                                           \
        .properties = HW_ROWS(HwProperty, ADDRESS                                            \
            HW_PROP_U32(WIDTH, Vase, width, 5, "how wide it is")),                           \
    }
/* clang-format on */

static const HwDeviceClass vase_class = VASE_CLASS("com.acme.vase");
#ifdef ANOTHER_CLASS
static const HwDeviceClass jug_class = VASE_CLASS("com.acme.jug");
#endif

static const HwDeviceClassRef classes[] = {
    &vase_class,
#ifdef ANOTHER_CLASS
    &jug_class,
#endif
};

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "vase",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .description = "porcelain",
    .classes = HW_TABLE(classes),
};
