/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each command of HMP and of QMP with many arguments, in one machine.  A golden file has the answers, each
 * with the arguments that have it.
 */
#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "qtest/host/qmp/hmp-internal.h"
#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/shell.h"

enum { LONGEST = 400 }; /* bytes of an answer that are compared */

/* Two networks, a card, a ring, a backend, a screen and a controller to use. */
static const char machine[] =
    " -machine pc -m 4M -name told -uuid 324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87 -tpmdev libtpms,id=t "
    "-device tpm-crb,tpmdev=t,id=c -netdev hubport,id=n,hubid=0 -netdev hubport,id=m,hubid=0 "
    "-device ne2k_pci,netdev=n,id=e,mac=52:54:00:12:34:56 -device "
    "vmgenid,id=g,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87 "
    "-chardev ringbuf,id=r -device ns16550a-isa,chardev=r -chardev null,id=z -device "
    "bochs-display,id=s "
    "-object memory-backend-ram,id=b,size=1M -object secret,id=x,data=1 -smp 2,maxcpus=4 "
    "-device altera-ps2-keyboard -device altera-ps2-mouse -qmp stdio <input >output; cat output";

/* They would end the machine, take time, or tell of this process and release. */
static const char left_out[] =
    " quit q version query-version migrate migrate-incoming migrate_incoming migrate-recover "
    "migrate-pause "
    "system_powerdown "
    "x-exit-preconfig human-monitor-command query-cpus-fast query-iothreads query-qmp-schema sum "
    "x-plugin-reload "
    "query-commands query-command-line-options announce_self announce-self cpus iothreads ";

static bool is_left_out(const char *name)
{
    g_autofree char *word = g_strdup_printf(" %s ", name);

    return strstr(left_out, word);
}

/* ------------------------------------------------------------------ questions and answers */

typedef struct Told {
    GString *input;
    GPtrArray *heads;  /* char *: the command of each question */
    GPtrArray *labels; /* char *: its arguments */
} Told;

/* Takes the command and its arguments. */
static void ask(Told *told, const char *head, char *label, const char *command, json_t *arguments)
{
    json_t *whole = json_pack("{s:s, s:o, s:i}", "execute", command, "arguments", arguments, "id",
                              (int)told->heads->len);
    char *line = json_dumps(whole, JSON_COMPACT);

    g_string_append_printf(told->input, "%s\n", line);
    g_ptr_array_add(told->heads, g_strdup(head));
    g_ptr_array_add(told->labels, label);
    free(line);
    json_decref(whole);
}

/* The answer to each question, in order; the caller frees the array.  At the end the program writes to
 * a file what is left, but not to a pipe that is full. */
static GPtrArray *answers(const Told *told)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "input", NULL);
    g_autofree char *command = g_strconcat("timeout 20 ", g_getenv("OB_PROGRAM"), machine, NULL);
    GPtrArray *array = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *output = NULL;
    g_auto(GStrv) lines = NULL;

    g_ptr_array_set_size(array, (gint)told->heads->len);
    g_assert_true(g_file_set_contents(file, told->input->str, -1, NULL));
    output = shell_output(scratch, command);
    lines = g_strsplit(output, "\n", -1);
    for (char **line = lines; *line; line++) {
        json_t *answer = json_loads(*line, 0, NULL);
        json_t *id = json_object_get(answer, "id");

        if (id) {
            json_t *error = json_object_get(answer, "error");
            char *text = json_dumps(error ? json_object_get(error, "desc")
                                          : json_object_get(answer, "return"),
                                    JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);

            array->pdata[json_integer_value(id)] = g_strndup(text, LONGEST);
            free(text);
        }
        json_decref(answer);
    }
    ob_scratch_free(scratch);
    return array;
}

static void told_expect(Told *told, const char *file)
{
    g_autoptr(GPtrArray) array = answers(told);
    g_autoptr(GString) text = g_string_new(NULL);
    Outcomes *outcomes = NULL;

    for (guint i = 0; i < array->len; i++) {
        const char *head = told->heads->pdata[i];

        outcomes = outcomes ? outcomes : outcomes_new();
        outcomes_add(outcomes, told->labels->pdata[i], array->pdata[i] ? array->pdata[i] : "none");
        if (i + 1 == array->len || strcmp(told->heads->pdata[i + 1], head) != 0) {
            outcomes_end(outcomes, head, text);
            outcomes = NULL;
        }
    }
    golden_expect(file, text->str);
    g_string_free(told->input, TRUE);
    g_ptr_array_unref(told->heads);
    g_ptr_array_unref(told->labels);
}

static void told_begin(Told *told)
{
    told->input = g_string_new("{\"execute\":\"qmp_capabilities\"}\n");
    told->heads = g_ptr_array_new_with_free_func(g_free);
    told->labels = g_ptr_array_new_with_free_func(g_free);
}

static void told_end(Told *told, const char *file)
{
    g_string_append(told->input, "{\"execute\":\"quit\"}\n");
    told_expect(told, file);
}

/* ------------------------------------------------------------------ HMP */

static const char *const words[] = {
    "",
    "x",
    "0",
    "1",
    "-1",
    "x 0",
    "x 1",
    "0 x",
    "1 2 3",
    "n on",
    "n off",
    "e off",
    "e up",
    "/2xb 0x10",
    "/xg 0 1",
    "/3uh 0 7",
    "/cw 0x41",
    "/dq 0",
    "/5i 0",
    "-f",
    "-d x",
    "-z",
    "r 4",
    "r abc",
    "r 0",
    "ctrl-a 5",
    "a-b-nosuch",
    "a 0",
    "test,id=q",
    "null,id=q",
    "null,id=r",
    "beacon,id=y",
    "edu,foo=1",
    "y",
    "q",
    "/machine type",
    "/machine no",
    "/machine/peripheral/e mac",
    "c ppi off",
    "-2 5",
    "-2 5 1",
    "1 1 -1",
    "1+2*3",
    "(1",
    "1/0",
    "~0",
    "0xffffffffffffffff",
    "guest_errors",
    "none",
    "block",
    "status extra",
    "all",
    "vnc pw",
    "xbzrle on",
    "downtime-limit 5",
    "none.ppm -f bmp s 0",
    "t.ppm s 3",
    "0 16 file",
    "0x400000 1 file",
    "b",
    "z null",
    "r ringbuf",
    "secret,id=w,data=2",
    "w",
};

static void hmp_ask(Told *told, const ObHmpCommand *commands, const char *before)
{
    for (; commands->name; commands++) {
        g_auto(GStrv) names = g_strsplit(commands->name, "|", -1);
        g_autofree char *head = g_strconcat(before, names[0], NULL);

        for (gsize i = 0; !is_left_out(names[0]) && i < G_N_ELEMENTS(words); i++) {
            g_autofree char *line = g_strconcat(head, " ", words[i], NULL);

            ask(told, head, g_strdup(words[i]), "human-monitor-command",
                json_pack("{s:s}", "command-line", line));
        }
    }
}

static void test_hmp(void)
{
    Told told;

    told_begin(&told);
    hmp_ask(&told, ob_hmp_infos, "info ");
    hmp_ask(&told, ob_hmp_commands, "");
    told_end(&told, "told/hmp.txt");
}

/* ------------------------------------------------------------------ QMP */

static const char *const values[] = { "null",   "0",     "1",     "-1",    "65536",
                                      "1.5",    "true",  "false", "\"\"",  "\"x\"",
                                      "\"n\"",  "\"e\"", "\"r\"", "\"c\"", "\"machine\"",
                                      "\"on\"", "[]",    "[0]",   "{}",    "{\"x\":1}" };

/* A value of the member's type. */
static json_t *plain_value(const char *type)
{
    return g_str_has_prefix(type, "bool") ? json_true()
           : strstr(type, "int")          ? json_integer(1)
           : type[0] == '['               ? json_array()
                                          : json_string("x");
}

static json_t *required(const ObQmpCommand *command)
{
    json_t *arguments = json_object();

    for (const ObQmpMember *m = command->arguments; m && m->name; m++) {
        if (!m->optional) {
            json_object_set_new(arguments, m->name, plain_value(m->type));
        }
    }
    return arguments;
}

/* A string without its quotes; the caller frees it. */
static char *label(const char *value)
{
    return value[0] == '"' ? g_strndup(value + 1, strlen(value) - 2) : g_strdup(value);
}

static void qmp_ask(Told *told, const ObQmpCommand *command)
{
    ask(told, command->name, g_strdup("{}"), command->name, json_object());
    ask(told, command->name, g_strdup("required"), command->name, required(command));
    for (const ObQmpMember *m = command->arguments; m && m->name; m++) {
        g_autofree char *head = g_strdup_printf("%s %s=", command->name, m->name);

        for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
            json_t *arguments = required(command);

            json_object_set_new(arguments, m->name, json_loads(values[i], JSON_DECODE_ANY, NULL));
            ask(told, head, label(values[i]), command->name, arguments);
        }
    }
}

static void test_qmp(void)
{
    Told told;

    told_begin(&told);
    for (const ObQmpCommand *command = ob_qmp_commands; command->name; command++) {
        if (!is_left_out(command->name)) {
            qmp_ask(&told, command);
        }
    }
    told_end(&told, "told/qmp.txt");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/monitors-told/hmp", test_hmp);
    g_test_add_func("/monitors-told/qmp", test_qmp);
    return g_test_run();
}
