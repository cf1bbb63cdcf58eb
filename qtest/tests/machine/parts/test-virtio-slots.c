/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virt's empty transports of virtio over MMIO: our program and each QEMU answer alike.  OB_PROGRAM
 * names the program, OB_ACCELERATOR what it is started with.
 */
#include <string.h>

#include "qtest/client/client.h"

enum { SLOT = 0x200, SLOTS = 32, FIRST = 0x0a000000 };

static ObClient *virt_start(void)
{
    const char *accelerator = g_getenv("OB_ACCELERATOR");
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = accelerator,
                            .halts = strcmp(accelerator, "qtest") != 0,
                            .arguments = "-M virt -nodefaults" };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void assert_empty(ObClient *c, uint64_t slot)
{
    static const uint32_t words[] = { 0x74726976, 1, 0, 0x554d4551 };

    for (uint64_t offset = 0; offset < SLOT; offset += 4) {
        g_assert_cmphex(ob_client_readl(c, slot + offset), ==, offset < 16 ? words[offset / 4] : 0);
    }
}

static void test_each(void)
{
    ObClient *c = virt_start();

    for (uint64_t i = 0; i < SLOTS; i++) {
        assert_empty(c, FIRST + i * SLOT);
    }
    ob_client_quit(c);
}

/* Other widths than a driver's, as QEMU answers them. */
static void test_widths(void)
{
    ObClient *c = virt_start();

    g_assert_cmphex(ob_client_readb(c, FIRST), ==, 0x76);
    g_assert_cmphex(ob_client_readb(c, FIRST + 1), ==, 0);
    g_assert_cmphex(ob_client_readw(c, FIRST), ==, 0x6976);
    g_assert_cmphex(ob_client_readl(c, FIRST + 2), ==, 0x10000);
    g_assert_cmphex(ob_client_readq(c, FIRST), ==, 0x174726976);
    ob_client_quit(c);
}

static void test_writes(void)
{
    ObClient *c = virt_start();

    for (uint64_t offset = 0; offset < SLOT; offset += 4) {
        ob_client_writel(c, FIRST + offset, UINT32_MAX);
    }
    assert_empty(c, FIRST);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virtio-slots/each-has-the-magic-number-and-no-device", test_each);
    g_test_add_func("/virtio-slots/reads-of-other-widths-are-qemus", test_widths);
    g_test_add_func("/virtio-slots/writes-change-nothing", test_writes);
    return g_test_run();
}
