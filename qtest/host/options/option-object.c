/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -object: QEMU's objects. */
#include "hw-api/device/error.h"
#include "qtest/host/options/object-types.h"
#include "qtest/host/options/option-table.h"

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
    type = ob_object_check(keyval, error);
    if (!type) {
        return false;
    }
    id = ob_keyval_get(keyval, "id");
    if (ob_options_object(options, id)) {
        return hw_error_set(error, "id '%s' is in use by another -object", id);
    }
    g_ptr_array_add(options->objects, keyval);
    return !type->take || type->take(options, keyval, error);
}
