/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices and properties by name.  For an unknown name, finds the nearest known name. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"
#include "qtest/host/run/system.h"

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

HwInstance *ob_system_add_device(ObSystem *system, const char *class_name, const ObOption *options,
                                 uint32_t count, HwError *error)
{
    const HwClass *cls = ob_host_find_class(system->host, class_name);

    if (!cls) {
        g_autofree char *suggestion = ob_system_suggest_class(system, class_name);

        hw_error_set(error, "unknown device '%s'%s", class_name, suggestion);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(options[i].key, "id") != 0 && !property_check(cls, options[i].key, error)) {
            return NULL;
        }
    }
    return ob_host_add_device(system->host, class_name, options, count, error);
}
