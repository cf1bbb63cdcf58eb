/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The qtest protocol over any carrier: bytes in, bytes out.  A session answers each line of
 * input with one line, OK... or FAIL..., and reports interrupts in between.  No input ends
 * the host or carries out half a command.
 *
 * Bounds: a line has up to 4096 bytes.  Lines of write and b64write have any length; their
 * data is decoded during arrival.  A command reads or writes up to 256 MiB.
 *
 * Under the device lock.
 */
#ifndef OB_HOST_QTEST_SESSION_H
#define OB_HOST_QTEST_SESSION_H

#include "qtest/machine/core/host.h"

#include <stdio.h>

#define OB_QTEST_LINE_LIMIT 4096
#define OB_QTEST_SIZE_LIMIT (UINT64_C(256) << 20)

typedef struct ObQtestSession ObQtestSession;

/*
 * Takes all `count` bytes.  It returns false to ask for a pause: the session then keeps its
 * work until ob_qtest_session_resume().  It must not call the session.
 */
typedef bool ObQtestOutput(void *opaque, const char *bytes, size_t count);

ObQtestSession *ob_qtest_session_new(ObHost *host, ObQtestOutput *output, void *opaque);
void ob_qtest_session_free(ObQtestSession *session); /* NULL is allowed */

/* Logs each line in QEMU's form, "[R +0.000123] readb 0x0".  The caller owns the file.
 * NULL ends the log. */
void ob_qtest_session_set_log(ObQtestSession *session, FILE *log);

/* A peer has connected: starts the log's clock. */
void ob_qtest_session_open(ObQtestSession *session);

/* The peer has gone: drops half a line, a reply under way, and intercepts. */
void ob_qtest_session_close(ObQtestSession *session);

/* Takes lines, cut anywhere.  Each call makes as few calls of output() as it can. */
void ob_qtest_session_input(ObQtestSession *session, const char *bytes, size_t count);

/* Call when there is room again after output() has returned false. */
void ob_qtest_session_resume(ObQtestSession *session);

#endif
