/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host whose QMP does not fit its own schema fails the test that hears it.  This program is also
 * the host: it says one thing, whatever it is asked.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/client.h"
#include "qtest/client/process/unix-socket.h"

/* ------------------------------------------------------------------------- host */

#define GREETING(package) \
    "{\"QMP\": {\"version\": {\"package\": \"" package "\"}, \"capabilities\": []}}\n"
#define SCHEMA                                                                        \
    "{\"return\": ["                                                                  \
    "{\"name\": \"str\", \"meta-type\": \"builtin\", \"json-type\": \"string\"},"     \
    "{\"name\": \"none\", \"meta-type\": \"object\", \"members\": []},"               \
    "{\"name\": \"Name\", \"meta-type\": \"object\","                                 \
    " \"members\": [{\"name\": \"name\", \"type\": \"str\"}]},"                       \
    "{\"name\": \"query-name\", \"meta-type\": \"command\", \"ret-type\": \"Name\"}," \
    "{\"name\": \"NAMED\", \"meta-type\": \"event\", \"arg-type\": \"Name\"},"        \
    "{\"name\": \"odd\", \"meta-type\": \"command\", \"ret-type\": \"Lost\"}]}\n"

static void qmp_serve(int fd, const char *package, const char *message)
{
    const char *answer = strcmp(package, "outboard") ? GREETING("other") : GREETING("outboard 1");
    FILE *requests = fdopen(fd, "r");
    char line[512];

    while (send(fd, answer, strlen(answer), MSG_NOSIGNAL) > 0 &&
           fgets(line, sizeof(line), requests)) {
        answer = strstr(line, "qmp_capabilities")   ? "{\"return\": {}}\n"
                 : strstr(line, "query-qmp-schema") ? SCHEMA
                                                    : message;
    }
    fclose(requests);
}

/* Connects to both sockets of a client, as our program does. */
static int host_main(int argc, char **argv)
{
    int qtest = -1, qmp = -1;
    char line[64];

    for (int i = 1; i < argc; i++) {
        if (g_str_has_prefix(argv[i], "unix:")) {
            qtest = ob_unix_connect(argv[i] + 5, 0);
        } else if (g_str_has_prefix(argv[i], "socket,path=")) {
            *strrchr(argv[i], ',') = '\0';
            qmp = ob_unix_connect(argv[i] + 12, 0);
        }
    }
    if (qtest < 0 || qmp < 0 || recv(qtest, line, sizeof(line), 0) < 0 ||
        send(qtest, "OK little\n", 10, MSG_NOSIGNAL) < 0) {
        return 1;
    }
    qmp_serve(qmp, argv[2], argv[3]);
    return 0;
}

/* ------------------------------------------------------------------------ tests */

typedef struct Row {
    const char *name;
    const char *package;
    const char *command;
    const char *message; /* without a newline: it is the last one */
    const char *fault;   /* NULL: it fits */
} Row;

#define NOT_FIT(fault) "does not fit query-qmp-schema: " fault
#define REPLY          "{\"return\": {\"name\": \"x\"}}"
#define EVENT(data)    "{\"event\": \"NAMED\"" data "}\n" REPLY

/* clang-format off */
static const Row rows[] = {
    { "whole-reply-fits", "outboard", "query-name", REPLY, NULL },
    { "whole-event-fits", "outboard", "query-name", EVENT(", \"data\": {\"name\": \"y\"}"), NULL },
    { "error-fits", "outboard", "query-name", "{\"error\": {\"desc\": \"no\"}}", NULL },
    { "wrong-type-fails", "outboard", "query-name", "{\"return\": {\"name\": 1}}",
      NOT_FIT("query-name.name: wrong type: 1") },
    { "missing-member-fails", "outboard", "query-name", "{\"return\": {}}",
      NOT_FIT("query-name.name: missing") },
    { "unknown-member-fails", "outboard", "query-name",
      "{\"return\": {\"name\": \"x\", \"age\": 1}}", NOT_FIT("query-name.age: unknown") },
    { "event-without-its-data-fails", "outboard", "query-name", EVENT(""),
      NOT_FIT("NAMED.name: missing") },
    { "event-that-the-schema-lacks-fails", "outboard", "query-name",
      "{\"event\": \"RENAMED\"}\n" REPLY, "query-qmp-schema does not have 'RENAMED'" },
    { "command-that-the-schema-lacks-fails", "outboard", "query-age", REPLY,
      "query-qmp-schema does not have 'query-age'" },
    { "type-that-the-schema-lacks-fails", "outboard", "odd", REPLY,
      NOT_FIT("odd: the schema does not have its type") },
    { "other-hosts-are-not-checked", "other", "query-name", "{\"return\": {}}", NULL },
};
/* clang-format on */

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    *(char **)opaque = g_strdup(report);
}

static const char *own_path;

static void test_row(gconstpointer opaque)
{
    const Row *row = opaque;
    HW_ERROR(error, 1024);
    g_autofree char *message = g_strconcat(row->message, "\n", NULL);
    g_autofree char *quoted = g_shell_quote(message);
    g_autofree char *program = g_strdup_printf("%s --host %s %s", own_path, row->package, quoted);
    ObClient *c = ob_client_start(&(ObStart) { .program = program }, &error);
    g_autofree char *report = NULL;
    json_t *refusal = NULL;

    g_assert_cmpstr(error.text, ==, "");
    ob_client_on_failure(c, keep_report, &report);
    json_decref(ob_client_qmp(c, row->command, NULL, &refusal));
    json_decref(refusal);
    g_assert_cmpint(ob_client_failed(c), ==, row->fault != NULL);
    if (row->fault && !strstr(report, row->fault)) {
        g_assert_cmpstr(report, ==, row->fault);
    }
    ob_client_free(c);
}

int main(int argc, char **argv)
{
    if (argc > 3 && !strcmp(argv[1], "--host")) {
        return host_main(argc, argv);
    }
    g_test_init(&argc, &argv, NULL);
    own_path = argv[0];
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/qmp-check/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
