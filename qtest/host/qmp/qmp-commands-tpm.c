/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about TPMs. */
#include "qtest/host/qmp/qmp-schema.h"

#include <string.h>
#include "qtest/text/json.h"

/* QEMU's name of a class in the enum TpmModel: one name for both forms of its TIS. */
static const char *model_of(const char *name)
{
    return g_strcmp0(name, "tpm-tis-device") == 0 ? "tpm-tis" : name;
}

/* The options of -tpmdev, in the form of QEMU's TpmTypeOptions. */
static json_t *tpm_options(const ObSystem *system, const HwTpmInfo *info)
{
    const ObKeyval *keyval = ob_options_tpmdev(system->options, info->id);
    json_t *data = json_object();

    for (uint32_t i = 0; keyval && i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];

        if (strcmp(option->key, "type") != 0 && strcmp(option->key, "id") != 0) {
            ob_json_set(data, option->key, ob_json_text(option->value));
        }
    }
    return json_pack("{s:o, s:o}", "type", ob_json_text(info->type), "data", data);
}

/* A TPM that no device uses is not shown, the same as in QEMU. */
json_t *ob_qmp_query_tpm(ObQmpCall *call)
{
    HwTpmDrivers *tpms = ob_host_tpms(call->system->host);
    json_t *list = json_array();

    for (uint32_t i = 0; i < hw_tpm_count(tpms); i++) {
        HwTpmInfo info = hw_tpm_info(tpms, i);

        if (info.model) {
            json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", ob_json_text(info.id),
                                                  "model", ob_json_text(model_of(info.model)),
                                                  "options", tpm_options(call->system, &info)));
        }
    }
    return list;
}

/* QEMU's own values, with spaces between and around them.  A client that knows no others must not fail
 * before its user has chosen another. */
static const char qemus_models[] = " tpm-tis tpm-crb tpm-spapr ";
static const char qemus_types[] = " passthrough emulator ";

static bool is_among(const char *words, const char *name)
{
    g_autofree char *word = g_strdup_printf(" %s ", name);

    return strstr(words, word) != NULL;
}

/* True if a TPM of the machine has this type or model. */
static bool is_in_use(const ObSystem *system, const char *name)
{
    HwTpmDrivers *tpms = ob_host_tpms(system->host);

    for (uint32_t i = 0; i < hw_tpm_count(tpms); i++) {
        HwTpmInfo info = hw_tpm_info(tpms, i);

        if (g_strcmp0(info.type, name) == 0 || g_strcmp0(info.model, name) == 0) {
            return true;
        }
    }
    return false;
}

static void value_offer(ObQmpCall *call, json_t *list, const char *qemus, const char *name)
{
    if (is_among(qemus, name) || is_in_use(call->system, name)) {
        json_array_append_new(list, ob_json_text(name));
    }
}

json_t *ob_qmp_query_tpm_models(ObQmpCall *call)
{
    json_t *all = ob_qmp_group_names(call->system->host, HW_GROUP_TPM);
    json_t *list = json_array();
    const json_t *name;
    size_t i;

    json_array_foreach(all, i, name)
    {
        if (g_str_equal(model_of(json_string_value(name)), json_string_value(name))) {
            value_offer(call, list, qemus_models, json_string_value(name));
        }
    }
    json_decref(all);
    return list;
}

json_t *ob_qmp_query_tpm_types(ObQmpCall *call)
{
    json_t *list = json_array();

    for (const char *const *type = ob_qmp_tpm_types; *type; type++) {
        value_offer(call, list, qemus_types, *type);
    }
    return list;
}
