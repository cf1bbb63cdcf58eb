/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/lab/replay/replay-internal.h"

/* ------------------------------------------------------------------------ its end */

static void stop(ObReplay *r, ObReplayEnd end, const char *format, va_list list)
{
    if (!r->stops) {
        r->stops = true;
        r->end = end;
        vsnprintf(r->result->text, sizeof(r->result->text), format, list);
    }
}

void replay_differs(ObReplay *replay, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    stop(replay, OB_REPLAY_DIFFERS, format, list);
    va_end(list);
}

void replay_trouble(ObReplay *replay, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    stop(replay, OB_REPLAY_TROUBLE, format, list);
    va_end(list);
}

/* ------------------------------------------------------------------------ entries */

const HwEntry *replay_peek(ObReplay *replay)
{
    HW_ERROR(error, 512);
    const HwEntry *entry = replay->stops ? NULL : hw_recording_peek(replay->reader, &error);

    if (!replay->stops && !entry && hw_recording_is_bad(replay->reader)) {
        replay_trouble(replay, "%s", error.text);
    }
    return entry;
}

void replay_take(ObReplay *replay)
{
    hw_recording_take(replay->reader);
    replay->played++;
}

static void head_take(ObReplay *r, const HwEntry *entry)
{
    const char *key, *value;
    uint32_t at = 0;

    r->set->services = g_ptr_array_new_with_free_func(g_free);
    while (hw_entry_pair(entry, &at, &key, &value)) {
        if (strcmp(key, "service") == 0) {
            g_ptr_array_add(r->set->services, g_strdup(value));
        }
    }
    replay_take(r);
}

void replay_step(ObReplay *replay, const HwEntry *entry)
{
    ReplayDevice *device;

    if (entry->kind == HW_ENTRY_DEVICE) {
        replay_device_come(replay, entry);
    } else if (entry->kind == HW_ENTRY_HEAD && !replay->set->services) {
        head_take(replay, entry);
    } else if (!(device = replay_device_at(replay, entry))) {
        return;
    } else if (hw_entry_is_input(entry)) {
        replay_input(device, entry);
    } else if (entry->kind == HW_ENTRY_MEMORY) {
        replay_memory(device, entry);
    } else if (entry->kind == HW_ENTRY_GONE && !device->depth) {
        replay_take(replay);
        replay_device_leave(device);
    } else {
        replay_trouble(replay, "entry %" PRIu64 " is out of place: '%s'", entry->number,
                       hw_entry_rows[entry->kind].name);
    }
}

/* --------------------------------------------------------------------------- life */

static void device_free(void *device)
{
    if (device) {
        replay_device_leave(device);
    }
}

static ObReplayEnd play(ObReplaySet *set, HwRecordingReader *reader, ObReplayResult *result)
{
    ObReplay replay = { .set = set, .reader = reader, .result = result };
    const HwEntry *entry;

    replay.devices = g_ptr_array_new();
    set->replay = &replay;
    while ((entry = replay_peek(&replay))) {
        replay_step(&replay, entry);
    }
    if (!replay.devices->len) {
        replay_trouble(&replay, "the recording has no device");
    }
    replay.stops = true;
    g_ptr_array_foreach(replay.devices, (GFunc)(void (*)(void))device_free, NULL);
    g_ptr_array_unref(replay.devices);
    set->replay = NULL;
    g_clear_pointer(&set->services, g_ptr_array_unref);
    result->entries = replay.played;
    return replay.end;
}

/* The whole file is checked first: nothing of a damaged one is played. */
ObReplayEnd ob_replay(ObReplaySet *set, const char *path, ObReplayResult *result)
{
    HwRecordingReader *reader = NULL;
    HwError error = { .text = result->text, .capacity = sizeof(result->text) };
    ObReplayEnd end = OB_REPLAY_TROUBLE;

    *result = (ObReplayResult) { .entries = 0 };
    if (hw_recording_check(path, &error) && (reader = hw_recording_open(path, &error))) {
        end = play(set, reader, result);
    }
    hw_recording_free(reader);
    return end;
}

static void replay_log(HwDevice *dev, uint32_t level, const char *text)
{
    (void)dev;
    (void)level;
    (void)text;
}

ObReplaySet *ob_replay_set_load(const char *path, HwError *error)
{
    ObReplaySet *set = g_new0(ObReplaySet, 1);

    set->api = (HwHost) {
        .abi = HW_ABI(HwHost),
        .name = "replay",
        .query = replay_query,
        .log = replay_log,
        .irq_set = replay_irq_set,
    };
    set->set = hw_plugin_set_load(path, &set->api, NULL, 0, error);
    if (!set->set) {
        g_clear_pointer(&set, g_free);
    }
    return set;
}

void ob_replay_set_free(ObReplaySet *set)
{
    if (set) {
        hw_plugin_set_free(set->set);
        g_free(set);
    }
}
