/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's monitor for people, by human-monitor-command and as a session. */
#include <string.h>

#include "qtest/host/io/loop.h"
#include "qtest/host/qmp/hmp.h"
#include "qtest/tests/host/qmp-peer.h"

static const char *const guid = "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87";

static void set_up(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-device",
                                          "vmgenid,id=vg,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87",
                                          NULL });
}

#define TEST(path, function) g_test_add(path, Qmp, NULL, set_up, function, qmp_tear_down)

static void answers(Qmp *f, const char *line, const char *expected)
{
    g_autofree char *text = ob_hmp_execute(&f->system, line);

    g_assert_cmpstr(text, ==, expected);
}

static void tells(Qmp *f, const char *line, const char *part)
{
    g_autofree char *text = ob_hmp_execute(&f->system, line);

    if (!strstr(text, part)) {
        g_test_message("%s: %s", line, text);
    }
    g_assert_nonnull(strstr(text, part));
}

/* ---------------------------------------------------------------- by table */

typedef struct Row {
    const char *path;
    const char *line;
    const char *answer;
} Row;

/* QEMU 7.2's texts, except where this program has no such thing. */
static const Row rows[] = {
    { "unknown", "foo bar", "unknown command: 'foo'\r\n" },
    { "unknown-info", "info foo", "unknown command: 'info foo'\r\n" },
    { "empty", "", "" },
    { "blanks", "  \t", "" },
    { "blanks-around", "  info   numa  ", "0 nodes\r\n" },
    { "help-unknown", "help nix", "" },
    { "help", "help stop", "stop|s  -- stop emulation\r\n" },
    { "help-second-name", "help q", "quit|q  -- quit the emulator\r\n" },
    { "extra", "stop now",
      "stop|s: extraneous characters at the end of line\r\n"
      "Try \"help stop\" for more information\r\n" },
    { "argument-missing", "device_del",
      "device_del: string expected\r\nTry \"help device_del\" for more information\r\n" },
    { "quote-open", "device_del \"x",
      "unterminated string\r\nTry \"help device_del\" for more information\r\n" },
    { "quoted", "device_del \"a \\\"b\"", "Error: Device 'a \"b' not found\r\n" },
    { "flag-unknown", "info mtree -q",
      "mtree: unsupported option -q\r\nTry \"help mtree\" for more information\r\n" },
    { "version", "info version", "7.2.0outboard " OB_TEST_VERSION "\r\n" },
    { "status", "info status", "VM status: running\r\n" },
    { "uuid", "info uuid", "00000000-0000-0000-0000-000000000000\r\n" },
    { "name-without", "info name", "" },
    { "tpm-without", "info tpm", "" },
    { "migrate-before", "info migrate", "" },
    { "registers", "info registers", "No CPU available\r\n" },
    { "x", "x /4x 0", "No CPU available\r\n" },
    { "vm-generation-id", "info vm-generation-id", "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87\r\n" },
    { "device-add-unknown", "device_add foo", "Error: 'foo' is not a valid device model name\r\n" },
    { "device-add-bad-text",
      "device_add =", "Error: a property has no name: '', expected NAME=VALUE\r\n" },
    { "vnc-without", "info vnc", "None\r\n" },
    { "screendump-without-screen", "screendump x",
      "Error: There is no console to take a screendump from\r\n" },
    { "screendump-unknown-device", "screendump x -f png nix 1",
      "Error: Device 'nix' not found\r\n" },
    { "screendump-device-without-screen", "screendump x vg",
      "Error: Device 'vg' (head 0) is not bound to a QemuConsole\r\n" },
    { "screendump-unknown-format", "screendump x -f gif",
      "Error: Parameter 'format' does not accept value 'gif'\r\n" },
    { "screendump-format-missing", "screendump x -f ",
      "screendump: string expected\r\nTry \"help screendump\" for more information\r\n" },
    { "device-del-unknown", "device_del nix", "Error: Device 'nix' not found\r\n" },
    { "migrate-protocol", "migrate -d bogus:x", "Error: unknown migration protocol: bogus:x\r\n" },
    { "migrate-attached", "migrate bogus:x",
      "terminal does not allow synchronous migration, continuing detached\r\n"
      "Error: unknown migration protocol: bogus:x\r\n" },
    { "capability-unknown", "migrate_set_capability nix on",
      "Error: Parameter 'capability' does not accept value 'nix'\r\n" },
    { "capability-state", "migrate_set_capability events maybe",
      "Error: state: invalid value 'maybe': expected on or off\r\n" },
    { "parameter-unknown", "migrate_set_parameter nix 1",
      "Error: Parameter 'nix' is unexpected\r\n" },
    { "qom-get", "qom-get /machine/peripheral/vg type", "\"vmgenid\"\r\n" },
    { "qom-get-unknown", "qom-get /nix type", "Error: Device '/nix' not found\r\n" },
    { "qom-tree", "info qom-tree /machine/peripheral",
      "/machine/peripheral (container)\r\n  /vg (vmgenid)\r\n" },
    { "qom-tree-unknown", "info qom-tree nix", "Path 'nix' could not be resolved.\r\n" },
    { "log", "log all", "Error: expected none; -d chooses what is logged\r\n" },

    { "xp-hex", "xp /4xb 0x1", "0000000000000001: 0x00 0x00 0x00 0x00\r\n" },
    { "xp-lines", "xp /9xh 0",
      "0000000000000000: 0x0000 0x0000 0x0000 0x0000 0x0000 0x0000 0x0000 0x0000\r\n"
      "0000000000000010: 0x0000\r\n" },
    { "xp-no-number", "xp )",
      "invalid char ')' in expression\r\nTry \"help xp\" for more information\r\n" },
    { "xp-default", "xp 0", "0000000000000000: 0x00000000\r\n" },
    { "xp-nowhere", "xp 0xffffffff0", "0000000ffffffff0: Cannot access memory\r\n" },
    { "xp-format", "xp /z 0",
      "invalid char in format: 'z'\r\nTry \"help xp\" for more information\r\n" },
    { "xp-much", "xp /99999999999999999999xg 0",
      "Error: 17179869176 bytes, expected at most 1048576\r\n" },
    { "xp-code", "xp /2i 0", "Can not dump without CPU\r\n" },
    { "xp-without", "xp",
      "unexpected end of expression\r\nTry \"help xp\" for more information\r\n" },
    { "sum-nowhere", "sum 0xffffffff0 16", "Error: Cannot access memory\r\n" },

    { "print-precedence", "print 1+2*(3+4)-0x10/3", "0xa\r\n" },
    { "print-logic", "p /d ~0&0xff|0x100^1", "510\r\n" },
    { "print-signed", "p /d -1", "-1\r\n" },
    { "print-unsigned", "p /u -1", "18446744073709551615\r\n" },
    { "print-zero", "p 1/0", "division by zero\r\nTry \"help print\" for more information\r\n" },
    { "print-modulo-zero", "p 1%0",
      "division by zero\r\nTry \"help print\" for more information\r\n" },
    { "print-open", "p (1", "')' expected\r\nTry \"help print\" for more information\r\n" },
    { "print-large", "p 99999999999999999999",
      "number too large\r\nTry \"help print\" for more information\r\n" },
    { "print-register", "p $pc",
      "unknown register\r\nTry \"help print\" for more information\r\n" },
    { "print-deep", "p ((((((((((((((((((((((((((((((((((1",
      "expression is nested too deeply\r\nTry \"help print\" for more information\r\n" },
};

static void test_row(Qmp *f, gconstpointer data)
{
    const Row *row = data;

    answers(f, row->line, row->answer);
}

/* -------------------------------------------------------------------- effects */

static void test_memory(Qmp *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 'A', 0xfe, 0xff, 0xff, 0, 0, 0, 0x80 };

    (void)data;
    ob_host_write(f->system.host, 0x1000, bytes, sizeof(bytes));
    answers(f, "xp /1xg 0x1000", "0000000000001000: 0x80000000fffffe41\r\n");
    answers(f, "xp /2dw 0x1000", "0000000000001000:       -447 -2147483648\r\n");
    answers(f, "xp /1uh 0x1000", "0000000000001000: 65089\r\n");
    answers(f, "xp /2c 0x1000", "0000000000001000: 'A' '\\xfe'\r\n");
    answers(f, "xp /1ob 0x1000", "0000000000001000: 0101\r\n");
    answers(f, "sum 0x1000 2", "33054\r\n");
}

/* fw_cfg's signature, through its ports. */
static void test_ports(Qmp *f, gconstpointer data)
{
    (void)data;
    answers(f, "o /h 0x510 0", "");
    answers(f, "i /b 0x511", "portb[0x0511] = 0x51\r\n");
    answers(f, "i /b 0x10511", "portb[0x0511] = 0x45\r\n");
}

static void test_stop_cont(Qmp *f, gconstpointer data)
{
    (void)data;
    answers(f, "stop", "");
    answers(f, "info status", "VM status: paused\r\n");
    answers(f, "c", "");
    answers(f, "info status", "VM status: running\r\n");
}

static void test_devices(Qmp *f, gconstpointer data)
{
    (void)data;
    answers(f, "device_add beacon,id=b", "");
    tells(f, "info qtree", "  dev: beacon, id \"b\"\r\n");
    tells(f, "info mtree", "b.");
    tells(f, "info ramblock",
          "pc.ram    4 KiB  0x0000000000000000 0x0000000008000000 0x0000000008000000");
    tells(f, "info qtree", guid);
    answers(f, "device_del b", "");
    answers(f, "device_del b", "Error: Device 'b' not found\r\n");
}

static void test_device_help(Qmp *f, gconstpointer data)
{
    (void)data;
    tells(f, "device_add tpm-crb,help", "tpm-crb options:\r\n  tpmdev=<str>");
    tells(f, "device_add help", "name \"vmgenid\", bus System");
    answers(f, "device_add tpm-crbb,help",
            "Error: 'tpm-crbb' is not a valid device model name, did you mean 'tpm-crb'?\r\n");
}

static void test_quit(Qmp *f, gconstpointer data)
{
    (void)data;
    answers(f, "q", "");
    g_assert_true(ob_loop_quitting(f->system.loop));
}

/* QEMU's test-hmp runs each line of this text up to the second blank. */
static void test_help_info(Qmp *f, gconstpointer data)
{
    g_autofree char *text = ob_hmp_execute(&f->system, "help info");
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\r\n", 0);

    (void)data;
    g_assert_cmpuint(g_strv_length(lines), >, 20);
    for (guint i = 0; lines[i]; i++) {
        char *end = strchr(lines[i] + strlen("info "), ' ');
        g_autofree char *answer = NULL;

        g_assert_true(g_str_has_prefix(lines[i], "info "));
        g_assert_nonnull(end);
        *end = '\0';
        answer = ob_hmp_execute(&f->system, lines[i]);
        g_assert_null(strstr(answer, "unknown command"));
    }
}

/* ------------------------------------------------------------------------ QMP */

static void test_command(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("human-monitor-command", "\"command-line\": \"info status\""));
    hear(f, "{\"return\": \"VM status: running\\r\\n\"}");
    say(f, EXECUTE("human-monitor-command", "\"command-line\": \"foo\""));
    hear(f, "{\"return\": \"unknown command: 'foo'\\r\\n\"}");
}

static void test_cpu_index(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("human-monitor-command", "\"command-line\": \"x 0\", \"cpu-index\": 0"));
    hear_error(f, "GenericError", "Parameter 'cpu-index' expects a CPU number");
}

/* ------------------------------------------------------------------- sessions */

static bool text_append(void *opaque, const char *bytes, size_t count)
{
    g_string_append_len(opaque, bytes, (gssize)count);
    return true;
}

static void session_says(Qmp *f, const char *input, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    ObHmp *hmp = ob_hmp_new(&f->system, text_append, text);

    ob_hmp_open(hmp);
    g_assert_cmpstr(text->str, ==,
                    "QEMU 7.2.0 monitor - type 'help' for more information\r\n(qemu) ");
    g_string_truncate(text, 0);
    ob_hmp_input(hmp, input, strlen(input));
    ob_hmp_free(hmp);
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_session(Qmp *f, gconstpointer data)
{
    (void)data;
    session_says(f, "info numa\r\n\ninfo numax\b\nfo",
                 "0 nodes\r\n(qemu) (qemu) 0 nodes\r\n(qemu) ");
}

static void test_long_line(Qmp *f, gconstpointer data)
{
    g_autofree char *words = g_strnfill(5000, 'x');
    g_autofree char *lines = g_strconcat(words, "\ninfo numa\n", NULL);

    (void)data;
    session_says(f, lines, "line is too long\r\n(qemu) 0 nodes\r\n(qemu) ");
}

/* A line of 4095 bytes is the longest, whatever ends it. */
static void test_longest_line(Qmp *f, gconstpointer data)
{
    g_autofree char *blanks = g_strnfill(4095 - strlen("info numa"), ' ');
    g_autofree char *lines = g_strconcat(blanks, "info numa\n", blanks, "info numa\r\n", blanks,
                                         " info numa\n", NULL);

    (void)data;
    session_says(f, lines, "0 nodes\r\n(qemu) 0 nodes\r\n(qemu) line is too long\r\n(qemu) ");
}

typedef struct Slow {
    GString *text;
    bool reads;
} Slow;

static bool slow_send(void *opaque, const char *bytes, size_t count)
{
    Slow *slow = opaque;

    text_append(slow->text, bytes, count);
    return slow->reads;
}

/* A peer that does not read must not fill the memory with answers. */
static void test_peer_reads_nothing(Qmp *f, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Slow slow = { text, false };
    ObHmp *hmp = ob_hmp_new(&f->system, slow_send, &slow);

    (void)data;
    ob_hmp_open(hmp);
    g_string_truncate(text, 0);
    ob_hmp_input(hmp, "info numa\ninfo numa\n", 20);
    g_assert_cmpstr(text->str, ==, "");
    slow.reads = true;
    ob_hmp_resume(hmp);
    g_assert_cmpstr(text->str, ==, "0 nodes\r\n(qemu) 0 nodes\r\n(qemu) ");
    ob_hmp_free(hmp);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/hmp/line/", rows[i].path, NULL);

        g_test_add(path, Qmp, &rows[i], set_up, test_row, qmp_tear_down);
    }
    TEST("/hmp/memory", test_memory);
    TEST("/hmp/ports", test_ports);
    TEST("/hmp/stop-and-cont", test_stop_cont);
    TEST("/hmp/devices", test_devices);
    TEST("/hmp/device-help", test_device_help);
    TEST("/hmp/quit", test_quit);
    TEST("/hmp/help-info-is-runnable", test_help_info);
    TEST("/hmp/qmp-command", test_command);
    TEST("/hmp/qmp-command/cpu-index-refused", test_cpu_index);
    TEST("/hmp/session", test_session);
    TEST("/hmp/session/long-line", test_long_line);
    TEST("/hmp/session/longest-line", test_longest_line);
    TEST("/hmp/session/waits-for-its-peer", test_peer_reads_nothing);
    return g_test_run();
}
