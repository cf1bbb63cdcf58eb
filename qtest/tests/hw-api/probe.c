/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/hw-api/probe.h"

static void probe_written(HwDevice *dev, uint32_t value)
{
    Probe *s = HW_DEVICE(Probe, dev);

    s->written_value = value;
    s->written_count++;
}

static uint32_t probe_inverted(HwDevice *dev, uint32_t stored)
{
    (void)dev;
    return ~stored;
}

static uint64_t probe_mmio_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    Probe *s = HW_DEVICE(Probe, dev);

    s->mmio_offset[s->mmio_count] = offset;
    s->mmio_size[s->mmio_count++] = size;
    return UINT64_C(0x8877665544332211) >> (8 * (offset & 7));
}

static void probe_mmio_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Probe *s = HW_DEVICE(Probe, dev);

    s->mmio_offset[s->mmio_count] = offset;
    s->mmio_value[s->mmio_count] = value;
    s->mmio_size[s->mmio_count++] = size;
}

static void probe_update(HwDevice *dev)
{
    HW_DEVICE(Probe, dev)->update_count++;
}

const HwRegister probe_registers[PROBE_REGISTERS] = {
    { "PLAIN", 4 * PLAIN, .reset = 0x44332211, .rw = 0xffffffff },
    { "CLEARED", 4 * CLEARED, .reset = 0xff, .w1c = 0x0f },
    { "COMMAND", 4 * COMMAND, .rw = 0x10, .write_only = 0x0f, .written = probe_written,
      .fields = HW_FIELDS({ "go", 0, 1 }, { "mode", 1, 3 }, { "keep", 4, 1 }) },
    { "READ_ONLY", 4 * READ_ONLY, .reset = 0x12345678 },
    { "HOOKED", 4 * HOOKED, .reset = 0x00ff00ff, .read = probe_inverted },
};

/* A register of 4 bytes, one of 8 bytes or its lower half, and a word without a register. */
static const HwRegister strict_registers[] = {
    { "NARROW", 4 * NARROW, .reset = 1, .rw = UINT32_MAX, .access_max = 4 },
    { "LOW", 4 * LOW, .reset = 2, .rw = UINT32_MAX, .access_min = 4 },
    { "HIGH", 4 * HIGH, .reset = 3, .rw = UINT32_MAX, .access_min = 8 },
};

/* clang-format off */
static const HwRegion probe_regions[] = {
    [REGS] = { "regs", HW_REGION_REGISTERS, .size = 0x40, .words = offsetof(Probe, words),
               .word_count = WORDS, .registers = HW_TABLE(probe_registers) },
    [MMIO] = { "mmio", HW_REGION_MMIO, .size = 0x40, .offset = 0x1000, .read = probe_mmio_read,
               .write = probe_mmio_write, .access_min = 1, .access_max = 8 },
    [MMIO_WORDS] = { "words", HW_REGION_MMIO, .size = 0x40, .offset = 0x2000,
                     .read = probe_mmio_read, .write = probe_mmio_write, .access_min = 4, .access_max = 4 },
    [MMIO_BYTES] = { "bytes", HW_REGION_MMIO, .size = 0x3e, .offset = 0x3000,
                     .read = probe_mmio_read, .write = probe_mmio_write, .access_min = 1, .access_max = 1 },
    [RAM] = { "ram", HW_REGION_RAM, .size = 0x40, .offset = 0x4000 },
    [ROM_DEVICE] = { "rom", HW_REGION_ROM_DEVICE, .size = 0x40, .offset = 0x5000,
                     .write = probe_mmio_write },
    [PAGE] = { "page", HW_REGION_ROM_DEVICE, .size = 0x40, .offset = 0x6000,
               .words = offsetof(Probe, words), .word_count = WORDS, .registers = HW_TABLE(probe_registers) },
    [STRICT] = { "strict", HW_REGION_REGISTERS, .size = 0x40, .offset = 0x7000,
                 .words = offsetof(Probe, strict), .word_count = STRICT_WORDS,
                 .registers = HW_TABLE(strict_registers) },
    [ONES] = { "ones", HW_REGION_REGISTERS, .size = 0x40, .offset = 0x8000, .flags = HW_REGION_ONES,
               .words = offsetof(Probe, strict), .word_count = STRICT_WORDS, .access_min = 2,
               .registers = HW_TABLE(strict_registers) },
    [HOOKED_WRITES] = { "hooked", HW_REGION_REGISTERS, .size = 0x40, .offset = 0x9000,
                        .words = offsetof(Probe, strict), .word_count = STRICT_WORDS,
                        .registers = HW_TABLE(strict_registers), .write = probe_mmio_write },
};

static const HwClass probe_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "probe", .instance_size = sizeof(Probe),
               .regions = HW_TABLE(probe_regions), .update = probe_update },
    .original = &probe_class.table,
};
/* clang-format on */

static const HwHost no_host = { .abi = HW_ABI(HwHost), .name = "test" };

void probe_set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->instance = hw_instance_new(&no_host, &probe_class, NULL, NULL);
    f->probe = HW_DEVICE(Probe, f->instance->dev);
    f->regions = f->instance->regions;
    g_assert_true(hw_instance_realize(f->instance, NULL));
    hw_instance_reset(f->instance);
    f->probe->update_count = 0;
}

void probe_tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    hw_instance_free(f->instance);
}

uint64_t probe_read(Fixture *f, int region, uint64_t offset, uint32_t size)
{
    return hw_region_read(&f->regions[region], offset, size);
}

void probe_write(Fixture *f, int region, uint64_t offset, uint64_t value, uint32_t size)
{
    hw_region_write(&f->regions[region], offset, value, size);
}

static void record(HwRegionState *region, const HwAccess *access, void *opaque)
{
    Fixture *f = opaque;

    (void)region;
    f->seen[f->seen_count++] = *access;
}

void probe_watch(Fixture *f, int region)
{
    f->regions[region].observer = record;
    f->regions[region].observer_opaque = f;
}
