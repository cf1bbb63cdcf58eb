/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reload in a stock QEMU, and streams from one QEMU to another. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qtest/client/drivers/migration.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/reload/qemu/flask-qemu.h"

static void assert_state(ObClient *c, const char *before)
{
    g_autofree char *after = flask_state(c);

    g_assert_cmpstr(after, ==, before);
}

/* Another QEMU, which has the first version, takes the stream of a reloaded one. */
static void test_migration(void)
{
    ObClient *c = flask_qemu_start();
    g_autofree char *all = flask_arguments("");
    g_autofree char *before = NULL;

    outboard_assert_reloaded(flask_qemu_reload(c, "moved"));
    outboard_assert_reloaded(flask_qemu_reload(c, "first"));
    flask_drip_until(c, ob_client_readl(c, flask_at() + FLASK_DROPS) + 1);
    before = flask_state(c);
    c = pci_migrate(c, NULL, NULL, all);
    assert_state(c, before);
    ob_client_quit(c);
}

typedef struct Stream {
    char *path;
    char *state; /* its machine shows this */
    char *bytes;
    gsize size;
} Stream;

static void stream_set_up(Stream *s, gconstpointer data)
{
    ObClient *c = flask_qemu_start();
    g_autofree char *uri = NULL;
    int fd = g_file_open_tmp("outboard-XXXXXX", &s->path, NULL);

    (void)data;
    close(fd);
    uri = g_strdup_printf("exec:cat >%s", s->path);
    s->state = flask_state(c);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
    g_assert_true(g_file_get_contents(s->path, &s->bytes, &s->size, NULL));
}

static void stream_tear_down(Stream *s, gconstpointer data)
{
    (void)data;
    g_unlink(s->path);
    g_free(s->path);
    g_free(s->state);
    g_free(s->bytes);
}

static ObClient *waiting_machine(void)
{
    g_autofree char *all = flask_arguments("-incoming defer");

    return pci_start(all);
}

static void load_begin(ObClient *c, const char *uri)
{
    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri), NULL));
}

/* A stream of the first version comes into a QEMU that was reloaded before. */
static void test_load_after(Stream *s, gconstpointer data)
{
    ObClient *c = waiting_machine();
    g_autofree char *uri = g_strdup_printf("exec:cat %s", s->path);

    (void)data;
    outboard_assert_reloaded(flask_qemu_reload(c, "since"));
    load_begin(c, uri);
    ob_migration_complete(c);
    assert_state(c, s->state);
    outboard_assert_reloaded(flask_qemu_reload(c, "since"));
    assert_state(c, s->state);
    ob_client_quit(c);
}

/* The sender has stopped in the middle.  The load has begun once a reload is refused. */
static void test_during_load(Stream *s, gconstpointer data)
{
    ObClient *c = waiting_machine();
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *uri = g_strdup_printf("unix:%s/load", ob_scratch_path(scratch));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    json_t *error;

    (void)data;
    load_begin(c, uri);
    g_strlcpy(address.sun_path, uri + strlen("unix:"), sizeof(address.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(write(fd, s->bytes, s->size / 2), ==, s->size / 2);
    while (!(error = flask_qemu_reload(c, "moved"))) {
        g_thread_yield();
    }
    outboard_assert_refused(error, "a load is under way, expected none during a reload");
    g_assert_cmpint(write(fd, s->bytes + s->size / 2, s->size - s->size / 2), ==,
                    s->size - s->size / 2);
    close(fd);
    ob_migration_complete(c);
    assert_state(c, s->state);
    outboard_assert_reloaded(flask_qemu_reload(c, "moved"));
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

static void test_during_migration(void)
{
    ObClient *c = flask_qemu_start();
    g_autofree char *last = NULL;

    json_decref(ob_client_qmp(c, "migrate-set-parameters",
                              json_pack("{s:i}", "max-bandwidth", 1000), NULL));
    json_decref(
        ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", "exec:cat >/dev/null"), NULL));
    outboard_assert_refused(flask_qemu_reload(c, "moved"),
                            "a migration is under way, expected none during a reload");
    json_decref(ob_client_qmp(c, "migrate_cancel", NULL, NULL));
    last = ob_migration_await(c, "cancelled", 60000);
    g_assert_cmpstr(last, ==, "cancelled");
    outboard_assert_reloaded(flask_qemu_reload(c, "moved"));
    ob_client_quit(c);
}

#define STREAM_TEST(path, function) \
    g_test_add(path, Stream, NULL, stream_set_up, function, stream_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/reload/qemu/migration-to-a-qemu-without-reload", test_migration);
    STREAM_TEST("/reload/qemu/load-after-it", test_load_after);
    STREAM_TEST("/reload/qemu/refused/during-a-load", test_during_load);
    g_test_add_func("/reload/qemu/refused/during-a-migration", test_during_migration);
    return g_test_run();
}
