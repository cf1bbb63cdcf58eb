/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about CPUs and NUMA nodes. */
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/options/numa.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/qmp/qom/qom.h"
#include "qtest/host/run/nodes.h"
#include "qtest/host/run/objects.h"
#include "qtest/text/json.h"

/* QEMU without KVM has one thread for all CPUs as well. */
json_t *ob_qmp_query_cpus_fast(ObQmpCall *call)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < ob_qom_cpu_count(call->system); i++) {
        g_autofree char *path = ob_qom_cpu_path(i);

        json_array_append_new(list,
                              json_pack("{s:i, s:o, s:i, s:o, s:o}", "cpu-index", (int)i,
                                        "qom-path", ob_json_text(path), "thread-id", (int)getpid(),
                                        "props", ob_qom_cpu_props(call->system, i), "target",
                                        ob_json_text(call->system->options->architecture)));
    }
    return list;
}

/* The last slot comes first, the same as in QEMU, where virt has no slots. */
json_t *ob_qmp_query_hotpluggable_cpus(ObQmpCall *call)
{
    const ObTopology *topology = &call->system->options->topology;
    json_t *list;

    if (!ob_qom_cpu_count(call->system) || topology->is_arm) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "machine does not support hot-plugging CPUs");
    }
    list = json_array();
    for (uint32_t i = topology->maximum; i-- > 0;) {
        g_autofree char *path = ob_qom_cpu_path(i);
        json_t *slot = json_pack("{s:o, s:i, s:o}", "type",
                                 ob_json_text(ob_qom_cpu_type(call->system)), "vcpus-count", 1,
                                 "props", ob_qom_cpu_props(call->system, i));

        if (i < topology->cpus) {
            json_object_set_new(slot, "qom-path", ob_json_text(path));
        }
        json_array_append_new(list, slot);
    }
    return list;
}

/* -------------------------------------------------------------------- set-numa-node */

static void pair_append(GString *text, const char *name, const json_t *value)
{
    g_autofree char *printed = json_is_string(value) ? g_strdup(json_string_value(value))
                                                     : json_dumps(value, JSON_ENCODE_ANY);
    g_auto(GStrv) parts = g_strsplit(printed, ",", 0);
    g_autofree char *escaped = g_strjoinv(",,", parts);

    g_string_append_printf(text, "%s%s=%s", text->len ? "," : "", name, escaped);
}

/* The arguments in the form of -numa; a list is the same key several times. */
static ObKeyval *arguments_flatten(const ObQmpCall *call, HwError *error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *name;
    json_t *value, *element;
    size_t i;

    json_object_foreach(call->arguments, name, value)
    {
        if (!json_is_array(value)) {
            pair_append(text, name, value);
        }
        json_array_foreach(value, i, element)
        {
            pair_append(text, name, element);
        }
    }
    return ob_keyval_new(text->str, NULL, error);
}

static bool memdev_check(const ObSystem *system, const ObKeyval *keyval, HwError *error)
{
    const char *id = ob_keyval_get(keyval, "memdev");
    const ObObject *object = id ? ob_objects_find(system, id) : NULL;

    return !id || (object && object->memory) || hw_error_set(error, "memdev=%s is ambiguous", id);
}

json_t *ob_qmp_set_numa_node(ObQmpCall *call)
{
    ObSystem *system = call->system;
    ObKeyval *keyval;
    bool done;
    HW_ERROR(reason, 512);

    if (!system->preconfig) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "The command is permitted only before the machine has been created");
    }
    if (!ob_host_machine(system->host)->acpi) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "NUMA is not supported by this machine-type");
    }
    keyval = arguments_flatten(call, &reason);
    done = keyval && memdev_check(system, keyval, &reason) &&
           ob_numa_take(system->options->numa, keyval, &reason);
    ob_keyval_free(keyval);
    return done ? json_object() : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
}
