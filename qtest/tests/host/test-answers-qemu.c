/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that change the program itself: the answers are those of a stock QEMU. */
#include "hw-api/device/error.h"
#include "qtest/client/client.h"

#include <glib/gstdio.h>
#include <string.h>

#define RULES "OB_TEST_RULES" /* in the commands: the path of a file */

/* Names that differ from run to run. */
static bool is_made_up(const json_t *value)
{
    return json_is_string(value) && g_str_has_prefix(json_string_value(value), "#block");
}

/* A name of the form json:{...} has its members in any order. */
static json_t *name_parse(const json_t *value)
{
    return json_is_string(value) && g_str_has_prefix(json_string_value(value), "json:")
               ? json_loads(json_string_value(value) + strlen("json:"), 0, NULL)
               : NULL;
}

static bool values_agree(const json_t *ours, const json_t *theirs);

static bool arrays_agree(const json_t *ours, const json_t *theirs)
{
    for (size_t i = 0; i < json_array_size(ours); i++) {
        if (!values_agree(json_array_get(ours, i), json_array_get(theirs, i))) {
            return false;
        }
    }
    return json_array_size(ours) == json_array_size(theirs);
}

/* test-qmp-releases compares the members' names: each release has some of its own. */
static bool objects_agree(const json_t *ours, const json_t *theirs)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)ours, name, value)
    {
        const json_t *other = json_object_get(theirs, name);

        if (other && !values_agree(value, other)) {
            g_test_message("%s differs", name);
            return false;
        }
    }
    return true;
}

static bool values_agree(const json_t *ours, const json_t *theirs)
{
    json_t *name = name_parse(ours);
    json_t *other = name_parse(theirs);
    bool agree = (is_made_up(ours) && is_made_up(theirs)) ||
                 (name && other          ? json_equal(name, other)
                  : json_is_array(ours)  ? arrays_agree(ours, theirs)
                  : json_is_object(ours) ? objects_agree(ours, theirs)
                                         : json_equal(ours, theirs));

    json_decref(name);
    json_decref(other);
    return agree;
}

/* clang-format off */
#define NULL_NODE "'driver': 'null-co'"
#define COMMAND(name, arguments) "{'execute': '" name "', 'arguments': {" arguments "}}"
#define ADD(name, rest) COMMAND("blockdev-add", "'node-name': '" name "', " rest)
#define DEBUG_NODE(name, image) ADD(name, "'driver': 'blkdebug', 'image': " image)
#define NODES COMMAND("query-named-block-nodes", "'flat': true")
#define CHAINS COMMAND("query-named-block-nodes", "")
static const char *const block_commands[] = {
    ADD("plain", NULL_NODE), ADD("odd", NULL_NODE ", 'size': 4097"),
    ADD("zeroes", NULL_NODE ", 'read-zeroes': true, 'latency-ns': 5"),
    ADD("aio", "'driver': 'null-aio', 'read-only': true"),
    DEBUG_NODE("over", "'plain'"), DEBUG_NODE("over-odd", "'odd'"),
    DEBUG_NODE("ruled", "'plain', 'config': '" RULES "'"),
    DEBUG_NODE("inner", "{" NULL_NODE "}, 'read-only': true"),
    DEBUG_NODE("twice", "{'driver': 'blkdebug', 'node-name': 'once', 'image': 'zeroes'}"),
    NODES, CHAINS, "{'execute': 'x-debug-query-block-graph'}", "{'execute': 'query-block'}",

    /* Refused. */
    ADD("plain", NULL_NODE), ADD("1a", NULL_NODE), ADD("", NULL_NODE),
    ADD("abcdefghijklmnopqrstuvwxyzabcdef", NULL_NODE), COMMAND("blockdev-add", NULL_NODE),
    ADD("a", "'driver': 'nonsense'"), COMMAND("blockdev-add", "'node-name': 'a'"),
    ADD("a", NULL_NODE ", 'size': 9223372036854775807"),
    ADD("a", NULL_NODE ", 'size': 9223372035781033984"),
    ADD("a", NULL_NODE ", 'latency-ns': -1"), ADD("a", NULL_NODE ", 'nonsense': 1"),
    ADD("a", "'driver': 'blkdebug'"), DEBUG_NODE("a", "7"), DEBUG_NODE("a", "'nope'"),
    DEBUG_NODE("a", "{" NULL_NODE ", 'node-name': 'a'}"),
    DEBUG_NODE("a", "{" NULL_NODE ", 'size': 'x'}"),
    COMMAND("blockdev-del", "'node-name': 'plain'"), COMMAND("blockdev-del", "'node-name': 'once'"),
    COMMAND("blockdev-del", "'node-name': 'nope'"),

    COMMAND("blockdev-del", "'node-name': 'twice'"), COMMAND("blockdev-del", "'node-name': 'over'"),
    COMMAND("blockdev-del", "'node-name': 'ruled'"), COMMAND("blockdev-del", "'node-name': 'plain'"),
    NODES, NULL,
};

#define SET(id, name, value) \
    COMMAND("qom-set", "'path': '/objects/" id "', 'property': '" name "', 'value': " value)
#define GET(id, name) COMMAND("qom-get", "'path': '/objects/" id "', 'property': '" name "'")
#define HMP(line) COMMAND("human-monitor-command", "'command-line': '" line "'")
static const char *const filter_commands[] = {
    GET("f", "status"), SET("f", "status", "'off'"), GET("f", "status"),
    SET("f", "status", "'maybe'"), SET("f", "status", "7"), SET("f", "status", "true"),
    GET("f", "status"), SET("f", "status", "'on'"), GET("f", "status"),
    SET("f", "queue", "'rx'"), GET("f", "queue"), SET("f", "queue", "'up'"), SET("f", "queue", "5"),
    SET("f", "nope", "'x'"), SET("nope", "status", "'on'"),
    SET("b", "interval", "5"), GET("b", "interval"), SET("b", "interval", "0"),
    SET("b", "interval", "-5"), SET("b", "interval", "5000000000"), GET("b", "interval"),
    SET("m", "status", "'off'"), SET("r", "status", "'off'"), GET("m", "status"),
    HMP("qom-set /objects/f status off"), HMP("qom-get /objects/f status"),
    HMP("qom-set /objects/b interval 7"), GET("b", "interval"), HMP("qom-set /objects/f status x"),
    HMP("info network"), NULL,
};

static const struct {
    const char *name;
    const char *arguments;
    const char *const *commands;
} subjects[] = {
    { "block-nodes", "-M none -nodefaults", block_commands },
    { "filters",
      "-M none -nodefaults -netdev hubport,hubid=0,id=n -chardev null,id=c -chardev null,id=d "
      "-object filter-dump,id=f,netdev=n,file=/dev/null -object filter-mirror,id=m,netdev=n,outdev=c "
      "-object filter-buffer,id=b,netdev=n,interval=1000,status=off "
      "-object filter-redirector,id=r,netdev=n,outdev=d", filter_commands },
};
/* clang-format on */

static ObClient *program_start(const char *program, const char *arguments, const char *accelerator)
{
    const ObStart start = { .program = program,
                            .arguments = arguments,
                            .accelerator = accelerator };
    HW_ERROR(error, 2000);
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    return client;
}

static void command_compare(ObClient *ours, ObClient *theirs, const char *command)
{
    json_t *our_answer = ob_client_qmp_raw(ours, command);
    json_t *their_answer = ob_client_qmp_raw(theirs, command);
    bool both_fail = json_object_get(our_answer, "error") && json_object_get(their_answer, "error");
    bool both_succeed = json_object_get(our_answer, "return") &&
                        json_object_get(their_answer, "return");

    if (!(both_fail || both_succeed) || !values_agree(our_answer, their_answer)) {
        g_autofree char *our_text = json_dumps(our_answer, JSON_SORT_KEYS);
        g_autofree char *their_text = json_dumps(their_answer, JSON_SORT_KEYS);

        g_test_message("%s", command);
        g_test_message("ours: %s", our_text);
        g_test_message("QEMU: %s", their_text);
        g_test_fail();
    }
    json_decref(our_answer);
    json_decref(their_answer);
}

static void test_answers(gconstpointer data)
{
    guint subject = GPOINTER_TO_UINT(data);
    const char *arguments = subjects[subject].arguments;
    const char *const *commands = subjects[subject].commands;
    g_autofree char *directory = g_dir_make_tmp("outboard-block-XXXXXX", NULL);
    g_autofree char *rules = g_build_filename(directory, "rules", NULL);
    ObClient *ours = program_start(g_getenv("OB_PROGRAM"), arguments, NULL);
    ObClient *theirs = program_start(g_getenv("OB_PEER"), arguments, "tcg");

    g_assert_true(g_file_set_contents(rules, "[inject-error]\nevent = \"read_aio\"\n", -1, NULL));
    for (size_t i = 0; commands[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(commands[i], RULES, 0);
        g_autofree char *command = g_strjoinv(rules, parts);

        command_compare(ours, theirs, command);
    }
    ob_client_quit(ours);
    ob_client_quit(theirs);
    g_unlink(rules);
    g_rmdir(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *path = g_strconcat("/answers-of-qemu/", subjects[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_answers);
    }
    return g_test_run();
}
