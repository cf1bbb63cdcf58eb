/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many lines of the qtest protocol in flight. */
#include <string.h>

#include "qtest/client/transport/socket.h"

bool ob_socket_lines(void *link, const char *lines, size_t size, size_t count, ObAnswered *answered,
                     void *opaque)
{
    ObSocket *s = link;
    ObWireResult result = ob_wire_send(&s->wire, lines, size, s->timeout_ms);
    int64_t begin = g_get_monotonic_time();
    size_t index = 0;

    while (result == OB_WIRE_OK && index < count) {
        size_t length;
        char *line;

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
