/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/net-machine.h"

#include <string.h>

#define TIMEOUT_US (30 * G_USEC_PER_SEC)

NetMachine net_machine_start(const char *program, const char *arguments)
{
    const char *ours = g_getenv("OB_PROGRAM");
    g_autofree char *all = g_strdup_printf("-M q35 -nodefaults %s", arguments);
    const ObStart s = { .program = program ? program : ours,
                        .arguments = all,
                        .accelerator = g_strcmp0(program ? program : ours, ours) ? "tcg" : NULL,
                        .halts = program && strcmp(program, ours) != 0 };
    NetMachine m = { 0 };
    HW_ERROR(error, 4096);

    m.c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    return m;
}

void net_machine_open_card(NetMachine *m)
{
    m->bus = pci_of_pc(m->c);
    m->card = card_start(&m->bus, 0, CARD_RING, CARD_RING_END);
}

char *net_hmp(ObClient *c, const char *line)
{
    json_t *text = ob_client_qmp(c, "human-monitor-command",
                                 json_pack("{s:s}", "command-line", line), NULL);
    g_auto(GStrv) lines = g_strsplit(json_string_value(text), "\r", -1);

    json_decref(text);
    return g_strjoinv("", lines);
}

void net_hmp_is(ObClient *c, const char *line, const char *expected)
{
    g_autofree char *text = net_hmp(c, line);

    g_assert_cmpstr(text, ==, expected);
}

void net_hmp_await(ObClient *c, const char *line, const char *part)
{
    gint64 end = g_get_monotonic_time() + TIMEOUT_US;

    while (true) {
        g_autofree char *text = net_hmp(c, line);

        if (strstr(text, part)) {
            return;
        }
        if (g_get_monotonic_time() > end) {
            g_error("%s: '%s', expected '%s'", line, text, part);
        }
    }
}

void net_qmp(ObClient *c, const char *command, json_t *arguments)
{
    json_t *error = NULL;
    json_t *reply = ob_client_qmp(c, command, arguments, &error);

    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, NULL);
    json_decref(reply);
}

void net_qmp_refused(ObClient *c, const char *command, json_t *arguments, const char *sentence)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, command, arguments, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, sentence);
    json_decref(error);
}
