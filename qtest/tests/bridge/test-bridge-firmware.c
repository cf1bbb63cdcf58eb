/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fw_cfg files and tables of our devices, as firmware sees them in a stock QEMU. */
#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/bridge/bridge-machine.h"

#define PART "-device firmware-part"

/* -------------------------------------------------------------------- fw_cfg */

/* Counters of the part's hooks, as little-endian numbers. */
typedef struct Notes {
    uint32_t selections;
    uint32_t writes;
    uint32_t offset;
    uint32_t length;
} Notes;

static Notes notes_read(ObClient *c)
{
    uint8_t bytes[16];

    cfg_file_read(c, "etc/part-notes", bytes, sizeof(bytes));
    return (Notes) { (uint32_t)hw_load_le(bytes, 4), (uint32_t)hw_load_le(bytes + 4, 4),
                     (uint32_t)hw_load_le(bytes + 8, 4), (uint32_t)hw_load_le(bytes + 12, 4) };
}

static void test_selected(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    g_assert_cmpuint(notes_read(c).selections, ==, 1);
    g_assert_cmpuint(notes_read(c).selections, ==, 2);
    ob_client_quit(c);
}

static void test_written(void)
{
    static const uint8_t bytes[] = { 1, 2, 3, 4 };
    ObClient *c = bridge_machine_start(NULL, PART);
    uint8_t place[8];
    Notes notes;

    g_assert_true(cfg_file_write(c, "etc/part-place", 2, bytes, 4));
    notes = notes_read(c);
    g_assert_cmpuint(notes.writes, ==, 1);
    g_assert_cmpuint(notes.offset, ==, 2);
    g_assert_cmpuint(notes.length, ==, 4);
    cfg_file_read(c, "etc/part-place", place, sizeof(place));
    g_assert_cmpmem(place, sizeof(place), "\0\0\1\2\3\4\0\0", 8);
    ob_client_quit(c);
}

static void test_read_only(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    g_assert_false(cfg_file_write(c, "etc/part-notes", 0, "xxxx", 4));
    g_assert_cmpuint(notes_read(c).writes, ==, 0);
    ob_client_quit(c);
}

static void test_beyond(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    g_assert_false(cfg_file_write(c, "etc/part-place", 6, "xxxx", 4));
    g_assert_cmpuint(notes_read(c).writes, ==, 0);
    ob_client_quit(c);
}

static void test_enabled(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    g_assert_cmpuint(cfg_file_select(c, "etc/part-zeros"), ==, 0);
    ob_client_quit(c);
    c = bridge_machine_start(NULL, PART ",more=on");
    g_assert_cmpuint(cfg_file_select(c, "etc/part-zeros"), ==, 3);
    ob_client_quit(c);
}

static void test_name_of_late_file(void)
{
    ObClient *c = bridge_machine_start(NULL, PART ",more=on");

    g_assert_cmpuint(cfg_file_select(c, "etc/tpm/log"), ==, 5);
    ob_client_reset(c);
    g_assert_cmpuint(cfg_file_select(c, "etc/tpm/log"), ==, 5);
    ob_client_quit(c);
}

static void test_name_taken(void)
{
    bridge_machine_assert_refused(NULL, "-fw_cfg name=etc/part-place,string=x " PART,
                                  "firmware-part: fw_cfg: file "
                                  "'etc/part-place' already exists");
}

static void test_second_device(void)
{
    bridge_machine_assert_refused(NULL, PART " " PART ",id=b",
                                  "b: fw_cfg: file 'etc/part-notes' already exists");
}

static void test_slots(void)
{
    g_autoptr(GString) arguments = g_string_new(PART);

    for (unsigned i = 0; i < 24; i++) {
        g_string_append_printf(arguments, " -fw_cfg name=opt/%u,string=x", i);
    }
    bridge_machine_assert_refused(NULL, arguments->str,
                                  "firmware-part: no room for fw_cfg file 'etc/part-notes' "
                                  "beside ");
}

static void test_no_fw_cfg(void)
{
    bridge_machine_assert_refused("none", PART,
                                  "firmware-part needs hw.fw-cfg/1: machine "
                                  "'none-machine' has no fw_cfg");
}

/* ---------------------------------------------------------------------- ACPI */

static void assert_linked(ObClient *c)
{
    Firmware *firmware = firmware_run(c);
    uint64_t address;
    uint8_t place[8];
    unsigned count;
    const uint8_t *table;

    firmware_file(firmware, "etc/part-notes", &address);
    table = firmware_table(firmware, "PART", "BXPC    ", &count);
    g_assert_cmpuint(count, ==, 1);
    g_assert_cmphex(hw_load_le(table + 36, 8), ==, address + 4);
    table = firmware_table(firmware, "SSDT", "OUTBOARD", &count);
    g_assert_cmpuint(count, ==, 1);
    g_assert_nonnull(memmem(table, (size_t)hw_load_le(table + 4, 4), "PART0001", 8));
    cfg_file_read(c, "etc/part-place", place, sizeof(place));
    g_assert_cmphex(hw_load_le(place, 8), ==, address);
    firmware_free(firmware);
}

static void test_linked(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    assert_linked(c);
    g_assert_cmpuint(cfg_file_size(c, "etc/outboard/tables"), >, 0);
    g_assert_false(cfg_file_write(c, "etc/outboard/tables", 0, "xxxx", 4));
    ob_client_quit(c);
}

static void test_linked_once(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    assert_linked(c);
    assert_linked(c);
    ob_client_quit(c);
}

static void test_reset(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    assert_linked(c);
    ob_client_reset(c);
    assert_linked(c);
    ob_client_reset(c);
    ob_client_reset(c);
    assert_linked(c);
    ob_client_quit(c);
}

/* At the first selection of any of the files after a reset, QEMU builds its tables anew. */
static void test_rebuild(gconstpointer file)
{
    ObClient *c = bridge_machine_start(NULL, PART);

    g_assert_cmpuint(cfg_file_select(c, file), >, 0);
    assert_linked(c);
    ob_client_quit(c);
}

/* Uses the registers of firmware without DMA. */
static void test_data_register(void)
{
    ObClient *c = bridge_machine_start(NULL, PART);
    ObFwCfgPort port = cfg_port(c);
    uint32_t size = 0;
    uint16_t key = fw_cfg_find(&port, "etc/table-loader", &size);
    g_autofree char *script = g_malloc(size);

    fw_cfg_select(&port, key);
    fw_cfg_read(&port, script, size);
    g_assert_nonnull(memmem(script, size, "etc/outboard/tables", 19));
    ob_client_quit(c);
}

static void test_no_acpi(void)
{
    ObClient *c = bridge_machine_start(bridge_machine_is_pc() ? "q35,acpi=off" : "virt,acpi=off",
                                       PART);

    g_assert_cmpuint(cfg_file_select(c, "etc/table-loader"), ==, 0);
    g_assert_cmpuint(cfg_file_select(c, "etc/part-notes"), >, 0);
    ob_client_quit(c);
}

#define REFUSED "write_pointer: 8 bytes at offset 0x1 lie outside of file 'etc/part-place'"

/* Else a guest would silently lack its device. */
static void test_refused(void)
{
    bridge_machine_assert_refused(NULL, PART ",wrong=on",
                                  "outboard-qemu: firmware-part: ACPI: " REFUSED);
    bridge_machine_assert_refused(NULL, PART ",wrong=on", "ended with status 1\n");
}

static void wrong_set(ObClient *c, bool wrong)
{
    json_t *error = NULL;

    json_decref(ob_client_qmp(c, "qom-set",
                              json_pack("{s:s, s:s, s:b}", "path", "part", "property", "wrong",
                                        "value", wrong),
                              &error));
    g_assert_null(error);
}

/* A guest that has started is not ended: it loses the tables until they are right again. */
static void test_refused_later(void)
{
    ObClient *c = bridge_machine_start(NULL, PART ",id=part");

    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
    wrong_set(c, true);
    ob_client_reset(c);
    g_assert_cmpuint(cfg_file_select(c, "etc/table-loader"), >, 0);
    firmware_free(firmware_run(c));
    wrong_set(c, false);
    ob_client_reset(c);
    assert_linked(c);
    ob_client_quit(c);
}

/* QEMU reads the size, and shows the number of bytes. */
static void test_size(void)
{
    ObClient *c = bridge_machine_start(NULL, PART ",id=part,room=1.5K");
    json_t *value = ob_client_qmp(c, "qom-get",
                                  json_pack("{s:s, s:s}", "path", "part", "property", "room"),
                                  NULL);

    g_assert_cmpint(json_integer_value(value), ==, 1536);
    json_decref(value);
    ob_client_quit(c);
    bridge_machine_assert_refused(NULL, PART ",room=1.5", "Parameter 'room' expects size");
}

/* The part's event as the guest sees it: a bit of GPE0_STS on q35, or an interrupt. */
enum { GPE_BIT = 1 << 6, INTERRUPT = 233 };
#define GIC UINT64_C(0x08000000)

static bool event_is_pending(ObClient *c)
{
    if (bridge_machine_is_pc()) {
        return ob_client_inb(c, 0x620) & GPE_BIT;
    }
    /* GICD_ISPENDR */
    return ob_client_readl(c, GIC + 0x200 + INTERRUPT / 32 * 4) & 1u << INTERRUPT % 32;
}

/* Enables the event as a guest does: by ports of the power management, or by GICD_ICFGR for an
 * edge. */
static void event_enable(ObClient *c)
{
    if (bridge_machine_is_pc()) {
        ob_client_outl(c, 0xcf8, 0x8000f840);
        ob_client_outl(c, 0xcfc, 0x601);
        ob_client_outl(c, 0xcf8, 0x8000f844);
        ob_client_outl(c, 0xcfc, 0x80);
    } else {
        ob_client_writel(c, GIC + 0xc00 + INTERRUPT / 16 * 4, 2u << INTERRUPT % 16 * 2);
    }
}

/* Returns a machine that has loaded the stream of one of its kind: so `loaded` raised the event. */
static ObClient *start_by_load(const char *machine, void (*prepare)(ObClient *c))
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "stream", NULL);
    g_autofree char *out = g_strdup_printf("exec:cat > %s", file);
    g_autofree char *in = g_strdup_printf(PART " -incoming 'exec:cat %s'", file);
    ObClient *c = bridge_machine_start(machine, PART);

    if (prepare) {
        prepare(c);
    }
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", out), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
    c = bridge_machine_start(machine, in);
    ob_migration_complete(c);
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
    g_unlink(file);
    g_rmdir(directory);
    return c;
}

static void event_prepare(ObClient *c)
{
    event_enable(c);
    g_assert_false(event_is_pending(c));
}

/* An event that `loaded` raised outlasts the load of the machine's own devices. */
static void test_event_after_load(void)
{
    ObClient *c = start_by_load(NULL, event_prepare);

    g_assert_true(event_is_pending(c));
    ob_client_quit(c);
}

/* Without ACPI a pc has no controller of events. */
static void test_event_without_controller(void)
{
    ObClient *c = start_by_load("pc,acpi=off", NULL);
    json_t *info = ob_client_qmp(c, "query-status", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(info, "status")), ==, "paused");
    json_decref(info);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-firmware/fw-cfg/selection-is-told", test_selected);
    g_test_add_func("/bridge-firmware/fw-cfg/write-is-stored-and-told", test_written);
    g_test_add_func("/bridge-firmware/fw-cfg/read-only-file-refuses-a-write", test_read_only);
    g_test_add_func("/bridge-firmware/fw-cfg/write-beyond-the-end-fails", test_beyond);
    g_test_add_func("/bridge-firmware/fw-cfg/file-follows-its-switch", test_enabled);
    g_test_add_func("/bridge-firmware/fw-cfg/late-file-of-qemu-is-replaced",
                    test_name_of_late_file);
    g_test_add_func("/bridge-firmware/fw-cfg/name-of-the-machine-is-refused", test_name_taken);
    g_test_add_func("/bridge-firmware/fw-cfg/name-of-another-device-is-refused",
                    test_second_device);
    g_test_add_func("/bridge-firmware/fw-cfg/full-directory-is-refused", test_slots);
    g_test_add_func("/bridge-firmware/fw-cfg/machine-without-is-refused", test_no_fw_cfg);
    g_test_add_func("/bridge-firmware/acpi/tables-are-linked", test_linked);
    g_test_add_func("/bridge-firmware/acpi/second-look-finds-the-same", test_linked_once);
    g_test_add_func("/bridge-firmware/acpi/reset-keeps-them", test_reset);
    g_test_add_data_func("/bridge-firmware/acpi/rebuild-by-rsdp-keeps-them", "etc/acpi/rsdp",
                         test_rebuild);
    g_test_add_data_func("/bridge-firmware/acpi/rebuild-by-tables-keeps-them", "etc/acpi/tables",
                         test_rebuild);
    g_test_add_func("/bridge-firmware/acpi/linked-for-firmware-without-dma", test_data_register);
    g_test_add_func("/bridge-firmware/acpi/machine-without-tables-starts", test_no_acpi);
    g_test_add_func("/bridge-firmware/acpi/refused-tables-end-qemu", test_refused);
    g_test_add_func("/bridge-firmware/size-has-qemus-form", test_size);
    g_test_add_func("/bridge-firmware/acpi/refused-tables-leave-a-guest-that-runs",
                    test_refused_later);
    g_test_add_func("/bridge-firmware/acpi/event-survives-a-load", test_event_after_load);
    if (bridge_machine_is_pc()) {
        g_test_add_func("/bridge-firmware/acpi/event-without-a-controller-is-lost",
                        test_event_without_controller);
    }
    return g_test_run();
}
