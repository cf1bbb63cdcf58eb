/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences for errors and logs.  Linked into each plugin and host. */
#ifndef HW_DEVICE_ERROR_H
#define HW_DEVICE_ERROR_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Stores a printf-style sentence, cut to the error's capacity; a NULL error is
 * allowed.  Returns false, so that a hook can end with it.  Any thread. */
bool hw_error_set(HwError *error, const char *format, ...) HW_PRINTF(2, 3);

/* Logs one printf-style line; `level` is an HwLogLevel.  Any thread. */
void hw_log(HwDevice *dev, uint32_t level, const char *format, ...) HW_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif

#endif
