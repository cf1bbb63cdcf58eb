/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMBIOS structures of machines that no test can start, and what links structures: counts,
 * lengths, handles.  test-smbios-qemu.c compares whole files with QEMU's. */
#include <string.h>

#include "qtest/tests/machine/parts/smbios-fixture.h"

#define TIB (UINT64_C(1) << 40)

enum { ANCHOR_32 = 31, ANCHOR_64 = 24 };

static void test_bytes(SmbiosFixture *f, gconstpointer data)
{
    (void)data;
    smbios_build(f);
    smbios_bytes_expect(f, "smbios.txt");
}

static void test_anchor_counts(SmbiosFixture *f, gconstpointer data)
{
    uint32_t count = 0, largest = 0, size;

    (void)data;
    smbios_build(f);
    for (uint32_t i = 0; i < f->tables->len; i += size, count++) {
        size = smbios_whole(f->tables->data + i);
        largest = MAX(largest, size);
    }
    g_assert_cmpuint(count, >, 5);
    g_assert_cmpmem(f->anchor->data, 4, "_SM_", 4);
    g_assert_cmpuint(f->anchor->len, ==, ANCHOR_32);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 8, 2), ==, largest);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 22, 2), ==, f->tables->len);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 28, 2), ==, count);
}

static void test_large_anchor(SmbiosFixture *f, gconstpointer data)
{
    (void)data;
    f->machine.entry = OB_SMBIOS_ENTRY_64;
    smbios_build(f);
    g_assert_cmpmem(f->anchor->data, 5, "_SM3_", 5);
    g_assert_cmpuint(f->anchor->len, ==, ANCHOR_64);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 12, 4), ==, f->tables->len);
}

/* 300 times 300 bytes are too many for 16 bits. */
static void test_anchor_grows(SmbiosFixture *f, gconstpointer data)
{
    g_autofree char *text = g_strnfill(300, 'x');

    (void)data;
    for (uint32_t i = 0; i < 300; i++) {
        smbios_give(f, 8, "internal_reference", text);
    }
    smbios_build(f);
    g_assert_cmpuint(f->anchor->len, ==, ANCHOR_64);
    g_assert_cmpuint(hw_load_le(f->anchor->data + 12, 4), ==, f->tables->len);
    g_assert_nonnull(smbios_find(f, 127, 0));
    g_assert_null(smbios_find(f, 127, 1));
    g_assert_nonnull(smbios_find(f, 8, 299));
    g_assert_null(smbios_find(f, 8, 300));
}

static void test_anchor_that_may_not_grow(SmbiosFixture *f, gconstpointer data)
{
    (void)data;
    f->machine.threads = 255;
    f->machine.entry = OB_SMBIOS_ENTRY_32;
    g_assert_false(ob_smbios_build(f->given, &f->machine, f->anchor, f->tables, &f->error));
    g_assert_true(g_str_has_prefix(f->text, "smbios-entry-point-type=32 has no room for 1 cores, "
                                            "255 threads"));
}

/* --------------------------------------------------------------------- memory */

static void test_terabytes(SmbiosFixture *f, gconstpointer data)
{
    const uint8_t *s;

    (void)data;
    f->machine.ram_size = 5 * TIB;
    f->machine.dimm_size = 2 * TIB;
    smbios_build(f);
    s = smbios_find(f, 16, 0);
    g_assert_cmphex(hw_load_le(s + 7, 4), ==, 0x80000000);
    g_assert_cmphex(hw_load_le(s + 15, 8), ==, 5 * TIB);
    g_assert_cmpuint(hw_load_le(s + 13, 2), ==, 3);
    s = smbios_find(f, 17, 2);
    g_assert_cmphex(hw_load_le(s + 0xc, 2), ==, 0x7fff);
    g_assert_cmphex(hw_load_le(s + 0x1c, 4), ==, TIB >> 20);
    g_assert_cmpstr(smbios_string(s, s[0x10]), ==, "DIMM 2");
    g_assert_null(smbios_find(f, 17, 3));
    s = smbios_find(f, 19, 1);
    g_assert_cmphex(hw_load_le(s + 4, 4), ==, UINT32_MAX);
    g_assert_cmphex(hw_load_le(s + 8, 4), ==, UINT32_MAX);
    g_assert_cmphex(hw_load_le(s + 15, 8), ==, 4 * GIB);
    g_assert_cmphex(hw_load_le(s + 23, 8), ==, 4 * GIB + 5 * TIB - GIB - 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    SMBIOS_TEST("bytes-of-each-structure", test_bytes);
    SMBIOS_TEST("anchor/counts", test_anchor_counts);
    SMBIOS_TEST("anchor/of-64-bits", test_large_anchor);
    SMBIOS_TEST("anchor/grows", test_anchor_grows);
    SMBIOS_TEST("anchor/may-not-grow", test_anchor_that_may_not_grow);
    SMBIOS_TEST("memory/terabytes", test_terabytes);
    return g_test_run();
}
