/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci-testdev: counts a guest's writes, as QEMU's page docs/specs/pci-testdev describes. */
#include <string.h>

#include "devices/devices.h"
#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/pci.h"

enum { MEMORY, PORTS, BARS };
enum { TEST = 0, WIDTH = 1, OFFSET = 4, DATA = 8, COUNT = 12, NAME = 16, HEADER = 48 };

#define MEMORY_SIZE 4096u
#define PORTS_SIZE  256u
#define NO_TEST     0xffu

typedef struct TestDevice {
    HwDevice dev;
    uint8_t tests[BARS]; /* the number that the guest wrote last; NO_TEST: none yet */
    uint32_t counts[BARS];
} TestDevice;

/* Each BAR has one test, of writes that no eventfd takes; the page lets a device have more.
 * `shown` is QEMU's own number for it. */
static const struct {
    const char *name;
    uint32_t offset; /* writes there are counted */
    uint8_t shown;
} tests[BARS] = {
    [MEMORY] = { "mmio-no-eventfd", 0x800, 0 },
    [PORTS] = { "portio-no-eventfd", 0x83, 3 },
};

#define TEST_WIDTH 1u
#define TEST_DATA  0xfau

static uint64_t bar_read(const TestDevice *s, int bar, uint64_t offset, uint32_t size)
{
    uint8_t header[HEADER] = { 0 };

    if (s->tests[bar] != 0 || offset + size > HEADER) {
        return 0;
    }
    header[TEST] = tests[bar].shown;
    header[WIDTH] = TEST_WIDTH;
    hw_store_le(header + OFFSET, tests[bar].offset, 4);
    hw_store_le(header + DATA, TEST_DATA, 4);
    hw_store_le(header + COUNT, s->counts[bar], 4);
    memcpy(header + NAME, tests[bar].name, strlen(tests[bar].name));
    return hw_load_le(header + offset, size);
}

/* A write of another width counts too, as in QEMU, if its value is the same. */
static void bar_write(TestDevice *s, int bar, uint64_t offset, uint64_t value)
{
    if (offset == TEST) {
        s->tests[bar] = (uint8_t)value;
        s->counts[bar] = 0;
    } else if (s->tests[bar] == 0 && offset == tests[bar].offset && value == TEST_DATA) {
        s->counts[bar]++;
    }
}

static uint64_t memory_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    return bar_read(HW_DEVICE(TestDevice, dev), MEMORY, offset, size);
}

static void memory_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)size;
    bar_write(HW_DEVICE(TestDevice, dev), MEMORY, offset, value);
}

static uint64_t ports_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    return bar_read(HW_DEVICE(TestDevice, dev), PORTS, offset, size);
}

static void ports_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)size;
    bar_write(HW_DEVICE(TestDevice, dev), PORTS, offset, value);
}

static void test_device_reset(HwDevice *dev)
{
    TestDevice *s = HW_DEVICE(TestDevice, dev);

    memset(s->tests, NO_TEST, sizeof(s->tests));
    memset(s->counts, 0, sizeof(s->counts));
}

/* clang-format off */
static const HwPciFunction test_device_pci = {
    .vendor = 0x1b36, .device = 0x0005, .class_code = 0x00ff00, /* unclassified, others */
    .bars = HW_ROWS(HwPciBar, { .number = 1, .flags = HW_PCI_BAR_IO, .size = PORTS_SIZE }),
};

static const HwState test_device_state = {
    .name = "pci-testdev", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(TestDevice, tests), HW_SAVED(TestDevice, counts)),
};

const HwDeviceClass test_device_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "pci-testdev",
    .description = "counts a guest's writes to its BARs",
    .instance_size = sizeof(TestDevice),
    .regions = HW_ROWS(HwRegion,
        { .name = "memory", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .size = MEMORY_SIZE,
          .read = memory_read, .write = memory_write },
        { .name = "ports", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .bar = 1,
          .size = PORTS_SIZE, .read = ports_read, .write = ports_write }),
    .state = &test_device_state,
    .pci = &test_device_pci,
    .reset = test_device_reset,
};
/* clang-format on */
