/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of firmware's images.  For the loop's thread. */
#ifndef OB_RUN_FIRMWARE_IMAGES_H
#define OB_RUN_FIRMWARE_IMAGES_H

#include "qtest/host/run/system.h"

/* Opens the images of the command line for `config`.  Returns false and sets `error` on failure. */
bool ob_images_open(ObSystem *system, ObHostConfig *config, HwError *error);

/* Once the host has the images: keeps only the files that chips write to. */
void ob_images_settle(ObSystem *system);

/* After the host. */
void ob_images_close(ObSystem *system);

#endif
