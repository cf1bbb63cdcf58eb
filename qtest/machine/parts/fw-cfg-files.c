/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that devices declare in their classes. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/run/intake/file.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg-internal.h"

/* The data behind a device's file. */
struct ObDeviceFile {
    HwInstance *instance;
    const HwFwCfgFile *table;
};

static void device_file_selected(void *opaque)
{
    const ObDeviceFile *file = opaque;

    hw_file_selected(file->instance, file->table);
}

static void device_file_written(void *opaque, uint32_t offset, uint32_t length)
{
    const ObDeviceFile *file = opaque;

    hw_file_written(file->instance, file->table, offset, length);
}

static bool device_file_add(ObFwCfg *s, ObDeviceFile *file, HwError *error)
{
    const HwFwCfgFile *table = file->table;
    uint8_t *dev = (uint8_t *)file->instance->dev;
    const ObFwCfgFile added = {
        .name = table->name,
        .bytes = table->offset ? dev + table->offset : NULL,
        .size = table->size,
        .guest_writable = table->flags & HW_FW_CFG_GUEST_WRITABLE,
        .selected = table->selected ? device_file_selected : NULL,
        .written = device_file_written,
        .opaque = file,
    };
    HW_ERROR(inner, 256);

    return ob_fw_cfg_add(s, &added, &inner) ||
           hw_error_set(error, "%s: fw_cfg: %s", file->instance->id, inner.text);
}

bool ob_device_add_files(ObDevice *device, HwError *error)
{
    const HwFwCfgFiles *files = &device->instance->cls->table.fw_cfg_files;
    const uint8_t *dev = (const uint8_t *)device->instance->dev;

    if (!device->host->fw_cfg) {
        return true;
    }
    device->files = g_new0(ObDeviceFile, files->count + 1);
    for (uint32_t i = 0; i < files->count; i++) {
        const HwFwCfgFile *table = &files->entries[i];
        ObDeviceFile *file = &device->files[device->file_count];

        if (table->enabled && !*(const bool *)(dev + table->enabled)) {
            continue;
        }
        *file = (ObDeviceFile) { device->instance, table };
        if (!device_file_add(device->host->fw_cfg, file, error)) {
            return false;
        }
        device->file_count++;
    }
    return true;
}

/* The table of the file in the device's class, which another class may have brought. */
static const HwFwCfgFile *table_find(const ObDevice *device, const char *name)
{
    const HwFwCfgFiles *files = &device->instance->cls->table.fw_cfg_files;

    for (uint32_t i = 0; i < files->count; i++) {
        if (!strcmp(files->entries[i].name, name)) {
            return &files->entries[i];
        }
    }
    return NULL;
}

void ob_device_move_files(ObDevice *device)
{
    uint8_t *dev = (uint8_t *)device->instance->dev;

    for (uint32_t i = 0; i < device->file_count; i++) {
        ObDeviceFile *file = &device->files[i];
        const HwFwCfgFile *table = table_find(device, file->table->name);

        file->table = table;
        ob_fw_cfg_replace(device->host->fw_cfg, table->name,
                          table->offset ? dev + table->offset : NULL, table->size);
    }
}

void ob_device_remove_files(ObDevice *device)
{
    for (uint32_t i = 0; i < device->file_count; i++) {
        ob_fw_cfg_remove(device->host->fw_cfg, device->files[i].table->name);
    }
    g_clear_pointer(&device->files, g_free);
    device->file_count = 0;
}

const HwFwCfg ob_fw_cfg_service = {
    .abi = HW_ABI(HwFwCfg),
    .features = HW_FW_CFG_DMA,
};
