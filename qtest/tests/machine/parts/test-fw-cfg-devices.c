/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg in process: devices' files. */
#include <string.h>

#include "hw-api/ext/fw-cfg.h"
#include "qtest/tests/machine/parts/fw-cfg-host.h"

/* ---------------------------------------------------------------- a mailbox */

/* A device with a file of each kind. */
typedef struct Mailbox {
    HwDevice dev;
    uint8_t letter[8];
    uint8_t stamp[4];
    bool extra;
} Mailbox;

static void mailbox_selected(HwDevice *dev)
{
    HW_DEVICE(Mailbox, dev)->stamp[0]++;
    gadget_note(dev, "selected");
}

static void mailbox_written(HwDevice *dev, uint32_t offset, uint32_t length)
{
    g_autofree char *text = g_strdup_printf("written-%u-%u", offset, length);

    gadget_note(dev, text);
}

static void mailbox_update(HwDevice *dev)
{
    hw_irq_set(dev, GADGET_IRQ, HW_DEVICE(Mailbox, dev)->letter[0]);
}

static const HwFwCfgFile mailbox_files[] = {
    HW_FW_CFG_FILE("etc/letter", Mailbox, letter, HW_FW_CFG_GUEST_WRITABLE),
    HW_FW_CFG_FILE("etc/stamp", Mailbox, stamp, 0),
    { "etc/blank", .size = 16 },
    { "etc/extra", .size = 1, .enabled = offsetof(Mailbox, extra) },
};
static HwFwCfgFile mailbox_hooked_files[G_N_ELEMENTS(mailbox_files)];

/* clang-format off */
static HwClass mailbox_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "mailbox", .instance_size = sizeof(Mailbox),
               .properties = HW_ROWS(HwProperty, HW_PROP_BOOL("extra", Mailbox, extra, false, "")),
               .fw_cfg_files = HW_TABLE(mailbox_hooked_files), .update = mailbox_update },
    .original = &mailbox_class.table,
};
/* clang-format on */

static Mailbox *mailbox_add(GadgetHost *f, const char *options)
{
    memcpy(mailbox_hooked_files, mailbox_files, sizeof(mailbox_files));
    mailbox_hooked_files[0].written = mailbox_written;
    mailbox_hooked_files[1].selected = mailbox_selected;
    g_assert_true(ob_host_add_class(f->host, &mailbox_class, &f->error));
    return HW_DEVICE(Mailbox, device_add(f, "mailbox", options)->dev);
}

/* ------------------------------------------------------------------- service */

static void test_machine_none_leaves_files_out(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_nonnull(mailbox_add(f, ""));
}

static void test_service_tells_of_dma(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(hw_fw_cfg(&mailbox_add(f, "")->dev)->features, ==, HW_FW_CFG_DMA);
}

/* ----------------------------------------------------------- device's files */

static void test_device_file_shows_the_instance(GadgetHost *f, gconstpointer data)
{
    Mailbox *mailbox = mailbox_add(f, "");

    (void)data;
    memcpy(mailbox->letter, "dear you", 8);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/letter")) | READ, 8, BUFFER), ==, 0);
    ram_expect(f, BUFFER, "dear you", 8);
}

static void test_device_file_selected_by_port_calls_it(GadgetHost *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    port_select(f, key_of(f, "etc/stamp"));
    g_assert_cmpstr(gadget_happened->str, ==, "mailbox:selected");
    g_assert_cmphex(port_read(f), ==, 1);
}

static void test_device_file_written_calls_it_once(GadgetHost *f, gconstpointer data)
{
    Mailbox *mailbox = mailbox_add(f, "");

    (void)data;
    ob_host_write(f->host, BUFFER, "1234", 4);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/letter")) | SKIP, 2, 0), ==, 0);
    g_assert_cmphex(dma(f, WRITE, 4, BUFFER), ==, 0);
    g_assert_cmpmem(mailbox->letter, 8,
                    "\0\0"
                    "1234\0\0",
                    8);
    g_assert_cmpstr(gadget_happened->str, ==, "mailbox:written-2-4");
}

static void test_device_file_written_updates_outputs(GadgetHost *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    ob_host_write(f->host, BUFFER, "1", 1);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/letter")) | WRITE, 1, BUFFER), ==, 0);
    g_assert_true(ob_host_irq_level(f->host, GADGET_IRQ));
}

static void test_device_file_without_a_place_is_zeros(GadgetHost *f, gconstpointer data)
{
    static const uint8_t zeros[16];

    (void)data;
    mailbox_add(f, "");
    ob_host_write(f->host, BUFFER, "0123456789abcdef", 16);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/blank")) | READ, 16, BUFFER), ==, 0);
    ram_expect(f, BUFFER, zeros, 16);
    g_assert_cmphex(dma(f, selecting(key_of(f, "etc/blank")) | WRITE, 1, BUFFER), ==, ERROR);
}

static void test_device_file_follows_its_property(GadgetHost *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "extra=on");
    key_of(f, "etc/extra");
}

static void test_device_file_not_enabled_is_not_there(GadgetHost *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "etc/extra"));
}

static void test_device_with_a_taken_name_is_refused(GadgetHost *f, gconstpointer data)
{
    (void)data;
    mailbox_add(f, "");
    device_refused(f, "mailbox", "id=b", "b: fw_cfg: file 'etc/letter' already exists");
    key_of(f, "etc/letter");
    g_assert_null(ob_host_find_device(f->host, "b"));
}

static void test_device_refused_takes_its_files_away(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg(f), "etc/stamp", "x", 1, &f->error));
    memcpy(mailbox_hooked_files, mailbox_files, sizeof(mailbox_files));
    g_assert_true(ob_host_add_class(f->host, &mailbox_class, &f->error));
    device_refused(f, "mailbox", "", "mailbox: fw_cfg: file 'etc/stamp' already exists");
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "etc/letter"));
    g_assert_nonnull(ob_fw_cfg_find(fw_cfg(f), "etc/stamp"));
}

static void test_device_removed_takes_its_files_away(GadgetHost *f, gconstpointer data)
{
    Mailbox *mailbox = mailbox_add(f, "");
    uint16_t key = key_of(f, "etc/letter");

    (void)data;
    port_select(f, key);
    ob_host_remove_device(f->host, hw_instance_of(&mailbox->dev));
    g_assert_null(ob_fw_cfg_find(fw_cfg(f), "etc/letter"));
    port_read(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/fw-cfg/machine/none-leaves-files-out", "none",
                test_machine_none_leaves_files_out);
    GADGET_TEST("/fw-cfg/service/tells-of-dma", NULL, test_service_tells_of_dma);
    GADGET_TEST("/fw-cfg/device/file-shows-the-instance", NULL,
                test_device_file_shows_the_instance);
    GADGET_TEST("/fw-cfg/device/file-selected-calls-it", NULL,
                test_device_file_selected_by_port_calls_it);
    GADGET_TEST("/fw-cfg/device/file-written-calls-it-once", NULL,
                test_device_file_written_calls_it_once);
    GADGET_TEST("/fw-cfg/device/file-written-updates-outputs", NULL,
                test_device_file_written_updates_outputs);
    GADGET_TEST("/fw-cfg/device/file-without-a-place-is-zeros", NULL,
                test_device_file_without_a_place_is_zeros);
    GADGET_TEST("/fw-cfg/device/file-follows-its-property", NULL,
                test_device_file_follows_its_property);
    GADGET_TEST("/fw-cfg/device/file-not-enabled-is-not-there", NULL,
                test_device_file_not_enabled_is_not_there);
    GADGET_TEST("/fw-cfg/device/with-a-taken-name-is-refused", NULL,
                test_device_with_a_taken_name_is_refused);
    GADGET_TEST("/fw-cfg/device/refused-takes-its-files-away", NULL,
                test_device_refused_takes_its_files_away);
    GADGET_TEST("/fw-cfg/device/removed-takes-its-files-away", NULL,
                test_device_removed_takes_its_files_away);
    return g_test_run();
}
