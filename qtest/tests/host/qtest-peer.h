/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A qtest session with a host of gadgets, and its peer. */
#ifndef OB_TESTS_HOST_QTEST_PEER_H
#define OB_TESTS_HOST_QTEST_PEER_H

#include "qtest/host/qtest/session.h"
#include "qtest/tests/lib/gadget.h"

extern ObQtestSession *session;
extern GString *replies;
extern uint32_t outputs; /* number of blocks that the session has sent */
extern bool accepting;   /* false: the session must pause after each block */

void qtest_set_up(GadgetHost *f, gconstpointer machine);
void qtest_tear_down(GadgetHost *f, gconstpointer data);

#define ADD(path, function) \
    g_test_add(path, GadgetHost, NULL, qtest_set_up, function, qtest_tear_down)

void input(const char *text);

/* Sends the lines, and checks the replies. */
void expect(const char *lines, const char *expected);

#endif
