/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/recording/recorder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/recording/pairs.h"
#include "hw-api/host/recording/recorder-internal.h"

#define FILE_MAX 65536u /* bytes of a file that are compared */

static void put(HwRecorded *device, HwEntry *entry)
{
    entry->device = device->number;
    hw_recording_put(device->recorder->writer, entry);
}

HwRecorded *hw_recorded_of(const HwDevice *dev)
{
    return (HwRecorded *)hw_instance_of(dev)->watch;
}

void hw_recorded_call(HwRecorded *device, HwEntry *entry)
{
    if (device && device->recorder->open) {
        put(device, entry);
    }
}

/* -------------------------------------------------------------------------- lines */

bool hw_recorded_line_changes(HwRecordedLines *lines, uint32_t line, bool level)
{
    uint64_t bit = UINT64_C(1) << (line % 64);
    uint32_t word = line / 64;

    if (line >= HW_RECORDED_LINES) {
        return true;
    }
    if ((lines->known[word] & bit) && !(lines->level[word] & bit) == !level) {
        return false;
    }
    lines->known[word] |= bit;
    lines->level[word] = level ? lines->level[word] | bit : lines->level[word] & ~bit;
    return true;
}

void hw_recorder_irq(const HwDevice *dev, uint32_t line, bool level)
{
    HwRecorded *device = hw_recorded_of(dev);

    if (device && device->recorder->open && hw_recorded_line_changes(&device->lines, line, level)) {
        put(device, &(HwEntry) { .kind = HW_ENTRY_IRQ, .values = { line, level } });
    }
}

void hw_recorder_output(const HwInstance *instance, uint32_t number, bool level)
{
    hw_recorded_call(hw_recorded_of(instance->dev),
                     &(HwEntry) { .kind = HW_ENTRY_OUTPUT, .values = { number, level } });
}

/* ------------------------------------------------------------------------- memory */

static void guest_stored(void *opaque, uint32_t region, uint64_t offset, const void *bytes,
                         uint32_t size)
{
    put(opaque,
        &(HwEntry) {
            .kind = HW_ENTRY_MEMORY, .values = { region, offset }, .bytes = bytes, .size = size });
}

static void device_stored(void *opaque, uint32_t region, uint64_t offset, const void *bytes,
                          uint32_t size)
{
    HwRecorded *device = opaque;
    HwEntry entry = {
        .kind = HW_ENTRY_CHANGED, .values = { region, offset }, .bytes = bytes, .size = size
    };

    hw_entry_place(&entry, device->response, device->response_size, 1);
    put(device, &entry);
}

bool hw_recorded_content(const HwInstance *instance, uint64_t number, HwEntry *entry)
{
    const HwFwCfgFile *file = &instance->cls->table.fw_cfg_files.entries[number];

    *entry = (HwEntry) { .kind = HW_ENTRY_CONTENT,
                         .values = { number },
                         .bytes = (const uint8_t *)instance->dev + file->offset,
                         .size = file->size };
    return file->offset && file->size <= FILE_MAX;
}

void hw_recorded_place(const HwInstance *instance, HwEntry *entry)
{
    bool found = false;

    for (uint32_t i = 0; i < instance->region_count && !found; i++) {
        const HwRegionState *region = &instance->regions[i];

        found = hw_entry_place(entry, region->ram, region->size, i + UINT64_C(1));
    }
}

/* ------------------------------------------------------------------------- inputs */

static void realize_begin(HwRecorded *device)
{
    HwError error = { .text = device->recorder->refusal,
                      .capacity = sizeof(device->recorder->refusal) };

    device->recorder->refusal[0] = '\0';
    device->recorder->realizing = device;
    device->shadows = hw_shadows_new(device->instance, &error);
    hw_recording_hold(device->recorder->writer);
}

/* The head has the properties as realize has left them: an address that was chosen, a GUID. */
static void realize_end(HwRecorded *device, bool good)
{
    HwRecordingWriter *writer = device->recorder->writer;
    HwEntry entry = { .kind = HW_ENTRY_DEVICE, .device = device->number };
    HwPairs pairs = { NULL };

    device->recorder->realizing = NULL;
    if (!good || device->recorder->refusal[0]) {
        hw_recording_drop(writer);
        return;
    }
    hw_pairs_device(&pairs, device->instance, device->plugin);
    if (pairs.is_short) {
        hw_recording_fail(writer, strerror(ENOMEM));
    }
    entry.bytes = pairs.bytes;
    entry.size = pairs.size;
    hw_recording_put_first(writer, &entry);
    free(pairs.bytes);
    device->has_come = true;
}

static void input_begin(HwWatch *watch, const HwIntake *input)
{
    HwRecorded *device = (HwRecorded *)watch;
    HwEntry entry = { .kind = hw_entry_of_input(input->kind),
                      .bytes = input->bytes,
                      .size = input->size };

    if (input->kind == HW_INTAKE_REALIZE) {
        realize_begin(device);
    }
    if (device->depth++ == 0 && device->shadows) {
        hw_shadows_compare(device->shadows, guest_stored, device);
    }
    if (input->kind == HW_INTAKE_COMPLETED && device->depth == 1) {
        device->response = input->bytes;
        device->response_size = input->size;
    }
    if (input->kind == HW_INTAKE_WRITE && device->shadows) {
        hw_shadows_expect(device->shadows, input);
    }
    if (input->kind == HW_INTAKE_SELECTED) {
        device->selected = (uint32_t)input->values[0] + 1;
    }
    memcpy(entry.values, input->values, sizeof(entry.values));
    device->recorder->open++;
    put(device, &entry);
}

static void input_end(HwWatch *watch, uint64_t answer)
{
    HwRecorded *device = (HwRecorded *)watch;
    HwEntry content;

    if (--device->depth == 0 && device->shadows) {
        hw_shadows_compare(device->shadows, device_stored, device);
        if (device->selected &&
            hw_recorded_content(device->instance, device->selected - 1, &content)) {
            put(device, &content);
        }
        device->selected = 0;
        device->response = NULL;
    }
    device->recorder->open--;
    put(device, &(HwEntry) { .kind = HW_ENTRY_END, .answers = { answer } });
    if (device->recorder->realizing == device && device->depth == 0) {
        realize_end(device, answer);
    }
}

static void device_leave(HwWatch *watch)
{
    HwRecorded *device = (HwRecorded *)watch;

    if (device->has_come) {
        put(device, &(HwEntry) { .kind = HW_ENTRY_GONE });
    }
    device->instance = NULL;
}

/* --------------------------------------------------------------------------- life */

HwRecorder *hw_recorder_new(const char *path, const HwHost *host, HwError *error)
{
    HwRecorder *recorder = calloc(1, sizeof(*recorder));

    if (!recorder) {
        hw_error_set(error, "record: no memory");
        return NULL;
    }
    recorder->host = host;
    recorder->writer = hw_recording_create(path, error);
    if (!recorder->writer) {
        free(recorder);
        return NULL;
    }
    return recorder;
}

static void head_put(HwRecorder *recorder)
{
    HwPairs pairs = { NULL };

    hw_pairs_host(&pairs, recorder->host);
    hw_recording_put(recorder->writer, &(HwEntry) { .kind = HW_ENTRY_HEAD,
                                                    .bytes = pairs.bytes,
                                                    .size = pairs.size });
    free(pairs.bytes);
    recorder->has_head = true;
}

void hw_recorded_watch(HwInstance *instance, HwWatch *watch)
{
    instance->watch = watch;
    for (uint32_t i = 0; i < instance->region_count; i++) {
        instance->regions[i].plan_count = 0;
    }
}

static bool service_is_recordable(const HwInstance *instance, const char *service, HwError *error)
{
    return hw_recording_has_service(service) ||
           hw_error_set(error, "%s: a recording can't have a device that needs %s", instance->id,
                        service);
}

static bool class_is_recordable(const HwInstance *instance, HwError *error)
{
    const HwDeviceClass *table = &instance->cls->table;

    for (uint32_t i = 0; i < table->services.count; i++) {
        if (!service_is_recordable(instance, table->services.entries[i], error)) {
            return false;
        }
    }
    return !table->i2c || service_is_recordable(instance, HW_I2C, error);
}

bool hw_recorder_follow(HwRecorder *recorder, HwInstance *instance, const HwPlugin *plugin,
                        HwError *error)
{
    HwRecorded *device;

    if (!class_is_recordable(instance, error)) {
        return false;
    }
    device = calloc(1, sizeof(*device));
    if (!device) {
        return hw_error_set(error, "%s: no memory for a recording", instance->id);
    }
    if (!recorder->has_head) {
        head_put(recorder);
    }
    *device = (HwRecorded) { .watch = { input_begin, input_end, device_leave },
                             .next = recorder->devices,
                             .recorder = recorder,
                             .instance = instance,
                             .plugin = plugin,
                             .number = ++recorder->device_count };
    recorder->devices = device;
    hw_recorded_watch(instance, &device->watch);
    return true;
}

bool hw_recorder_accepts(const HwRecorder *recorder, HwError *error)
{
    return !recorder->refusal[0] || hw_error_set(error, "%s", recorder->refusal);
}

bool hw_recorder_free(HwRecorder *recorder, HwError *error)
{
    bool good;

    if (!recorder) {
        return true;
    }
    for (HwRecorded *device = recorder->devices, *next; device; device = next) {
        next = device->next;
        if (device->instance) {
            hw_watch_leave(&device->instance->watch);
        }
        hw_shadows_free(device->shadows);
        free(device);
    }
    good = hw_recording_close(recorder->writer, error);
    free(recorder);
    return good;
}

/* ----------------------------------------------------------------------- services */

static const HwRecordedService *service_find(const char *name)
{
    static const HwRecordedService *const tables[] = { hw_recorded_machine, hw_recorded_firmware,
                                                       hw_recorded_tpm, hw_recorded_loop };

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const HwRecordedService *row = tables[i]; row->name; row++) {
            if (strcmp(row->name, name) == 0) {
                return row;
            }
        }
    }
    return NULL;
}

bool hw_recording_has_service(const char *name)
{
    return service_find(name) != NULL;
}

/* In realize the device asks for services that it can do without: a recording would not have their
 * calls. */
static void service_refuse(HwRecorder *recorder, const char *name)
{
    if (recorder->realizing && !recorder->refusal[0]) {
        snprintf(recorder->refusal, sizeof(recorder->refusal),
                 "%s: a recording can't have a device that uses %s",
                 recorder->realizing->instance->id, name);
    }
}

const void *hw_recorder_service(HwRecorder *recorder, const char *name, const void *table)
{
    const HwRecordedService *row;

    if (!recorder || !table) {
        return table;
    }
    row = service_find(name);
    if (!row) {
        service_refuse(recorder, name);
        return table;
    }
    if (!row->table) {
        return table;
    }
    *row->inner = table;
    return row->table;
}
