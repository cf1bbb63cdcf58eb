/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A qtest session with a host of gadgets, and its peer. */
#ifndef OB_TESTS_HOST_QTEST_PEER_H
#define OB_TESTS_HOST_QTEST_PEER_H

#include "qtest/host/qtest/session.h"
#include "qtest/tests/lib/gadget.h"

extern ObQtestSession *session;
extern GString *replies;
extern uint32_t outputs;        /* blocks that the session has put out */
extern bool accepting;          /* else the session is asked to pause after each */

void set_up(Fixture *f, gconstpointer machine);
void tear_down(Fixture *f, gconstpointer data);

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

void input(const char *text);

/* Sends the lines, and the replies must be these. */
void expect(const char *lines, const char *expected);

#endif
