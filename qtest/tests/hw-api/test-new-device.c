/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that scripts/new-device writes are a working device, in a plugin of its own or in the
 * tree's plugin. */
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"

#define WARNINGS "-Wall -Wextra -Wno-missing-field-initializers -Werror"

/* Runs a shell command in the directory.  Returns its output; the caller frees it. */
static char *shell(const ObScratch *scratch, const char *command, bool succeeds)
{
    g_autofree char *both = g_strdup_printf("{ %s; } 2>&1", command);
    char *argv[] = { (char *)"sh", (char *)"-c", both, NULL };
    g_autoptr(GError) error = NULL;
    char *output;
    int status;

    g_spawn_sync(ob_scratch_path(scratch), argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                 NULL, &status, &error);
    g_assert_no_error(error);
    if ((status == 0) != succeeds) {
        g_test_message("%s: status %d: %s", command, status, output);
        g_test_fail();
    }
    return output;
}

static void shell_run(const ObScratch *scratch, const char *command)
{
    g_free(shell(scratch, command, true));
}

static void assert_refused(const ObScratch *scratch, const char *command, const char *sentence)
{
    g_autofree char *output = shell(scratch, command, false);

    if (!strstr(output, sentence)) {
        g_test_message("%s: expected '%s' in: %s", command, sentence, output);
        g_test_fail();
    }
}

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

static void test_set_keeps_a_makefile(void)
{
    ObScratch *scratch = set_new();

    assert_refused(scratch, "$OB_SOURCE/scripts/new-device com.acme.egg-timer own",
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

static void test_tree_keeps_a_device(void)
{
    ObScratch *scratch = tree_new();

    assert_refused(scratch, "scripts/new-device beacon", "devices/beacon.c already exists");
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

    assert_refused(scratch, "scripts/new-device com.acme.sand-glass", "your domain, reversed");
    assert_refused(scratch, "scripts/new-device acme.sand-glass own", "your domain, reversed");
    assert_refused(scratch, "scripts/new-device hw.acme.sand-glass own", "your domain, reversed");
    ob_scratch_free(scratch);
}

static void test_name_must_be_an_option(void)
{
    ObScratch *scratch = tree_new();

    assert_refused(scratch, "scripts/new-device Sand_Glass", "lower case, digits and dashes");
    assert_refused(scratch, "scripts/new-device", "lower case, digits and dashes");
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/new-device/set/builds-without-a-warning", test_set_builds_without_a_warning);
    g_test_add_func("/new-device/set/exports-one-symbol", test_set_exports_one_symbol);
    g_test_add_func("/new-device/set/has-no-initialisers", test_set_has_no_initialisers);
    g_test_add_func("/new-device/set/has-a-device-that-works", test_device_works);
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
