/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the fw_cfg files of a class. */
#include "hw-api/host/load/check-parts.h"

#include <string.h>

#include "hw-api/ext/fw-cfg.h"

static bool file_check_bytes(const HwCheck *c, const HwPlace *place, const HwFwCfgFile *file)
{
    if (file->offset) {
        return hw_check_in_instance(c, place, "content", file->offset, file->size, 1);
    }
    return !(file->flags & HW_FW_CFG_GUEST_WRITABLE) ||
           hw_refuse(place, c->error, "is guest-writable at 0, expected a place in the instance");
}

static bool file_check(const HwCheck *c, const HwPlace *place, const HwFwCfgFile *file)
{
    size_t length = strlen(file->name);

    if (length > HW_FW_CFG_NAME_MAX) {
        return hw_refuse(place, c->error, "name has %zu characters, expected at most %u", length,
                         HW_FW_CFG_NAME_MAX);
    }
    if (file->size == 0) {
        return hw_refuse(place, c->error, "size is 0, expected 1 or more");
    }
    if (file->size > HW_INSTANCE_MAX) {
        return hw_refuse(place, c->error, "size is %u, expected at most %u", file->size,
                         HW_INSTANCE_MAX);
    }
    if (file->flags & ~(uint32_t)HW_FW_CFG_GUEST_WRITABLE) {
        return hw_refuse(place, c->error, "flags are 0x%x, expected 0x%x at most", file->flags,
                         HW_FW_CFG_GUEST_WRITABLE);
    }
    if (file->written && !(file->flags & HW_FW_CFG_GUEST_WRITABLE)) {
        return hw_refuse(place, c->error, "has a written hook, expected it to be guest-writable");
    }
    return file_check_bytes(c, place, file) &&
           (!file->enabled ||
            hw_check_in_instance(c, place, "enabled", file->enabled, sizeof(bool), 1));
}

bool hw_check_fw_cfg_files(const HwCheck *c, const HwPlace *cls, const HwFwCfgFiles *files)
{
    if (!hw_check_names(c, cls, "fw_cfg file", files->entries, files->stride, files->count)) {
        return false;
    }
    for (uint32_t i = 0; i < files->count; i++) {
        const HwFwCfgFile *file = &files->entries[i];
        HwPlace place = { cls, "fw_cfg file", file->name, i };

        if (!file_check(c, &place, file)) {
            return false;
        }
    }
    return true;
}
