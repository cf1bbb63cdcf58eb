/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that QEMU itself adds to fw_cfg after the devices of the command line: when the
 * machine is complete, and at its first reset.  QEMU aborts if no slot is free for one.
 */
#include "plugins/qemu-bridge/service/services.h"

#include <stdio.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"
#include "plugins/qemu-bridge/qemu/machine.h"

#define LOG_FILE "etc/tpm/log"

static bool type_has_object(const char *type)
{
    bool ambiguous = false;

    return object_class_by_name(type) &&
           (object_resolve_path_type("", type, &ambiguous) || ambiguous);
}

static bool always(void)
{
    return true;
}

/* Machine types until 2.5 do not have the file. */
static bool has_geometry(void)
{
    unsigned major = 0;
    unsigned minor = 0;

    return sscanf(object_get_typename(qdev_get_machine()), "pc-%*[^-]-%u.%u", &major, &minor) !=
               2 ||
           major > 2 || (major == 2 && minor > 5);
}

static bool is_pc(void)
{
    return bridge_machine_is("pc-");
}

static bool is_virt(void)
{
    return bridge_machine_is("virt-");
}

static bool is_microvm(void)
{
    return bridge_machine_is("microvm-");
}

static bool has_smbios(void)
{
    return is_pc() || is_virt();
}

static bool has_acpi(void)
{
    return (is_pc() || is_virt() || is_microvm()) && bridge_machine_property_is_not("acpi", "off");
}

/* On a microvm only our own devices have a log. */
static bool has_log(void)
{
    return (has_acpi() && !is_microvm()) || bridge_fw_cfg_file_named(LOG_FILE);
}

static bool has_tpm_config(void)
{
    QemuObject *tpm = type_has_object("tpm-if") ? object_resolve_path_type("", "tpm-if", NULL)
                                                : NULL;

    return is_pc() && has_acpi() && tpm && object_property_get_bool(tpm, "ppi", NULL);
}

/* Our own device has another name if QEMU has a device of this name. */
static bool has_generation_id(void)
{
    return is_pc() && has_acpi() && type_has_object("vmgenid");
}

static bool has_more_roots(void)
{
    return type_has_object("pxb-host") || type_has_object("pxb-cxl-host");
}

/* Bits of IA32_FEATURE_CONTROL that firmware has to set, for features of the first CPU. */
static bool has_feature_control(void)
{
    static const char *const features[] = { "vmx", "lmce", "sgx" };
    QemuObject *cpu = qemu_get_cpu(0);

    for (size_t i = 0; is_pc() && cpu && i < sizeof(features) / sizeof(features[0]); i++) {
        if (object_property_get_bool(cpu, features[i], NULL)) {
            return true;
        }
    }
    return false;
}

static bool has_hardware_errors(void)
{
    return is_virt() && has_acpi() && object_property_get_bool(qdev_get_machine(), "ras", NULL);
}

/* Releases before 10.0 have added some of these files earlier. */
static const struct {
    const char *name;
    bool (*comes)(void);
} late_files[] = {
    { "bios-geometry", has_geometry },
    { "bootorder", always },
    { "etc/acpi/rsdp", has_acpi },
    { "etc/acpi/tables", has_acpi },
    { "etc/e820", bridge_machine_has_ports },
    { "etc/extra-pci-roots", has_more_roots },
    { "etc/fdt", is_microvm },
    { "etc/hardware_errors", has_hardware_errors },
    { "etc/hardware_errors_addr", has_hardware_errors }, /* 11.1: etc/acpi_table_hest_addr */
    { "etc/msr_feature_control", has_feature_control },
    { "etc/smbios/smbios-anchor", has_smbios },
    { "etc/smbios/smbios-tables", has_smbios },
    { "etc/table-loader", has_acpi },
    { "etc/tpm/config", has_tpm_config },
    { LOG_FILE, has_log },
    { "etc/vmgenid_addr", has_generation_id },
    { "etc/vmgenid_guid", has_generation_id },
};

uint32_t bridge_fw_cfg_late_files(void)
{
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof(late_files) / sizeof(late_files[0]); i++) {
        FwCfgFile found;

        count += late_files[i].comes() && !fw_cfg_port_find(late_files[i].name, &found, NULL);
    }
    return count;
}

bool bridge_fw_cfg_file_is_late(const char *name)
{
    return strcmp(name, LOG_FILE) == 0;
}
