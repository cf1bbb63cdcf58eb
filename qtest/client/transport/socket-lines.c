/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many lines of the qtest protocol in flight. */
#include <string.h>

#include "qtest/client/transport/socket.h"

enum { GATHERED = 8, GATHER_US = 50 };

bool ob_socket_lines_send(void *link, const char *lines, size_t size)
{
    ObSocket *s = link;
    ObWireResult result = ob_wire_send(&s->wire, lines, size, s->timeout_ms);

    if (result != OB_WIRE_OK) {
        ob_socket_fail(s, result, "lines");
    }
    return result == OB_WIRE_OK;
}

/* Each answer wakes a client that waits, and waking takes the host as long as the answer.  A client that
 * sleeps gets many at once. */
static void answers_gather(ObSocket *s, size_t left)
{
    if (left >= GATHERED && !ob_wire_is_ready(&s->wire)) {
        g_usleep(GATHER_US);
    }
}

bool ob_socket_lines_await(void *link, size_t count, ObAnswered *answered, void *opaque)
{
    ObSocket *s = link;
    ObWireResult result = OB_WIRE_OK;
    int64_t begin = g_get_monotonic_time();
    size_t index = 0;

    while (result == OB_WIRE_OK && index < count) {
        size_t length;
        char *line;

        answers_gather(s, count - index);
        result = ob_wire_line(&s->wire, &line, &length, s->timeout_ms);
        if (result == OB_WIRE_OK && strncmp(line, "IRQ ", 4) != 0) {
            answered(opaque, index++, line, s->irqs);
            begin = g_get_monotonic_time();
        } else if (result == OB_WIRE_OK) {
            ob_socket_note_irq(s, line);
            if (g_get_monotonic_time() - begin > (int64_t)s->timeout_ms * 1000) {
                result = OB_WIRE_TIMEOUT;
            }
        }
    }
    if (result != OB_WIRE_OK) {
        g_autofree char *what = g_strdup_printf("line %zu of %zu", index + 1, count);

        ob_socket_fail(s, result, what);
    }
    return result == OB_WIRE_OK;
}
