/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the machines' address maps with those of the QEMU in OB_PROGRAM: the same stores around
 * each border of RAM leave the same bytes. */
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define MIB    UINT64_C(0x100000)
#define GIB_4  UINT64_C(0x100000000)
#define AROUND 12 /* bytes on each side of a border */

typedef struct Case {
    const char *machine;
    uint64_t ram_mib;
} Case;

typedef struct Pair {
    ObHost *host;
    ObClient *ours;
    ObClient *qemu;
} Pair;

static void pair_start(Pair *p, const Case *c)
{
    HW_ERROR(error, 4096);
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = c->machine,
                                  .ram_size = c->ram_mib * MIB };
    g_autofree char *arguments = g_strdup_printf("-machine %s -m %" G_GUINT64_FORMAT " -nodefaults",
                                                 c->machine, c->ram_mib);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .arguments = arguments,
                            .accelerator = g_getenv("OB_ACCELERATOR") };

    p->host = ob_host_new(&config, &error);
    p->qemu = ob_client_start(&start, &error);
    if (!p->host || !p->qemu) {
        g_error("%s", error.text);
    }
    p->ours = ob_client_in_process(p->host);
}

static void pair_end(Pair *p)
{
    ob_client_free(p->ours);
    ob_client_quit(p->qemu);
    ob_host_free(p->host);
}

static void compare_around(Pair *p, uint64_t border)
{
    uint8_t ours[2 * AROUND];
    uint8_t theirs[2 * AROUND];
    uint64_t start = border == GIB_4 ? border : border - AROUND; /* QEMU's ROM ends at 4 GiB */

    for (uint32_t size = 1; size <= 8; size *= 2) {
        for (uint64_t address = start; address + size <= border + AROUND; address++) {
            uint64_t value = (uint64_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();

            ob_client_store(p->ours, address, value, size);
            ob_client_store(p->qemu, address, value, size);
            g_assert_cmphex(ob_client_load(p->ours, address, size), ==,
                            ob_client_load(p->qemu, address, size));
            ob_client_memread(p->ours, start, ours, sizeof(ours));
            ob_client_memread(p->qemu, start, theirs, sizeof(theirs));
            g_assert_cmpmem(ours, sizeof(ours), theirs, sizeof(theirs));
        }
    }
}

/* Both ends of a hole below 4 GiB, and the end of RAM above it. */
static void test_borders_of_ram(gconstpointer data)
{
    const Case *c = data;
    uint64_t size = c->ram_mib * MIB;
    Pair p;

    pair_start(&p, c);
    for (uint64_t low = 2048 * MIB; low < GIB_4; low += 256 * MIB) {
        compare_around(&p, low);
        compare_around(&p, GIB_4 + size - MIN(size, low));
    }
    compare_around(&p, size);
    compare_around(&p, GIB_4);
    pair_end(&p);
}

/* Firmware finds the same sizes, boot order and other values in CMOS, except the time. */
static void test_cmos(gconstpointer data)
{
    static const uint8_t centuries[] = { 0x32, 0x37 };
    Pair p;

    pair_start(&p, data);
    for (uint8_t i = 0x0a; i < 0x80; i++) {
        ob_client_outb(p.ours, 0x70, i);
        ob_client_outb(p.qemu, 0x70, i);
        if (!memchr(centuries, i, sizeof(centuries)) && i != 0x0a) {
            g_assert_cmphex(ob_client_inb(p.ours, 0x71), ==, ob_client_inb(p.qemu, 0x71));
        }
    }
    pair_end(&p);
}

static void test_nothing(void)
{
    static const uint16_t ports[] = { 0x1234, 0x1fff, 0x3000, 0x7ffd };
    const Case c = { "pc", 128 };
    Pair p;

    pair_start(&p, &c);
    for (size_t i = 0; i < G_N_ELEMENTS(ports); i++) {
        ob_client_outl(p.ours, ports[i], 0);
        ob_client_outl(p.qemu, ports[i], 0);
        g_assert_cmphex(ob_client_inb(p.ours, ports[i]), ==, ob_client_inb(p.qemu, ports[i]));
        g_assert_cmphex(ob_client_inw(p.ours, ports[i]), ==, ob_client_inw(p.qemu, ports[i]));
        g_assert_cmphex(ob_client_inl(p.ours, ports[i]), ==, ob_client_inl(p.qemu, ports[i]));
    }
    compare_around(&p, 0xfe000000);
    compare_around(&p, UINT64_C(1) << 39);
    g_assert_cmphex(ob_client_readb(p.ours, UINT64_MAX), ==, ob_client_readb(p.qemu, UINT64_MAX));
    pair_end(&p);
}

int main(int argc, char **argv)
{
    static const Case cases[] = {
        { "pc", 128 },  { "pc", 3200 },  { "pc", 3584 },  { "pc", 6144 },
        { "q35", 128 }, { "q35", 2600 }, { "q35", 2816 }, { "q35", 6144 },
    };

    g_test_init(&argc, &argv, NULL);
    if (!g_getenv("OB_PROGRAM") || !*g_getenv("OB_PROGRAM")) {
        g_print("1..0 # SKIP OB_PROGRAM is not a program: apt-get install qemu-system-x86\n");
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/address-map/borders-of-ram/%s-%dM",
                                                cases[i].machine, (int)cases[i].ram_mib);

        g_test_add_data_func(path, &cases[i], test_borders_of_ram);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/address-map/cmos/%s-%dM", cases[i].machine,
                                                (int)cases[i].ram_mib);

        g_test_add_data_func(path, &cases[i], test_cmos);
    }
    g_test_add_func("/address-map/nothing", test_nothing);
    return g_test_run();
}
