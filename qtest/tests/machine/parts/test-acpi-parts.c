/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI of the machines in process: devices' parts of the tables, and migration. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/acpi.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/machine/parts/acpi-part.h"

#define PC_GPE    OB_PIIX4_GPE0
#define PC_ENABLE (OB_PIIX4_GPE0 + 2)

/* ------------------------------------------------------------------------ tables */

/* The signatures in the file, in order. */
static char *signatures(GadgetHost *f)
{
    const ObFwCfgFile *file = ob_fw_cfg_find(ob_host_fw_cfg(f->host), OB_ACPI_TABLES);
    GString *list = g_string_new(NULL);

    for (uint32_t at = 0; file->bytes[at];) {
        g_string_append_printf(list, "%.4s ", (const char *)file->bytes + at);
        at += (uint32_t)hw_load_le(file->bytes + at + 4, 4);
    }
    return g_string_free(list, FALSE);
}

static void test_device_adds_table(GadgetHost *f, gconstpointer data)
{
    g_autofree char *list = NULL;

    (void)data;
    acpi_part_add(f, "id=a");
    list = signatures(f);
    g_assert_cmpstr(list, ==, "FACS DSDT FACP APIC PART RSDT ");
}

static void test_removed_device_leaves(GadgetHost *f, gconstpointer data)
{
    g_autofree char *list = NULL;

    (void)data;
    acpi_part_add(f, "id=a");
    ob_host_remove_device(f->host, ob_host_find_device(f->host, "a"));
    list = signatures(f);
    g_assert_cmpstr(list, ==, "FACS DSDT FACP APIC RSDT ");
}

static void test_refused_part(GadgetHost *f, gconstpointer data)
{
    g_autofree char *list = NULL;

    (void)data;
    acpi_part_add(f, "id=a,bad=on");
    g_assert_cmpstr(f->log->str, ==, "");
    list = signatures(f);
    g_assert_cmpstr(list, ==, "FACS DSDT FACP APIC RSDT ");
    g_assert_cmpstr(f->log->str, ==,
                    "(null) 1 a: ACPI: add_table: signature is malformed, "
                    "expected 4 capital letters or digits\n");
}

/* Expects that the devices have described their parts so often since the last time. */
static void builds_expect(const char *expected)
{
    g_assert_cmpstr(gadget_happened->str, ==, expected);
    g_string_truncate(gadget_happened, 0);
}

static void key_select(GadgetHost *f, uint16_t key)
{
    ob_host_store(f->host, HW_SPACE_IO, 0x510, key, 2);
}

static void test_tables_wait_until_somebody_asks(GadgetHost *f, gconstpointer data)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(f->host);

    (void)data;
    acpi_part_add(f, "id=a");
    ob_host_reset(f->host);
    ob_host_reset(f->host);
    key_select(f, 0); /* the signature */
    ob_host_load(f->host, HW_SPACE_IO, 0x511, 1);
    ob_fw_cfg_find(fw_cfg, "etc/system-states");
    builds_expect("");
    key_select(f, ob_fw_cfg_key(fw_cfg, OB_ACPI_LOADER));
    builds_expect("a:build");
    key_select(f, ob_fw_cfg_key(fw_cfg, OB_ACPI_TABLES));
    builds_expect("");
}

static void test_reset_asks_again(GadgetHost *f, gconstpointer data)
{
    (void)data;
    acpi_part_add(f, "id=a");
    ob_fw_cfg_find(ob_host_fw_cfg(f->host), OB_ACPI_RSDP);
    builds_expect("a:build");
    ob_host_reset(f->host);
    ob_fw_cfg_find(ob_host_fw_cfg(f->host), OB_ACPI_RSDP);
    builds_expect("a:build");
}

/* The directory has the files' sizes. */
static void test_directory_asks(GadgetHost *f, gconstpointer data)
{
    (void)data;
    acpi_part_add(f, "id=a");
    key_select(f, 0x19);
    builds_expect("a:build");
}

/* A guest that is in the middle of the file goes on in the new bytes. */
static void test_guest_in_the_middle_asks(GadgetHost *f, gconstpointer data)
{
    (void)data;
    key_select(f, ob_fw_cfg_key(ob_host_fw_cfg(f->host), OB_ACPI_TABLES));
    ob_host_load(f->host, HW_SPACE_IO, 0x511, 1);
    acpi_part_add(f, "id=a");
    builds_expect("");
    ob_host_load(f->host, HW_SPACE_IO, 0x511, 1);
    builds_expect("a:build");
}

/* The sizes are QEMU's: they are in migration streams. */
static void test_file_sizes(GadgetHost *f, gconstpointer data)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(f->host);

    (void)data;
    acpi_part_add(f, "id=a");
    g_assert_cmphex(ob_fw_cfg_find(fw_cfg, OB_ACPI_TABLES)->size, ==, 0x20000);
    g_assert_cmphex(ob_fw_cfg_find(fw_cfg, OB_ACPI_LOADER)->size, ==, 0x1000);
    g_assert_cmphex(ob_fw_cfg_find(fw_cfg, OB_ACPI_RSDP)->size, ==, 20);
}

/* The MADT limits the CPUs' number, and the DSDT limits their names. */
static void test_many_cpus(void)
{
    const ObBoot boot = { .cpus = 300, .cpu_limit = 300 };
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .boot = &boot };
    ObHost *host = ob_host_new(&config, NULL);
    const ObFwCfgFile *file = ob_fw_cfg_find(ob_host_fw_cfg(host), OB_ACPI_TABLES);
    uint32_t at = 0;

    while (memcmp(file->bytes + at, "APIC", 4) != 0) {
        at += (uint32_t)hw_load_le(file->bytes + at + 4, 4);
    }
    g_assert_cmpuint(hw_load_le(file->bytes + at + 4, 4), ==, 44 + 255 * 8 + 12 + 5 * 10 + 6);
    ob_host_free(host);
}

static void test_none_has_no_acpi(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "id=g")->dev;

    (void)data;
    g_assert_null(hw_acpi(dev));
}

static void test_acpi_off(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .no_acpi = true };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_null(ob_fw_cfg_find(ob_host_fw_cfg(host), OB_ACPI_TABLES));
    g_assert_cmphex(ob_host_load(host, HW_SPACE_IO, OB_PM1_CONTROL, 2), ==, 0xffff);
    ob_host_free(host);
}

/* --------------------------------------------------------------------- migration */

static bool stream_sink(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

static GByteArray *saved(GadgetHost *f)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(f->host, stream_sink, stream, NULL);

    while (!ob_save_pass(save, UINT64_MAX)) {}
    g_assert_true(ob_save_finish(save, "running", NULL));
    ob_save_free(save);
    return stream;
}

/* A stream has the files' sizes. */
static void test_save_asks(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    acpi_part_add(f, "id=a");
    stream = saved(f);
    builds_expect("a:build");
}

static bool load(GadgetHost *f, const GByteArray *stream)
{
    ObLoad *s = ob_load_new(f->host);
    bool done = ob_load_feed(s, stream->data, stream->len) && ob_load_finish(s);

    ob_load_free(s);
    return done;
}

static bool has_section(const GByteArray *stream)
{
    return memmem(stream->data, stream->len, "outboard-acpi-pm", 16) != NULL;
}

static void test_untouched_registers_are_not_sent(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = saved(f);

    (void)data;
    g_assert_false(has_section(stream));
}

/* If the machine migrates back to QEMU, the chipset's section has the registers. */
static void test_not_sent_beside_chipset(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    f->host->foreign = ob_foreign_new();
    ob_foreign_add(f->host->foreign, "0000:00:1f.0/ICH9LPC", 0, 1, (const uint8_t *)"x", 1, NULL);
    acpi_event_raise(acpi_part_add(f, "id=a"), ACPI_PART_EVENT);
    stream = saved(f);
    g_assert_false(has_section(stream));
}

static void test_registers_move(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    acpi_out(f, PC_ENABLE, 0x20, 1);
    acpi_out(f, OB_PM1_EVENT + 2, 0x100, 2);
    acpi_event_raise(dev, ACPI_PART_EVENT);
    stream = saved(f);
    ob_host_reset(f->host);
    g_assert_true(load(f, stream));
    g_assert_cmphex(acpi_in(f, PC_GPE, 4), ==, 0x00200020);
    g_assert_cmphex(acpi_in(f, OB_PM1_EVENT, 4), ==, 0x01000000);
    g_assert_cmpstr(f->irqs->str, ==, "9=1 9=0 9=1 ");
}

/* In each order of the sections: the ACPI registers' own state does not clear the event. */
static void test_event_in_loaded(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    acpi_part_add(f, "id=a,rings=on");
    acpi_out(f, PC_ENABLE, 0x20, 1);
    stream = saved(f);
    ob_host_reset(f->host);
    g_assert_true(load(f, stream));
    g_assert_cmphex(acpi_in(f, PC_GPE, 1), ==, 0x20);
    g_assert_cmpstr(f->irqs->str, ==, "9=1 ");
}

static void test_event_of_refused_stream(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    acpi_part_add(f, "id=a,rings=on,value=0xbad");
    stream = saved(f);
    g_assert_false(load(f, stream));
    g_assert_cmphex(acpi_in(f, PC_GPE, 1), ==, 0);
    acpi_event_raise(ob_host_find_device(f->host, "a")->dev, ACPI_PART_EVENT);
    g_assert_cmphex(acpi_in(f, PC_GPE, 1), ==, 0x20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/acpi/tables/have-a-device-s", "q35", test_device_adds_table);
    GADGET_TEST("/acpi/tables/lose-a-removed-device-s", "q35", test_removed_device_leaves);
    GADGET_TEST("/acpi/tables/drop-a-refused-part", "q35", test_refused_part);
    GADGET_TEST("/acpi/tables/wait-until-somebody-asks", "q35",
                test_tables_wait_until_somebody_asks);
    GADGET_TEST("/acpi/tables/are-built-again-after-reset", "q35", test_reset_asks_again);
    GADGET_TEST("/acpi/tables/directory-asks-for-them", "q35", test_directory_asks);
    GADGET_TEST("/acpi/tables/reader-goes-on-in-new-ones", "q35", test_guest_in_the_middle_asks);
    GADGET_TEST("/acpi/tables/migration-asks-for-them", "q35", test_save_asks);
    GADGET_TEST("/acpi/tables/files-have-qemu-s-sizes", "q35", test_file_sizes);
    g_test_add_func("/acpi/tables/have-up-to-255-cpus", test_many_cpus);
    GADGET_TEST("/acpi/none-has-no-acpi", "none", test_none_has_no_acpi);
    g_test_add_func("/acpi/off-has-neither-tables-nor-registers", test_acpi_off);
    GADGET_TEST("/acpi/migration/untouched-registers-are-not-sent", "q35",
                test_untouched_registers_are_not_sent);
    GADGET_TEST("/acpi/migration/registers-are-not-sent-beside-a-chipset-of-qemu-s", "q35",
                test_not_sent_beside_chipset);
    GADGET_TEST("/acpi/migration/registers-move", "pc", test_registers_move);
    GADGET_TEST("/acpi/migration/event-in-loaded-reaches-the-guest", "pc", test_event_in_loaded);
    GADGET_TEST("/acpi/migration/event-of-a-refused-stream-does-not", "pc",
                test_event_of_refused_stream);
    return g_test_run();
}
