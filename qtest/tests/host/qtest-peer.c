/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/host/qtest-peer.h"

#include <string.h>

ObQtestSession *session;
GString *replies;
uint32_t outputs;
bool accepting;

static bool take_output(void *opaque, const char *bytes, size_t count)
{
    (void)opaque;
    outputs++;
    g_string_append_len(replies, bytes, count);
    return accepting;
}

void qtest_set_up(GadgetHost *f, gconstpointer machine)
{
    gadget_set_up(f, machine);
    replies = g_string_new(NULL);
    outputs = 0;
    accepting = true;
    session = ob_qtest_session_new(f->host, take_output, NULL);
    ob_qtest_session_open(session);
}

void qtest_tear_down(GadgetHost *f, gconstpointer data)
{
    ob_qtest_session_free(session);
    g_string_free(replies, TRUE);
    gadget_tear_down(f, data);
}

void input(const char *text)
{
    ob_qtest_session_input(session, text, strlen(text));
}

void expect(const char *lines, const char *expected)
{
    g_string_truncate(replies, 0);
    input(lines);
    g_assert_cmpstr(replies->str, ==, expected);
}
