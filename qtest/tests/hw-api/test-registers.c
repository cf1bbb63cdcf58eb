/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/run/region.c: widths, lanes, masks and hooks of every kind of region. */
#include <glib.h>
#include <string.h>

#include "qtest/tests/hw-api/probe.h"

/* -------------------------------------------------------------------- reads */

static void read_byte_lanes(Fixture *f, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < 4; i++) {
        g_assert_cmphex(probe_read(f, REGS, i, 1), ==, 0x11 * (i + 1));
    }
    g_assert_cmphex(probe_read(f, REGS, 2, 2), ==, 0x4433);
}

static void read_quad_joins_two_words(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(probe_read(f, REGS, 0, 8), ==, UINT64_C(0x000000ff44332211));
}

static void read_every_width_and_offset_joins_bytes(Fixture *f, gconstpointer data)
{
    (void)data;
    for (int region = REGS; region <= PAGE; region++) { /* the others tell widths apart */
        for (uint32_t size = 1; size <= 8; size *= 2) {
            for (uint64_t offset = 0; offset < 0x44; offset++) {
                uint64_t expected = 0;

                for (uint32_t i = 0; i < size; i++) {
                    f->probe->mmio_count = 0;
                    expected |= probe_read(f, region, offset + i, 1) << (8 * i);
                }
                f->probe->mmio_count = 0;
                g_assert_cmphex(probe_read(f, region, offset, size), ==, expected);
            }
        }
    }
}

static void read_past_the_end_is_zero(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, RAM, 0x3c, 0xaabbccdd, 4);
    g_assert_cmphex(probe_read(f, RAM, 0x3e, 8), ==, 0xaabb);
    g_assert_cmphex(probe_read(f, RAM, 0x40, 4), ==, 0);
    g_assert_cmphex(probe_read(f, RAM, UINT64_MAX, 4), ==, 0);
}

static void read_hook_shapes_the_value(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(probe_read(f, REGS, 4 * HOOKED, 4), ==, 0xff00ff00);
    g_assert_cmphex(probe_read(f, REGS, 4 * HOOKED + 1, 1), ==, 0xff);
    g_assert_cmphex(f->probe->words[HOOKED], ==, 0x00ff00ff);
}

/* ------------------------------------------------------------------- writes */

static void write_byte_lane_keeps_other_bytes(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 1, 0xaa, 1);
    g_assert_cmphex(f->probe->words[PLAIN], ==, 0x4433aa11);
}

static void write_ignores_bits_above_its_width(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 0, UINT64_C(0xffffffffffffffaa), 1);
    g_assert_cmphex(f->probe->words[PLAIN], ==, 0x443322aa);
    g_assert_cmphex(f->probe->words[CLEARED], ==, 0xff);
}

static void write_unaligned_reaches_both_words(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 2, 0x0003beef, 4);
    g_assert_cmphex(f->probe->words[PLAIN], ==, 0xbeef2211);
    g_assert_cmphex(f->probe->words[CLEARED], ==, 0xfc);
}

static void write_one_clears(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 4 * CLEARED, 0xf5, 4);
    g_assert_cmphex(f->probe->words[CLEARED], ==, 0xfa);
}

static void write_only_bits_are_not_stored(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 4 * COMMAND, 0x1f, 4);
    g_assert_cmphex(f->probe->words[COMMAND], ==, 0x10);
    g_assert_cmphex(f->probe->written_value, ==, 0x1f);
}

static void written_value_is_in_place(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 4 * COMMAND + 1, 0x01, 1);
    g_assert_cmphex(f->probe->written_value, ==, 0x100);
    g_assert_cmphex(f->probe->words[COMMAND], ==, 0);
}

static void write_leaves_read_only_alone(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 4 * READ_ONLY, 0xffffffff, 4);
    probe_write(f, REGS, 4 * HOLE, 0xffffffff, 4);
    g_assert_cmphex(f->probe->words[READ_ONLY], ==, 0x12345678);
    g_assert_cmphex(f->probe->words[HOLE], ==, 0);
}

static void write_past_the_end_is_dropped(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, RAM, 0x3e, UINT64_C(0x1122334455667788), 8);
    probe_write(f, RAM, UINT64_MAX - 3, 0xffffffff, 4);
    g_assert_cmphex(probe_read(f, RAM, 0x3c, 4), ==, 0x77880000);
}

static void update_runs_once_an_access(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 0, 0, 8);
    g_assert_cmpuint(f->probe->update_count, ==, 1);
    probe_write(f, RAM, 0, 0, 8);
    probe_read(f, REGS, 0, 8);
    g_assert_cmpuint(f->probe->update_count, ==, 1);
}

/* ---------------------------------------------------------------- callbacks */

static void mmio_passes_whole_accesses(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, MMIO, 8, UINT64_C(0x1122334455667788), 8);
    g_assert_cmpuint(f->probe->mmio_count, ==, 1);
    g_assert_cmphex(f->probe->mmio_value[0], ==, UINT64_C(0x1122334455667788));
}

static void mmio_splits_unaligned_in_order(Fixture *f, gconstpointer data)
{
    static const struct {
        uint64_t offset;
        uint32_t size;
        uint64_t value;
    } expected[] = { { 1, 1, 0x88 }, { 2, 2, 0x6677 }, { 4, 1, 0x55 } };

    (void)data;
    probe_write(f, MMIO, 1, 0x55667788, 4);
    g_assert_cmpuint(f->probe->mmio_count, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_cmphex(f->probe->mmio_offset[i], ==, expected[i].offset);
        g_assert_cmpuint(f->probe->mmio_size[i], ==, expected[i].size);
        g_assert_cmphex(f->probe->mmio_value[i], ==, expected[i].value);
    }
}

static void mmio_widens_a_narrow_read(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(probe_read(f, MMIO_WORDS, 2, 1), ==, 0x33);
    g_assert_cmphex(f->probe->mmio_offset[0], ==, 0);
    g_assert_cmpuint(f->probe->mmio_size[0], ==, 4);
}

static void mmio_widens_a_narrow_write_with_zeros(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, MMIO_WORDS, 6, 0xabcd, 2);
    g_assert_cmphex(f->probe->mmio_offset[0], ==, 4);
    g_assert_cmphex(f->probe->mmio_value[0], ==, 0xabcd0000);
}

static void mmio_splits_what_is_too_wide(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(probe_read(f, MMIO_BYTES, 0, 8), ==, UINT64_C(0x8877665544332211));
    g_assert_cmpuint(f->probe->mmio_count, ==, 8);
}

static void rom_device_traps_writes_alone(Fixture *f, gconstpointer data)
{
    (void)data;
    f->regions[ROM_DEVICE].ram[4] = 0x5a;
    g_assert_cmphex(probe_read(f, ROM_DEVICE, 4, 8), ==, 0x5a);
    g_assert_cmpuint(f->probe->mmio_count, ==, 0);
    probe_write(f, ROM_DEVICE, 4, 0xff, 1);
    g_assert_cmpuint(f->probe->mmio_count, ==, 1);
    g_assert_cmphex(f->regions[ROM_DEVICE].ram[4], ==, 0x5a);
}

static void page_shows_words_in_memory(Fixture *f, gconstpointer data)
{
    const uint8_t *memory = f->regions[PAGE].ram;

    (void)data;
    g_assert_cmpmem(memory, 4, "\x11\x22\x33\x44", 4);
    probe_write(f, PAGE, 0, 0xaabbccdd, 4);
    g_assert_cmpmem(memory, 4, "\xdd\xcc\xbb\xaa", 4);
    g_assert_cmpmem(memory + 4 * HOOKED, 4, "\x00\xff\x00\xff", 4);
}

static void page_applies_masks_and_hooks(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, PAGE, 4 * READ_ONLY, 0, 4);
    g_assert_cmphex(probe_read(f, PAGE, 4 * READ_ONLY, 4), ==, 0x12345678);
    probe_write(f, PAGE, 4 * COMMAND, 0x1f, 4);
    g_assert_cmphex(f->probe->written_value, ==, 0x1f);
    g_assert_cmphex(probe_read(f, PAGE, 4 * COMMAND, 4), ==, 0x10);
}

static void page_splits_at_words(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, PAGE, 4 * CLEARED, UINT64_C(0x100000001), 8);
    g_assert_cmphex(f->probe->words[CLEARED], ==, 0xfe);
    g_assert_cmphex(f->probe->written_value, ==, 1);
}

static void page_stores_past_the_words(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, PAGE, 4 * WORDS - 2, 0x11223344, 4);
    g_assert_cmphex(probe_read(f, PAGE, 4 * WORDS, 4), ==, 0x1122);
}

static void page_follows_a_sync(Fixture *f, gconstpointer data)
{
    (void)data;
    f->probe->words[PLAIN] = 7;
    g_assert_cmphex(probe_read(f, PAGE, 0, 4), ==, 0x44332211);
    hw_region_sync(&f->regions[PAGE]);
    g_assert_cmphex(probe_read(f, PAGE, 0, 4), ==, 7);
}

/* ------------------------------------------------------------------- widths */

/* HIGH is at 8 and LOW at 4, so no aligned access of 8 bytes has both. */
static void widths_decide_which_registers_are_read(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(probe_read(f, STRICT, 4 * NARROW, 4), ==, 1);
    g_assert_cmphex(probe_read(f, STRICT, 4 * NARROW, 1), ==, 1);
    g_assert_cmphex(probe_read(f, STRICT, 4 * NARROW, 8), ==, UINT64_C(2) << 32);
    g_assert_cmphex(probe_read(f, STRICT, 4 * LOW, 4), ==, 2);
    g_assert_cmphex(probe_read(f, STRICT, 4 * LOW, 2), ==, 0);
    g_assert_cmphex(probe_read(f, STRICT, 4 * HIGH, 4), ==, 0);
    g_assert_cmphex(probe_read(f, STRICT, 4 * HIGH, 8), ==, 3);
}

static void widths_decide_which_registers_are_written(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, STRICT, 4 * NARROW, UINT64_C(0x2200000011), 8);
    g_assert_cmphex(f->probe->strict[NARROW], ==, 1);
    g_assert_cmphex(f->probe->strict[LOW], ==, 0x22);
    probe_write(f, STRICT, 4 * LOW, 0x33, 2);
    g_assert_cmphex(f->probe->strict[LOW], ==, 0x22);
    probe_write(f, STRICT, 4 * HIGH, 0x44, 4);
    g_assert_cmphex(f->probe->strict[HIGH], ==, 3);
    probe_write(f, STRICT, 4 * HIGH, 0x44, 8);
    g_assert_cmphex(f->probe->strict[HIGH], ==, 0x44);
}

/* Bytes 4 to 7 are an aligned access of 4 bytes. */
static void widths_are_of_aligned_accesses(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(probe_read(f, STRICT, 4 * LOW, 8), ==, 2);
    probe_write(f, STRICT, 4 * LOW, UINT64_C(0x6600000055), 8);
    g_assert_cmphex(f->probe->strict[LOW], ==, 0x55);
    g_assert_cmphex(f->probe->strict[HIGH], ==, 3);
}

static void ones_where_no_register_is(Fixture *f, gconstpointer data)
{
    (void)data;
    f->probe->strict[SILENT] = 5;
    g_assert_cmphex(probe_read(f, STRICT, 4 * SILENT, 4), ==, 5);
    g_assert_cmphex(probe_read(f, ONES, 4 * SILENT, 4), ==, UINT32_MAX);
    g_assert_cmphex(probe_read(f, ONES, 4 * SILENT, 2), ==, 0xffff);
    g_assert_cmphex(probe_read(f, ONES, 0x20, 8), ==, UINT64_MAX);
    g_assert_cmphex(probe_read(f, ONES, 4 * HIGH, 4), ==, UINT32_MAX);
    g_assert_cmphex(probe_read(f, ONES, 4 * HIGH, 8), ==, UINT64_C(0xffffffff00000003));
    g_assert_cmphex(probe_read(f, ONES, 4 * NARROW, 4), ==, 1);
}

static void narrower_than_the_region_is_nothing(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(probe_read(f, ONES, 4 * NARROW, 1), ==, 0);
    g_assert_cmphex(probe_read(f, ONES, 0x20, 1), ==, 0);
    probe_write(f, ONES, 4 * NARROW, 7, 1);
    g_assert_cmphex(f->probe->strict[NARROW], ==, 1);
    probe_write(f, ONES, 4 * NARROW, 7, 2);
    g_assert_cmphex(f->probe->strict[NARROW], ==, 7);
}

static void write_hook_gets_whole_accesses_to_registers(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, HOOKED_WRITES, 4 * HIGH, UINT64_C(0x8877665544332211), 8);
    probe_write(f, HOOKED_WRITES, 4 * HIGH, 0x99, 4);
    probe_write(f, HOOKED_WRITES, 0x20, 0x99, 4);
    probe_write(f, HOOKED_WRITES, 4 * LOW, 0x66, 4);
    g_assert_cmpuint(f->probe->mmio_count, ==, 2);
    g_assert_cmphex(f->probe->mmio_offset[0], ==, 4 * HIGH);
    g_assert_cmpuint(f->probe->mmio_size[0], ==, 8);
    g_assert_cmphex(f->probe->mmio_value[0], ==, UINT64_C(0x8877665544332211));
    g_assert_cmphex(f->probe->mmio_offset[1], ==, 4 * LOW);
    g_assert_cmpuint(f->probe->mmio_size[1], ==, 4);
    g_assert_cmphex(f->probe->strict[HIGH], ==, 0x44332211);
}

static void observer_sees_no_register_at_other_widths(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_watch(f, STRICT);
    probe_write(f, STRICT, 4 * HIGH, 0x44, 4);
    probe_read(f, STRICT, 4 * HIGH, 8);
    g_assert_null(f->seen[0].reg);
    g_assert_cmphex(f->seen[0].dropped, ==, 0x44);
    g_assert_cmpstr(f->seen[1].reg->name, ==, "HIGH");
}

/* ------------------------------------------------------- reset and observers */

static void reset_restores_words_not_ram(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_write(f, REGS, 4 * PLAIN, 0, 4);
    f->probe->words[HOLE] = 1;
    probe_write(f, RAM, 0, 7, 1);
    hw_instance_reset(f->instance);
    g_assert_cmphex(f->probe->words[PLAIN], ==, 0x44332211);
    g_assert_cmphex(f->probe->words[HOLE], ==, 0);
    g_assert_cmphex(probe_read(f, RAM, 0, 1), ==, 7);
}

static void observer_names_register_and_dropped_bits(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_watch(f, REGS);
    probe_write(f, REGS, 4 * COMMAND, 0xff, 4);
    g_assert_cmpuint(f->seen_count, ==, 1);
    g_assert_cmpstr(f->seen[0].reg->name, ==, "COMMAND");
    g_assert_cmphex(f->seen[0].dropped, ==, 0xe0);
    g_assert_true(f->seen[0].is_write);
}

static void observer_sees_every_piece(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_watch(f, REGS);
    probe_read(f, REGS, 0, 8);
    g_assert_cmpuint(f->seen_count, ==, 2);
    g_assert_cmpstr(f->seen[1].reg->name, ==, "CLEARED");
    g_assert_cmphex(f->seen[1].value, ==, 0xff);
}

static void observer_sees_holes_without_register(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_watch(f, REGS);
    probe_write(f, REGS, 4 * HOLE, 1, 4);
    probe_write(f, REGS, 4 * WORDS, 1, 4);
    g_assert_null(f->seen[0].reg);
    g_assert_null(f->seen[1].reg);
    g_assert_cmphex(f->seen[1].dropped, ==, 1);
}

static void format_names_fields(Fixture *f, gconstpointer data)
{
    char text[64];

    (void)f;
    (void)data;
    hw_register_format(&probe_registers[2], 0x17, text, sizeof(text));
    g_assert_cmpstr(text, ==, "0x17 (go, mode=3, keep)");
    hw_register_format(&probe_registers[2], 0x20, text, sizeof(text));
    g_assert_cmpstr(text, ==, "0x20");
}

static void format_is_cut_to_capacity(Fixture *f, gconstpointer data)
{
    char text[8];

    (void)f;
    (void)data;
    g_assert_cmpint(hw_register_format(&probe_registers[2], 0x17, text, sizeof(text)), ==,
                    (int)strlen("0x17 (go, mode=3, keep)"));
    g_assert_cmpstr(text, ==, "0x17 (g");
}

typedef void TestFunction(Fixture *f, gconstpointer data);

static const struct {
    const char *path;
    TestFunction *function;
} tests[] = {
    { "/registers/read/byte-lanes", read_byte_lanes },
    { "/registers/read/quad-joins-two-words", read_quad_joins_two_words },
    { "/regions/read/every-width-and-offset-joins-bytes", read_every_width_and_offset_joins_bytes },
    { "/regions/read/past-the-end-is-zero", read_past_the_end_is_zero },
    { "/registers/read/hook-shapes-the-value", read_hook_shapes_the_value },
    { "/registers/write/byte-lane-keeps-other-bytes", write_byte_lane_keeps_other_bytes },
    { "/registers/write/ignores-bits-above-its-width", write_ignores_bits_above_its_width },
    { "/registers/write/unaligned-reaches-both-words", write_unaligned_reaches_both_words },
    { "/registers/write/one-clears", write_one_clears },
    { "/registers/write/write-only-bits-are-not-stored", write_only_bits_are_not_stored },
    { "/registers/write/hook-gets-value-in-place", written_value_is_in_place },
    { "/registers/write/leaves-read-only-alone", write_leaves_read_only_alone },
    { "/regions/write/past-the-end-is-dropped", write_past_the_end_is_dropped },
    { "/regions/write/update-runs-once-an-access", update_runs_once_an_access },
    { "/mmio/passes-whole-accesses", mmio_passes_whole_accesses },
    { "/mmio/splits-unaligned-in-order", mmio_splits_unaligned_in_order },
    { "/mmio/widens-a-narrow-read", mmio_widens_a_narrow_read },
    { "/mmio/widens-a-narrow-write-with-zeros", mmio_widens_a_narrow_write_with_zeros },
    { "/mmio/splits-what-is-too-wide", mmio_splits_what_is_too_wide },
    { "/rom-device/traps-writes-alone", rom_device_traps_writes_alone },
    { "/page/shows-words-in-memory", page_shows_words_in_memory },
    { "/page/applies-masks-and-hooks", page_applies_masks_and_hooks },
    { "/page/splits-at-words", page_splits_at_words },
    { "/page/stores-past-the-words", page_stores_past_the_words },
    { "/page/follows-a-sync", page_follows_a_sync },
    { "/registers/widths/decide-which-are-read", widths_decide_which_registers_are_read },
    { "/registers/widths/decide-which-are-written", widths_decide_which_registers_are_written },
    { "/registers/widths/are-of-aligned-accesses", widths_are_of_aligned_accesses },
    { "/registers/widths/ones-where-no-register-is", ones_where_no_register_is },
    { "/registers/widths/narrower-than-the-region-is-nothing",
      narrower_than_the_region_is_nothing },
    { "/registers/write/hook-of-the-region-gets-whole-accesses",
      write_hook_gets_whole_accesses_to_registers },
    { "/registers/widths/observer-sees-no-register", observer_sees_no_register_at_other_widths },
    { "/registers/reset/restores-words-not-ram", reset_restores_words_not_ram },
    { "/registers/observer/names-register-and-dropped-bits",
      observer_names_register_and_dropped_bits },
    { "/registers/observer/sees-every-piece", observer_sees_every_piece },
    { "/registers/observer/sees-holes-without-register", observer_sees_holes_without_register },
    { "/registers/format/names-fields", format_names_fields },
    { "/registers/format/is-cut-to-capacity", format_is_cut_to_capacity },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, probe_set_up, tests[i].function, probe_tear_down);
    }
    return g_test_run();
}
