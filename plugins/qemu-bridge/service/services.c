/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/service/services.h"

#include <string.h>

#include "hw-api/host/run/gpio.h"
#include "hw-api/host/run/screen.h"
#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/display/console.h"
#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/log.h"

static const struct {
    const char *name;
    const void *service;
} services[] = {
    { HW_ACPI, &bridge_acpi },
    { HW_CLOCK, &bridge_clock },
    { HW_DEVICE_TREE, &bridge_device_tree },
    { HW_EVENT_LOOP, &bridge_event_loop },
    { HW_FW_CFG, &bridge_fw_cfg },
    { HW_GPIO, &hw_gpio_service },
    { HW_GUEST_MEMORY, &bridge_guest_memory },
    { HW_GUEST_TIME, &bridge_guest_time },
    { HW_INTERRUPT_LINES, &bridge_interrupt_lines },
    { HW_TPM_BACKEND, &bridge_tpm_backend },
};

static const void *service_find(const char *service)
{
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (strcmp(services[i].name, service) == 0) {
            return services[i].service;
        }
    }
    if (strcmp(service, HW_PCI) == 0) {
        return bridge_pci();
    }
    if (strcmp(service, HW_DISPLAY) == 0) {
        return qemu_consoles() ? &hw_display_service : NULL;
    }
    if (strcmp(service, HW_CHARDEV) == 0) {
        return bridge_chardev();
    }
    if (strcmp(service, HW_INPUT) == 0) {
        return bridge_input();
    }
    if (strcmp(service, HW_I2C) == 0) {
        return bridge_i2c();
    }
    if (strcmp(service, HW_NET) == 0) {
        return bridge_net();
    }
    return strcmp(service, HW_VCPU_REGISTERS) == 0 ? bridge_vcpu_registers() : NULL;
}

static const void *host_query(const HwHost *host, const char *service)
{
    (void)host;
    return hw_recorder_service(bridge.recorder, service, service_find(service));
}

static __attribute__((noinline)) void line_set(BridgeDevice *device, uint32_t line, bool level)
{
    hw_recorder_irq(device->instance->dev, line, level);
    if (device->pci) {
        bridge_pci_irq_set(device, line, level);
    } else {
        bridge_irq_set(device->instance->dev, line, level);
    }
}

/* Each access to a device sets its lines again, mostly as they are: these calls save no registers. */
static void host_irq_set(HwDevice *dev, uint32_t line, bool level)
{
    BridgeDevice *device = bridge_device_of_instance(dev);

    if (!device->pci || device->instance->watch || !bridge_pci_line_is(device->pci, line, level)) {
        line_set(device, line, level);
    }
}

HwHostBase bridge_host = {
    .api = {
        .abi = HW_ABI(HwHost),
        .name = "qemu",
        .query = host_query,
        .log = bridge_log,
        .irq_set = host_irq_set,
    },
};
