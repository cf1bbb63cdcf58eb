/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -chardev for devices: streams of hw.chardev/1 over sockets, files and terminals. */
#ifndef OB_HOST_CHARDEV_H
#define OB_HOST_CHARDEV_H

#include "qtest/host/io/loop.h"
#include "qtest/host/options/options.h"
#include "qtest/machine/chardev/chardev.h"

/*
 * Adds the stream of a -chardev.  It is opened when a device takes it; a stream that another option
 * uses is refused then.  `chardev` is not copied.  The sentence of a failure does not name the
 * option.
 */
bool ob_chardev_new(ObLoop *loop, ObHost *host, const ObChardev *chardev, HwError *error);

/* Waits for a peer of each stream that a device has taken and that is a server with wait=on. */
void ob_chardevs_wait(ObHost *host, const ObOptions *options);

#endif
