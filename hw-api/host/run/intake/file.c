/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/intake/file.h"

#include "hw-api/host/run/running.h"
#include "hw-api/host/run/intake/watch.h"

static uint64_t number_of(const HwInstance *instance, const HwFwCfgFile *file)
{
    return (uint64_t)(file - instance->cls->table.fw_cfg_files.entries);
}

void hw_file_selected(HwInstance *instance, const HwFwCfgFile *file)
{
    hw_watch_begin(instance->watch, &(HwIntake) { .kind = HW_INTAKE_SELECTED,
                                                  .values = { number_of(instance, file) } });
    if (file->selected) {
        HW_RUN_HOOK(instance, "selected", file->selected(instance->dev));
        hw_instance_update(instance);
    }
    hw_watch_end(instance->watch, 0);
}

void hw_file_written(HwInstance *instance, const HwFwCfgFile *file, uint32_t offset,
                     uint32_t length)
{
    const uint8_t *bytes = (const uint8_t *)instance->dev + file->offset;

    hw_watch_begin(instance->watch, &(HwIntake) { .kind = HW_INTAKE_WRITTEN,
                                                  .values = { number_of(instance, file), offset },
                                                  .bytes = bytes + offset,
                                                  .size = length });
    if (file->written) {
        HW_RUN_HOOK(instance, "written", file->written(instance->dev, offset, length));
    }
    hw_instance_update(instance);
    hw_watch_end(instance->watch, 0);
}
