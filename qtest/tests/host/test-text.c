/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that is not UTF-8, or that a terminal would obey, is made fit.  No member of a reply and
 * no part of a sentence is lost.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/text/json.h"
#include "qtest/text/show.h"

/* -------------------------------------------------------------------- show */

static void shows(const char *text, bool lines, const char *expected)
{
    g_autofree char *shown = ob_text_show(text, lines);

    g_assert_cmpstr(shown, ==, expected);
}

static void test_show_plain(void)
{
    shows("tpm0: caf\xc3\xa9, \xe6\x97\xa5", false, "tpm0: caf\xc3\xa9, \xe6\x97\xa5");
}

static void test_show_controls(void)
{
    shows("a\x1b[31mb\x7f\r", false, "a\\x1b[31mb\\x7f\\x0d");
    shows("\xc2\x9b", false, "\\xc2\\x9b");          /* C1: CSI in one character */
    shows("\xe2\x80\xae", false, "\\xe2\\x80\\xae"); /* turns the direction around */
}

static void test_show_bytes(void)
{
    shows("a\xff"
          "b\xc3",
          false, "a\\xffb\\xc3");
}

static void test_show_lines(void)
{
    shows("a\n\tb", true, "a\n\tb");
    shows("a\n\tb", false, "a\\x0a\\x09b");
}

/* -------------------------------------------------------------------- JSON */

static void test_json_text(void)
{
    json_t *text = ob_json_text("a\xff"
                                "b");

    g_assert_cmpstr(json_string_value(text), ==,
                    "a\xef\xbf\xbd"
                    "b");
    g_assert_null(ob_json_text(NULL));
    json_decref(text);
}

static void test_json_names(void)
{
    json_t *object = json_object();

    ob_json_set(object, "\xff", json_true());
    ob_json_set(object, "\xfe", json_false());
    g_assert_cmpuint(json_object_size(object), ==, 2);
    g_assert_true(json_is_true(json_object_get(object, "\\xff")));
    json_decref(object);
}

/* ----------------------------------------------------------------- program */

#define X   \
    "a\xff" \
    "b"

typedef struct Question {
    const char *path;      /* the test's name */
    const char *arguments; /* for the program, by the shell; $D is a directory */
    const char *request;
    const char *part; /* the answer contains it */
} Question;

/* clang-format off */
static const Question questions[] = {
    { "name", "-name \"" X "\"", "{\"execute\": \"query-name\"}",
      "{\"return\": {\"name\": \"a\\uFFFDb\"}}" },
    { "tpm-state",
      "-machine q35 -tpmdev libtpms,id=t,state=$D/" X " -device tpm-crb,tpmdev=t",
      "{\"execute\": \"query-tpm\"}", "/a\\uFFFDb\"}" },
    { "string-property",
      "-machine q35 -device tpm-crb,id=crb,tpmdev=t -tpmdev libtpms,id=t -name \"" X "\"",
      "{\"execute\": \"qom-get\", \"arguments\": "
      "{\"path\": \"/machine/peripheral/crb\", \"property\": \"tpmdev\"}}",
      "{\"return\": \"t\"}" },
    { "uri", "-machine q35",
      "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"exec\\u009b:x\"}}",
      "unknown migration protocol: exec\\u009B:x" },
};
/* clang-format on */

/* Returns the program's output on both its streams; the program must end with `status`. */
static char *program_says(const char *arguments, const char *requests, int status)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-text-XXXXXX", NULL);
    g_autofree char *command = g_strdup_printf(
        "D=%s; { printf '%%s\\n' '{\"execute\": \"qmp_capabilities\"}'; cat <<'END'\n%s\nEND\n"
        "echo '{\"execute\": \"quit\"}'; } | %s %s -qmp stdio 2>&1; status=$?; rm -r $D; "
        "exit $status",
        directory, requests, g_getenv("OB_HOST_PROGRAM"), arguments);
    const char *argv[] = { "/bin/sh", "-c", command, NULL };
    char *output;
    int end;

    g_assert_true(
        g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, &output, NULL, &end, NULL));
    g_assert_cmpint(end, ==, status << 8);
    return output;
}

static void test_question(gconstpointer data)
{
    const Question *question = data;
    g_autofree char *output = program_says(question->arguments, question->request, 0);

    if (!strstr(output, question->part)) {
        g_test_message("%s", output);
        g_test_fail();
    }
}

static void test_terminal(void)
{
    g_autofree char *output = program_says("-machine \"q35\x1b[31m\xff\"", "", 1);

    g_assert_null(strchr(output, '\x1b'));
    g_assert_nonnull(strstr(output, "unknown machine 'q35\\x1b[31m\\xff'"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/show/printable-text-stays", test_show_plain);
    g_test_add_func("/text/show/control-characters-are-escaped", test_show_controls);
    g_test_add_func("/text/show/bytes-that-are-not-utf-8-are-escaped", test_show_bytes);
    g_test_add_func("/text/show/newlines-stay-in-lines-only", test_show_lines);
    g_test_add_func("/text/json/bytes-that-are-not-utf-8-are-replaced", test_json_text);
    g_test_add_func("/text/json/two-names-stay-two", test_json_names);
    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
        g_autofree char *path = g_strconcat("/text/qmp/", questions[i].path, NULL);

        g_test_add_data_func(path, &questions[i], test_question);
    }
    g_test_add_func("/text/terminal/refused-option-is-escaped", test_terminal);
    return g_test_run();
}
