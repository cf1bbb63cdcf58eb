/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/load/check.c: tables that are invalid by more than one member. */
#include <glib.h>

#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/pci.h"
#include "qtest/tests/hw-api/tables/lamp-tables.h"
#include "qtest/tests/lib/check-rows.h"

/* The sentence after "x.so: class lamp: "; NULL: accepted. */
static void assert_tables(const char *expected)
{
    check_assert(&lamp_tables.plugin, LAMP_CLASS, expected);
}

static void regions_of_two_switches_may_overlap(void)
{
    lamp_tables = lamp_good;
    lamp_tables.regions[3].offset = lamp_tables.regions[2].offset;
    lamp_tables.regions[3].enabled = offsetof(Lamp, logs);
    assert_tables(NULL);
}

static void regions_of_one_switch_overlap(void)
{
    lamp_tables = lamp_good;
    lamp_tables.regions[3].offset = lamp_tables.regions[2].offset;
    lamp_tables.regions[3].enabled = lamp_tables.regions[2].enabled;
    assert_tables(
        "region rom: takes 0x1000 bytes at 0x0, which overlap region buffer, 0x1000 bytes "
        "at 0x0, expected them apart");
}

/* The user may make it smaller. */
static void region_may_overlap_by_its_largest_size(void)
{
    lamp_tables = lamp_good;
    lamp_tables.state.fields.count = 1;
    lamp_tables.regions[2].size = 0x20000;
    lamp_tables.regions[2].size_from = offsetof(Lamp, serial);
    assert_tables(NULL);
    lamp_tables.regions[2].offset = 0x10fff;
    assert_tables(
        "region rom: takes 0x1000 bytes at 0x10000, which overlap region buffer, 0x1 bytes "
        "at 0x10fff, expected them apart");
}

static void unmapped_region_has_no_base(void)
{
    lamp_tables = lamp_good;
    lamp_tables.regions[2].space = HW_SPACE_NONE;
    lamp_tables.regions[2].base = offsetof(Lamp, base);
    assert_tables("region buffer: is mapped nowhere and has a base, expected none");
}

/* A sensor: registers 0 behind a pointer, which `wires` keeps. */
static HwI2cTarget sensor_new(void)
{
    lamp_tables = lamp_good;
    lamp_tables.regions[0].space = HW_SPACE_NONE;
    lamp_tables.regions[0].offset = 0;
    lamp_tables.regions[0].base = 0;
    lamp_tables.cls.fw_cfg_files.count = 0;
    return (HwI2cTarget) { .address = 0x48, .register_bytes = 2, .cursor = offsetof(Lamp, wires) };
}

static void sensor_check(HwI2cTarget sensor, const char *expected)
{
    lamp_tables.cls.i2c = &sensor;
    assert_tables(expected);
}

#define SENSOR(member, value, expected)     \
    do {                                    \
        HwI2cTarget sensor_ = sensor_new(); \
        sensor_.member = (value);           \
        sensor_check(sensor_, expected);    \
    } while (0)

static bool sensor_start(HwDevice *dev, bool is_read)
{
    (void)dev;
    return is_read;
}

static void target_is_checked(void)
{
    sensor_check(sensor_new(), NULL);
    SENSOR(address, 7, "I2C target: address is 0x7, expected 0x08 to 0x77");
    SENSOR(address, 0x78, "I2C target: address is 0x78, expected 0x08 to 0x77");
    SENSOR(flags, 2, "I2C target: flags are 0x2, expected 0 or 1");
    SENSOR(register_bytes, 3, "I2C target: register_bytes is 3, expected 0, 1, 2 or 4");
    SENSOR(start, sensor_start, "I2C target: has registers and hooks, expected one of them");
    SENSOR(cursor, sizeof(Lamp) - 3,
           "I2C target: cursor takes 4 bytes of the instance at 109, expected in 64 to 112");
    SENSOR(cursor, offsetof(Lamp, label) + 4,
           "cursor of the I2C target (4 bytes at 92) and property label (8 bytes at 88) overlap in "
           "the instance, expected no byte in common");
}

static void target_with_hooks_is_checked(void)
{
    HwI2cTarget target = { .address = 0x48, .flags = HW_I2C_POINTER_MOVES };
    static HwPciFunction function = { .vendor = 1 };

    lamp_tables = lamp_good;
    sensor_check(target, "I2C target: flags are 0x1, expected 0 without registers");
    target.flags = 0;
    target.start = sensor_start;
    lamp_tables = lamp_good;
    sensor_check(target, NULL);
    lamp_tables = lamp_good;
    lamp_tables.cls.regions.count = 0;
    lamp_tables.cls.layouts.count = 0;
    lamp_tables.cls.layout_from = 0;
    lamp_tables.cls.pci = &function;
    sensor_check(target, "I2C target: is a PCI function too, expected one bus");
}

static void registers_mapped_nowhere_are_a_targets(void)
{
    HwI2cTarget sensor = sensor_new();

    assert_tables("region registers: is mapped nowhere, expected kind 3 or the first region of an "
                  "I2C target with registers");
    lamp_tables = lamp_good;
    sensor_check(sensor, "I2C target: has registers, expected the first region of kind 1 and "
                         "mapped nowhere");
}

static void two_regions_have_one_block(void)
{
    lamp_tables = lamp_good;
    lamp_tables.regions[3].ram_block = "lamp-buffer";
    assert_tables("ram_block lamp-buffer: has the same name as ram_block lamp-buffer, expected "
                  "different ones");
}

static void two_regions_have_one_block_in_a_layout(void)
{
    static const HwName names[] = { "", "", "old", "old" };

    lamp_tables = lamp_good;
    lamp_tables.layouts[0].ram_blocks = (HwNames)HW_TABLE(names);
    assert_tables("layout old: ram_block old: has the same name as ram_block old, expected "
                  "different ones");
}

static void two_regions_may_show_the_same_words(void)
{
    lamp_tables = lamp_good;
    lamp_tables.regions[3] = lamp_tables.regions[0];
    lamp_tables.regions[3].name = "alias";
    lamp_tables.regions[3].offset = 0x1000;
    assert_tables(NULL);
    lamp_tables.regions[3].word_count = 1;
    lamp_tables.regions[3].registers.count = 1;
    assert_tables("words of region alias (4 bytes at 64) and words of region registers (8 "
                  "bytes at 64)" SAME_BYTES);
}

static void field_twice_in_one_state(void)
{
    lamp_tables = lamp_good;
    lamp_tables.state_fields[1] = lamp_tables.state_fields[0];
    lamp_tables.state_fields[1].name = "again";
    assert_tables("field again of state lamp (8 bytes at 64) and field regs of state lamp (8 "
                  "bytes at 64)" SAME_BYTES);
}

static bool always_needed(HwDevice *dev)
{
    (void)dev;
    return true;
}

static void parts_are_checked_as_states(void)
{
    HwState part = { .name = "works", .version = 1, .minimum_version = 2 };

    lamp_tables = lamp_good;
    lamp_tables.state_fields[1] = (HwStateField)HW_SAVED_PART("serial", &part);
    assert_tables("state lamp: field serial: state works: minimum_version is 2, expected at most "
                  "version 1");
    part.version = 2;
    assert_tables(NULL);
    part.needed = always_needed;
    assert_tables("state lamp: field serial: is a part with a condition, expected a "
                  "subsection");
    part.needed = NULL;
    lamp_tables.state_fields[1].type = HW_STATE_UINT;
    assert_tables("state lamp: field serial: has a part, expected type 4");
    lamp_tables.state_fields[1] = (HwStateField)HW_SAVED_PART("serial", &part);
    part.fields = (HwStateFields)HW_TABLE(lamp_tables.levels);
    lamp_tables.subsections[0].fields.count = 0;
    lamp_tables.levels[0] = (HwStateField) { "level", HW_STATE_UINT, offsetof(Lamp, layout), 4, 1 };
    assert_tables("field level of state works (4 bytes at 104) and property state (4 bytes at 104) "
                  "overlap in the instance, expected no byte in common");
}

static void live_state_is_checked_as_states(void)
{
    HwState live = { .name = "lamp-live", .version = 1, .minimum_version = 2 };
    const HwStateField mood = { "mood", HW_STATE_UINT, offsetof(Lamp, layout), 4, 1 };

    lamp_tables = lamp_good;
    lamp_tables.cls.live = &live;
    assert_tables("state lamp-live: minimum_version is 2, expected at most version 1");
    live.version = 2;
    assert_tables(NULL);
    live.fields = (HwStateFields) { &mood, sizeof(mood), 1 };
    assert_tables("field mood of state lamp-live (4 bytes at 104) and property state (4 bytes at "
                  "104) overlap in the instance, expected no byte in common");
}

static void given_names_a_number_before(void)
{
    lamp_tables = lamp_good;
    lamp_tables.state_fields[1].given = 64;
    assert_tables("state lamp: field serial: given is 64, expected the place of a uint32 before a "
                  "number");
    lamp_tables.state_fields[0].count = 1;
    assert_tables(NULL);
    lamp_tables.state_fields[0].given = 80;
    assert_tables("state lamp: field regs: given is 80, expected the place of a uint32 before a "
                  "number");
}

static void bytes_have_a_size(void)
{
    lamp_tables = lamp_good;
    lamp_tables.state_fields[1] = (HwStateField) { "serial", HW_STATE_BYTES, 80, 0, 1 };
    assert_tables("state lamp: field serial: size is 0, expected 1 to 255 for bytes");
    lamp_tables.state_fields[1].size = 256;
    assert_tables("state lamp: field serial: size is 256, expected 1 to 255 for bytes");
}

static void zeros_have_a_limit(void)
{
    lamp_tables = lamp_good;
    lamp_tables.state_fields[1] = (HwStateField)HW_SAVED_ZEROS("serial", 0x100000);
    assert_tables(NULL);
    lamp_tables.state_fields[1].count++;
    assert_tables("state lamp: field serial: count is 1048577, expected 1 to 1048576 zeros");
}

/* Zeros are stored nowhere. */
static void zeros_may_come_twice(void)
{
    lamp_tables = lamp_good;
    lamp_tables.state_fields[0] = (HwStateField)HW_SAVED_ZEROS("pad", 4);
    lamp_tables.state_fields[1] = (HwStateField)HW_SAVED_ZEROS("serial", 8);
    assert_tables(NULL);
}

static void field_in_two_states(void)
{
    lamp_tables = lamp_good;
    lamp_tables.cls.layouts.count = 1;
    lamp_tables.other_state.fields = (HwStateFields)HW_TABLE(lamp_tables.state_fields);
    assert_tables(NULL);
}

/* A guest or a stream that stores the length would make the host read past the bytes. */
static void bytes_share_with_their_like_alone(void)
{
    static const HwStateField bytes = { "bytes", HW_STATE_BYTES, 64, 1, 4 };
    static const HwStateField part = { "part", HW_STATE_BYTES, 64, 1, 3 };

    lamp_tables = lamp_good;
    lamp_tables.state_fields[1] = bytes;
    lamp_tables.state_fields[0] = lamp_good.state_fields[1];
    assert_tables("field bytes of state lamp (8 bytes at 64) and words of region registers (8 "
                  "bytes at 64)" NO_BYTE);
    lamp_tables.regions[0].words = offsetof(Lamp, wires);
    lamp_tables.regions[0].word_count = 1;
    lamp_tables.regions[0].registers.count = 1;
    lamp_tables.files[0].offset = 64;
    assert_tables("field bytes of state lamp (8 bytes at 64) and fw_cfg file etc/lamp-wires (4 "
                  "bytes at 64)" NO_BYTE);
    lamp_tables.files[0].offset = offsetof(Lamp, layout);
    lamp_tables.cls.layouts.count = lamp_tables.cls.layout_from = lamp_tables.properties[5]
                                                                      .offset = 0;
    lamp_tables.cls.properties.count = 5;
    lamp_tables.levels[0] = bytes;
    assert_tables(NULL);
    lamp_tables.levels[0] = part;
    assert_tables("field part of state lamp/levels (7 bytes at 64) and field bytes of state "
                  "lamp (8 bytes at 64)" SAME_BYTES);
}

static void saved_bytes_may_be_a_writable_file(void)
{
    lamp_tables = lamp_good;
    lamp_tables.levels[0] = (HwStateField)HW_SAVED(Lamp, wires);
    assert_tables(NULL);
    lamp_tables.levels[0] = (HwStateField) { "wires", HW_STATE_UINT, offsetof(Lamp, wires), 4, 1 };
    assert_tables("field wires of state lamp/levels (4 bytes at 108) and fw_cfg file "
                  "etc/lamp-wires (4 bytes at 108)" SAME_BYTES);
}

/* All pairs of them are compared. */
static void class_uses_too_many_places(void)
{
    enum { COUNT = 2100 };
    g_autofree HwStateField *fields = g_new0(HwStateField, COUNT);
    char names[COUNT][8];

    lamp_tables = lamp_good;
    for (uint32_t i = 0; i < COUNT; i++) {
        g_snprintf(names[i], sizeof(names[i]), "f%u", i);
        fields[i] = (HwStateField) { names[i], HW_STATE_UINT, sizeof(Lamp) + i, 1, 1 };
    }
    lamp_tables.cls.instance_size += COUNT;
    lamp_tables.state.fields = (HwStateFields) { fields, sizeof(*fields), COUNT };
    assert_tables(NULL);
    lamp_tables.other_state.fields = lamp_tables.state.fields;
    assert_tables("uses 6314 places of the instance, expected at most 4096");
}

/* The block name of a later instance ends in a number. */
static void refuses_block_name_without_room_for_a_number(void)
{
    const HwPlace file = { NULL, NULL, "x.so", 0 };
    g_autofree char *name = g_strnfill(245, 'x');
    HW_ERROR(error, 512);

    lamp_tables = lamp_good;
    lamp_tables.regions[2].ram_block = name;
    g_assert_false(hw_plugin_check(&lamp_tables.plugin, NULL, &file, &error));
    g_assert_cmpstr(error.text, ==,
                    "x.so: " LAMP_CLASS
                    "region buffer: RAM block's name has 245 characters, expected "
                    "at most 244");
    lamp_tables.regions[2].ram_block = name + 1;
    g_assert_true(hw_plugin_check(&lamp_tables.plugin, NULL, &file, &error));
}

static void refusal_is_one_printable_line(void)
{
    const HwPlace file = { NULL, NULL, "x\n\033.so", 0 };
    HW_ERROR(error, 64);

    g_assert_false(hw_refuse(&file, &error, "is damaged"));
    g_assert_cmpstr(error.text, ==, "x??.so: is damaged");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plugin-check/refuses/block-name-without-room-for-a-number",
                    refuses_block_name_without_room_for_a_number);
    g_test_add_func("/plugin-check/accepts/region/over-another-with-its-own-switch",
                    regions_of_two_switches_may_overlap);
    g_test_add_func("/plugin-check/refuses/region/over-another-with-the-same-switch",
                    regions_of_one_switch_overlap);
    g_test_add_func("/plugin-check/accepts/region/that-overlaps-only-by-its-largest-size",
                    region_may_overlap_by_its_largest_size);
    g_test_add_func("/plugin-check/refuses/region/mapped-nowhere-with-a-base",
                    unmapped_region_has_no_base);
    g_test_add_func("/plugin-check/i2c/target-with-registers", target_is_checked);
    g_test_add_func("/plugin-check/i2c/target-with-hooks", target_with_hooks_is_checked);
    g_test_add_func("/plugin-check/i2c/registers-mapped-nowhere",
                    registers_mapped_nowhere_are_a_targets);
    g_test_add_func("/plugin-check/refuses/region/ram-block-of-another",
                    two_regions_have_one_block);
    g_test_add_func("/plugin-check/refuses/layout/block-of-two-regions",
                    two_regions_have_one_block_in_a_layout);
    g_test_add_func("/plugin-check/accepts/place/words-of-two-regions",
                    two_regions_may_show_the_same_words);
    g_test_add_func("/plugin-check/refuses/place/field-twice-in-a-state", field_twice_in_one_state);
    g_test_add_func("/plugin-check/parts-are-checked-as-states", parts_are_checked_as_states);
    g_test_add_func("/plugin-check/live-state-is-checked-as-states",
                    live_state_is_checked_as_states);
    g_test_add_func("/plugin-check/given-names-a-number-before", given_names_a_number_before);
    g_test_add_func("/plugin-check/bytes-have-a-size", bytes_have_a_size);
    g_test_add_func("/plugin-check/zeros-have-a-limit", zeros_have_a_limit);
    g_test_add_func("/plugin-check/zeros-may-come-twice", zeros_may_come_twice);
    g_test_add_func("/plugin-check/accepts/place/field-in-two-layouts", field_in_two_states);
    g_test_add_func("/plugin-check/refuses/place/length-of-bytes-that-is-not-theirs-alone",
                    bytes_share_with_their_like_alone);
    g_test_add_func("/plugin-check/accepts/place/saved-bytes-that-the-guest-writes",
                    saved_bytes_may_be_a_writable_file);
    g_test_add_func("/plugin-check/refuses/place/more-than-can-be-compared",
                    class_uses_too_many_places);
    g_test_add_func("/plugin-check/refusal-is-one-printable-line", refusal_is_one_printable_line);
    return g_test_run();
}
