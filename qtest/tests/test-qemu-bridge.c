/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin set in the stock QEMU of OB_QEMU_RELEASE and OB_ARCHITECTURE, carried by
 * OUTBOARD_BRIDGE.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "qtest/client/fw-cfg.h"
#include "qtest/tests/qemu-release.h"

/* Where the bridge puts the first beacon, and what its interrupts arrive at. */
typedef struct Machine {
    const char *name;
    uint64_t base;
    const char *controller;     /* the interrupt controller's type */
    const char *crb;            /* our tpm-crb's name */
} Machine;

static const Machine q35 = { "q35", 0xfef00000, "ioapic", "outboard-tpm-crb" };
static const Machine virt = { "virt", 0x0b000000, "arm_gic", "tpm-crb" };
static const Machine *machine;
static char *program;

enum { BEACON_ID = 0x0, BEACON_CTRL = 0x4, BEACON_STATUS = 0x8, BEACON_COUNT = 0xc };

#define SANDBOX "-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"

#define BEACON_MAGIC 0x4e434542
#define CTRL_ENABLE  1
#define CTRL_RING    2

/* ---------------------------------------------------------------- beginnings */

static const char *bridge_path(void)
{
    return g_getenv("OUTBOARD_BRIDGE");
}

static ObClient *qemu_try(const char *arguments, HwError *error)
{
    g_autofree char *all = g_strdup_printf("-machine %s -m 16 -nodefaults %s", machine->name,
                                           arguments);
    ObStart start = { .program = program, .arguments = all, .accelerator = "tcg" };

    return ob_client_start(&start, error);
}

/* With the bridge and these arguments right behind it. */
static ObClient *qemu_start_with(const char *arguments)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s%s", bridge_path(), arguments);
    char text[4096] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *c = qemu_try(all, &error);

    g_assert_cmpstr(text, ==, "");
    g_assert_nonnull(c);
    return c;
}

static ObClient *qemu_start(const char *arguments)
{
    g_autofree char *all = g_strdup_printf(" %s", arguments);

    return qemu_start_with(all);
}

static void assert_refused(const char *arguments, const char *sentence)
{
    char text[4096] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *c = qemu_try(arguments, &error);

    g_assert_null(c);
    if (!strstr(text, sentence)) {
        g_test_message("expected '%s' in: %s", sentence, text);
        g_test_fail();
    }
}

static void assert_device_refused(const char *device, const char *sentence)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s -device %s", bridge_path(), device);

    assert_refused(all, sentence);
}

static char *qmp_error(ObClient *c, const char *command, json_t *arguments)
{
    json_t *error = NULL;
    json_t *answer = ob_client_qmp(c, command, arguments, &error);
    char *text;

    g_assert_null(answer);
    text = g_strdup(json_string_value(json_object_get(error, "desc")));
    json_decref(error);
    return text;
}

/* ------------------------------------------------------------------- regions */

static void test_widths(void)
{
    ObClient *c = qemu_start("-device beacon");

    g_assert_cmphex(ob_client_readb(c, machine->base), ==, 0x42);
    g_assert_cmphex(ob_client_readw(c, machine->base + 2), ==, 0x4e43);
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, BEACON_MAGIC);
    g_assert_cmphex(ob_client_readq(c, machine->base), ==, BEACON_MAGIC);
    g_assert_cmphex(ob_client_readl(c, machine->base + 2), ==, 0x4e43);
    ob_client_quit(c);
}

static void test_writes(void)
{
    static const uint32_t sizes[] = { 1, 2, 4, 8 };
    ObClient *c = qemu_start("-device beacon");

    for (uint32_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        ob_client_store(c, machine->base + BEACON_CTRL, CTRL_RING, sizes[i]);
        g_assert_cmpuint(ob_client_readl(c, machine->base + BEACON_COUNT), ==, i + 1);
    }
    ob_client_quit(c);
}

static void test_address_given(void)
{
    g_autofree char *device = g_strdup_printf("-device beacon,addr=0x%" G_GINT64_MODIFIER "x",
                                              machine->base + 0x20000);
    ObClient *c = qemu_start(device);

    g_assert_cmphex(ob_client_readl(c, machine->base + 0x20000), ==, BEACON_MAGIC);
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, 0);
    ob_client_quit(c);
}

static void test_address_of_second(void)
{
    ObClient *c = qemu_start("-device beacon -device beacon,fw-cfg=off");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_RING);
    g_assert_cmpuint(ob_client_readl(c, machine->base + BEACON_COUNT), ==, 1);
    g_assert_cmphex(ob_client_readl(c, machine->base + 0x1000), ==, BEACON_MAGIC);
    g_assert_cmpuint(ob_client_readl(c, machine->base + 0x1000 + BEACON_COUNT), ==, 0);
    ob_client_quit(c);
}

static void test_address_taken(void)
{
    g_autofree char *devices = g_strdup_printf("beacon -device beacon,id=b,fw-cfg=off,addr=0x%"
                                               G_GINT64_MODIFIER "x", machine->base + 0x800);

    assert_device_refused(devices, "b: region 'mmio' can't be at 0x");
}

static void test_address_beyond(void)
{
    assert_device_refused("beacon,addr=0xfffffffffffff800",
                          "beacon: region 'mmio' ends after the address space");
}

/* ---------------------------------------------------------------- interrupts */

static char *find_controller(ObClient *c)
{
    const char *folder = "/machine/unattached";
    json_t *list = ob_client_qmp(c, "qom-list", json_pack("{s:s}", "path", folder), NULL);
    g_autofree char *type = g_strdup_printf("child<%s>", machine->controller);
    char *path = NULL;
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry) {
        if (strcmp(json_string_value(json_object_get(entry, "type")), type) == 0) {
            path = g_strdup_printf("%s/%s", folder,
                                   json_string_value(json_object_get(entry, "name")));
            break;
        }
    }
    json_decref(list);
    /* The I/O APIC is a part of the chip set and known by its name. */
    return path ? path : g_strdup(machine->controller);
}

static void watch_interrupts(ObClient *c)
{
    g_autofree char *path = find_controller(c);

    g_assert_true(ob_client_irq_intercept_in(c, path));
}

static void test_irq(void)
{
    ObClient *c = qemu_start("-device beacon,irq-line=7");

    watch_interrupts(c);
    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    g_assert_true(ob_client_irq_get(c, 7));
    ob_client_writel(c, machine->base + BEACON_STATUS, 1);
    g_assert_false(ob_client_irq_get(c, 7));
    ob_client_quit(c);
}

static void test_irq_missing(void)
{
    ObClient *c = qemu_start("-device beacon,irq-line=4000");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, BEACON_MAGIC);
    ob_client_quit(c);
}

/* --------------------------------------------------------------- properties */

static void test_property_unknown(void)
{
    assert_device_refused("beacon,colour=red", "Property 'beacon.colour' not found");
}

static void test_property_no_number(void)
{
    assert_device_refused("beacon,irq-line=five", "Parameter 'irq-line' expects");
}

static void test_property_range(void)
{
    assert_device_refused("beacon,irq-line=0x100000000",
                          "beacon: irq-line: 4294967296 is out of range");
}

static void test_property_address(void)
{
    assert_device_refused("beacon,id=b,addr=here",
                          "b: addr: 'here' is no number, expected an address or 'auto'");
}

static void test_property_read(void)
{
    ObClient *c = qemu_start("-device beacon,id=b,irq-line=0x6");
    json_t *value = ob_client_qmp(c, "qom-get", json_pack("{s:s, s:s}", "path",
                                  "/machine/peripheral/b", "property", "irq-line"), NULL);

    g_assert_cmpint(json_integer_value(value), ==, 6);
    json_decref(value);
    ob_client_quit(c);
}

static void test_property_late(void)
{
    ObClient *c = qemu_start("-device beacon,id=b");
    g_autofree char *text = qmp_error(c, "qom-set", json_pack("{s:s, s:s, s:i}", "path",
                                      "/machine/peripheral/b", "property", "irq-line",
                                      "value", 3));

    g_assert_cmpstr(text, ==, "b: irq-line: can't be changed after the device was realized");
    ob_client_quit(c);
}

/* --------------------------------------------------------------------- life */

static void test_reset(void)
{
    ObClient *c = qemu_start("-device beacon");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    ob_client_reset(c);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_CTRL), ==, 0);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_STATUS), ==, 0);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_ID), ==, BEACON_MAGIC);
    ob_client_quit(c);
}

static void test_hot_unplug(void)
{
    ObClient *c = qemu_start("-device beacon,id=b");
    g_autofree char *text = qmp_error(c, "device_del", json_pack("{s:s}", "id", "b"));

    g_assert_cmpstr(text, ==, "Device 'beacon' does not support hotplugging");
    ob_client_quit(c);
}

static void test_hot_plug(void)
{
    ObClient *c = qemu_start("-device beacon");
    g_autofree char *text = qmp_error(c, "device_add", json_pack("{s:s}", "driver", "beacon"));

    g_assert_nonnull(strstr(text, "plug"));     /* each release has its own sentence */
    g_assert_cmphex(ob_client_readl(c, machine->base), ==, BEACON_MAGIC);
    ob_client_quit(c);
}

static void test_name(void)
{
    g_autofree char *device = g_strdup_printf("%s,tpmdev=none", machine->crb);

    assert_device_refused(device, "tpm-crb: tpmdev: no TPM backend has this id: 'none'");
}

/* ---------------------------------------------------------------------- TPM */

#define CRB UINT64_C(0xfed40000)

/* The GUID begins with 1, LOC_CTRL's requestAccess. */
static void test_guest_memory(void)
{
    bool is_pc = machine == &q35;
    g_autofree char *devices = g_strdup_printf(
        ",libtpms=t -device tpm-crb-device,tpmdev=t -device %svmgenid,id=g,"
        "guid=00000001-0000-4000-8000-000000000000", is_pc ? "outboard-" : "");
    ObClient *c = qemu_start_with(devices);
    ObFwCfgPort port = is_pc ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
    uint16_t key = fw_cfg_find(&port, "etc/vmgenid_addr", NULL);
    json_t *guid;

    g_assert_cmpuint(key, !=, 0);
    ob_client_writeq(c, port.descriptor + 64, machine->base + CRB_LOC_CTRL);
    g_assert_cmphex(fw_cfg_dma(&port, fw_cfg_dma_key(key) | FW_CFG_DMA_WRITE,
                               port.descriptor + 64, 8), ==, 0);
    guid = json_pack("{s:s, s:s, s:s}", "path", "/machine/peripheral/g", "property", "guid",
                     "value", "00000001-0000-4000-8000-000000000001");
    json_decref(ob_client_qmp(c, "qom-set", guid, NULL));
    g_assert_cmphex(ob_client_readl(c, machine->base + CRB_LOC_STS), ==, 0);
    ob_client_quit(c);
}

/* Startup, on libtpms in QEMU's process. */
static void test_tpm(gconstpointer data)
{
    const char *options = data;
    static const uint8_t startup[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };
    static const uint8_t success[] = { 0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0 };
    g_autofree char *arguments = g_strdup_printf(
        "%s -machine %s -m 16 -nodefaults -plugin file=%s,libtpms=tpm0 -device %s,tpmdev=tpm0",
        options, machine->name, bridge_path(), machine->crb);
    ObStart start = { .program = program, .arguments = arguments,
                      .accelerator = "tcg" };
    ObClient *c = ob_client_start(&start, NULL);
    uint8_t response[sizeof(success)];

    g_assert_nonnull(c);
    ob_client_writel(c, CRB + CRB_LOC_CTRL, 1);
    ob_client_writel(c, CRB + CRB_CTRL_REQ, 1);
    ob_client_memwrite(c, CRB + CRB_BUFFER, startup, sizeof(startup));
    ob_client_writel(c, CRB + CRB_CTRL_START, 1);
    while (ob_client_readl(c, CRB + CRB_CTRL_START)) {
        g_thread_yield();
    }
    ob_client_memread(c, CRB + CRB_BUFFER, response, sizeof(response));
    g_assert_cmpmem(response, sizeof(response), success, sizeof(success));
    ob_client_quit(c);
}

/* ---------------------------------------------------------------- migration */

typedef struct Stream {
    char *directory;
    char *path;
} Stream;

static void stream_free(Stream *stream)
{
    g_unlink(stream->path);
    g_rmdir(stream->directory);
    g_free(stream->path);
    g_free(stream->directory);
}

static bool migration_ended(ObClient *c)
{
    json_t *answer = ob_client_qmp(c, "query-migrate", NULL, NULL);
    const char *status = json_string_value(json_object_get(answer, "status"));
    bool ended = g_strcmp0(status, "completed") == 0;

    g_assert_cmpstr(status, !=, "failed");
    json_decref(answer);
    return ended;
}

static Stream stream_path(void)
{
    Stream stream = { .directory = g_dir_make_tmp("outboard-XXXXXX", NULL) };

    stream.path = g_build_filename(stream.directory, "stream", NULL);
    return stream;
}

static void outgoing(ObClient *c, const Stream *stream)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", stream->path);

    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    while (!migration_ended(c)) {
        g_thread_yield();
    }
}

/* A beacon with its bell rung twice and its interrupt enabled. */
static Stream stream_new(void)
{
    Stream stream = stream_path();
    ObClient *c = qemu_start("-device beacon,irq-line=7");

    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_RING);
    ob_client_writel(c, machine->base + BEACON_CTRL, CTRL_ENABLE | CTRL_RING);
    outgoing(c, &stream);
    ob_client_quit(c);
    return stream;
}

static void incoming(ObClient *c, const Stream *stream)
{
    g_autofree char *uri = g_strdup_printf("exec:cat %s", stream->path);

    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri), NULL));
}

static void test_migration(void)
{
    Stream stream = stream_new();
    ObClient *c = qemu_start("-device beacon,irq-line=7 -incoming defer");

    watch_interrupts(c);
    incoming(c, &stream);
    while (!migration_ended(c)) {
        g_thread_yield();
    }
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_CTRL), ==, CTRL_ENABLE);
    g_assert_cmphex(ob_client_readl(c, machine->base + BEACON_STATUS), ==, 1);
    g_assert_cmpuint(ob_client_readl(c, machine->base + BEACON_COUNT), ==, 2);
    g_assert_true(ob_client_irq_get(c, 7));
    ob_client_quit(c);
    stream_free(&stream);
}

static void test_migration_names(void)
{
    Stream stream = stream_new();
    g_autofree char *text = NULL;
    size_t size;

    g_assert_true(g_file_get_contents(stream.path, &text, &size, NULL));
    g_assert_nonnull(g_strstr_len(memmem(text, size, "{\"name\": \"beacon\"", 17), -1,
                                  "\"fields\": [{\"name\": \"regs\", \"array_len\": 4, "
                                  "\"type\": \"uint32\", \"size\": 4}, {\"name\": \"table_addr\", "
                                  "\"array_len\": 8, \"type\": \"uint8\", \"size\": 1}]"));
    stream_free(&stream);
}

static void failed(ObClient *client, const char *report, void *opaque)
{
    (void)client;
    g_string_append(opaque, report);
}

/* QEMU ends by itself; the client notices at its next verb. */
static void test_migration_without_bridge(void)
{
    Stream stream = stream_new();
    g_autoptr(GString) report = g_string_new(NULL);
    char text[4096] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *c = qemu_try("-incoming defer", &error);

    g_assert_nonnull(c);
    ob_client_on_failure(c, failed, report);
    incoming(c, &stream);
    while (!ob_client_failed(c)) {
        ob_client_readl(c, machine->base);
    }
    g_assert_nonnull(strstr(report->str, "'beacon'"));
    ob_client_free(c);
    stream_free(&stream);
}

/* Of a class that has a RAM block, and is in a set of its own. */
static ObClient *notes_start(const char *more)
{
    g_autofree char *arguments = g_strdup_printf(
        "-plugin file=%s,set=%s -device note,addr=0x%" G_GINT64_MODIFIER "x "
        "-device note,addr=0x%" G_GINT64_MODIFIER "x %s", bridge_path(), g_getenv("OB_NOTE_SET"),
        machine->base, machine->base + 0x10000, more);
    char text[4096] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *c = qemu_try(arguments, &error);

    g_assert_cmpstr(text, ==, "");
    return c;
}

static void test_second_instance(void)
{
    static const uint64_t offsets[] = { 0, 0x1ffc, 0x10000, 0x11ffc };
    Stream stream = stream_path();
    ObClient *c = notes_start("");

    for (uint32_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        ob_client_writel(c, machine->base + offsets[i], 0x11111111 * (i + 1));
    }
    outgoing(c, &stream);
    ob_client_quit(c);
    c = notes_start("-incoming defer");
    incoming(c, &stream);
    while (!migration_ended(c)) {
        g_thread_yield();
    }
    for (uint32_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        g_assert_cmphex(ob_client_readl(c, machine->base + offsets[i]), ==, 0x11111111 * (i + 1));
    }
    ob_client_quit(c);
    stream_free(&stream);
}

/* -------------------------------------------------------------------- bridge */

static void test_arguments(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,sett=x", bridge_path());

    assert_refused(all, "outboard-qemu: no argument 'sett', the nearest is 'set'");
}

static void test_set_missing(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,set=/nonexistent.so", bridge_path());

    assert_refused(all, "outboard-qemu: /nonexistent.so: ");
}

static void test_set_no_set(void)
{
    g_autofree char *all = g_strdup_printf("-plugin file=%s,set=%s", bridge_path(), bridge_path());

    assert_refused(all, "hw_plugin");
}

static char *copy_bridge(const char *directory)
{
    char *copy = g_build_filename(directory, "copy.so", NULL);
    g_autofree char *bytes = NULL;
    size_t size;

    g_assert_true(g_file_get_contents(bridge_path(), &bytes, &size, NULL));
    g_assert_true(g_file_set_contents(copy, bytes, (gssize)size, NULL));
    return copy;
}

static void test_two_bridges(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *copy = copy_bridge(directory);
    g_autofree char *all = g_strdup_printf("-plugin file=%s -plugin file=%s", bridge_path(), copy);

    assert_refused(all, "outboard-qemu: QEMU carries a bridge already, expected one");
    g_unlink(copy);
    g_rmdir(directory);
}

/* What QEMU prints, on both streams, with the bridge of this path preloaded. */
static char *preloaded(const char *bridge, const char *arguments)
{
    g_autofree char *line = g_strdup_printf("sh -c 'LD_PRELOAD=%s exec %s %s 2>&1'", bridge,
                                            program, arguments);
    char *output = NULL;
    int status;

    g_assert_true(g_spawn_command_line_sync(line, &output, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    return output;
}

static void test_help(void)
{
    g_autofree char *output = preloaded(bridge_path(), "-device beacon,help");

    g_assert_nonnull(strstr(output, "irq-line=<uint32>"));
    g_assert_nonnull(strstr(output, "interrupt line that it drives"));
}

static void test_list(void)
{
    g_autofree char *output = preloaded(bridge_path(), "-device help");
    g_autofree char *crb = g_strdup_printf("name \"%s\", desc \"", machine->crb);

    g_assert_nonnull(strstr(output, "name \"beacon\", desc \""));
    g_assert_nonnull(strstr(output, crb));
}

static void test_preload_without_set(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *copy = copy_bridge(directory);
    g_autofree char *output = preloaded(copy, "-device nvdimm,help");

    g_assert_nonnull(strstr(output, "outboard-qemu: "));
    g_assert_nonnull(strstr(output, "outboard-devices.so"));
    g_assert_nonnull(strstr(output, "memdev="));
    g_unlink(copy);
    g_rmdir(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    program = qemu_release_program(qemu_release_named(g_getenv("OB_QEMU_RELEASE")),
                                   g_getenv("OB_ARCHITECTURE"));
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_print("1..0 # SKIP " QEMU_RELEASE_MISSING "\n", program);
        return 0;
    }
    machine = g_str_has_suffix(program, "aarch64") ? &virt : &q35;
    g_test_add_func("/qemu-bridge/regions/each-width-reads-its-bytes", test_widths);
    g_test_add_func("/qemu-bridge/regions/each-width-writes-once", test_writes);
    g_test_add_func("/qemu-bridge/address/given-one-is-used", test_address_given);
    g_test_add_func("/qemu-bridge/address/second-device-gets-its-own", test_address_of_second);
    g_test_add_func("/qemu-bridge/address/taken-one-is-refused", test_address_taken);
    g_test_add_func("/qemu-bridge/address/end-of-space-is-refused", test_address_beyond);
    g_test_add_func("/qemu-bridge/irq/line-follows-the-device", test_irq);
    g_test_add_func("/qemu-bridge/irq/missing-line-is-survived", test_irq_missing);
    g_test_add_func("/qemu-bridge/property/unknown-is-refused", test_property_unknown);
    g_test_add_func("/qemu-bridge/property/no-number-is-refused", test_property_no_number);
    g_test_add_func("/qemu-bridge/property/out-of-range-is-refused", test_property_range);
    g_test_add_func("/qemu-bridge/property/no-address-is-refused", test_property_address);
    g_test_add_func("/qemu-bridge/property/value-reads-back", test_property_read);
    g_test_add_func("/qemu-bridge/property/change-after-realize-is-refused", test_property_late);
    g_test_add_func("/qemu-bridge/life/system-reset-restores-registers", test_reset);
    g_test_add_func("/qemu-bridge/life/hot-unplug-is-refused", test_hot_unplug);
    g_test_add_func("/qemu-bridge/life/hot-plug-is-refused", test_hot_plug);
    g_test_add_func("/qemu-bridge/name/one-that-qemu-has-gets-a-prefix", test_name);
    g_test_add_func("/qemu-bridge/guest-memory/rom-device-is-not-written", test_guest_memory);
    g_test_add_data_func("/qemu-bridge/tpm/libtpms-answers-a-command", "", test_tpm);
    g_test_add_data_func("/qemu-bridge/tpm/libtpms-answers-in-a-sandbox", SANDBOX, test_tpm);
    g_test_add_func("/qemu-bridge/migration/state-and-outputs-return", test_migration);
    g_test_add_func("/qemu-bridge/migration/stream-names-the-fields", test_migration_names);
    g_test_add_func("/qemu-bridge/migration/host-without-the-bridge-refuses",
                    test_migration_without_bridge);
    g_test_add_func("/qemu-bridge/migration/second-instance-has-blocks-of-its-own",
                    test_second_instance);
    g_test_add_func("/qemu-bridge/start/unknown-argument-is-refused", test_arguments);
    g_test_add_func("/qemu-bridge/start/missing-set-is-refused", test_set_missing);
    g_test_add_func("/qemu-bridge/start/file-that-is-no-set-is-refused", test_set_no_set);
    g_test_add_func("/qemu-bridge/start/second-bridge-is-refused", test_two_bridges);
    g_test_add_func("/qemu-bridge/preload/help-shows-properties", test_help);
    g_test_add_func("/qemu-bridge/preload/help-lists-the-classes", test_list);
    g_test_add_func("/qemu-bridge/preload/missing-set-leaves-qemu-as-it-is",
                    test_preload_without_set);
    return g_test_run();
}
