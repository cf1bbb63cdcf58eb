/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sand glass: a timer that hands out the time by DMA, to one buffer of a ring each period.  This
 * file has its registers and the form at an address; sand-glass-pci.c is the form on PCI. */
#include "devices/misc/sand-glass-regs.h"

#include "devices/devices.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/guest-memory.h"

static bool ring_has_work(const SandGlass *s)
{
    return (s->regs[SAND_CTRL] & SAND_ENABLE) && !(s->regs[SAND_STATUS] & SAND_ERROR) &&
           s->regs[SAND_ENTRIES] &&
           s->regs[SAND_HEAD] != s->regs[SAND_TAIL] % s->regs[SAND_ENTRIES];
}

/* Serves the descriptor at HEAD.  Returns false if it or its buffer is not in RAM. */
static bool ring_serve(SandGlass *s)
{
    const HwGuestMemory *memory = hw_guest_memory(&s->dev);
    uint64_t ring = s->regs[SAND_RING] | (uint64_t)s->regs[SAND_RING_HIGH] << 32;
    uint64_t at = ring + (uint64_t)SAND_DESCRIPTOR * s->regs[SAND_HEAD];
    uint8_t descriptor[SAND_DESCRIPTOR], stamp[SAND_STAMP];
    uint32_t length;

    if (!memory->read(&s->dev, at, descriptor, SAND_DESCRIPTOR)) {
        return false;
    }
    length = (uint32_t)hw_load_le(descriptor + 8, 4);
    length = length < SAND_STAMP ? length : SAND_STAMP;
    hw_store_le(stamp, (uint64_t)hw_clock(&s->dev)->now(&s->dev), SAND_STAMP);
    hw_store_le(descriptor + 12, length, 4);
    if (!memory->write(&s->dev, hw_load_le(descriptor, 8), stamp, length) ||
        !memory->write(&s->dev, at + 12, descriptor + 12, 4)) {
        return false;
    }
    s->regs[SAND_HEAD] = (s->regs[SAND_HEAD] + 1) % s->regs[SAND_ENTRIES];
    return true;
}

/* Sets the timer to the saved deadline, also after a load. */
void sand_glass_timer_restore(HwDevice *dev)
{
    const SandGlass *s = HW_DEVICE(SandGlass, dev);

    if (s->deadline) {
        hw_clock(dev)->timer_set(s->timer, (int64_t)s->deadline);
    } else {
        hw_clock(dev)->timer_cancel(s->timer);
    }
}

/* Starts a period if there is work and none runs, and ends it if there is no more work. */
static void period_begin(SandGlass *s)
{
    if (!ring_has_work(s)) {
        s->deadline = 0;
    } else if (!s->deadline) {
        s->deadline = (uint64_t)hw_clock(&s->dev)->now(&s->dev) +
                      s->regs[SAND_PERIOD] * UINT64_C(1000);
    }
    sand_glass_timer_restore(&s->dev);
}

static void sand_glass_fired(HwDevice *dev, void *opaque)
{
    SandGlass *s = HW_DEVICE(SandGlass, dev);

    (void)opaque;
    s->deadline = 0;
    if (ring_has_work(s) && ring_serve(s)) {
        s->regs[SAND_STATUS] |= SAND_DONE;
    } else if (ring_has_work(s)) {
        s->regs[SAND_STATUS] |= SAND_ERROR;
        hw_log(dev, HW_LOG_GUEST_ERROR, "descriptor %u or its buffer is not in RAM",
               s->regs[SAND_HEAD]);
    }
    period_begin(s);
}

/* A turn comes after the guest's access, and must not be lost: the host saves after this hook. */
void sand_glass_quiesce(HwDevice *dev)
{
    SandGlass *s = HW_DEVICE(SandGlass, dev);

    if (s->turns) {
        s->turns = false;
        sand_glass_fired(dev, NULL);
    }
}

static void sand_glass_turned(HwDevice *dev, void *opaque)
{
    (void)opaque;
    sand_glass_quiesce(dev);
}

static void sand_glass_ctrl_written(HwDevice *dev, uint32_t value)
{
    if (value & SAND_TURN) {
        HW_DEVICE(SandGlass, dev)->turns = true;
        hw_event_loop(dev)->post(dev, sand_glass_turned, NULL);
    }
    period_begin(HW_DEVICE(SandGlass, dev));
}

static void sand_glass_ring_written(HwDevice *dev, uint32_t value)
{
    (void)value;
    period_begin(HW_DEVICE(SandGlass, dev));
}

/* Another ring begins at its start. */
static void sand_glass_entries_written(HwDevice *dev, uint32_t value)
{
    HW_DEVICE(SandGlass, dev)->regs[SAND_HEAD] = 0;
    sand_glass_ring_written(dev, value);
}

void sand_glass_update(HwDevice *dev)
{
    SandGlass *s = HW_DEVICE(SandGlass, dev);

    hw_irq_set(dev, s->irq_line, s->regs[SAND_STATUS] != 0);
}

void sand_glass_reset(HwDevice *dev)
{
    SandGlass *s = HW_DEVICE(SandGlass, dev);

    s->deadline = 0;
    s->turns = false;
    sand_glass_timer_restore(&s->dev);
}

bool sand_glass_realize(HwDevice *dev, HwError *error)
{
    HW_DEVICE(SandGlass, dev)->timer = hw_clock(dev)->timer_new(dev, sand_glass_fired, NULL);
    return HW_DEVICE(SandGlass, dev)->timer || hw_error_set(error, "%s: out of memory", dev->id);
}

void sand_glass_unrealize(HwDevice *dev)
{
    hw_clock(dev)->timer_free(HW_DEVICE(SandGlass, dev)->timer);
}

static bool sand_glass_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const uint32_t *regs = HW_DEVICE(SandGlass, dev)->regs;
    uint32_t last = regs[SAND_ENTRIES] ? regs[SAND_ENTRIES] - 1 : 0;

    (void)version;
    return regs[SAND_HEAD] <= last || hw_error_set(error, "%s: HEAD is %u, expected at most %u",
                                                   dev->id, regs[SAND_HEAD], last);
}

/* clang-format off */
const HwRegister sand_glass_registers[SAND_REGISTERS] = {
    { "ID", 4 * SAND_ID, .reset = SAND_MAGIC },
    { "CTRL", 4 * SAND_CTRL, .rw = SAND_ENABLE, .write_only = SAND_TURN,
      .written = sand_glass_ctrl_written,
      .fields = HW_FIELDS({ "enable", 0, 1 }, { "turn", 1, 1 }) },
    { "STATUS", 4 * SAND_STATUS, .w1c = SAND_DONE | SAND_ERROR,
      .written = sand_glass_ring_written,
      .fields = HW_FIELDS({ "done", 0, 1 }, { "error", 1, 1 }) },
    { "RING", 4 * SAND_RING, .rw = UINT32_MAX },
    { "RING_HIGH", 4 * SAND_RING_HIGH, .rw = UINT32_MAX },
    { "ENTRIES", 4 * SAND_ENTRIES, .rw = 0xffff, .written = sand_glass_entries_written },
    { "HEAD", 4 * SAND_HEAD },
    { "TAIL", 4 * SAND_TAIL, .rw = 0xffff, .written = sand_glass_ring_written },
    { "PERIOD", 4 * SAND_PERIOD, .rw = UINT32_MAX, .reset = 1000 },
};

const HwState sand_glass_state = {
    .name = "sand-glass", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(SandGlass, regs), HW_SAVED(SandGlass, deadline)),
    .post_load = sand_glass_post_load,
};

const HwDeviceClass sand_glass_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "sand-glass",
    .description = "timer that hands out the time by DMA (example device)",
    .instance_size = sizeof(SandGlass),
    .services = HW_NAMES(HW_CLOCK, HW_EVENT_LOOP, HW_GUEST_MEMORY),
    .regions = HW_ROWS(HwRegion,
        { "registers", HW_REGION_REGISTERS, .size = 0x1000, .base = offsetof(SandGlass, base),
          .words = offsetof(SandGlass, regs), .word_count = SAND_REGISTERS,
          .registers = HW_TABLE(sand_glass_registers) }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", SandGlass, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_U32("irq-line", SandGlass, irq_line, 5, "interrupt line that it drives")),
    .state = &sand_glass_state, .realize = sand_glass_realize, .unrealize = sand_glass_unrealize,
    .reset = sand_glass_reset, .update = sand_glass_update, .quiesce = sand_glass_quiesce,
    .loaded = sand_glass_timer_restore, .load_undone = sand_glass_timer_restore,
};
/* clang-format on */
