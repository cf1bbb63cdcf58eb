/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of a host: how a device joins the machine, and how it leaves. */
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/pci/function.h"
#include "hw-api/host/recording/recorder.h"
#include "hw-api/host/run/gpio.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/lines.h"
#include "qtest/machine/core/sections.h"

static ObDevice *device_at(const ObHost *host, uint32_t index)
{
    return g_ptr_array_index(host->devices, index);
}

HwInstance *ob_host_device_at(const ObHost *host, uint32_t index)
{
    return index < host->devices->len ? device_at(host, index)->instance : NULL;
}

HwInstance *ob_host_find_device(const ObHost *host, const char *id)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_device_at(host, i)); i++) {
        if (!strcmp(instance->id, id)) {
            return instance;
        }
    }
    return NULL;
}

/* ----------------------------------------------------------------------- id */

/* QEMU's rule for identifiers. */
static bool id_is_well_formed(const char *id)
{
    if (!g_ascii_isalpha(id[0])) {
        return false;
    }
    while (*id && (g_ascii_isalnum(*id) || strchr("-._", *id))) {
        id++;
    }
    return *id == '\0';
}

/* Users' ids can't have '#', so numbered ids never clash with them. */
static char *id_default(const ObHost *host, const char *class_name)
{
    char *id = g_strdup(class_name);

    for (uint32_t n = 2; ob_host_find_device(host, id); n++) {
        g_free(id);
        id = g_strdup_printf("%s#%u", class_name, n);
    }
    return id;
}

/* The caller frees the result.  Returns NULL and sets `error` on failure. */
static char *id_choose(const ObHost *host, const char *class_name, const ObOption *options,
                       uint32_t option_count, HwError *error)
{
    const char *id = NULL;

    for (uint32_t i = 0; i < option_count; i++) {
        if (!strcmp(options[i].key, "id")) {
            id = options[i].value;
        }
    }
    if (!id) {
        return id_default(host, class_name);
    }
    if (!id_is_well_formed(id)) {
        hw_error_set(error,
                     "%s: id: '%s' is malformed, expected a letter, then letters, digits, "
                     "'-', '.' and '_'",
                     class_name, id);
        return NULL;
    }
    if (ob_host_find_device(host, id)) {
        hw_error_set(error, "%s: id: '%s' is in use by another device", class_name, id);
        return NULL;
    }
    return g_strdup(id);
}

/* ------------------------------------------------------------------ mapping */

static bool region_map(ObHost *host, HwRegionState *region, HwError *error)
{
    const HwRegion *table = region->table;
    const ObRange range = {
        .start = region->address,
        .size = region->size,
        .load = region->ram,
        .store = table->kind == HW_REGION_RAM ? region->ram : NULL,
        .region = region,
        .block = ob_ram_block_of(region),
        .owner = region->instance->id,
        .name = table->name,
    };

    return !region->enabled || table->space == HW_SPACE_NONE || table->space == HW_SPACE_BAR ||
           ob_map_add(&host->maps[table->space], &range, error);
}

void ob_host_place_region(ObHost *host, HwRegionState *region, uint64_t address)
{
    ob_map_remove(&host->maps[region->table->space], region);
    region->address = address;
    region->enabled = address != OB_NOWHERE;
    region->enabled = region->enabled && region_map(host, region, NULL);
}

/* The memory map marks its own stores; devices mark theirs by hw.guest-memory/1. */
static void region_stored(HwRegionState *region, uint64_t offset, uint64_t size)
{
    ob_ram_block_mark(ob_ram_block_of(region), offset, size);
}

static bool region_add_block(ObHost *host, HwRegionState *region, HwError *error)
{
    char name[HW_BLOCK_NAME_MAX];

    if (!region->enabled || !region->ram) {
        return true;
    }
    region->stored = region_stored;
    if (!ob_block_name(region, name)) {
        ob_ram_add_unsaved(host, region);
        return true;
    }
    if (ob_ram_has(host, name)) {
        return hw_error_set(error, "%s: region '%s': the machine has a RAM block '%s'",
                            region->instance->id, region->table->name, name);
    }
    ob_ram_add(host, name, region->ram, hw_region_ram_size(region), region);
    return true;
}

/* If it returns false, some regions may be mapped already. */
static bool instance_map(ObHost *host, HwInstance *instance, HwError *error)
{
    instance->number = ob_section_next_number(host, instance);
    for (uint32_t i = 0; i < instance->region_count; i++) {
        if (!region_add_block(host, &instance->regions[i], error) ||
            !region_map(host, &instance->regions[i], error)) {
            return false;
        }
    }
    return true;
}

static void device_unmap(ObDevice *device)
{
    HwInstance *instance = device->instance;

    for (uint32_t i = 0; i < instance->region_count; i++) {
        HwRegionState *region = &instance->regions[i];

        if (region->table->space <= HW_SPACE_IO) {
            ob_map_remove(&device->host->maps[region->table->space], region);
        }
        ob_ram_remove(device->host, region);
    }
}

static void instance_observe(const ObHost *host, HwInstance *instance)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        instance->regions[i].observer_opaque = host->observer_opaque;
        instance->regions[i].observer = host->observer;
    }
}

/* --------------------------------------------------------------------- life */

const HwGpioLines *ob_device_lines(const HwDevice *device)
{
    return hw_gpio_lines(hw_instance_of(device));
}

void ob_device_input(const HwDevice *device, uint32_t number, bool level)
{
    hw_gpio_input(hw_instance_of(device), number, level);
}

static void output_changed(HwInstance *instance, uint32_t number, bool level)
{
    const ObHost *host = ob_host_of(instance->dev);

    hw_recorder_output(instance, number, level);
    if (host->output_changed) {
        host->output_changed(host->output_opaque, instance->dev, number, level);
    }
    ob_line_drive(instance->owner, number, level);
}

static ObDevice *device_new(ObHost *host, const HwClass *cls, const char *id, HwError *error)
{
    ObDevice *device = g_new0(ObDevice, 1);

    device->host = host;
    device->instance = hw_instance_new(&host->base.api, cls, id, device);
    if (!device->instance) {
        hw_error_set(error, "%s: no memory for an instance of '%s'", id, cls->table.name);
        g_free(device);
        return NULL;
    }
    device->instance->output_changed = output_changed;
    device->deferred = hw_deferred_new(host->executor, device->instance->dev);
    instance_observe(host, device->instance);
    return device;
}

/* Works at each stage between device_new() and the end. */
void ob_device_free(ObDevice *device)
{
    ObHost *host = device->host;
    HwDevice *dev = device->instance->dev;

    ob_lines_disconnect(device);
    host->wires->device_leaves(device);
    host->wires->function_leaves(device);
    host->wires->target_leaves(device);
    device_unmap(device);
    hw_deferred_close(device->deferred);
    hw_instance_unrealize(device->instance);
    hw_deferred_free(device->deferred);
    ob_clock_release(&host->clock, dev);
    ob_irqs_release(&host->irqs, dev);
    hw_pci_unit_free(device->instance->pci);
    hw_instance_free(device->instance);
    g_free(device->bus_path);
    g_free(device);
}

static bool group_has_room(const ObHost *host, const HwClass *cls, HwError *error)
{
    const char *group = cls->table.at_most_one;
    HwInstance *other;

    for (uint32_t i = 0; (other = ob_host_device_at(host, i)); i++) {
        if (hw_class_is_in_group(other->cls, group)) {
            return hw_error_set(error,
                                "%s: at most one %s device is permitted, '%s' already exists",
                                cls->table.name, group, other->id);
        }
    }
    return true;
}

static bool device_set(ObDevice *device, const ObOption *options, uint32_t option_count,
                       HwError *error)
{
    for (uint32_t i = 0; i < option_count; i++) {
        if (strcmp(options[i].key, "id") &&
            !device->host->wires->is_bus_option(device->instance->cls, options[i].key) &&
            !hw_instance_set(device->instance, options[i].key, options[i].value, error)) {
            return false;
        }
    }
    return true;
}

void ob_host_record(ObHost *host, HwRecorder *recorder)
{
    host->recorder = recorder;
}

static bool recorder_follow(const ObDevice *device, HwError *error)
{
    HwRecorder *recorder = device->host->recorder;

    return !recorder ||
           hw_recorder_follow(recorder, device->instance,
                              ob_host_plugin_of(device->host, device->instance->cls), error);
}

static bool recorder_accepts(const ObDevice *device, HwError *error)
{
    return !device->host->recorder || hw_recorder_accepts(device->host->recorder, error);
}

/* A bus gives a function its place before anything else can fail, as in QEMU. */
static bool device_start(ObDevice *device, const ObOption *options, uint32_t option_count,
                         HwError *error)
{
    const ObWires *wires = device->host->wires;

    return device_set(device, options, option_count, error) &&
           ob_lines_connect(device, options, option_count, error) &&
           (!device->instance->cls->table.pci ||
            wires->function_comes(device, options, option_count, error)) &&
           (!device->instance->cls->table.i2c ||
            wires->target_comes(device, options, option_count, error)) &&
           ob_device_place(device, error) && recorder_follow(device, error) &&
           hw_instance_realize(device->instance, error) && recorder_accepts(device, error) &&
           instance_map(device->host, device->instance, error) &&
           wires->device_comes(device, error);
}

HwInstance *ob_host_add_device(ObHost *host, const char *class_name, const ObOption *options,
                               uint32_t option_count, HwError *error)
{
    const HwClass *cls = ob_host_find_class(host, class_name);
    ObDevice *device = NULL;
    char *id;

    if (!cls) {
        hw_error_set(error, "device: class '%s' is unknown", class_name);
        return NULL;
    }
    id = id_choose(host, class_name, options, option_count, error);
    if (id && group_has_room(host, cls, error)) {
        device = device_new(host, cls, id, error);
    }
    g_free(id);
    if (!device) {
        return NULL;
    }
    if (!device_start(device, options, option_count, error)) {
        ob_device_free(device);
        return NULL;
    }
    g_ptr_array_add(host->devices, device);
    host->changes++;
    ob_instance_reset(device->instance);
    if (device->instance->pci) {
        host->wires->function_plugged(device);
    }
    host->wires->devices_changed(host);
    return device->instance;
}

void ob_host_remove_device(ObHost *host, HwInstance *instance)
{
    ObDevice *below;

    while ((below = host->wires->device_below(instance->owner))) {
        ob_host_remove_device(host, below->instance);
    }
    host->changes++;
    g_ptr_array_remove(host->devices, instance->owner);
    ob_device_free(instance->owner);
    host->wires->devices_changed(host);
}

/* ----------------------------------------------------------------- hot plug */

void ob_host_set_hot(ObHost *host)
{
    host->is_hot = true;
}

void ob_host_observe_removals(ObHost *host, void (*gone)(void *opaque, HwInstance *instance),
                              void *opaque)
{
    host->gone = gone;
    host->gone_opaque = opaque;
}

static void device_end(ObHost *host, ObDevice *device)
{
    if (host->gone) {
        host->gone(host->gone_opaque, device->instance);
    }
    ob_host_remove_device(host, device->instance);
}

void ob_host_remove_left(ObHost *host)
{
    if (!host->has_left || host->saves) {
        return;
    }
    host->has_left = false;
    for (uint32_t i = host->devices->len; i-- > 0;) { /* functions before their bridges */
        if (device_at(host, i)->is_left) {
            device_end(host, device_at(host, i));
        }
    }
}

bool ob_host_unplug(ObHost *host, HwInstance *instance, HwError *error)
{
    ObDevice *device = instance->owner;
    ObRemoval removal = OB_REMOVAL_DONE;

    if (device->is_left || host->clock.now < device->asked_until) {
        return hw_error_set(error, "Device %s is already in the process of unplug", instance->id);
    }
    if (instance->pci) {
        removal = host->wires->function_unplug(device, error);
    }
    if (removal == OB_REMOVAL_DONE) {
        device_end(host, device);
    }
    ob_host_remove_left(host);
    return removal != OB_REMOVAL_REFUSED;
}

bool ob_host_add_part(ObHost *host, HwInstance *instance, HwError *error)
{
    g_ptr_array_add(host->parts, instance);
    instance_observe(host, instance);
    if (!hw_instance_realize(instance, error) || !instance_map(host, instance, error)) {
        return false;
    }
    hw_instance_reset(instance);
    return true;
}

void ob_host_remove_part(ObHost *host, HwInstance *instance)
{
    g_ptr_array_remove(host->parts, instance);
}

/* -------------------------------------------------------------- all of them */

HwInstance *ob_host_part_at(const ObHost *host, uint32_t index)
{
    return index < host->parts->len ? g_ptr_array_index(host->parts, index) : NULL;
}

HwInstance *ob_host_instance_at(const ObHost *host, uint32_t index)
{
    return index < host->parts->len ? ob_host_part_at(host, index)
                                    : ob_host_device_at(host, index - host->parts->len);
}

void ob_host_observe_accesses(ObHost *host, HwAccessObserver *observer, void *opaque)
{
    HwInstance *instance;

    host->observer = observer;
    host->observer_opaque = opaque;
    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        instance_observe(host, instance);
    }
}

void ob_instance_reset(HwInstance *instance)
{
    if (instance->pci) {
        hw_pci_unit_reset(instance->pci);
    } else {
        hw_instance_reset(instance);
    }
}

void ob_host_reset(ObHost *host)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        ob_instance_reset(instance);
    }
    host->wires->devices_changed(host);
}

/* Work that ends may start more work in other devices' hooks.  So all queues are drained
 * before the hooks, and again for the work that the hooks have posted. */
static void queues_drain(ObHost *host)
{
    for (uint32_t i = 0; i < host->devices->len; i++) {
        hw_deferred_drain(device_at(host, i)->deferred);
    }
}

void ob_host_quiesce(ObHost *host)
{
    HwInstance *instance;

    queues_drain(host);
    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        hw_instance_quiesce(instance);
    }
    queues_drain(host);
}
