/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace=PATTERN: prints register accesses of the devices whose id matches, by register name. */
#include "plugins/qemu-bridge/device/device.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>

static void access_print(HwRegionState *region, const HwAccess *access, void *opaque)
{
    const char *name = access->reg ? access->reg->name
                                   : hw_region_place_name(region, access->offset);
    char value[256];

    (void)opaque;
    if (access->reg && access->size == 4) {
        hw_register_format(access->reg, (uint32_t)access->value, value, sizeof(value));
    } else {
        snprintf(value, sizeof(value), "0x%" PRIx64, access->value);
    }
    fprintf(stderr, "%s %s %s+0x%" PRIx64 "/%u %s %s\n", region->instance->id,
            access->is_write ? "write" : "read", region->table->name, access->offset, access->size,
            name ? name : "-", value);
}

void bridge_trace_device(BridgeDevice *device)
{
    HwInstance *instance = device->instance;

    if (!bridge.trace || fnmatch(bridge.trace, instance->id, 0) != 0) {
        return;
    }
    for (uint32_t i = 0; i < instance->region_count; i++) {
        instance->regions[i].observer = access_print;
    }
}
