/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections of outputs with inputs (hw.gpio/1).  An option of -device has the name that QEMU gives
 * to the output's link, and names an input: "out[3]=card:5".  The destination exists before, so no
 * loop is possible.  A stream has no connection: both devices keep their levels in their state.
 */
#ifndef OB_LINES_H
#define OB_LINES_H

#include "qtest/machine/core/host-internal.h"

/* One end: the device at the other end, and its number there.  NULL: not connected. */
struct ObLine {
    ObDevice *device;
    uint32_t number;
};

bool ob_line_is_option(const HwClass *cls, const char *key);

/* Connects the outputs that options name, before the device is realized.  Returns false and sets
 * `error` on failure; ob_lines_disconnect() then removes the others. */
bool ob_lines_connect(ObDevice *device, const ObOption *options, uint32_t count, HwError *error);

/* The device leaves: what it drives goes low, and what drives it leads nowhere. */
void ob_lines_disconnect(ObDevice *device);

/* An output of the device has changed. */
void ob_line_drive(const ObDevice *device, uint32_t output, bool level);

#endif
