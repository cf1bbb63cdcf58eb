/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qtest/internal.h"

#include <string.h>

ObQtestSession *ob_qtest_session_new(ObHost *host, ObQtestOutput *output, void *opaque)
{
    ObQtestSession *s = g_new0(ObQtestSession, 1);

    s->host = host;
    s->output = output;
    s->opaque = opaque;
    s->out = g_malloc(OB_QTEST_ROOM);
    s->backlog = g_byte_array_new();
    s->frame = g_byte_array_new();
    return s;
}

void ob_qtest_session_free(ObQtestSession *session)
{
    if (session) {
        ob_qtest_irq_release(session);
        ob_qtest_reply_drop(session);
        g_free(session->block_write.bytes);
        g_byte_array_unref(session->backlog);
        g_byte_array_unref(session->frame);
        g_free(session->out);
        g_free(session);
    }
}

void ob_qtest_session_set_log(ObQtestSession *session, FILE *log)
{
    session->log = log;
}

void ob_qtest_session_open(ObQtestSession *session)
{
    session->log_start = g_get_monotonic_time();
    ob_qtest_log_event(session, "OPENED", "");
}

void ob_qtest_session_close(ObQtestSession *session)
{
    ob_qtest_log_event(session, "CLOSED", "+");
    ob_qtest_irq_release(session);
    ob_qtest_reply_drop(session);
    g_byte_array_set_size(session->backlog, 0);
    g_byte_array_set_size(session->frame, 0);
    session->block_write.active = false;
    session->mode = OB_QTEST_IN_LINE;
    session->line_used = 0;
    session->used = session->logged = 0;
    session->suspended = false;
}

/* A line is complete, or was refused. */
static void line_answered(ObQtestSession *s)
{
    if (s->log) {
        ob_qtest_log_replies(s);
    }
}

/* Takes the beginning of the data; refused blocks are skipped. */
static void block_feed(ObQtestSession *s, const char *text, size_t count)
{
    if (s->block_write.active && ob_qtest_block_feed(s, text, count)) {
        s->mode = OB_QTEST_IN_BLOCK;
    } else {
        s->mode = OB_QTEST_SKIPPING;
        line_answered(s);
    }
}

static void block_end(ObQtestSession *s)
{
    if (s->mode == OB_QTEST_IN_BLOCK) {
        ob_qtest_block_end(s);
        line_answered(s);
    }
    s->mode = OB_QTEST_IN_LINE;
}

static void line_refuse(ObQtestSession *s)
{
    ob_qtest_fail(s, NULL, "line is too long, expected up to %u bytes", OB_QTEST_LINE_LIMIT);
    s->mode = OB_QTEST_SKIPPING;
    line_answered(s);
}

/* Runs a whole line, without its end. */
static void line_run(ObQtestSession *s, ObWord line)
{
    size_t head = ob_qtest_run_block(s, line);

    if (head) {
        block_feed(s, line.text + head, line.length - head);
        block_end(s);
    } else if (line.length > OB_QTEST_LINE_LIMIT) {
        line_refuse(s);
        s->mode = OB_QTEST_IN_LINE;
    } else {
        ob_qtest_run(s, line);
        line_answered(s);
    }
}

/* Keeps a part of a line without an end yet.  It fits, or nothing is left to fit. */
static void line_gather(ObQtestSession *s, const char *bytes, size_t count)
{
    size_t head;

    if (s->line_used == OB_QTEST_LINE_LIMIT) {
        line_refuse(s);
        return;
    }
    memcpy(s->line + s->line_used, bytes, count);
    s->line_used += count;
    head = ob_qtest_run_block(s, (ObWord) { s->line, s->line_used });
    if (head) {
        block_feed(s, s->line + head, s->line_used - head);
    }
}

static void part_take(ObQtestSession *s, const char *bytes, size_t count)
{
    if (s->mode == OB_QTEST_IN_LINE) {
        line_gather(s, bytes, count);
    } else if (s->mode == OB_QTEST_IN_BLOCK) {
        block_feed(s, bytes, count);
    }
}

static void line_end(ObQtestSession *s)
{
    if (s->mode == OB_QTEST_IN_LINE) {
        ob_qtest_run(s, (ObWord) { s->line, s->line_used });
        line_answered(s);
    }
    block_end(s);
    s->line_used = 0;
}

/* Returns the number of bytes taken: all, or fewer if the session is suspended. */
static size_t session_take(ObQtestSession *s, const char *bytes, size_t count)
{
    size_t done = 0;

    while (done < count && !s->suspended) {
        const char *from = bytes + done;
        const char *end = memchr(from, '\n', count - done);
        size_t length = end ? (size_t)(end - from) : count - done;
        bool whole = s->mode == OB_QTEST_IN_LINE && !s->line_used && end;

        if (s->mode == OB_QTEST_IN_LINE && !whole && length > OB_QTEST_LINE_LIMIT - s->line_used) {
            length = OB_QTEST_LINE_LIMIT - s->line_used;
            end = NULL;
        }
        done += length + (end != NULL);
        ob_qtest_log_input(s, from, length + (end != NULL));
        if (whole) {
            line_run(s, (ObWord) { from, length });
        } else {
            part_take(s, from, length);
            if (end) {
                line_end(s);
            }
        }
    }
    return done;
}

static void session_end(ObQtestSession *s)
{
    ob_qtest_flush(s);
    s->working = false;
}

void ob_qtest_session_input(ObQtestSession *session, const char *bytes, size_t count)
{
    size_t taken;

    session->working = true;
    taken = session_take(session, bytes, count);
    if (taken < count) {
        g_byte_array_append(session->backlog, (const guint8 *)bytes + taken, count - taken);
    }
    session_end(session);
}

void ob_qtest_session_resume(ObQtestSession *session)
{
    GByteArray *backlog = session->backlog;
    size_t taken;

    session->working = true;
    session->suspended = false;
    if (session->block_reply.active) {
        ob_qtest_reply_continue(session);
    }
    if (!session->block_reply.active) {
        ob_qtest_irq_catch_up(session);
        taken = session_take(session, (const char *)backlog->data, backlog->len);
        g_byte_array_remove_range(backlog, 0, taken);
    }
    session_end(session);
}
