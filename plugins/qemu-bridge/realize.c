/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's life under QEMU: realize, reset, stop, unrealize. */
#include "plugins/qemu-bridge/bridge.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/machine.h"
#include "plugins/qemu-bridge/qemu/running.h"
#include "plugins/qemu-bridge/service/qemu-tpm.h"
#include "plugins/qemu-bridge/service/services.h"

#define SENTENCE 512

static bool is_tpm(const BridgeDevice *device)
{
    return hw_class_is_in_group(device->type->cls, HW_GROUP_TPM);
}

/* Counts our own devices of the group and QEMU's TPMs and vmgenid. */
static bool group_is_free(const BridgeDevice *device, HwError *error)
{
    const char *group = device->type->cls->table.at_most_one;
    bool taken = (is_tpm(device) && bridge_qemu_tpm_is_occupied()) ||
                 !bridge_generation_id_is_free(device);

    for (BridgeDevice *other = bridge.devices; other; other = other->next) {
        taken |= other != device && other->instance->phase == HW_PHASE_REALIZED &&
                 hw_class_is_in_group(other->type->cls, group);
    }
    if (taken) {
        return hw_error_set(error, "%s: the machine already has a %s, expected at most one",
                            device->instance->id, group);
    }
    return true;
}

static bool place(BridgeDevice *device, HwError *error)
{
    HwAutoBase group;

    while (hw_instance_next_auto(device->instance, &group)) {
        HW_ERROR(why, SENTENCE);
        uint64_t address;

        if (!bridge_machine_place(group.space, group.size, &address, &why)) {
            return hw_error_set(error, "%s: %s", device->instance->id, why.text);
        }
        hw_instance_place(device->instance, &group, address);
    }
    return true;
}

void bridge_device_end(BridgeDevice *device)
{
    if (device->deferred) {
        hw_deferred_close(device->deferred); /* no callback may come after unrealize */
    }
    hw_instance_unrealize(device->instance);
    hw_deferred_free(device->deferred);
    device->deferred = NULL;
}

/* Predicts the number that QEMU will give to the device's section: the names of its RAM
 * blocks contain it. */
static void device_number(BridgeDevice *device)
{
    uint32_t number = 0;

    device->description = device->type->descriptions[hw_instance_layout(device->instance)];
    for (BridgeDevice *other = bridge.devices; other; other = other->next) {
        if (other != device && other->type == device->type &&
            other->description == device->description && other->mapped) {
            number = other->instance->number < number ? number : other->instance->number + 1;
        }
    }
    device->instance->number = number;
}

static bool device_realize(BridgeDevice *device, HwError *error)
{
    device_number(device);
    device->deferred = hw_deferred_new(bridge_executor(), device->instance->dev);
    return group_is_free(device, error) && place(device, error) &&
           hw_instance_settle(device->instance, error) && bridge_regions_allocate(device, error) &&
           bridge_fw_cfg_prepare(device, error) && hw_instance_realize(device->instance, error) &&
           bridge_generation_id_prove(device, error) && bridge_regions_check(device, error) &&
           bridge_fw_cfg_check(device, error);
}

static void device_reset(void *opaque)
{
    BridgeDevice *device = opaque;

    bridge_irq_forget();
    bridge_fw_cfg_reset(device);
    hw_instance_reset(device->instance);
    bridge_generation_id_show(); /* the first reset is behind QEMU's tables */
}

static bool device_attach(BridgeDevice *device, QemuError **errp)
{
    if (device->description &&
        vmstate_register_with_alias_id(NULL, QEMU_INSTANCE_ID_ANY, device->description,
                                       device->instance->dev, -1, 0, errp) < 0) {
        return false;
    }
    qemu_register_reset(device_reset, device);
    bridge_run_state_attach(device);
    bridge_regions_map(device);
    bridge_fw_cfg_add(device);
    bridge_acpi_add(device);
    bridge_generation_id_add(device);
    if (is_tpm(device)) {
        bridge_qemu_tpm_occupy();
    }
    return true;
}

void bridge_realize(QemuObject *object, QemuError **errp)
{
    BridgeDevice *device = bridge_device_of(object);
    HW_ERROR(error, SENTENCE);
    QemuError *failed = NULL;

    if (!device) {
        bridge_fail(errp, "out of memory");
        return;
    }
    if (device->instance->phase != HW_PHASE_CREATED) {
        bridge_fail(errp, "a device can't be realized twice");
        return;
    }
    if (!qemu_running_try(&error) || !device_realize(device, &error)) {
        bridge_fail(errp, error.text);
        return;
    }
    bridge_trace_device(device);
    if (device->type->parent_realize) {
        device->type->parent_realize(object, &failed);
    }
    if (!failed) {
        device_attach(device, &failed);
    }
    if (failed) {
        bridge_fail(errp, error_get_pretty(failed));
        error_free(failed);
        bridge_device_end(device);
    }
}

void bridge_unrealize(QemuObject *object)
{
    BridgeDevice *device = bridge_device_of(object);

    if (!device || !device->mapped) {
        return;
    }
    bridge_regions_unmap(device);
    bridge_run_state_detach(device);
    qemu_unregister_reset(device_reset, device);
    if (device->description) {
        vmstate_unregister(NULL, device->description, device->instance->dev);
    }
    bridge_device_end(device);
    if (device->type->parent_unrealize) {
        device->type->parent_unrealize(object);
    }
}
