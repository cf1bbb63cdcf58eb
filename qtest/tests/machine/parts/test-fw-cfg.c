/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg in process: the host's own files, and fw_cfg's state.  test-fw-cfg-guest.c has the view of
 * a guest, also in QEMU. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/run/state.h"
#include "qtest/tests/machine/parts/fw-cfg-host.h"

static void test_machine_none_has_no_fw_cfg(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_null(fw_cfg(f));
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_IO, DATA, 1), ==, 0xff);
    g_assert_null(hw_fw_cfg(device_add(f, "gadget", "")->dev));
}

/* ---------------------------------------------------------------- directory */

static void test_directory_is_sorted_by_name(GadgetHost *f, gconstpointer data)
{
    uint8_t bytes[4 + 64 * OB_FW_CFG_FILES];
    uint32_t count;

    (void)data;
    fw_cfg_file_add(f, false);
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg(f), "aa", "x", 1, &f->error));
    ob_fw_cfg_read(fw_cfg(f), 0x19, 0, bytes, sizeof(bytes));
    count = hw_load_be32(bytes);
    g_assert_cmpint(count, >, 2);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = bytes + 4 + 64 * i;

        g_assert_cmphex(hw_load_be16(entry + 4), ==, OB_FW_CFG_FILE_FIRST + i);
        g_assert_cmphex(hw_load_be16(entry + 6), ==, 0);
        g_assert_cmpint(strcmp((const char *)entry + 8, i ? (const char *)entry - 56 : ""), >, 0);
    }
    g_assert_cmpstr((const char *)bytes + 12, ==, "aa");
    g_assert_cmpint(hw_load_be32(bytes + 4), ==, 1);
}

static void test_remove_closes_the_gap(GadgetHost *f, gconstpointer data)
{
    uint16_t key = fw_cfg_file_add(f, false);

    (void)data;
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg(f), "aa", "x", 1, &f->error));
    g_assert_cmphex(key_of(f, "opt/file"), ==, key + 1);
    ob_fw_cfg_remove(fw_cfg(f), "aa");
    g_assert_cmphex(key_of(f, "opt/file"), ==, key);
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "aa"));
    ob_fw_cfg_remove(fw_cfg(f), "aa");
}

static void add_refused(GadgetHost *f, const char *name, const char *sentence)
{
    g_assert_false(ob_fw_cfg_add_copy(fw_cfg(f), name, "x", 1, &f->error));
    g_assert_cmpstr(f->text, ==, sentence);
}

static void test_add_refuses_a_taken_name(GadgetHost *f, gconstpointer data)
{
    (void)data;
    add_refused(f, "etc/e820", "file 'etc/e820' already exists");
}

static void test_add_refuses_no_name(GadgetHost *f, gconstpointer data)
{
    (void)data;
    add_refused(f, "", "a file has no name, expected 1 to 55 characters");
}

static void test_add_refuses_a_long_name(GadgetHost *f, gconstpointer data)
{
    g_autofree char *fits = g_strnfill(55, 'n');
    g_autofree char *name = g_strnfill(56, 'n');
    g_autofree char *sentence = g_strdup_printf("file name '%s' has 56 characters, "
                                                "expected at most 55",
                                                name);

    (void)data;
    add_refused(f, name, sentence);
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg(f), fits, "x", 1, &f->error));
}

static void test_add_refuses_a_file_too_many(GadgetHost *f, gconstpointer data)
{
    bool added = true;

    (void)data;
    for (int i = 0; added; i++) {
        g_autofree char *name = g_strdup_printf("opt/%02d", i);

        added = ob_fw_cfg_add_copy(fw_cfg(f), name, "x", 1, &f->error);
        g_assert_cmpint(i, <=, 32);
    }
    g_assert_true(g_str_has_prefix(f->text, "no room for file 'opt/"));
    g_assert_true(g_str_has_suffix(f->text, "': it would be file 33, expected at most 32"));
    g_assert_cmphex(key_of(f, "opt/00"), <, 0x40);
}

/* ------------------------------------------------------------ host's files */

static void note_selected(void *opaque)
{
    static uint8_t other[] = "other bytes";

    ob_fw_cfg_replace(opaque, "opt/file", other, sizeof(other) - 1);
}

static void test_select_hook_may_replace_the_bytes(GadgetHost *f, gconstpointer data)
{
    const ObFwCfgFile file = { .name = "opt/file",
                               .bytes = content,
                               .size = 8,
                               .selected = note_selected,
                               .opaque = fw_cfg(f) };

    (void)data;
    g_assert_true(ob_fw_cfg_add(fw_cfg(f), &file, &f->error));
    g_assert_cmphex(dma(f, selecting(key_of(f, "opt/file")) | READ, 11, BUFFER), ==, 0);
    ram_expect(f, BUFFER, "other bytes", 11);
    g_assert_cmpint(ob_fw_cfg_find(fw_cfg(f), "opt/file")->size, ==, 11);
}

static void test_guest_goes_on_in_replaced_bytes(GadgetHost *f, gconstpointer data)
{
    static uint8_t shorter[] = "xyz";
    uint16_t key = fw_cfg_file_add(f, false);

    (void)data;
    port_select(f, key);
    g_assert_cmphex(port_read(f), ==, 'A');
    g_assert_true(ob_fw_cfg_replace(fw_cfg(f), "opt/file", shorter, 2));
    g_assert_cmphex(port_read(f), ==, 'y');
    g_assert_cmphex(port_read(f), ==, 0);
    g_assert_true(ob_fw_cfg_replace(fw_cfg(f), "opt/file", shorter, 0));
    g_assert_cmphex(port_read(f), ==, 0);
    g_assert_cmphex(dma(f, READ, 1, BUFFER), ==, 0);
}

static void test_directory_has_the_new_size(GadgetHost *f, gconstpointer data)
{
    uint16_t key = fw_cfg_file_add(f, false);
    uint8_t size[4];

    (void)data;
    g_assert_true(ob_fw_cfg_replace(fw_cfg(f), "opt/file", content, 3));
    ob_fw_cfg_read(fw_cfg(f), 0x19, 4 + 64 * (key - OB_FW_CFG_FILE_FIRST), size, sizeof(size));
    g_assert_cmpuint(hw_load_be32(size), ==, 3);
}

static void test_copies_are_not_replaced(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_false(ob_fw_cfg_replace(fw_cfg(f), "etc/e820", content, 1));
    g_assert_false(ob_fw_cfg_replace(fw_cfg(f), "missing", content, 1));
}

static void test_read_as_the_guest(GadgetHost *f, gconstpointer data)
{
    uint16_t key = fw_cfg_file_add(f, false);
    uint8_t bytes[4];

    (void)data;
    ob_fw_cfg_read(fw_cfg(f), key, 6, bytes, 4);
    g_assert_cmpmem(bytes, 4, "GH\0\0", 4);
    ob_fw_cfg_read(fw_cfg(f), key, UINT32_MAX, bytes, 4);
    g_assert_cmpmem(bytes, 4, "\0\0\0\0", 4);
}

static void test_write_as_the_guest(GadgetHost *f, gconstpointer data)
{
    uint16_t key = fw_cfg_file_add(f, true);

    (void)data;
    g_assert_true(ob_fw_cfg_write(fw_cfg(f), key, 6, "xy", 2));
    g_assert_cmpstr((const char *)content, ==, "ABCDEFxy");
    g_assert_true(ob_fw_cfg_write(fw_cfg(f), key, 8, "", 0));
    g_assert_false(ob_fw_cfg_write(fw_cfg(f), key, 7, "zz", 2));
    g_assert_false(ob_fw_cfg_write(fw_cfg(f), key, UINT32_MAX, "zz", 2));
    g_assert_false(ob_fw_cfg_write(fw_cfg(f), 0, 0, "zz", 2));
    g_assert_cmpstr((const char *)content, ==, "ABCDEFxy");
}

/* -------------------------------------------------------------------- state */

static HwInstance *fw_cfg_instance(GadgetHost *f)
{
    return hw_instance_of((const HwDevice *)fw_cfg(f));
}

/* Key 3 (RAM size) at its fourth byte; then the subsections, each with its name's length and its
 * name. */
/* clang-format off */
static const uint8_t state_of_qemu[] =
    "\x00\x03" "\x00\x00\x00\x03"
    "\x05\x0a" "fw_cfg/dma" "\x00\x00\x00\x00" "\x00\x00\x00\x01\x00\x00\x80\x00"
    "\x05\x0e" "fw_cfg/acpi_mr" "\x00\x00\x00\x01" "\x00\x00\x00\x00\x00\x02\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x10\x00" "\x00\x00\x00\x00\x00\x00\x00\x14";
/* clang-format on */
#define STATE_SIZE (sizeof(state_of_qemu) - 1)

G_STATIC_ASSERT(STATE_SIZE == 74);

static void test_state_is_loaded(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_state_load(fw_cfg_instance(f), 2, state_of_qemu, STATE_SIZE, &f->error));
    g_assert_cmphex(port_read(f), ==, (128 * MIB) >> 24);
}

static void test_state_with_any_key_is_harmless(GadgetHost *f, gconstpointer data)
{
    (void)data;
    for (uint32_t key = 0; key < 0x10000; key += 0x7f) {
        const uint8_t bytes[] = { (uint8_t)(key >> 8), (uint8_t)key, 0xff, 0xff, 0xff, 0xff };

        g_assert_true(hw_state_load(fw_cfg_instance(f), 2, bytes, sizeof(bytes), &f->error));
        g_assert_cmphex(port_read(f), ==, 0);
        g_assert_cmphex(dma(f, READ, 4, BUFFER), ==, 0);
        g_assert_cmphex(dma(f, SKIP, 4, BUFFER), ==, 0);
        g_assert_cmphex(dma(f, WRITE, 4, BUFFER), ==, ERROR);
    }
}

static void test_reset_selects_the_signature(GadgetHost *f, gconstpointer data)
{
    (void)data;
    port_select(f, 3);
    ob_host_reset(f->host);
    g_assert_cmphex(port_read(f), ==, 'Q');
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/fw-cfg/machine/none-has-none", "none", test_machine_none_has_no_fw_cfg);
    GADGET_TEST("/fw-cfg/directory/is-sorted-by-name", NULL, test_directory_is_sorted_by_name);
    GADGET_TEST("/fw-cfg/directory/remove-closes-the-gap", NULL, test_remove_closes_the_gap);
    GADGET_TEST("/fw-cfg/add/refuses-a-taken-name", NULL, test_add_refuses_a_taken_name);
    GADGET_TEST("/fw-cfg/add/refuses-no-name", NULL, test_add_refuses_no_name);
    GADGET_TEST("/fw-cfg/add/refuses-a-long-name", NULL, test_add_refuses_a_long_name);
    GADGET_TEST("/fw-cfg/add/refuses-a-file-too-many", NULL, test_add_refuses_a_file_too_many);
    GADGET_TEST("/fw-cfg/file/select-hook-may-replace-the-bytes", NULL,
                test_select_hook_may_replace_the_bytes);
    GADGET_TEST("/fw-cfg/file/guest-goes-on-in-replaced-bytes", NULL,
                test_guest_goes_on_in_replaced_bytes);
    GADGET_TEST("/fw-cfg/file/directory-has-the-new-size", NULL, test_directory_has_the_new_size);
    GADGET_TEST("/fw-cfg/file/copies-are-not-replaced", NULL, test_copies_are_not_replaced);
    GADGET_TEST("/fw-cfg/file/is-read-as-by-the-guest", NULL, test_read_as_the_guest);
    GADGET_TEST("/fw-cfg/file/is-written-as-by-the-guest", NULL, test_write_as_the_guest);
    GADGET_TEST("/fw-cfg/state/is-loaded", NULL, test_state_is_loaded);
    GADGET_TEST("/fw-cfg/state/with-any-key-is-harmless", NULL,
                test_state_with_any_key_is_harmless);
    GADGET_TEST("/fw-cfg/state/reset-selects-the-signature", NULL,
                test_reset_selects_the_signature);
    return g_test_run();
}
