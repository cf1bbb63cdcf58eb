/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures of the machine's screens: in process, of our program, and of a stock QEMU by QMP's
 * screendump.
 */
#ifndef OB_CLIENT_SCREEN_H
#define OB_CLIENT_SCREEN_H

#include "qtest/client/client.h"

struct ObPicture;

/*
 * Compares the machine's first screen with a file, PNG or PPM.  `mask`, if not NULL, is a file of
 * the same size: its black pixels are not compared.  A colour may differ by `tolerance` of 255.
 *
 * On a difference the client takes the failure path.  Its report names three PNG files in the
 * directory $OB_PICTURES, by default the working directory: NAME-expected.png, NAME-seen.png, and
 * NAME-differing.png, which is white where the two differ.  With OB_WRITE_PICTURES=1 the function
 * compares nothing and writes the picture.
 */
void ob_client_screen_expect(ObClient *client, const char *picture, const char *mask,
                             uint32_t tolerance);

/*
 * Takes what screen `head` of the device shows; `device` NULL: the machine's first screen.  The
 * caller clears `picture` (qtest/picture/picture.h), which is of zeros after a failure.
 */
bool ob_client_screen_take(ObClient *client, const char *device, uint32_t head,
                           struct ObPicture *picture);

#endif
