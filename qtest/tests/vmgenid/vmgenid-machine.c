/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"

#define EVENT_MS   5000

#define DMA_HIGH   0x514 /* ports, big-endian */
#define DMA_LOW    0x518
#define DMA_SELECT 0x08u
#define DMA_SKIP   0x04u
#define DIRECTORY  0x19
#define ENTRY_SIZE 64 /* a directory entry: size, key, reserved, name */
#define DESCRIPTOR UINT64_C(0x8000)
#define SCRATCH    UINT64_C(0x100000) /* buffer for reads */
#define VALUE      UINT64_C(0x110000) /* buffer for writes */

void vmgenid_set_up(VmGenIdMachine *f, gconstpointer data)
{
    (void)data;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "x", NULL);
}

char *vmgenid_firmware_path(const VmGenIdMachine *f)
{
    return g_build_filename(f->directory, "firmware", NULL);
}

void vmgenid_tear_down(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *firmware = vmgenid_firmware_path(f);

    (void)data;
    unlink(firmware);
    for (unsigned i = 0; i < f->count; i++) {
        ob_client_quit(f->clients[i]);
    }
    unlink(f->path);
    g_assert_cmpint(rmdir(f->directory), ==, 0);
    g_free(f->path);
    g_free(f->directory);
}

/* ------------------------------------------------------------------ programs */

bool is_stock(void)
{
    return g_getenv("OB_ACCELERATOR") != NULL;
}

bool is_bridged(void)
{
    return g_getenv("OUTBOARD_BRIDGE") != NULL;
}

/* Adds the bridge to the arguments, and uses our devices' names in QEMU. */
static char *arguments_bridge(const char *arguments)
{
    g_auto(GStrv) words = g_strsplit(arguments, "-device ", -1);
    g_autofree char *devices = g_strjoinv("-device outboard-", words);

    return g_strdup_printf("-plugin file=%s %s", g_getenv("OUTBOARD_BRIDGE"), devices);
}

static ObClient *machine_try(const char *program, const char *arguments, HwError *error)
{
    bool tested = strcmp(program, "OB_PROGRAM") == 0;
    bool stock = !tested || is_stock();
    g_autofree char *bridged = tested && is_bridged() ? arguments_bridge(arguments) : NULL;
    g_autofree char *all = g_strdup_printf(
        "-M pc-q35-7.2 -m 4M -nodefaults %s %s",
        stock ? "-vga none -net none -serial none -parallel none -monitor none" : "",
        bridged ? bridged : arguments);
    const ObStart start = { .program = g_getenv(program),
                            .arguments = all,
                            .accelerator = stock ? "tcg" : NULL };

    return ob_client_start(&start, error);
}

ObClient *machine_start(VmGenIdMachine *f, const char *program, const char *arguments)
{
    HW_ERROR(error, 2000);
    ObClient *client = machine_try(program, arguments, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    f->clients[f->count++] = client;
    return client;
}

char *machine_refusal(const char *arguments)
{
    HW_ERROR(error, 2000);

    g_assert_null(machine_try("OB_PROGRAM", arguments, &error));
    return g_strdup(error.text);
}

/* ------------------------------------------------------------------- fw_cfg */

static uint32_t dma(ObClient *c, uint32_t control, uint64_t address, uint32_t length)
{
    uint8_t descriptor[16];

    hw_store_be32(descriptor, control);
    hw_store_be32(descriptor + 4, length);
    hw_store_be32(descriptor + 8, (uint32_t)(address >> 32));
    hw_store_be32(descriptor + 12, (uint32_t)address);
    ob_client_memwrite(c, DESCRIPTOR, descriptor, sizeof(descriptor));
    ob_client_outl(c, DMA_HIGH, 0);
    ob_client_outl(c, DMA_LOW, GUINT32_SWAP_LE_BE((uint32_t)DESCRIPTOR));
    ob_client_memread(c, DESCRIPTOR, descriptor, 4);
    return hw_load_be32(descriptor);
}

static void read_item(ObClient *c, uint32_t key, uint32_t offset, void *buffer, uint32_t size)
{
    g_assert_cmphex(dma(c, key << 16 | DMA_SELECT | DMA_SKIP, 0, offset), ==, 0);
    g_assert_cmphex(dma(c, FW_CFG_READ, SCRATCH, size), ==, 0);
    ob_client_memread(c, SCRATCH, buffer, size);
}

/* Returns the file's key, or 0 if there is no such file. */
static uint32_t find(ObClient *c, const char *file, uint32_t *size)
{
    uint8_t head[4];
    uint8_t entry[ENTRY_SIZE];

    read_item(c, DIRECTORY, 0, head, sizeof(head));
    for (uint32_t i = 0; i < hw_load_be32(head); i++) {
        read_item(c, DIRECTORY, 4 + i * ENTRY_SIZE, entry, ENTRY_SIZE);
        if (strncmp((char *)entry + 8, file, ENTRY_SIZE - 8) == 0) {
            *size = hw_load_be32(entry);
            return hw_load_be16(entry + 4);
        }
    }
    *size = 0;
    return 0;
}

uint32_t fw_cfg_dma(ObClient *c, const char *file, uint32_t operation, uint32_t offset,
                    uint64_t address, uint32_t length)
{
    uint32_t size;
    uint32_t key = find(c, file, &size);

    g_assert_cmpuint(key, !=, 0);
    g_assert_cmphex(dma(c, key << 16 | DMA_SELECT | DMA_SKIP, 0, offset), ==, 0);
    return dma(c, operation, address, length);
}

uint32_t fw_cfg_size(ObClient *c, const char *file)
{
    uint32_t size;

    find(c, file, &size);
    return size;
}

GByteArray *fw_cfg_read(ObClient *c, const char *file)
{
    GByteArray *bytes = g_byte_array_new();
    uint32_t size;
    uint32_t key = find(c, file, &size);

    g_byte_array_set_size(bytes, size);
    read_item(c, key, 0, bytes->data, size);
    return bytes;
}

/* -------------------------------------------------------------------- guest */

void guest_boot(ObClient *c)
{
    g_assert_cmphex(fw_cfg_dma(c, "etc/vmgenid_guid", FW_CFG_READ, 0, BLOB, 4096), ==, 0);
    guest_write_address(c, AT);
}

void guest_write_address(ObClient *c, uint64_t address)
{
    ob_client_writeq(c, VALUE, address);
    g_assert_cmphex(fw_cfg_dma(c, "etc/vmgenid_addr", FW_CFG_WRITE, 0, VALUE, 8), ==, 0);
}

uint64_t guest_address(ObClient *c)
{
    g_autoptr(GByteArray) bytes = fw_cfg_read(c, "etc/vmgenid_addr");

    g_assert_cmpuint(bytes->len, ==, 8);
    return hw_load_le(bytes->data, 8);
}

void memory_expect(ObClient *c, uint64_t address, const char *bytes)
{
    uint8_t seen[16];

    ob_client_memread(c, address, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen), bytes, 16);
}

/* ---------------------------------------------------------------------- QMP */

json_t *vmgenid_qmp(ObClient *c, const char *command, json_t *arguments)
{
    return ob_client_qmp(c, command, arguments, NULL);
}

/* 7.2 on Arm has no such command. */
static void query_expect(ObClient *c, const char *guid)
{
    json_t *error = NULL;
    json_t *info = ob_client_qmp(c, "query-vm-generation-id", NULL, &error);

    if (error) {
        g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                        "this feature or command is not currently supported");
    } else {
        g_assert_cmpstr(json_string_value(json_object_get(info, "guid")), ==, guid);
    }
    json_decref(error);
    json_decref(info);
}

void guid_expect(ObClient *c, const char *guid)
{
    query_expect(c, guid);
    if (is_bridged()) {
        json_t *shown = vmgenid_qmp(c, "qom-get",
                                    json_pack("{s:s, s:s}", "path", "gen", "property", "guid"));

        g_assert_cmpstr(json_string_value(shown), ==, guid);
        json_decref(shown);
    }
}

void qom_set(ObClient *c, const char *path, const char *property, const char *value)
{
    json_decref(vmgenid_qmp(c, "qom-set",
                            json_pack("{s:s, s:s, s:s}", "path", path, "property", property,
                                      "value", value)));
}

void vmgenid_save(VmGenIdMachine *f, ObClient *c)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", f->path);

    json_decref(vmgenid_qmp(c, "migrate", json_pack("{s:s}", "uri", uri)));
    ob_migration_complete(c);
}

void vmgenid_migrate(VmGenIdMachine *f, ObClient *from, ObClient *to)
{
    g_autofree char *uri = g_strdup_printf("unix:%s", f->path);

    json_decref(vmgenid_qmp(from, "migrate", json_pack("{s:s}", "uri", uri)));
    ob_migration_complete(from);
    ob_migration_complete(to);
}

/* ------------------------------------------------------------------------- events */

ObClient *machine_runs(VmGenIdMachine *f, const char *arguments)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", arguments);

    json_decref(vmgenid_qmp(c, "cont", NULL));
    return c;
}

void expect_event(ObClient *c, const char *event, const char *member, const char *value)
{
    json_t *heard = ob_client_qmp_event(c, event, EVENT_MS);
    json_t *data = json_object_get(heard, "data");

    g_assert_nonnull(heard);
    if (member) {
        g_assert_cmpstr(json_string_value(json_object_get(data, member)), ==, value);
    }
    json_decref(heard);
}

void expect_status(ObClient *c, const char *status)
{
    json_t *answer = vmgenid_qmp(c, "query-status", NULL);

    g_assert_cmpstr(json_string_value(json_object_get(answer, "status")), ==, status);
    json_decref(answer);
}
