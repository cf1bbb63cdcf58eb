/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/host/told/every-command.h"

#include <string.h>

#include "qtest/host/qmp/hmp-internal.h"

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

            ask_hmp(told, head, g_strdup(words[i]), line);
        }
    }
}

void every_hmp(Told *told)
{
    hmp_ask(told, ob_hmp_infos, "info ");
    hmp_ask(told, ob_hmp_commands, "");
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

void every_qmp(Told *told)
{
    for (const ObQmpCommand *command = ob_qmp_commands; command->name; command++) {
        if (!is_left_out(command->name)) {
            qmp_ask(told, command);
        }
    }
}
