/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/hw-api/tables/lamp-tables.h"

Tables lamp_tables;

static uint64_t lamp_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    return offset + size;
}

static void lamp_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

static void lamp_wired(HwDevice *dev, uint32_t offset, uint32_t length)
{
    (void)dev;
    (void)offset;
    (void)length;
}

static void lamp_input(HwDevice *dev, uint32_t number, bool level)
{
    (void)dev;
    (void)number;
    (void)level;
}

/* clang-format off */
const Tables lamp_good = {
    .fields = { { "on", 0, 1 }, { "mode", 4, 28 } },
    .registers = {
        { "POWER", 0, .rw = 1, .w1c = 2, .write_only = 4, .fields = HW_TABLE(lamp_tables.fields) },
        { "COLOUR", 4, .rw = 0xffffff } },
    .regions = {
        { "registers", HW_REGION_REGISTERS, .size = 0x100, .base = offsetof(Lamp, base),
          .words = offsetof(Lamp, regs), .word_count = 2,
          .registers = HW_TABLE(lamp_tables.registers) },
        { "ports", HW_REGION_MMIO, HW_SPACE_IO, 4, 0x500, .read = lamp_read, .write = lamp_write,
          .access_max = 2 },
        { "buffer", HW_REGION_RAM, .size = 0x1000, .enabled = offsetof(Lamp, dimmable),
          .ram_block = "lamp-buffer" },
        { "rom", HW_REGION_ROM_DEVICE, .size = 0x1000, .offset = 0x10000, .write = lamp_write } },
    .choices = { "own", "old" },
    .properties = {
        HW_PROP_BOOL("dimmable", Lamp, dimmable, true, NULL),
        HW_PROP_U32("watts", Lamp, watts, 40, NULL),
        HW_PROP_U64("serial", Lamp, serial, 7, NULL),
        HW_PROP_ADDRESS("addr", Lamp, base, HW_ADDRESS_AUTO, NULL),
        HW_PROP_STRING("label", Lamp, label, NULL, NULL),
        HW_PROP_CHOICE("state", Lamp, layout, lamp_tables.choices, NULL) },
    .files = {
        { "etc/lamp-wires", .offset = offsetof(Lamp, wires), .size = 4,
          .flags = HW_FW_CFG_GUEST_WRITABLE, .written = lamp_wired },
        HW_FW_CFG_FILE("etc/lamp-levels", Lamp, levels, 0),
        { "etc/lamp-log", .size = 0x10000, .enabled = offsetof(Lamp, logs) } },
    .levels = { HW_SAVED(Lamp, levels) },
    .subsections = {
        { .name = "lamp/levels", .version = 1, .fields = HW_TABLE(lamp_tables.levels) },
        { .name = "lamp/more", .version = 1 } },
    .state_fields = { HW_SAVED(Lamp, regs), HW_SAVED(Lamp, serial) },
    .state = { .name = "lamp", .version = 2, .minimum_version = 1,
               .fields = HW_TABLE(lamp_tables.state_fields),
               .subsections = HW_TABLE(lamp_tables.subsections) },
    .other_state = { .name = "old-lamp" },
    .blocks = { "", "", "old-buffer" },
    .layouts = { { "old", &lamp_tables.other_state, HW_TABLE(lamp_tables.blocks) },
                 { "older", &lamp_tables.other_state } },
    .services = { "hw.clock/1", "hw.acpi/1" },
    .lines = { "in", "out", 2, 64, lamp_input },
    .cls = { .name = "lamp", .instance_size = sizeof(Lamp), .services = HW_TABLE(lamp_tables.services),
             .regions = HW_TABLE(lamp_tables.regions), .properties = HW_TABLE(lamp_tables.properties),
             .fw_cfg_files = HW_TABLE(lamp_tables.files), .state = &lamp_tables.state,
             .layouts = HW_TABLE(lamp_tables.layouts), .layout_from = offsetof(Lamp, layout),
             .gpio = &lamp_tables.lines },
    .other = { .name = "other", .instance_size = sizeof(Lamp) },
    .classes = { &lamp_tables.cls, &lamp_tables.other },
    .plugin = { .name = "lamps", .version = "1", .licence = "MIT",
                .classes = HW_TABLE(lamp_tables.classes) },
};
/* clang-format on */
