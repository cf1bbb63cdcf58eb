/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a load is accepted or refused; qemu-bridge.rst, Loads, has the reasons.
 *
 * QEMU loads one section after the other and tells no device how the stream ended.  Handlers
 * of our own, which send no section, are called before the first section and after the last.
 * By then a refused section has left an error in the stream's file.
 */
#include "plugins/qemu-bridge/device/device.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/run/state.h"
#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/layout.h"

#define HANDLERS_SIZE 512 /* more than any release's SaveVMHandlers */

static struct {
    QemuFile *file;    /* NULL: no load is under way */
    pthread_t thread;  /* that loads */
    bool is_announced; /* QEMU has called load_setup: it lies where we learned */
} load;

static bool load_is_pending(void)
{
    bool pending = false;

    for (const BridgeDevice *device = bridge.devices; device; device = device->next) {
        pending |= device->before != NULL;
    }
    return pending;
}

/* The load of all devices is through: outputs may depend on the others' state. */
static void load_end(void)
{
    load.file = NULL;
    bridge_irq_forget();
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        free(device->before);
        device->before = NULL;
        device->is_checked = false;
        if (device->mapped) {
            bridge_pci_quiet(device, true); /* the other side has sent the messages */
            hw_instance_update(device->instance);
            bridge_pci_quiet(device, false);
        }
        bridge_device_changed(device);
    }
}

void bridge_load_accept(void)
{
    if (!load_is_pending()) {
        load.file = NULL;
        return;
    }
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        if (device->is_checked) {
            hw_instance_loaded(device->instance);
        }
    }
    load_end();
}

static void load_undo(void)
{
    if (!load_is_pending()) {
        return;
    }
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        HwInstance *instance = device->instance;

        if (device->before) {
            hw_state_copy(bridge_state_of(instance), instance->dev, device->before);
        }
        if (device->is_checked) {
            hw_instance_load_undone(instance);
        }
    }
    load_end();
}

bool bridge_load_is_under_way(void)
{
    return load.file || load_is_pending();
}

int bridge_load_begin(BridgeDevice *device)
{
    HwInstance *instance = device->instance;

    if (!load.is_announced) {
        error_report("%s: QEMU has not called load_setup, expected a call before the first section",
                     instance->id);
        return -EINVAL;
    }
    device->is_checked = false;
    if (!device->before) {
        device->before = calloc(1, instance->cls->table.instance_size);
        if (!device->before) {
            return -ENOMEM;
        }
        hw_state_copy(bridge_state_of(instance), device->before, instance->dev);
    }
    return 0;
}

void bridge_load_checked(BridgeDevice *device)
{
    device->is_checked = true;
}

/* A load that never ended belongs to a migration that failed. */
static int load_setup(QemuFile *file, void *opaque)
{
    if (opaque != &load) {
        return -EINVAL;
    }
    load_undo();
    load.is_announced = true;
    load.file = file;
    load.thread = pthread_self();
    return 0;
}

/*
 * Some errors behind the last section don't keep QEMU from running the machine that a
 * migration has brought: then the run decides.  In postcopy the machine runs before another
 * thread, without the big lock, comes here.
 */
static int load_cleanup(void *opaque)
{
    (void)opaque;
    if (!load.file || !pthread_equal(load.thread, pthread_self())) {
        return 0;
    }
    if (qemu_file_get_error(load.file) == 0) {
        bridge_load_accept();
    } else if (!runstate_check(QEMU_RUN_STATE_INMIGRATE)) {
        load_undo();
    }
    load.file = NULL;
    return 0;
}

/* The two functions are neighbours in QEMU's SaveVMHandlers.  Later releases pass load_setup
 * one more argument. */
void bridge_loads_watch(void)
{
    static uint64_t handlers[HANDLERS_SIZE / sizeof(uint64_t)];
    static const struct {
        int (*setup)(QemuFile *file, void *opaque);
        int (*cleanup)(void *opaque);
    } ours = { load_setup, load_cleanup };
    static bool watches;

    if (!watches) {
        watches = true;
        memcpy((uint8_t *)handlers + qemu_layout->load_setup, &ours, sizeof(ours));
        register_savevm_live("outboard/loads", 0, 1, handlers, &load);
    }
}
