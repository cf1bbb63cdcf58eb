/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/run/instance-memory.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/machine/pci/pci.h"

#define RAM_SIZE (UINT64_C(2) << 20)

/* ---------------------------------------------------------- all that a guest reaches */

static void regions_find(ObLabTarget *t, HwInstance *instance)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        HwRegionState *region = &instance->regions[i];

        if (region->enabled && region->table->space != HW_SPACE_NONE) {
            g_ptr_array_add(t->regions, region);
            ob_lab_memory_keep(t, region);
            t->has_registers |= region->table->registers.count > 0;
        }
    }
}

static void files_find(ObLabTarget *t, const HwInstance *instance)
{
    const HwFwCfgFiles *files = &instance->cls->table.fw_cfg_files;
    const ObFwCfg *fw_cfg = ob_host_fw_cfg(t->host);

    for (uint32_t i = 0; fw_cfg && i < files->count; i++) {
        const HwFwCfgFile *row = &files->entries[i];
        const ObLabFile file = { row->name, ob_fw_cfg_key(fw_cfg, row->name), row->size };

        if (file.key) {
            g_array_append_val(t->files, file);
        }
    }
}

/* "fw_cfg": a part of the machine. */
static HwInstance *part_find(const ObLabTarget *t, const char *name)
{
    for (guint i = 0; i < t->host->parts->len; i++) {
        HwInstance *part = t->host->parts->pdata[i];

        if (strcmp(part->cls->table.name, name) == 0) {
            return part;
        }
    }
    return NULL;
}

static bool device_add(ObLabTarget *t, const ObLabDevice *device, HwError *error)
{
    HwInstance *instance = part_find(t, device->cls);

    if (!instance) {
        instance = ob_host_add_device(t->host, device->cls, device->options, device->option_count,
                                      error);
    }

    if (!instance) {
        return false;
    }
    g_ptr_array_add(t->devices, instance);
    regions_find(t, instance);
    files_find(t, instance);
    if (instance->pci) {
        g_ptr_array_add(t->functions, instance);
    }
    if (instance->cls->table.gpio && instance->cls->table.gpio->input_count) {
        g_ptr_array_add(t->inputs, instance);
    }
    return true;
}

/* ------------------------------------------------------------------------ its life */

/* Each line has a bit pattern of its own: a change of level adds it or takes it away. */
static void line_changed(void *opaque, uint32_t line, bool level)
{
    ObLabTarget *t = opaque;

    (void)level;
    t->lines ^= ob_lab_line_bits(line);
}

/* The compiler has checked what the loader would: the tables have the host's own layout. */
static bool classes_link(ObLabTarget *t, const HwPlugin *plugin, HwError *error)
{
    t->linked = g_new0(HwClass, plugin->classes.count);
    for (uint32_t i = 0; i < plugin->classes.count; i++) {
        t->linked[i] = (HwClass) { .table = *plugin->classes.entries[i],
                                   .original = plugin->classes.entries[i] };
        if (!ob_host_add_class(t->host, &t->linked[i], error)) {
            return false;
        }
    }
    return true;
}

static bool classes_make(ObLabTarget *t, const ObLabSetup *setup, HwError *error)
{
    return setup->linked ? classes_link(t, setup->linked, error)
                         : ob_host_load_plugins(t->host, setup->set, error);
}

static bool host_make(ObLabTarget *t, const ObLabSetup *setup, HwError *error)
{
    const ObHostConfig config = { .architecture = setup->architecture ? setup->architecture
                                                                      : "x86_64",
                                  .machine = setup->machine,
                                  .ram_size = RAM_SIZE };

    t->host = ob_host_new(&config, error);
    if (!t->host || !classes_make(t, setup, error)) {
        return false;
    }
    t->host->travels_in_no_time = true; /* else a PC's clock would come a second later at times */
    ob_host_observe_irqs(t->host, line_changed, t);
    return !setup->tpm || hw_tpm_add(ob_host_tpms(t->host), setup->tpm, "tpm0", NULL, 0, error);
}

static bool devices_make(ObLabTarget *t, const ObLabSetup *setup, HwError *error)
{
    for (uint32_t i = 0; i < setup->device_count; i++) {
        if (!device_add(t, &setup->devices[i], error)) {
            return false;
        }
    }
    return t->regions->len || t->files->len || t->functions->len || t->inputs->len ||
           hw_error_set(error,
                        "%s has nothing that a guest reaches, expected a region, a file in fw_cfg "
                        "or an input line",
                        setup->devices[0].cls);
}

/* Else each save of the machine would build them again. */
static void tables_build(ObHost *host)
{
    if (ob_host_fw_cfg(host)) {
        ob_fw_cfg_find(ob_host_fw_cfg(host), OB_ACPI_TABLES);
    }
}

static bool snapshot_take(ObLabTarget *t, HwError *error)
{
    t->snapshot = ob_snapshot_new(t->host, error);
    if (t->snapshot) {
        ob_lab_memory_copy(t);
    }
    return t->snapshot != NULL;
}

ObLabTarget *ob_lab_target_new(const ObLabSetup *setup, HwError *error)
{
    ObLabTarget *t = g_new0(ObLabTarget, 1);

    t->devices = g_ptr_array_new();
    t->regions = g_ptr_array_new();
    t->functions = g_ptr_array_new();
    t->inputs = g_ptr_array_new();
    t->files = g_array_new(false, false, sizeof(ObLabFile));
    t->memories = g_array_new(false, false, sizeof(ObLabMemory));
    g_array_set_clear_func(t->memories, ob_lab_memory_clear);
    hw_instance_memory_guard(true);
    if (!host_make(t, setup, error) || !devices_make(t, setup, error) ||
        (t->functions->len && !ob_firmware_boot(t->host, NULL, error))) {
        ob_lab_target_free(t);
        return NULL;
    }
    while (ob_host_poll(t->host)) {}
    tables_build(t->host);
    if (!setup->stays && !snapshot_take(t, error)) {
        ob_lab_target_free(t);
        return NULL;
    }
    return t;
}

void ob_lab_target_free(ObLabTarget *target)
{
    if (!target) {
        return;
    }
    ob_snapshot_free(target->snapshot);
    ob_host_free(target->host);
    g_free(target->linked);
    g_ptr_array_unref(target->devices);
    g_ptr_array_unref(target->regions);
    g_ptr_array_unref(target->functions);
    g_ptr_array_unref(target->inputs);
    g_array_unref(target->files);
    g_array_unref(target->memories);
    g_free(target);
}

static bool is_hidden(const ObLabTarget *t, const HwRegionState *region, HwSpace space,
                      uint64_t address)
{
    const ObRange *range = ob_map_find(&t->host->maps[space], address);

    return !range || range->region != region;
}

bool ob_lab_place(const ObLabTarget *target, const HwRegionState *region, HwSpace *space,
                  uint64_t *address)
{
    bool is_bar = region->table->space == HW_SPACE_BAR;
    bool is_io = region->table->space == HW_SPACE_IO;

    *address = region->address;
    if (is_bar && !region->instance->bar_place(region, address, &is_io)) {
        return false;
    }
    *space = is_io ? HW_SPACE_IO : HW_SPACE_MEMORY;
    return !is_bar || !is_hidden(target, region, *space, *address);
}

static void restore_check(bool good, const HwError *error)
{
    if (!good) {
        fprintf(stderr, "outboard-lab: %s\n", error->text);
        exit(1);
    }
}

void ob_lab_restore(ObLabTarget *target)
{
    HW_ERROR(error, 400);

    restore_check(ob_snapshot_restore(target->snapshot, &error), &error);
}

void ob_lab_restore_around_ram(ObLabTarget *target)
{
    HW_ERROR(error, 400);

    restore_check(ob_snapshot_restore_around_ram(target->snapshot, &error), &error);
}
