/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmgenid in a machine, seen by its guest and by QMP.  Tests whose path does not begin with
 * /vmgenid-machine/ours hold for a stock QEMU's own device too.
 */
#include <string.h>

#include "devices/vmgenid-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define DEVICE     "-device vmgenid,id=gen,guid="
#define ZEROS      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define GPE_STATUS 0x620 /* QEMU's firmware puts ICH9's register there */

/* ---------------------------------------------------------------------- files */

static void test_blob(VmGenIdMachine *f, gconstpointer data)
{
    static const uint8_t zeros[4096];
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    g_autoptr(GByteArray) blob = fw_cfg_read(c, VMGENID_GUID_FILE);

    (void)data;
    g_assert_cmpuint(blob->len, ==, 4096);
    g_assert_cmpmem(blob->data, 0x28, zeros, 0x28);
    g_assert_cmpmem(blob->data + 0x28, 16, GUID_LE, 16);
    g_assert_cmpmem(blob->data + 0x38, 4096 - 0x38, zeros, 4096 - 0x38);
}

static void test_blob_is_read_only(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    g_autoptr(GByteArray) blob = NULL;

    (void)data;
    g_assert_cmphex(fw_cfg_dma(c, VMGENID_GUID_FILE, FW_CFG_WRITE, 0x28, BLOB, 16), ==, 1);
    blob = fw_cfg_read(c, VMGENID_GUID_FILE);
    g_assert_cmpmem(blob->data + 0x28, 16, GUID_LE, 16);
}

static void test_address_reads_back(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    g_assert_cmphex(guest_address(c), ==, 0);
    guest_boot(c);
    g_assert_cmphex(guest_address(c), ==, AT);
    memory_expect(c, AT, GUID_LE);
}

static void test_reset_zeroes_address(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    guest_boot(c);
    ob_client_reset(c);
    g_assert_cmphex(guest_address(c), ==, 0);
}

static void test_query_shows_guid(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE "00112233-4455-6677-8899-AABBCCDDEEFF");

    (void)data;
    guid_expect(c, GUID);
}

static void test_second_device_is_refused(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *text = machine_refusal("-device vmgenid -device vmgenid");

    (void)f;
    (void)data;
    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, "at most one"));
}

static void test_malformed_guid_is_refused(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *text = machine_refusal("-device vmgenid,guid=0-1");

    (void)f;
    (void)data;
    g_test_message("%s", text);
    g_assert_nonnull(
        strstr(text, is_stock() && !is_bridged() ? "0-1" : "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX"));
}

/* The SSDT in the fw_cfg file equals QEMU's, except the bytes that the loader script patches. */
static void test_ssdt(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    g_autoptr(GByteArray) tables = fw_cfg_read(c, "etc/acpi/tables");
    g_autofree char *path = g_build_filename(g_getenv("OB_ACPI_TABLES"), "vmgenid-ssdt-7.2.aml",
                                             NULL);
    g_autofree char *wanted = NULL;
    const uint8_t *id;
    gsize size;

    (void)data;
    g_assert_true(g_file_get_contents(path, &wanted, &size, NULL));
    id = memmem(tables->data, tables->len, "VMGENID", 8);
    g_assert_nonnull(id);
    g_assert_cmpuint((gsize)(id - tables->data), >=, 16);
    id -= 16;                /* offset of the OEM table ID */
    wanted[9] = (char)id[9]; /* the checksum, which firmware computes */
    g_assert_cmpmem(id, size, wanted, size);
}

/* ------------------------------------------------------------------ migration */

static void target_start(VmGenIdMachine *f, const char *arguments)
{
    g_autofree char *all = g_strdup_printf("%s -incoming 'exec:cat %s'", arguments, f->path);

    ob_migration_complete(machine_start(f, "OB_PROGRAM", all));
}

/* Returns the client of the target that was started last. */
static ObClient *target(const VmGenIdMachine *f)
{
    return f->clients[f->count - 1];
}

static void test_target_s_guid_arrives(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    guest_boot(c);
    vmgenid_save(f, c);
    target_start(f, DEVICE OTHER);
    memory_expect(target(f), AT, OTHER_LE);
    memory_expect(target(f), AT - 16, ZEROS);
    g_assert_cmphex(guest_address(target(f)), ==, AT);
    guid_expect(target(f), OTHER);
}

static void test_no_address_no_write(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    guest_boot(c);
    ob_client_reset(c);
    vmgenid_save(f, c);
    target_start(f, DEVICE OTHER);
    g_assert_cmphex(guest_address(target(f)), ==, 0);
    memory_expect(target(f), AT, GUID_LE);
}

/* ----------------------------------------------------------------------- ours */

static uint32_t gpe_status(ObClient *c)
{
    return ob_client_inl(c, GPE_STATUS);
}

static void test_load_raises_gpe_5(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    guest_boot(c);
    g_assert_cmphex(gpe_status(c), ==, 0);
    vmgenid_save(f, c);
    target_start(f, DEVICE GUID);
    g_assert_cmphex(gpe_status(target(f)), ==, 1 << VMGENID_GPE);
}

static void test_set_at_run_time(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    json_t *info;

    (void)data;
    guest_boot(c);
    info = vmgenid_qmp(c, "vm-generation-id-set", json_pack("{s:s}", "guid", OTHER));
    g_assert_cmpstr(json_string_value(json_object_get(info, "guid")), ==, OTHER);
    json_decref(info);
    guid_expect(c, OTHER);
    memory_expect(c, AT, OTHER_LE);
    g_assert_cmphex(gpe_status(c), ==, 1 << VMGENID_GPE);
    qom_set(c, "gen", "guid", GUID);
    memory_expect(c, AT, GUID_LE);
}

static void test_malformed_set_is_refused(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    json_t *error = NULL;

    (void)data;
    guest_boot(c);
    g_assert_null(
        ob_client_qmp(c, "vm-generation-id-set", json_pack("{s:s}", "guid", "x"), &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                    "gen: guid: invalid "
                    "value 'x': expected XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX in hexadecimal or "
                    "'auto'");
    json_decref(error);
    guid_expect(c, GUID);
    g_assert_cmphex(gpe_status(c), ==, 0);
}

/* With the policies that the manual recommends, clones differ, and a migrated guest keeps its
 * GUID. */
static void test_policies(VmGenIdMachine *f, gconstpointer data)
{
    static const char recommended[] = DEVICE OTHER ",on-migrate=keep,on-clone=new,next-load=";
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    g_autofree char *clone = g_strconcat(recommended, "clone", NULL);
    g_autofree char *move = g_strconcat(recommended, "migrate", NULL);
    uint8_t guids[2][16];

    (void)data;
    guest_boot(c);
    vmgenid_save(f, c);
    target_start(f, clone);
    ob_client_memread(target(f), AT, guids[0], 16);
    target_start(f, clone);
    ob_client_memread(target(f), AT, guids[1], 16);
    g_assert_cmpint(memcmp(guids[0], guids[1], 16), !=, 0);
    g_assert_cmpint(memcmp(guids[0], GUID_LE, 16), !=, 0);
    target_start(f, move);
    memory_expect(target(f), AT, GUID_LE);
    guid_expect(target(f), GUID);
    g_assert_cmphex(gpe_status(target(f)), ==, 0);
}

/* For any address, only RAM is written. */
static void test_address_outside_ram(VmGenIdMachine *f, gconstpointer data)
{
    static const uint64_t addresses[] = {
        0x3ffff8, 0x400000, 0xfed40000, 0xfffc0000 /* ROM */, UINT64_C(0x100010028), UINT64_MAX,
    };
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
        guest_write_address(c, addresses[i]);
        qom_set(c, "gen", "guid", OTHER);
        g_assert_cmphex(gpe_status(c), ==, 0);
        memory_expect(c, 0x3ffff0, ZEROS);
        memory_expect(c, AT, ZEROS);
    }
}

static void test_migration_between_halves(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    uint64_t place = 0x20000;

    (void)data;
    guest_boot(c);
    ob_client_reset(c);
    ob_client_writeq(c, place, AT);
    g_assert_cmphex(fw_cfg_dma(c, VMGENID_ADDR_FILE, FW_CFG_WRITE, 0, place, 4), ==, 0);
    vmgenid_save(f, c);
    target_start(f, DEVICE OTHER);
    memory_expect(target(f), AT, GUID_LE);
    g_assert_cmphex(fw_cfg_dma(target(f), VMGENID_ADDR_FILE, FW_CFG_WRITE, 4, place + 4, 4), ==, 0);
    memory_expect(target(f), AT, OTHER_LE);
    g_assert_cmphex(gpe_status(target(f)), ==, 1 << VMGENID_GPE);
}

/* ------------------------------------------------------------- QEMU's streams */

static const struct {
    const char *name;
    const char *machine; /* overrides the fixture's machine */
    uint64_t address;
} streams[] = {
    { "x86-vmgenid-noaddr-7.2", "-M pc-q35-7.2 -m 4M", 0 },
    { "x86-vmgenid-addr-dma-7.2", "-M pc-q35-7.2 -m 4M", 0x3f0028 },
    { "x86-vmgenid-addr-dma-10.0", "-M pc-q35-10.0 -m 4M", 0x3f0028 },
    { "x86-vmgenid-seabios-7.2", "-M pc-q35-7.2 -m 16M", 0xfff028 },
};

static void test_stored_stream(VmGenIdMachine *f, gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GByteArray) stream = stream_load(streams[i].name);
    g_autofree char *arguments = g_strdup_printf("%s " DEVICE OTHER, streams[i].machine);
    ObClient *c;

    g_assert_true(g_file_set_contents(f->path, (char *)stream->data, stream->len, NULL));
    target_start(f, arguments);
    c = target(f);
    guid_expect(c, OTHER);
    g_assert_cmphex(guest_address(c), ==, streams[i].address);
    if (streams[i].address) {
        memory_expect(c, streams[i].address, OTHER_LE);
        memory_expect(c, streams[i].address - 16, ZEROS);
        memory_expect(c, streams[i].address + 16, ZEROS);
    }
    g_assert_cmphex(gpe_status(c), ==, streams[i].address ? 1 << VMGENID_GPE : 0);
}

/* ------------------------------------------------------------------- the bridge */

static void test_bridged_set(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    guest_boot(c);
    qom_set(c, "gen", "guid", OTHER);
    guid_expect(c, OTHER);
    memory_expect(c, AT, OTHER_LE);
}

static void test_bridged_policies(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE GUID);

    (void)data;
    guest_boot(c);
    vmgenid_save(f, c);
    target_start(f, DEVICE OTHER ",on-migrate=keep");
    memory_expect(target(f), AT, GUID_LE);
    guid_expect(target(f), GUID);
    target_start(f, DEVICE OTHER ",on-clone=configured,on-migrate=keep,next-load=clone");
    memory_expect(target(f), AT, OTHER_LE);
}

static void add(const char *path, void (*function)(VmGenIdMachine *f, gconstpointer data),
                guint data)
{
    g_autofree char *whole = g_strconcat("/vmgenid-machine/", path, NULL);

    g_test_add(whole, VmGenIdMachine, GUINT_TO_POINTER(data), vmgenid_set_up, function,
               vmgenid_tear_down);
}

static void add_ours(void)
{
    add("ours/load-raises-gpe-5", test_load_raises_gpe_5, 0);
    add("ours/set-at-run-time", test_set_at_run_time, 0);
    add("ours/malformed-set-is-refused", test_malformed_set_is_refused, 0);
    add("ours/policies-tell-clone-from-migration", test_policies, 0);
    add("ours/address-outside-ram-is-not-written-to", test_address_outside_ram, 0);
    add("ours/migration-between-halves-of-the-address", test_migration_between_halves, 0);
    for (guint i = 0; i < G_N_ELEMENTS(streams); i++) {
        g_autofree char *path = g_strconcat("ours/stream/", streams[i].name, NULL);

        add(path, test_stored_stream, i);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!g_strcmp0(g_getenv("OB_PROGRAM"), "")) {
        g_print("1..0 # SKIP QEMU is missing: apt-get install qemu-system-x86\n");
        return 0;
    }
    add("blob/guid-is-little-endian-at-0x28", test_blob, 0);
    add("blob/is-read-only", test_blob_is_read_only, 0);
    add("address/reads-back", test_address_reads_back, 0);
    add("address/reset-zeroes-it", test_reset_zeroes_address, 0);
    add("query-shows-guid", test_query_shows_guid, 0);
    add("second-device-is-refused", test_second_device_is_refused, 0);
    add("malformed-guid-is-refused", test_malformed_guid_is_refused, 0);
    if (!is_bridged()) { /* the bridge's tables are not in QEMU's file */
        add("ssdt-is-qemu-s", test_ssdt, 0);
    }
    add("migration/target-s-guid-arrives", test_target_s_guid_arrives, 0);
    add("migration/without-address-nothing-is-written", test_no_address_no_write, 0);
    /* Each move notifies the guest, and drops properties that were set at run time. */
    if (!is_stock() && !g_getenv("OB_MIGRATE_EVERY")) {
        add_ours();
    }
    if (is_bridged()) {
        add("bridged/set-at-run-time", test_bridged_set, 0);
        add("bridged/policies", test_bridged_policies, 0);
    }
    return g_test_run();
}
