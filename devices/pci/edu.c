/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * edu: the educational PCI device that QEMU's page docs/specs/edu describes.  Registers below 0x80
 * take accesses of 4 bytes, the others of 4 or 8.  A register table can't say this, nor that the
 * rest of the BAR reads as ones: so the registers are an MMIO region.
 */
#include <inttypes.h>
#include <string.h>

#include "devices/devices.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/guest-memory.h"

enum { ID, LIVE, FACTORIAL, STATUS, IRQ, RAISE, ACKNOWLEDGE, WORDS };
enum { SOURCE, TARGET, COUNT, COMMAND, QUADS };

static const uint8_t word_offsets[WORDS] = { 0x00, 0x04, 0x08, 0x20, 0x24, 0x60, 0x64 };

#define QUADS_OFFSET     0x80
#define VERSION          0x010000ed

#define STATUS_COMPUTING HW_BIT(0)
#define STATUS_NOTIFY    HW_BIT(7) /* an interrupt when a factorial is done */
#define IRQ_FACTORIAL    HW_BIT(0)
#define IRQ_TRANSFER     HW_BIT(8)
#define COMMAND_START    HW_BIT(0)
#define COMMAND_TO_GUEST HW_BIT(1)
#define COMMAND_NOTIFY   HW_BIT(2)

#define BUFFER_ADDRESS   0x40000
#define BUFFER_SIZE      4096u
#define TRANSFER_TIME    INT64_C(100000000)

typedef struct Edu {
    HwDevice dev;
    uint64_t dma_mask;     /* bits of the addresses that it can reach */
    uint32_t words[RAISE]; /* those behind store nothing */
    uint64_t quads[QUADS];
    uint64_t deadline; /* the transfer under way ends then */
    uint8_t buffer[BUFFER_SIZE];
    HwTimer *timer;
} Edu;

static void edu_raise(Edu *s, uint32_t bits)
{
    s->words[IRQ] |= bits;
    if (s->words[IRQ]) {
        hw_pci(&s->dev)->message(&s->dev, 0);
    }
}

/* From 34 on the product is 0 in 32 bits: the loop's end does not leave the time to the guest. */
static void edu_compute(HwDevice *dev, void *opaque)
{
    Edu *s = HW_DEVICE(Edu, dev);
    uint32_t result = 1;

    (void)opaque;
    if (s->words[STATUS] & STATUS_COMPUTING) {
        for (uint32_t n = s->words[FACTORIAL]; n > 0 && result; n--) {
            result *= n;
        }
        s->words[FACTORIAL] = result;
        s->words[STATUS] &= ~STATUS_COMPUTING;
        edu_raise(s, s->words[STATUS] & STATUS_NOTIFY ? IRQ_FACTORIAL : 0);
    }
}

static bool edu_copy(Edu *s)
{
    const HwGuestMemory *memory = hw_guest_memory(&s->dev);
    bool to_guest = s->quads[COMMAND] & COMMAND_TO_GUEST;
    uint64_t inside = s->quads[to_guest ? SOURCE : TARGET] - BUFFER_ADDRESS;
    uint64_t outside = s->quads[to_guest ? TARGET : SOURCE] & s->dma_mask;
    uint64_t count = s->quads[COUNT];

    return count <= BUFFER_SIZE && inside <= BUFFER_SIZE - count &&
           (to_guest ? memory->write(&s->dev, outside, s->buffer + inside, count)
                     : memory->read(&s->dev, outside, s->buffer + inside, count));
}

static void edu_transfer(HwDevice *dev, void *opaque)
{
    Edu *s = HW_DEVICE(Edu, dev);

    (void)opaque;
    if (!edu_copy(s)) {
        hw_log(dev, HW_LOG_GUEST_ERROR, "the transfer of 0x%" PRIx64 " bytes failed",
               s->quads[COUNT]);
    }
    s->quads[COMMAND] &= ~(uint64_t)COMMAND_START;
    if (s->quads[COMMAND] & COMMAND_NOTIFY) {
        edu_raise(s, IRQ_TRANSFER);
    }
}

static void edu_timer_restore(HwDevice *dev)
{
    Edu *s = HW_DEVICE(Edu, dev);

    if (s->quads[COMMAND] & COMMAND_START) {
        hw_clock(dev)->timer_set(s->timer, (int64_t)s->deadline);
    } else {
        hw_clock(dev)->timer_cancel(s->timer);
    }
}

/* A transfer under way keeps its registers. */
static void edu_quad_written(Edu *s, uint64_t number, uint64_t value)
{
    if ((s->quads[COMMAND] & COMMAND_START) || (number == COMMAND && !(value & COMMAND_START))) {
        return;
    }
    s->quads[number] = value;
    if (number == COMMAND) {
        s->deadline = (uint64_t)(hw_clock(&s->dev)->now(&s->dev) + TRANSFER_TIME);
        edu_timer_restore(&s->dev);
    }
}

static void edu_word_written(Edu *s, uint32_t number, uint32_t value)
{
    switch (number) {
    case LIVE:
        s->words[LIVE] = ~value;
        break;
    case FACTORIAL:
        if (!(s->words[STATUS] & STATUS_COMPUTING)) {
            s->words[FACTORIAL] = value;
            s->words[STATUS] |= STATUS_COMPUTING;
            hw_event_loop(&s->dev)->post(&s->dev, edu_compute, NULL);
        }
        break;
    case STATUS:
        s->words[STATUS] = (s->words[STATUS] & ~STATUS_NOTIFY) | (value & STATUS_NOTIFY);
        break;
    case RAISE:
        edu_raise(s, value);
        break;
    case ACKNOWLEDGE:
        s->words[IRQ] &= ~value;
        break;
    }
}

/* WORDS: there is none. */
static uint32_t word_at(uint64_t offset, uint32_t size)
{
    uint32_t number = 0;

    while (number < WORDS && (size != 4 || word_offsets[number] != offset)) {
        number++;
    }
    return number;
}

static bool is_quad(uint64_t offset)
{
    return offset % 8 == 0 && offset >= QUADS_OFFSET && offset < QUADS_OFFSET + 8 * QUADS;
}

/* QEMU refuses accesses of 1 and 2 bytes, and its bus reads zero then. */
static uint64_t edu_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    const Edu *s = HW_DEVICE(Edu, dev);
    uint32_t word = word_at(offset, size);

    if (size < 4) {
        return 0;
    }
    if (is_quad(offset)) {
        return s->quads[(offset - QUADS_OFFSET) / 8];
    }
    return word < RAISE ? s->words[word] : UINT64_MAX;
}

static void edu_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    if (size >= 4 && is_quad(offset)) {
        edu_quad_written(HW_DEVICE(Edu, dev), (offset - QUADS_OFFSET) / 8, value);
    } else {
        edu_word_written(HW_DEVICE(Edu, dev), word_at(offset, size), (uint32_t)value);
    }
}

static void edu_update(HwDevice *dev)
{
    hw_irq_set(dev, 0, HW_DEVICE(Edu, dev)->words[IRQ] != 0);
}

static void edu_reset(HwDevice *dev)
{
    Edu *s = HW_DEVICE(Edu, dev);

    memset(s->words, 0, sizeof(s->words));
    memset(s->quads, 0, sizeof(s->quads));
    memset(s->buffer, 0, sizeof(s->buffer));
    s->words[ID] = VERSION;
    edu_timer_restore(dev);
}

static void edu_quiesce(HwDevice *dev)
{
    edu_compute(dev, NULL);
}

static bool edu_realize(HwDevice *dev, HwError *error)
{
    HW_DEVICE(Edu, dev)->timer = hw_clock(dev)->timer_new(dev, edu_transfer, NULL);
    return HW_DEVICE(Edu, dev)->timer || hw_error_set(error, "%s: out of memory", dev->id);
}

static void edu_unrealize(HwDevice *dev)
{
    hw_clock(dev)->timer_free(HW_DEVICE(Edu, dev)->timer);
}

static const HwPciFunction edu_pci = {
    .vendor = 0x1234,
    .device = 0x11e8,
    .revision = 0x10,
    .class_code = 0x00ff00, /* unclassified, others */
    .interrupt_pin = HW_PCI_INTA,
    .msi_vectors = 1,
    .flags = HW_PCI_MESSAGE_BY_EVENT,
};

static const HwState edu_state = {
    .name = "edu",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Edu, words), HW_SAVED(Edu, quads),
                      HW_SAVED(Edu, deadline), HW_SAVED(Edu, buffer)),
};

const HwDeviceClass edu_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "edu",
    .description = "educational PCI device",
    .instance_size = sizeof(Edu),
    .services = HW_NAMES(HW_CLOCK, HW_EVENT_LOOP, HW_GUEST_MEMORY, HW_PCI),
    .properties = HW_ROWS(HwProperty, HW_PROP_U64("dma_mask", Edu, dma_mask, (1 << 28) - 1,
                                                  "bits of the addresses that its DMA reaches")),
    .regions = HW_ROWS(HwRegion, { .name = "registers",
                                   .kind = HW_REGION_MMIO,
                                   .space = HW_SPACE_BAR,
                                   .size = 1 << 20,
                                   .read = edu_read,
                                   .write = edu_write,
                                   .access_min = 1,
                                   .access_max = 8 }),
    .state = &edu_state,
    .pci = &edu_pci,
    .realize = edu_realize,
    .unrealize = edu_unrealize,
    .reset = edu_reset,
    .update = edu_update,
    .quiesce = edu_quiesce,
    .loaded = edu_timer_restore,
    .load_undone = edu_timer_restore,
};
