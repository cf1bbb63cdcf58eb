/* SPDX-License-Identifier: GPL-2.0-or-later */
/* edu: the educational PCI device that QEMU's page docs/specs/edu describes. */
#include <inttypes.h>
#include <string.h>

#include "devices/devices.h"
#include "devices/pci/edu-regs.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/guest-memory.h"

typedef struct Edu {
    HwDevice dev;
    uint64_t dma_mask;
    uint32_t regs[REGISTERS];
    uint64_t deadline; /* the transfer under way ends then */
    uint8_t buffer[BUFFER_SIZE];
    HwTimer *timer;
} Edu;

static void edu_raise(HwDevice *dev, uint32_t bits)
{
    Edu *s = HW_DEVICE(Edu, dev);

    s->regs[IRQ] |= bits;
    if (s->regs[IRQ]) {
        hw_pci(dev)->message(dev, 0);
    }
}

/* From 34 on the product is 0 in 32 bits: the loop's end does not leave the time to the guest. */
static void edu_compute(HwDevice *dev, void *opaque)
{
    Edu *s = HW_DEVICE(Edu, dev);
    uint32_t result = 1;

    (void)opaque;
    if (s->regs[STATUS] & STATUS_COMPUTING) {
        for (uint32_t n = s->regs[FACTORIAL]; n > 0 && result; n--) {
            result *= n;
        }
        s->regs[FACTORIAL] = result;
        s->regs[STATUS] &= ~STATUS_COMPUTING;
        edu_raise(dev, s->regs[STATUS] & STATUS_NOTIFY ? IRQ_FACTORIAL : 0);
    }
}

static uint64_t edu_quad(const Edu *s, uint32_t word)
{
    return s->regs[word] | (uint64_t)s->regs[word + 1] << 32;
}

static bool edu_copy(Edu *s)
{
    const HwGuestMemory *memory = hw_guest_memory(&s->dev);
    bool to_guest = s->regs[COMMAND] & COMMAND_TO_GUEST;
    uint64_t inside = edu_quad(s, to_guest ? SOURCE : TARGET) - BUFFER_ADDRESS;
    uint64_t outside = edu_quad(s, to_guest ? TARGET : SOURCE) & s->dma_mask;
    uint64_t count = edu_quad(s, COUNT);

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
               edu_quad(s, COUNT));
    }
    s->regs[COMMAND] &= ~COMMAND_START;
    if (s->regs[COMMAND] & COMMAND_NOTIFY) {
        edu_raise(dev, IRQ_TRANSFER);
    }
}

static void edu_timer_restore(HwDevice *dev)
{
    Edu *s = HW_DEVICE(Edu, dev);

    if (s->regs[COMMAND] & COMMAND_START) {
        hw_clock(dev)->timer_set(s->timer, (int64_t)s->deadline);
    } else {
        hw_clock(dev)->timer_cancel(s->timer);
    }
}

/* A transfer under way keeps its registers.  A write of 4 bytes clears the upper half. */
static void edu_quad_written(Edu *s, uint32_t word, uint64_t value)
{
    if ((s->regs[COMMAND] & COMMAND_START) || (word == COMMAND && !(value & COMMAND_START))) {
        return;
    }
    s->regs[word] = (uint32_t)value;
    s->regs[word + 1] = (uint32_t)(value >> 32);
    if (word == COMMAND) {
        s->deadline = (uint64_t)(hw_clock(&s->dev)->now(&s->dev) + TRANSFER_TIME);
        edu_timer_restore(&s->dev);
    }
}

static void edu_written(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Edu *s = HW_DEVICE(Edu, dev);
    uint32_t word = (uint32_t)offset / 4;

    (void)size;
    if (word >= SOURCE) {
        edu_quad_written(s, word, value);
    } else if (word == LIVE) {
        s->regs[LIVE] = ~(uint32_t)value;
    } else if (word == FACTORIAL && !(s->regs[STATUS] & STATUS_COMPUTING)) {
        s->regs[FACTORIAL] = (uint32_t)value;
        s->regs[STATUS] |= STATUS_COMPUTING;
        hw_event_loop(dev)->post(dev, edu_compute, NULL);
    } else if (word == RAISE) {
        edu_raise(dev, (uint32_t)value);
    } else if (word == ACKNOWLEDGE) {
        s->regs[IRQ] &= ~(uint32_t)value;
    }
}

static void edu_update(HwDevice *dev)
{
    hw_irq_set(dev, 0, HW_DEVICE(Edu, dev)->regs[IRQ] != 0);
}

static void edu_reset(HwDevice *dev)
{
    memset(HW_DEVICE(Edu, dev)->buffer, 0, BUFFER_SIZE);
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

/* clang-format off */
#define WORD(register) #register, 4 * register, .access_max = 4
#define QUAD(register)                                                     \
    { #register, 4 * register, .write_only = UINT32_MAX, .access_min = 4 }, \
    { #register "_HIGH", 4 * register + 4, .write_only = UINT32_MAX, .access_min = 8 }

static const HwRegister edu_registers[] = {
    { WORD(ID), .reset = VERSION },
    { WORD(LIVE), .write_only = UINT32_MAX },
    { WORD(FACTORIAL), .write_only = UINT32_MAX },
    { WORD(STATUS), .rw = STATUS_NOTIFY,
      .fields = HW_FIELDS({ "computing", 0, 1 }, { "notify", 7, 1 }) },
    { WORD(IRQ), .fields = HW_FIELDS({ "factorial", 0, 1 }, { "transfer", 8, 1 }) },
    { WORD(RAISE), .write_only = UINT32_MAX, .reset = UINT32_MAX }, /* reads as ones */
    { WORD(ACKNOWLEDGE), .write_only = UINT32_MAX, .reset = UINT32_MAX },
    QUAD(SOURCE), QUAD(TARGET), QUAD(COUNT), QUAD(COMMAND),
};

static const HwPciFunction edu_pci = {
    .vendor = 0x1234, .device = 0x11e8, .revision = 0x10, .class_code = 0x00ff00,
    .interrupt_pin = HW_PCI_INTA, .msi_vectors = 1, .flags = HW_PCI_MESSAGE_BY_EVENT,
};

static const HwState edu_state = {
    .name = "edu", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Edu, regs), HW_SAVED(Edu, deadline),
                      HW_SAVED(Edu, buffer)),
};

const HwDeviceClass edu_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "edu", .description = "educational PCI device",
    .services = HW_NAMES(HW_CLOCK, HW_EVENT_LOOP, HW_GUEST_MEMORY, HW_PCI),
    .properties = HW_ROWS(HwProperty, HW_PROP_U64("dma_mask", Edu, dma_mask, (1 << 28) - 1,
                                                  "bits of the addresses that its DMA reaches")),
    .regions = HW_ROWS(HwRegion,
        { .name = "registers", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_BAR,
          .size = 1 << 20, .access_min = 4, .flags = HW_REGION_ONES,
          .words = offsetof(Edu, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(edu_registers), .write = edu_written }),
    .instance_size = sizeof(Edu), .flags = HW_CLASS_FLAT, .state = &edu_state, .pci = &edu_pci,
    .realize = edu_realize, .unrealize = edu_unrealize, .reset = edu_reset, .update = edu_update,
    .quiesce = edu_quiesce, .loaded = edu_timer_restore, .load_undone = edu_timer_restore,
};
/* clang-format on */
