/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMBIOS structures of machines that no test can start, and what links structures: counts,
 * lengths, handles.  test-smbios-qemu.c compares whole files with QEMU's. */
#include <string.h>

#include <glib.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/parts/smbios.h"
#include "qtest/tests/lib/golden.h"

#define GIB      (UINT64_C(1) << 30)
#define TIB      (UINT64_C(1) << 40)
#define FUNCTION 0x0128 /* bus 1, device 5, function 0 */

enum { HEADER = 4, ANCHOR_32 = 31, ANCHOR_64 = 24 };

typedef struct Fixture {
    ObSmbios *given;
    ObSmbiosMachine machine;
    GByteArray *anchor, *tables;
    char text[512];
    HwError error;
} Fixture;

static bool ram_at(void *opaque, uint32_t index, uint64_t *start, uint64_t *size)
{
    const Fixture *f = opaque;

    *start = index ? 4 * GIB : 0;
    *size = index ? f->machine.ram_size - GIB : GIB;
    return index < 2;
}

static bool function_find(void *opaque, const char *id, uint32_t *address)
{
    (void)opaque;
    *address = FUNCTION;
    return g_str_equal(id, "known");
}

static void set_up(Fixture *f, gconstpointer data)
{
    static const uint8_t uuid[16] = { 0xab };

    (void)data;
    f->given = ob_smbios_new();
    f->anchor = g_byte_array_new();
    f->tables = g_byte_array_new();
    f->error = (HwError) { f->text, sizeof(f->text) };
    f->machine = (ObSmbiosMachine) {
        .product = "machine",
        .version = "1",
        .uuid = uuid,
        .sockets = 1,
        .cores = 1,
        .threads = 1,
        .ram_size = 2 * GIB,
        .dimm_size = 16 * GIB,
        .ram_at = ram_at,
        .function_find = function_find,
        .opaque = f,
    };
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_smbios_free(f->given);
    g_byte_array_unref(f->anchor);
    g_byte_array_unref(f->tables);
}

static void build(Fixture *f)
{
    g_assert_true(ob_smbios_build(f->given, &f->machine, f->anchor, f->tables, &f->error));
}

static void give(Fixture *f, uint32_t type, const char *key, const char *value)
{
    const ObOption option = { key, value };

    g_assert_true(ob_smbios_give(f->given, type, &option, 1, &f->error));
}

/* The size of the structure with its strings. */
static uint32_t whole(const uint8_t *structure)
{
    uint32_t size = structure[1];

    while (structure[size] || structure[size + 1]) {
        size++;
    }
    return size + 2;
}

/* The structure of this type; `index` counts those of its type. */
static const uint8_t *structure(const Fixture *f, uint8_t type, uint32_t index)
{
    for (uint32_t i = 0; i < f->tables->len; i += whole(f->tables->data + i)) {
        if (f->tables->data[i] == type && index-- == 0) {
            return f->tables->data + i;
        }
    }
    return NULL;
}

static const char *string(const uint8_t *structure, uint8_t number)
{
    const char *text = (const char *)structure + structure[1];

    while (--number) {
        text += strlen(text) + 1;
    }
    return text;
}

/* ------------------------------------------------------------------ the whole */

/* A line for each structure: its bytes, then its strings. */
static void bytes_expect(const Fixture *f, const char *file)
{
    g_autoptr(GString) text = g_string_new(NULL);
    uint32_t size;

    for (uint32_t i = 0; i < f->tables->len; i += size) {
        const uint8_t *at = f->tables->data + i;

        size = whole(at);
        for (uint32_t k = 0; k < at[1]; k++) {
            g_string_append_printf(text, "%02x", at[k]);
        }
        for (const char *s = (const char *)at + at[1]; *s; s += strlen(s) + 1) {
            g_string_append_printf(text, " '%s'", s);
        }
        g_string_append_c(text, '\n');
    }
    golden_expect(file, text->str);
}

static void test_bytes(Fixture *f, gconstpointer data)
{
    (void)data;
    build(f);
    bytes_expect(f, "smbios.txt");
}

/* With an entry point of 64 bits, and a field of each kind of structure. */
static void test_bytes_of_all(Fixture *f, gconstpointer data)
{
    static const struct {
        uint32_t type;
        const char *key, *value;
    } given[] = {
        { 0, "vendor", "maker" },     { 1, "serial", "0815" },
        { 2, "location", "shelf" },   { 3, "asset", "box" },
        { 4, "max-speed", "3000" },   { 8, "internal_reference", "socket" },
        { 9, "pci_device", "known" }, { 11, "value", "text" },
        { 17, "part", "module" },     { 41, "pcidev", "known" },
    };

    (void)data;
    f->machine.entry = OB_SMBIOS_ENTRY_64;
    for (size_t i = 0; i < G_N_ELEMENTS(given); i++) {
        give(f, given[i].type, given[i].key, given[i].value);
    }
    build(f);
    bytes_expect(f, "smbios-given.txt");
}

static void test_anchor_counts(Fixture *f, gconstpointer data)
{
    uint32_t count = 0, largest = 0, size;

    (void)data;
    build(f);
    for (uint32_t i = 0; i < f->tables->len; i += size, count++) {
        size = whole(f->tables->data + i);
        largest = MAX(largest, size);
    }
    g_assert_cmpuint(count, >, 5);
    g_assert_cmpmem(f->anchor->data, 4, "_SM_", 4);
    g_assert_cmpuint(f->anchor->len, ==, ANCHOR_32);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 8, 2), ==, largest);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 22, 2), ==, f->tables->len);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 28, 2), ==, count);
}

static void test_large_anchor(Fixture *f, gconstpointer data)
{
    (void)data;
    f->machine.entry = OB_SMBIOS_ENTRY_64;
    build(f);
    g_assert_cmpmem(f->anchor->data, 5, "_SM3_", 5);
    g_assert_cmpuint(f->anchor->len, ==, ANCHOR_64);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 12, 4), ==, f->tables->len);
}

/* 300 times 300 bytes are too many for 16 bits. */
static void test_anchor_grows(Fixture *f, gconstpointer data)
{
    g_autofree char *text = g_strnfill(300, 'x');

    (void)data;
    for (uint32_t i = 0; i < 300; i++) {
        give(f, 8, "internal_reference", text);
    }
    build(f);
    g_assert_cmpuint(f->anchor->len, ==, ANCHOR_64);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 12, 4), ==, f->tables->len);
    g_assert_nonnull(structure(f, 127, 0));
    g_assert_null(structure(f, 127, 1));
    g_assert_nonnull(structure(f, 8, 299));
    g_assert_null(structure(f, 8, 300));
}

static void test_anchor_that_may_not_grow(Fixture *f, gconstpointer data)
{
    (void)data;
    f->machine.threads = 255;
    f->machine.entry = OB_SMBIOS_ENTRY_32;
    g_assert_false(ob_smbios_build(f->given, &f->machine, f->anchor, f->tables, &f->error));
    g_assert_true(g_str_has_prefix(f->text, "smbios-entry-point-type=32 has no room for 1 cores, "
                                            "255 threads"));
}

/* --------------------------------------------------------------------- memory */

static void test_terabytes(Fixture *f, gconstpointer data)
{
    const uint8_t *s;

    (void)data;
    f->machine.ram_size = 5 * TIB;
    f->machine.dimm_size = 2 * TIB;
    build(f);
    s = structure(f, 16, 0);
    g_assert_cmphex(hw_load_le(s + 7, 4), ==, 0x80000000);
    g_assert_cmphex(hw_load_le(s + 15, 8), ==, 5 * TIB);
    g_assert_cmpuint(hw_load_le(s + 13, 2), ==, 3);
    s = structure(f, 17, 2);
    g_assert_cmphex(hw_load_le(s + 0xc, 2), ==, 0x7fff);
    g_assert_cmphex(hw_load_le(s + 0x1c, 4), ==, TIB >> 20);
    g_assert_cmpstr(string(s, s[0x10]), ==, "DIMM 2");
    g_assert_null(structure(f, 17, 3));
    s = structure(f, 19, 1);
    g_assert_cmphex(hw_load_le(s + 4, 4), ==, UINT32_MAX);
    g_assert_cmphex(hw_load_le(s + 8, 4), ==, UINT32_MAX);
    g_assert_cmphex(hw_load_le(s + 15, 8), ==, 4 * GIB);
    g_assert_cmphex(hw_load_le(s + 23, 8), ==, 4 * GIB + 5 * TIB - GIB - 1);
}

/* ------------------------------------------------------------------ from a user */

static void test_functions(Fixture *f, gconstpointer data)
{
    (void)data;
    give(f, 9, "pci_device", "known");
    give(f, 41, "pcidev", "known");
    build(f);
    g_assert_cmpmem(structure(f, 9, 0) + 0xd, 4, "\0\0\x01\x28", 4);
    g_assert_cmpmem(structure(f, 41, 0) + 7, 4, "\0\0\x01\x28", 4);
}

static void test_unknown_function(Fixture *f, gconstpointer data)
{
    (void)data;
    give(f, 9, "pci_device", "unknown");
    g_assert_false(ob_smbios_build(f->given, &f->machine, f->anchor, f->tables, &f->error));
    g_assert_cmpstr(f->text, ==, "type=9: pci_device: 'unknown' is not the id of a PCI function");
}

static void test_replaced_structure(Fixture *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 4, 5, 0, 0x50, 1, 'a', 0, 'b', 0, 0 };

    (void)data;
    f->machine.sockets = 2;
    g_assert_true(ob_smbios_give_bytes(f->given, bytes, sizeof(bytes), &f->error));
    build(f);
    g_assert_cmpmem(f->tables->data, sizeof(bytes), bytes, sizeof(bytes));
    g_assert_null(structure(f, 4, 1));
}

static void test_structure_after_fields(Fixture *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 11, 4, 0, 0x50, 0, 0 };

    (void)data;
    give(f, 11, "value", "x");
    g_assert_false(ob_smbios_give_bytes(f->given, bytes, sizeof(bytes), &f->error));
    g_assert_cmpstr(f->text, ==, "fields of type 11 were given before");
}

static void test_fields_after_structure(Fixture *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 1, 4, 0, 0x50, 0, 0 };
    const ObOption option = { "serial", "x" };

    (void)data;
    g_assert_true(ob_smbios_give_bytes(f->given, bytes, sizeof(bytes), &f->error));
    g_assert_false(ob_smbios_give(f->given, 1, &option, 1, &f->error));
    g_assert_cmpstr(f->text, ==, "type: a file= has given the whole structure 1");
}

static void test_broken_structures(Fixture *f, gconstpointer data)
{
    static const struct {
        uint8_t bytes[8];
        size_t size;
    } rows[] = {
        { { 1, 4, 0, 0 }, 4 },             /* no zeros */
        { { 1, 4, 0, 0, 'a', 0 }, 6 },     /* one zero */
        { { 1, 3, 0, 0, 0, 0 }, 6 },       /* shorter than its header */
        { { 1, 9, 0, 0, 0, 0, 0, 0 }, 8 }, /* longer than the file */
        { { 1, 4, 0, 0, 0, 0, 1, 4 }, 8 }, /* a second one begins */
        { { 1, 4, 0, 0, 0, 0, 0 }, 7 },    /* a byte too many */
        { { 1, 4, 0 }, 3 },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_false(ob_smbios_give_bytes(f->given, rows[i].bytes, rows[i].size, &f->error));
        g_assert_cmpstr(f->text, ==,
                        "it is not one structure, expected a header, its length of bytes, strings "
                        "and two zeros");
    }
    build(f);
    g_assert_cmpuint(f->tables->data[0], ==, 1); /* none was kept: the machine's own is there */
    g_assert_cmpuint(f->tables->data[1], ==, 27);
}

static void test_too_many_strings(Fixture *f, gconstpointer data)
{
    const ObOption option = { "value", "x" };

    (void)data;
    for (uint32_t i = 0; i < 255; i++) {
        give(f, 11, "value", "x");
    }
    g_assert_false(ob_smbios_give(f->given, 11, &option, 1, &f->error));
    g_assert_cmpstr(f->text, ==, "value: more than 255 strings");
    build(f);
    g_assert_cmpuint(structure(f, 11, 0)[4], ==, 255);
}

#define TEST(path, function) g_test_add("/smbios/" path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("bytes-of-each-structure", test_bytes);
    TEST("bytes-of-each-structure-that-is-given", test_bytes_of_all);
    TEST("anchor/counts", test_anchor_counts);
    TEST("anchor/of-64-bits", test_large_anchor);
    TEST("anchor/grows", test_anchor_grows);
    TEST("anchor/may-not-grow", test_anchor_that_may_not_grow);
    TEST("memory/terabytes", test_terabytes);
    TEST("given/functions", test_functions);
    TEST("given/unknown-function", test_unknown_function);
    TEST("given/whole-structure", test_replaced_structure);
    TEST("given/structure-after-fields", test_structure_after_fields);
    TEST("given/fields-after-structure", test_fields_after_structure);
    TEST("given/broken-structures", test_broken_structures);
    TEST("given/too-many-strings", test_too_many_strings);
    return g_test_run();
}
