/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -netdev test: a network that is the test's own end.  The test sends frames to the device, and
 * takes the frames that the device has sent, with the clock stopped.
 */
#ifndef OB_MACHINE_TEST_NET_H
#define OB_MACHINE_TEST_NET_H

#include "qtest/machine/net/net.h"

#define OB_TEST_NET          "test"
#define OB_TEST_NET_SENT_MAX 4096u /* frames that no test has taken; further ones are lost */

/* Returns NULL and sets `error` if the id is in use. */
ObNetdev *ob_test_net_add(ObHost *host, const char *id, HwError *error);

/* A frame for the device.  Returns false and sets `error` if there is no such network, or no frame
 * has this size. */
bool ob_test_net_send(ObHost *host, const char *id, const void *frame, size_t size, HwError *error);

/* The oldest frame from the device, which the caller unrefs; NULL without an error: none.  Returns
 * NULL and sets `error` if there is no such network. */
GBytes *ob_test_net_take(ObHost *host, const char *id, HwError *error);

#endif
