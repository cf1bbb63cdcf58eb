/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures a guest's accesses to a PCI function, in process, beside those to a device without PCI.
 *
 *   bench-pci [--json]
 */
#include <glib.h>
#include <malloc.h>
#include <string.h>

#include "qtest/bench/figures.h"
#include "qtest/machine/board.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/tests/lib/lantern.h"

#define ECAM       UINT64_C(0x4010000000)
#define SLOT       UINT64_C(0x20000) /* device 4's place in ECAM */
#define BAR        UINT64_C(0x10000000)
#define PLAIN      UINT64_C(0x0b000000)
#define BAR_OFFSET 0x10
#define LINE       0x3c

enum { ROUNDS = 21, ACCESSES = 100000, PLUGS = 10000 };

#define PLAIN_MMIO UINT64_C(0x0b001000)

typedef struct Plain {
    HwDevice dev;
    uint32_t words[4];
} Plain;

static void plain_update(HwDevice *dev)
{
    const Plain *s = HW_DEVICE(Plain, dev);

    for (uint32_t i = 0; i < 4; i++) {
        hw_irq_set(dev, 100 + i, s->words[0] >> i & 1);
    }
}

static uint64_t plain_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)size;
    return HW_DEVICE(Plain, dev)->words[offset / 4];
}

static void plain_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)size;
    HW_DEVICE(Plain, dev)->words[offset / 4] = (uint32_t)value;
}

static const HwRegister plain_registers[] = { { "LINES", 0, .rw = 15 },
                                              { "ADDRESS", 4, .rw = UINT32_MAX } };

static const HwClass plain_class = {
    .table = { .abi = HW_ABI(HwDeviceClass),
               .name = "plain",
               .instance_size = sizeof(Plain),
               .regions = HW_ROWS(HwRegion,
                                  { "regs", HW_REGION_REGISTERS, .size = 16, .offset = PLAIN,
                                    .words = offsetof(Plain, words), .word_count = 4,
                                    .registers = HW_TABLE(plain_registers) }),
               .update = plain_update },
    .original = &plain_class.table,
};

/* Configuration space is not a register table: it is compared with callbacks. */
static const HwClass mmio_class = {
    .table = { .abi = HW_ABI(HwDeviceClass),
               .name = "plain-mmio",
               .instance_size = sizeof(Plain),
               .regions = HW_ROWS(HwRegion,
                                  { "mmio", HW_REGION_MMIO, .size = 16, .offset = PLAIN_MMIO,
                                    .read = plain_read, .write = plain_write }) },
    .original = &mmio_class.table,
};

/* The median of all rounds: seconds for an access. */
static double reads(ObHost *host, uint64_t address)
{
    double taken[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        gint64 begin = g_get_monotonic_time();

        for (int j = 0; j < ACCESSES; j++) {
            ob_host_load(host, HW_SPACE_MEMORY, address, 4);
        }
        taken[i] = seconds_since(begin) / ACCESSES;
    }
    return median(taken, ROUNDS);
}

static double writes(ObHost *host, uint64_t address, uint32_t size)
{
    double taken[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        gint64 begin = g_get_monotonic_time();

        for (int j = 0; j < ACCESSES; j++) {
            ob_host_store(host, HW_SPACE_MEMORY, address, (uint32_t)j & 0xff, size);
        }
        taken[i] = seconds_since(begin) / ACCESSES;
    }
    return median(taken, ROUNDS);
}

/* Returns the bytes by which the heap has grown. */
static double plugs(ObHost *host, double *seconds)
{
    size_t before = 0;
    gint64 begin = 0;

    for (int i = -PLUGS / 10; i < PLUGS; i++) {
        if (i == 0) {
            before = mallinfo2().uordblks;
            begin = g_get_monotonic_time();
        }
        ob_host_remove_device(host, ob_host_add_device(host, "lantern", NULL, 0, NULL));
    }
    *seconds = seconds_since(begin) / PLUGS;
    return (double)mallinfo2().uordblks - (double)before;
}

static ObHost *host_start(void)
{
    const ObHostConfig config = { .architecture = "aarch64", .machine = "virt" };
    const ObOption place = { "addr", "4" };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_true(ob_host_add_class(host, &lantern_class, NULL));
    g_assert_true(ob_host_add_class(host, &plain_class, NULL));
    g_assert_nonnull(ob_host_add_device(host, "lantern", &place, 1, NULL));
    g_assert_nonnull(ob_host_add_device(host, "plain", NULL, 0, NULL));
    g_assert_true(ob_host_add_class(host, &mmio_class, NULL));
    g_assert_nonnull(ob_host_add_device(host, "plain-mmio", NULL, 0, NULL));
    ob_host_store(host, HW_SPACE_MEMORY, ECAM + SLOT + BAR_OFFSET, BAR, 4);
    ob_host_store(host, HW_SPACE_MEMORY, ECAM + SLOT + HW_PCI_COMMAND, 2, 2);
    return host;
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && !strcmp(argv[1], "--json");
    ObHost *host = host_start();
    double table_read = reads(host, PLAIN + 4) * 1e9;
    double table_write = writes(host, PLAIN + 4, 4) * 1e9;
    double seconds;
    double growth;

    figures_add("PCI: read of a register in a BAR", "ns", reads(host, BAR + LANTERN_ADDRESS) * 1e9,
                table_read, 1.5, false);
    figures_add("PCI: write of a register in a BAR", "ns",
                writes(host, BAR + LANTERN_ADDRESS, 4) * 1e9, table_write, 1.5, false);
    figures_add("PCI: read of configuration space", "ns", reads(host, ECAM + SLOT) * 1e9,
                reads(host, PLAIN_MMIO + 4) * 1e9, 1.5, false);
    figures_add("PCI: write of configuration space", "ns",
                writes(host, ECAM + SLOT + LINE, 1) * 1e9, writes(host, PLAIN_MMIO + 4, 4) * 1e9,
                1.5, false);
    growth = plugs(host, &seconds);
    figures_add("PCI: hot plug and unplug", "us", seconds * 1e6, 0, 0, false);
    figures_add("PCI: growth by 10,000 of them", "bytes", growth, 0, 1024, false);
    figures_print(json);
    ob_host_free(host);
    return 0;
}
