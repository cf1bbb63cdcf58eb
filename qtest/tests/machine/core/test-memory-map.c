/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One address space, without a host around it. */
#include <glib.h>
#include <string.h>

#include "hw-api/host/run/instance.h"
#include "qtest/machine/core/memory-map.h"

#define RAM_BASE UINT64_C(0x1000)
#define RAM_SIZE UINT64_C(0x100)
#define ROM_BASE (RAM_BASE + RAM_SIZE)
#define DEV_BASE UINT64_C(0x4000)

/* Two registers, one right behind the other, a region with callbacks, and a ROM device. */
typedef struct Probe {
    HwDevice dev;
    uint32_t regs[2];
    uint32_t writes;
    uint64_t log[16]; /* offset << 8 | size of each callback */
} Probe;

static void probe_log(HwDevice *dev, uint64_t offset, uint32_t size)
{
    Probe *s = HW_DEVICE(Probe, dev);

    s->log[s->writes++ % G_N_ELEMENTS(s->log)] = offset << 8 | size;
}

static uint64_t probe_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    probe_log(dev, offset, size);
    return UINT64_C(0x8877665544332211) >> (8 * (offset & 7));
}

static void probe_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)value;
    probe_log(dev, offset, size);
}

static const HwRegister probe_registers[] = {
    { .name = "A", .offset = 0, .rw = UINT32_MAX },
    { .name = "B", .offset = 4, .rw = UINT32_MAX },
};

enum { REGISTERS, CALLBACKS, ROM };
/* clang-format off */
static const HwRegion probe_regions[] = {
    [REGISTERS] = { .name = "registers", .kind = HW_REGION_REGISTERS, .size = 8,
                    .words = offsetof(Probe, regs), .word_count = 2,
                    .registers = HW_TABLE(probe_registers) },
    [CALLBACKS] = { .name = "callbacks", .kind = HW_REGION_MMIO, .size = 0x20, .offset = 0x1000,
                    .read = probe_read, .write = probe_write, .access_max = 8 },
    [ROM] = { .name = "rom", .kind = HW_REGION_ROM_DEVICE, .size = 0x20, .offset = 0x2000,
              .write = probe_write, .access_max = 8 },
};

static const HwClass probe_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "probe", .instance_size = sizeof(Probe),
               .regions = HW_TABLE(probe_regions) },
    .original = &probe_class.table,
};
/* clang-format on */

typedef struct Fixture {
    ObMap map;
    HwInstance *probe;
    uint8_t ram[RAM_SIZE];
} Fixture;

static ObRange range_of(Fixture *f, uint32_t region, uint64_t start)
{
    HwRegionState *state = &f->probe->regions[region];

    return (ObRange) { .start = start,
                       .size = state->table->size,
                       .load = state->ram,
                       .region = state,
                       .owner = "probe",
                       .name = state->table->name };
}

static void map_add(Fixture *f, const ObRange *range)
{
    HW_ERROR(error, 200);

    if (!ob_map_add(&f->map, range, &error)) {
        g_error("%s", error.text);
    }
}

/* The ROM device lies right behind RAM, and the callbacks' region right behind the registers. */
static void fixture_set_up(Fixture *f, gconstpointer data)
{
    ObRange ranges[4];

    (void)data;
    ob_map_init(&f->map, "memory", UINT64_MAX, 0);
    f->probe = hw_instance_new(NULL, &probe_class, NULL, NULL);
    g_assert_true(hw_instance_realize(f->probe, NULL));
    ranges[0] = range_of(f, CALLBACKS, DEV_BASE + 8);
    ranges[1] = (ObRange) {
        .start = RAM_BASE, .size = RAM_SIZE, .load = f->ram, .store = f->ram, .name = "RAM"
    };
    ranges[2] = range_of(f, REGISTERS, DEV_BASE);
    ranges[3] = range_of(f, ROM, ROM_BASE);
    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
        map_add(f, &ranges[i]);
    }
}

static void fixture_tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_map_clear(&f->map);
    hw_instance_free(f->probe);
}

static Probe *probe_of(Fixture *f)
{
    return HW_DEVICE(Probe, f->probe->dev);
}

/* ----------------------------------------------------------------- accesses */

static void test_ram_is_little_endian(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_map_store(&f->map, RAM_BASE, UINT64_C(0x8877665544332211), 8);
    g_assert_cmphex(f->ram[0], ==, 0x11);
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE, 1), ==, 0x11);
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE + 1, 2), ==, 0x3322);
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE + 3, 4), ==, 0x77665544);
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE, 8), ==, UINT64_C(0x8877665544332211));
}

static void test_ram_narrow_stores_keep_neighbours(Fixture *f, gconstpointer data)
{
    (void)data;
    memset(f->ram, 0xee, 16);
    ob_map_store(&f->map, RAM_BASE + 1, UINT64_MAX & 0x1234567800, 1);
    ob_map_store(&f->map, RAM_BASE + 3, 0xabcd, 2);
    ob_map_store(&f->map, RAM_BASE + 6, 0x01020304, 4);
    g_assert_cmpmem(f->ram, 12, "\xee\x00\xee\xcd\xab\xee\x04\x03\x02\x01\xee\xee", 12);
}

static void test_nothing_reads_as_the_unmapped_byte(Fixture *f, gconstpointer data)
{
    ObMap io;

    (void)data;
    ob_map_init(&io, "I/O", UINT16_MAX, 0xff);
    g_assert_cmphex(ob_map_load(&f->map, 0x100, 8), ==, 0);
    g_assert_cmphex(ob_map_load(&io, 0x100, 1), ==, 0xff);
    g_assert_cmphex(ob_map_load(&io, 0x100, 4), ==, 0xffffffff);
    g_assert_cmphex(ob_map_load(&io, 0x12345678, 2), ==, 0xffff);
    ob_map_clear(&io);
}

static void test_nothing_loses_writes(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_map_store(&f->map, 0x100, 1, 4);
    ob_map_store(&f->map, UINT64_MAX, 1, 8);
    g_assert_cmphex(ob_map_load(&f->map, 0x100, 4), ==, 0);
}

static void test_top_of_the_space_does_not_wrap(Fixture *f, gconstpointer data)
{
    uint8_t low[16] = { 0xaa };
    const ObRange bottom = { .size = sizeof(low), .load = low, .store = low, .name = "low" };
    uint8_t buffer[4] = { 1, 2, 3, 4 };

    (void)data;
    map_add(f, &bottom);
    g_assert_cmphex(ob_map_load(&f->map, UINT64_MAX, 4), ==, 0);
    ob_map_write(&f->map, UINT64_MAX - 1, buffer, sizeof(buffer));
    g_assert_cmphex(low[0], ==, 0xaa);
}

static void test_a_range_at_the_top_answers(Fixture *f, gconstpointer data)
{
    uint8_t high[16] = { [15] = 0x5a };
    const ObRange top = {
        .start = UINT64_MAX - 15, .size = sizeof(high), .load = high, .store = high, .name = "high"
    };

    (void)data;
    map_add(f, &top);
    g_assert_cmphex(ob_map_load(&f->map, UINT64_MAX, 1), ==, 0x5a);
    g_assert_cmphex(ob_map_load(&f->map, UINT64_MAX, 8), ==, 0x5a);
}

static void test_registers_answer(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_map_store(&f->map, DEV_BASE + 4, 0x12345678, 4);
    g_assert_cmphex(probe_of(f)->regs[1], ==, 0x12345678);
    g_assert_cmphex(ob_map_load(&f->map, DEV_BASE + 4, 4), ==, 0x12345678);
    g_assert_cmphex(ob_map_load(&f->map, DEV_BASE + 5, 1), ==, 0x56);
}

static void test_rom_device_reads_memory(Fixture *f, gconstpointer data)
{
    (void)data;
    f->probe->regions[ROM].ram[4] = 0x77;
    g_assert_cmphex(ob_map_load(&f->map, ROM_BASE + 4, 4), ==, 0x77);
    g_assert_cmpuint(probe_of(f)->writes, ==, 0);
}

static void test_rom_device_writes_call_back(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_map_store(&f->map, ROM_BASE + 4, 0x99, 4);
    g_assert_cmpuint(probe_of(f)->writes, ==, 1);
    g_assert_cmphex(probe_of(f)->log[0], ==, 4 << 8 | 4);
    g_assert_cmphex(f->probe->regions[ROM].ram[4], ==, 0);
}

/* ---------------------------------------------------------------- splitting */

static void test_split_ram_to_nothing(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_map_remove(&f->map, &f->probe->regions[ROM]);
    ob_map_store(&f->map, RAM_BASE + RAM_SIZE - 4, 0x11223344, 4);
    /* Stock QEMU's readq does the same at the end of pc's RAM. */
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE + RAM_SIZE - 4, 8), ==, 0x11223344);
    ob_map_store(&f->map, RAM_BASE + RAM_SIZE - 4, UINT64_C(0xaabbccdd00000001), 8);
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE + RAM_SIZE - 4, 4), ==, 1);
}

static void test_split_nothing_to_ram(Fixture *f, gconstpointer data)
{
    (void)data;
    f->ram[0] = 0x5a;
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE - 2, 4), ==, 0x5a0000);
    ob_map_store(&f->map, RAM_BASE - 2, 0x12345678, 4);
    g_assert_cmphex(ob_map_load(&f->map, RAM_BASE, 2), ==, 0x1234);
}

static void test_split_region_to_region(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_of(f)->regs[1] = 0xddccbbaa;
    g_assert_cmphex(ob_map_load(&f->map, DEV_BASE + 4, 8), ==, UINT64_C(0x44332211ddccbbaa));
    g_assert_cmpuint(probe_of(f)->writes, ==, 1);
    g_assert_cmphex(probe_of(f)->log[0], ==, 4);
    ob_map_store(&f->map, DEV_BASE + 6, UINT64_C(0x1111222233334444), 8);
    g_assert_cmphex(probe_of(f)->regs[1], ==, 0x4444bbaa);
    g_assert_cmpuint(probe_of(f)->writes, ==, 3);
    g_assert_cmphex(probe_of(f)->log[1], ==, 4);
    g_assert_cmphex(probe_of(f)->log[2], ==, 4 << 8 | 2);
}

static void test_bulk_uses_the_largest_aligned_pieces(Fixture *f, gconstpointer data)
{
    static const uint64_t expected[] = { 3 << 8 | 1, 4 << 8 | 4, 8 << 8 | 8, 16 << 8 | 2,
                                         18 << 8 | 1 };
    uint8_t buffer[16];

    (void)data;
    ob_map_read(&f->map, DEV_BASE + 8 + 3, buffer, sizeof(buffer));
    g_assert_cmpuint(probe_of(f)->writes, ==, G_N_ELEMENTS(expected));
    g_assert_cmpmem(probe_of(f)->log, sizeof(expected), expected, sizeof(expected));
    g_assert_cmphex(buffer[0], ==, 0x44);
    g_assert_cmphex(buffer[15], ==, 0x33);
}

static void test_bulk_crosses_all_ranges(Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *buffer = g_malloc(0x4000);

    (void)data;
    memset(buffer, 0x55, 0x4000);
    f->ram[0] = 1;
    f->probe->regions[ROM].ram[0] = 2;
    probe_of(f)->regs[0] = 3;
    ob_map_read(&f->map, RAM_BASE - 1, buffer, 0x4000);
    g_assert_cmphex(buffer[0], ==, 0);
    g_assert_cmphex(buffer[1], ==, 1);
    g_assert_cmphex(buffer[1 + RAM_SIZE], ==, 2);
    g_assert_cmphex(buffer[1 + DEV_BASE - RAM_BASE], ==, 3);
    g_assert_cmphex(buffer[1 + DEV_BASE - RAM_BASE + 8], ==, 0x11);
    g_assert_cmphex(buffer[0x3fff], ==, 0);
}

/* ------------------------------------------------------------------ changes */

static void refused(Fixture *f, const ObRange *range, const char *sentence)
{
    HW_ERROR(error, 300);
    uint32_t count = f->map.count;

    g_assert_false(ob_map_add(&f->map, range, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    g_assert_cmpuint(f->map.count, ==, count);
}

static void test_overlap_with_ram_is_refused(Fixture *f, gconstpointer data)
{
    const ObRange range = { .start = RAM_BASE - 4, .size = 8, .owner = "late", .name = "mmio" };

    (void)data;
    refused(f, &range,
            "late: region 'mmio' of 'late' (0xffc..0x1003) overlaps the machine's RAM "
            "(0x1000..0x10ff) in the memory space");
}

static void test_overlap_with_device_is_refused(Fixture *f, gconstpointer data)
{
    const ObRange range = { .start = DEV_BASE + 7, .size = 1, .owner = "late", .name = "mmio" };

    (void)data;
    refused(f, &range,
            "late: region 'mmio' of 'late' (0x4007..0x4007) overlaps region "
            "'registers' of 'probe' (0x4000..0x4007) in the memory space");
}

static void test_overlap_by_the_last_byte_is_refused(Fixture *f, gconstpointer data)
{
    const ObRange range = { .start = RAM_BASE - 7, .size = 8, .owner = "late", .name = "mmio" };
    ObRange shorter = range;

    (void)data;
    refused(f, &range,
            "late: region 'mmio' of 'late' (0xff9..0x1000) overlaps the machine's RAM "
            "(0x1000..0x10ff) in the memory space");
    shorter.size--;
    map_add(f, &shorter);
}

static void test_overlap_that_encloses_is_refused(Fixture *f, gconstpointer data)
{
    const ObRange range = { .size = 0x10000, .owner = "late", .name = "all" };

    (void)data;
    refused(f, &range,
            "late: region 'all' of 'late' (0x0..0xffff) overlaps the machine's RAM "
            "(0x1000..0x10ff) in the memory space");
}

static void test_range_outside_the_space_is_refused(Fixture *f, gconstpointer data)
{
    const ObRange range = { .start = 0xfffe, .size = 4, .owner = "late", .name = "ports" };
    ObMap memory = f->map;

    (void)data;
    ob_map_init(&f->map, "I/O", UINT16_MAX, 0xff);
    refused(f, &range,
            "late: region 'ports' of 'late' (0xfffe..0x10001) does not fit in the I/O "
            "space, which ends at 0xffff");
    f->map = memory;
}

static void test_range_that_wraps_is_refused(Fixture *f, gconstpointer data)
{
    const ObRange range = { .start = UINT64_MAX, .size = 2, .owner = "late", .name = "mmio" };

    (void)data;
    refused(f, &range,
            "late: region 'mmio' of 'late' (0xffffffffffffffff..0x0) does not fit in "
            "the memory space, which ends at 0xffffffffffffffff");
}

static void test_removed_range_answers_no_more(Fixture *f, gconstpointer data)
{
    (void)data;
    probe_of(f)->regs[0] = 0x1234;
    g_assert_cmphex(ob_map_load(&f->map, DEV_BASE, 4), ==, 0x1234);
    ob_map_remove(&f->map, &f->probe->regions[REGISTERS]);
    g_assert_cmphex(ob_map_load(&f->map, DEV_BASE, 4), ==, 0);
    g_assert_cmphex(ob_map_load(&f->map, DEV_BASE + 8, 4), ==, 0x44332211);
}

static void test_neighbours_are_no_ram(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_map_is_ram(&f->map, RAM_BASE, RAM_SIZE));
    g_assert_false(ob_map_is_ram(&f->map, RAM_BASE, RAM_SIZE + 1));
    g_assert_false(ob_map_is_ram(&f->map, RAM_BASE - 1, 2));
    g_assert_false(ob_map_is_ram(&f->map, RAM_BASE, UINT64_MAX));
    g_assert_true(ob_map_is_ram(&f->map, 0, 0));
}

#define TEST(path, function) \
    g_test_add(path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/memory-map/ram/is-little-endian", test_ram_is_little_endian);
    TEST("/memory-map/ram/narrow-stores-keep-neighbours", test_ram_narrow_stores_keep_neighbours);
    TEST("/memory-map/ram/ends-at-its-neighbours", test_neighbours_are_no_ram);
    TEST("/memory-map/nothing/reads-as-the-unmapped-byte", test_nothing_reads_as_the_unmapped_byte);
    TEST("/memory-map/nothing/loses-writes", test_nothing_loses_writes);
    TEST("/memory-map/top/does-not-wrap", test_top_of_the_space_does_not_wrap);
    TEST("/memory-map/top/range-answers", test_a_range_at_the_top_answers);
    TEST("/memory-map/registers/answer", test_registers_answer);
    TEST("/memory-map/rom-device/reads-memory", test_rom_device_reads_memory);
    TEST("/memory-map/rom-device/writes-call-back", test_rom_device_writes_call_back);
    TEST("/memory-map/split/ram-to-nothing", test_split_ram_to_nothing);
    TEST("/memory-map/split/nothing-to-ram", test_split_nothing_to_ram);
    TEST("/memory-map/split/region-to-region", test_split_region_to_region);
    TEST("/memory-map/bulk/uses-the-largest-aligned-pieces",
         test_bulk_uses_the_largest_aligned_pieces);
    TEST("/memory-map/bulk/crosses-all-ranges", test_bulk_crosses_all_ranges);
    TEST("/memory-map/add/overlap-with-ram-is-refused", test_overlap_with_ram_is_refused);
    TEST("/memory-map/add/overlap-with-device-is-refused", test_overlap_with_device_is_refused);
    TEST("/memory-map/add/overlap-by-the-last-byte-is-refused",
         test_overlap_by_the_last_byte_is_refused);
    TEST("/memory-map/add/overlap-that-encloses-is-refused", test_overlap_that_encloses_is_refused);
    TEST("/memory-map/add/outside-the-space-is-refused", test_range_outside_the_space_is_refused);
    TEST("/memory-map/add/wrapping-is-refused", test_range_that_wraps_is_refused);
    TEST("/memory-map/remove/answers-no-more", test_removed_range_answers_no_more);
    return g_test_run();
}
