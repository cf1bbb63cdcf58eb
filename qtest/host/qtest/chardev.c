/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test's end of a stream (-chardev test): QEMU's qtest protocol has no such commands. */
#include "qtest/host/qtest/internal.h"
#include "qtest/machine/chardev/test-chardev.h"

void ob_qtest_chardev_send(ObQtestSession *s, const ObQtestCall *call)
{
    g_autofree char *id = ob_qtest_word_text(call->words[0]);
    uint8_t bytes[OB_QTEST_LINE_LIMIT / 2];
    size_t count;
    HW_ERROR(error, 256);

    if (!ob_qtest_word_bytes(s, call->words[1], "chardev_send", bytes, &count)) {
        return;
    }
    if (ob_test_chardev_send(s->host, id, bytes, count, &error)) {
        ob_qtest_ok(s);
    } else {
        ob_qtest_fail(s, "chardev_send", "%s", error.text);
    }
}

void ob_qtest_chardev_receive(ObQtestSession *s, const ObQtestCall *call)
{
    g_autofree char *id = ob_qtest_word_text(call->words[0]);
    HW_ERROR(error, 256);
    GBytes *bytes = ob_test_chardev_take(s->host, id, &error);

    ob_qtest_reply_taken(s, "chardev_receive", bytes, &error);
}

void ob_qtest_chardev_event(ObQtestSession *s, const ObQtestCall *call)
{
    g_autofree char *id = ob_qtest_word_text(call->words[0]);
    g_autofree char *event = ob_qtest_word_text(call->words[1]);
    HW_ERROR(error, 256);

    if (ob_test_chardev_event(s->host, id, event, &error)) {
        ob_qtest_ok(s);
    } else {
        ob_qtest_fail(s, "chardev_event", "%s", error.text);
    }
}
