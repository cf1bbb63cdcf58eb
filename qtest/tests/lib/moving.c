/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/moving.h"

#include <glib/gstdio.h>
#include <unistd.h>

static void migration_wait(ObClient *c)
{
    bool done = false;

    while (!done) {
        json_t *answer = ob_client_qmp(c, "query-migrate", NULL, NULL);
        const char *status = json_string_value(json_object_get(answer, "status"));

        g_assert_cmpstr(status, !=, "failed");
        done = g_strcmp0(status, "completed") == 0;
        json_decref(answer);
    }
}

static void migrate(ObClient *c, const char *command, const char *program, const char *path)
{
    g_autofree char *uri = g_strconcat(program, path, NULL);

    json_decref(ob_client_qmp(c, command, json_pack("{s:s}", "uri", uri), NULL));
    migration_wait(c);
}

char *moving_save(ObClient *client)
{
    char *path = NULL;

    close(g_file_open_tmp("outboard-XXXXXX", &path, NULL));
    migrate(client, "migrate", "exec:cat >", path);
    ob_client_quit(client);
    return path;
}

void moving_load(ObClient *client, char *path)
{
    migrate(client, "migrate-incoming", "exec:cat ", path);
    g_unlink(path);
    g_free(path);
}
