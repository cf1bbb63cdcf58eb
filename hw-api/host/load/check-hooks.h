/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hooks in the ABI's structs: pointers to functions that a host calls. */
#ifndef HW_HOST_CHECK_HOOKS_H
#define HW_HOST_CHECK_HOOKS_H

#include <stddef.h>
#include <stdint.h>

#define HW_HOOKS_MAX 16

typedef struct HwHooks {
    const char *type; /* "HwRegion" */
    struct {
        const char *name; /* "read"; NULL at the end */
        size_t offset;    /* in the struct */
    } hooks[HW_HOOKS_MAX];
} HwHooks;

typedef enum HwHooked {
    HW_HOOKED_CLASS,
    HW_HOOKED_REGION,
    HW_HOOKED_REGISTER,
    HW_HOOKED_PROPERTY,
    HW_HOOKED_FILE,
    HW_HOOKED_STATE,
    HW_HOOKED_GPIO,
    HW_HOOKED_I2C,
    HW_HOOKED_COUNT,
} HwHooked;

extern const HwHooks hw_hooks[HW_HOOKED_COUNT];

#endif
