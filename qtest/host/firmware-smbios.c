/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SMBIOS structures of this machine. */
#include "qtest/host/firmware-files.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/pci/bridge.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/machine/parts/smbios.h"
#include "qtest/machine/pci/pci.h"

#define GIB               (UINT64_C(1) << 30)
#define ABOVE_4G          (4 * GIB)
#define PROCESSOR_QEMU64  UINT64_C(0x078bfbfd00060fb1) /* CPUID 1 of QEMU's default model */
#define PROCESSOR_THREADS (UINT64_C(1) << (32 + 28))   /* EDX: a package has several */

/* ------------------------------------------------------------------ machine */

static bool ram_at(void *opaque, uint32_t index, uint64_t *start, uint64_t *size)
{
    const ObSystem *system = opaque;
    const ObMachine *machine = ob_host_machine(system->host);
    uint64_t all = ob_host_ram_size(system->host);
    uint64_t low = ob_host_ram_low(system->host);

    *start = index ? ABOVE_4G : machine->ram_base;
    *size = index ? all - low : low;
    return index < 2 && *size;
}

/* Buses below bridges have no numbers yet: their functions are on bus 0, the same as in QEMU. */
static bool function_below(const ObPci *pci, const HwPciUnit *bridge, const char *id,
                           uint32_t *address)
{
    for (uint32_t i = 0; i < OB_PCI_FUNCTIONS; i++) {
        const HwPciUnit *unit = ob_pci_below(pci, bridge, i);

        if (!unit) {
            continue;
        }
        if (unit->instance && unit->instance->id && strcmp(unit->instance->id, id) == 0) {
            *address = i;
            return true;
        }
        if (unit->below && function_below(pci, unit, id, address)) {
            return true;
        }
    }
    return false;
}

static bool function_find(void *opaque, const char *id, uint32_t *address)
{
    const ObPci *pci = ob_host_pci(((const ObSystem *)opaque)->host);

    return pci && function_below(pci, NULL, id, address);
}

/* PCs of 8.1 and 8.2 had the larger entry point. */
static ObSmbiosEntry entry_choose(const ObOptions *options, bool is_pc)
{
    uint32_t version = ob_machine_version(options->machine);

    if (options->has_smbios_entry) {
        return (ObSmbiosEntry)options->smbios_entry;
    }
    return !is_pc           ? OB_SMBIOS_ENTRY_64
           : version <= 800 ? OB_SMBIOS_ENTRY_32
           : version <= 802 ? OB_SMBIOS_ENTRY_64
                            : OB_SMBIOS_ENTRY_AUTO;
}

static ObSmbiosMachine describe(ObSystem *system, const char *version)
{
    const ObOptions *options = system->options;
    const ObMachine *machine = ob_host_machine(system->host);
    const uint32_t *counts = options->topology.counts;
    bool is_pc = machine->has_io_ports;
    ObSmbiosMachine m = {
        .product = machine->product,
        .version = version,
        .uuid = options->boot.uuid,
        .processor_id = is_pc ? PROCESSOR_QEMU64 : 0,
        .sockets = counts[OB_CPU_SOCKET],
        .cores = counts[OB_CPU_DIE] * counts[OB_CPU_CLUSTER] * counts[OB_CPU_CORE],
        .ram_size = ob_host_ram_size(system->host),
        .dimm_size = ob_machine_is_since(options->machine, 9, 1) ? 2048 * GIB : 16 * GIB,
        .entry = entry_choose(options, is_pc),
        .ram_at = ram_at,
        .function_find = function_find,
        .opaque = system,
    };

    m.threads = m.cores * counts[OB_CPU_THREAD];
    m.processor_id |= is_pc && m.threads > 1 ? PROCESSOR_THREADS : 0;
    return m;
}

/* -------------------------------------------------------------------- files */

static bool file_add(ObSystem *system, const char *name, GByteArray *bytes, HwError *error)
{
    return ob_fw_cfg_add_copy(ob_host_fw_cfg(system->host), name, bytes->data, bytes->len, error);
}

bool ob_firmware_smbios_add(ObSystem *system, HwError *error)
{
    const ObMachine *machine = ob_host_machine(system->host);
    g_autofree char *version = ob_machine_stream_name(machine, system->options->machine);
    g_autoptr(GByteArray) anchor = g_byte_array_new();
    g_autoptr(GByteArray) tables = g_byte_array_new();
    ObSmbiosMachine m = describe(system, version);
    HW_ERROR(reason, 512);

    if (!machine->product) {
        return true;
    }
    return (ob_smbios_build(system->options->smbios, &m, anchor, tables, &reason) &&
            file_add(system, OB_SMBIOS_ANCHOR, anchor, &reason) &&
            file_add(system, OB_SMBIOS_TABLES, tables, &reason)) ||
           hw_error_set(error, "-smbios: %s", reason.text);
}
