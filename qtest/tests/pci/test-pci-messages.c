/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "IRQ message" lines of the qtest protocol. */
#include <string.h>

#include "qtest/host/qtest/session.h"
#include "qtest/tests/pci/pci-host.h"

typedef struct Session {
    PciHost f;
    ObQtestSession *session;
    GString *replies;
    bool full; /* the peer takes no more */
    PciBar bar;
} Session;

static bool reply_take(void *opaque, const char *bytes, size_t count)
{
    Session *s = opaque;

    g_string_append_len(s->replies, bytes, (gssize)count);
    return !s->full;
}

static void ask(Session *s, const char *lines)
{
    ob_qtest_session_input(s->session, lines, strlen(lines));
}

static void session_set_up(Session *s, gconstpointer machine)
{
    pci_host_set_up(&s->f, machine);
    function_add(&s->f, "lantern", "addr=4");
    s->bar = pci_bar_map(&s->f.bus, PCI_ADDRESS(4, 0), 0);
    s->f.bus.message = 0xfee00000;
    pci_msi_on(&s->f.bus, PCI_ADDRESS(4, 0), 1, 0x41);
    s->replies = g_string_new(NULL);
    s->session = ob_qtest_session_new(s->f.host, reply_take, s);
    ob_qtest_session_open(s->session);
    ask(s, "irq_intercept_in ioapic\n");
    g_string_truncate(s->replies, 0);
}

static void session_tear_down(Session *s, gconstpointer machine)
{
    ob_qtest_session_close(s->session);
    ob_qtest_session_free(s->session);
    g_string_free(s->replies, TRUE);
    pci_host_tear_down(&s->f, machine);
}

static void test_message_precedes_the_reply(Session *s, gconstpointer data)
{
    g_autofree char *line = g_strdup_printf("writel 0x%" G_GINT64_MODIFIER "x 1\n", s->bar.address);

    (void)data;
    ask(s, line);
    g_assert_cmpstr(s->replies->str, ==, "IRQ message 0xfee00000 0x41\nOK\n");
}

static void test_message_waits_for_the_peer(Session *s, gconstpointer data)
{
    (void)data;
    s->full = true;
    ask(s, "readl 0x0\n");
    g_string_truncate(s->replies, 0);
    register_write(&s->bar, LANTERN_LINES, 1);
    register_write(&s->bar, LANTERN_LINES, 0);
    register_write(&s->bar, LANTERN_LINES, 1);
    g_assert_cmpstr(s->replies->str, ==, "");
    s->full = false;
    ob_qtest_session_resume(s->session);
    g_assert_cmpstr(s->replies->str, ==,
                    "IRQ message 0xfee00000 0x41\nIRQ message 0xfee00000 0x41\n");
}

static void test_message_is_told_to_those_who_ask(Session *s, gconstpointer data)
{
    (void)data;
    ob_qtest_session_close(s->session);
    ob_qtest_session_open(s->session);
    g_string_truncate(s->replies, 0);
    register_write(&s->bar, LANTERN_LINES, 1);
    g_assert_cmpstr(s->replies->str, ==, "");
}

#define SESSION_TEST(path, function) \
    g_test_add(path, Session, "pc", session_set_up, function, session_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    SESSION_TEST("/pci/message/precedes-the-reply", test_message_precedes_the_reply);
    SESSION_TEST("/pci/message/waits-for-the-peer", test_message_waits_for_the_peer);
    SESSION_TEST("/pci/message/is-told-to-those-who-ask", test_message_is_told_to_those_who_ask);
    return g_test_run();
}
