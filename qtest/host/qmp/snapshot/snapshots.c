/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots of the machine, by name. */
#include "qtest/host/migration/migration.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/machine/snapshot/snapshot.h"
#include "qtest/text/json.h"

typedef struct Named {
    ObSnapshot *snapshot;
    ObRunState state;
    bool boot_is_due;
} Named;

static void named_free(gpointer opaque)
{
    Named *named = opaque;

    ob_snapshot_free(named->snapshot);
    g_free(named);
}

static const Named *named_find(ObQmpCall *call)
{
    GHashTable *all = call->system->snapshots;
    const char *name = ob_qmp_string(call, "name");
    const Named *named = all ? g_hash_table_lookup(all, name) : NULL;

    if (!named) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "Snapshot '%s' does not exist", name);
    }
    return named;
}

/* A stream that comes or goes has a part of the machine. */
static bool is_allowed(ObQmpCall *call, const char *command)
{
    if (ob_migration_busy(call->system->migration) ||
        call->system->state == OB_RUNSTATE_INMIGRATE) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "%s not allowed while migrating", command);
        return false;
    }
    return true;
}

/* The old snapshot of the name stays if the new snapshot is refused. */
json_t *ob_qmp_x_snapshot(ObQmpCall *call)
{
    ObSystem *system = call->system;
    ObSnapshot *snapshot;
    Named *named;
    HW_ERROR(error, 480);

    if (!is_allowed(call, "x-snapshot")) {
        return NULL;
    }
    snapshot = ob_snapshot_new(system->host, &error);
    if (!snapshot) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    if (!system->snapshots) {
        system->snapshots = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, named_free);
    }
    named = g_new(Named, 1);
    *named = (Named) { snapshot, system->state, system->boot_is_due };
    g_hash_table_replace(system->snapshots, g_strdup(ob_qmp_string(call, "name")), named);
    return json_object();
}

json_t *ob_qmp_x_restore(ObQmpCall *call)
{
    const Named *named = named_find(call);
    HW_ERROR(error, 480);

    if (!named || !is_allowed(call, "x-restore")) {
        return NULL;
    }
    if (!ob_snapshot_restore(named->snapshot, &error)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
    }
    ob_system_put_back(call->system, named->state, named->boot_is_due);
    return json_pack("{s:I}", "pages", (json_int_t)ob_snapshot_pages(named->snapshot));
}

json_t *ob_qmp_x_snapshot_delete(ObQmpCall *call)
{
    if (!named_find(call)) {
        return NULL;
    }
    g_hash_table_remove(call->system->snapshots, ob_qmp_string(call, "name"));
    return json_object();
}

json_t *ob_qmp_x_query_snapshots(ObQmpCall *call)
{
    GHashTable *all = call->system->snapshots;
    GList *names = all ? g_list_sort(g_hash_table_get_keys(all), (GCompareFunc)strcmp) : NULL;
    json_t *list = json_array();

    for (const GList *at = names; at; at = at->next) {
        json_array_append_new(list, json_pack("{s:o}", "name", ob_json_text(at->data)));
    }
    g_list_free(names);
    return list;
}
