/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plugin of a later minor version.  Each struct has members that today's hosts do not know, and
 * one of them is set. */
#include "hw-api/hw-api.h"

/* clang-format off */
#define NEWER(Type) struct { Type known; uint64_t later[3]; }
#define NEWER_ABI(object) { sizeof(object), HW_ABI_MAJOR, HW_ABI_MINOR + 7 }
#define NEWER_TABLE(array) \
    { &(array)[0].known, sizeof((array)[0]), sizeof(array) / sizeof((array)[0]) }
#define LATER { ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0) }
/* clang-format on */

typedef struct Lamp {
    HwDevice dev;
    uint32_t regs[2];
} Lamp;

static const NEWER(HwRegister) lamp_registers[] = {
    { { "POWER", 0, .rw = 1 }, LATER },
    { { "COLOUR", 4, .rw = 2 }, LATER },
};

static const NEWER(HwRegion) lamp_regions[] = {
    { { "registers", HW_REGION_REGISTERS, .size = 8, .words = offsetof(Lamp, regs), .word_count = 2,
        .registers = NEWER_TABLE(lamp_registers) },
      LATER },
};

static const NEWER(HwStateField) lamp_fields[] = {
    { { "power", HW_STATE_UINT, offsetof(Lamp, regs[0]), 4, 1 }, LATER },
    { { "colour", HW_STATE_UINT, offsetof(Lamp, regs[1]), 4, 1 }, LATER },
};

/* clang-format off */
static const HwState lamp_state = {
    .name = "lamp", .version = 1, .minimum_version = 1, .fields = NEWER_TABLE(lamp_fields),
};
/* clang-format on */

static const NEWER(HwDeviceClass) lamp_class = {
    { .abi = NEWER_ABI(lamp_class),
      .name = "newer-lamp",
      .instance_size = sizeof(Lamp),
      .regions = NEWER_TABLE(lamp_regions),
      .state = &lamp_state },
    LATER,
};

HW_EXPORT extern const NEWER(HwPlugin) hw_plugin;
const __typeof__(hw_plugin) hw_plugin = {
    { .abi = NEWER_ABI(hw_plugin),
      .name = "newer",
      .version = "1",
      .licence = "GPL-2.0-or-later",
      .classes = HW_ROWS(HwDeviceClassRef, &lamp_class.known) },
    LATER,
};
