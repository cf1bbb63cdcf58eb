/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/migration/clock-round-trip.h"

#include "hw-api/device/bytes.h"
#include "qtest/tests/lib/stream-files.h"

static void machine_save(ObClient *client, const char *path)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);

    json_decref(ob_client_qmp(client, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(client);
}

/* The clock in a stored stream, ns. */
static int64_t clock_of(const char *path)
{
    g_autoptr(GByteArray) stream = NULL;
    char *text;
    gsize size;

    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    stream = g_byte_array_new_take((guint8 *)text, size);
    return (int64_t)hw_load_be64(stream->data +
                                 stream_find(stream, 0, "\5timer\0\0\0\0\0\0\0\2", 14) + 30);
}

static ObClient *clock_start(QemuPair *f, const char *environment, bool incoming)
{
    g_autofree char *from = incoming ? g_strdup_printf("-incoming 'exec:cat %s'", f->path)
                                     : g_strdup("");
    g_autofree char *arguments = g_strdup_printf("-M %s -m 16M -nodefaults %s %s", f->board,
                                                 g_str_has_prefix(environment, "OB_QEMU")
                                                     ? "-net none -monitor none"
                                                     : "",
                                                 from);
    ObClient *client = client_start(f, environment, arguments);

    if (incoming) {
        ob_migration_complete(client);
    }
    return client;
}

void clock_round_trip(QemuPair *f, gconstpointer data)
{
    const int64_t step = INT64_C(7000000000);
    ObClient *origin, *here, *back;
    int64_t clock;

    (void)data;
    if (!has_qemu()) {
        return;
    }
    origin = clock_start(f, "OB_QEMU", false);
    json_decref(ob_client_qmp(origin, "cont", NULL, NULL));
    json_decref(ob_client_qmp(origin, "stop", NULL, NULL));
    machine_save(origin, f->path);
    clock = clock_of(f->path);
    g_assert_cmpint(clock, >, 0);
    here = clock_start(f, "OB_PROGRAM", true);
    g_assert_cmpint(ob_client_clock_step(here, step), ==, clock + step);
    machine_save(here, f->path);
    g_assert_cmpint(clock_of(f->path), ==, clock + step);
    back = clock_start(f, "OB_QEMU", true);
    machine_save(back, f->path);
    g_assert_cmpint(clock_of(f->path), ==, clock + step);
}
