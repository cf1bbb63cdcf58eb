/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query-command-line-options: the options, with the properties of -machine. */
#include <string.h>

#include "qtest/host/options/option-table.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

static json_t *parameter(const char *name, bool is_flag)
{
    return json_pack("{s:o, s:o}", "name", ob_json_text(name), "type",
                     ob_json_text(is_flag ? "boolean" : "string"));
}

static json_t *parameters(const char *architecture, const char *option)
{
    json_t *list = json_array();
    const char *name;
    bool is_flag;

    for (uint32_t i = 0;
         !strcmp(option, "machine") && (name = ob_machine_property_at(architecture, i, &is_flag));
         i++) {
        json_array_append_new(list, parameter(name, is_flag));
    }
    return list;
}

json_t *ob_qmp_query_command_line_options(ObQmpCall *call)
{
    const char *wanted = ob_qmp_string(call, "option");
    json_t *list = json_array();

    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row->name && row->argument && (!wanted || !strcmp(row->name, wanted))) {
            json_array_append_new(
                list, json_pack("{s:o, s:o}", "option", ob_json_text(row->name), "parameters",
                                parameters(call->system->options->architecture, row->name)));
        }
    }
    if (wanted && json_array_size(list) == 0) {
        json_decref(list);
        return ob_qmp_fail(call, OB_QMP_GENERIC, "invalid option name: %s", wanted);
    }
    return list;
}
