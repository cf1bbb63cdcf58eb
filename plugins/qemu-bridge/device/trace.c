/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace=PATTERN: prints the accesses whose event matches, as our host's -trace does. */
#include "plugins/qemu-bridge/device/device.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/events.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static bool event_is_shown(const void *opaque, const char *event)
{
    (void)opaque;
    return fnmatch(bridge.trace, event, 0) == 0;
}

static void event_try(void *found, const char *event)
{
    *(bool *)found |= event_is_shown(NULL, event);
}

bool bridge_trace_set(const char *pattern, HwError *error)
{
    bool found = false;

    bridge.trace = strdup(pattern);
    for (uint32_t i = 0; bridge.trace && i < hw_plugin_set_class_count(bridge.set); i++) {
        hw_events_visit(&hw_plugin_set_class(bridge.set, i)->table, NULL, event_try, &found);
    }
    return found || hw_error_set(error,
                                 "trace: no event matches '%s', expected a pattern such as "
                                 "'tpm_crb_*'",
                                 pattern);
}

static void access_print(HwRegionState *region, const HwAccess *access, void *opaque)
{
    char text[HW_ACCESS_TEXT_MAX];

    (void)opaque;
    if (hw_access_is_shown(region, access, event_is_shown, NULL)) {
        hw_access_format(region, access, text);
        fprintf(stderr, "%s\n", text);
    }
}

void bridge_trace_device(BridgeDevice *device)
{
    HwInstance *instance = device->instance;

    for (uint32_t i = 0; bridge.trace && i < instance->region_count; i++) {
        instance->regions[i].observer = access_print;
    }
}
