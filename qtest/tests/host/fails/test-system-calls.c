/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs in which one system call goes another way, in each place in turn.  A call fails: the golden
 * file has the sentence of each place, or the program goes on.  A descriptor is 0: nothing changes.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"
#include "qtest/tests/lib/golden.h"

typedef struct Program {
    const char *name;
    guint fewest;        /* new places of each way, at least */
    const char *command; /* in a scratch directory; host has a monitor, tool is outboard-stream */
    const char *input;   /* the monitor's */
    gboolean only_fails; /* descriptor 0 is its input, or no new place makes one */
} Program;

/* clang-format off */
static const Program programs[] = {
    { "sockets", 7,
      "host -machine none -qmp unix:q,server=on,wait=off -qtest tcp:127.0.0.1:0,server=on,wait=off "
      "-qtest-log q.log -chardev socket,id=a,path=a,server=on,wait=off,telnet=on -mon chardev=a "
      "-chardev socket,id=b,path=a -mon chardev=b,mode=control", "info chardev\nquit\n" },
    { "files", 10,
      "echo 1 >text; echo quit >f.in; printf '[name]\\nguest = \"x\"\\n' >config; "
      "host -machine q35,memory-backend=a -m 8M -readconfig config -pidfile pid -D log "
      "-object memory-backend-file,id=a,size=8M,mem-path=ram,share=on,prealloc=on "
      "-object memory-backend-memfd,id=b,size=1M,seal=on "
      "-object memory-backend-file,id=c,size=1M,mem-path=. "
      "-drive if=none,id=d,file=ram,format=raw -device ide-hd,drive=d "
      "-fw_cfg opt/x,file=text -acpitable sig=ABCD,data=text -smbios type=11,path=text "
      "-trace 'beacon*,vcd=vcd,perfetto=time,coverage=cover' -device beacon -d guest_errors "
      "-chardev file,id=f,path=f -device ns16550a-isa,chardev=f -chardev pty,id=t -mon chardev=t",
      "quit\n" },
    { "net", 4,
      "host -machine pc -netdev socket,id=a,listen=127.0.0.1:0 -netdev socket,id=b,udp=127.0.0.1:9,"
      "localaddr=127.0.0.1:0 -netdev stream,id=c,server=on,addr.type=unix,addr.path=c "
      "-netdev dgram,id=d,local.type=unix,local.path=d,remote.type=unix,remote.path=e "
      "-netdev user,id=e,hostfwd=tcp:127.0.0.1:0-:22 -netdev socket,id=m,mcast=230.0.0.1:12345,localaddr=127.0.0.1 "
      "-object filter-dump,id=f,netdev=e,file=dump -device ne2k_pci,netdev=e "
      "-device bochs-display -vnc unix:v; ls",
      "info network\nscreendump a.ppm\nscreendump a.png -f png\nquit\n" },
    { "dump", 2, "tool dump $OB_STREAMS/x86-crb-reset-7.2.bin >text; grep -c section text", "" },
    { "save", 1, "tool check $OB_STREAMS/virsh-save-xz.bin", "", TRUE },
    { "filter", 4,
      "tool filter --dest $OB_STREAMS/arm-virt-7.2-cortex-a57-7.2.bin --report report "
      "<$OB_STREAMS/arm-virt-7.2-cortex-a57-10.0.bin >stream; grep -c cpu report", "", TRUE },
    { "packed", 1, "cat $OB_STREAMS/virsh-save-xz.bin | $OB_STREAM_TOOL check - || echo status $?",
      "", TRUE },
    { "log", 1, "echo 'error: operation failed' >log; tool explain --log log; tool matrix", "", TRUE },
    { "doctor", 1,
      "$OB_STREAM_TOOL doctor --dest $OB_STREAMS/arm-virt-7.2-cortex-a57-7.2.bin "
      "$OB_STREAMS/arm-virt-7.2-cortex-a57-10.0.bin >text; head -n 3 text", "", TRUE },
    { "sparse", 1, "cp $OB_STREAMS/net-1-vcpu.bin stream; "
      "truncate -s +4M stream; tool filter --dest $OB_STREAMS/net-1-vcpu.bin --report report "
      "<stream >filtered; cat report; stat -c %s filtered", "", TRUE },
};
/* clang-format on */

/* A pipe that the shell keeps open is the monitor's input: descriptor 0 is free. */
#define BEGIN                                                                             \
    "exec </dev/null 2>&1; ulimit -c 0; rm -rf *; mkfifo m.in; ln -s /dev/stdout m.out; " \
    "exec 8<>m.in; printf '%%s' \"$INPUT\" >&8; "                                         \
    "host() { $OB_HOST_PROGRAM -chardev pipe,id=m,path=m -mon chardev=m \"$@\" "          \
    "|| echo status $?; }; tool() { $OB_STREAM_TOOL \"$@\" || echo status $?; }; %s"

static int shell(const ObScratch *scratch, const Program *program, guint place, const char *way,
                 char **out)
{
    g_autofree char *log = g_build_filename(ob_scratch_path(scratch), ".log", NULL);
    g_autofree char *number = g_strdup_printf("%u", place);
    g_autofree char *command = g_strdup_printf(BEGIN, program->command);
    char *argv[] = { (char *)"timeout", (char *)"10", (char *)"sh", (char *)"-c", command, NULL };
    g_auto(GStrv) environment = g_get_environ();
    g_autoptr(GError) error = NULL;
    int status;

    environment = g_environ_setenv(environment, "LC_ALL", "C", TRUE);
    environment = g_environ_setenv(environment, "LD_PRELOAD", g_getenv("OB_FAIL_CALLS"), TRUE);
    environment = g_environ_setenv(environment, "OB_CALL_PLACE", number, TRUE);
    environment = g_environ_setenv(environment, "OB_CALL_WAY", way, TRUE);
    environment = g_environ_setenv(environment, "OB_CALL_LOG", log, TRUE);
    environment = g_environ_setenv(environment, "INPUT", program->input, TRUE);
    g_spawn_sync(ob_scratch_path(scratch), argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, out,
                 NULL, &status, &error);
    g_assert_no_error(error);
    return status;
}

/* The call meant, or all places; the caller frees it. */
static char *log_take(const ObScratch *scratch)
{
    g_autofree char *log = g_build_filename(ob_scratch_path(scratch), ".log", NULL);
    char *text = NULL;

    g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
    unlink(log);
    return text;
}

/* Without what the system chooses, and the build's directory. */
static char *told(const char *text)
{
    g_autofree char *build = g_path_get_dirname(g_getenv("OB_HOST_PROGRAM"));
    g_autofree char *build_literally = g_regex_escape_string(build, -1);
    g_autofree char *pattern = g_strdup_printf(
        "%s/|(?<=/pts/)[0-9]+|(?<=process:)[0-9]+|(?<=descriptor )[0-9]+|[0-9:]{8}\\.[0-9]+(?=: )",
        build_literally);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_DEFAULT, 0, NULL);

    return g_regex_replace_literal(regex, text, -1, 0, "", G_REGEX_MATCH_DEFAULT, NULL);
}

/* Adds the lines that `without` doesn't have; NULL: counts them.  Returns their number. */
static guint lines_add(GString *text, const char *from, const char *without)
{
    g_auto(GStrv) lines = g_strsplit(from, "\n", -1);
    g_auto(GStrv) others = g_strsplit(without, "\n", -1);
    guint count = 0;

    for (char **line = lines; *line; line++) {
        if (**line && !g_strv_contains((const char *const *)others, *line)) {
            count++;
            if (text) {
                g_string_append_printf(text, "    %s\n", *line);
            }
        }
    }
    return count;
}

/* An entry of the golden file; the caller frees it. */
static char *difference(const char *call, int status, const char *out, const char *expected)
{
    GString *text = g_string_new(call);
    int code = status >> 8;
    guint missing = lines_add(NULL, expected, out);

    g_string_append_printf(text, code ? " fails: %d\n" : " fails\n", code);
    lines_add(text, out, expected);
    if (missing && !code) {
        g_string_append_printf(text, "    without %u lines\n", missing);
    }
    return g_string_free(text, FALSE);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A compiler may make two places of one: each entry comes once. */
static char *sorted(GPtrArray *lines)
{
    GString *text = g_string_new(NULL);

    g_ptr_array_sort(lines, by_text);
    for (guint i = 0; i < lines->len; i++) {
        if (!i || strcmp(lines->pdata[i - 1], lines->pdata[i]) != 0) {
            g_string_append(text, lines->pdata[i]);
        }
    }
    return g_string_free(text, FALSE);
}

typedef void Look(const char *call, int status, const char *out, const char *expected,
                  GPtrArray *lines);

/* Runs the program as it is.  Returns its places: "CALL OFFSET...". */
static GStrv places_of(const ObScratch *scratch, const Program *program, const char *way,
                       char **out)
{
    g_autofree char *log = NULL;

    if (shell(scratch, program, 0, way, out) != 0 || strstr(*out, "status ")) {
        g_error("%s: %s", program->name, *out);
    }
    log = log_take(scratch);
    return g_strsplit(g_strchomp(log), "\n", -1);
}

/* The places of the programs before this one: their tests have these. */
static GHashTable *places_before(const ObScratch *scratch, const Program *program, const char *way)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (const Program *other = programs; other < program; other++) {
        g_autofree char *out = NULL;
        g_auto(GStrv) places = places_of(scratch, other, way, &out);

        for (char **place = places; *place; place++) {
            g_hash_table_add(seen, g_strdup(*place));
        }
    }
    return seen;
}

/* A way has its own comparison. */
typedef struct Way {
    Look *look;
    const char *expected; /* the program's words without a failure */
    GPtrArray *lines;
} Way;

/* Lets the call with this number fail, which is at this place. */
static void place_try(ObScratch *scratch, const Program *program, const char *way, guint number,
                      const char *place, const Way *compared)
{
    g_autofree char *out = NULL, *text = NULL, *call = NULL;
    int status = shell(scratch, program, number, way, &out);

    call = log_take(scratch);
    g_assert_cmpstr(g_strchomp(call), ==, place);
    text = told(out);
    call[strcspn(call, " ")] = '\0';
    compared->look(call, status, text, compared->expected, compared->lines);
}

static void each_place(const Program *program, const char *way, Look *look, GPtrArray *lines)
{
    ObScratch *scratch = ob_scratch_new();
    g_autoptr(GHashTable) seen = places_before(scratch, program, way);
    g_autofree char *whole = NULL;
    g_auto(GStrv) places = places_of(scratch, program, way, &whole);
    g_autofree char *expected = told(whole);
    const Way compared = { look, expected, lines };
    guint count = 0;

    for (guint i = 0; places[i]; i++) {
        if (!g_hash_table_contains(seen, places[i])) {
            place_try(scratch, program, way, i + 1, places[i], &compared);
            count++;
        }
    }
    g_test_message("%u places", count);
    g_assert_cmpuint(count, >=, program->fewest);
    ob_scratch_free(scratch);
}

static void expect_sentence(const char *call, int status, const char *out, const char *expected,
                            GPtrArray *lines)
{
    g_ptr_array_add(lines, difference(call, status, out, expected));
}

static void expect_same(const char *call, int status, const char *out, const char *expected,
                        GPtrArray *lines)
{
    (void)lines;
    if (strcmp(out, expected) != 0) {
        g_error("%s: %s", call, out);
    }
    g_assert_cmpint(status, ==, 0);
}

static void test_fails(gconstpointer data)
{
    const Program *program = data;
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *file = g_strdup_printf("calls/%s.txt", program->name);
    g_autofree char *text = NULL;

    each_place(program, "fail", expect_sentence, lines);
    text = sorted(lines);
    golden_expect(file, text);
}

static void test_zero(gconstpointer data)
{
    each_place(data, "zero", expect_same, NULL);
}

/* Transfers of a few bytes, and interrupted ones, change nothing. */
static void test_transfers(gconstpointer data)
{
    static const char *const ways[] = { "fail", "short", "interrupted" };
    const Program *program = data;
    ObScratch *scratch = ob_scratch_new();
    char *expected = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *out = NULL;
        int status = shell(scratch, program, 0, ways[i], &out);
        char *text = told(out);

        if (expected && (strcmp(text, expected) != 0 || status != 0)) {
            g_error("%s: %s", ways[i], text);
        }
        g_free(expected);
        expected = text;
    }
    g_free(expected);
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *fails = g_strdup_printf("/system-calls/%s/each-fails", programs[i].name);
        g_autofree char *zero = g_strdup_printf("/system-calls/%s/each-descriptor-is-zero",
                                                programs[i].name);

        g_autofree char *transfers = g_strdup_printf("/system-calls/%s/transfers-in-parts",
                                                     programs[i].name);

        g_test_add_data_func(fails, &programs[i], test_fails);
        g_test_add_data_func(transfers, &programs[i], test_transfers);
        if (!programs[i].only_fails) {
            g_test_add_data_func(zero, &programs[i], test_zero);
        }
    }
    return g_test_run();
}
