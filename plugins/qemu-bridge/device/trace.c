/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace=PATTERN prints the accesses whose event matches, and coverage=FILE counts them, as our host's
 * -trace does. */
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

bool bridge_coverage_set(const char *path, HwError *error)
{
    bridge.coverage = hw_coverage_new(path, error);
    return bridge.coverage;
}

void bridge_coverage_end(void)
{
    HwCoverage *coverage = bridge.coverage;
    HW_ERROR(error, 512);

    bridge.coverage = NULL;
    if (!hw_coverage_end(coverage, &error)) {
        warn_report("%s", error.text);
    }
}

static void access_print(const HwRegionState *region, const HwAccess *access)
{
    char text[HW_ACCESS_TEXT_MAX];

    if (hw_access_is_shown(region, access, event_is_shown, NULL)) {
        hw_access_format(region, access, text);
        fprintf(stderr, "%s\n", text);
    }
}

static void access_observe(HwRegionState *region, const HwAccess *access, void *opaque)
{
    (void)opaque;
    if (bridge.trace) {
        access_print(region, access);
    }
    if (bridge.coverage) {
        hw_coverage_note(bridge.coverage, region, access);
    }
}

void bridge_trace_device(BridgeDevice *device)
{
    HwInstance *instance = device->instance;

    if (!bridge.trace && !bridge.coverage) {
        return;
    }
    for (uint32_t i = 0; i < instance->region_count; i++) {
        instance->regions[i].observer = access_observe;
    }
}
