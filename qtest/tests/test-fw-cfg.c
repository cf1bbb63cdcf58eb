/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg in process: files of the host's own and of devices, transfers, and its state.  What
 * a guest of QEMU sees is in test-fw-cfg-guest.c. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/state.h"
#include "qtest/host/fw-cfg.h"
#include "qtest/tests/gadget.h"

#define SELECTOR   0x510
#define DATA       0x511
#define DMA        0x514
#define DESCRIPTOR 0x8000u      /* in RAM */
#define BUFFER     0x10000u
#define RAM_END    (128 * MIB)

#define ERROR  0x01u
#define READ   0x02u
#define SKIP   0x04u
#define SELECT 0x08u
#define WRITE  0x10u

/* ---------------------------------------------------------------- a mailbox */

/* Has a file of each kind. */
typedef struct Mailbox {
    HwDevice dev;
    uint8_t letter[8];
    uint8_t stamp[4];
    bool extra;
} Mailbox;

static void mailbox_selected(HwDevice *dev)
{
    HW_DEVICE(Mailbox, dev)->stamp[0]++;
    note(dev, "selected");
}

static void mailbox_written(HwDevice *dev, uint32_t offset, uint32_t length)
{
    g_autofree char *text = g_strdup_printf("written-%u-%u", offset, length);

    note(dev, text);
}

static void mailbox_update(HwDevice *dev)
{
    hw_irq_set(dev, IRQ_LINE, HW_DEVICE(Mailbox, dev)->letter[0]);
}

static const HwFwCfgFile mailbox_files[] = {
    HW_FW_CFG("etc/letter", Mailbox, letter, HW_FW_CFG_GUEST_WRITABLE),
    HW_FW_CFG("etc/stamp", Mailbox, stamp, 0),
    { "etc/blank", .size = 16 },
    { "etc/extra", .size = 1, .enabled = offsetof(Mailbox, extra) },
};
static HwFwCfgFile mailbox_hooked_files[G_N_ELEMENTS(mailbox_files)];

static HwClass mailbox_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "mailbox", .instance_size = sizeof(Mailbox),
               .properties = HW_ROWS(HwProperty, HW_PROP_BOOL("extra", Mailbox, extra, false, "")),
               .fw_cfg_files = HW_TABLE(mailbox_hooked_files), .update = mailbox_update },
    .original = &mailbox_class.table,
};

static Mailbox *mailbox_add(Fixture *f, const char *options)
{
    memcpy(mailbox_hooked_files, mailbox_files, sizeof(mailbox_files));
    mailbox_hooked_files[0].written = mailbox_written;
    mailbox_hooked_files[1].selected = mailbox_selected;
    g_assert_true(ob_host_add_class(f->host, &mailbox_class, &f->error));
    return HW_DEVICE(Mailbox, device_add(f, "mailbox", options)->dev);
}

/* -------------------------------------------------------------------- verbs */

static uint32_t dma_at(Fixture *f, uint64_t descriptor, uint32_t control, uint32_t length,
                       uint64_t address)
{
    uint8_t bytes[16];
    uint8_t result[4];

    hw_store_be32(bytes, control);
    hw_store_be32(bytes + 4, length);
    hw_store_be32(bytes + 8, (uint32_t)(address >> 32));
    hw_store_be32(bytes + 12, (uint32_t)address);
    ob_host_write(f->host, descriptor, bytes, sizeof(bytes));
    ob_host_store(f->host, HW_SPACE_IO, DMA, GUINT32_SWAP_LE_BE((uint32_t)(descriptor >> 32)), 4);
    ob_host_store(f->host, HW_SPACE_IO, DMA + 4, GUINT32_SWAP_LE_BE((uint32_t)descriptor), 4);
    ob_host_read(f->host, descriptor, result, sizeof(result));
    return hw_load_be32(result);
}

static uint32_t dma(Fixture *f, uint32_t control, uint32_t length, uint64_t address)
{
    return dma_at(f, DESCRIPTOR, control, length, address);
}

static uint32_t selecting(uint16_t key)
{
    return SELECT | (uint32_t)key << 16;
}

static void port_select(Fixture *f, uint16_t key)
{
    ob_host_store(f->host, HW_SPACE_IO, SELECTOR, key, 2);
}

static uint8_t port_read(Fixture *f)
{
    return (uint8_t)ob_host_load(f->host, HW_SPACE_IO, DATA, 1);
}

static ObFwCfg *fw_cfg(Fixture *f)
{
    return ob_host_fw_cfg(f->host);
}

static uint16_t key_of(Fixture *f, const char *name)
{
    uint16_t key = ob_fw_cfg_key(fw_cfg(f), name);

    g_assert_cmphex(key, !=, 0);
    return key;
}

static void ram_expect(Fixture *f, uint64_t address, const void *bytes, size_t size)
{
    g_autofree uint8_t *there = g_malloc(size);

    ob_host_read(f->host, address, there, size);
    g_assert_cmpmem(there, size, bytes, size);
}

static uint8_t content[] = "ABCDEFGH";      /* 8 bytes of it are in the file */

static uint16_t file_add(Fixture *f, bool writable)
{
    const ObFwCfgFile file = { .name = "opt/file", .bytes = content, .size = 8,
                               .guest_writable = writable };

    memcpy(content, "ABCDEFGH", sizeof(content));
    g_assert_true(ob_fw_cfg_add(fw_cfg(f), &file, &f->error));
    return key_of(f, "opt/file");
}

/* ------------------------------------------------------------------ machine */

static void test_machine_none_has_no_fw_cfg(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_null(fw_cfg(f));
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_IO, DATA, 1), ==, 0xff);
    g_assert_null(hw_fw_cfg(device_add(f, "gadget", "")->dev));
}

static void test_machine_none_leaves_files_out(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_nonnull(mailbox_add(f, ""));
}

static void test_service_tells_of_dma(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(hw_fw_cfg(&mailbox_add(f, "")->dev)->features, ==, HW_FW_CFG_DMA);
}

/* ---------------------------------------------------------------- directory */

static void test_directory_is_sorted_by_name(Fixture *f, gconstpointer data)
{
    uint8_t bytes[4 + 64 * OB_FW_CFG_FILES];
    uint32_t count;

    (void)data;
    file_add(f, false);
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

static void test_remove_closes_the_gap(Fixture *f, gconstpointer data)
{
    uint16_t key = file_add(f, false);

    (void)data;
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg(f), "aa", "x", 1, &f->error));
    g_assert_cmphex(key_of(f, "opt/file"), ==, key + 1);
    ob_fw_cfg_remove(fw_cfg(f), "aa");
    g_assert_cmphex(key_of(f, "opt/file"), ==, key);
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "aa"));
    ob_fw_cfg_remove(fw_cfg(f), "aa");
}

static void add_refused(Fixture *f, const char *name, const char *sentence)
{
    g_assert_false(ob_fw_cfg_add_copy(fw_cfg(f), name, "x", 1, &f->error));
    g_assert_cmpstr(f->text, ==, sentence);
}

static void test_add_refuses_a_taken_name(Fixture *f, gconstpointer data)
{
    (void)data;
    add_refused(f, "etc/e820", "file 'etc/e820' is there already");
}

static void test_add_refuses_no_name(Fixture *f, gconstpointer data)
{
    (void)data;
    add_refused(f, "", "a file has no name, expected 1 to 55 characters");
}

static void test_add_refuses_a_long_name(Fixture *f, gconstpointer data)
{
    g_autofree char *fits = g_strnfill(55, 'n');
    g_autofree char *name = g_strnfill(56, 'n');
    g_autofree char *sentence = g_strdup_printf("file name '%s' has 56 characters, "
                                                "expected at most 55", name);

    (void)data;
    add_refused(f, name, sentence);
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg(f), fits, "x", 1, &f->error));
}

static void test_add_refuses_a_file_too_many(Fixture *f, gconstpointer data)
{
    bool added = true;

    (void)data;
    for (int i = 0; added; i++) {
        g_autofree char *name = g_strdup_printf("opt/%02d", i);

        added = ob_fw_cfg_add_copy(fw_cfg(f), name, "x", 1, &f->error);
        g_assert_cmpint(i, <=, 32);
    }
    g_assert_true(g_str_has_prefix(f->text, "no room for file 'opt/"));
    g_assert_true(g_str_has_suffix(f->text, "': 33 files are there, expected at most 32"));
    g_assert_cmphex(key_of(f, "opt/00"), <, 0x40);
}

/* ------------------------------------------------------------ host's files */

static void note_selected(void *opaque)
{
    static uint8_t other[] = "other bytes";

    ob_fw_cfg_replace(opaque, "opt/file", other, sizeof(other) - 1);
}

static void test_select_hook_may_replace_the_bytes(Fixture *f, gconstpointer data)
{
    const ObFwCfgFile file = { .name = "opt/file", .bytes = content, .size = 8,
                               .selected = note_selected, .opaque = fw_cfg(f) };

    (void)data;
    g_assert_true(ob_fw_cfg_add(fw_cfg(f), &file, &f->error));
    g_assert_cmphex(dma(f, selecting(key_of(f, "opt/file")) | READ, 11, BUFFER), ==, 0);
    ram_expect(f, BUFFER, "other bytes", 11);
    g_assert_cmpint(ob_fw_cfg_find(fw_cfg(f), "opt/file")->size, ==, 11);
}

static void test_guest_goes_on_in_replaced_bytes(Fixture *f, gconstpointer data)
{
    static uint8_t shorter[] = "xyz";
    uint16_t key = file_add(f, false);

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

static void test_directory_has_the_new_size(Fixture *f, gconstpointer data)
{
    uint16_t key = file_add(f, false);
    uint8_t size[4];

    (void)data;
    g_assert_true(ob_fw_cfg_replace(fw_cfg(f), "opt/file", content, 3));
    ob_fw_cfg_read(fw_cfg(f), 0x19, 4 + 64 * (key - OB_FW_CFG_FILE_FIRST), size, sizeof(size));
    g_assert_cmpuint(hw_load_be32(size), ==, 3);
}

static void test_copies_are_not_replaced(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_false(ob_fw_cfg_replace(fw_cfg(f), "etc/e820", content, 1));
    g_assert_false(ob_fw_cfg_replace(fw_cfg(f), "missing", content, 1));
}

static void test_read_as_the_guest(Fixture *f, gconstpointer data)
{
    uint16_t key = file_add(f, false);
    uint8_t bytes[4];

    (void)data;
    ob_fw_cfg_read(fw_cfg(f), key, 6, bytes, 4);
    g_assert_cmpmem(bytes, 4, "GH\0\0", 4);
    ob_fw_cfg_read(fw_cfg(f), key, UINT32_MAX, bytes, 4);
    g_assert_cmpmem(bytes, 4, "\0\0\0\0", 4);
}

static void test_write_as_the_guest(Fixture *f, gconstpointer data)
{
    uint16_t key = file_add(f, true);

    (void)data;
    g_assert_true(ob_fw_cfg_write(fw_cfg(f), key, 6, "xy", 2));
    g_assert_cmpstr((const char *)content, ==, "ABCDEFxy");
    g_assert_true(ob_fw_cfg_write(fw_cfg(f), key, 8, "", 0));
    g_assert_false(ob_fw_cfg_write(fw_cfg(f), key, 7, "zz", 2));
    g_assert_false(ob_fw_cfg_write(fw_cfg(f), key, UINT32_MAX, "zz", 2));
    g_assert_false(ob_fw_cfg_write(fw_cfg(f), 0, 0, "zz", 2));
    g_assert_cmpstr((const char *)content, ==, "ABCDEFxy");
}

/* ----------------------------------------------------------- device's files */

static void test_device_file_shows_the_instance(Fixture *f, gconstpointer data)
{
    Mailbox *mailbox = mailbox_add(f, "");

    (void)data;
    memcpy(mailbox->letter, "dear you", 8);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/letter")) | READ, 8, BUFFER), ==, 0);
    ram_expect(f, BUFFER, "dear you", 8);
}

static void test_device_file_selected_by_port_calls_it(Fixture *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    port_select(f, key_of(f, "etc/stamp"));
    g_assert_cmpstr(happened->str, ==, "mailbox:selected");
    g_assert_cmphex(port_read(f), ==, 1);
}

static void test_device_file_written_calls_it_once(Fixture *f, gconstpointer data)
{
    Mailbox *mailbox = mailbox_add(f, "");

    (void)data;
    ob_host_write(f->host, BUFFER, "1234", 4);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/letter")) | SKIP, 2, 0), ==, 0);
    g_assert_cmphex(dma(f, WRITE, 4, BUFFER), ==, 0);
    g_assert_cmpmem(mailbox->letter, 8, "\0\0" "1234\0\0", 8);
    g_assert_cmpstr(happened->str, ==, "mailbox:written-2-4");
}

static void test_device_file_written_updates_outputs(Fixture *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    ob_host_write(f->host, BUFFER, "1", 1);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/letter")) | WRITE, 1, BUFFER), ==, 0);
    g_assert_true(ob_host_irq_level(f->host, IRQ_LINE));
}

static void test_device_file_without_a_place_is_zeros(Fixture *f, gconstpointer data)
{
    static const uint8_t zeros[16];

    (void)data;
    mailbox_add(f, "");
    ob_host_write(f->host, BUFFER, "0123456789abcdef", 16);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/blank")) | READ, 16, BUFFER), ==, 0);
    ram_expect(f, BUFFER, zeros, 16);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/blank")) | WRITE, 1, BUFFER), ==, ERROR);
}

static void test_device_file_follows_its_property(Fixture *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "extra=on");
    key_of(f, "etc/extra");
}

static void test_device_file_not_enabled_is_not_there(Fixture *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "etc/extra"));
}

static void test_device_with_a_taken_name_is_refused(Fixture *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    device_refused(f, "mailbox", "id=b", "b: fw_cfg: file 'etc/letter' is there already");
    key_of(f, "etc/letter");
    g_assert_null(ob_host_find_device(f->host, "b"));
}

static void test_device_refused_takes_its_files_away(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg(f), "etc/stamp", "x", 1, &f->error));
    memcpy(mailbox_hooked_files, mailbox_files, sizeof(mailbox_files));
    g_assert_true(ob_host_add_class(f->host, &mailbox_class, &f->error));
    device_refused(f, "mailbox", "", "mailbox: fw_cfg: file 'etc/stamp' is there already");
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "etc/letter"));
    g_assert_nonnull(ob_fw_cfg_find(fw_cfg(f), "etc/stamp"));
}

static void test_device_removed_takes_its_files_away(Fixture *f, gconstpointer data)
{
    Mailbox *mailbox = mailbox_add(f, "");
    uint16_t key = key_of(f, "etc/letter");

    (void)data;
    port_select(f, key);
    ob_host_remove_device(f->host, hw_instance_of(&mailbox->dev));
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "etc/letter"));
    port_read(f);
}

/* ---------------------------------------------------------------- transfers */

static void test_dma_write_stores(Fixture *f, gconstpointer data)
{
    uint16_t key = file_add(f, true);

    (void)data;
    ob_host_write(f->host, BUFFER, "1234", 4);
    g_assert_cmphex(dma(f, selecting(key) | WRITE, 4, BUFFER), ==, 0);
    g_assert_cmphex(dma(f, WRITE, 4, BUFFER), ==, 0);
    g_assert_cmpstr((const char *)content, ==, "12341234");
}

static void dma_fails(Fixture *f, uint32_t control, uint32_t length, uint64_t address)
{
    g_assert_cmphex(dma(f, control, length, address), ==, ERROR);
    g_assert_cmpstr((const char *)content, ==, "ABCDEFGH");
}

static void test_dma_write_to_read_only_fails(Fixture *f, gconstpointer data)
{
    (void)data;
    dma_fails(f, selecting(file_add(f, false)) | WRITE, 4, BUFFER);
}

static void test_dma_write_past_the_end_fails(Fixture *f, gconstpointer data)
{
    (void)data;
    dma_fails(f, selecting(file_add(f, true)) | WRITE, 9, BUFFER);
}

static void test_dma_write_at_the_end_fails(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(dma(f, selecting(file_add(f, true)) | SKIP, 8, 0), ==, 0);
    dma_fails(f, WRITE, 1, BUFFER);
}

static void test_dma_write_from_outside_ram_stores_nothing(Fixture *f, gconstpointer data)
{
    uint16_t key = file_add(f, true);

    (void)data;
    dma_fails(f, selecting(key) | WRITE, 4, RAM_END - 2);
    dma_fails(f, selecting(key) | WRITE, 4, UINT64_MAX - 1);
}

static void test_dma_read_to_outside_ram_stores_nothing(Fixture *f, gconstpointer data)
{
    uint16_t key = file_add(f, false);

    (void)data;
    dma_fails(f, selecting(key) | READ, 4, RAM_END - 2);
    g_assert_cmphex(readl(f, RAM_END - 4), ==, 0);
    dma_fails(f, selecting(key) | READ, 4, UINT64_MAX - 1);
    dma_fails(f, selecting(key) | READ, UINT32_MAX, 0);
}

static void test_dma_does_not_reach_registers(Fixture *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "addr=0xfed10000");
    dma_fails(f, selecting(file_add(f, false)) | READ, 4, BASE + CTRL);
    g_assert_cmphex(readl(f, BASE + CTRL), ==, 0);
    dma_fails(f, selecting(key_of(f, "opt/file")) | WRITE, 4, BASE + ID);
}

static void test_dma_descriptor_half_in_ram_gets_the_error(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(dma_at(f, RAM_END - 8, READ, 4, BUFFER), ==, ERROR);
}

static void test_dma_descriptor_outside_ram_is_harmless(Fixture *f, gconstpointer data)
{
    (void)data;
    dma_at(f, UINT64_MAX - 3, READ, 4, BUFFER);
    dma_at(f, 0xfee00000, READ, 4, BUFFER);
    g_assert_cmphex(dma(f, selecting(0) | READ, 4, BUFFER), ==, 0);
}

static void test_dma_may_overwrite_its_descriptor(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(dma(f, selecting(file_add(f, false)) | READ, 8, DESCRIPTOR), ==, 0);
    ram_expect(f, DESCRIPTOR + 4, "EFGH", 4);
}

/* -------------------------------------------------------------------- state */

static HwInstance *fw_cfg_instance(Fixture *f)
{
    return hw_instance_of((const HwDevice *)fw_cfg(f));
}

/* Key 3 (RAM size) at its fourth byte; then the subsections, the name of each after its
 * length. */
static const uint8_t state_of_qemu[] =
    "\x00\x03" "\x00\x00\x00\x03"
    "\x05\x0a" "fw_cfg/dma" "\x00\x00\x00\x00" "\x00\x00\x00\x01\x00\x00\x80\x00"
    "\x05\x0e" "fw_cfg/acpi_mr" "\x00\x00\x00\x01" "\x00\x00\x00\x00\x00\x02\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x10\x00" "\x00\x00\x00\x00\x00\x00\x00\x14";
#define STATE_SIZE (sizeof(state_of_qemu) - 1)

G_STATIC_ASSERT(STATE_SIZE == 74);

static void test_state_is_loaded(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_state_load(fw_cfg_instance(f), 2, state_of_qemu, STATE_SIZE, &f->error));
    g_assert_cmphex(port_read(f), ==, (128 * MIB) >> 24);
}

static void test_state_with_any_key_is_harmless(Fixture *f, gconstpointer data)
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

static void test_reset_selects_the_signature(Fixture *f, gconstpointer data)
{
    (void)data;
    port_select(f, 3);
    ob_host_reset(f->host);
    g_assert_cmphex(port_read(f), ==, 'Q');
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/fw-cfg/machine/none-has-none", "none", test_machine_none_has_no_fw_cfg);
    TEST("/fw-cfg/machine/none-leaves-files-out", "none", test_machine_none_leaves_files_out);
    TEST("/fw-cfg/service/tells-of-dma", NULL, test_service_tells_of_dma);
    TEST("/fw-cfg/directory/is-sorted-by-name", NULL, test_directory_is_sorted_by_name);
    TEST("/fw-cfg/directory/remove-closes-the-gap", NULL, test_remove_closes_the_gap);
    TEST("/fw-cfg/add/refuses-a-taken-name", NULL, test_add_refuses_a_taken_name);
    TEST("/fw-cfg/add/refuses-no-name", NULL, test_add_refuses_no_name);
    TEST("/fw-cfg/add/refuses-a-long-name", NULL, test_add_refuses_a_long_name);
    TEST("/fw-cfg/add/refuses-a-file-too-many", NULL, test_add_refuses_a_file_too_many);
    TEST("/fw-cfg/file/select-hook-may-replace-the-bytes", NULL,
         test_select_hook_may_replace_the_bytes);
    TEST("/fw-cfg/file/guest-goes-on-in-replaced-bytes", NULL,
         test_guest_goes_on_in_replaced_bytes);
    TEST("/fw-cfg/file/directory-has-the-new-size", NULL, test_directory_has_the_new_size);
    TEST("/fw-cfg/file/copies-are-not-replaced", NULL, test_copies_are_not_replaced);
    TEST("/fw-cfg/file/is-read-as-by-the-guest", NULL, test_read_as_the_guest);
    TEST("/fw-cfg/file/is-written-as-by-the-guest", NULL, test_write_as_the_guest);
    TEST("/fw-cfg/device/file-shows-the-instance", NULL, test_device_file_shows_the_instance);
    TEST("/fw-cfg/device/file-selected-calls-it", NULL,
         test_device_file_selected_by_port_calls_it);
    TEST("/fw-cfg/device/file-written-calls-it-once", NULL,
         test_device_file_written_calls_it_once);
    TEST("/fw-cfg/device/file-written-updates-outputs", NULL,
         test_device_file_written_updates_outputs);
    TEST("/fw-cfg/device/file-without-a-place-is-zeros", NULL,
         test_device_file_without_a_place_is_zeros);
    TEST("/fw-cfg/device/file-follows-its-property", NULL, test_device_file_follows_its_property);
    TEST("/fw-cfg/device/file-not-enabled-is-not-there", NULL,
         test_device_file_not_enabled_is_not_there);
    TEST("/fw-cfg/device/with-a-taken-name-is-refused", NULL,
         test_device_with_a_taken_name_is_refused);
    TEST("/fw-cfg/device/refused-takes-its-files-away", NULL,
         test_device_refused_takes_its_files_away);
    TEST("/fw-cfg/device/removed-takes-its-files-away", NULL,
         test_device_removed_takes_its_files_away);
    TEST("/fw-cfg/dma/write-stores", NULL, test_dma_write_stores);
    TEST("/fw-cfg/dma/write-to-read-only-fails", NULL, test_dma_write_to_read_only_fails);
    TEST("/fw-cfg/dma/write-past-the-end-fails", NULL, test_dma_write_past_the_end_fails);
    TEST("/fw-cfg/dma/write-at-the-end-fails", NULL, test_dma_write_at_the_end_fails);
    TEST("/fw-cfg/dma/write-from-outside-ram-stores-nothing", NULL,
         test_dma_write_from_outside_ram_stores_nothing);
    TEST("/fw-cfg/dma/read-to-outside-ram-stores-nothing", NULL,
         test_dma_read_to_outside_ram_stores_nothing);
    TEST("/fw-cfg/dma/does-not-reach-registers", NULL, test_dma_does_not_reach_registers);
    TEST("/fw-cfg/dma/descriptor-half-in-ram-gets-the-error", NULL,
         test_dma_descriptor_half_in_ram_gets_the_error);
    TEST("/fw-cfg/dma/descriptor-outside-ram-is-harmless", NULL,
         test_dma_descriptor_outside_ram_is_harmless);
    TEST("/fw-cfg/dma/may-overwrite-its-descriptor", NULL, test_dma_may_overwrite_its_descriptor);
    TEST("/fw-cfg/state/is-loaded", NULL, test_state_is_loaded);
    TEST("/fw-cfg/state/with-any-key-is-harmless", NULL, test_state_with_any_key_is_harmless);
    TEST("/fw-cfg/state/reset-selects-the-signature", NULL, test_reset_selects_the_signature);
    return g_test_run();
}
