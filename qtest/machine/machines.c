/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of machine. */
#include "qtest/machine/board.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "qtest/machine/flash/flash.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/pci/pci.h"

#define MIB UINT64_C(0x100000)

/*
 * The platform window of the PC machines ends below the I/O APIC (0xfec00000) and the TPM
 * (0xfed40000).  The window and the ports are free in QEMU's PC machines too.  QEMU maps
 * dynamic sysbus devices in the window of virt.
 */
static const ObMachine machines[] = {
    {
        .name = "none",
        .description = "empty machine",
        .ram_block = "ram",
        .architectures = "*",
        .ram_low_limit = 0xe0000000,
        .ram_low_size = 0xc0000000,
        .platform_base = 0xfe000000,
        .platform_size = 0x00c00000,
    },
    {
        .name = "pc",
        .description = "standard PC (i440FX + PIIX)",
        .product = "Standard PC (i440FX + PIIX, 1996)",
        .versioned = "pc-i440fx",
        .ram_block = "pc.ram",
        .architectures = "x86_64",
        .is_default = true,
        .max_cpus = 255,
        .ram_size = 128 * MIB,
        .ram_low_limit = 0xe0000000,
        .ram_low_size = 0xc0000000,
        .ram_low_moves = true,
        .has_io_ports = true,
        .has_smbus = true,
        .platform_base = 0xfe000000,
        .platform_size = 0x00c00000,
        .platform_io_base = 0x1000,
        .platform_io_size = 0x1000,
        .irq_lines = 24,
        .irq_controller = "/machine/i440fx/ioapic",
        .acpi = &ob_acpi_pc,
        .pci = &ob_pci_board_pc,
        .flash = &ob_flash_pc,
    },
    {
        .name = "q35",
        .description = "standard PC (Q35 + ICH9)",
        .product = "Standard PC (Q35 + ICH9, 2009)",
        .versioned = "pc-q35",
        .ram_block = "pc.ram",
        .architectures = "x86_64",
        .max_cpus = 288,
        .ram_size = 128 * MIB,
        .ram_low_limit = 0xb0000000,
        .ram_low_size = 0x80000000,
        .has_io_ports = true,
        .has_smbus = true,
        .platform_base = 0xfe000000,
        .platform_size = 0x00c00000,
        .platform_io_base = 0x1000,
        .platform_io_size = 0x1000,
        .irq_lines = 24,
        .irq_controller = "/machine/q35/ioapic",
        .acpi = &ob_acpi_q35,
        .pci = &ob_pci_board_q35,
        .flash = &ob_flash_pc,
    },
    {
        .name = "virt",
        .description = "ARM virtual machine",
        .product = "QEMU Virtual Machine",
        .versioned = "virt",
        .ram_block = "mach-virt.ram",
        .page_bits = 12,
        .architectures = "aarch64",
        .is_default = true,
        .max_cpus = 512,
        .has_tree = true,
        .fw_cfg_base = 0x09020000,
        .ram_base = 0x40000000,
        .ram_size = 128 * MIB,
        .virtio_slots = 0x0a000000,
        .platform_base = 0x0c000000,
        .platform_size = 0x02000000,
        .irq_lines = 256,
        .irq_controller = "/machine/gic",
        .acpi = &ob_acpi_virt,
        .pci = &ob_pci_board_virt,
        .flash = &ob_flash_virt,
    },
};

const ObMachine *ob_machine_at(uint32_t index)
{
    return index < sizeof(machines) / sizeof(machines[0]) ? &machines[index] : NULL;
}

bool ob_machine_fits(const ObMachine *machine, const char *architecture)
{
    return !strcmp(machine->architectures, "*") || !strcmp(machine->architectures, architecture);
}

const char ob_machine_latest[] = "7.2";

/* Those of the QEMU releases that this host is tested against. */
const char *ob_machine_version_at(uint32_t index)
{
    static const char *const versions[] = { "7.2", "8.0",  "8.1",  "8.2",  "9.0",  "9.1",
                                            "9.2", "10.0", "10.1", "10.2", "11.0", "11.1" };

    return index < sizeof(versions) / sizeof(versions[0]) ? versions[index] : NULL;
}

/* Proxmox's QEMU adds a version of its own: "pc+pve0", "pc-q35-8.1+pve0". */
static bool is_end(const char *rest)
{
    return !*rest || (g_str_has_prefix(rest, "+pve") && g_ascii_isdigit(rest[4]) && !rest[5]);
}

/* QEMU's series from 4.0 on had three minor versions each. */
static bool version_is_known(const char *text)
{
    unsigned major, minor;
    int length = 0;

    return sscanf(text, "%2u.%1u%n", &major, &minor, &length) == 2 && is_end(text + length) &&
           major >= 4 && major <= 11 && minor <= 2 && g_ascii_isdigit(text[0]) && text[0] != '0';
}

/* Accepts "q35", or "pc-q35-" with a version. */
static bool machine_is_called(const ObMachine *machine, const char *name)
{
    size_t length = machine->versioned ? strlen(machine->versioned) : 0;

    return (g_str_has_prefix(name, machine->name) && is_end(name + strlen(machine->name))) ||
           (length && !strncmp(name, machine->versioned, length) && name[length] == '-' &&
            version_is_known(name + length + 1));
}

uint32_t ob_machine_version(const char *name)
{
    const char *version = name ? strrchr(name, '-') : NULL;
    unsigned major, minor;

    if (!version || sscanf(version, "-%2u.%1u", &major, &minor) != 2) {
        sscanf(ob_machine_latest, "%2u.%1u", &major, &minor);
    }
    return 100 * major + minor;
}

bool ob_machine_is_since(const char *name, unsigned major, unsigned minor)
{
    return ob_machine_version(name) >= 100 * major + minor;
}

char *ob_machine_stream_name(const ObMachine *machine, const char *name)
{
    if (!machine->versioned) {
        return g_strdup(machine->name);
    }
    if (name && g_str_has_prefix(name, machine->versioned)) {
        return g_strndup(name, strcspn(name, "+"));
    }
    return g_strdup_printf("%s-%s", machine->versioned, ob_machine_latest);
}

const ObMachine *ob_machine_find(const char *architecture, const char *name)
{
    const ObMachine *machine;

    for (uint32_t i = 0; (machine = ob_machine_at(i)); i++) {
        if (ob_machine_fits(machine, architecture) &&
            (name ? machine_is_called(machine, name) : machine->is_default)) {
            return machine;
        }
    }
    return NULL;
}
