/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device of a class that has nothing but a name, for tests of what a host does with any. */
#ifndef TESTS_BARE_DEVICE_H
#define TESTS_BARE_DEVICE_H

#include "hw-api/host/run/instance.h"

typedef struct BareDevice {
    HwDevice dev; /* first */
    HwClass cls;
    HwInstance instance; /* its owner is the test's own */
} BareDevice;

static inline void bare_device_init(BareDevice *device, const HwHost *host, void *owner)
{
    device->cls.table.name = "bare";
    device->instance = (HwInstance) { .cls = &device->cls, .dev = &device->dev, .owner = owner };
    device->dev = (HwDevice) {
        .host = host, .cls = &device->cls.table, .id = "dev0", .host_data = &device->instance
    };
}

/* Has `update` called as of now. */
static inline void bare_device_watch(BareDevice *device, void (*update)(HwDevice *dev))
{
    device->cls.table.update = update;
    device->instance.derives = true;
}

static inline void *bare_device_owner(const HwDevice *dev)
{
    return hw_instance_of(dev)->owner;
}

#endif
