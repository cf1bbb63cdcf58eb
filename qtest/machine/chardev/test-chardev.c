/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/chardev/test-chardev.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/chardev/chardev-internal.h"

typedef struct TestChardev {
    GByteArray *sent;
    bool slow; /* write() took less than it was given */
} TestChardev;

static uint32_t test_chardev_write(void *link, const uint8_t *bytes, uint32_t size)
{
    TestChardev *test = link;
    uint32_t taken = MIN(size, OB_TEST_CHARDEV_SENT_MAX - test->sent->len);

    g_byte_array_append(test->sent, bytes, taken);
    test->slow |= taken < size;
    return taken;
}

static void test_chardev_free(void *link)
{
    TestChardev *test = link;

    g_byte_array_unref(test->sent);
    g_free(test);
}

static const ObChardevDriver driver = {
    .type = OB_TEST_CHARDEV,
    .write = test_chardev_write,
    .free = test_chardev_free,
};

ObChardevStream *ob_test_chardev_add(ObHost *host, const char *id, HwError *error)
{
    TestChardev *test = g_new0(TestChardev, 1);
    ObChardevStream *stream;

    test->sent = g_byte_array_new();
    stream = ob_chardev_add(host, id, &driver, test, error);
    if (!stream) {
        test_chardev_free(test);
        return NULL;
    }
    ob_chardev_event(stream, HW_CHARDEV_OPENED);
    return stream;
}

static ObChardevStream *find(const ObHost *host, const char *id, HwError *error)
{
    ObChardevStream *stream = ob_chardev_find(host, id);

    if (!stream) {
        hw_error_set(error, "chardev '%s' does not exist", id);
    } else if (ob_chardev_driver(stream) != &driver) {
        hw_error_set(error, "chardev '%s' has the type %s, expected " OB_TEST_CHARDEV, id,
                     ob_chardev_driver(stream)->type);
        return NULL;
    }
    return stream;
}

bool ob_test_chardev_send(ObHost *host, const char *id, const void *bytes, size_t size,
                          HwError *error)
{
    ObChardevStream *stream = find(host, id, error);

    if (!stream) {
        return false;
    }
    if (ob_chardev_kept(stream) + size > OB_TEST_CHARDEV_KEPT_MAX) {
        return hw_error_set(error,
                            "chardev '%s': %zu bytes wait for the device, expected at most %u", id,
                            ob_chardev_kept(stream) + size, OB_TEST_CHARDEV_KEPT_MAX);
    }
    ob_chardev_deliver(stream, bytes, size);
    return true;
}

GBytes *ob_test_chardev_take(ObHost *host, const char *id, HwError *error)
{
    ObChardevStream *stream = find(host, id, error);
    TestChardev *test = stream ? ob_chardev_link(stream) : NULL;
    GBytes *taken;

    if (!test) {
        return NULL;
    }
    taken = g_bytes_new(test->sent->data, test->sent->len);
    g_byte_array_set_size(test->sent, 0);
    if (test->slow) {
        test->slow = false;
        ob_chardev_writable(stream);
    }
    return taken;
}

bool ob_test_chardev_event(ObHost *host, const char *id, const char *event, HwError *error)
{
    static const char *const names[] = {
        [HW_CHARDEV_OPENED] = "opened",
        [HW_CHARDEV_CLOSED] = "closed",
        [HW_CHARDEV_BREAK] = "break",
    };
    ObChardevStream *stream = find(host, id, error);

    for (uint32_t i = 1; stream && i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], event) == 0) {
            ob_chardev_event(stream, i);
            return true;
        }
    }
    return stream &&
           hw_error_set(error, "unknown event '%s', expected opened, closed or break", event);
}
