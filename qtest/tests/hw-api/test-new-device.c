/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that scripts/new-device writes are a working device, in a plugin of its own or in the
 * tree's plugin. */
#include "qtest/client/client.h"
#include "qtest/tests/lib/shell.h"

#define WARNINGS "-Wall -Wextra -Wno-missing-field-initializers -Werror"

/* ------------------------------------------------------------------- a set of its own */

static ObScratch *set_new(void)
{
    ObScratch *scratch = ob_scratch_new();

    g_assert_nonnull(scratch);
    shell_run(scratch, "$OB_SOURCE/scripts/new-device com.acme.sand-glass own");
    return scratch;
}

static void test_set_builds_without_a_warning(void)
{
    ObScratch *scratch = set_new();

    shell_run(scratch, "make -C own CFLAGS='" WARNINGS "'");
    shell_run(scratch, "make -C own test-sand-glass CFLAGS='" WARNINGS "'");
    ob_scratch_free(scratch);
}

static void test_set_exports_one_symbol(void)
{
    ObScratch *scratch = set_new();

    shell_run(scratch, "make -C own");
    shell_run(scratch, "nm -D --defined-only own/sand-glass.so | awk '{ print $NF }' >symbols; "
                       "test \"$(cat symbols)\" = hw_plugin");
    ob_scratch_free(scratch);
}

/* Loading it runs none of its code. */
static void test_set_has_no_initialisers(void)
{
    ObScratch *scratch = set_new();

    shell_run(scratch, "make -C own");
    shell_run(scratch, "readelf -d own/sand-glass.so >entries; ! grep -e INIT -e FINI entries");
    ob_scratch_free(scratch);
}

static void test_device_works(void)
{
    ObScratch *scratch = set_new();
    g_autofree char *arguments = g_strdup_printf(
        "-plugin-set %s/own/sand-glass.so -device com.acme.sand-glass,addr=0xfe000000",
        ob_scratch_path(scratch));
    HW_ERROR(error, 1024);
    ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    ObClient *c;

    shell_run(scratch, "make -C own");
    c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    ob_client_writel(c, 0xfe000004, 2);
    g_assert_cmpuint(ob_client_readl(c, 0xfe00000c), ==, 1);
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

static void test_its_test_passes(void)
{
    ObScratch *scratch = set_new();

    shell_assert_says(scratch, "make -C own check HOST=\"$OB_PROGRAM\"",
                      "ok 2 /sand-glass/ring/raises-the-line-if-enabled");
    ob_scratch_free(scratch);
}

/* The other kinds of devices: the last test of each, and its folder in the tree. */
static const struct {
    const char *kind, *last, *folder;
} kinds[] = {
    { "pci", "ok 3 /door-bell/ring/sends-a-message", "pci" },
    { "net", "ok 3 /door-bell/frame/next-one-waits", "net" },
    { "i2c", "ok 2 /door-bell/register/keeps-a-limit", "i2c" },
    { "display", "ok 2 /door-bell/picture/stays-for-a-wrong-size", "display" },
};

static void test_kinds_test_passes(gconstpointer data)
{
    ObScratch *scratch = ob_scratch_new();
    size_t i = GPOINTER_TO_SIZE(data);
    g_autofree char *make = g_strdup_printf(
        "$OB_SOURCE/scripts/new-device --%s com.acme.door-bell own", kinds[i].kind);

    g_assert_nonnull(scratch);
    shell_run(scratch, make);
    shell_assert_says(scratch, "make -C own check HOST=\"$OB_PROGRAM\" CFLAGS='" WARNINGS "'",
                      kinds[i].last);
    ob_scratch_free(scratch);
}

static void test_files_name_no_directory(void)
{
    ObScratch *scratch = set_new();

    shell_assert_no_path(scratch, "$OB_SOURCE", "own");
    shell_run(scratch, "! grep -r -e /build own");
    ob_scratch_free(scratch);
}

static void test_set_keeps_a_makefile(void)
{
    ObScratch *scratch = set_new();

    shell_assert_refused(scratch, "$OB_SOURCE/scripts/new-device com.acme.egg-timer own",
                         "Makefile already exists");
    ob_scratch_free(scratch);
}

/* ----------------------------------------------------------------------- the tree's set */

/* Makes a tree with the files that the script looks at. */
static ObScratch *tree_new(void)
{
    ObScratch *scratch = ob_scratch_new();

    g_assert_nonnull(scratch);
    shell_run(scratch, "mkdir plugins && cp -r $OB_SOURCE/devices $OB_SOURCE/scripts . && "
                       "cp $OB_SOURCE/plugins/outboard-devices.c plugins");
    return scratch;
}

static void test_tree_lists_the_device(void)
{
    ObScratch *scratch = tree_new();

    shell_run(scratch, "scripts/new-device sand-glass");
    shell_run(scratch, "grep 'sand_glass_class;' devices/devices.h");
    shell_run(scratch, "grep \"'sand-glass.c',\" devices/meson.build");
    shell_run(scratch, "grep '&sand_glass_class,' plugins/outboard-devices.c");
    ob_scratch_free(scratch);
}

static void test_tree_builds_without_a_warning(void)
{
    ObScratch *scratch = tree_new();

    shell_run(scratch, "scripts/new-device sand-glass");
    shell_run(scratch, "${CC:-cc} -std=c11 " WARNINGS " -I. -I$OB_SOURCE -fsyntax-only "
                       "devices/sand-glass.c");
    ob_scratch_free(scratch);
}

static void test_tree_lists_the_kind(gconstpointer data)
{
    ObScratch *scratch = tree_new();
    size_t i = GPOINTER_TO_SIZE(data);
    g_autofree char *make = g_strdup_printf("scripts/new-device --%s door-bell", kinds[i].kind);
    g_autofree char *find = g_strdup_printf("grep \"'%s/door-bell.c',\" devices/meson.build",
                                            kinds[i].folder);
    g_autofree char *build = g_strdup_printf(
        "${CC:-cc} -std=c11 " WARNINGS " -I. -I$OB_SOURCE -fsyntax-only devices/%s/door-bell.c",
        kinds[i].folder);

    shell_run(scratch, make);
    shell_run(scratch, find);
    shell_run(scratch, build);
    ob_scratch_free(scratch);
}

static void test_tree_keeps_a_device(void)
{
    ObScratch *scratch = tree_new();

    shell_assert_refused(scratch, "scripts/new-device beacon", "devices/beacon.c already exists");
    ob_scratch_free(scratch);
}

/* A prototype of a device that QEMU will have is called as there. */
static void test_set_takes_a_plain_name(void)
{
    ObScratch *scratch = ob_scratch_new();

    g_assert_nonnull(scratch);
    shell_run(scratch, "$OB_SOURCE/scripts/new-device sand-glass own && make -C own && "
                       "\"$OB_PROGRAM\" -plugin-set own/sand-glass.so -device sand-glass,help");
    ob_scratch_free(scratch);
}

static void test_names_of_the_tree_have_no_domain(void)
{
    ObScratch *scratch = tree_new();

    shell_assert_refused(scratch, "scripts/new-device com.acme.sand-glass",
                         "your domain, reversed");
    shell_assert_refused(scratch, "scripts/new-device acme.sand-glass own",
                         "your domain, reversed");
    shell_assert_refused(scratch, "scripts/new-device hw.acme.sand-glass own",
                         "your domain, reversed");
    ob_scratch_free(scratch);
}

static void test_name_must_be_an_option(void)
{
    ObScratch *scratch = tree_new();

    shell_assert_refused(scratch, "scripts/new-device Sand_Glass", "lower case, digits and dashes");
    shell_assert_refused(scratch, "scripts/new-device", "lower case, digits and dashes");
    ob_scratch_free(scratch);
}

static void test_name_of_c(void)
{
    ObScratch *scratch = ob_scratch_new();

    g_assert_nonnull(scratch);
    shell_assert_refused(scratch, "$OB_SOURCE/scripts/new-device com.acme.switch own",
                         "switch: is a word of C, expected another name");
    shell_run(scratch, "! test -e own");
    ob_scratch_free(scratch);
}

static void test_name_of_hw_api(void)
{
    ObScratch *scratch = ob_scratch_new();

    g_assert_nonnull(scratch);
    shell_assert_refused(scratch, "$OB_SOURCE/scripts/new-device com.acme.hw-device own",
                         "hw-device: begins as the names of hw-api do, expected another name");
    shell_run(scratch, "! test -e own");
    ob_scratch_free(scratch);
}

/* A file is in the way, since root may write everywhere. */
static void test_directory_is_read_only(void)
{
    ObScratch *scratch = ob_scratch_new();

    g_assert_nonnull(scratch);
    shell_assert_refused(scratch, "touch own && $OB_SOURCE/scripts/new-device com.acme.clock own",
                         "own: can't be made");
    ob_scratch_free(scratch);
}

static void kind_add(size_t i, const char *sentence, GTestDataFunc function)
{
    g_autofree char *path = g_strdup_printf("/new-device/%s/%s", kinds[i].kind, sentence);

    g_test_add_data_func(path, GSIZE_TO_POINTER(i), function);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/new-device/set/builds-without-a-warning", test_set_builds_without_a_warning);
    g_test_add_func("/new-device/set/exports-one-symbol", test_set_exports_one_symbol);
    g_test_add_func("/new-device/set/has-no-initialisers", test_set_has_no_initialisers);
    g_test_add_func("/new-device/set/has-a-device-that-works", test_device_works);
    g_test_add_func("/new-device/set/has-a-test-that-passes", test_its_test_passes);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        kind_add(i, "has-a-test-that-passes", test_kinds_test_passes);
        kind_add(i, "is-listed-by-the-tree", test_tree_lists_the_kind);
    }
    g_test_add_func("/new-device/set/names-no-directory", test_files_name_no_directory);
    g_test_add_func("/new-device/name/of-c", test_name_of_c);
    g_test_add_func("/new-device/name/of-hw-api", test_name_of_hw_api);
    g_test_add_func("/new-device/directory/read-only", test_directory_is_read_only);
    g_test_add_func("/new-device/set/keeps-a-makefile", test_set_keeps_a_makefile);
    g_test_add_func("/new-device/tree/lists-the-device", test_tree_lists_the_device);
    g_test_add_func("/new-device/tree/builds-without-a-warning",
                    test_tree_builds_without_a_warning);
    g_test_add_func("/new-device/tree/keeps-a-device", test_tree_keeps_a_device);
    g_test_add_func("/new-device/set/takes-a-plain-name", test_set_takes_a_plain_name);
    g_test_add_func("/new-device/name/of-the-tree-has-no-domain",
                    test_names_of_the_tree_have_no_domain);
    g_test_add_func("/new-device/name/must-be-an-option", test_name_must_be_an_option);
    return g_test_run();
}
