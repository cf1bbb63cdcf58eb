/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts in the entries HEAD and DEVICE. */
#ifndef HW_HOST_RECORDING_PAIRS_H
#define HW_HOST_RECORDING_PAIRS_H

#include "hw-api/host/run/instance.h"

typedef struct HwPairs {
    char *bytes; /* the caller frees it */
    uint32_t size;
    bool is_short; /* no memory */
} HwPairs;

/* Append "host", its name, and "service" for each that a recording has and the host offers. */
void hw_pairs_host(HwPairs *pairs, const HwHost *host);

/* Append "plugin" and "version", "class", "id", a property's name after "property ", and a region's
 * name after "region ", with its size. */
void hw_pairs_device(HwPairs *pairs, const HwInstance *instance, const HwPlugin *plugin);

#endif
