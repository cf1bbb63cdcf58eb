/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions that a device can call in this host: the core table and the services. */
#include <string.h>
#include <sys/mman.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/guest-state.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/host/pci/function.h"
#include "hw-api/host/recording/recorder.h"
#include "hw-api/host/run/gpio.h"
#include "hw-api/host/run/screen.h"
#include "qtest/machine/core/host-internal.h"

/* ------------------------------------------------------------- guest memory */

static ObMap *memory_of(const HwDevice *dev)
{
    return &ob_host_of(dev)->maps[HW_SPACE_MEMORY];
}

static bool range_copy(ObMap *map, uint64_t address, void *to, const void *from, uint64_t size)
{
    if (!ob_map_is_ram(map, address, size)) {
        return false;
    }
    if (to) {
        ob_map_read(map, address, to, size);
    } else {
        ob_map_write(map, address, from, size);
    }
    return true;
}

/* A PCI function reaches memory once the guest has set its bus master bit.  An IOMMU cuts the
 * range into pieces. */
static bool function_copy(HwDevice *dev, uint64_t address, uint8_t *to, const uint8_t *from,
                          uint64_t size)
{
    const ObWires *wires = ob_host_of(dev)->wires;
    uint64_t memory;

    if (!hw_pci_unit_is_master(hw_instance_of(dev)->pci)) {
        return false;
    }
    for (uint64_t done = 0, run; done < size; done += run) {
        run = wires->dma_translate(dev, address + done, size - done, from != NULL, &memory);
        if (!run || !range_copy(memory_of(dev), memory, to ? to + done : NULL,
                                from ? from + done : NULL, run)) {
            return false;
        }
    }
    return true;
}

static bool memory_read(HwDevice *dev, uint64_t address, void *buffer, uint64_t size)
{
    return hw_instance_of(dev)->pci ? function_copy(dev, address, buffer, NULL, size)
                                    : range_copy(memory_of(dev), address, buffer, NULL, size);
}

static bool memory_write(HwDevice *dev, uint64_t address, const void *buffer, uint64_t size)
{
    return hw_instance_of(dev)->pci ? function_copy(dev, address, NULL, buffer, size)
                                    : range_copy(memory_of(dev), address, NULL, buffer, size);
}

static void *memory_region_pointer(HwDevice *dev, uint32_t region)
{
    const HwInstance *instance = hw_instance_of(dev);

    return region < instance->region_count ? instance->regions[region].ram : NULL;
}

static void memory_region_dirty(HwDevice *dev, uint32_t region, uint64_t offset, uint64_t size)
{
    const HwInstance *instance = hw_instance_of(dev);
    ObRamBlock *block = NULL;

    if (region < instance->region_count) {
        block = ob_ram_block_of(&instance->regions[region]);
    }
    if (block && offset < block->length) {
        ob_ram_block_mark(block, offset, MIN(size, block->length - offset));
    }
}

/* Untouched RAM stays untouched: the kernel drops the pages instead. */
static void range_clear(const ObRange *range)
{
    if (range->block) {
        ob_ram_block_mark_written(range->block, range->block_offset, range->size);
    }
    if (range->region || madvise(range->store, range->size, MADV_DONTNEED) < 0) {
        memset(range->store, 0, range->size);
    }
}

static void memory_clear(HwDevice *dev)
{
    ObMap *map = memory_of(dev);

    ob_map_settle(map);
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->ranges[i].store) {
            range_clear(&map->ranges[i]);
        }
    }
}

static const HwGuestMemory guest_memory = {
    .abi = HW_ABI(HwGuestMemory),
    .read = memory_read,
    .write = memory_write,
    .region_pointer = memory_region_pointer,
    .region_dirty = memory_region_dirty,
    .clear = memory_clear,
};

/* -------------------------------------------------------------------- clock */

static int64_t clock_now(HwDevice *dev)
{
    return ob_host_of(dev)->clock.now;
}

static HwTimer *clock_timer_new(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque),
                                void *opaque)
{
    return ob_clock_timer_new(&ob_host_of(dev)->clock, dev, fired, opaque);
}

static const HwClock virtual_clock = {
    .abi = HW_ABI(HwClock),
    .now = clock_now,
    .timer_new = clock_timer_new,
    .timer_set = ob_clock_timer_set,
    .timer_cancel = ob_clock_timer_cancel,
    .timer_free = ob_clock_timer_free,
};

/* -------------------------------------------------------------- guest state */

static void guest_state_tell(HwDevice *dev, uint32_t news)
{
    const ObHost *host = ob_host_of(dev);

    if (host->guest_told) {
        host->guest_told(host->guest_told_opaque, news);
    }
}

static const HwGuestState guest_state = {
    .abi = HW_ABI(HwGuestState),
    .tell = guest_state_tell,
};

void ob_host_observe_guest(ObHost *host, void (*told)(void *opaque, uint32_t news), void *opaque)
{
    host->guest_told = told;
    host->guest_told_opaque = opaque;
}

/* --------------------------------------------------------------- core table */

static const void *service_find(const ObService *services, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(services[i].name, name)) {
            return services[i].table;
        }
    }
    return NULL;
}

static const void *host_query(const HwHost *api, const char *service)
{
    const ObHost *host = (const ObHost *)api;
    const ObService services[] = {
        { HW_GUEST_MEMORY, &guest_memory },
        { HW_CLOCK, &virtual_clock },
        { HW_EVENT_LOOP, &ob_event_loop },
        { HW_DISPLAY, &hw_display_service },
        { HW_GPIO, &hw_gpio_service },
        { HW_GUEST_STATE, &guest_state },
        { HW_TPM_BACKEND, hw_tpm_service() },
        { HW_VCPU_REGISTERS, host->base.vcpus ? hw_vcpu_registers_service() : NULL },
    };

    const void *found = service_find(services, G_N_ELEMENTS(services), service);

    if (!found) {
        found = service_find((const ObService *)(void *)host->services->data, host->services->len,
                             service);
    }
    return hw_recorder_service(host->recorder, service, found);
}

void ob_service_offer(ObHost *host, const char *name, const void *table)
{
    const ObService service = { name, table };

    g_array_append_val(host->services, service);
}

static void host_log(HwDevice *dev, uint32_t level, const char *text)
{
    const ObHost *host = ob_host_of(dev);

    if (host->log) {
        host->log(host->log_opaque, dev->id, level, text);
    }
}

static void host_irq_set(HwDevice *dev, uint32_t line, bool level)
{
    ObHost *host = ob_host_of(dev);
    HwPciUnit *unit = hw_instance_of(dev)->pci;
    ObDevice *device;

    hw_recorder_irq(dev, line, level);
    if (unit ? hw_pci_unit_irq_set(unit, line, level)
             : ob_irqs_set(&host->irqs, dev, line, level)) {
        return;
    }
    device = ob_device_of(dev);
    if (device->irq_warned) {
        return;
    }
    device->irq_warned = true;
    if (unit) {
        hw_log(dev, HW_LOG_WARNING, "interrupt %u does not exist, expected 0 to %u", line,
               HW_PCI_LINES - 1);
    } else {
        hw_log(dev, HW_LOG_WARNING, "interrupt line %u does not exist, machine '%s' has %u lines",
               line, host->machine->name, host->irqs.count);
    }
}

const HwHost *ob_host_api(const ObHost *host)
{
    return &host->base.api;
}

void ob_services_init(ObHost *host)
{
    host->base.api = (HwHost) {
        .abi = HW_ABI(HwHost),
        .name = host->name,
        .query = host_query,
        .log = host_log,
        .irq_set = host_irq_set,
    };
}
