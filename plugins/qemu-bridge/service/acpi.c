/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.acpi/1: the devices' parts of the ACPI tables lie in a fw_cfg file of the bridge.  QEMU's
 * root table gets pointers to them.
 */
#include "plugins/qemu-bridge/service/services.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/acpi/build.h"
#include "hw-api/host/run/running.h"
#include "plugins/qemu-bridge/qemu/acpi-loader.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-overlay.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/machine.h"

#define PARTS_ALIGNMENT 64
#define PAGE_SIZE       4096u
#define SENTENCE        512

HwAcpi bridge_acpi = { .abi = HW_ABI(HwAcpi) };

static struct {
    bool is_wanted; /* a device builds ACPI tables */
    AcpiParts parts;
    HwAcpiOem oem;
    uint8_t *file; /* our file's bytes in fw_cfg, if it exists; the size stays */
    uint32_t capacity;
    bool keys_known; /* `keys` are valid since the last reset; it may add files */
    uint16_t keys[3];
    bool failed; /* a failure was reported; there is no second report */
} acpi = { .parts = { .file = ACPI_PARTS_FILE } };

void bridge_acpi_init(void)
{
    hw_acpi_build_offer(&bridge_acpi);
    bridge_acpi.event = bridge_event;
    bridge_acpi.raise = bridge_event_raise;
}

/* A guest that has started keeps running.  Before that QEMU ends: else the guest would silently
 * lack its devices. */
static void complain(const char *sentence)
{
    if (!acpi.failed) {
        bridge_report(sentence);
    }
    if (!bridge.has_run) {
        exit(1);
    }
    acpi.failed = true;
}

/* ------------------------------------------------------------------ our tables */

static bool find_file(void *opaque, const char *name, HwAcpiFile *file)
{
    const HwFwCfgFile *found = bridge_fw_cfg_file_named(name);

    (void)opaque;
    if (found) {
        *file = (HwAcpiFile) { .size = found->size,
                               .guest_writable = found->flags & HW_FW_CFG_GUEST_WRITABLE };
    }
    return found != NULL;
}

/* Asks in the order of the command line. */
static void ask_devices(HwAcpiBuild *build, BridgeDevice *device)
{
    HW_ERROR(error, SENTENCE);
    bool good;

    if (!device) {
        return;
    }
    ask_devices(build, device->next);
    if (!device->mapped) {
        return;
    }
    HW_RUN_HOOK(device->instance, "build_acpi",
                good = hw_acpi_build_ask(build, device->instance->dev,
                                         device->instance->cls->table.build_acpi, &error));
    if (!good) {
        complain(error.text);
    }
}

static void place_add(uint32_t place)
{
    acpi.parts.places[acpi.parts.count++] = place;
}

/* True if our tables go behind QEMU's, because fw_cfg does not take our file. */
static bool is_behind(void)
{
    return strcmp(acpi.parts.file, ACPI_TABLES_FILE) == 0;
}

static void parts_lay_out(HwAcpiBuild *build, HwAcpiTables *tables)
{
    uint32_t count = hw_acpi_build_table_count(build);
    uint32_t size;
    const uint8_t *aml = hw_acpi_build_aml(build, &size);

    acpi.parts.count = 0;
    if (!is_behind()) {
        hw_loader_allocate(&tables->script, ACPI_PARTS_FILE, PARTS_ALIGNMENT, HW_ACPI_ZONE_HIGH);
    }
    hw_acpi_build_write_allocations(build, tables);
    if (size > 0) {
        uint32_t place = hw_acpi_tables_add(tables, "SSDT", 2, "OUTBOARD", aml, size);

        hw_acpi_tables_checksum(tables, place);
        place_add(place);
    }
    hw_acpi_build_write_tables(build, tables);
    for (uint32_t i = 0; i < count && acpi.parts.count < ACPI_PARTS_MAX; i++) {
        place_add(hw_acpi_build_table_place(build, i));
    }
}

/* Keeps the file's size: the guest may know it. */
static bool file_store(const HwAcpiBuffer *tables)
{
    if (!acpi.file) {
        acpi.capacity = (tables->size + PAGE_SIZE) & ~(PAGE_SIZE - 1);
        acpi.file = calloc(1, acpi.capacity);
    }
    if (!acpi.file || tables->size > acpi.capacity) {
        return false;
    }
    memset(acpi.file, 0, acpi.capacity);
    if (tables->size > 0) {
        memcpy(acpi.file, tables->bytes, tables->size);
    }
    return true;
}

static bool parts_store(HwAcpiTables *tables)
{
    if (hw_acpi_tables_failed(tables) || (!is_behind() && !file_store(&tables->bytes))) {
        return false;
    }
    hw_acpi_buffer_clear(&acpi.parts.tables);
    hw_acpi_buffer_clear(&acpi.parts.script);
    acpi.parts.tables = tables->bytes;
    acpi.parts.script = tables->script;
    *tables = (HwAcpiTables) { 0 };
    return true;
}

/* QEMU's own tables have the machine's maker; so have the devices'. */
static void oem_learn(void)
{
    char *id = bridge_machine_text("x-oem-id");
    char *table_id = bridge_machine_text("x-oem-table-id");

    hw_acpi_oem_set(&acpi.oem, id, table_id, NULL);
    free(id);
    free(table_id);
}

static bool parts_make(void)
{
    HwAcpiTables tables = { .file = acpi.parts.file, .oem = &acpi.oem };
    HwAcpiBuild *build = hw_acpi_build_new(find_file, NULL);
    bool good = build != NULL;

    oem_learn();
    if (good) {
        ask_devices(build, bridge.devices);
        parts_lay_out(build, &tables);
        good = parts_store(&tables);
    }
    hw_acpi_build_free(build);
    hw_acpi_tables_clear(&tables);
    if (!good) {
        complain("no memory for the devices' ACPI tables");
    }
    return good;
}

/* ------------------------------------------------------------- QEMU's tables */

static void link_parts(const AcpiSizes *told)
{
    HW_ERROR(error, SENTENCE);

    if (acpi.parts.count > 0 && !acpi_loader_link(&acpi.parts, told, &error)) {
        complain(error.text);
    }
}

static void keys_find(void)
{
    static const char *const names[] = { ACPI_RSDP_FILE, ACPI_TABLES_FILE, ACPI_SCRIPT_FILE };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        FwCfgFile file = { 0 };

        fw_cfg_port_find(names[i], &file, NULL);
        acpi.keys[i] = file.key;
    }
    acpi.keys_known = true;
}

/* QEMU builds its tables anew at the first selection of one of them: cause it, then link. */
static void file_selecting(uint16_t key)
{
    AcpiSizes told;

    if (!acpi.keys_known) {
        keys_find();
    }
    for (size_t i = 0; i < sizeof(acpi.keys) / sizeof(acpi.keys[0]); i++) {
        if (acpi.keys[i] != key) {
            continue;
        }
        told = acpi_loader_sizes();
        bridge_generation_id_hide();
        for (size_t j = 0; j < sizeof(acpi.keys) / sizeof(acpi.keys[0]); j++) {
            fw_cfg_port_select(acpi.keys[j]);
        }
        bridge_generation_id_show();
        link_parts(&told);
        return;
    }
}

/* Runs before firmware reads the files' sizes from the directory. */
static void machine_reset(void *opaque)
{
    (void)opaque;
    acpi.keys_known = false;
    if (parts_make()) {
        link_parts(NULL);
    }
}

/* Runs before QEMU's own notifier, which makes its tables. */
static void machine_done(QemuNotifier *notifier, void *data)
{
    HW_ERROR(error, SENTENCE);

    (void)notifier;
    (void)data;
    if (!bridge_fw_cfg_file_check(ACPI_PARTS_FILE, 0, &error)) {
        acpi.parts.file = ACPI_TABLES_FILE;
    }
    if (!parts_make() || acpi.parts.count == 0) {
        return;
    }
    if (!fw_cfg_overlay_install(file_selecting, &error)) {
        complain(error.text);
        return;
    }
    if (!is_behind()) {
        fw_cfg_add_file_callback(fw_cfg_find(), ACPI_PARTS_FILE, NULL, NULL, NULL, acpi.file,
                                 acpi.capacity, true);
    }
    qemu_register_reset(machine_reset, NULL);
}

/* ---------------------------------------------------------------- the devices */

void bridge_acpi_add(BridgeDevice *device)
{
    static QemuNotifier done = { .notify = machine_done };

    if (device->instance->cls->table.build_acpi && device->has_fw_cfg && !acpi.is_wanted) {
        qemu_add_machine_init_done_notifier(&done);
        acpi.is_wanted = true;
    }
}
