/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /machine/vcpu-registers: the kernel that -vcpu-registers models. */
#include "qtest/host/qmp/qom/qom.h"

#include <string.h>
#include "qtest/text/json.h"

static json_t *model_get(const ObSystem *system)
{
    return ob_json_text(ob_keyval_get(system->options->vcpus, "model"));
}

static json_t *kernel_get(const ObSystem *system)
{
    return ob_json_text(hw_vcpu_model_kernel(system->vcpus));
}

/* Returns "K4", or "" for the unchanged file. */
static json_t *class_get(const ObSystem *system)
{
    int kernel_class = hw_vcpu_model_class(system->vcpus);

    return kernel_class < 0 ? ob_json_text("") : json_sprintf("K%d", kernel_class);
}

static json_t *vcpus_get(const ObSystem *system)
{
    return json_integer(hw_vcpu_model_vcpus(system->vcpus)->count);
}

static json_t *has_run_get(const ObSystem *system)
{
    HwVcpus *vcpus = hw_vcpu_model_vcpus(system->vcpus);

    return json_boolean(vcpus->has_run(vcpus));
}

static const struct {
    const char *name;
    const char *type;
    json_t *(*get)(const ObSystem *system);
} properties[] = {
    { "model", "str", model_get },      { "kernel", "str", kernel_get },
    { "class", "str", class_get },      { "vcpus", "uint32", vcpus_get },
    { "has-run", "bool", has_run_get },
};

void ob_qom_vcpus_list(json_t *list)
{
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
        json_array_append_new(list,
                              json_pack("{s:o, s:o}", "name", ob_json_text(properties[i].name),
                                        "type", ob_json_text(properties[i].type)));
    }
}

json_t *ob_qom_vcpus_get(const ObSystem *system, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
        if (strcmp(properties[i].name, name) == 0) {
            return properties[i].get(system);
        }
    }
    return NULL;
}
