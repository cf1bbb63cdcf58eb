/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's services around memory, clock and interrupts, with a note of each call. */
#include <stdlib.h>

#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/guest-state.h"
#include "hw-api/ext/draft/interrupt-lines.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/host/recording/recorder-internal.h"

static struct {
    const HwGuestMemory *memory;
    const HwClock *clock;
    const HwGuestState *guest_state;
    const HwInterruptLines *lines;
    const HwPci *pci;
    const void *gpio;
} inner;

/* ------------------------------------------------------------------------- memory */

static bool memory_read(HwDevice *dev, uint64_t address, void *buffer, uint64_t size)
{
    bool good = inner.memory->read(dev, address, buffer, size);
    HwEntry entry = { .kind = HW_ENTRY_DMA_READ,
                      .values = { address, size },
                      .answers = { good },
                      .answer = buffer,
                      .answer_size = good ? hw_recorded_size(size) : 0 };

    hw_recorded_call(hw_recorded_of(dev), &entry);
    return good;
}

static bool memory_write(HwDevice *dev, uint64_t address, const void *buffer, uint64_t size)
{
    bool good = inner.memory->write(dev, address, buffer, size);
    HwEntry entry = { .kind = HW_ENTRY_DMA_WRITE,
                      .values = { address },
                      .bytes = buffer,
                      .size = hw_recorded_size(size),
                      .answers = { good } };

    hw_recorded_call(hw_recorded_of(dev), &entry);
    return good;
}

static void *memory_region_pointer(HwDevice *dev, uint32_t region)
{
    return inner.memory->region_pointer(dev, region);
}

static void memory_region_dirty(HwDevice *dev, uint32_t region, uint64_t offset, uint64_t size)
{
    inner.memory->region_dirty(dev, region, offset, size);
}

static void memory_clear(HwDevice *dev)
{
    inner.memory->clear(dev);
    hw_recorded_call(hw_recorded_of(dev), &(HwEntry) { .kind = HW_ENTRY_MEMORY_CLEAR });
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

typedef struct RecordedTimer {
    HwTimer *timer; /* the host's */
    HwDevice *dev;
    uint64_t number;
    void (*fired)(HwDevice *dev, void *opaque);
    void *opaque;
} RecordedTimer;

static int64_t clock_now(HwDevice *dev)
{
    int64_t now = inner.clock->now(dev);

    hw_recorded_call(hw_recorded_of(dev),
                     &(HwEntry) { .kind = HW_ENTRY_NOW, .answers = { (uint64_t)now } });
    return now;
}

/* The host calls `update`, too.  Here it belongs to the input. */
static void timer_fired(HwDevice *dev, void *opaque)
{
    const RecordedTimer *timer = opaque;
    const HwIntake input = { .kind = HW_INTAKE_FIRED, .values = { timer->number } };

    hw_watch_begin(hw_instance_of(dev)->watch, &input);
    timer->fired(dev, timer->opaque); /* the timer may go in the call */
    hw_device_update(dev);
    hw_watch_end(hw_instance_of(dev)->watch, 0);
}

static HwTimer *clock_timer_new(HwDevice *dev, void (*fired)(HwDevice *dev, void *opaque),
                                void *opaque)
{
    HwRecorded *device = hw_recorded_of(dev);
    RecordedTimer *timer = calloc(1, sizeof(*timer));
    HwTimer *made = timer ? inner.clock->timer_new(dev, timer_fired, timer) : NULL;

    hw_recorded_call(device,
                     &(HwEntry) { .kind = HW_ENTRY_TIMER_NEW, .answers = { made != NULL } });
    if (!made) {
        free(timer);
        return NULL;
    }
    *timer = (RecordedTimer) { made, dev, device ? device->timers++ : 0, fired, opaque };
    return (HwTimer *)timer;
}

static void timer_note(const RecordedTimer *timer, HwEntryKind kind, uint64_t value)
{
    hw_recorded_call(hw_recorded_of(timer->dev),
                     &(HwEntry) { .kind = kind, .values = { timer->number, value } });
}

static void clock_timer_set(HwTimer *timer, int64_t deadline)
{
    const RecordedTimer *recorded = (const RecordedTimer *)timer;

    inner.clock->timer_set(recorded->timer, deadline);
    timer_note(recorded, HW_ENTRY_TIMER_SET, (uint64_t)deadline);
}

static void clock_timer_cancel(HwTimer *timer)
{
    const RecordedTimer *recorded = (const RecordedTimer *)timer;

    inner.clock->timer_cancel(recorded->timer);
    timer_note(recorded, HW_ENTRY_TIMER_CANCEL, 0);
}

static void clock_timer_free(HwTimer *timer)
{
    RecordedTimer *recorded = (RecordedTimer *)timer;

    if (recorded) {
        inner.clock->timer_free(recorded->timer);
        timer_note(recorded, HW_ENTRY_TIMER_FREE, 0);
        free(recorded);
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

static void guest_tell(HwDevice *dev, uint32_t news)
{
    hw_recorded_call(hw_recorded_of(dev), &(HwEntry) { .kind = HW_ENTRY_TELL, .values = { news } });
    inner.guest_state->tell(dev, news);
}

static bool lines_gsi(HwDevice *dev, uint32_t line, uint32_t *gsi)
{
    bool good = inner.lines->gsi(dev, line, gsi);

    hw_recorded_call(hw_recorded_of(dev), &(HwEntry) { .kind = HW_ENTRY_GSI,
                                                       .values = { line },
                                                       .answers = { good, *gsi } });
    return good;
}

static uint32_t pci_interrupts(HwDevice *dev)
{
    uint32_t kind = inner.pci->interrupts(dev);

    hw_recorded_call(hw_recorded_of(dev),
                     &(HwEntry) { .kind = HW_ENTRY_PCI_INTERRUPTS, .answers = { kind } });
    return kind;
}

static void pci_message(HwDevice *dev, uint32_t vector)
{
    hw_recorded_call(hw_recorded_of(dev),
                     &(HwEntry) { .kind = HW_ENTRY_PCI_MESSAGE, .values = { vector } });
    inner.pci->message(dev, vector);
}

static uint32_t pci_address(HwDevice *dev)
{
    uint32_t address = inner.pci->address(dev);

    hw_recorded_call(hw_recorded_of(dev),
                     &(HwEntry) { .kind = HW_ENTRY_PCI_ADDRESS, .answers = { address } });
    return address;
}

static const HwGuestState guest_state = { .abi = HW_ABI(HwGuestState), .tell = guest_tell };
static const HwInterruptLines lines = { .abi = HW_ABI(HwInterruptLines), .gsi = lines_gsi };
static const HwPci pci = {
    .abi = HW_ABI(HwPci),
    .interrupts = pci_interrupts,
    .message = pci_message,
    .address = pci_address,
};

const HwRecordedService hw_recorded_machine[] = {
    { HW_GUEST_MEMORY, &memory, (const void **)&inner.memory },
    { HW_CLOCK, &clock_table, (const void **)&inner.clock },
    { HW_GUEST_STATE, &guest_state, (const void **)&inner.guest_state },
    { HW_INTERRUPT_LINES, &lines, (const void **)&inner.lines },
    { HW_PCI, &pci, (const void **)&inner.pci },
    { HW_GPIO, NULL, &inner.gpio }, /* the host notes changes itself */
    { NULL, NULL, NULL },
};
