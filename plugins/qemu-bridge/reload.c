/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge's part in a reload.  QEMU's big lock is held, but while files are loaded and unloaded. */
#include "plugins/qemu-bridge/reload.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hw-api/device/error.h"
#include "hw-api/host/reload/reload.h"
#include "hw-api/host/run/running.h"
#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/machine.h"
#include "plugins/qemu-bridge/service/services.h"
#include "plugins/qemu-bridge/types.h"

BridgeReloaded bridge_reloaded;

typedef struct Reload {
    HwPluginSet *set;
    BridgeTypesNext *types;
    HwInstance **instances; /* the oldest first */
    uint32_t count;
    int64_t begin;
    HwReloadResult result;
} Reload;

static int64_t now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* ------------------------------------------------------------- a device's moves */

static void queues_drain(const Reload *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        BridgeDevice *device = s->instances[i]->owner;

        hw_deferred_drain(device->deferred);
    }
}

static void devices_quiesce(void *opaque)
{
    const Reload *s = opaque;

    queues_drain(s);
    for (uint32_t i = 0; i < s->count; i++) {
        hw_instance_quiesce(s->instances[i]);
    }
    queues_drain(s);
}

static void device_leaves(void *opaque, HwInstance *instance)
{
    const BridgeDevice *device = instance->owner;

    (void)opaque;
    hw_deferred_close(device->deferred);
}

static void device_moved(void *opaque, HwInstance *instance, HwDevice *old)
{
    BridgeDevice *device = instance->owner;

    (void)opaque;
    bridge_clock_release(old);
    hw_deferred_free(device->deferred);
    device->deferred = hw_deferred_new(bridge_executor(), instance->dev);
    device->resumed = NULL; /* the next realize asks for it again */
    instance->dev->reserved[0] = old->reserved[0];
    if (device->pci) {
        device->pci->table = instance->cls->table.pci;
    }
}

/* ----------------------------------------------------------------- the devices */

static bool is_leaving(const BridgeDevice *device)
{
    return device->instance->phase != HW_PHASE_REALIZED;
}

/* An unplugged device stays until QEMU's other threads have let go of its memory. */
static const BridgeDevice *device_leaving(void)
{
    const BridgeDevice *device = bridge.devices;

    while (device && !is_leaving(device)) {
        device = device->next;
    }
    return device;
}

static bool devices_are_ready(HwError *error)
{
    const BridgeDevice *leaving = device_leaving();

    if (leaving) {
        drain_call_rcu();
        leaving = device_leaving();
    }
    return !leaving || hw_error_set(error, "'%s' is not realized, expected all devices to be",
                                    leaving->instance->id);
}

static bool may_begin(HwError *error)
{
    if (hw_running.instance) {
        return hw_error_set(error, "'%s' is at work, expected no device to be during a reload",
                            hw_running.instance->id);
    }
    if (bridge_load_is_under_way()) {
        return hw_error_set(error, "a load is under way, expected none during a reload");
    }
    if (bridge_machine_is_migrating()) {
        return hw_error_set(error, "a migration is under way, expected none during a reload");
    }
    return devices_are_ready(error);
}

static bool instances_find(Reload *s, HwError *error)
{
    uint32_t at;

    for (const BridgeDevice *device = bridge.devices; device; device = device->next) {
        s->count++;
    }
    s->instances = calloc(s->count + 1, sizeof(HwInstance *));
    if (!s->instances) {
        return hw_error_set(error, "reload: out of memory");
    }
    at = s->count;
    for (const BridgeDevice *device = bridge.devices; device; device = device->next) {
        s->instances[--at] = device->instance;
    }
    return true;
}

/* ------------------------------------------------------------------- sections */

/* All devices' sections leave and come again, so that they keep their order and numbers. */
static void sections_unregister(const Reload *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        bridge_section_unregister(s->instances[i]->owner);
    }
}

static void sections_register(const Reload *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        BridgeDevice *device = s->instances[i]->owner;

        if (device->instance != s->result.lost) {
            bridge_section_choose(device);
            bridge_section_register(device, NULL);
            bridge_display_attach(device);
        }
        bridge_device_changed(device);
    }
}

/* A file that was refused before any device moved leaves the sections alone. */
static bool has_moved(const Reload *s)
{
    bool moved = false;

    for (uint32_t i = 0; i < s->count; i++) {
        const BridgeDevice *device = s->instances[i]->owner;

        moved |= device->described && device->described != device->instance->dev;
    }
    return moved;
}

/* ------------------------------------------------------------------ the plugin */

/* No other reload comes meanwhile: the main loop waits here. */
static bool set_load(Reload *s, const char *path, HwError *error)
{
    const char *name = hw_plugin_set_plugin(bridge.set)->name;
    bool unlocked = bridge_machine_unlock();

    s->set = hw_plugin_set_load_copy(path[0] ? path : hw_plugin_set_path(bridge.set), bridge.host,
                                     NULL, 0, error);
    bridge_machine_lock(unlocked);
    s->begin = now_ns();
    if (s->set && strcmp(hw_plugin_set_plugin(s->set)->name, name) != 0) {
        return hw_error_set(error, "%s: the plugin is '%s', expected '%s'",
                            hw_plugin_set_path(s->set), hw_plugin_set_plugin(s->set)->name, name);
    }
    return s->set != NULL;
}

static bool devices_exchange(Reload *s, HwError *error)
{
    const HwReloadHost host = { s, devices_quiesce, device_leaves, device_moved };
    bool good = hw_reload(&host, s->instances, s->count, s->set, &s->result, error);

    if (!good && !has_moved(s)) {
        return false;
    }
    sections_unregister(s);
    if (good) {
        bridge_types_exchange(s->types);
        s->types = NULL;
    }
    sections_register(s);
    return good;
}

static void sets_exchange(Reload *s)
{
    HwPluginSet *old = bridge.set;

    bridge_reloaded = (BridgeReloaded) { s->count, now_ns() - s->begin };
    bridge.set = s->set;
    s->set = old;
}

static void reload_end(Reload *s)
{
    bool unlocked;

    if (s->result.is_lost) {
        BridgeDevice *lost = s->result.lost->owner;

        object_unparent(lost->object);
    }
    bridge_types_drop(s->types);
    free(s->instances);
    unlocked = bridge_machine_unlock();
    hw_plugin_set_free(s->set);
    bridge_machine_lock(unlocked);
}

bool bridge_reload(const char *path, HwError *error)
{
    Reload s = { 0 };
    bool good = may_begin(error) && set_load(&s, path, error) && may_begin(error) &&
                instances_find(&s, error);

    if (good) {
        s.types = bridge_types_prepare(s.set, error);
        good = s.types && devices_exchange(&s, error);
    }
    if (good) {
        sets_exchange(&s);
    }
    reload_end(&s);
    return good;
}
