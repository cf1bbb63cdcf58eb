/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/lib/machine-move.h"

#include <glib/gstdio.h>
#include <unistd.h>

ObClient *machine_move(ObClient *c, MachineStart *start, void *opaque)
{
    g_autofree char *path = NULL;
    g_autofree char *out = NULL;
    g_autofree char *in = NULL;

    close(g_file_open_tmp("outboard-XXXXXX", &path, NULL));
    out = g_strdup_printf("exec:cat >%s", path);
    in = g_strdup_printf("exec:cat %s", path);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", out), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
    c = start(opaque, " -incoming defer");
    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", in), NULL));
    ob_migration_complete(c);
    g_unlink(path);
    return c;
}

/* ------------------------------------------------------------------ to and fro */

static ObClient *side_start(void *opaque, const char *more)
{
    const MachineSide *side = opaque;
    g_autofree char *arguments = g_strdup_printf("%s %s %s",
                                                 side->ours ? "" : g_getenv("OB_ARGUMENTS"),
                                                 side->arguments, more);
    const ObStart options = { .program = g_getenv(side->ours ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                              .accelerator = side->ours ? NULL : "tcg",
                              .arguments = arguments,
                              .halts = !side->ours };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&options, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

ObClient *machine_side_start(MachineSide *side)
{
    return side_start(side, "");
}

ObClient *machine_side_move(ObClient *c, MachineSide *side)
{
    side->ours = !side->ours;
    return machine_move(c, side_start, side);
}
