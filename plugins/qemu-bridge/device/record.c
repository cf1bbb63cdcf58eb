/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record=FILE: the devices' accesses and answers, as our host's -record. */
#include "plugins/qemu-bridge/device/device.h"

#include "hw-api/device/error.h"

bool bridge_record_begin(const char *path, HwError *error)
{
    bridge.recorder = hw_recorder_new(path, bridge.host, error);
    return bridge.recorder;
}

void bridge_record_end(void)
{
    HwRecorder *recorder = bridge.recorder;
    HW_ERROR(error, 512);

    bridge.recorder = NULL;
    if (!hw_recorder_free(recorder, &error)) {
        warn_report("%s", error.text);
    }
}

bool bridge_record_follow(BridgeDevice *device, HwError *error)
{
    return !bridge.recorder || hw_recorder_follow(bridge.recorder, device->instance,
                                                  hw_plugin_set_plugin(bridge.set), error);
}

bool bridge_record_accepts(HwError *error)
{
    return !bridge.recorder || hw_recorder_accepts(bridge.recorder, error);
}
