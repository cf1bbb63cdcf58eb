/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Block nodes, and a blockdev-add whose answer comes later. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qtest/host/io/loop.h"
#include "qtest/tests/host/qmp-peer.h"

#define NEGOTIATE_OOB  "{\"execute\": \"qmp_capabilities\", \"arguments\": {\"enable\": [\"oob\"]}}"
#define DONE           "{\"return\": {}}"
#define NULL_NODE      "\"driver\": \"null-co\""
#define ADD(arguments) EXECUTE("blockdev-add", arguments)
#define DELETE(name)   EXECUTE("blockdev-del", "\"node-name\": \"" name "\"")
#define DEBUG_NODE(name, image) \
    "\"driver\": \"blkdebug\", \"node-name\": \"" name "\", \"image\": " image
#define QUERY_NAME(id) "{\"execute\": \"query-name\", \"id\": " #id "}"
#define PAUSE(id)      "{\"exec-oob\": \"migrate-pause\", \"id\": " #id "}"
#define NO_PAUSE                                                                          \
    "\"class\": \"GenericError\", \"desc\": \"migrate-pause is currently only supported " \
    "during postcopy-active or postcopy-recover state\""

static char *directory;
static char *fifo;
static bool held; /* the session wants no input */

static void hold(void *opaque, bool is_held)
{
    (void)opaque;
    held = is_held;
}

static void files_set_up(Qmp *f, gconstpointer options)
{
    directory = g_dir_make_tmp("outboard-block-XXXXXX", NULL);
    fifo = g_build_filename(directory, "fifo", NULL);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    held = false;
    qmp_set_up_with(f, options ? options : (const char *[]) { NULL });
    ob_qmp_set_hold(f->session, hold);
    forget(f);
}

static void set_up(Qmp *f, gconstpointer data)
{
    (void)data;
    files_set_up(f, NULL);
    say(f, NEGOTIATE_OOB);
    hear(f, DONE);
}

static void tear_down(Qmp *f, gconstpointer data)
{
    qmp_tear_down(f, data);
    g_remove(fifo);
    g_rmdir(directory);
    g_free(fifo);
    g_free(directory);
}

static void fails(Qmp *f, const char *command, const char *sentence)
{
    say(f, command);
    hear_error(f, "GenericError", sentence);
}

static void done(Qmp *f, const char *command)
{
    say(f, command);
    hear(f, DONE);
}

static void run(Qmp *f)
{
    while (ob_loop_iterate(f->system.loop, 0)) {}
}

/* A blkdebug whose rules are in the file. */
static void add_with(Qmp *f, const char *name, const char *path)
{
    g_autofree char *command = g_strdup_printf(
        "{\"execute\": \"blockdev-add\", \"id\": \"%s\", \"arguments\": {\"driver\": \"blkdebug\", "
        "\"node-name\": \"%s\", \"config\": \"%s\", \"image\": {" NULL_NODE "}}}",
        name, name, path);

    say(f, command);
}

/* The other end of the FIFO. */
static void fifo_write(const char *text)
{
    int fd = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
    close(fd);
}

static char *file_write(const char *name, const char *text)
{
    char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

/* ------------------------------------------------------------------ later answers */

static void test_overtaken(Qmp *f, gconstpointer data)
{
    (void)data;
    add_with(f, "slow", fifo);
    say(f, QUERY_NAME(1) "{\"id\": 2}" PAUSE(3));
    hear(f, "{\"error\": {" NO_PAUSE "}, \"id\": 3}");
    hear_nothing(f);
    fifo_write("");
    run(f);
    hear(f, "{\"return\": {}, \"id\": \"slow\"}");
    hear(f, "{\"return\": {}, \"id\": 1}");
    hear(f, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"QMP input lacks member "
            "'execute'\"}, \"id\": 2}");
    hear_nothing(f);
    done(f, DELETE("slow"));
}

/* The second waits among the requests behind the first. */
static void test_two_wait(Qmp *f, gconstpointer data)
{
    (void)data;
    add_with(f, "first", fifo);
    add_with(f, "second", fifo);
    say(f, QUERY_NAME(1));
    fifo_write("");
    run(f);
    hear(f, "{\"return\": {}, \"id\": \"first\"}");
    hear_nothing(f);
    fifo_write("");
    run(f);
    hear(f, "{\"return\": {}, \"id\": \"second\"}");
    hear(f, "{\"return\": {}, \"id\": 1}");
}

static void test_queue_limit(Qmp *f, gconstpointer data)
{
    (void)data;
    add_with(f, "slow", fifo);
    for (int i = 1; i <= 7; i++) {
        say(f, QUERY_NAME(0));
    }
    g_assert_false(held);
    say(f, QUERY_NAME(8) PAUSE(9));
    g_assert_true(held);
    say(f, PAUSE(10));
    hear_nothing(f); /* nothing is read behind the eighth */
    fifo_write("");
    run(f);
    g_assert_false(held);
    hear(f, "{\"return\": {}, \"id\": \"slow\"}");
    for (int i = 1; i <= 7; i++) {
        hear(f, "{\"return\": {}, \"id\": 0}");
    }
    hear(f, "{\"return\": {}, \"id\": 8}");
    hear(f, "{\"error\": {" NO_PAUSE "}, \"id\": 9}");
    hear(f, "{\"error\": {" NO_PAUSE "}, \"id\": 10}");
}

static void plain_set_up(Qmp *f, gconstpointer data)
{
    (void)data;
    files_set_up(f, NULL);
    negotiate(f);
}

/* A peer that has not enabled OOB gets its answers in order. */
static void test_no_oob(Qmp *f, gconstpointer data)
{
    (void)data;
    add_with(f, "slow", fifo);
    g_assert_true(held);
    say(f, QUERY_NAME(1) QUERY_NAME(2));
    hear_nothing(f);
    fifo_write("");
    run(f);
    hear(f, "{\"return\": {}, \"id\": \"slow\"}");
    hear(f, "{\"return\": {}, \"id\": 1}");
    hear(f, "{\"return\": {}, \"id\": 2}");
    g_assert_false(held);
}

/* The command goes on without its peer, whose requests are dropped. */
static void test_peer_gone(Qmp *f, gconstpointer data)
{
    (void)data;
    add_with(f, "slow", fifo);
    for (int i = 0; i < 9; i++) {
        say(f, QUERY_NAME(1));
    }
    ob_qmp_close(f->session);
    g_assert_false(held);
    ob_qmp_open(f->session);
    negotiate(f);
    fifo_write("");
    run(f);
    hear_nothing(f);
    fails(f, ADD(NULL_NODE ", \"node-name\": \"slow\""), "Duplicate nodes with node-name='slow'");
}

/* A name that another command takes meanwhile. */
static void test_name_taken(Qmp *f, gconstpointer data)
{
    (void)data;
    add_with(f, "slow", fifo);
    ob_qmp_close(f->session);
    ob_qmp_open(f->session);
    negotiate(f);
    done(f, ADD(NULL_NODE ", \"node-name\": \"slow\""));
    fifo_write("");
    run(f);
    hear_nothing(f);
    done(f, DELETE("slow"));
    fails(f, DELETE("slow"), "Failed to find node with node-name='slow'");
}

/* tear_down() ends the program. */
static void test_end(Qmp *f, gconstpointer data)
{
    (void)data;
    add_with(f, "slow", fifo);
    say(f, QUERY_NAME(1));
    hear_nothing(f);
}

/* ------------------------------------------------------------------------- files */

static const struct {
    const char *text;
    const char *sentence; /* behind "PATH:" */
} wrong_rules[] = {
    { "[nope]\n", "1: There is no option group 'nope'" },
    { "[set-state]\n", "1: Missing event name for rule" },
    { "\n[inject-error]\nerrno = \"5\"\n", "2: Missing event name for rule" },
    { "[inject-error]\nevent = \"nope\"\n", "1: invalid parameter value: nope" },
    { "[inject-error]\nevent = \"none\"\niotype = \"nope\"\n", "1: invalid parameter value: nope" },
    { "[set-state]\nevent = \"none\"\nstate = \"x\"\n",
      "1: state: invalid value 'x': expected -9223372036854775808 to 9223372036854775807" },
    { "[inject-error]\nevent = \"none\"\nonce = \"x\"\n",
      "1: invalid value 'x': expected on or off" },
    { "event\n", "1: no group begins before this line, expected [GROUP]" },
};

static void test_wrong_rules(Qmp *f, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong_rules); i++) {
        g_autofree char *path = file_write("rules", wrong_rules[i].text);
        g_autofree char *reply = g_strdup_printf(
            "{\"error\": {\"class\": \"GenericError\", \"desc\": \"%s:%s\"}, \"id\": \"a\"}", path,
            wrong_rules[i].sentence);

        add_with(f, "a", path);
        run(f);
        hear(f, reply);
        g_remove(path);
    }
}

static void test_rules(Qmp *f, gconstpointer data)
{
    g_autofree char *path = file_write("rules", "[inject-error]\nevent = \"read_aio\"\n"
                                                "errno = \"5\"\nonce = \"on\"\n"
                                                "[set-state \"b\"]\nevent = \"none\"\n");
    (void)data;
    add_with(f, "a", path);
    run(f);
    hear(f, "{\"return\": {}, \"id\": \"a\"}");
    g_remove(path);
}

static void test_no_file(Qmp *f, gconstpointer data)
{
    (void)data;
    fails(f, ADD(DEBUG_NODE("a", "{" NULL_NODE "}") ", \"config\": \"/nope\""),
          "Could not read blkdebug config file: No such file or directory");
    fails(f, ADD(DEBUG_NODE("a", "{" NULL_NODE "}") ", \"config\": \"/\""),
          "Could not read blkdebug config file: Is a directory");
    add_with(f, "a", "/dev/zero");
    run(f);
    hear(f, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Could not read blkdebug config "
            "file: larger than 1048576 bytes\"}, \"id\": \"a\"}");
}

static void test_file_size(Qmp *f, gconstpointer data)
{
    g_autofree char *lines = g_strnfill((1u << 20) + 1, '\n');
    g_autofree char *larger = file_write("larger", lines);
    g_autofree char *largest = NULL;

    (void)data;
    lines[1u << 20] = '\0';
    largest = file_write("largest", lines);
    add_with(f, "a", largest);
    run(f);
    hear(f, "{\"return\": {}, \"id\": \"a\"}");
    add_with(f, "b", larger);
    run(f);
    hear(f, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Could not read blkdebug config "
            "file: larger than 1048576 bytes\"}, \"id\": \"b\"}");
    g_remove(larger);
    g_remove(largest);
}

/* The file of a node below is read, too. */
static void test_files_below(Qmp *f, gconstpointer data)
{
    g_autofree char *rules = file_write("rules", "");
    g_autofree char *command = g_strdup_printf(
        "{\"execute\": \"blockdev-add\", \"arguments\": {" DEBUG_NODE(
            "a", "{" DEBUG_NODE("b", "{" NULL_NODE "}") ", \"config\": \"%s\"}") ", \"config\": "
                                                                                 "\"%s\"}}",
        fifo, rules);
    (void)data;
    say(f, command);
    run(f);
    hear_nothing(f);
    fifo_write("x");
    run(f);
    g_assert_cmpuint(f->lines->length, ==, 1);
    forget(f);
    say(f, command);
    run(f);
    fifo_write("");
    run(f);
    hear(f, DONE);
    g_remove(rules);
}

/* ------------------------------------------------------------------------- nodes */

static const struct {
    const char *command;
    const char *sentence;
} wrong_commands[] = {
    { ADD("\"driver\": \"qcow2\", \"node-name\": \"a\""),
      "Parameter 'driver' does not accept value 'qcow2'" },
    { ADD("\"node-name\": \"a\""), "Parameter 'driver' is missing" },
    { ADD(NULL_NODE), "'node-name' must be specified for the root node" },
    { ADD(NULL_NODE ", \"node-name\": \"1a\""), "Invalid node-name: '1a'" },
    { ADD(NULL_NODE ", \"node-name\": \"abcdefghijklmnopqrstuvwxyzabcdef\""),
      "Node name too long" },
    { ADD(NULL_NODE ", \"node-name\": \"n\""), "Duplicate nodes with node-name='n'" },
    { ADD(NULL_NODE ", \"node-name\": \"a\", \"size\": -1"),
      "Parameter 'size' expects a non-negative number below 2^64" },
    { ADD(NULL_NODE ", \"node-name\": \"a\", \"size\": 9223372036854775807"),
      "Could not refresh total sector count: File too large" },
    { ADD(NULL_NODE ", \"node-name\": \"a\", \"latency-ns\": -1"), "latency-ns is invalid" },
    { ADD(NULL_NODE ", \"node-name\": \"a\", \"image\": \"n\""),
      "Parameter 'image' is unexpected" },
    { ADD("\"driver\": \"blkdebug\", \"node-name\": \"a\""), "Parameter 'image' is missing" },
    { ADD(DEBUG_NODE("a", "7")), "Invalid parameter type for 'image', expected: BlockdevRef" },
    { ADD(DEBUG_NODE("a", "{\"driver\": \"file\"}")),
      "Parameter 'driver' does not accept value 'file'" },
    { ADD(DEBUG_NODE("a", "{" NULL_NODE ", \"size\": \"x\"}")),
      "Invalid parameter type for 'image.size', expected: integer" },
    { ADD(DEBUG_NODE("a", "\"nope\"")), "Cannot find device='nope' nor node-name='nope'" },
    { ADD(DEBUG_NODE("a", "{" NULL_NODE ", \"node-name\": \"a\"}")),
      "Duplicate nodes with node-name='a'" },
    { ADD(DEBUG_NODE("a", "{" DEBUG_NODE("b", "\"a\"") "}")),
      "Making 'a' a image child of 'b' would create a cycle" },
    { DELETE("nope"), "Failed to find node with node-name='nope'" },
    { DELETE("n"), "Block device n is in use" },
    { DELETE("below"), "Node below is not owned by the monitor" },
};

/* A refused command leaves no node behind. */
static void test_refused(Qmp *f, gconstpointer data)
{
    json_t *before;
    json_t *after;

    (void)data;
    done(f, ADD(NULL_NODE ", \"node-name\": \"n\""));
    done(f, ADD(DEBUG_NODE("above", "\"n\"")));
    done(f, ADD(DEBUG_NODE("other", "{" NULL_NODE ", \"node-name\": \"below\"}")));
    say(f, EXECUTE("query-named-block-nodes", ""));
    before = g_queue_pop_head(f->lines);
    for (size_t i = 0; i < G_N_ELEMENTS(wrong_commands); i++) {
        fails(f, wrong_commands[i].command, wrong_commands[i].sentence);
    }
    say(f, EXECUTE("query-named-block-nodes", ""));
    after = g_queue_pop_head(f->lines);
    g_assert_true(json_equal(before, after));
    g_assert_cmpuint(json_array_size(json_object_get(after, "return")), ==, 4);
    json_decref(before);
    json_decref(after);
}

/* A node lives as long as one above it. */
static void test_delete(Qmp *f, gconstpointer data)
{
    (void)data;
    done(f, ADD(DEBUG_NODE("a", "{" NULL_NODE ", \"node-name\": \"b\"}")));
    done(f, ADD(DEBUG_NODE("c", "\"b\"")));
    done(f, DELETE("a"));
    fails(f, DELETE("b"), "Node b is not owned by the monitor");
    done(f, DELETE("c"));
    fails(f, DELETE("b"), "Failed to find node with node-name='b'");
}

static void test_deep(Qmp *f, gconstpointer data)
{
    (void)data;
    done(f, ADD(NULL_NODE ", \"node-name\": \"n0\""));
    for (int i = 1; i <= 33; i++) {
        g_autofree char *command = g_strdup_printf(
            "{\"execute\": \"blockdev-add\", \"arguments\": {\"driver\": \"blkdebug\", "
            "\"node-name\": \"n%d\", \"image\": \"n%d\"}}",
            i, i - 1);

        say(f, command);
        if (i < 33) {
            hear(f, DONE);
        }
    }
    hear_error(f, "GenericError", "'n33' has 33 nodes below it, expected at most 32");
    say(f, EXECUTE("query-named-block-nodes", ""));
    g_assert_cmpuint(f->lines->length, ==, 1);
    forget(f);
    lives(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define BLOCK_TEST(path, function) g_test_add(path, Qmp, NULL, set_up, function, tear_down)
    BLOCK_TEST("/qmp/later/oob-overtakes-and-others-keep-their-order", test_overtaken);
    BLOCK_TEST("/qmp/later/a-second-slow-command-waits-for-the-first", test_two_wait);
    BLOCK_TEST("/qmp/later/eight-requests-wait-and-no-more-are-read", test_queue_limit);
    g_test_add("/qmp/later/without-oob-nothing-more-is-read", Qmp, NULL, plain_set_up, test_no_oob,
               tear_down);
    BLOCK_TEST("/qmp/later/command-goes-on-when-its-peer-has-gone", test_peer_gone);
    BLOCK_TEST("/qmp/later/name-may-be-taken-meanwhile", test_name_taken);
    BLOCK_TEST("/qmp/later/program-ends-meanwhile", test_end);
    BLOCK_TEST("/block-nodes/wrong-rules-are-refused-with-their-line", test_wrong_rules);
    BLOCK_TEST("/block-nodes/rules-are-read", test_rules);
    BLOCK_TEST("/block-nodes/file-that-is-none-is-refused", test_no_file);
    BLOCK_TEST("/block-nodes/file-of-one-mebibyte-is-the-largest", test_file_size);
    BLOCK_TEST("/block-nodes/files-of-nodes-below-are-read", test_files_below);
    BLOCK_TEST("/block-nodes/refused-command-changes-nothing", test_refused);
    BLOCK_TEST("/block-nodes/node-lives-as-long-as-one-above", test_delete);
    BLOCK_TEST("/block-nodes/chain-has-an-end", test_deep);
    return g_test_run();
}
