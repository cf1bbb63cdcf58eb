/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "qtest/host/host.h"

#define MIB UINT64_C(0x100000)

/*
 * The platform window of the PC machines ends below the I/O APIC (0xfec00000) and the
 * TPM (0xfed40000); that of virt is where QEMU maps dynamic sysbus devices.  The ports
 * are free in QEMU's PC machines too, and so is the window.
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
        .versioned = "pc-i440fx",
        .ram_block = "pc.ram",
        .architectures = "x86_64",
        .is_default = true,
        .ram_size = 128 * MIB,
        .ram_low_limit = 0xe0000000,
        .ram_low_size = 0xc0000000,
        .has_io_ports = true,
        .platform_base = 0xfe000000,
        .platform_size = 0x00c00000,
        .platform_io_base = 0x1000,
        .platform_io_size = 0x1000,
        .irq_lines = 24,
        .irq_controller = "/machine/i440fx/ioapic",
    },
    {
        .name = "q35",
        .description = "standard PC (Q35 + ICH9)",
        .versioned = "pc-q35",
        .ram_block = "pc.ram",
        .architectures = "x86_64",
        .ram_size = 128 * MIB,
        .ram_low_limit = 0xb0000000,
        .ram_low_size = 0x80000000,
        .has_io_ports = true,
        .platform_base = 0xfe000000,
        .platform_size = 0x00c00000,
        .platform_io_base = 0x1000,
        .platform_io_size = 0x1000,
        .irq_lines = 24,
        .irq_controller = "/machine/q35/ioapic",
    },
    {
        .name = "virt",
        .description = "ARM virtual machine",
        .versioned = "virt",
        .ram_block = "mach-virt.ram",
        .architectures = "aarch64",
        .is_default = true,
        .ram_base = 0x40000000,
        .ram_size = 128 * MIB,
        .platform_base = 0x0c000000,
        .platform_size = 0x02000000,
        .irq_lines = 256,
        .irq_controller = "/machine/gic",
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

const ObMachine *ob_machine_find(const char *architecture, const char *name)
{
    const ObMachine *machine;

    for (uint32_t i = 0; (machine = ob_machine_at(i)); i++) {
        if (ob_machine_fits(machine, architecture) &&
            (name ? !strcmp(machine->name, name) : machine->is_default)) {
            return machine;
        }
    }
    return NULL;
}

bool ob_machine_is_irq_controller(const ObMachine *machine, const char *path)
{
    const char *whole = machine->irq_controller;
    size_t whole_length = whole ? strlen(whole) : 0;
    size_t length = strlen(path);

    if (length == 0 || length > whole_length) {
        return false;
    }
    if (path[0] == '/') {
        return !strcmp(path, whole);
    }
    return !strcmp(path, whole + whole_length - length) && whole[whole_length - length - 1] == '/';
}
