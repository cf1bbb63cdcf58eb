/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/help/dump-vmstate.h"

#include "hw-api/device/error.h"
#include "qtest/machine/board.h"
#include "qtest/text/json.h"

#include <errno.h>
#include <stdio.h>

static json_t *state_json(const HwState *state);

static json_t *field_json(const HwStateField *field)
{
    json_t *json = json_pack("{s:o, s:i, s:b, s:i}", "field", ob_json_text(field->name),
                             "version_id", (int)field->since, "field_exists", 0, "size",
                             (int)field->size);

    if (field->count > 1) {
        json_object_set_new(json, "num", json_integer(field->count));
    }
    if (field->part) {
        json_object_set_new(json, "Description", state_json(field->part));
    }
    return json;
}

static json_t *state_json(const HwState *state)
{
    json_t *fields = json_array();
    json_t *subsections = json_array();
    json_t *json = json_pack("{s:o, s:i, s:i, s:o}", "name", ob_json_text(state->name),
                             "version_id", (int)state->version, "minimum_version_id",
                             (int)state->minimum_version, "Fields", fields);

    for (uint32_t i = 0; i < state->fields.count; i++) {
        json_array_append_new(fields, field_json(&state->fields.entries[i]));
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        json_array_append_new(subsections, state_json(&state->subsections.entries[i]));
    }
    if (state->subsections.count) {
        json_object_set(json, "Subsections", subsections);
    }
    json_decref(subsections);
    return json;
}

/* Devices without a state are not in the file, the same as in QEMU. */
static json_t *devices_json(const ObSystem *system)
{
    const ObMachine *machine = ob_host_machine(system->host);
    g_autofree char *name = ob_machine_stream_name(machine, system->options->machine);
    json_t *root = json_pack("{s:{s:o}}", "vmschkmachine", "Name", ob_json_text(name));
    const HwClass *cls;

    for (uint32_t i = 0; (cls = ob_host_class_at(system->host, i)); i++) {
        const HwState *state = cls->table.state;

        if (state) {
            ob_json_set(root, cls->table.name,
                        json_pack("{s:o, s:i, s:i, s:o}", "Name", ob_json_text(cls->table.name),
                                  "version_id", (int)state->version, "minimum_version_id",
                                  (int)state->minimum_version, "Description", state_json(state)));
        }
    }
    return root;
}

bool ob_dump_vmstate(const ObSystem *system, const char *path, HwError *error)
{
    FILE *file = fopen(path, "we");
    json_t *root = file ? devices_json(system) : NULL;
    bool written = root && json_dumpf(root, file, JSON_INDENT(2)) == 0 && fputc('\n', file) >= 0;

    json_decref(root);
    if (file && fclose(file) != 0) {
        written = false;
    }
    return written ||
           hw_error_set(error, "-dump-vmstate: cannot write '%s': %s", path, g_strerror(errno));
}
