/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/lib/migration-pair.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

ObClient *program_start(const char *arguments)
{
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 1000);
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    return client;
}

void pair_set_up(MigrationPair *f, gconstpointer data)
{
    (void)data;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "x", NULL);
    f->source = program_start(BEACON);
}

void client_end(ObClient *client)
{
    if (client) {
        ob_client_quit(client);
    }
}

void pair_tear_down(MigrationPair *f, gconstpointer data)
{
    (void)data;
    client_end(f->source);
    client_end(f->target);
    unlink(f->path);
    g_assert_cmpint(rmdir(f->directory), ==, 0);
    g_free(f->path);
    g_free(f->directory);
}

void target_start(MigrationPair *f, const char *incoming, const char *more)
{
    g_autofree char *arguments = g_strdup_printf(BEACON "%s -incoming %s", more, incoming);

    f->target = program_start(arguments);
}

void pair_qmp(ObClient *c, const char *command, json_t *arguments)
{
    json_decref(ob_client_qmp(c, command, arguments, NULL));
}

void pair_migrate(ObClient *c, const char *uri)
{
    pair_qmp(c, "migrate", json_pack("{s:s}", "uri", uri));
}

void pair_qmp_refused(ObClient *c, const char *command, json_t *arguments, const char *sentence)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, command, arguments, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, sentence);
    json_decref(error);
}

json_t *migration_query(ObClient *c)
{
    return ob_client_qmp(c, "query-migrate", NULL, NULL);
}

char *migration_status(ObClient *c)
{
    json_t *info = migration_query(c);
    char *status = g_strdup(json_string_value(json_object_get(info, "status")));

    json_decref(info);
    return status;
}

void await_status(ObClient *c, const char *expected)
{
    g_autofree char *status = ob_migration_await(c, expected, DEADLINE_MS);

    g_assert_cmpstr(status, ==, expected);
}

void failure_await(ObClient *c)
{
    await_status(c, "failed");
}

void runstate_expect(ObClient *c, const char *expected)
{
    json_t *info = ob_client_qmp(c, "query-status", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(info, "status")), ==, expected);
    json_decref(info);
}

void reason_expect(ObClient *c, const char *prefix)
{
    json_t *info = migration_query(c);

    g_assert_true(g_str_has_prefix(json_string_value(json_object_get(info, "error-desc")), prefix));
    json_decref(info);
}

void events_on(ObClient *c)
{
    pair_qmp(c, "migrate-set-capabilities",
             json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "events", "state", 1));
}

void event_expect(ObClient *c, const char *status)
{
    json_t *event = ob_client_qmp_event(c, "MIGRATION", DEADLINE_MS);

    g_assert_nonnull(event);
    g_assert_cmpstr(json_string_value(json_object_get(json_object_get(event, "data"), "status")),
                    ==, status);
    json_decref(event);
}

void event_await(ObClient *c, const char *name)
{
    json_t *event = ob_client_qmp_event(c, name, DEADLINE_MS);

    g_assert_nonnull(event);
    json_decref(event);
}

/* Sets values in a device and in RAM. */
void pair_state_make(ObClient *c)
{
    ob_client_writel(c, PAIR_CTRL, 3);
    ob_client_writel(c, PAIR_CTRL, 3);
    ob_client_writel(c, PAIR_PLACE, 0xcafebabe);
}

void pair_state_expect(ObClient *c)
{
    g_assert_cmphex(ob_client_readl(c, PAIR_CTRL), ==, 1);
    g_assert_cmphex(ob_client_readl(c, PAIR_COUNT), ==, 2);
    g_assert_cmphex(ob_client_readl(c, PAIR_PLACE), ==, 0xcafebabe);
}

static int listener_new(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

/* Starts a migration to a peer that reads nothing, and returns the peer's descriptor. */
int migrate_to_nobody(MigrationPair *f)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    int listener = listener_new(f->path);
    int peer;

    ob_client_memset(f->source, 0x100000, 0x5a, LARGE);
    pair_migrate(f->source, uri);
    peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    close(listener);
    g_assert_cmpint(peer, >=, 0);
    return peer;
}
