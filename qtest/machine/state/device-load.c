/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/device-load.h"

#include "hw-api/device/error.h"
#include "hw-api/host/pci/function.h"
#include "hw-api/host/run/i2c.h"
#include "hw-api/host/run/state.h"

#include <inttypes.h>

struct ObDeviceLoad {
    HwInstance *instance;
    HwStateLoad *state; /* NULL: the class has no state */
    uint8_t *fresh;     /* the function's state from the stream; NULL: no PCI function */
    uint8_t *old;       /* and before; NULL: not committed */
};

/* The bytes in front of the class's: a PCI function's state, or an I2C target's address. */
static uint32_t front_size(const HwInstance *instance)
{
    return instance->pci ? hw_pci_unit_state_size(instance->pci) : hw_i2c_target(instance) ? 1 : 0;
}

ObVmMeasure ob_device_measure(void *instance, const ObVmSection *section, const uint8_t *bytes,
                              size_t size, size_t *need, HwError *error)
{
    const HwState *state = hw_instance_state(instance);
    uint32_t front = front_size(instance);
    HwStateSize found = HW_STATE_COMPLETE;

    *need = front;
    if (size < front) {
        return OB_VM_MORE;
    }
    if (state) {
        found = hw_state_measure(state, section->version, size > front ? bytes + front : NULL,
                                 size - front, need, error);
        *need += front;
    }
    return found == HW_STATE_COMPLETE ? OB_VM_MEASURED
           : found == HW_STATE_MORE   ? OB_VM_MORE
                                      : OB_VM_REFUSED;
}

/* ------------------------------------------------------------------- prepare */

/* A target does not change its address. */
static bool address_check(const HwInstance *target, uint8_t address, HwError *error)
{
    return address == target->i2c_address ||
           hw_error_set(error, "%s: address is 0x%02x, expected 0x%02x", target->id, address,
                        target->i2c_address);
}

static bool front_take(ObDeviceLoad *load, const uint8_t *bytes, size_t size, HwError *error)
{
    HwPciUnit *unit = load->instance->pci;
    uint32_t front = front_size(load->instance);

    if (size < front) {
        return hw_error_set(error, "%s: the section has %zu bytes, expected at least %" PRIu32,
                            load->instance->id, size, front);
    }
    if (!unit) {
        return address_check(load->instance, bytes[0], error);
    }
    if (!hw_pci_unit_state_check(unit, bytes, error)) {
        return false;
    }
    load->fresh = g_memdup2(bytes, front);
    return true;
}

static bool bare_check(const ObDeviceLoad *load, uint32_t version, size_t left, HwError *error)
{
    return (version == OB_FUNCTION_VERSION && left == 0) ||
           hw_error_set(error,
                        "%s: the section has version %" PRIu32 " and %zu further bytes, expected "
                        "version %u and none",
                        load->instance->id, version, left, OB_FUNCTION_VERSION);
}

ObDeviceLoad *ob_device_load_prepare(HwInstance *instance, uint32_t version, const uint8_t *bytes,
                                     size_t size, HwError *error)
{
    ObDeviceLoad *load = g_new0(ObDeviceLoad, 1);
    uint32_t front = front_size(instance);
    bool ok = true;

    load->instance = instance;
    if (front) {
        ok = front_take(load, bytes, size, error);
    }
    if (ok && hw_instance_state(instance)) {
        load->state = hw_state_load_prepare(instance, version, size > front ? bytes + front : NULL,
                                            size - front, error);
        ok = load->state != NULL;
    } else if (ok) {
        ok = bare_check(load, version, size - front, error);
    }
    if (!ok) {
        g_clear_pointer(&load, ob_device_load_free);
    }
    return load;
}

/* -------------------------------------------------------------------- commit */

static void front_commit(ObDeviceLoad *load)
{
    if (load->fresh) {
        load->old = g_malloc(front_size(load->instance));
        hw_pci_unit_state_save(load->instance->pci, load->old);
        hw_pci_unit_state_load(load->instance->pci, load->fresh);
    }
}

static void front_put_back(ObDeviceLoad *load)
{
    if (load->old) {
        hw_pci_unit_state_load(load->instance->pci, load->old);
        g_clear_pointer(&load->old, g_free);
    }
}

bool ob_device_load_commit(ObDeviceLoad *load, HwError *error)
{
    front_commit(load);
    if (load->state && !hw_state_load_commit(load->state, error)) {
        front_put_back(load);
        return false;
    }
    return true;
}

void ob_device_load_rollback(ObDeviceLoad *load)
{
    front_put_back(load);
    if (load->state) {
        hw_state_load_rollback(load->state);
    }
}

void ob_device_load_accept(ObDeviceLoad *load)
{
    if (load->state) {
        hw_state_load_accept(load->state);
    }
}

void ob_device_load_end(ObDeviceLoad *load)
{
    if (load->instance->pci) {
        hw_pci_unit_adopt(load->instance->pci, false);
    }
}

void ob_device_load_free(ObDeviceLoad *load)
{
    if (load) {
        hw_state_load_free(load->state);
        g_free(load->fresh);
        g_free(load->old);
        g_free(load);
    }
}
