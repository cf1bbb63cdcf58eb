/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest memory as QEMU shows it, without a QEMU: ranges that end, that lie across kinds, that fail. */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

#define PAGE 0x1000u

/* ----------------------------------------------------------------------- the fake */

static const QemuLayout layout = { .attributes = { .unspecified = 0, .memory = 1 } };
const QemuLayout *qemu_layout = &layout;

struct QemuAddressSpace {
    char word;
};
QemuAddressSpace address_space_memory;

typedef enum Kind { HOLE, DEVICE, ROM, RAM } Kind;

/* The map, a page each; RAM pages side by side are one region. */
static const Kind map[] = { RAM, RAM, ROM, HOLE, DEVICE, RAM, RAM, HOLE };
static uint8_t memory[G_N_ELEMENTS(map) * PAGE];

static FakeDevice fake;
static BridgePci pci;
static uint8_t config[64];
static bool behind_iommu;
static uint32_t answer; /* address_space_rw() returns it */
static int references, lists;

static Kind kind_at(uint64_t address)
{
    return address < sizeof(memory) ? map[address / PAGE] : HOLE;
}

static QemuMemoryRegion *region_of(Kind kind)
{
    return (QemuMemoryRegion *)(kind == HOLE ? NULL : &map[kind]);
}

QemuMemoryRegion *get_system_memory(void)
{
    return (QemuMemoryRegion *)&memory;
}

/* QEMU looks for the first region in the range. */
QemuMemoryRegionSection memory_region_find(QemuMemoryRegion *container, uint64_t address,
                                           uint64_t size)
{
    QemuMemoryRegionSection section = { 0 };
    uint64_t end = address + size;
    uint64_t at;

    g_assert_true((void *)container == &memory);
    while (address < end && kind_at(address) == HOLE) {
        address = (address / PAGE + 1) * PAGE;
    }
    if (address < end) {
        for (at = address; at < end && kind_at(at) == kind_at(address);) {
            at = (at / PAGE + 1) * PAGE;
        }
        section.region = region_of(kind_at(address));
        section.size[0] = MIN(at, end) - address;
        section.offset_within_address_space = address;
        references++;
    }
    return section;
}

uint64_t memory_region_get_ram_addr(QemuMemoryRegion *region)
{
    return region == region_of(DEVICE) ? QEMU_RAM_ADDR_INVALID : 0;
}

void memory_region_unref(QemuMemoryRegion *region)
{
    g_assert_nonnull(region);
    references--;
}

void *memory_region_get_ram_ptr(QemuMemoryRegion *region)
{
    g_assert_true(region == region_of(RAM));
    return memory;
}

void memory_region_set_dirty(QemuMemoryRegion *region, uint64_t offset, uint64_t size)
{
    tell("dirty%s 0x%x 0x%x", region == region_of(RAM) ? "" : " own", (unsigned)offset,
         (unsigned)size);
}

static QemuRamRange ranges[2];

void guest_phys_blocks_init(QemuRamRanges *list)
{
    *list = (QemuRamRanges) { 0 };
    lists++;
}

void guest_phys_blocks_append(QemuRamRanges *list)
{
    ranges[0] = (QemuRamRange) { 0, 2 * PAGE, memory, region_of(RAM), &ranges[1], NULL };
    ranges[1] = (QemuRamRange) {
        5 * PAGE, 7 * PAGE, memory + 5 * PAGE, region_of(RAM), NULL, NULL
    };
    *list = (QemuRamRanges) { 2, &ranges[0], &ranges[1] };
}

void guest_phys_blocks_free(QemuRamRanges *list)
{
    g_assert_cmpuint(list->count, ==, 2);
    lists--;
}

uint32_t address_space_rw(QemuAddressSpace *space, uint64_t address, uint64_t attributes,
                          void *buffer, uint64_t size, bool is_write)
{
    g_assert_true(((void *)space == &behind_iommu) == behind_iommu);
    tell("%s 0x%x %u as %u", is_write ? "write" : "read", (unsigned)address, (unsigned)size,
         (unsigned)attributes);
    *(uint8_t *)buffer ^= is_write ? 0 : 0xff;
    return answer;
}

QemuAddressSpace *pci_device_iommu_address_space(QemuObject *object)
{
    g_assert_true(object == fake.device.object);
    return behind_iommu ? (QemuAddressSpace *)&behind_iommu
                        : (QemuAddressSpace *)&address_space_memory;
}

/* -------------------------------------------------------------------------- tests */

static void begin(void)
{
    fake_device_begin(&fake);
    pci.config = config;
    behind_iommu = false;
    answer = 0;
}

static void end(void)
{
    g_assert_cmpint(references, ==, 0);
    g_assert_cmpint(lists, ==, 0);
    fake_device_end(&fake);
}

static bool reads(uint64_t address, uint64_t size)
{
    uint8_t byte = 0;

    return bridge_guest_memory.read(&fake.bare.dev, address, &byte, size);
}

static bool writes(uint64_t address, uint64_t size)
{
    uint8_t byte = 0;

    return bridge_guest_memory.write(&fake.bare.dev, address, &byte, size);
}

typedef struct Row {
    uint64_t address, size;
    bool readable, read_asked; /* QEMU is asked: true for a range of one kind */
    bool writable, write_asked;
} Row;

/* QEMU itself refuses what a page has: it is asked for. */
static const Row rows[] = {
    { 0, 1, true, true, true, true },
    { 2 * PAGE - 1, 1, true, true, true, true },
    { PAGE - 1, 2, true, true, true, true },          /* two pages of one region */
    { 2 * PAGE - 2, 4, true, true, false, false },    /* RAM, then ROM */
    { 2 * PAGE, PAGE, true, true, true, true },       /* ROM: QEMU refuses the write */
    { 3 * PAGE - 1, 2, false, false, false, false },  /* ROM, then nothing */
    { 3 * PAGE, 8, false, false, true, true },        /* nothing, in one page */
    { 3 * PAGE, 0x1001, false, false, false, false }, /* nothing, then a device */
    { 4 * PAGE, 4, false, false, true, true },        /* a device, in one page */
    { 5 * PAGE - 1, 2, false, false, false, false },  /* a device, then RAM */
    { 5 * PAGE, 2 * PAGE, true, true, true, true },
    { 5 * PAGE, 2 * PAGE + 1, false, false, false, false },
    { 5 * PAGE - 1, 2 * PAGE, false, false, false, false },
    { UINT64_MAX, 1, false, false, true, true },
    { UINT64_MAX, 2, false, false, false, false }, /* it wraps */
};

static void test_ranges(void)
{
    begin();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];
        g_autofree char *read_told = row->read_asked ? g_strdup_printf("read 0x%x %u as 1",
                                                                       (unsigned)row->address,
                                                                       (unsigned)row->size)
                                                     : g_strdup("");
        g_autofree char *write_told = row->write_asked ? g_strdup_printf("write 0x%x %u as 2",
                                                                         (unsigned)row->address,
                                                                         (unsigned)row->size)
                                                       : g_strdup("");

        g_test_message("row %zu", i);
        g_assert_cmpint(reads(row->address, row->size), ==, row->readable);
        EXPECT_TOLD(read_told);
        g_assert_cmpint(writes(row->address, row->size), ==, row->writable);
        EXPECT_TOLD(write_told);
    }
    end();
}

static void test_answers(void)
{
    begin();
    g_assert_true(reads(3 * PAGE, 0));
    g_assert_true(writes(UINT64_MAX, 0));
    EXPECT_TOLD("");
    answer = 2;
    g_assert_false(reads(0, 4));
    g_assert_false(writes(0, 4));
    EXPECT_TOLD("read 0x0 4 as 1 write 0x0 4 as 2");
    end();
}

/* The bus's addresses.  Behind an IOMMU QEMU alone knows what lies there. */
static void test_pci(void)
{
    begin();
    fake.device.pci = &pci;
    config[4] = 0xfb;
    g_assert_false(reads(0, 4));
    g_assert_false(writes(0, 0));
    EXPECT_TOLD("");
    config[4] = 0x04;
    g_assert_true(reads(0, 0));
    g_assert_true(writes(UINT64_MAX, 0));
    EXPECT_TOLD("");
    g_assert_true(reads(0, 4));
    g_assert_true(reads(3 * PAGE, 4));
    g_assert_true(reads(2 * PAGE - 2, 4)); /* RAM, then ROM */
    EXPECT_TOLD("read 0x0 4 as 2 read 0x3000 4 as 2 read 0x1ffe 4 as 2");
    g_assert_true(writes(5 * PAGE, 2 * PAGE));
    EXPECT_TOLD("write 0x5000 8192 as 2");
    g_assert_false(writes(2 * PAGE - 2, 4));
    g_assert_false(reads(5 * PAGE - 1, 2));
    g_assert_false(reads(UINT64_MAX, 2));
    g_assert_false(writes(UINT64_MAX, 2));
    EXPECT_TOLD("");
    behind_iommu = true;
    g_assert_true(writes(5 * PAGE - 1, 2));
    answer = 1;
    g_assert_false(reads(5 * PAGE - 1, 2));
    g_assert_false(reads(UINT64_MAX, 2));
    EXPECT_TOLD("write 0x4fff 2 as 2 read 0x4fff 2 as 2");
    end();
}

/* The guest's RAM is cleared, and no ROM. */
static void test_clear(void)
{
    begin();
    memset(memory, 0xaa, sizeof(memory));
    bridge_guest_memory.clear(&fake.bare.dev);
    EXPECT_TOLD("dirty 0x0 0x2000 dirty 0x5000 0x2000");
    for (size_t i = 0; i < sizeof(memory); i++) {
        g_assert_cmpuint(memory[i], ==, map[i / PAGE] == RAM ? 0 : 0xaa);
    }
    end();
}

static void test_own_regions(void)
{
    HwRegionState regions[3] = { { .ram = memory }, { .ram = NULL }, { .ram = memory } };
    QemuMemoryRegion *memories[3] = { region_of(ROM), region_of(ROM), region_of(ROM) };
    HwDevice *dev = &fake.bare.dev;

    begin();
    fake.bare.instance.regions = regions;
    fake.bare.instance.region_count = 2;
    fake.device.memory = memories;
    g_assert_true(bridge_guest_memory.region_pointer(dev, 0) == memory);
    g_assert_null(bridge_guest_memory.region_pointer(dev, 1));
    g_assert_null(bridge_guest_memory.region_pointer(dev, 2));
    bridge_guest_memory.region_dirty(dev, 0, 8, 16);
    bridge_guest_memory.region_dirty(dev, 1, 8, 16);
    bridge_guest_memory.region_dirty(dev, 2, 8, 16);
    EXPECT_TOLD("dirty own 0x8 0x10");
    end();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-guest-memory/ranges", test_ranges);
    g_test_add_func("/bridge-guest-memory/answers", test_answers);
    g_test_add_func("/bridge-guest-memory/pci", test_pci);
    g_test_add_func("/bridge-guest-memory/clear", test_clear);
    g_test_add_func("/bridge-guest-memory/own-regions", test_own_regions);
    return g_test_run();
}
