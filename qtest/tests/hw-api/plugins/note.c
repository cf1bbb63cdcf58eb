/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device with a word and a RAM block; a machine may have any number of them. */
#include "hw-api/hw-api.h"

typedef struct Note {
    HwDevice dev;
    uint32_t words[1];
    uint64_t base;
} Note;

static const HwRegister note_registers[] = { { .name = "WORD", .rw = UINT32_MAX } };

static const HwState note_state = {
    .name = "note",
    .fields = HW_ROWS(HwStateField, HW_SAVED(Note, words)),
};

/* clang-format off */
static const HwDeviceClass note_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "note",
    .instance_size = sizeof(Note),
    .regions = HW_ROWS(HwRegion,
        { "word", HW_REGION_REGISTERS, .size = 0x1000, .base = offsetof(Note, base),
          .words = offsetof(Note, words), .word_count = 1, .registers = HW_TABLE(note_registers) },
        { "ram", HW_REGION_RAM, .size = 0x1000, .offset = 0x1000, .base = offsetof(Note, base),
          .ram_block = "note-ram" }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Note, base, HW_ADDRESS_AUTO, "of its word; its memory follows")),
    .state = &note_state,
};
/* clang-format on */

HW_EXPORT const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "note",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_ROWS(HwDeviceClassRef, &note_class),
};
