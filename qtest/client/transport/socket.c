/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol over a socket. */
#include "qtest/client/transport/anywhere.h"
#include "qtest/client/transport/socket.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define END_TIMEOUT_MS 2000 /* from a closed socket to the end of the process */

/* ------------------------------------------------------------- the failure path */

void ob_socket_fail(ObSocket *s, ObWireResult result, const char *what)
{
    static const char *const problems[] = {
        [OB_WIRE_CLOSED] = "closed the connection",
        [OB_WIRE_TIMEOUT] = "has not answered in time",
        [OB_WIRE_TOO_LONG] = "sent a line without an end, expected less than 16 MiB",
    };
    const char *problem = problems[result];
    bool asked = *what != '\0';
    g_autofree char *end = NULL;

    if (s->process && ob_process_wait(s->process, result == OB_WIRE_CLOSED ? END_TIMEOUT_MS : 0)) {
        problem = "died";
    }
    end = s->process ? ob_process_describe(s->process) : g_strdup("not started by this client");
    ob_client_fail(s->client, "%s %s%s%.80s: it %s%s", s->name, problem,
                   asked ? " when asked: " : "", what, s->process ? "" : "was ", end);
}

void ob_socket_fail_refused(ObSocket *s, const char *answer)
{
    ob_client_fail(s->client, "%s refused: %.80s: %.200s", s->name, s->request, answer);
}

/* ------------------------------------------------------------------- the protocol */

void ob_socket_note_irq(ObSocket *s, const char *line)
{
    char level[8];
    unsigned number;

    if (sscanf(line, "IRQ %7s %u", level, &number) == 2 && strcmp(level, "message") != 0 &&
        number < OB_SOCKET_IRQS) {
        s->irqs[number] = strcmp(level, "raise") == 0;
    }
}

/* Sends s->request and `size` more bytes, which end with a newline.  Returns the answer, valid
 * until the next answer, or NULL after a failure. */
static char *socket_ask(ObSocket *s, size_t length, const char *rest, size_t size)
{
    ObWireResult result = ob_wire_send(&s->wire, s->request, length, s->timeout_ms);
    char *line = NULL;
    size_t line_length;
    int64_t begin = g_get_monotonic_time();

    if (result == OB_WIRE_OK && size > 0) {
        result = ob_wire_send(&s->wire, rest, size, s->timeout_ms);
    }
    while (result == OB_WIRE_OK) {
        result = ob_wire_line(&s->wire, &line, &line_length, s->timeout_ms);
        if (result == OB_WIRE_OK && strncmp(line, "IRQ ", 4) != 0) {
            return line;
        }
        if (result == OB_WIRE_OK) {
            ob_socket_note_irq(s, line);
            result = g_get_monotonic_time() - begin > (int64_t)s->timeout_ms * 1000
                         ? OB_WIRE_TIMEOUT
                         : OB_WIRE_OK;
        }
    }
    g_strchomp(s->request);
    ob_socket_fail(s, result, s->request);
    return NULL;
}

/* Sends one line.  Returns the answer's text after OK, or NULL if the host refused or failed. */
G_GNUC_PRINTF(2, 3)
static const char *socket_try(ObSocket *s, const char *format, ...)
{
    va_list args;
    int length;
    const char *answer;

    va_start(args, format);
    length = vsnprintf(s->request, sizeof(s->request) - 1, format, args);
    va_end(args);
    if (length >= (int)sizeof(s->request) - 1) {
        ob_client_fail(s->client, "qtest: the request is too long: %.80s...", s->request);
        return NULL;
    }
    strcpy(s->request + length, "\n");
    answer = socket_ask(s, (size_t)length + 1, NULL, 0);
    if (!answer || strncmp(answer, "OK", 2) != 0) {
        return NULL;
    }
    return answer[2] == ' ' ? answer + 3 : answer + 2;
}

const char *ob_socket_expect(ObSocket *s, size_t length, const char *rest, size_t size)
{
    const char *answer = socket_ask(s, length, rest, size);

    if (answer && strncmp(answer, "OK", 2) != 0) {
        g_strchomp(s->request);
        ob_socket_fail_refused(s, answer);
        return NULL;
    }
    return answer ? answer + 2 + (answer[2] == ' ') : NULL;
}

/* ---------------------------------------------------------------- guest accesses */

/* Written by hand instead of snprintf(): it speeds up the ping-pong. */
static char *request_append(char *end, const char *word)
{
    while (*word) {
        *end++ = *word++;
    }
    return end;
}

static char *request_append_hex(char *end, uint64_t value)
{
    int shift = 60;

    end = request_append(end, " 0x");
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        *end++ = "0123456789abcdef"[value >> shift & 15];
    }
    return end;
}

static size_t width_index(uint32_t size)
{
    return size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
}

static uint64_t socket_load(void *link, HwSpace space, uint64_t address, uint32_t size)
{
    static const char *const verbs[][4] = {
        [HW_SPACE_MEMORY] = { "readb", "readw", "readl", "readq" },
        [HW_SPACE_IO] = { "inb", "inw", "inl", "inl" },
    };
    ObSocket *s = link;
    char *end = request_append(s->request, verbs[space][width_index(size)]);
    const char *answer;

    end = request_append_hex(end, address);
    *end++ = '\n';
    *end = '\0';
    answer = ob_socket_expect(s, (size_t)(end - s->request), NULL, 0);
    return answer ? strtoull(answer, NULL, 16) : 0;
}

static void socket_store(void *link, HwSpace space, uint64_t address, uint64_t value, uint32_t size)
{
    static const char *const verbs[][4] = {
        [HW_SPACE_MEMORY] = { "writeb", "writew", "writel", "writeq" },
        [HW_SPACE_IO] = { "outb", "outw", "outl", "outl" },
    };
    ObSocket *s = link;
    char *end = request_append(s->request, verbs[space][width_index(size)]);

    end = request_append_hex(end, address);
    end = request_append_hex(end, value);
    *end++ = '\n';
    *end = '\0';
    ob_socket_expect(s, (size_t)(end - s->request), NULL, 0);
}

static bool socket_big_endian(void *link)
{
    const char *answer = socket_try(link, "endianness");

    return answer && strcmp(answer, "big") == 0;
}

/* --------------------------------------------------------- interrupts and clock */

static bool socket_irq_intercept(void *link, const char *path, bool outputs, const char *name)
{
    return socket_try(link, "irq_intercept_%s %s%s%s", outputs ? "out" : "in", path,
                      name ? " " : "", name ? name : "");
}

/* The host announces an interrupt before the answer to the request that changes it.  Changes
 * that a device makes by itself come before the answer to any later request. */
static bool socket_irq_get(void *link, uint32_t line)
{
    ObSocket *s = link;

    socket_try(s, "endianness");
    return line < OB_SOCKET_IRQS && s->irqs[line];
}

static bool socket_irq_set(void *link, const char *path, const char *name, uint32_t line,
                           bool level)
{
    return socket_try(link, "set_irq_in %s %s %" PRIu32 " %d", path,
                      name ? name : "unnamed-gpio-in", line, level);
}

static int64_t socket_clock(ObSocket *s, const char *answer)
{
    if (!answer && !ob_client_failed(s->client)) {
        return -1;
    }
    return answer ? strtoll(answer, NULL, 0) : 0;
}

static int64_t socket_clock_step(void *link, int64_t nanoseconds)
{
    return socket_clock(link, socket_try(link, "clock_step %" PRId64, nanoseconds));
}

static int64_t socket_clock_step_next(void *link)
{
    return socket_clock(link, socket_try(link, "clock_step"));
}

static int64_t socket_clock_set(void *link, int64_t now)
{
    return socket_clock(link, socket_try(link, "clock_set %" PRId64, now));
}

/* -------------------------------------------------------------------- networks */

#define FRAME_PART 1024 /* bytes of a frame in one line */

static bool frame_part_send(ObSocket *s, const char *verb, const char *netdev, const uint8_t *bytes,
                            size_t count)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int length = snprintf(s->request, sizeof(s->request), "%s %s 0x", verb, netdev);
    const char *answer;

    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    g_string_append_c(text, '\n');
    answer = socket_ask(s, (size_t)length, text->str, text->len);
    return answer && strncmp(answer, "OK", 2) == 0;
}

static bool socket_net_send(void *link, const char *netdev, const void *frame, size_t size)
{
    const uint8_t *bytes = frame;
    bool taken = true;

    for (; taken && size > FRAME_PART; bytes += FRAME_PART, size -= FRAME_PART) {
        taken = frame_part_send(link, "net_part", netdev, bytes, FRAME_PART);
    }
    return taken && frame_part_send(link, "net_send", netdev, bytes, size);
}

/* Asks for bytes; NULL: none. */
static uint8_t *bytes_receive(ObSocket *s, const char *verb, const char *id, size_t *size)
{
    int length = snprintf(s->request, sizeof(s->request), "%s %s\n", verb, id);
    const char *answer = ob_socket_expect(s, (size_t)length, NULL, 0);
    uint8_t *frame;

    if (!answer || strncmp(answer, "0x", 2) != 0) {
        return NULL;
    }
    *size = strlen(answer) / 2 - 1;
    frame = g_malloc(*size);
    for (size_t i = 0; i < *size; i++) {
        frame[i] = (uint8_t)(g_ascii_xdigit_value(answer[2 + 2 * i]) << 4 |
                             g_ascii_xdigit_value(answer[3 + 2 * i]));
    }
    return frame;
}

static uint8_t *socket_net_receive(void *link, const char *netdev, size_t *size)
{
    return bytes_receive(link, "net_receive", netdev, size);
}

/* ---------------------------------------------------------------- byte streams */

static bool socket_chardev_send(void *link, const char *chardev, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    bool taken = true;

    for (size_t part; taken && size; from += part, size -= part) {
        part = MIN(size, FRAME_PART);
        taken = frame_part_send(link, "chardev_send", chardev, from, part);
    }
    return taken;
}

static uint8_t *socket_chardev_receive(void *link, const char *chardev, size_t *size)
{
    return bytes_receive(link, "chardev_receive", chardev, size);
}

static bool socket_chardev_event(void *link, const char *chardev, const char *event)
{
    return socket_try(link, "chardev_event %s %s", chardev, event);
}

/* ------------------------------------------------------------------ QMP and other */

static void socket_check(ObSocket *s, const char *what)
{
    if (s->qmp.fault) {
        ob_client_fail(s->client, "%s: %.80s: %s", s->name, what, s->qmp.fault);
    }
}

static json_t *socket_qmp(void *link, const char *text)
{
    ObSocket *s = link;
    json_t *answer = NULL;
    ObWireResult result;

    if (!s->has_qmp) {
        ob_client_fail(s->client, "%s: there is no QMP connection for: %.80s", s->name, text);
        return NULL;
    }
    result = ob_qmp_execute(&s->qmp, text, &answer, s->timeout_ms);
    if (result != OB_WIRE_OK) {
        ob_socket_fail(s, result, text);
        return NULL;
    }
    socket_check(s, text);
    return answer;
}

static json_t *socket_qmp_event(void *link, const char *name, uint32_t timeout_ms)
{
    ObSocket *s = link;
    json_t *event = NULL;
    ObWireResult result;

    if (!s->has_qmp) {
        ob_client_fail(s->client, "%s: there is no QMP connection for: event %s", s->name, name);
        return NULL;
    }
    result = ob_qmp_wait_event(&s->qmp, name, &event, timeout_ms);
    if (result == OB_WIRE_CLOSED) {
        g_autofree char *what = g_strdup_printf("for event %s", name);

        ob_socket_fail(s, result, what);
    }
    socket_check(s, name);
    return event;
}

static void socket_reset(void *link)
{
    ObSocket *s = link;
    json_t *event;

    json_decref(socket_qmp(s, "{\"execute\":\"system_reset\"}"));
    if (ob_client_failed(s->client)) {
        return;
    }
    event = socket_qmp_event(s, "RESET", s->timeout_ms);
    if (!event) {
        ob_socket_fail(s, OB_WIRE_TIMEOUT, "system_reset");
    }
    json_decref(event);
}

static bool socket_poll(void *link)
{
    (void)link;
    return false;
}

static char *socket_qtest(void *link, const char *line)
{
    ObSocket *s = link;
    g_autofree char *text = g_strconcat(line, "\n", NULL);
    const char *answer;

    g_strlcpy(s->request, line, sizeof(s->request));
    answer = socket_ask(s, 0, text, strlen(text));
    return g_strdup(answer);
}

static const HwRegister *socket_register_at(void *link, HwSpace space, uint64_t address,
                                            const char **device)
{
    (void)link, (void)space, (void)address, (void)device;
    return NULL;
}

static GPid socket_pid(void *link)
{
    ObSocket *s = link;

    return s->process ? ob_process_pid(s->process) : 0;
}

static bool socket_quit(void *link, char **reason)
{
    ObSocket *s = link;
    g_autofree char *end = NULL;

    if (!s->process) {
        return true;
    }
    ob_process_signal(s->process, SIGTERM);
    if (ob_process_wait(s->process, s->timeout_ms) && ob_process_succeeded(s->process)) {
        return true;
    }
    end = ob_process_describe(s->process);
    *reason = g_strdup_printf("%s was asked to end (SIGTERM), expected status 0: it %s", s->name,
                              end);
    return false;
}

static void socket_free(void *link)
{
    ObSocket *s = link;

    ob_wire_clear(&s->wire);
    if (s->has_qmp) {
        ob_qmp_clear(&s->qmp);
    }
    ob_process_free(s->process);
    ob_anywhere_free(s->anywhere);
    g_free(s->name);
    g_free(s);
}

const ObTransport ob_transport_socket = {
    .load = socket_load,
    .store = socket_store,
    .read = ob_socket_read,
    .write = ob_socket_write,
    .fill = ob_socket_fill,
    .big_endian = socket_big_endian,
    .irq_intercept = socket_irq_intercept,
    .irq_get = socket_irq_get,
    .irq_set = socket_irq_set,
    .clock_step = socket_clock_step,
    .clock_step_next = socket_clock_step_next,
    .clock_set = socket_clock_set,
    .net_send = socket_net_send,
    .net_receive = socket_net_receive,
    .chardev_send = socket_chardev_send,
    .chardev_receive = socket_chardev_receive,
    .chardev_event = socket_chardev_event,
    .qmp = socket_qmp,
    .qmp_event = socket_qmp_event,
    .reset = socket_reset,
    .poll = socket_poll,
    .qtest = socket_qtest,
    .lines_send = ob_socket_lines_send,
    .lines_await = ob_socket_lines_await,
    .register_at = socket_register_at,
    .pid = socket_pid,
    .quit = socket_quit,
    .free = socket_free,
};
