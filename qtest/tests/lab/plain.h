/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Further devices of the plugin that flawed.c begins. */
#ifndef OB_TESTS_LAB_PLAIN_H
#define OB_TESTS_LAB_PLAIN_H

#include "hw-api/hw-api.h"

extern const HwDeviceClass plain_class;
extern const HwDeviceClass bare_class;

#endif
