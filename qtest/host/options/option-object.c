/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -object: QEMU's objects. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

const ObObjectType ob_object_types[] = {
    { "monitor-qmp", "chardev=ID[,pretty=on]: speak QMP on a -chardev",
      " chardev pretty close-action ", ob_option_object_monitor },
    { 0 },
};

static const ObObjectType *type_find(const char *name, HwError *error)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (const ObObjectType *type = ob_object_types; type->name; type++) {
        if (strcmp(type->name, name) == 0) {
            return type;
        }
        ob_suggestion_offer(&suggestion, type->name);
    }
    hw_error_set(error, "unknown type '%s'%s", name,
                 suggestion.best ? ob_suggestion_text(&suggestion) : ", see -object help");
    return NULL;
}

static bool keys_check(const ObObjectType *type, const ObKeyval *keyval, HwError *error)
{
    g_autofree char *known = g_strconcat("qom-type id", type->keys, NULL);
    g_auto(GStrv) keys = g_strsplit(g_strchomp(known), " ", 0);
    HW_ERROR(reason, 512);

    return ob_keyval_check(keyval, (const char *const *)keys, &reason) ||
           hw_error_set(error, "%s: %s", type->name, reason.text);
}

bool ob_option_object(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval_or_json(options, argument, "qom-type", error);
    const ObObjectType *type;
    const char *id;

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "qom-type")) {
        return ob_option_show(options, OB_SHOW_OBJECTS, NULL);
    }
    if (!ob_keyval_get(keyval, "qom-type")) {
        return hw_error_set(error, "qom-type= is missing, see -object help");
    }
    type = type_find(ob_keyval_get(keyval, "qom-type"), error);
    if (!type || !ob_option_id(keyval, &id, error) || !keys_check(type, keyval, error)) {
        return false;
    }
    if (ob_options_object(options, id)) {
        return hw_error_set(error, "id '%s' is in use by another -object", id);
    }
    g_ptr_array_add(options->objects, keyval);
    return !type->take || type->take(options, keyval, error);
}
