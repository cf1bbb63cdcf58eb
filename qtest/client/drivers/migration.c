/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/migration.h"

#include "qtest/client/transport.h"

#define COMPLETE_MS 60000
#define PAUSE_US    500

/* Frees the status before. */
static void status_ask(ObClient *client, char **status, char **reason)
{
    json_t *info = ob_client_qmp(client, "query-migrate", NULL, NULL);

    g_free(*status);
    *status = g_strdup(json_string_value(json_object_get(info, "status")));
    if (reason) {
        *reason = g_strdup(json_string_value(json_object_get(info, "error-desc")));
    }
    json_decref(info);
}

char *ob_migration_await(ObClient *client, const char *wanted, uint32_t timeout_ms)
{
    int64_t deadline = g_get_monotonic_time() + (int64_t)timeout_ms * 1000;
    char *status = NULL;

    status_ask(client, &status, NULL);
    while (g_strcmp0(status, wanted) != 0 && g_strcmp0(status, "failed") != 0 &&
           !ob_client_failed(client) && g_get_monotonic_time() < deadline) {
        g_usleep(PAUSE_US);
        status_ask(client, &status, NULL);
    }
    return status;
}

void ob_migration_complete(ObClient *client)
{
    g_autofree char *status = ob_migration_await(client, "completed", COMPLETE_MS);
    g_autofree char *reason = NULL;

    if (!ob_client_failed(client) && g_strcmp0(status, "completed") != 0) {
        status_ask(client, &status, &reason);
        ob_client_fail(client, "migration: status %s, expected completed: %s",
                       status ? status : "none", reason ? reason : "no reason is given");
    }
}
