/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridge's refusals before there is a device, and QEMU's end for a device that can't be
 * realized.  test-qemu-bridge.c has the refusals of single options.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/tests/bridge/bridge-machine.h"

#define BEACON_MAGIC 0x4e434542

static uint64_t beacon(void)
{
    return bridge_machine_is_pc() ? 0xfef00000 : 0x0b000000;
}

/* ------------------------------------------------------------------- bridges */

/* Starts a stock QEMU with this file as the bridge, and the usual plugin. */
static ObClient *bridge_try(const char *bridge, const char *arguments, HwError *error)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,set=%s%s", bridge,
                                           g_getenv("OB_BRIDGE_SET"), arguments);

    return bridge_machine_start_stock(all, error);
}

static void assert_bridge_refused(const char *bridge, const char *sentence)
{
    HW_ERROR(error, 4096);

    g_assert_null(bridge_try(bridge, " -device beacon", &error));
    if (!strstr(error.text, sentence) || !strstr(error.text, "ended with status 1\n")) {
        g_test_message("expected status 1 and '%s' in: %s", sentence, error.text);
        g_test_fail();
    }
}

/* The release has no row: all is learned from this QEMU. */
static void test_unknown_release(void)
{
    HW_ERROR(error, 4096);
    ObClient *c = bridge_try(g_getenv("OB_NEXT_QEMU"), " -device beacon", &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmphex(ob_client_readl(c, beacon()), ==, BEACON_MAGIC);
    ob_client_quit(c);
}

static void test_old_release(void)
{
    assert_bridge_refused(g_getenv("OB_OLD_QEMU"),
                          "outboard-qemu: QEMU 7.1 is too old, expected 7.2 or later");
}

/* The rows of the two releases differ first in this member. */
static void test_other_release(void)
{
    assert_bridge_refused(g_getenv("OB_OTHER_QEMU"),
                          "outboard-qemu: description.post_load: this emulator shows 0x2");
}

/* Makes a bridge that imports `name`.  The first such string in the file is the import: imports
 * come before the bridge's own strings. */
static char *bridge_that_imports(const char *directory, const char *name, const char *other)
{
    char *path = g_build_filename(directory, "bridge.so", NULL);
    g_autofree char *bytes = NULL;
    size_t length = strlen(name) + 1;
    size_t size;
    char *at;

    g_assert_cmpuint(strlen(other) + 1, ==, length);
    g_assert_true(g_file_get_contents(g_getenv("OUTBOARD_BRIDGE"), &bytes, &size, NULL));
    at = memmem(bytes, size, name, length);
    g_assert_nonnull(at);
    memcpy(at, other, length);
    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
    return path;
}

static void test_missing_symbol(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *path = bridge_that_imports(directory, "qemu_find_tpm_be", "qemu_lost_tpm_be");

    assert_bridge_refused(path, "outboard-qemu: this emulator doesn't export what devices need: "
                                "qemu_find_tpm_be ");
    g_unlink(path);
    g_rmdir(directory);
}

/* ------------------------------------------------------------------- plugins */

typedef struct BadSet {
    const char *path; /* path of the test */
    const char *set;  /* a plugin of qtest/tests/hw-api/plugins */
    const char *sentence;
} BadSet;

static const BadSet bad_sets[] = {
    { "of-another-abi", "other-major", "has ABI major version 2, this host has 1" },
    { "with-a-class-of-another-abi", "class-other-major",
      "class 0: has ABI major version 3, this host has 1" },
    { "without-its-symbol", "no-symbol", "has no hw_plugin" },
    { "without-classes", "no-classes", "has no classes, expected 1 or more" },
    { "with-a-wild-pointer", "wild-table", "points to 0x80 bytes outside of the file's data" },
    { "with-regions-that-overlap", "overlapping-regions", "which overlap region buffer, " },
    { "with-a-hook-outside-of-it", "hook-outside", "hook read points outside of the file's" },
    { "with-a-property-over-a-string", "property-over-string", "overlap in the instance" },
    { "with-a-base-that-is-a-string", "base-over-string", "overlap in the instance" },
    { "that-saves-a-string", "saved-string", "overlap in the instance" },
    { "that-needs-a-service", "set-needs-service",
      "fixture needs hw.moon/1; host 'qemu' lacks it" },
    { "that-can-not-be-linked", "undefined-symbol", "undefined symbol: lamp_not_there" },
    { "with-initialisers-that-crash", "crashes", "has initialisers that fail: a child process" },
};

/* QEMU would be killed for the fork that a trial takes. */
static void test_initialisers_in_sandbox(void)
{
    HW_ERROR(error, 4096);
    g_autofree char *arguments = g_strdup_printf(
        "-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny "
        "-plugin file=%s,set=%s/good.so",
        g_getenv("OUTBOARD_BRIDGE"), g_getenv("OB_PLUGINS"));

    g_assert_null(bridge_machine_start_stock(arguments, &error));
    g_assert_nonnull(strstr(error.text, "has initialisers, which can't be tried in a child "
                                        "process: a seccomp filter confines this process"));
    g_assert_nonnull(strstr(error.text, "ended with status 1\n"));
}

static void test_bad_set(gconstpointer data)
{
    const BadSet *bad = data;
    HW_ERROR(error, 4096);
    g_autofree char *arguments = g_strdup_printf("-plugin file=%s,set=%s/%s.so",
                                                 g_getenv("OUTBOARD_BRIDGE"),
                                                 g_getenv("OB_PLUGINS"), bad->set);

    g_assert_null(bridge_machine_start_stock(arguments, &error));
    g_assert_nonnull(strstr(error.text, bad->sentence));
    g_assert_nonnull(strstr(error.text, "ended with status 1\n"));
}

/* ------------------------------------------------------------------- devices */

/* Returns the messages and status of a QEMU that can't realize a device, its own or ours. */
static char *end_of(const char *arguments, bool is_ours)
{
    HW_ERROR(error, 4096);
    g_autofree char *all = is_ours ? g_strdup_printf("-plugin file=%s,set=%s %s",
                                                     g_getenv("OUTBOARD_BRIDGE"),
                                                     g_getenv("OB_BRIDGE_SET"), arguments)
                                   : g_strdup(arguments);

    g_assert_null(bridge_machine_start_stock(all, &error));
    return g_strdup(error.text);
}

static void test_realize_fails(void)
{
    g_autofree char *ours = end_of("-device beacon,id=b,addr=here", true);
    g_autofree char *theirs = end_of("-device loader,id=b", false);

    g_assert_nonnull(strstr(ours, "ended with status 1\n"));
    g_assert_nonnull(strstr(ours, ": -device beacon,id=b,addr=here: b: addr: "
                                  "invalid value 'here': expected an address or 'auto'"));
    g_assert_nonnull(strstr(theirs, "ended with status 1\n"));
    g_assert_nonnull(strstr(theirs, ": -device loader,id=b: "));
}

static void test_second_realize_fails(void)
{
    g_autofree char *text = end_of("-device beacon -device beacon,id=b,fw-cfg=off,addr=0x7", true);

    g_assert_nonnull(strstr(text, "ended with status 1\n"));
    g_assert_nonnull(strstr(text, ": -device beacon,id=b,fw-cfg=off,addr=0x7: b: "));
}

/* QEMU's own device has the address: the local APIC, or the UART. */
static void test_address_in_use(void)
{
    const char *at = bridge_machine_is_pc() ? "fee00000" : "9000000";
    g_autofree char *arguments = g_strdup_printf("-device beacon,id=b,addr=0x%s", at);
    g_autofree char *sentence = g_strdup_printf(
        ": b: region 'mmio' can't be at 0x%s: address 0x%s is in use", at, at);
    g_autofree char *text = end_of(arguments, true);

    g_assert_nonnull(strstr(text, "ended with status 1\n"));
    g_assert_nonnull(strstr(text, sentence));
}

/* QMP takes a device out of use, and wants it back. */
static void test_realized_twice(void)
{
    HW_ERROR(error, 4096);
    ObClient *c = bridge_try(g_getenv("OUTBOARD_BRIDGE"), " -device beacon,id=b", &error);
    json_t *refusal = NULL;

    g_assert_cmpstr(error.text, ==, "");
    for (int realized = 0; realized < 2; realized++) {
        g_assert_null(refusal);
        json_decref(ob_client_qmp(c, "qom-set",
                                  json_pack("{s:s, s:s, s:b}", "path", "/machine/peripheral/b",
                                            "property", "realized", "value", realized),
                                  &refusal));
    }
    g_assert_cmpstr(json_string_value(json_object_get(refusal, "desc")), ==,
                    "a device can't be realized twice");
    json_decref(refusal);
    ob_client_quit(c);
}

/* A device of a plugin in qtest/tests/hw-api/plugins. */
static void assert_device_refused(const char *set, const char *device, const char *sentence)
{
    HW_ERROR(error, 4096);
    g_autofree char *arguments = g_strdup_printf("-plugin file=%s,set=%s/%s.so -device %s",
                                                 g_getenv("OUTBOARD_BRIDGE"),
                                                 g_getenv("OB_PLUGINS"), set, device);

    g_assert_null(bridge_machine_start_stock(arguments, &error));
    if (!strstr(error.text, sentence) || !strstr(error.text, "ended with status 1\n")) {
        g_test_message("expected status 1 and '%s' in: %s", sentence, error.text);
        g_test_fail();
    }
}

/* QEMU would abort. */
static void test_more_files_than_slots(void)
{
    assert_device_refused("many-files", "lamp", ": no room for fw_cfg file 'f");
}

/* QEMU would abort.  The plugin has I/O ports, and pc's memory a name of its own. */
static void test_block_of_the_machine(void)
{
    assert_device_refused("block-of-pc", "lamp",
                          ": region 'buffer': RAM block 'pc.ram' already exists");
}

/* QEMU would abort. */
static void test_property_of_qemu(void)
{
    assert_device_refused("own-rombar", "rom-owner",
                          "class rom-owner: property 'rombar' already exists for each PCI device "
                          "of QEMU, expected another name");
}

static void test_too_many_subsections(void)
{
    assert_device_refused("layers", "layered",
                          "too many kinds of subsection hooks, expected at most 8");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-refusals/release/unknown-one-is-learned", test_unknown_release);
    g_test_add_func("/bridge-refusals/release/before-7.2-is-refused", test_old_release);
    if (strcmp(g_getenv("OB_BRIDGE_ROWS"), "no") != 0) {
        g_test_add_func("/bridge-refusals/release/that-differs-from-its-row-is-refused",
                        test_other_release);
    }
    g_test_add_func("/bridge-refusals/release/missing-symbol-is-refused-by-name",
                    test_missing_symbol);
    for (size_t i = 0; i < G_N_ELEMENTS(bad_sets); i++) {
        g_autofree char *path = g_strdup_printf("/bridge-refusals/set/one-%s-is-refused",
                                                bad_sets[i].path);

        g_test_add_data_func(path, &bad_sets[i], test_bad_set);
    }
    g_test_add_func("/bridge-refusals/device/with-more-files-than-slots-is-refused",
                    test_more_files_than_slots);
    if (bridge_machine_is_pc()) {
        g_test_add_func("/bridge-refusals/device/with-a-ram-block-of-the-machine-is-refused",
                        test_block_of_the_machine);
    }
    g_test_add_func("/bridge-refusals/device/with-too-many-subsections-is-refused",
                    test_too_many_subsections);
    g_test_add_func("/bridge-refusals/device/with-a-property-of-qemu-is-refused",
                    test_property_of_qemu);
    g_test_add_func("/bridge-refusals/set/with-initialisers-is-refused-in-a-sandbox",
                    test_initialisers_in_sandbox);
    g_test_add_func("/bridge-refusals/device/that-fails-to-realize-ends-qemu-as-its-own",
                    test_realize_fails);
    g_test_add_func("/bridge-refusals/device/at-an-address-in-use-ends-qemu", test_address_in_use);
    g_test_add_func("/bridge-refusals/device/can-not-be-realized-twice", test_realized_twice);
    g_test_add_func("/bridge-refusals/device/that-fails-after-another-ends-qemu",
                    test_second_realize_fails);
    return g_test_run();
}
