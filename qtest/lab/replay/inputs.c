/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/intake/file.h"
#include "hw-api/host/run/gpio.h"
#include "hw-api/host/run/property.h"
#include "qtest/lab/replay/replay-internal.h"

/* ------------------------------------------------------------------ a kind each */

/* They return false if the device can't have such an input: the recording is damaged. */
typedef bool Play(ReplayDevice *device, const HwIntake *input);

static bool play_realize(ReplayDevice *d, const HwIntake *input)
{
    HW_ERROR(error, 400);

    (void)input;
    if (d->instance->phase != HW_PHASE_CREATED) {
        return false;
    }
    if (!hw_instance_realize(d->instance, &error)) {
        replay_trouble(d->replay, "the device is not realized: %s", error.text);
    }
    return true;
}

static bool play_reset(ReplayDevice *d, const HwIntake *input)
{
    (void)input;
    hw_instance_reset(d->instance);
    return true;
}

static bool play_quiesce(ReplayDevice *d, const HwIntake *input)
{
    (void)input;
    hw_instance_quiesce(d->instance);
    return true;
}

/* NULL: the region does not answer, or no access has this size. */
static HwRegionState *region_of(const ReplayDevice *d, const HwIntake *input)
{
    uint64_t number = input->values[0], size = input->values[2];
    HwRegionState *region = number < d->instance->region_count ? &d->instance->regions[number]
                                                               : NULL;

    return region && region->enabled && (size == 1 || size == 2 || size == 4 || size == 8) ? region
                                                                                           : NULL;
}

static bool play_read(ReplayDevice *d, const HwIntake *input)
{
    HwRegionState *region = region_of(d, input);

    d->replay->result->reads++;
    if (region) {
        hw_region_read(region, input->values[1], (uint32_t)input->values[2]);
    }
    return region != NULL;
}

static bool play_write(ReplayDevice *d, const HwIntake *input)
{
    HwRegionState *region = region_of(d, input);

    d->replay->result->writes++;
    if (region) {
        hw_region_write(region, input->values[1], input->values[3], (uint32_t)input->values[2]);
    }
    return region != NULL;
}

static const HwFwCfgFile *file_of(const ReplayDevice *d, const HwIntake *input)
{
    const HwFwCfgFiles *files = &d->instance->cls->table.fw_cfg_files;

    return input->values[0] < files->count ? &files->entries[input->values[0]] : NULL;
}

static bool play_selected(ReplayDevice *d, const HwIntake *input)
{
    const HwFwCfgFile *file = file_of(d, input);

    if (file) {
        hw_file_selected(d->instance, file);
    }
    return file != NULL;
}

static bool play_written(ReplayDevice *d, const HwIntake *input)
{
    const HwFwCfgFile *file = file_of(d, input);
    uint64_t offset = input->values[1];

    if (!file || !file->offset || !(file->flags & HW_FW_CFG_GUEST_WRITABLE) ||
        offset > file->size || input->size > file->size - offset) {
        return false;
    }
    memcpy((uint8_t *)d->instance->dev + file->offset + offset, input->bytes, input->size);
    hw_file_written(d->instance, file, (uint32_t)offset, input->size);
    return true;
}

static bool play_set(ReplayDevice *d, const HwIntake *input)
{
    const HwProperties *properties = &d->instance->cls->table.properties;
    g_autofree char *text = g_strndup(input->bytes, input->size);
    HW_ERROR(error, 400);

    if (input->values[0] >= properties->count) {
        return false;
    }
    hw_instance_set(d->instance, properties->entries[input->values[0]].name, text, &error);
    return true;
}

static bool play_line(ReplayDevice *d, const HwIntake *input)
{
    hw_gpio_input(d->instance, (uint32_t)input->values[0], input->values[1] & 1);
    return true;
}

static bool play_posted(ReplayDevice *d, const HwIntake *input)
{
    g_autofree ReplayCall *call = replay_call_take(d, input->values[0] - HW_INTAKE_POSTED);

    if (!call) {
        return false;
    }
    if (call->work) {
        call->work(call->opaque);
    }
    hw_watch_begin(d->instance->watch, input);
    if (call->function) {
        call->function(d->instance->dev, call->opaque);
    }
    hw_instance_update(d->instance);
    hw_watch_end(d->instance->watch, 0);
    return true;
}

static bool play_fired(ReplayDevice *d, const HwIntake *input)
{
    uint64_t number = input->values[0];
    ReplayTimer *timer = number < d->timers->len ? d->timers->pdata[number] : NULL;

    if (!timer || !timer->is_set) {
        return false;
    }
    timer->is_set = false;
    hw_watch_begin(d->instance->watch, input);
    timer->fired(d->instance->dev, timer->opaque);
    hw_instance_update(d->instance);
    hw_watch_end(d->instance->watch, 0);
    return true;
}

static bool play_callback(ReplayDevice *d, const HwIntake *input)
{
    return (input->values[0] < HW_INTAKE_POSTED ? play_fired : play_posted)(d, input);
}

static bool play_completed(ReplayDevice *d, const HwIntake *input)
{
    uint64_t number = input->values[0];
    ReplayTpm *tpm = number < d->tpms->len ? d->tpms->pdata[number] : NULL;

    if (!tpm || !tpm->is_busy || input->size > tpm->capacity) {
        return false;
    }
    d->replay->result->responses++;
    tpm->is_busy = false;
    hw_watch_begin(d->instance->watch, input);
    tpm->completed(d->instance->dev, input->values[1] ? input->bytes : NULL, input->size);
    hw_instance_update(d->instance);
    hw_watch_end(d->instance->watch, 0);
    return true;
}

static Play *const plays[HW_INTAKES] = {
    [HW_INTAKE_REALIZE] = play_realize,     [HW_INTAKE_RESET] = play_reset,
    [HW_INTAKE_QUIESCE] = play_quiesce,     [HW_INTAKE_READ] = play_read,
    [HW_INTAKE_WRITE] = play_write,         [HW_INTAKE_SELECTED] = play_selected,
    [HW_INTAKE_WRITTEN] = play_written,     [HW_INTAKE_SET] = play_set,
    [HW_INTAKE_LINE] = play_line,           [HW_INTAKE_FIRED] = play_callback,
    [HW_INTAKE_COMPLETED] = play_completed,
};

/* ------------------------------------------------------------------------ all */

static HwIntakeKind kind_of(const HwEntry *entry)
{
    return (HwIntakeKind)(entry->kind - HW_ENTRY_INPUT);
}

static bool is_due(const ReplayDevice *device, HwIntakeKind kind)
{
    HwPhase phase = kind == HW_INTAKE_REALIZE ? HW_PHASE_CREATED : HW_PHASE_REALIZED;
    bool realizes = device->depth && device->inputs[0].kind == HW_INTAKE_REALIZE;

    return !realizes && device->instance->phase == phase && device->depth < REPLAY_DEPTH_MAX &&
           device->replay->open < REPLAY_DEPTH_MAX;
}

static void out_of_place(ObReplay *r, uint64_t number, HwIntakeKind kind)
{
    replay_trouble(r, "entry %" PRIu64 " is out of place: '%s'", number,
                   hw_entry_rows[hw_entry_of_input(kind)].name);
}

void replay_input(ReplayDevice *device, const HwEntry *entry)
{
    ObReplay *r = device->replay;
    uint64_t number = entry->number;
    HwIntake input = { .kind = kind_of(entry), .size = entry->size };
    g_autofree uint8_t *bytes = g_memdup2(entry->bytes, entry->size);
    bool good;

    if (!is_due(device, input.kind)) {
        out_of_place(r, number, input.kind);
        return;
    }
    memcpy(input.values, entry->values, sizeof(input.values));
    device->inputs[device->depth] = input;
    input.bytes = bytes ? bytes : (const uint8_t *)"";
    r->is_offered = true;
    good = plays[input.kind](device, &input);
    if (!good) {
        out_of_place(r, number, input.kind);
    } else if (r->is_offered) {
        replay_differs(r, "entry %" PRIu64 ": %s %s in the recording, and here it can't be", number,
                       device->instance->id, hw_entry_rows[hw_entry_of_input(input.kind)].name);
    }
    r->is_offered = false;
}

void replay_memory(ReplayDevice *device, const HwEntry *entry)
{
    if (device->shadows && hw_shadows_store(device->shadows, entry->values[0], entry->values[1],
                                            entry->bytes, entry->size)) {
        replay_take(device->replay);
    } else {
        replay_trouble(device->replay, "entry %" PRIu64 ": no region has these bytes",
                       entry->number);
    }
}
