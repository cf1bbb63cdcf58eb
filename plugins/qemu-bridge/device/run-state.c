/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine begins to run, or stops.  Work in devices must end before their RAM is saved
 * for the last time.  It ends at the stop, or in the save if the machine is paused then (-S).
 */
#include "plugins/qemu-bridge/device/device.h"

static void run_state_changed(void *opaque, bool running, int state)
{
    BridgeDevice *device = opaque;

    (void)state;
    if (running) {
        bridge.has_run = true;
        bridge_load_accept();
        if (device->resumed) {
            device->resumed(device->instance->dev);
        }
        hw_instance_update(device->instance);
    } else {
        hw_instance_quiesce(device->instance);
    }
}

static int saving(QemuNotifierWithReturn *notifier, void *data, QemuError **error)
{
    (void)notifier;
    (void)error;
    if (*(const int *)data != QEMU_PRECOPY_BEFORE_SYNC || runstate_is_running()) {
        return 0;
    }
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        hw_instance_quiesce(device->instance);
    }
    return 0;
}

void bridge_run_state_attach(BridgeDevice *device)
{
    static QemuNotifierWithReturn notifier = { .notify = saving };

    if (!notifier.link[1]) {
        precopy_add_notifier(&notifier);
    }
    bridge_loads_watch();
    device->state_handler = qemu_add_vm_change_state_handler(run_state_changed, device);
}

void bridge_run_state_detach(BridgeDevice *device)
{
    qemu_del_vm_change_state_handler(device->state_handler);
}
