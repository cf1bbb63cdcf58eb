/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of QMP and HMP that stand for the user's hands, on a machine without keyboard and mouse.
 * The same table runs on our program and on stock QEMU, which has the same words.
 */
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/text/json.h"

#define KEYS(...)   "send-key", "{'keys': [" __VA_ARGS__ "]}"
#define EVENTS(...) "input-send-event", "{'events': [" __VA_ARGS__ "]}"
#define HMP(line)   "human-monitor-command", "{'command-line': '" line "'}"
#define A           "{'type': 'qcode', 'data': 'a'}"

/* clang-format off */
static const struct {
    const char *path;
    const char *command;
    const char *arguments;
    const char *words; /* the error, or HMP's answer; NULL: an empty answer */
} rows[] = {
    { "send-key/unknown-name", KEYS("{'type': 'qcode', 'data': 'nokey'}"),
      "Parameter 'data' does not accept value 'nokey'" },
    { "send-key/number-that-is-none", KEYS("{'type': 'number', 'data': 'a'}"),
      "Invalid parameter type for 'keys[0].data', expected: integer" },
    { "send-key/name-that-is-none", KEYS("{'type': 'qcode', 'data': 5}"),
      "Invalid parameter type for 'keys[0].data', expected: string" },
    { "send-key/no-data", KEYS(A ", {'type': 'number'}"), "Parameter 'keys[1].data' is missing" },
    { "send-key/unknown-type", KEYS("{'type': 'other', 'data': 'a'}"),
      "Parameter 'type' does not accept value 'other'" },
    { "send-key/no-type", KEYS("{'data': 'a'}"), "Parameter 'keys[0].type' is missing" },
    { "send-key/no-object", KEYS("'a'"), "Invalid parameter type for 'keys[0]', expected: object" },
    { "send-key/more", KEYS("{'type': 'qcode', 'data': 'a', 'more': 1}"),
      "Parameter 'keys[0].more' is unexpected" },
    { "send-key/no-keys", "send-key", "{}", "Parameter 'keys' is missing" },
    { "send-key/number-without-key", KEYS("{'type': 'number', 'data': 99999}"), NULL },
    { "send-key/nobody-takes-it", KEYS(A), NULL },
    { "events/unknown-name", EVENTS("{'type': 'key', 'data': {'down': true, "
                                    "'key': {'type': 'qcode', 'data': 'nokey'}}}"),
      "Parameter 'data' does not accept value 'nokey'" },
    { "events/down-that-is-none", EVENTS("{'type': 'key', 'data': {'down': 1, 'key': " A "}}"),
      "Invalid parameter type for 'events[0].data.down', expected: boolean" },
    { "events/no-down", EVENTS("{'type': 'key', 'data': {'key': " A "}}"),
      "Parameter 'events[0].data.down' is missing" },
    { "events/unknown-button", EVENTS("{'type': 'btn', 'data': {'down': true, 'button': 'none'}}"),
      "Parameter 'button' does not accept value 'none'" },
    { "events/unknown-axis", EVENTS("{'type': 'rel', 'data': {'axis': 'z', 'value': 1}}"),
      "Parameter 'axis' does not accept value 'z'" },
    { "events/unknown-type", EVENTS("{'type': 'sound', 'data': {}}"),
      "Parameter 'type' does not accept value 'sound'" },
    { "events/no-data", EVENTS("{'type': 'key'}"), "Parameter 'events[0].data' is missing" },
    { "events/data-that-is-none", EVENTS("{'type': 'key', 'data': 3}"),
      "Invalid parameter type for 'events[0].data', expected: object" },
    { "events/more", EVENTS("{'type': 'rel', 'data': {'axis': 'x', 'value': 1, 'z': 3}}"),
      "Parameter 'events[0].data.z' is unexpected" },
    { "events/unknown-device", "input-send-event", "{'device': 'none', 'events': []}",
      "Device 'none' not found" },
    { "events/nobody-takes-keys", EVENTS("{'type': 'key', 'data': {'down': true, 'key': " A "}}"),
      "Input handler not found for event type key" },
    { "events/nobody-takes-positions", EVENTS("{'type': 'abs', 'data': {'axis': 'x', 'value': 1}}"),
      "Input handler not found for event type abs" },
    { "events/none", EVENTS(), NULL },
    { "sendkey/unknown-name", HMP("sendkey nokey"), "invalid parameter: nokey\r\n" },
    { "sendkey/unknown-second-name", HMP("sendkey a-nokey"), "invalid parameter: nokey\r\n" },
    { "sendkey/number-that-is-none", HMP("sendkey 0xzz"), "invalid parameter: 0xzz\r\n" },
    { "sendkey/no-name", HMP("sendkey -"), "invalid parameter: \r\n" },
    { "sendkey/number", HMP("sendkey 0x1"), "" },
    { "sendkey/old-name", HMP("sendkey < 5"), "" },
    { "sendkey/no-keys", HMP("sendkey"),
      "sendkey: string expected\r\nTry \"help sendkey\" for more information\r\n" },
    { "sendkey/too-many", HMP("sendkey a-b 5 7"),
      "sendkey: extraneous characters at the end of line\r\n"
      "Try \"help sendkey\" for more information\r\n" },
    { "sendkey/time-that-is-none", HMP("sendkey a x"),
      "invalid char 'x' in expression\r\nTry \"help sendkey\" for more information\r\n" },
    { "mouse/one-axis", HMP("mouse_move 1"),
      "mouse_move: string expected\r\nTry \"help mouse_move\" for more information\r\n" },
    { "mouse/axes-that-are-none", HMP("mouse_move a b"), "" },
    { "mouse/nobody-takes-buttons", HMP("mouse_button 9"), "" },
    { "mouse/no-buttons", HMP("mouse_button"),
      "unexpected end of expression\r\nTry \"help mouse_button\" for more information\r\n" },
    { "mouse/unknown-index", HMP("mouse_set 9"), "Mouse at index '9' not found\r\n" },
    { "mouse/none", HMP("info mice"), "No mouse devices connected\r\n" },
};
/* clang-format on */

static ObClient *client_start(void)
{
    const char *accelerator = g_getenv("OB_ACCELERATOR");
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = accelerator,
                            .arguments = "-machine none -nodefaults" };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);
    json_t *answer;

    g_assert_cmpstr(error.text, ==, "");
    answer = ob_client_qmp(c, "cont", NULL, NULL);
    g_assert_nonnull(answer);
    json_decref(answer);
    return c;
}

static json_t *arguments_of(const char *text)
{
    g_autofree char *quoted = g_strdup(text);
    json_error_t error;
    json_t *arguments = json_loads(g_strdelimit(quoted, "'", '"'), 0, &error);

    if (!arguments) {
        g_error("%s: %s", text, error.text);
    }
    return arguments;
}

/* From 8.0 on QEMU has this word ahead of HMP's errors. */
static const char *words_of(json_t *answer, json_t *failed)
{
    const char *words = failed ? json_string_value(json_object_get(failed, "desc"))
                               : json_string_value(answer);

    return words && g_str_has_prefix(words, "Error: ") ? words + strlen("Error: ") : words;
}

static void test_words(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    ObClient *c = client_start();
    json_t *failed = NULL;
    json_t *answer = ob_client_qmp(c, rows[i].command, arguments_of(rows[i].arguments), &failed);

    g_assert_cmpstr(words_of(answer, failed), ==, rows[i].words);
    json_decref(answer);
    json_decref(failed);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/input-words/", rows[i].path, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_words);
    }
    return g_test_run();
}
