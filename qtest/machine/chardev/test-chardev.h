/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -chardev test: a stream whose peer is the test.  The test sends bytes and events to the device, and
 * takes the bytes that the device has sent, with the clock stopped.  The peer is there from the
 * start.
 */
#ifndef OB_MACHINE_TEST_CHARDEV_H
#define OB_MACHINE_TEST_CHARDEV_H

#include "qtest/machine/chardev/chardev.h"

#define OB_TEST_CHARDEV "test"
#define OB_TEST_CHARDEV_SENT_MAX \
    4096u /* bytes that the test has not taken; then the peer is slow */
#define OB_TEST_CHARDEV_KEPT_MAX 65536u /* bytes that the device has not taken */

/* Returns NULL and sets `error` if the id is in use. */
ObChardevStream *ob_test_chardev_add(ObHost *host, const char *id, HwError *error);

/* Bytes for the device.  Returns false and sets `error` if there is no such stream, or more than
 * OB_TEST_CHARDEV_KEPT_MAX bytes would wait. */
bool ob_test_chardev_send(ObHost *host, const char *id, const void *bytes, size_t size,
                          HwError *error);

/* All bytes that the device has sent, which the caller unrefs; may be empty.  Returns NULL and sets
 * `error` if there is no such stream. */
GBytes *ob_test_chardev_take(ObHost *host, const char *id, HwError *error);

/* `event` is "opened", "closed" or "break".  Returns false and sets `error` if there is no such
 * stream or event. */
bool ob_test_chardev_event(ObHost *host, const char *id, const char *event, HwError *error);

#endif
