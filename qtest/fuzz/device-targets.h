/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices of this project's plugin as fuzz targets.  Services such as OSS-Fuzz start a program
 * without arguments and without an environment, so the program's name says the device.
 */
#ifndef OB_DEVICE_TARGETS_H
#define OB_DEVICE_TARGETS_H

#include "qtest/lab/target.h"

#define DEVICE_TARGET_PREFIX "fuzz-device-"
#define DEVICE_TARGET_LENGTH 256u /* bytes of an input, some 30 steps */

typedef struct DeviceTarget {
    const char *name;    /* after the prefix */
    const char *device;  /* the form of -device */
    const char *without; /* rules that the device breaks by intention, separated by commas; NULL */
} DeviceTarget;

extern const DeviceTarget device_targets[];
extern const size_t device_target_count;

/* The target of this name, or of a program by its path.  NULL: there is none. */
const DeviceTarget *device_target_find(const char *name);
const DeviceTarget *device_target_of(const char *program);

/*
 * Makes the machine with the device.  `set` is a plugin's file; NULL: the plugin that is linked into
 * this program.  Ends the process with a sentence if the device is refused.
 */
ObLabTarget *device_target_make(const char *device, const char *set);

#endif
