/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.fw-cfg/1: puts devices' files into the machine's fw_cfg. */
#include "plugins/qemu-bridge/service/services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/intake/file.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"
#include "plugins/qemu-bridge/qemu/log.h"

#define SENTENCE 512

/*
 * QEMU never gives a file's memory back, and a reload moves the instance.  So QEMU serves bytes of
 * the bridge, and both sides get the other's bytes at each selection and write.
 */
typedef struct File {
    struct File *next;
    BridgeDevice *device; /* NULL: it is gone */
    uint32_t index;       /* in the class's table */
    uint8_t *bytes;
} File;

static File *all_files;

/* The service's features are known once there is a device. */
HwFwCfg bridge_fw_cfg = { .abi = HW_ABI(HwFwCfg) };

/* QEMU itself adds these files once the machine is complete.  They are empty if QEMU doesn't
 * use them. */
static bool file_is_late(const HwFwCfgFile *file)
{
    return bridge_fw_cfg_file_is_late(file->name);
}

static bool file_is_enabled(const BridgeDevice *device, const HwFwCfgFile *file)
{
    const uint8_t *instance = (const uint8_t *)device->instance->dev;

    return !file->enabled || *(const bool *)(instance + file->enabled);
}

static bool has_service(const BridgeDevice *device, const char *name)
{
    const HwNames *services = &device->instance->cls->table.services;

    for (uint32_t i = 0; i < services->count; i++) {
        if (strcmp(services->entries[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool bridge_fw_cfg_prepare(BridgeDevice *device, HwError *error)
{
    HW_ERROR(reason, SENTENCE);

    device->has_fw_cfg = fw_cfg_port_open(&reason);
    if (!device->has_fw_cfg && has_service(device, HW_FW_CFG)) {
        return hw_error_set(error, "%s needs %s: %s", device->instance->id, HW_FW_CFG, reason.text);
    }
    bridge_fw_cfg.features = device->has_fw_cfg && fw_cfg_dma_enabled(fw_cfg_port_device())
                                 ? HW_FW_CFG_DMA
                                 : 0;
    return true;
}

static uint32_t slots(void)
{
    return (uint32_t)object_property_get_uint(fw_cfg_port_device(), "x-file-slots", NULL);
}

bool bridge_fw_cfg_file_check(const char *name, uint32_t ahead, HwError *error)
{
    FwCfgFile found;
    uint32_t count;

    if (fw_cfg_port_find(name, &found, &count)) {
        return hw_error_set(error, "fw_cfg: file '%s' already exists", name);
    }
    count += ahead + bridge_fw_cfg_late_files();
    if (count >= slots()) {
        return hw_error_set(error,
                            "no room for fw_cfg file '%s' beside %u others, see "
                            "-global %s.x-file-slots",
                            name, count, object_get_typename(fw_cfg_port_device()));
    }
    return true;
}

bool bridge_fw_cfg_check(BridgeDevice *device, HwError *error)
{
    const HwFwCfgFiles *files = &device->instance->cls->table.fw_cfg_files;
    uint32_t ahead = 0;
    HW_ERROR(why, SENTENCE);

    for (uint32_t i = 0; device->has_fw_cfg && i < files->count; i++) {
        if (!file_is_enabled(device, &files->entries[i]) || file_is_late(&files->entries[i])) {
            continue;
        }
        if (!bridge_fw_cfg_file_check(files->entries[i].name, ahead++, &why)) {
            return hw_error_set(error, "%s: %s", device->instance->id, why.text);
        }
    }
    return true;
}

static const HwFwCfgFile *table_of(const File *file)
{
    return &file->device->instance->cls->table.fw_cfg_files.entries[file->index];
}

/* The file's bytes in the instance; NULL: zeros. */
static uint8_t *instance_bytes(const File *file)
{
    uint32_t offset = table_of(file)->offset;

    return offset ? (uint8_t *)file->device->instance->dev + offset : NULL;
}

static void file_refresh(const File *file)
{
    const uint8_t *bytes = instance_bytes(file);

    if (bytes) {
        memcpy(file->bytes, bytes, table_of(file)->size);
    }
}

static void files_refresh(BridgeDevice *device)
{
    for (const File *file = all_files; file; file = file->next) {
        if (file->device == device) {
            file_refresh(file);
        }
    }
}

static void file_selected(void *opaque)
{
    const File *file = opaque;
    HwInstance *instance;

    if (!file->device) {
        return;
    }
    instance = file->device->instance;
    hw_file_selected(instance, table_of(file));
    file_refresh(file);
}

static void file_written(void *opaque, int64_t offset, size_t size)
{
    const File *file = opaque;
    HwInstance *instance;
    uint8_t *bytes;

    if (!file->device) {
        return;
    }
    instance = file->device->instance;
    bytes = instance_bytes(file);
    if (bytes) {
        memcpy(bytes + offset, file->bytes + offset, size);
    }
    hw_file_written(instance, table_of(file), (uint32_t)offset, (uint32_t)size);
    bridge_device_changed(file->device); /* vmgenid adopts the guest's GUID then */
}

const HwFwCfgFile *bridge_fw_cfg_file_named(const char *name)
{
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        const HwFwCfgFiles *files = &device->instance->cls->table.fw_cfg_files;

        for (uint32_t i = 0; device->mapped && device->has_fw_cfg && i < files->count; i++) {
            if (strcmp(files->entries[i].name, name) == 0 &&
                file_is_enabled(device, &files->entries[i])) {
                return &files->entries[i];
            }
        }
    }
    return NULL;
}

/* QEMU can't remove a file, so it lives until QEMU ends. */
static File *file_new(BridgeDevice *device, uint32_t index)
{
    const HwFwCfgFile *table = &device->instance->cls->table.fw_cfg_files.entries[index];
    File *file = calloc(1, sizeof(*file));
    uint8_t *bytes = calloc(1, table->size);

    if (!file || !bytes) {
        bridge_report("no memory for the devices' fw_cfg files");
        exit(1);
    }
    *file = (File) { all_files, device, index, bytes };
    all_files = file;
    file_refresh(file);
    device->files_changed = files_refresh;
    return file;
}

static void file_add(BridgeDevice *device, uint32_t index)
{
    File *file = file_new(device, index);
    const HwFwCfgFile *table = table_of(file);

    fw_cfg_add_file_callback(fw_cfg_find(), table->name, file_selected, file_written, file,
                             file->bytes, table->size, !(table->flags & HW_FW_CFG_GUEST_WRITABLE));
}

void bridge_fw_cfg_leave(const BridgeDevice *device)
{
    for (File *file = all_files; file; file = file->next) {
        if (file->device == device) {
            file->device = NULL;
        }
    }
}

/* Devices that came after ours may have taken slots.  Runs before QEMU adds its late files. */
static void machine_done(QemuNotifier *notifier, void *data)
{
    uint32_t late = bridge_fw_cfg_late_files();
    FwCfgFile found;
    uint32_t count;
    char sentence[SENTENCE];

    (void)notifier;
    (void)data;
    fw_cfg_port_find("", &found, &count);
    if (count + late <= slots()) {
        return;
    }
    snprintf(sentence, sizeof(sentence),
             "fw_cfg has slots for %u files, and the machine has %u, see -global %s.x-file-slots",
             slots(), count + late, object_get_typename(fw_cfg_port_device()));
    bridge_report(sentence);
    exit(1);
}

static void watch_slots(void)
{
    static QemuNotifier done = { .notify = machine_done };

    if (!done.link[1]) {
        qemu_add_machine_init_done_notifier(&done);
    }
}

void bridge_fw_cfg_add(BridgeDevice *device)
{
    const HwFwCfgFiles *files = &device->instance->cls->table.fw_cfg_files;

    if (device->has_fw_cfg && files->count > 0) {
        watch_slots();
    }

    for (uint32_t i = 0; device->has_fw_cfg && i < files->count; i++) {
        if (file_is_enabled(device, &files->entries[i]) && !file_is_late(&files->entries[i])) {
            file_add(device, i);
        }
    }
}

void bridge_fw_cfg_reset(BridgeDevice *device)
{
    const HwFwCfgFiles *files = &device->instance->cls->table.fw_cfg_files;

    for (uint32_t i = 0; device->has_fw_cfg && !device->has_late_files && i < files->count; i++) {
        const HwFwCfgFile *file = &files->entries[i];

        if (file_is_enabled(device, file) && file_is_late(file)) {
            fw_cfg_modify_file(fw_cfg_find(), file->name, file_new(device, i)->bytes, file->size);
        }
    }
    device->has_late_files = true;
}
