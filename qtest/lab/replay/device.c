/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/property.h"
#include "qtest/lab/replay/replay-internal.h"

ReplayDevice *replay_device_at(ObReplay *replay, const HwEntry *entry)
{
    ReplayDevice *device = entry->device && entry->device <= replay->devices->len
                               ? replay->devices->pdata[entry->device - 1]
                               : NULL;

    if (!device) {
        replay_trouble(replay, "entry %" PRIu64 ": there is no device %u", entry->number,
                       entry->device);
    }
    return device;
}

/* -------------------------------------------------------------------------- inputs */

static void memory_changed(void *opaque, uint32_t region, uint64_t offset, const void *bytes,
                           uint32_t size)
{
    ReplayDevice *device = opaque;
    HwEntry call = {
        .kind = HW_ENTRY_CHANGED, .values = { region, offset }, .bytes = bytes, .size = size
    };

    hw_entry_place(&call, device->response, device->response_size, 1);
    replay_call(device, &call, NULL, 0);
}

static void content_show(ReplayDevice *device)
{
    HwEntry call;

    if (hw_recorded_content(device->instance, device->selected - 1, &call)) {
        replay_call(device, &call, NULL, 0);
    }
    device->selected = 0;
}

/* The devices' own code calls it by hw_watch_begin(), with the input that the entry has. */
static void input_begin(HwWatch *watch, const HwIntake *input)
{
    ReplayDevice *device = (ReplayDevice *)watch;
    HW_ERROR(error, 400);

    replay_take(device->replay);
    device->replay->is_offered = false;
    device->replay->open++;
    if (input->kind == HW_INTAKE_REALIZE) {
        device->shadows = hw_shadows_new(device->instance, &error);
        if (!device->shadows) {
            replay_trouble(device->replay, "%s", error.text);
        }
    }
    device->depth++;
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
}

static void input_end(HwWatch *watch, uint64_t answer)
{
    ReplayDevice *device = (ReplayDevice *)watch;

    if (--device->depth == 0 && device->shadows) {
        hw_shadows_compare(device->shadows, memory_changed, device);
        if (device->selected) {
            content_show(device);
        }
        device->response = NULL;
    }
    replay_returns(device, answer);
    device->replay->open--;
}

static void watch_leave(HwWatch *watch)
{
    (void)watch;
}

/* ---------------------------------------------------------------------------- life */

typedef struct Head {
    const char *cls, *id, *plugin, *version;
} Head;

static Head head_read(const HwEntry *entry)
{
    Head head = { NULL };
    const struct {
        const char *key;
        const char **place;
    } known[] = {
        { "class", &head.cls },
        { "id", &head.id },
        { "plugin", &head.plugin },
        { "version", &head.version },
    };
    const char *key, *value;
    uint32_t at = 0;

    while (hw_entry_pair(entry, &at, &key, &value)) {
        for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
            if (strcmp(known[i].key, key) == 0) {
                *known[i].place = value;
            }
        }
    }
    return head;
}

static bool plugin_is_right(ObReplay *r, const Head *head)
{
    const HwPlugin *plugin = hw_plugin_set_plugin(r->set->set);

    if (!head->plugin || strcmp(head->plugin, plugin->name) != 0) {
        replay_trouble(r, "the recording is of the plugin '%s', expected '%s'",
                       head->plugin ? head->plugin : "", plugin->name);
        return false;
    }
    if (head->version && strcmp(head->version, plugin->version) != 0) {
        g_snprintf(r->result->note, sizeof(r->result->note),
                   "the recording is of version %s of the plugin, this is %s", head->version,
                   plugin->version);
    }
    return true;
}

static bool properties_set(ObReplay *r, HwInstance *instance, const HwEntry *entry)
{
    HW_ERROR(error, 400);
    const char *key, *value;
    uint32_t at = 0;

    while (hw_entry_pair(entry, &at, &key, &value)) {
        if (g_str_has_prefix(key, "property ") &&
            !hw_instance_set(instance, key + strlen("property "), value, &error)) {
            replay_trouble(r, "the device has changed since it was recorded: %s", error.text);
            return false;
        }
    }
    return true;
}

/* Regions have the same numbers and sizes, or accesses would go astray. */
static bool regions_are_same(ObReplay *r, const HwInstance *instance, const HwEntry *entry)
{
    const char *key, *value;
    uint32_t at = 0, count = 0;

    while (hw_entry_pair(entry, &at, &key, &value)) {
        const HwRegionState *region = &instance->regions[count];
        g_autofree char *size = NULL;

        if (!g_str_has_prefix(key, "region ")) {
            continue;
        }
        if (count++ < instance->region_count) {
            size = g_strdup_printf("%" PRIu64, region->enabled ? region->size : 0);
        }
        if (!size || strcmp(size, value) != 0 ||
            strcmp(region->table->name, key + strlen("region ")) != 0) {
            replay_trouble(r,
                           "the device has changed since it was recorded: '%s' has no region '%s' "
                           "of %s bytes there",
                           instance->id, key + strlen("region "), value);
            return false;
        }
    }
    return true;
}

static ReplayDevice *device_new(ObReplay *r, const HwClass *cls, const char *id)
{
    ReplayDevice *device = g_new0(ReplayDevice, 1);

    device->watch = (HwWatch) { input_begin, input_end, watch_leave };
    device->replay = r;
    device->instance = hw_instance_new(&r->set->api, cls, id, device);
    g_assert(device->instance);
    device->instance->output_changed = replay_output_changed;
    device->calls = g_ptr_array_new_with_free_func(g_free);
    device->timers = g_ptr_array_new();
    device->tpms = g_ptr_array_new();
    hw_recorded_watch(device->instance, &device->watch);
    g_ptr_array_add(r->devices, device);
    device->number = r->devices->len;
    return device;
}

void replay_device_come(ObReplay *replay, const HwEntry *entry)
{
    Head head = head_read(entry);
    const HwClass *cls = head.cls ? hw_plugin_set_find(replay->set->set, head.cls) : NULL;
    HW_ERROR(error, 400);
    ReplayDevice *device;

    if (!plugin_is_right(replay, &head)) {
        return;
    }
    if (!cls || !head.id || entry->device != replay->devices->len + 1) {
        replay_trouble(replay, "entry %" PRIu64 ": the plugin has no class '%s'", entry->number,
                       head.cls ? head.cls : "");
        return;
    }
    device = device_new(replay, cls, head.id);
    if (!properties_set(replay, device->instance, entry)) {
        return;
    }
    if (!hw_instance_settle(device->instance, &error)) {
        replay_trouble(replay, "%s", error.text);
    } else if (regions_are_same(replay, device->instance, entry)) {
        replay_take(replay);
    }
}

void replay_device_leave(ReplayDevice *device)
{
    device->replay->devices->pdata[device->number - 1] = NULL;
    hw_watch_leave(&device->instance->watch);
    hw_instance_free(device->instance);
    hw_shadows_free(device->shadows);
    g_ptr_array_foreach(device->timers, (GFunc)(void (*)(void))g_free, NULL);
    g_ptr_array_foreach(device->tpms, (GFunc)(void (*)(void))g_free, NULL);
    g_ptr_array_unref(device->calls);
    g_ptr_array_unref(device->timers);
    g_ptr_array_unref(device->tpms);
    g_free(device);
}
