/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libraries that are loaded when first used, with the C library's mathematics as the library. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/library/library.h"

typedef struct Table {
    double (*root)(double x);
    double (*cube_root)(double x);
} Table;

static Table table;

static const HwLibrarySymbol known[] = {
    { "sqrt", offsetof(Table, root) },
    { "cbrt", offsetof(Table, cube_root) },
};

static const HwLibrarySymbol unknown[] = {
    { "sqrt", offsetof(Table, root) },
    { "nobody_has_this", offsetof(Table, cube_root) },
};

static HwLibrary library_of(const char *file, const HwLibrarySymbol *symbols)
{
    memset(&table, 0, sizeof(table));
    return (HwLibrary) { .file = file,
                         .package = "mathematics",
                         .release = "mathematics 7",
                         .symbols = symbols,
                         .count = G_N_ELEMENTS(known),
                         .table = &table };
}

static void test_load(void)
{
    HwLibrary library = library_of("libm.so.6", known);
    HW_ERROR(error, 256);

    g_assert_true(hw_library_load(&library, &error));
    g_assert_true(hw_library_load(&library, &error));
    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpfloat(table.root(49), ==, 7);
    g_assert_cmpfloat_with_epsilon(table.cube_root(27), 3, 1e-9);
}

static void test_no_file(void)
{
    HwLibrary library = library_of("libnobody-has-this.so.0", known);
    HW_ERROR(error, 512);

    g_assert_false(hw_library_load(&library, &error));
    g_assert_true(g_str_has_prefix(error.text, "cannot load libnobody-has-this.so.0: "));
    g_assert_true(
        g_str_has_suffix(error.text, ", expected the package mathematics to be installed"));
    g_assert_false(library.is_loaded);
}

static void test_no_symbol(void)
{
    HwLibrary library = library_of("libm.so.6", unknown);
    HW_ERROR(error, 256);

    g_assert_false(hw_library_load(&library, &error));
    g_assert_cmpstr(error.text, ==,
                    "libm.so.6 does not have nobody_has_this, expected mathematics 7 or later");
    g_assert_false(library.is_loaded);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/library/loads-once", test_load);
    g_test_add_func("/library/refused/no-file", test_no_file);
    g_test_add_func("/library/refused/no-symbol", test_no_symbol);
    return g_test_run();
}
