/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/host.h"

#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/reload.h"

#define GIB_4 UINT64_C(0x100000000)

/* ---------------------------------------------------------------------- RAM */

/* Maps the bytes of RAM from `start` to `end`, of the piece `block` that begins at `piece`. */
static bool ram_add(ObHost *host, ObRamBlock *block, uint64_t piece, uint64_t start, uint64_t end,
                    HwError *error)
{
    uint64_t low = ob_host_ram_low(host);
    const ObRange range = {
        .start = start < low ? host->machine->ram_base + start : GIB_4 + start - low,
        .size = end > start ? end - start : 0,
        .load = host->ram + start,
        .store = host->ram + start,
        .block = block,
        .block_offset = start - piece,
        .name = "RAM",
    };

    return range.size == 0 || ob_map_add(&host->maps[HW_SPACE_MEMORY], &range, error);
}

static bool ram_map(ObHost *host, HwError *error)
{
    uint64_t low = ob_host_ram_low(host);
    uint64_t start = 0;

    for (guint i = 0; i < host->blocks->len; i++) {
        ObRamBlock *block = g_ptr_array_index(host->blocks, i);
        uint64_t end = start + block->length;

        if (!ram_add(host, block, start, start, MIN(end, low), error) ||
            !ram_add(host, block, start, MAX(start, low), end, error)) {
            return false;
        }
        start = end;
    }
    return true;
}

static bool ram_allocate(ObHost *host, HwError *error)
{
    void *ram;

    if (host->ram_size % 4096) {
        return hw_error_set(error, "machine: RAM size %" PRIu64 " is not a multiple of 4096",
                            host->ram_size);
    }
    ram = mmap(NULL, host->ram_size, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ram == MAP_FAILED) {
        return hw_error_set(error, "machine: no address space for %" PRIu64 " bytes of RAM",
                            host->ram_size);
    }
    host->ram = ram;
    host->owns_ram = true;
    ob_ram_add(host, host->machine->ram_block, ram, host->ram_size, NULL);
    return true;
}

static void ram_take(ObHost *host, const ObHostRam *pieces, uint32_t count)
{
    host->ram = pieces[0].memory;
    host->ram_size = 0;
    for (uint32_t i = 0; i < count; i++) {
        ob_ram_add(host, pieces[i].name, pieces[i].memory, pieces[i].size, NULL);
        ((ObRamBlock *)g_ptr_array_index(host->blocks, i))->is_file = pieces[i].is_file;
        host->ram_size += pieces[i].size;
    }
}

static bool ram_create(ObHost *host, const ObHostConfig *config, HwError *error)
{
    if (config->ram_count) {
        ram_take(host, config->ram, config->ram_count);
    } else if (host->ram_size && !ram_allocate(host, error)) {
        return false;
    }
    return ram_map(host, error);
}

/* The blocks of devices stay, behind the machine's. */
bool ob_host_replace_ram(ObHost *host, const ObHostRam *pieces, uint32_t count, HwError *error)
{
    g_autoptr(GPtrArray) old = g_ptr_array_new();
    ObMap *map = &host->maps[HW_SPACE_MEMORY];
    uint64_t size = 0;

    for (uint32_t i = 0; i < count; i++) {
        size += pieces[i].size;
    }
    if (size != host->ram_size || host->owns_ram) {
        return hw_error_set(error, "machine: RAM of %" PRIu64 " bytes, expected %" PRIu64, size,
                            host->ram_size);
    }
    while (host->blocks->len) {
        g_ptr_array_add(old, g_ptr_array_steal_index(host->blocks, 0));
    }
    for (uint32_t before = map->count + 1; map->count < before;) {
        before = map->count;
        ob_map_remove(map, NULL);
    }
    host->changes++;
    ram_take(host, pieces, count);
    if (!ram_map(host, error)) {
        return false;
    }
    for (guint i = 0; i < old->len; i++) {
        ObRamBlock *block = old->pdata[i];

        if (block->region) {
            g_ptr_array_add(host->blocks, block);
        } else {
            ob_ram_block_free(block);
        }
    }
    return true;
}

/* --------------------------------------------------------------------- life */

static void tpm_log(void *opaque, uint32_t level, const char *text)
{
    const ObHost *host = opaque;

    if (host->log) {
        host->log(host->log_opaque, NULL, level, text);
    }
}

ObHost *ob_core_new(const ObMachine *machine, const ObHostConfig *config, const ObWires *wires,
                    HwError *error)
{
    ObHost *host = g_new0(ObHost, 1);

    host->machine = machine;
    host->wires = wires;
    host->name = g_strdup_printf("outboard-system-%s (%s)", config->architecture, machine->name);
    host->log = config->log;
    host->log_opaque = config->opaque;
    host->services = g_array_new(FALSE, FALSE, sizeof(ObService));
    ob_services_init(host);
    ob_map_init(&host->maps[HW_SPACE_MEMORY], "memory", UINT64_MAX, 0x00);
    ob_map_init(&host->maps[HW_SPACE_IO], "I/O", UINT16_MAX, 0xff);
    ob_irqs_init(&host->irqs, machine->irq_lines);
    ob_clock_init(&host->clock);
    host->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)ob_ram_block_free);
    ob_classes_init(host);
    host->parts = g_ptr_array_new_with_free_func((GDestroyNotify)hw_instance_free);
    host->i2c_buses = g_ptr_array_new();
    host->devices = g_ptr_array_new();
    host->executor = hw_executor_new(config->threaded ? config->wake : NULL, config->opaque);
    host->base.tpms = hw_tpm_new(host->executor, tpm_log, host);
    host->ram_size = config->ram_size ? config->ram_size : machine->ram_size;
    host->ram_low_most = config->ram_low_most;
    if (!ram_create(host, config, error)) {
        ob_host_free(host);
        return NULL;
    }
    return host;
}

void ob_host_free(ObHost *host)
{
    if (!host) {
        return;
    }
    while (host->devices->len > 0) {
        ob_device_free(g_ptr_array_steal_index(host->devices, host->devices->len - 1));
    }
    g_ptr_array_free(host->devices, TRUE);
    g_ptr_array_free(host->i2c_buses, TRUE);
    g_ptr_array_free(host->parts, TRUE);
    host->wires->parts_gone(host);
    g_array_free(host->services, TRUE);
    hw_tpm_free(host->base.tpms);
    hw_executor_free(host->executor);
    ob_classes_clear(host);
    ob_clock_clear(&host->clock);
    ob_irqs_clear(&host->irqs);
    ob_map_clear(&host->maps[HW_SPACE_MEMORY]);
    ob_map_clear(&host->maps[HW_SPACE_IO]);
    g_clear_pointer(&host->background, g_array_unref);
    host->wires->foreign_free(host->foreign);
    g_ptr_array_free(host->blocks, TRUE);
    if (host->owns_ram) {
        munmap(host->ram, host->ram_size);
    }
    g_free(host->stream_name);
    g_free(host->name);
    g_free(host);
}

const ObMachine *ob_host_machine(const ObHost *host)
{
    return host->machine;
}

uint64_t ob_host_ram_size(const ObHost *host)
{
    return host->ram_size;
}

HwTpmDrivers *ob_host_tpms(ObHost *host)
{
    return host->base.tpms;
}

void ob_host_set_vcpus(ObHost *host, HwVcpus *vcpus)
{
    host->base.vcpus = vcpus;
}

void ob_host_follow(ObHost *host, bool (*runs)(void *opaque), void *opaque)
{
    host->runs = runs;
    host->runs_opaque = opaque;
}

bool ob_host_runs(const ObHost *host)
{
    return !host->runs || host->runs(host->runs_opaque);
}

/* ----------------------------------------------------------------- accesses */

uint64_t ob_host_load(ObHost *host, HwSpace space, uint64_t address, uint32_t size)
{
    return ob_map_load(&host->maps[space], address, size);
}

void ob_host_store(ObHost *host, HwSpace space, uint64_t address, uint64_t value, uint32_t size)
{
    ob_map_store(&host->maps[space], address, value, size);
}

void ob_host_read(ObHost *host, uint64_t address, void *buffer, uint64_t size)
{
    ob_map_read(&host->maps[HW_SPACE_MEMORY], address, buffer, size);
}

void ob_host_write(ObHost *host, uint64_t address, const void *buffer, uint64_t size)
{
    ob_map_write(&host->maps[HW_SPACE_MEMORY], address, buffer, size);
}

void *ob_host_ram_pointer(ObHost *host, uint64_t address, uint64_t size)
{
    const ObRange *range = ob_map_find(&host->maps[HW_SPACE_MEMORY], address);

    if (!range || !range->store || range->size - (address - range->start) < size) {
        return NULL;
    }
    return range->store + (address - range->start);
}

/* ----------------------------------------------------- interrupts and clock */

bool ob_host_irq_level(const ObHost *host, uint32_t line)
{
    return ob_irqs_level(&host->irqs, line);
}

bool ob_host_irq_set(ObHost *host, uint32_t line, bool level)
{
    return ob_irqs_set(&host->irqs, NULL, line, level);
}

const HwDevice *ob_host_irq_driver(const ObHost *host, uint32_t line)
{
    return ob_irqs_driver(&host->irqs, line);
}

void ob_host_observe_irqs(ObHost *host, void (*changed)(void *opaque, uint32_t line, bool level),
                          void *opaque)
{
    ob_irqs_observe(&host->irqs, changed, opaque);
}

void ob_host_observe_outputs(ObHost *host,
                             void (*changed)(void *opaque, const HwDevice *device, uint32_t number,
                                             bool level),
                             void *opaque)
{
    host->output_changed = changed;
    host->output_opaque = opaque;
}

int64_t ob_host_clock_now(const ObHost *host)
{
    return host->clock.now;
}

int64_t ob_host_clock_next(const ObHost *host)
{
    return ob_clock_next(&host->clock);
}

void ob_host_clock_set(ObHost *host, int64_t now)
{
    ob_clock_set(&host->clock, now);
}

bool ob_host_poll(ObHost *host)
{
    bool any = hw_executor_poll(host->executor);

    ob_host_remove_left(host);
    return ob_clock_run_due(&host->clock) || any;
}
