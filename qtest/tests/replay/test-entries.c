/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries of a recording in bytes: their numbers, limits, places and pairs. */
#include <glib.h>
#include <string.h>

#include "hw-api/host/recording/entries.h"
#include "qtest/tests/lib/golden.h"

/* The bytes, and each shorter length, which has no whole entry. */
static int64_t decode(HwEntry *entry, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        g_assert_cmpint(hw_entry_decode(entry, bytes, i), ==, 0);
    }
    return hw_entry_decode(entry, bytes, size);
}

static void test_round_trip(void)
{
    static const uint64_t numbers[] = { 0, 1, 0x7f, 0x80, 0x3fff, 0x4000, UINT32_MAX, UINT64_MAX };

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const HwEntry entry = { .kind = HW_ENTRY_DMA_READ,
                                .device = (uint32_t)numbers[i],
                                .values = { numbers[i], ~numbers[i] },
                                .answers = { numbers[i] },
                                .answer = "abc",
                                .answer_size = 3 };
        uint8_t bytes[HW_ENTRY_ROOM + 3];
        size_t size = hw_entry_encode(&entry, bytes);
        HwEntry back;

        g_assert_cmpuint(size, <=, sizeof(bytes));
        g_assert_cmpint(decode(&back, bytes, size), ==, (int64_t)size);
        g_assert_cmpuint(back.kind, ==, HW_ENTRY_DMA_READ);
        g_assert_cmpuint(back.device, ==, entry.device);
        g_assert_cmphex(back.values[0], ==, entry.values[0]);
        g_assert_cmphex(back.values[1], ==, entry.values[1]);
        g_assert_cmphex(back.answers[0], ==, entry.answers[0]);
        g_assert_cmpmem(back.answer, back.answer_size, "abc", 3);
    }
}

/* LEB128: 300 is ac 02. */
static void test_bytes(void)
{
    static const uint8_t expected[] = { HW_ENTRY_DMA_WRITE, 1, 0xac, 0x02, 2, 'o', 'k', 1 };
    const HwEntry entry = { .kind = HW_ENTRY_DMA_WRITE,
                            .device = 1,
                            .values = { 300 },
                            .bytes = "ok",
                            .size = 2,
                            .answers = { 1 } };
    uint8_t bytes[HW_ENTRY_ROOM + 2];

    g_assert_cmpmem(bytes, hw_entry_encode(&entry, bytes), expected, sizeof(expected));
}

/* Files of the format's version 1 have these bytes: all kinds with all that they can have. */
static void test_kinds(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t kind = 0; kind < HW_ENTRIES; kind++) {
        const HwEntry entry = { .kind = (HwEntryKind)kind,
                                .device = 0x11,
                                .values = { 0x21, 0x22, 0x23, 0x24 },
                                .bytes = "b",
                                .size = 1,
                                .answers = { 0x31, 0x32, 0x33 },
                                .answer = "a",
                                .answer_size = 1 };
        uint8_t bytes[HW_ENTRY_ROOM + 2];
        size_t size = hw_entry_encode(&entry, bytes);

        for (size_t i = 0; i < size; i++) {
            g_string_append_printf(text, "%02x ", bytes[i]);
        }
        g_string_append_printf(text, "%s\n", hw_entry_rows[kind].name);
    }
    golden_expect("recording-entries.txt", text->str);
}

/* A row's end is -1: not valid. */
static const struct {
    const char *path;
    uint8_t bytes[16];
    size_t size;
    int64_t end;
} rows[] = {
    { "last-kind", { HW_ENTRIES - 1, 0, 0 }, 3, 3 },
    { "kind-behind-the-last", { HW_ENTRIES, 0, 0 }, 1, -1 },
    { "largest-device", { HW_ENTRY_GONE, 0xff, 0xff, 0xff, 0xff, 0x0f }, 6, 6 },
    { "device-too-large", { HW_ENTRY_GONE, 0x80, 0x80, 0x80, 0x80, 0x10 }, 6, -1 },
    { "largest-number",
      { HW_ENTRY_CLOSE, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 },
      12,
      12 },
    { "number-of-65-bits",
      { HW_ENTRY_CLOSE, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 },
      12,
      -1 },
    { "too-many-bytes", { HW_ENTRY_HEAD, 0, 0x81, 0x80, 0x40 }, 5, -1 },
    { "bytes-are-missing", { HW_ENTRY_HEAD, 0, 0x80, 0x80, 0x40 }, 5, 0 },
    { "no-bytes", { HW_ENTRY_HEAD, 0, 0 }, 3, 3 },
};

static void test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    HwEntry entry;

    g_assert_cmpint(decode(&entry, rows[i].bytes, rows[i].size), ==, rows[i].end);
}

/* The distance to the end of the last access is stored: a loop over registers takes few bytes. */
static void test_offsets(void)
{
    static const uint64_t offsets[] = { 0, 4, 8, 0, UINT64_MAX - 3, 0x1000, 0x1004 };
    static const uint64_t stored[] = { 0, 0, 0, 23, 15, 0x2000, 0 };
    uint64_t next = 0, other = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        HwEntry entry = { .kind = hw_entry_of_input(HW_INTAKE_READ),
                          .values = { 7, offsets[i], 4 } };

        hw_entry_shorten(&entry, &next);
        g_assert_cmphex(entry.values[1], ==, stored[i]);
        hw_entry_lengthen(&entry, &other);
        g_assert_cmphex(entry.values[1], ==, offsets[i]);
    }
    for (uint32_t i = 0; i < 2; i++) {
        HwEntry entry = { .kind = i ? HW_ENTRY_TPM_RESTART : hw_entry_of_input(HW_INTAKE_WRITE),
                          .values = { 0, 0x1008, 1 } };

        hw_entry_shorten(&entry, &next);
        g_assert_cmphex(entry.values[1], ==, i ? 0x1008 : 0); /* no other entry has an offset */
    }
}

/* Bytes that lie in a memory are a place there. */
static void test_places(void)
{
    static const uint32_t sizes[] = { 0, 7, 8, 0xffff, 0x10000 };
    g_autofree uint8_t *memory = g_malloc0(0x30000);

    memory[0x123] = 1;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        HwEntry entry = { .kind = HW_ENTRY_CHANGED, .bytes = memory + 0x123, .size = sizes[i] };
        bool expected = sizes[i] >= 8 && sizes[i] <= UINT16_MAX;

        g_assert_false(hw_entry_place(&entry, NULL, 0x30000, 5));
        g_assert_cmpint(hw_entry_place(&entry, memory, 0x30000, 5), ==, expected);
        g_assert_cmpuint(entry.size, ==, expected ? 0 : sizes[i]);
        if (expected) {
            g_assert_cmphex(entry.values[3], ==,
                            UINT64_C(5) << 48 | UINT64_C(0x123) << 16 | sizes[i]);
        }
    }
}

static void test_pairs(void)
{
    static const char texts[] = "key\0value\0\0\0open";
    const HwEntry entry = { .bytes = texts, .size = sizeof(texts) - 1 };
    const char *key, *value;
    uint32_t at = 0;

    g_assert_true(hw_entry_pair(&entry, &at, &key, &value));
    g_assert_cmpstr(key, ==, "key");
    g_assert_cmpstr(value, ==, "value");
    g_assert_true(hw_entry_pair(&entry, &at, &key, &value));
    g_assert_cmpstr(key, ==, "");
    g_assert_cmpstr(value, ==, "");
    g_assert_cmpuint(at, ==, 12);
    g_assert_false(hw_entry_pair(&entry, &at, &key, &value)); /* it has no end */
    at = entry.size;
    g_assert_false(hw_entry_pair(&entry, &at, &key, &value));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/entries/round-trip", test_round_trip);
    g_test_add_func("/entries/bytes-of-the-page", test_bytes);
    g_test_add_func("/entries/each-kind", test_kinds);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/entries/decoded/", rows[i].path, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/entries/offsets-are-distances", test_offsets);
    g_test_add_func("/entries/bytes-are-places", test_places);
    g_test_add_func("/entries/pairs", test_pairs);
    return g_test_run();
}
