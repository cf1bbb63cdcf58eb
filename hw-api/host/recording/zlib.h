/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zlib's files, loaded when the first recording is opened. */
#ifndef HW_HOST_ZLIB_H
#define HW_HOST_ZLIB_H

#include "hw-api/hw-api.h"

/* zlib.h says what its functions do, and that gzFile is a pointer. */
typedef struct HwZlib {
    void *(*open)(const char *path, const char *mode);
    int (*write)(void *file, const void *bytes, unsigned int size);
    int (*read)(void *file, void *bytes, unsigned int size);
    int (*close)(void *file);
    const char *(*error)(void *file, int *number);
} HwZlib;

/* NULL with a sentence. */
const HwZlib *hw_zlib_load(HwError *error);

#endif
