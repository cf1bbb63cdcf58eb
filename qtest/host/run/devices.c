/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices and properties by name.  For an unknown name, finds the nearest known name. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/host/options/suggest.h"
#include "qtest/host/run/system.h"
#include "qtest/machine/board.h"

char *ob_system_suggest_class(const ObSystem *system, const char *name)
{
    const HwClass *cls;
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (uint32_t i = 0; (cls = ob_host_class_at(system->host, i)); i++) {
        ob_suggestion_offer(&suggestion, cls->table.name);
    }
    return g_strdup(ob_suggestion_text(&suggestion));
}

static bool property_check(const HwClass *cls, const char *name, HwError *error)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (uint32_t i = 0; i < cls->table.properties.count; i++) {
        const char *known = cls->table.properties.entries[i].name;

        if (strcmp(known, name) == 0) {
            return true;
        }
        ob_suggestion_offer(&suggestion, known);
    }
    return hw_error_set(error, "%s: unknown property '%s'%s", cls->table.name, name,
                        ob_suggestion_text(&suggestion));
}

bool ob_system_check_globals(const ObSystem *system, HwError *error)
{
    const GPtrArray *globals = system->options->globals;
    HW_ERROR(reason, 512);

    for (guint i = 0; i < globals->len; i++) {
        const ObGlobal *global = globals->pdata[i];
        const HwClass *cls = ob_host_find_class(system->host, global->driver);

        if (ob_option_is_machine_global(global)) {
            continue;
        }
        if (!cls) {
            ob_report_warning("-global: %s.%s: not used: this program does not have such a device",
                              global->driver, global->property);
        } else if (!property_check(cls, global->property, &reason)) {
            return hw_error_set(error, "-global: %s", reason.text);
        }
    }
    return true;
}

/* Defaults that changed with a version of QEMU's machines. */
static const struct MachineDefault {
    unsigned major, minor; /* the first version that has it */
    const char *class_name;
    ObOption option;
} machine_defaults[] = {
    { 11, 1, "tpm-crb", { "cap-chunk", "on" } },
};

static bool default_applies(const ObSystem *system, const struct MachineDefault *row,
                            const HwClass *cls)
{
    return !strcmp(row->class_name, cls->table.name) &&
           ob_machine_is_since(system->options->machine, row->major, row->minor) &&
           property_check(cls, row->option.key, NULL);
}

/* The machine's defaults, the class's globals, then the device's own options, which win.  The
 * caller frees the array. */
static ObOption *globals_prepend(const ObSystem *system, const HwClass *cls,
                                 const ObOption *options, uint32_t *count)
{
    const char *class_name = cls->table.name;
    const GPtrArray *globals = system->options->globals;
    ObOption *all = g_new(ObOption, G_N_ELEMENTS(machine_defaults) + globals->len + *count);
    uint32_t found = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(machine_defaults); i++) {
        if (default_applies(system, &machine_defaults[i], cls)) {
            all[found++] = machine_defaults[i].option;
        }
    }
    for (guint i = 0; i < globals->len; i++) {
        const ObGlobal *global = globals->pdata[i];

        if (strcmp(global->driver, class_name) == 0) {
            all[found++] = (ObOption) { global->property, global->value };
        }
    }
    for (uint32_t i = 0; i < *count; i++) {
        all[found + i] = options[i];
    }
    *count += found;
    return all;
}

HwInstance *ob_system_add_device(ObSystem *system, const char *class_name, const ObOption *options,
                                 uint32_t count, HwError *error)
{
    const HwClass *cls = ob_host_find_class(system->host, class_name);
    g_autofree ObOption *all = NULL;

    if (!cls) {
        g_autofree char *suggestion = ob_system_suggest_class(system, class_name);

        hw_error_set(error, "unknown device '%s'%s", class_name, suggestion);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(options[i].key, "id") != 0 && !ob_board_is_bus_option(cls, options[i].key) &&
            !property_check(cls, options[i].key, error)) {
            return NULL;
        }
    }
    all = globals_prepend(system, cls, options, &count);
    return ob_host_add_device(system->host, class_name, all, count, error);
}
