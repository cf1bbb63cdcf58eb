/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/board.h"

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/draft/interrupt-lines.h"
#include "hw-api/ext/acpi.h"
#include "qtest/machine/chardev/chardev.h"
#include "qtest/machine/core/lines.h"
#include "qtest/machine/flash/flash.h"
#include "qtest/machine/i2c/i2c.h"
#include "qtest/machine/input/input.h"
#include "qtest/machine/net/net.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/cmos.h"
#include "qtest/machine/parts/fw-cfg-internal.h"
#include "qtest/machine/parts/ich9-tco.h"
#include "qtest/machine/parts/virtio-slots.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/machine/tree/tree.h"

static void parts_gone(ObHost *host)
{
    ob_acpi_free(host->acpi);
    ob_tree_free(host);
    ob_net_free(host);
    ob_chardev_free(host);
    ob_input_free(host);
}

bool ob_board_is_bus_option(const HwClass *cls, const char *key)
{
    return ob_pci_is_option(cls, key) || ob_i2c_is_option(cls, key) || ob_line_is_option(cls, key);
}

static ObDevice *device_below(const ObDevice *device)
{
    ObDevice *target = ob_i2c_target_below(device);

    return target ? target : ob_pci_function_below(device);
}

static void device_leaves(ObDevice *device)
{
    ob_device_remove_files(device);
    ob_tree_device_leaves(device);
}

static const ObWires wires = {
    .device_comes = ob_device_add_files,
    .device_leaves = device_leaves,
    .device_shelved = ob_tree_device_leaves,
    .device_moved = ob_device_move_files,
    .function_comes = ob_pci_function_comes,
    .function_leaves = ob_pci_function_leaves,
    .function_plugged = ob_pci_function_plugged,
    .device_below = device_below,
    .function_unplug = ob_pci_function_unplug,
    .slot_changed = ob_acpi_slot_changed,
    .lpc_placed = ob_tco_placed,
    .target_comes = ob_i2c_target_comes,
    .target_leaves = ob_i2c_target_leaves,
    .is_bus_option = ob_board_is_bus_option,
    .dma_translate = ob_pci_dma_translate,
    .devices_changed = ob_acpi_outdate,
    .parts_gone = parts_gone,
    .foreign_has = ob_foreign_has,
    .foreign_free = ob_foreign_free,
};

static bool parts_add(ObHost *host, const ObHostConfig *config, HwError *error)
{
    return ob_fw_cfg_create(host, config->boot, error) &&
           ob_cmos_create(host, config->boot, error) && ob_flash_create(host, config, error) &&
           ob_pci_create(host, config, error) && ob_tco_create(host, config, error) &&
           ob_virtio_slots_create(host, error) &&
           (config->no_acpi || ob_acpi_create(host, config->boot, error));
}

static void services_offer(ObHost *host)
{
    ob_service_offer(host, HW_I2C, &ob_i2c_service);
    ob_service_offer(host, HW_NET, &ob_net_service);
    ob_service_offer(host, HW_CHARDEV, &ob_chardev_service);
    ob_service_offer(host, HW_INPUT, &ob_input_service);
    if (host->fw_cfg) {
        ob_service_offer(host, HW_FW_CFG, &ob_fw_cfg_service);
    }
    if (host->tree) {
        ob_service_offer(host, HW_DEVICE_TREE, ob_tree_service());
    }
    if (host->acpi) {
        ob_service_offer(host, HW_ACPI, ob_acpi_service());
        ob_service_offer(host, HW_INTERRUPT_LINES, &ob_interrupt_lines);
    }
}

ObHost *ob_host_new(const ObHostConfig *config, HwError *error)
{
    const ObMachine *machine = ob_machine_find(config->architecture, config->machine);
    ObHost *host;

    if (!machine) {
        hw_error_set(error, "machine: '%s' does not exist for architecture '%s'",
                     config->machine ? config->machine : "default", config->architecture);
        return NULL;
    }
    host = ob_core_new(machine, config, &wires, error);
    if (!host) {
        return NULL;
    }
    host->stream_name = ob_machine_stream_name(machine, config->machine);
    host->version = ob_machine_version(config->machine);
    if (!parts_add(host, config, error)) {
        ob_host_free(host);
        return NULL;
    }
    if (machine->has_tree) {
        ob_tree_create(host, config->phandle_start);
    }
    services_offer(host);
    return host;
}
