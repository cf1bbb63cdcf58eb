/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's life under QEMU: realize, reset, stop, unrealize. */
#include "plugins/qemu-bridge/bridge.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/device/i2c.h"
#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/machine.h"
#include "plugins/qemu-bridge/qemu/running.h"
#include "plugins/qemu-bridge/service/qemu-tpm.h"
#include "plugins/qemu-bridge/service/services.h"

#define SENTENCE 512

static bool is_tpm(const BridgeDevice *device)
{
    return hw_class_is_in_group(device->instance->cls, HW_GROUP_TPM);
}

/* A class of which a machine has at most one, and of which QEMU has its own, for example vmclock.
 * The files for TPMs and vmgenid count QEMU's, since QEMU knows these by more than their type. */
static bool may_have_twin(const BridgeDevice *device)
{
    const HwDeviceClass *table = &device->instance->cls->table;

    return table->at_most_one && strcmp(device->type->name, table->name) != 0 &&
           !hw_class_is_in_group(device->instance->cls, HW_GROUP_TPM) &&
           !hw_class_is_in_group(device->instance->cls, HW_GROUP_VMGENID);
}

static bool has_twin(const BridgeDevice *device)
{
    bool several = false;

    return may_have_twin(device) &&
           (object_resolve_path_type("", device->instance->cls->table.name, &several) || several);
}

/* QEMU's own device may come behind ours. */
static void twins_refuse(QemuNotifier *notifier, void *data)
{
    (void)notifier;
    (void)data;
    for (BridgeDevice *device = bridge.devices; device; device = device->next) {
        HW_ERROR(error, SENTENCE);

        if (has_twin(device)) {
            hw_error_set(&error,
                         "the machine has two of the device %s, ours and QEMU's, expected "
                         "at most one",
                         device->instance->cls->table.name);
            bridge_report(error.text);
            exit(1);
        }
        if (may_have_twin(device)) {
            bridge_regions_name(device, true);
        }
    }
}

/* QEMU aborts if its own device gets a RAM block of the same name.  So ours has no name until all
 * devices are there. */
static void twin_expect(BridgeDevice *device)
{
    static QemuNotifier done = { .notify = twins_refuse };
    static bool expected;

    if (!may_have_twin(device)) {
        return;
    }
    bridge_regions_name(device, false);
    if (!expected) {
        expected = true;
        qemu_add_machine_init_done_notifier(&done);
    }
}

/* Counts our own devices of the group and QEMU's. */
static bool group_is_free(const BridgeDevice *device, HwError *error)
{
    const char *group = device->instance->cls->table.at_most_one;
    bool taken = (is_tpm(device) && bridge_qemu_tpm_is_occupied()) ||
                 !bridge_generation_id_is_free(device) || has_twin(device);

    for (BridgeDevice *other = bridge.devices; other; other = other->next) {
        taken |= other != device && other->instance->phase == HW_PHASE_REALIZED &&
                 hw_class_is_in_group(other->instance->cls, group);
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
    bridge_display_detach(device);
    bridge_lines_disconnect(device);
    if (device->deferred) {
        hw_deferred_close(device->deferred); /* no callback may come after unrealize */
    }
    hw_instance_unrealize(device->instance);
    bridge_clock_release(device->instance->dev);
    hw_deferred_free(device->deferred);
    device->deferred = NULL;
}

static bool device_realize(BridgeDevice *device, HwError *error)
{
    bridge_section_choose(device);
    device->deferred = hw_deferred_new(bridge_executor(), device->instance->dev);
    return group_is_free(device, error) && place(device, error) &&
           hw_instance_settle(device->instance, error) && bridge_regions_allocate(device, error) &&
           bridge_fw_cfg_prepare(device, error) && bridge_record_follow(device, error) &&
           hw_instance_realize(device->instance, error) && bridge_record_accepts(error) &&
           bridge_generation_id_prove(device, error) && bridge_regions_check(device, error) &&
           bridge_fw_cfg_check(device, error) && bridge_gpio_attach(device, error);
}

/* ------------------------------------------------------------------- reset */

/* Returns NULL if the object has no realized device. */
static BridgeDevice *device_to_reset(QemuObject *object)
{
    BridgeDevice *device = bridge_device_of(object);

    return device && device->mapped ? device : NULL;
}

void bridge_reset_hold(QemuObject *object, int type)
{
    BridgeDevice *device = device_to_reset(object);

    (void)type;
    if (!device) {
        return;
    }
    bridge_irq_forget();
    bridge_fw_cfg_reset(device);
    bridge_pci_quiet(device, true); /* QEMU switches messages off only after this */
    hw_instance_reset(device->instance);
    bridge_pci_quiet(device, false);
    bridge_generation_id_show(); /* the first reset is behind QEMU's tables */
}

/* The bus has taken the pin's level back since the first phase. */
void bridge_reset_leave(QemuObject *object, int type)
{
    BridgeDevice *device = device_to_reset(object);

    (void)type;
    if (device && device->pci) {
        bridge_pci_pin_update(device);
    }
}

/* ------------------------------------------------------------------ realize */

/* No bus resets the device. */
static bool is_busless(const BridgeDevice *device)
{
    return !device->pci && !bridge_type_is_i2c(device->type);
}

static bool device_attach(BridgeDevice *device, QemuError **errp)
{
    if (!bridge_section_register(device, errp)) {
        return false;
    }
    if (is_busless(device)) {
        qemu_register_reset(resettable_cold_reset_fn, device->object);
    }
    bridge_run_state_attach(device);
    bridge_regions_map(device);
    bridge_fw_cfg_add(device);
    bridge_acpi_add(device);
    bridge_generation_id_add(device);
    bridge_display_attach(device);
    twin_expect(device);
    if (is_tpm(device)) {
        bridge_qemu_tpm_occupy();
    }
    return true;
}

/* On an I2C bus or on none. */
static void plain_realize(BridgeDevice *device, QemuError **errp)
{
    HW_ERROR(error, SENTENCE);

    if (!bridge_i2c_open(device, &error) || !device_realize(device, &error)) {
        bridge_fail(errp, error.text);
        return;
    }
    if (device->type->parent_realize) {
        device->type->parent_realize(device->object, errp);
    }
}

/* The parent puts the device on its bus and makes the configuration space, so it comes first. */
static void pci_realize(BridgeDevice *device, QemuError **errp)
{
    HW_ERROR(error, SENTENCE);
    QemuError *failed = NULL;

    device->type->parent_realize(device->object, &failed);
    if (failed) {
        bridge_fail(errp, error_get_pretty(failed));
        error_free(failed);
        return;
    }
    if (!bridge_pci_open(device, &error) || !device_realize(device, &error) ||
        !bridge_pci_attach(device, &error)) {
        bridge_fail(errp, error.text);
        bridge_pci_detach(device);
        device->type->parent_unrealize(device->object);
    }
}

static void realize_undo(BridgeDevice *device)
{
    bridge_device_end(device);
    if (device->pci) {
        bridge_pci_detach(device);
        device->type->parent_unrealize(device->object);
    }
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
    if (device->type->refusal || !qemu_running_try(&error)) {
        bridge_fail(errp, device->type->refusal ? device->type->refusal : error.text);
        return;
    }
    (bridge_type_is_pci(device->type) ? pci_realize : plain_realize)(device, &failed);
    if (!failed) {
        bridge_trace_device(device);
        if (!device_attach(device, &failed)) {
            realize_undo(device);
        }
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
    if (device->pci) {
        bridge_regions_name(device, false); /* the next device in the slot has the same names */
    } else if (is_busless(device)) {
        qemu_unregister_reset(resettable_cold_reset_fn, device->object);
    }
    bridge_section_unregister(device);
    bridge_fw_cfg_leave(device);
    bridge_device_end(device);
    bridge_pci_detach(device);
    if (device->type->parent_unrealize) {
        device->type->parent_unrealize(object);
    }
}
