/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/symbols.h"

#include "plugins/qemu-bridge/qemu/chardev/chardev-api.h"
#include "plugins/qemu-bridge/qemu/i2c/i2c-api.h"
#include "plugins/qemu-bridge/qemu/input/input-api.h"
#include "plugins/qemu-bridge/qemu/net-api.h"
#include "plugins/qemu-bridge/qemu/pci/pci-api.h"

/* clang-format off */
#define FUNCTION(name) { #name, (const void *)(uintptr_t)&name }
#define OBJECT(name)   { #name, &name }
/* clang-format on */

static const QemuSymbol symbols[] = {
    FUNCTION(acpi_send_event),
    FUNCTION(address_space_cache_destroy),
    FUNCTION(address_space_cache_init),
    FUNCTION(address_space_destroy),
    FUNCTION(address_space_init),
    OBJECT(address_space_memory),
    FUNCTION(address_space_read_cached_slow),
    FUNCTION(address_space_rw),
    FUNCTION(aio_bh_new_full),
    FUNCTION(device_class_set_parent_realize),
    FUNCTION(device_class_set_parent_unrealize),
    FUNCTION(drain_call_rcu),
    FUNCTION(error_free),
    FUNCTION(error_get_pretty),
    FUNCTION(error_report),
    FUNCTION(error_setg_internal),
    FUNCTION(fw_cfg_add_file_callback),
    FUNCTION(fw_cfg_dma_enabled),
    FUNCTION(fw_cfg_find),
    FUNCTION(fw_cfg_modify_file),
    FUNCTION(get_system_io),
    FUNCTION(get_system_memory),
    FUNCTION(guest_phys_blocks_append),
    FUNCTION(guest_phys_blocks_free),
    FUNCTION(guest_phys_blocks_init),
    FUNCTION(info_report),
    FUNCTION(memory_region_add_subregion),
    FUNCTION(memory_region_add_subregion_overlap),
    FUNCTION(memory_region_del_subregion),
    FUNCTION(memory_region_find),
    FUNCTION(memory_region_get_ram_addr),
    FUNCTION(memory_region_get_ram_ptr),
    FUNCTION(memory_region_init),
    FUNCTION(memory_region_init_alias),
    FUNCTION(memory_region_init_io),
    FUNCTION(memory_region_init_ram),
    FUNCTION(memory_region_init_rom_device),
    FUNCTION(memory_region_present),
    FUNCTION(memory_region_ram_resize),
    FUNCTION(memory_region_set_dirty),
    FUNCTION(memory_region_size),
    FUNCTION(memory_region_unref),
    FUNCTION(migration_incoming_get_current),
    FUNCTION(object_class_by_name),
    FUNCTION(object_class_dynamic_cast),
    FUNCTION(object_class_get_name),
    FUNCTION(object_class_property_add),
    FUNCTION(object_class_property_find),
    FUNCTION(object_class_property_set_description),
    FUNCTION(object_get_canonical_path_component),
    FUNCTION(object_get_root),
    FUNCTION(object_get_typename),
    FUNCTION(object_new),
    FUNCTION(object_property_add),
    FUNCTION(object_property_add_child),
    FUNCTION(object_property_del),
    FUNCTION(object_property_find),
    FUNCTION(object_property_get_bool),
    FUNCTION(object_property_get_str),
    FUNCTION(object_property_get_uint),
    FUNCTION(object_property_set_description),
    FUNCTION(object_property_set_link),
    FUNCTION(object_property_set_str),
    FUNCTION(object_ref),
    FUNCTION(object_resolve_path_component),
    FUNCTION(object_resolve_path_type),
    FUNCTION(object_unparent),
    FUNCTION(object_unref),
    FUNCTION(precopy_add_notifier),
    FUNCTION(qapi_free_GuidInfo),
    FUNCTION(qapi_free_VersionInfo),
    FUNCTION(qdev_connect_gpio_out_named),
    FUNCTION(qdev_get_gpio_in),
    FUNCTION(qdev_get_gpio_in_named),
    FUNCTION(qdev_get_machine),
    FUNCTION(qdev_init_gpio_in_named_with_opaque),
    FUNCTION(qdev_init_gpio_out_named),
    FUNCTION(qemu_add_exit_notifier),
    FUNCTION(qemu_add_machine_init_done_notifier),
    FUNCTION(qemu_add_vm_change_state_handler),
    FUNCTION(qemu_bh_schedule),
    FUNCTION(qemu_clock_get_ns),
    FUNCTION(qemu_del_vm_change_state_handler),
    FUNCTION(qemu_fclose),
    FUNCTION(qemu_fdt_add_subnode),
    FUNCTION(qemu_fdt_setprop),
    FUNCTION(qemu_fflush),
    FUNCTION(qemu_file_get_error),
    FUNCTION(qemu_file_new_input),
    FUNCTION(qemu_file_new_output),
    FUNCTION(qemu_find_file),
    FUNCTION(qemu_find_tpm_be),
    FUNCTION(qemu_get_aio_context),
    FUNCTION(qemu_get_be32),
    FUNCTION(qemu_file_get_ioc),
    FUNCTION(qemu_get_buffer),
    FUNCTION(qemu_get_cpu),
    FUNCTION(qemu_loadvm_state_cleanup),
    FUNCTION(qemu_log),
    OBJECT(qemu_loglevel),
    FUNCTION(qemu_put_be32),
    FUNCTION(qemu_put_buffer),
    FUNCTION(qemu_ram_block_by_name),
    FUNCTION(qemu_register_reset),
    FUNCTION(qemu_set_irq),
    FUNCTION(qemu_unregister_reset),
    FUNCTION(qio_channel_buffer_new),
    FUNCTION(qio_channel_io_seek),
    FUNCTION(qio_channel_read_all),
    FUNCTION(qio_channel_write_all),
    FUNCTION(qmp_query_version),
    FUNCTION(qmp_query_vm_generation_id),
    FUNCTION(register_module_init),
    FUNCTION(register_savevm_live),
    FUNCTION(resettable_class_set_parent_phases),
    FUNCTION(resettable_cold_reset_fn),
    FUNCTION(runstate_check),
    FUNCTION(runstate_is_running),
    FUNCTION(timer_deinit),
    FUNCTION(timer_del),
    FUNCTION(timer_init_full),
    FUNCTION(timer_mod_ns),
    FUNCTION(tpm_backend_cancel_cmd),
    FUNCTION(tpm_backend_deliver_request),
    FUNCTION(tpm_backend_finish_sync),
    FUNCTION(tpm_backend_get_buffer_size),
    FUNCTION(tpm_backend_get_tpm_established_flag),
    FUNCTION(tpm_backend_get_tpm_version),
    FUNCTION(tpm_backend_init),
    FUNCTION(tpm_backend_reset),
    FUNCTION(tpm_backend_startup_tpm),
    FUNCTION(type_register_static),
    FUNCTION(unregister_savevm),
    FUNCTION(visit_type_bool),
    FUNCTION(visit_type_size),
    FUNCTION(visit_type_str),
    FUNCTION(visit_type_uint64),
    { "vmstate_clock", vmstate_clock },
    { "vmstate_cpu_common", vmstate_cpu_common },
    { "vmstate_fifo8", vmstate_fifo8 },
    { "vmstate_i2c_slave", vmstate_i2c_slave },
    OBJECT(vmstate_info_uint16),
    OBJECT(vmstate_info_uint32),
    OBJECT(vmstate_info_uint64),
    OBJECT(vmstate_info_uint8),
    FUNCTION(vmstate_load_state),
    FUNCTION(vmstate_register_with_alias_id),
    FUNCTION(vmstate_save_state),
    { "vmstate_serial", vmstate_serial },
    FUNCTION(vmstate_unregister),
    FUNCTION(vmstate_register_ram),
    FUNCTION(vmstate_unregister_ram),
    { "vmstate_usb_device", vmstate_usb_device },
    FUNCTION(warn_report),
};

/* Without one of these QEMU still carries other devices. */
static const QemuSymbol pci_symbols[] = {
    FUNCTION(msi_enabled),
    FUNCTION(msi_init),
    FUNCTION(msi_notify),
    FUNCTION(msi_nr_vectors_allocated),
    FUNCTION(msi_uninit),
    FUNCTION(msix_enabled),
    FUNCTION(msix_init_exclusive_bar),
    FUNCTION(msix_notify),
    FUNCTION(msix_uninit_exclusive_bar),
    FUNCTION(msix_vector_use),
    FUNCTION(object_dynamic_cast),
    FUNCTION(pci_add_capability),
    FUNCTION(pci_bus_num),
    FUNCTION(pci_default_read_config),
    FUNCTION(pci_default_write_config),
    FUNCTION(pci_device_iommu_address_space),
    FUNCTION(pci_register_bar),
    FUNCTION(pci_set_irq),
    FUNCTION(pcie_add_capability),
    FUNCTION(pcie_cap_exit),
    FUNCTION(pcie_cap_flr_init),
    FUNCTION(pcie_cap_flr_write_config),
    FUNCTION(pcie_endpoint_cap_init),
    FUNCTION(qdev_get_parent_bus),
    { "vmstate_msix", vmstate_msix },
    { "vmstate_pci_device", vmstate_pci_device },
};

static const QemuSymbol net_symbols[] = {
    FUNCTION(qemu_del_nic),
    FUNCTION(qemu_find_net_clients_except),
    FUNCTION(qemu_flush_queued_packets),
    FUNCTION(qemu_format_nic_info_str),
    FUNCTION(qemu_get_nic_opaque),
    FUNCTION(qemu_get_queue),
    FUNCTION(qemu_macaddr_default_if_unset),
    FUNCTION(qemu_new_nic),
    FUNCTION(qemu_send_packet_async),
};

static const QemuSymbol chardev_symbols[] = {
    FUNCTION(qemu_chr_fe_accept_input),
    FUNCTION(qemu_chr_fe_add_watch),
    FUNCTION(qemu_chr_fe_deinit),
    FUNCTION(qemu_chr_fe_init),
    FUNCTION(qemu_chr_fe_set_handlers),
    FUNCTION(qemu_chr_fe_write),
    FUNCTION(qemu_chr_find),
};

static const QemuSymbol input_symbols[] = {
    OBJECT(InputAxis_lookup),
    OBJECT(InputButton_lookup),
    OBJECT(InputEventKind_lookup),
    FUNCTION(qapi_enum_parse),
    FUNCTION(qemu_input_handler_activate),
    FUNCTION(qemu_input_handler_register),
    FUNCTION(qemu_input_handler_unregister),
};

static const QemuSymbol i2c_symbols[] = {
    FUNCTION(i2c_bus_busy),
    FUNCTION(i2c_end_transfer),
    FUNCTION(i2c_init_bus),
    FUNCTION(i2c_recv),
    FUNCTION(i2c_send),
    FUNCTION(i2c_start_transfer),
    FUNCTION(object_property_set_uint),
    FUNCTION(qdev_new),
    FUNCTION(sysbus_realize_and_unref),
    { "vmstate_i2c_slave", vmstate_i2c_slave },
};

const QemuSymbol *qemu_symbols(size_t *count)
{
    *count = sizeof(symbols) / sizeof(symbols[0]);
    return symbols;
}

const QemuSymbol *qemu_pci_symbols(size_t *count)
{
    *count = sizeof(pci_symbols) / sizeof(pci_symbols[0]);
    return pci_symbols;
}

const QemuSymbol *qemu_i2c_symbols(size_t *count)
{
    *count = sizeof(i2c_symbols) / sizeof(i2c_symbols[0]);
    return i2c_symbols;
}

const QemuSymbol *qemu_net_symbols(size_t *count)
{
    *count = sizeof(net_symbols) / sizeof(net_symbols[0]);
    return net_symbols;
}

const QemuSymbol *qemu_chardev_symbols(size_t *count)
{
    *count = sizeof(chardev_symbols) / sizeof(chardev_symbols[0]);
    return chardev_symbols;
}

const QemuSymbol *qemu_input_symbols(size_t *count)
{
    *count = sizeof(input_symbols) / sizeof(input_symbols[0]);
    return input_symbols;
}

const char *qemu_symbol_missing(const QemuSymbol *(*list)(size_t *count))
{
    size_t count;
    const QemuSymbol *its = list(&count);

    for (size_t i = 0; i < count; i++) {
        if (!its[i].address) {
            return its[i].name;
        }
    }
    return NULL;
}

size_t qemu_symbols_missing(const char **first)
{
    size_t missing = 0;

    *first = NULL;
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        if (symbols[i].address) {
            continue;
        }
        missing++;
        if (!*first) {
            *first = symbols[i].name;
        }
    }
    return missing;
}
