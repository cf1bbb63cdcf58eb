/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qtest/internal.h"

#include <string.h>

static void log_stamp(ObQtestSession *s, char direction, const char *sign)
{
    int64_t elapsed = g_get_monotonic_time() - s->log_start;

    fprintf(s->log, "[%c %s%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT "] ", direction, sign,
            elapsed / 1000000, elapsed % 1000000);
}

/* The log may be a terminal, and the peer may send any bytes. */
static void log_shown(FILE *log, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if ((c >= ' ' && c <= '~') || c == '\n') {
            putc(c, log);
        } else {
            fprintf(log, "\\x%02x", c);
        }
    }
}

static void log_bytes(ObQtestSession *s, char direction, const char *bytes, size_t count)
{
    while (count) {
        const char *end = memchr(bytes, '\n', count);
        size_t length = end ? (size_t)(end - bytes) + 1 : count;

        if (s->log_direction != direction) {
            /* A refusal comes in the middle of the refused line. */
            if (s->log_direction) {
                fputc('\n', s->log);
            }
            log_stamp(s, direction, "+");
        }
        log_shown(s->log, bytes, length);
        s->log_direction = end ? '\0' : direction;
        bytes += length;
        count -= length;
    }
}

void ob_qtest_log_input(ObQtestSession *s, const char *bytes, size_t count)
{
    if (s->log) {
        log_bytes(s, 'R', bytes, count);
    }
}

void ob_qtest_log_replies(ObQtestSession *s)
{
    if (s->log && s->logged < s->used) {
        log_bytes(s, 'S', s->out + s->logged, s->used - s->logged);
        fflush(s->log);
    }
    s->logged = s->used;
}

void ob_qtest_log_event(ObQtestSession *s, const char *event, const char *sign)
{
    if (s->log) {
        if (s->log_direction) {
            fputc('\n', s->log);
            s->log_direction = '\0';
        }
        log_stamp(s, 'I', sign);
        fprintf(s->log, "%s\n", event);
        fflush(s->log);
    }
}
