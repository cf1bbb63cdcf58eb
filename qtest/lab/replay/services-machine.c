/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory, clock, interrupts and firmware's tables, with the answers of the recording. */
#include <string.h>

#include "hw-api/ext/acpi.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/draft/guest-state.h"
#include "hw-api/ext/draft/interrupt-lines.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/host/run/gpio.h"
#include "qtest/lab/replay/replay-internal.h"

/* A call without bytes, with the one answer. */
static uint64_t ask(HwDevice *dev, HwEntryKind kind, uint64_t value, uint64_t more)
{
    HwEntry call = { .kind = kind, .values = { value, more } };

    replay_call(replay_device_of(dev), &call, NULL, 0);
    return call.answers[0];
}

/* ------------------------------------------------------------------------- memory */

static bool memory_read(HwDevice *dev, uint64_t address, void *buffer, uint64_t size)
{
    HwEntry call = { .kind = HW_ENTRY_DMA_READ, .values = { address, size } };

    replay_call(replay_device_of(dev), &call, buffer, size);
    return call.answers[0] && call.answer_size == size;
}

static bool memory_write(HwDevice *dev, uint64_t address, const void *buffer, uint64_t size)
{
    HwEntry call = { .kind = HW_ENTRY_DMA_WRITE,
                     .values = { address },
                     .bytes = buffer,
                     .size = hw_recorded_size(size) };

    replay_call(replay_device_of(dev), &call, NULL, 0);
    return call.answers[0];
}

static void *memory_region_pointer(HwDevice *dev, uint32_t region)
{
    const HwInstance *instance = hw_instance_of(dev);

    return region < instance->region_count ? instance->regions[region].ram : NULL;
}

static void memory_region_dirty(HwDevice *dev, uint32_t region, uint64_t offset, uint64_t size)
{
    (void)dev;
    (void)region;
    (void)offset;
    (void)size;
}

static void memory_clear(HwDevice *dev)
{
    const HwInstance *instance = hw_instance_of(dev);

    for (uint32_t i = 0; i < instance->region_count; i++) {
        const HwRegionState *region = &instance->regions[i];

        if (region->ram && region->table->kind == HW_REGION_RAM &&
            region->table->space != HW_SPACE_NONE) {
            memset(region->ram, 0, region->size);
        }
    }
    ask(dev, HW_ENTRY_MEMORY_CLEAR, 0, 0);
}

static const HwGuestMemory memory = {
    .abi = HW_ABI(HwGuestMemory),
    .read = memory_read,
    .write = memory_write,
    .region_pointer = memory_region_pointer,
    .region_dirty = memory_region_dirty,
    .clear = memory_clear,
};

/* -------------------------------------------------------------------------- clock */

static int64_t clock_now(HwDevice *dev)
{
    return (int64_t)ask(dev, HW_ENTRY_NOW, 0, 0);
}

static HwTimer *clock_timer_new(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque),
                                void *opaque)
{
    ReplayDevice *device = replay_device_of(dev);
    ReplayTimer *timer;

    if (!ask(dev, HW_ENTRY_TIMER_NEW, 0, 0)) {
        return NULL;
    }
    timer = g_new(ReplayTimer, 1);
    *timer = (ReplayTimer) { device, device->timers->len, false, fired, opaque };
    g_ptr_array_add(device->timers, timer);
    return (HwTimer *)timer;
}

static void timer_ask(const ReplayTimer *timer, HwEntryKind kind, uint64_t value)
{
    ask(timer->device->instance->dev, kind, timer->number, value);
}

static void clock_timer_set(HwTimer *timer, int64_t deadline)
{
    ((ReplayTimer *)timer)->is_set = true;
    timer_ask((ReplayTimer *)timer, HW_ENTRY_TIMER_SET, (uint64_t)deadline);
}

static void clock_timer_cancel(HwTimer *timer)
{
    ((ReplayTimer *)timer)->is_set = false;
    timer_ask((ReplayTimer *)timer, HW_ENTRY_TIMER_CANCEL, 0);
}

static void clock_timer_free(HwTimer *timer)
{
    ReplayTimer *replayed = (ReplayTimer *)timer;

    if (replayed) {
        timer_ask(replayed, HW_ENTRY_TIMER_FREE, 0);
        replayed->device->timers->pdata[replayed->number] = NULL;
        g_free(replayed);
    }
}

static const HwClock clock_table = {
    .abi = HW_ABI(HwClock),
    .now = clock_now,
    .timer_new = clock_timer_new,
    .timer_set = clock_timer_set,
    .timer_cancel = clock_timer_cancel,
    .timer_free = clock_timer_free,
};

/* ------------------------------------------------------------- interrupts and news */

void replay_irq_set(HwDevice *dev, uint32_t line, bool level)
{
    ReplayDevice *device = replay_device_of(dev);

    if (device->replay->open && hw_recorded_line_changes(&device->lines, line, level)) {
        ask(dev, HW_ENTRY_IRQ, line, level);
    }
}

void replay_output_changed(HwInstance *instance, uint32_t number, bool level)
{
    ask(instance->dev, HW_ENTRY_OUTPUT, number, level);
}

static void guest_tell(HwDevice *dev, uint32_t news)
{
    ask(dev, HW_ENTRY_TELL, news, 0);
}

static bool lines_gsi(HwDevice *dev, uint32_t line, uint32_t *gsi)
{
    HwEntry call = { .kind = HW_ENTRY_GSI, .values = { line } };

    replay_call(replay_device_of(dev), &call, NULL, 0);
    *gsi = (uint32_t)call.answers[1];
    return call.answers[0];
}

static uint32_t pci_interrupts(HwDevice *dev)
{
    return (uint32_t)ask(dev, HW_ENTRY_PCI_INTERRUPTS, 0, 0);
}

static void pci_message(HwDevice *dev, uint32_t vector)
{
    ask(dev, HW_ENTRY_PCI_MESSAGE, vector, 0);
}

static uint32_t pci_address(HwDevice *dev)
{
    return (uint32_t)ask(dev, HW_ENTRY_PCI_ADDRESS, 0, 0);
}

static const HwGuestState guest_state = { .abi = HW_ABI(HwGuestState), .tell = guest_tell };
static const HwInterruptLines lines = { .abi = HW_ABI(HwInterruptLines), .gsi = lines_gsi };
static const HwPci pci = {
    .abi = HW_ABI(HwPci),
    .interrupts = pci_interrupts,
    .message = pci_message,
    .address = pci_address,
};

/* ------------------------------------------------------------------------ firmware */

/* build_acpi is not called, so its functions are missing. */
static bool acpi_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event)
{
    HwEntry call = { .kind = HW_ENTRY_ACPI_EVENT, .values = { gpe } };

    replay_call(replay_device_of(dev), &call, NULL, 0);
    *event = (HwAcpiEvent) { (uint32_t)call.answers[1], (uint32_t)call.answers[2] };
    return call.answers[0];
}

static void acpi_raise(HwDevice *dev, uint32_t gpe)
{
    ask(dev, HW_ENTRY_ACPI_RAISE, gpe, 0);
}

static bool tree_add_node(HwDevice *dev, const char *name, uint64_t address, uint64_t size,
                          uint32_t reader)
{
    HwEntry call = { .kind = HW_ENTRY_TREE_NODE,
                     .values = { address, size, reader },
                     .bytes = name,
                     .size = (uint32_t)strlen(name) };

    replay_call(replay_device_of(dev), &call, NULL, 0);
    return call.answers[0];
}

static void tree_set(HwDevice *dev, const char *name, uint64_t address, const char *property,
                     const void *value, uint32_t size)
{
    (void)dev;
    (void)name;
    (void)address;
    (void)property;
    (void)value;
    (void)size;
}

static void tree_set_number(HwDevice *dev, const char *name, uint64_t address, uint32_t number)
{
    (void)dev;
    (void)name;
    (void)address;
    (void)number;
}

static const HwAcpi acpi = { .abi = HW_ABI(HwAcpi), .event = acpi_event, .raise = acpi_raise };
static const HwDeviceTree tree = {
    .abi = HW_ABI(HwDeviceTree),
    .add_node = tree_add_node,
    .set = tree_set,
    .set_event = tree_set_number,
    .set_interrupt = tree_set_number,
};
static const HwFwCfg fw_cfg = { .abi = HW_ABI(HwFwCfg), .features = HW_FW_CFG_DMA };

/* ------------------------------------------------------------------------- a table */

const HwRecordedService replay_machine_services[] = {
    { HW_GUEST_MEMORY, &memory, NULL },
    { HW_CLOCK, &clock_table, NULL },
    { HW_GUEST_STATE, &guest_state, NULL },
    { HW_INTERRUPT_LINES, &lines, NULL },
    { HW_PCI, &pci, NULL },
    { HW_GPIO, &hw_gpio_service, NULL },
    { HW_ACPI, &acpi, NULL },
    { HW_DEVICE_TREE, &tree, NULL },
    { HW_FW_CFG, &fw_cfg, NULL },
    { NULL, NULL, NULL },
};

static const void *table_find(const HwRecordedService *rows, const char *name)
{
    while (rows->name && strcmp(rows->name, name) != 0) {
        rows++;
    }
    return rows->table;
}

static bool is_recorded(const ObReplaySet *set, const char *name)
{
    return !set->services ||
           g_ptr_array_find_with_equal_func(set->services, name, g_str_equal, NULL);
}

const void *replay_query(const HwHost *host, const char *service)
{
    const void *table = table_find(replay_machine_services, service);

    if (!is_recorded((const ObReplaySet *)host, service)) {
        return NULL;
    }
    table = table ? table : table_find(replay_tpm_services, service);
    return table ? table : table_find(replay_loop_services, service);
}
