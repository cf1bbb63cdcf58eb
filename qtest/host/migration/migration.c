/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/migration/migration-internal.h"

#include "qtest/machine/core/ram-block.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "qtest/text/json.h"

#define DOWNTIME_LIMIT 300 /* ms, QEMU's default */

/* clang-format off */
const char *const ob_migration_status_names[] = {
    [OB_MIGRATION_NONE] = "none",
    [OB_MIGRATION_SETUP] = "setup",
    [OB_MIGRATION_ACTIVE] = "active",
    [OB_MIGRATION_CANCELLING] = "cancelling",
    [OB_MIGRATION_CANCELLED] = "cancelled",
    [OB_MIGRATION_COMPLETED] = "completed",
    [OB_MIGRATION_FAILED] = "failed",
    NULL,
};
/* clang-format on */

static void fd_free(gpointer fd)
{
    close(GPOINTER_TO_INT(fd));
}

ObMigration *ob_migration_new(ObSystem *system)
{
    ObMigration *m = g_new0(ObMigration, 1);

    m->system = system;
    m->settings.downtime_limit = DOWNTIME_LIMIT;
    m->fds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, fd_free);
    m->kept = g_byte_array_new();
    return m;
}

void ob_migration_free(ObMigration *migration)
{
    if (migration) {
        ob_migration_send_clear(migration);
        ob_migration_receive_clear(migration);
        ob_migration_close(migration);
        g_byte_array_unref(migration->kept);
        g_hash_table_unref(migration->fds);
        g_free(migration->reason);
        g_free(migration);
    }
}

bool ob_migration_busy(const ObMigration *migration)
{
    return migration->save || (migration->load && !migration->received);
}

bool ob_migration_receives(const ObMigration *migration)
{
    return migration->open && !migration->save;
}

ObMigrationSettings *ob_migration_settings(ObMigration *migration)
{
    return &migration->settings;
}

void ob_migration_set_status(ObMigration *m, ObMigrationStatus status)
{
    m->status = status;
    if (m->settings.events) {
        ob_system_event(m->system, "MIGRATION",
                        json_pack("{s:o}", "status",
                                  ob_json_text(ob_migration_status_names[status])));
    }
}

void ob_migration_set_failed(ObMigration *m, const char *reason)
{
    g_free(m->reason);
    m->reason = g_strdup(reason);
    ob_migration_set_status(m, OB_MIGRATION_FAILED);
}

/* -------------------------------------------------------------- descriptors */

void ob_migration_add_fd(ObMigration *migration, const char *name, int fd)
{
    g_hash_table_replace(migration->fds, g_strdup(name), GINT_TO_POINTER(fd));
}

bool ob_migration_close_fd(ObMigration *migration, const char *name)
{
    return g_hash_table_remove(migration->fds, name);
}

/* A number counts only at start: later it could be any of this program's own descriptors. */
static int fd_inherited(const char *name)
{
    char *end;
    long fd = strtol(name, &end, 10);

    return *name && !*end && fd > STDERR_FILENO && fd < INT_MAX && fcntl((int)fd, F_GETFD) >= 0
               ? (int)fd
               : -1;
}

int ob_migration_take_fd(ObMigration *migration, const char *name)
{
    gpointer key, fd;

    if (!g_hash_table_steal_extended(migration->fds, name, &key, &fd)) {
        return -1;
    }
    g_free(key);
    return GPOINTER_TO_INT(fd);
}

static int fd_find(void *opaque, const char *name)
{
    ObMigration *m = opaque;
    int fd = ob_migration_take_fd(m, name);

    return fd < 0 && m->inherited ? fd_inherited(name) : fd;
}

/* ------------------------------------------------------------------ channel */

bool ob_migration_open(ObMigration *m, const char *uri, ObDirection direction, HwError *error)
{
    m->open = ob_channel_open(&m->channel, uri, direction, fd_find, m, error);
    return m->open;
}

void ob_migration_close(ObMigration *m)
{
    g_clear_pointer(&m->watch, ob_watch_free);
    if (m->open) {
        ob_channel_close(&m->channel);
        m->open = false;
    }
}

/* -------------------------------------------------------------------- query */

/* QEMU's clients refuse the whole reply if one of its members is missing.  No CPU dirties
 * pages here, and this program has neither postcopy nor multifd: those are 0. */
static json_t *ram_query(const ObMigration *m)
{
    static const char *const zeros[] = { "skipped",           "dirty-pages-rate",
                                         "postcopy-requests", "multifd-bytes",
                                         "postcopy-bytes",    "dirty-sync-missed-zero-copy" };
    const ObSaveCounts *counts = &m->counts;
    uint64_t before = m->stopped_at ? m->sent_running : m->sent;
    double seconds = ((m->ended ? m->ended : g_get_monotonic_time()) - m->began) / 1e6;
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        { "transferred", m->sent },
        { "remaining", m->save ? ob_save_remaining(m->save) : 0 },
        { "total", counts->total },
        { "duplicate", counts->zero },
        { "normal", counts->normal },
        { "normal-bytes", counts->normal * OB_RAM_PAGE },
        { "dirty-sync-count", counts->passes },
        { "page-size", OB_RAM_PAGE },
        { "pages-per-second", seconds > 0 ? (uint64_t)(counts->normal / seconds) : 0 },
        { "precopy-bytes", before },
        { "downtime-bytes", m->sent - before },
    };
    json_t *ram = json_pack("{s:f}", "mbps", seconds > 0 ? m->sent * 8 / seconds / 1e6 : 0.0);

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        ob_json_set(ram, numbers[i].name, json_integer((json_int_t)numbers[i].value));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(zeros); i++) {
        ob_json_set(ram, zeros[i], json_integer(0));
    }
    return ram;
}

static json_t *addresses_query(const ObMigration *m)
{
    g_autofree char *port = g_strdup_printf("%u", m->channel.port);

    return json_pack("[{s:o, s:o, s:o}]", "type", ob_json_text("inet"), "host",
                     ob_json_text("127.0.0.1"), "port", ob_json_text(port));
}

json_t *ob_migration_query(const ObMigration *migration)
{
    const ObMigration *m = migration;
    json_t *info = json_pack("{s:o}", "status", ob_json_text(ob_migration_status_names[m->status]));

    if (m->status == OB_MIGRATION_FAILED) {
        json_object_set_new(info, "error-desc", ob_json_text(m->reason));
    }
    if (m->open && m->channel.port) {
        json_object_set_new(info, "socket-address", addresses_query(m));
    }
    if (!m->began) {
        return info;
    }
    json_object_set_new(info, "total-time",
                        json_integer(((m->ended ? m->ended : g_get_monotonic_time()) - m->began) /
                                     1000));
    if (m->status == OB_MIGRATION_COMPLETED) {
        json_object_set_new(info, "downtime", json_integer((m->ended - m->stopped_at) / 1000));
    }
    json_object_set_new(info, "ram", ram_query(m));
    return info;
}
