/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine, its QMP session, and the session's peer, which says and hears JSON. */
#ifndef OB_TESTS_HOST_QMP_PEER_H
#define OB_TESTS_HOST_QMP_PEER_H

#include "qtest/client/transport/qmp-check.h"
#include "qtest/host/qmp/qmp.h"

typedef struct Qmp {
    ObOptions *options;
    ObSystem system;
    ObQmp *session;
    GQueue *lines;     /* the peer's received lines, as JSON */
    ObQmpCheck *check; /* each reply and event must fit the host's schema */
    guint unread_max;  /* the peer reads no more lines at a time */
} Qmp;

/* `options` ends with NULL. */
void qmp_set_up_with(Qmp *f, const char *const *options);
void qmp_set_up(Qmp *f, gconstpointer data);
void qmp_tear_down(Qmp *f, gconstpointer data);

#define QMP_TEST(path, data, function) \
    g_test_add(path, Qmp, data, qmp_set_up, function, qmp_tear_down)

/* clang-format off */
#define EXECUTE(command, arguments) \
    "{\"execute\": \"" command "\", \"arguments\": {" arguments "}}"
/* clang-format on */

/* The commands in `text` are remembered, so that their replies can be checked. */
void say(Qmp *f, const char *text);

/* The next line must be `expected`; an event's time is checked and removed first. */
void hear(Qmp *f, const char *expected);
void hear_nothing(Qmp *f);
void hear_error(Qmp *f, const char *error_class, const char *desc);

/* Drops the lines that were not heard yet. */
void forget(Qmp *f);
void negotiate(Qmp *f);

/* Checks that the session still answers. */
void lives(Qmp *f);

#endif
