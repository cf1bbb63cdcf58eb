/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about networks. */
#include <string.h>

#include "qtest/host/net/netdev.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

static void pair_append(GString *text, const char *key, const json_t *value)
{
    if (text->len) {
        g_string_append_c(text, ',');
    }
    g_string_append_printf(text, "%s=", key);
    if (json_is_string(value)) {
        for (const char *c = json_string_value(value); *c; c++) {
            g_string_append(text, *c == ',' ? ",," : (char[]) { *c, '\0' });
        }
    } else if (json_is_integer(value)) {
        g_string_append_printf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else {
        g_string_append(text, json_is_true(value) ? "on" : "off");
    }
}

/* The command line's form: members of "addr" have its name in front, and lists of {"str": TEXT}
 * stand for several options.  Returns the name of a member of another form, or NULL. */
static const char *arguments_append(GString *text, const char *prefix, json_t *arguments)
{
    const char *name;
    json_t *value;

    json_object_foreach(arguments, name, value)
    {
        g_autofree char *key = g_strconcat(prefix, name, NULL);
        json_t *element;
        size_t i;

        if (json_is_object(value) && !*prefix) {
            g_autofree char *inner = g_strconcat(name, ".", NULL);

            if (arguments_append(text, inner, value)) {
                return name;
            }
        } else if (json_is_array(value)) {
            json_array_foreach(value, i, element)
            {
                json_t *string = json_object_get(element, "str");

                if (!json_is_string(string)) {
                    return name;
                }
                pair_append(text, key, string);
            }
        } else if (json_is_string(value) || json_is_integer(value) || json_is_boolean(value)) {
            pair_append(text, key, value);
        } else {
            return name;
        }
    }
    return NULL;
}

json_t *ob_qmp_netdev_add(ObQmpCall *call)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *odd = arguments_append(text, "", call->arguments);
    HW_ERROR(reason, 512);
    ObKeyval *values;
    bool added;

    if (odd) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Invalid parameter type for '%s'", odd);
    }
    values = ob_keyval_new(text->str, "type", &reason);
    added = values && ob_netdev_new(call->system->loop, call->system->host, values, &reason);
    ob_keyval_free(values);
    return added ? json_object() : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
}

/* The device stays, without a network, as in QEMU. */
json_t *ob_qmp_netdev_del(ObQmpCall *call)
{
    const char *id = ob_qmp_string(call, "id");
    ObNetdev *netdev = ob_netdev_find(call->system->host, id);

    if (!netdev) {
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", id);
    }
    ob_netdev_remove(call->system->host, netdev);
    return json_object();
}

json_t *ob_qmp_set_link(ObQmpCall *call)
{
    const char *name = ob_qmp_string(call, "name");

    if (!ob_net_set_link(call->system->host, name,
                         json_is_true(json_object_get(call->arguments, "up")))) {
        return ob_qmp_fail(call, OB_QMP_NO_DEVICE, "Device '%s' not found", name);
    }
    return json_object();
}
