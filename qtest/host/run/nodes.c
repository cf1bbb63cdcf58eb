/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/nodes.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/host/run/low-ram.h"
#include "qtest/host/run/numa.h"
#include "qtest/host/run/objects.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

enum { FW_CFG_NUMA = 0x0d };

bool ob_nodes_exist(const ObSystem *system)
{
    return system->options->numa && system->options->numa->count;
}

static ObObject *backend(const ObSystem *system, uint32_t node)
{
    const char *id = system->options->numa->nodes[node].memdev;

    return id ? ob_objects_find(system, id) : NULL;
}

/* ------------------------------------------------------------------------ RAM */

/* Moves the nodes' memory to one range, so that RAM is one range for its users. */
static bool nodes_join(ObSystem *system, uint64_t size, HwError *error)
{
    uint8_t *at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED) {
        return hw_error_set(error, "-numa: no address space for 0x%" PRIx64 " bytes", size);
    }
    for (uint32_t i = 0; i < system->options->numa->count; i++) {
        ObObject *object = backend(system, i);
        ObMemoryBackend *memory = object ? object->memory : NULL;

        if (!memory) {
            continue;
        }
        if (mremap(memory->memory, memory->size, memory->size, MREMAP_MAYMOVE | MREMAP_FIXED, at) ==
            MAP_FAILED) {
            return hw_error_set(error, "-numa: can't move the memory of '%s': %s", object->id,
                                g_strerror(errno));
        }
        memory->memory = at;
        at += memory->size;
        ob_objects_take_ram(system, object);
    }
    return true;
}

static bool node_check(const ObSystem *system, uint32_t node, uint64_t *size, HwError *error)
{
    const ObNumaNode *nodes = system->options->numa->nodes;
    const char *id = nodes[node].memdev;
    const ObObject *object = backend(system, node);

    if (id && (!object || !object->memory)) {
        return hw_error_set(error, "-numa: memdev=%s is ambiguous or not a memory backend", id);
    }
    for (uint32_t i = 0; id && i < node; i++) {
        if (g_strcmp0(nodes[i].memdev, id) == 0) {
            return hw_error_set(error, "-numa: memory backend %s is used multiple times", id);
        }
    }
    *size += id ? object->memory->size : 0;
    return true;
}

bool ob_nodes_open(ObSystem *system, const ObMachine *machine, uint64_t size, HwError *error)
{
    uint64_t total = 0;

    if (!machine->acpi) {
        return hw_error_set(error, "-numa: NUMA is not supported by machine '%s'", machine->name);
    }
    if (system->options->memory_backend) {
        return hw_error_set(error, "'-machine memory-backend' and '-numa memdev' properties are "
                                   "mutually exclusive");
    }
    for (uint32_t i = 0; i < system->options->numa->count; i++) {
        if (!node_check(system, i, &total, error)) {
            return false;
        }
    }
    return (total == size || hw_error_set(error,
                                          "-numa: total memory for NUMA nodes (0x%" PRIx64
                                          ") should equal RAM size (0x%" PRIx64 ")",
                                          total, size)) &&
           nodes_join(system, size, error);
}

/* ------------------------------------------------------------------- firmware */

uint64_t ob_nodes_memory(const ObSystem *system, uint32_t node)
{
    const ObObject *object = backend(system, node);

    return object ? object->memory->size : 0;
}

/* Returns the sum. */
static uint64_t sizes_collect(const ObSystem *system, uint64_t *sizes)
{
    uint64_t all = 0;

    for (uint32_t i = 0; i < system->options->numa->count; i++) {
        sizes[i] = ob_nodes_memory(system, i);
        all += sizes[i];
    }
    return all;
}

void ob_nodes_collect_tables(ObSystem *system, const ObMachine *machine)
{
    const ObOptions *options = system->options;
    uint64_t sizes[OB_NUMA_NODES] = { 0 };
    HwAcpiOem oem;
    uint64_t low;

    g_clear_pointer(&system->tables, g_ptr_array_unref);
    system->tables = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (guint i = 0; i < options->tables->len; i++) {
        g_ptr_array_add(system->tables, g_bytes_ref(options->tables->pdata[i]));
    }
    if (ob_nodes_exist(system)) {
        low = ob_machine_ram_low(machine, sizes_collect(system, sizes),
                                 ob_low_ram_most(options, machine));
        hw_acpi_oem_set(&oem, options->boot.oem_id, options->boot.oem_table_id, NULL);
        ob_numa_tables_add(system->tables, &oem, options->numa, machine, low, sizes,
                           options->topology.cpus);
    }
}

/* The number of nodes, each APIC ID's node, each node's memory: all of 64 bits. */
void ob_nodes_tell_firmware(ObSystem *system)
{
    const ObNuma *numa = system->options->numa;
    ObFwCfg *fw_cfg = ob_host_fw_cfg(system->host);
    uint64_t sizes[OB_NUMA_NODES] = { 0 };
    uint32_t limit = MAX(system->options->boot.cpu_limit, 1);
    g_autofree uint8_t *bytes = NULL;
    uint32_t count;

    if (!ob_nodes_exist(system) || !fw_cfg || !ob_host_machine(system->host)->has_io_ports) {
        return;
    }
    count = 1 + limit + numa->count;
    bytes = g_malloc0_n(count, 8);
    sizes_collect(system, sizes);
    hw_store_le(bytes, numa->count, 8);
    for (uint32_t i = 0; i < numa->topology->maximum; i++) {
        hw_store_le(bytes + 8 * (1 + ob_topology_apic_id(numa->topology, i)), numa->cpu_nodes[i],
                    8);
    }
    for (uint32_t i = 0; i < numa->count; i++) {
        hw_store_le(bytes + 8 * (1 + limit + i), sizes[i], 8);
    }
    ob_fw_cfg_set_item(fw_cfg, FW_CFG_NUMA, bytes, 8 * count);
}

/* ------------------------------------------------------------------- preconfig */

bool ob_nodes_apply(ObSystem *system, HwError *error)
{
    const ObMachine *machine = ob_host_machine(system->host);

    if (!ob_nodes_exist(system)) {
        return true;
    }
    if (!ob_numa_complete(system->options->numa, error)) {
        return false;
    }
    ob_objects_release_ram(system);
    if (!ob_nodes_open(system, machine, ob_host_ram_size(system->host), error) ||
        !ob_host_replace_ram(system->host, (const ObHostRam *)system->ram->data, system->ram->len,
                             error)) {
        return false;
    }
    ob_objects_drop_own_ram(system, machine);
    ob_nodes_collect_tables(system, machine);
    ob_acpi_set_given(system->host, system->tables);
    ob_acpi_outdate(system->host);
    ob_nodes_tell_firmware(system);
    return true;
}
