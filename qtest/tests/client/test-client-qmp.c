/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's end of a QMP socket, and hosts that say anything. */
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/transport/qmp.h"

#define GREETING   "{\"QMP\": {\"version\": {\"package\": \"v7.2\"}, \"capabilities\": []}}\n"
#define DONE       "{\"return\": {}}\n"
#define STOP       "{\"event\": \"STOP\", \"data\": {\"number\": 1}}\n"
#define RESUME     "{\"event\": \"RESUME\"}\n"
#define SESSION    "{\"execute\":\"qmp_capabilities\"}\n"
#define STOP_IT    "{\"execute\":\"stop\"}\n"
#define TIMEOUT_MS 30000u

/* The host has heard this (NULL: anything), and then the connection's end. */
static void assert_said(int end, const char *expected)
{
    char said[256] = "";
    ssize_t count = recv(end, said, sizeof(said) - 1, MSG_DONTWAIT);

    if (expected) {
        g_assert_cmpint(count, ==, (ssize_t)strlen(expected));
        g_assert_cmpstr(said, ==, expected);
    }
    if (count > 0) {
        count = recv(end, said, sizeof(said), MSG_DONTWAIT);
    }
    g_assert_cmpint(count, ==, 0);
}

/* Takes steps with a host that says these lines and hangs up.  The caller frees their results. */
static char *steps_with(const char *lines)
{
    static const char *const results[] = {
        [OB_WIRE_OK] = "ok", [OB_WIRE_TIMEOUT] = "timeout", [OB_WIRE_CLOSED] = "closed"
    };
    GString *text = g_string_new(NULL);
    json_t *answer = NULL, *event = NULL;
    ObWireResult result;
    ObQmp qmp;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    g_assert_cmpint(write(ends[1], lines, strlen(lines)), ==, (ssize_t)strlen(lines));
    shutdown(ends[1], SHUT_WR);
    ob_qmp_init(&qmp, ends[0]);
    result = ob_qmp_negotiate(&qmp, TIMEOUT_MS);
    g_string_append_printf(text, "negotiate %s", results[result]);
    if (result == OB_WIRE_OK) {
        result = ob_qmp_execute(&qmp, "{\"execute\":\"stop\"}", &answer, TIMEOUT_MS);
        g_string_append_printf(text, ", execute %s", results[result]);
    }
    if (result == OB_WIRE_OK) {
        g_assert_nonnull(json_object_get(answer, "return"));
        json_decref(answer);
        result = ob_qmp_wait_event(&qmp, "STOP", &event, TIMEOUT_MS);
        g_string_append_printf(text, ", event %s", results[result]);
    }
    if (result == OB_WIRE_OK) {
        g_assert_cmpstr(json_string_value(json_object_get(event, "event")), ==, "STOP");
        json_decref(event);
        result = ob_qmp_wait_event(&qmp, "STOP", &event, TIMEOUT_MS);
        g_string_append_printf(text, ", again %s", results[result]);
    }
    ob_qmp_clear(&qmp);
    assert_said(ends[1], strstr(text->str, "execute") ? SESSION STOP_IT : NULL);
    close(ends[1]);
    return g_string_free(text, FALSE);
}

static const struct Row {
    const char *name, *lines, *steps;
} rows[] = {
    { "events-before-the-answer-are-kept", GREETING DONE RESUME STOP DONE,
      "negotiate ok, execute ok, event ok, again closed" },
    { "events-after-the-answer-are-heard", GREETING DONE DONE RESUME STOP,
      "negotiate ok, execute ok, event ok, again closed" },
    { "events-before-the-session-are-kept", GREETING STOP DONE DONE,
      "negotiate ok, execute ok, event ok, again closed" },
    { "event-that-never-comes", GREETING DONE RESUME DONE RESUME,
      "negotiate ok, execute ok, event closed" },
    { "greeting-that-is-no-json", "hello\n", "negotiate closed" },
    { "greeting-that-is-cut", "{\"QMP\": {}", "negotiate closed" },
    { "no-greeting", "", "negotiate closed" },
    { "no-session", GREETING, "negotiate closed" },
    { "session-that-is-no-json", GREETING "{\n", "negotiate closed" },
    { "answer-that-is-no-json", GREETING DONE "}\n" DONE, "negotiate ok, execute closed" },
    { "answer-that-is-empty", GREETING DONE "\n" DONE, "negotiate ok, execute closed" },
    { "event-that-is-no-json", GREETING DONE DONE "[\n" STOP,
      "negotiate ok, execute ok, event closed" },
};

static void test_row(gconstpointer data)
{
    const struct Row *row = data;
    g_autofree char *steps = steps_with(row->lines);

    g_assert_cmpstr(steps, ==, row->steps);
}

static void event_expect(ObQmp *qmp, ObWireResult expected)
{
    json_t *event = NULL;

    g_assert_cmpint(ob_qmp_wait_event(qmp, "STOP", &event, 0), ==, expected);
    g_assert_cmpstr(json_string_value(json_object_get(event, "event")), ==,
                    expected == OB_WIRE_OK ? "STOP" : NULL);
    json_decref(event);
}

/* A host says these lines and nothing more.  Returns its end, which the caller closes. */
static int qmp_open(ObQmp *qmp, const char *lines)
{
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    g_assert_cmpint(write(ends[1], lines, strlen(lines)), ==, (ssize_t)strlen(lines));
    shutdown(ends[1], SHUT_WR);
    ob_qmp_init(qmp, ends[0]);
    return ends[1];
}

static void qmp_close(ObQmp *qmp, int end)
{
    ob_qmp_clear(qmp);
    close(end);
}

/* The host hangs up while the client awaits something else. */
static void test_event_before_the_end(void)
{
    static const char ours[] = "{\"QMP\": {\"version\": {\"package\": \"outboard 1\"}}}\n";
    g_autofree char *schema = g_strconcat(ours, DONE STOP, NULL);
    json_t *answer = NULL;
    ObQmp qmp;
    int end;

    end = qmp_open(&qmp, STOP);
    g_assert_cmpint(ob_qmp_negotiate(&qmp, TIMEOUT_MS), !=, OB_WIRE_OK);
    event_expect(&qmp, OB_WIRE_OK);
    qmp_close(&qmp, end);
    end = qmp_open(&qmp, schema);
    ob_qmp_negotiate(&qmp, TIMEOUT_MS);
    g_assert_cmpint(ob_qmp_execute(&qmp, "{}", &answer, TIMEOUT_MS), !=, OB_WIRE_OK);
    g_assert_null(answer);
    event_expect(&qmp, OB_WIRE_OK);
    qmp_close(&qmp, end);
}

/* A wait of no time takes what was read before, and reads nothing. */
static void test_no_time(void)
{
    ObQmp qmp;
    int end;

    end = qmp_open(&qmp, RESUME STOP);
    event_expect(&qmp, OB_WIRE_TIMEOUT);
    g_assert_cmpuint(json_array_size(qmp.events), ==, 0);
    qmp_close(&qmp, end);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/client-qmp/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/client-qmp/event-before-the-end-is-kept", test_event_before_the_end);
    g_test_add_func("/client-qmp/no-time-reads-nothing", test_no_time);
    return g_test_run();
}
