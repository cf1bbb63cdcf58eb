/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test's end of a network (-netdev test): QEMU's qtest protocol has no such commands. */
#include "qtest/host/qtest/internal.h"
#include "qtest/machine/net/test-net.h"

/* Adds the bytes of "0x0123" to the frame that is being sent.  False if they were refused and
 * answered. */
static bool frame_add(ObQtestSession *s, const ObQtestCall *call, const char *name)
{
    uint8_t bytes[OB_QTEST_LINE_LIMIT / 2];
    size_t count;

    if (!ob_qtest_word_bytes(s, call->words[1], name, bytes, &count)) {
        return false;
    }
    if (s->frame->len + count > HW_NET_FRAME_MAX + 1) {
        count = HW_NET_FRAME_MAX + 1 - s->frame->len; /* too large already */
    }
    g_byte_array_append(s->frame, bytes, (guint)count);
    return true;
}

void ob_qtest_net_part(ObQtestSession *s, const ObQtestCall *call)
{
    if (frame_add(s, call, "net_part")) {
        ob_qtest_ok(s);
    }
}

void ob_qtest_net_send(ObQtestSession *s, const ObQtestCall *call)
{
    g_autofree char *id = ob_qtest_word_text(call->words[0]);
    HW_ERROR(error, 256);

    if (!frame_add(s, call, "net_send")) {
        return;
    }
    if (ob_test_net_send(s->host, id, s->frame->data, s->frame->len, &error)) {
        ob_qtest_ok(s);
    } else {
        ob_qtest_fail(s, "net_send", "%s", error.text);
    }
    g_byte_array_set_size(s->frame, 0);
}

void ob_qtest_net_receive(ObQtestSession *s, const ObQtestCall *call)
{
    g_autofree char *id = ob_qtest_word_text(call->words[0]);
    HW_ERROR(error, 256);
    GBytes *frame = ob_test_net_take(s->host, id, &error);

    ob_qtest_reply_taken(s, "net_receive", frame, &error);
}
