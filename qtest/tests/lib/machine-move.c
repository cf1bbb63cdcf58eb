/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/machine-move.h"

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

ObClient *machine_move(ObClient *c, MachineStart *start, void *opaque)
{
    g_autofree char *path = NULL;
    g_autofree char *out = NULL;
    g_autofree char *in = NULL;

    close(g_file_open_tmp("outboard-XXXXXX", &path, NULL));
    out = g_strdup_printf("exec:cat >%s", path);
    in = g_strdup_printf("exec:cat %s", path);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", out), NULL));
    migration_wait(c);
    ob_client_quit(c);
    c = start(opaque, " -incoming defer");
    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", in), NULL));
    migration_wait(c);
    g_unlink(path);
    return c;
}
