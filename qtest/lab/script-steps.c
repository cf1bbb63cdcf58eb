/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a script as steps: addresses become places in the target's regions. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/lab/script.h"
#include "qtest/machine/core/host-internal.h"

static bool region_find(const ObLabTarget *t, const ObLabCommand *command, ObLabStep *step)
{
    for (guint i = 0; i < t->regions->len && i < OB_LAB_RAM; i++) {
        const HwRegionState *region = t->regions->pdata[i];
        uint64_t width = ob_lab_width(step), address;
        HwSpace space;

        if (ob_lab_place(t, region, &space, &address) && space == command->space &&
            command->offset >= address && command->offset - address < region->size &&
            region->size - (command->offset - address) >= width) {
            step->target = (uint8_t)i;
            step->offset = command->offset - address;
            return true;
        }
    }
    return false;
}

static void place_find(const ObLabTarget *t, const ObLabCommand *command, ObLabStep *step)
{
    uint64_t window = ob_host_machine(t->host)->ram_base + OB_LAB_WINDOW;

    step->offset = command->offset;
    if (command->space == HW_SPACE_IO) {
        step->target = OB_LAB_PORTS;
    } else if (command->offset >= window && command->offset - window < OB_LAB_WINDOW_SIZE - 8) {
        step->target = OB_LAB_RAM;
        step->offset = command->offset - window;
    } else {
        step->target = OB_LAB_MEMORY;
    }
}

static bool unknown(const ObLabCommand *command, const char *what, HwError *error)
{
    return hw_error_set(error, "script: line %u: the machine has no %s '%s'", command->line, what,
                        command->name);
}

static bool file_find(const ObLabTarget *t, const ObLabCommand *command, ObLabStep *step,
                      HwError *error)
{
    for (guint i = 0; i < t->files->len; i++) {
        if (strcmp(g_array_index(t->files, ObLabFile, i).name, command->name) == 0) {
            step->target = (uint8_t)i;
            return true;
        }
    }
    return unknown(command, "file", error);
}

static bool device_find(const GPtrArray *devices, const ObLabCommand *command, const char *what,
                        ObLabStep *step, HwError *error)
{
    for (guint i = 0; i < devices->len; i++) {
        if (strcmp(((const HwInstance *)devices->pdata[i])->id, command->name) == 0) {
            step->target = (uint8_t)i;
            return true;
        }
    }
    return unknown(command, what, error);
}

static bool step_find(const ObLabTarget *t, const ObLabCommand *command, ObLabStep *step,
                      HwError *error)
{
    *step = (ObLabStep) { .op = command->op,
                          .width = command->width,
                          .offset = command->offset,
                          .value = command->value };
    switch (command->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        if (!region_find(t, command, step)) {
            place_find(t, command, step);
        }
        return true;
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        return file_find(t, command, step, error);
    case OB_LAB_CONFIG_WRITE:
    case OB_LAB_CONFIG_READ:
        return device_find(t->functions, command, "PCI function", step, error);
    case OB_LAB_LINE:
        return device_find(t->inputs, command, "device with input lines", step, error);
    default:
        return true;
    }
}

static const HwPlugin *plugin_of(const ObLabTarget *t)
{
    return hw_plugin_set_plugin(t->host->sets->pdata[0]);
}

bool ob_lab_script_is_of_other(const ObLabScript *script, const ObLabTarget *target)
{
    return script->version && strcmp(script->version, plugin_of(target)->version) != 0;
}

static bool set_check(const ObLabScript *script, const ObLabTarget *t, HwError *error)
{
    const HwPlugin *plugin = plugin_of(t);

    return !script->set || strcmp(script->set, plugin->name) == 0 ||
           hw_error_set(error, "script: it is for the plugin '%s', expected '%s'", script->set,
                        plugin->name);
}

bool ob_lab_script_steps(const ObLabScript *script, const ObLabTarget *target, ObLabStep *steps,
                         size_t *count, HwError *error)
{
    guint most = script->commands->len - (script->has_check ? 1 : 0);

    if (!set_check(script, target, error)) {
        return false;
    }
    if (most > OB_LAB_STEPS_MAX) {
        return hw_error_set(error, "script: it has %u steps, expected at most %u", most,
                            OB_LAB_STEPS_MAX);
    }
    for (guint i = 0; i < most; i++) {
        if (!step_find(target, &g_array_index(script->commands, ObLabCommand, i), &steps[i],
                       error)) {
            return false;
        }
    }
    *count = most;
    return true;
}
