/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about migration. */
#include "qtest/host/qmp/migration-channel.h"
#include "qtest/host/qmp/qmp-schema.h"

#include "qtest/host/migration/migration.h"

#include <string.h>
#include "qtest/text/json.h"

json_t *ob_qmp_migrate(ObQmpCall *call)
{
    g_autofree char *uri = ob_migration_uri(call);
    HW_ERROR(error, 512);

    if (!uri) {
        return NULL;
    }
    if (!ob_migration_send(call->system->migration, uri, &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    return json_object();
}

json_t *ob_qmp_migrate_cancel(ObQmpCall *call)
{
    ob_migration_cancel(call->system->migration);
    return json_object();
}

json_t *ob_qmp_migrate_incoming(ObQmpCall *call)
{
    ObSystem *system = call->system;
    json_t *exits = json_object_get(call->arguments, "exit-on-error");
    g_autofree char *uri = ob_migration_uri(call);
    HW_ERROR(error, 512);

    if (!uri) {
        return NULL;
    }

    if (!system->options->incoming) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "'-incoming' was not specified on the command line");
    }
    if (system->state != OB_RUNSTATE_INMIGRATE || ob_migration_receives(system->migration)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "The incoming migration has already been started");
    }
    if (!ob_migration_receive(system->migration, uri, !json_is_false(exits), false, &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    return json_object();
}

json_t *ob_qmp_query_migrate(ObQmpCall *call)
{
    return ob_migration_query(call->system->migration);
}

/* ------------------------------------------------------------- capabilities */

#define EVENTS "events" /* the only capability that can be on */

static bool capability_check(ObQmpCall *call, json_t *entry)
{
    const char *name = json_string_value(json_object_get(entry, "capability"));
    json_t *state = json_object_get(entry, "state");
    const char *const *known = ob_qmp_migration_capabilities;

    if (!name || !json_is_boolean(state) || json_object_size(entry) != 2) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "Invalid parameter 'capabilities', expected "
                           "members capability and state");
    }
    while (*known && strcmp(*known, name) != 0) {
        known++;
    }
    if (!*known) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "Parameter 'capability' does not accept value '%s'", name);
    }
    return !json_is_true(state) || !strcmp(name, EVENTS) ||
           ob_qmp_fail(call, OB_QMP_GENERIC, "Capability '%s' is not offered", name);
}

json_t *ob_qmp_migrate_set_capabilities(ObQmpCall *call)
{
    ObMigrationSettings *settings = ob_migration_settings(call->system->migration);
    json_t *list = json_object_get(call->arguments, "capabilities");
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        if (!capability_check(call, entry)) {
            return NULL;
        }
    }
    json_array_foreach(list, i, entry)
    {
        if (!strcmp(json_string_value(json_object_get(entry, "capability")), EVENTS)) {
            settings->events = json_is_true(json_object_get(entry, "state"));
        }
    }
    return json_object();
}

json_t *ob_qmp_query_migrate_capabilities(ObQmpCall *call)
{
    const ObMigrationSettings *settings = ob_migration_settings(call->system->migration);
    json_t *list = json_array();

    for (const char *const *name = ob_qmp_migration_capabilities; *name; name++) {
        json_array_append_new(list, json_pack("{s:o, s:b}", "capability", ob_json_text(*name),
                                              "state", !strcmp(*name, EVENTS) && settings->events));
    }
    return list;
}

/* --------------------------------------------------------------- parameters */

static bool parameter_set(ObQmpCall *call, const char *name, json_int_t maximum, uint64_t *value)
{
    const json_t *argument = json_object_get(call->arguments, name);
    json_int_t number = json_integer_value(argument);

    if (number < 0 || number > maximum) {
        return ob_qmp_fail(call, OB_QMP_GENERIC,
                           "Parameter '%s' expects an integer in the range "
                           "of 0 to %" JSON_INTEGER_FORMAT,
                           name, maximum);
    }
    if (argument) {
        *value = (uint64_t)number;
    }
    return true;
}

json_t *ob_qmp_migrate_set_parameters(ObQmpCall *call)
{
    ObMigrationSettings *settings = ob_migration_settings(call->system->migration);
    ObMigrationSettings wanted = *settings;

    if (!parameter_set(call, "max-bandwidth", INT64_C(1) << 50, &wanted.max_bandwidth) ||
        !parameter_set(call, "downtime-limit", 2000000, &wanted.downtime_limit)) {
        return NULL;
    }
    *settings = wanted;
    return json_object();
}

json_t *ob_qmp_query_migrate_parameters(ObQmpCall *call)
{
    const ObMigrationSettings *settings = ob_migration_settings(call->system->migration);

    return json_pack("{s:I, s:I}", "max-bandwidth", (json_int_t)settings->max_bandwidth,
                     "downtime-limit", (json_int_t)settings->downtime_limit);
}
