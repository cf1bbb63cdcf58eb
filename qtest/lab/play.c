/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/play.h"

#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/host/pci/function.h"
#include "qtest/machine/parts/fw-cfg.h"

/* --------------------------------------------------------------------- meanings */

static ObLabAccess access_of_place(const ObLabTarget *t, const ObLabStep *step)
{
    uint64_t ram = ob_host_machine(t->host)->ram_base;

    switch (step->target) {
    case OB_LAB_PORTS:
        return (ObLabAccess) { NULL, 0, HW_SPACE_IO, step->offset & 0xffff, true };
    case OB_LAB_MEMORY:
        return (ObLabAccess) { NULL, 0, HW_SPACE_MEMORY, step->offset, true };
    default:
        return (ObLabAccess) { NULL, 0, HW_SPACE_MEMORY,
                               ram + OB_LAB_WINDOW + step->offset % (OB_LAB_WINDOW_SIZE - 8),
                               true };
    }
}

ObLabAccess ob_lab_access(const ObLabTarget *target, const ObLabStep *step)
{
    ObLabAccess access = { NULL };
    uint64_t width = ob_lab_width(step), room;

    if (step->target >= OB_LAB_RAM || !target->regions->len) {
        return access_of_place(target, step);
    }
    access.region = target->regions->pdata[step->target % target->regions->len];
    room = access.region->size > width ? access.region->size - width + 1 : 1;
    access.offset = step->offset % room;
    access.answers = ob_lab_place(target, access.region, &access.space, &access.address);
    access.address += access.offset;
    return access;
}

const HwRegister *ob_lab_register(const ObLabAccess *access)
{
    const HwRegionState *region = access->region;

    return region && region->by_word && access->offset / 4 < region->table->word_count
               ? region->by_word[access->offset / 4]
               : NULL;
}

const ObLabFile *ob_lab_file(const ObLabTarget *target, const ObLabStep *step)
{
    return target->files->len
               ? &g_array_index(target->files, ObLabFile, step->target % target->files->len)
               : NULL;
}

HwInstance *ob_lab_function(const ObLabTarget *target, const ObLabStep *step)
{
    return target->functions->len ? target->functions->pdata[step->target % target->functions->len]
                                  : NULL;
}

HwInstance *ob_lab_input(const ObLabTarget *target, const ObLabStep *step, uint32_t *number)
{
    HwInstance *instance;

    if (!target->inputs->len) {
        return NULL;
    }
    instance = target->inputs->pdata[step->target % target->inputs->len];
    *number = (uint32_t)(step->offset % instance->cls->table.gpio->input_count);
    return instance;
}

/* One place past the end is tried, too. */
uint64_t ob_lab_offset_in_file(const ObLabFile *file, const ObLabStep *step)
{
    return step->offset % (file->size + UINT64_C(1));
}

uint32_t ob_lab_config_offset(const ObLabStep *step, uint32_t *size)
{
    *size = ob_lab_width(step) < 4 ? ob_lab_width(step) : 4;
    return (uint32_t)(step->offset % 256) / *size * *size;
}

/* ----------------------------------------------------------------------- playing */

static uint64_t play_access(ObLabTarget *t, const ObLabStep *step)
{
    ObLabAccess access = ob_lab_access(t, step);

    if (!access.answers) {
        return 0;
    }
    if (step->op == OB_LAB_LOAD) {
        return ob_host_load(t->host, access.space, access.address, ob_lab_width(step));
    }
    ob_host_store(t->host, access.space, access.address, step->value, ob_lab_width(step));
    return 0;
}

static uint64_t play_file(ObLabTarget *t, const ObLabStep *step)
{
    const ObLabFile *file = ob_lab_file(t, step);
    ObFwCfg *fw_cfg = ob_host_fw_cfg(t->host);
    uint8_t bytes[8] = { 0 };
    uint32_t offset;

    if (!file) {
        return 0;
    }
    offset = (uint32_t)ob_lab_offset_in_file(file, step);
    if (step->op == OB_LAB_FILE_READ) {
        ob_fw_cfg_read(fw_cfg, file->key, offset, bytes, ob_lab_width(step));
        return hw_load_le(bytes, 8);
    }
    hw_store_le(bytes, step->value, 8);
    return ob_fw_cfg_write(fw_cfg, file->key, offset, bytes, ob_lab_width(step));
}

static uint64_t play_config(ObLabTarget *t, const ObLabStep *step)
{
    HwInstance *function = ob_lab_function(t, step);
    uint32_t size, offset = ob_lab_config_offset(step, &size);

    if (!function) {
        return 0;
    }
    if (step->op == OB_LAB_CONFIG_READ) {
        return hw_pci_unit_read(function->pci, offset, size);
    }
    hw_pci_unit_write(function->pci, offset, (uint32_t)step->value, size);
    return 0;
}

static void play_clock(ObLabTarget *t, const ObLabStep *step)
{
    int64_t now = ob_host_clock_now(t->host);
    int64_t next = ob_host_clock_next(t->host);
    int64_t most = now + (int64_t)OB_LAB_CLOCK_MAX;

    if (step->value) {
        next = now + (int64_t)step->value;
    }
    if (next >= now) {
        ob_host_clock_set(t->host, next < most ? next : most);
    }
}

static void play_line(ObLabTarget *t, const ObLabStep *step)
{
    uint32_t number;
    const HwInstance *instance = ob_lab_input(t, step, &number);

    if (instance) {
        ob_device_input(instance->dev, number, step->value & 1);
    }
}

uint64_t ob_lab_play_alone(ObLabTarget *target, const ObLabStep *step)
{
    switch (step->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        return play_access(target, step);
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        return play_file(target, step);
    case OB_LAB_CONFIG_WRITE:
    case OB_LAB_CONFIG_READ:
        return play_config(target, step);
    case OB_LAB_CLOCK:
        play_clock(target, step);
        return 0;
    case OB_LAB_LINE:
        play_line(target, step);
        return 0;
    case OB_LAB_RESET:
        ob_host_reset(target->host);
        return 0;
    default:
        return 0;
    }
}

void ob_lab_settle(ObLabTarget *target)
{
    while (ob_host_poll(target->host)) {}
}

uint64_t ob_lab_play(ObLabTarget *target, const ObLabStep *step)
{
    uint64_t answer = ob_lab_play_alone(target, step);

    ob_lab_settle(target);
    return answer;
}
