/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our edu beside QEMU's own in one machine: each access goes to both, and both answer alike.
 * They share no code: the test is the referee.
 */
#include <string.h>

#include "qtest/tests/bridge/pci-machine.h"

enum {
    OURS = PCI_SLOT(4),
    THEIRS = PCI_SLOT(5),
    LIVE = 0x04,
    FACTORIAL = 0x08,
    STATUS = 0x20,
    IRQ = 0x24,
    RAISE = 0x60,
    ACKNOWLEDGE = 0x64,
    SOURCE = 0x80,
    TARGET = 0x88,
    COUNT = 0x90,
    COMMAND = 0x98,
    COMPUTING = 1,
    NOTIFY = 0x80,
    START = 1,
    TO_GUEST = 2,
    INTERRUPT = 4,
    BUFFER = 0x40000,
};

typedef struct Pair {
    ObClient *c;
    uint64_t ours; /* addresses of BAR 0 */
    uint64_t theirs;
} Pair;

/* virt's RAM lies above the 256 MiB that the device reaches otherwise. */
static Pair pair_start(void)
{
    const char *mask = bridge_machine_is_pc() ? "" : ",dma_mask=0xffffffff";
    g_autofree char *devices = g_strdup_printf("-device outboard-edu,addr=4%s "
                                               "-device edu,addr=5%s",
                                               mask, mask);
    ObClient *c = pci_start(devices);

    return (Pair) { c, pci_map(c, OURS, 0, 0), pci_map(c, THEIRS, 0, 1) };
}

static uint64_t load(const Pair *p, uint64_t offset, uint32_t size)
{
    uint64_t ours = ob_client_load(p->c, p->ours + offset, size);
    uint64_t theirs = ob_client_load(p->c, p->theirs + offset, size);

    if (ours != theirs) {
        g_test_message("%u bytes at 0x%" G_GINT64_MODIFIER "x: ours reads 0x%" G_GINT64_MODIFIER
                       "x, QEMU's 0x%" G_GINT64_MODIFIER "x",
                       size, offset, ours, theirs);
        g_test_fail();
    }
    return ours;
}

static void store(const Pair *p, uint64_t offset, uint64_t value, uint32_t size)
{
    ob_client_store(p->c, p->ours + offset, value, size);
    ob_client_store(p->c, p->theirs + offset, value, size);
}

static uint32_t config_load(const Pair *p, uint32_t offset, uint32_t size)
{
    uint32_t ours = pci_read(p->c, OURS, offset, size);
    uint32_t theirs = pci_read(p->c, THEIRS, offset, size);

    if (ours != theirs) {
        g_test_message("%u bytes of configuration at 0x%x: ours reads 0x%x, QEMU's 0x%x", size,
                       offset, ours, theirs);
        g_test_fail();
    }
    return ours;
}

/* QEMU's device computes in a thread of its own. */
static void wait_until_computed(const Pair *p)
{
    while (
        (ob_client_load(p->c, p->ours + STATUS, 4) | ob_client_load(p->c, p->theirs + STATUS, 4)) &
        COMPUTING) {
        g_thread_yield();
    }
}

static bool has_pin(const Pair *p)
{
    return config_load(p, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
}

/* ------------------------------------------------------------- configuration */

static void compare_space(const Pair *p)
{
    for (uint32_t at = 0; at < 0x100; at++) {
        if (at < PCI_BAR_0 || at >= PCI_BAR_0 + 4) { /* the addresses differ */
            config_load(p, at, 1);
        }
    }
}

static void test_space(void)
{
    Pair p = pair_start();

    g_assert_cmphex(pci_read(p.c, OURS, 0, 4), ==, 0x11e81234);
    g_assert_cmpuint(pci_find(p.c, OURS, PCI_MSI), !=, 0);
    compare_space(&p);
    ob_client_quit(p.c);
}

/* Each byte gets ones and zeros: the same bits stick in both. */
static void test_space_writes(void)
{
    static const uint8_t values[] = { 0xff, 0x00, 0xa5 };
    Pair p = pair_start();

    for (uint32_t at = 0; at < 0x100; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
            pci_write(p.c, OURS, at, values[i], 1);
            pci_write(p.c, THEIRS, at, values[i], 1);
            config_load(&p, at, 1);
        }
    }
    compare_space(&p);
    ob_client_quit(p.c);
}

static void test_size(void)
{
    Pair p = pair_start();

    pci_write(p.c, OURS, PCI_BAR_0, UINT32_MAX, 4);
    pci_write(p.c, THEIRS, PCI_BAR_0, UINT32_MAX, 4);
    g_assert_cmphex(config_load(&p, PCI_BAR_0, 4), ==, 0xfff00000);
    ob_client_quit(p.c);
}

/* ------------------------------------------------------------------ accesses */

static const uint32_t sizes[] = { 1, 2, 4, 8 };

static void compare_registers(const Pair *p)
{
    for (uint32_t at = 0; at < 0xb0; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
            load(p, at, sizes[i]);
        }
    }
}

static void test_reads(void)
{
    Pair p = pair_start();

    g_assert_cmphex(load(&p, 0, 4), ==, 0x010000ed);
    compare_registers(&p);
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        load(&p, 0x1000, sizes[i]);
        load(&p, 0x100000 - sizes[i], sizes[i]);
    }
    ob_client_quit(p.c);
}

/* Writes of each width to each offset.  COMMAND gets no START, and FACTORIAL nothing large: QEMU
 * multiplies all numbers down to 1. */
static void test_writes(void)
{
    Pair p = pair_start();

    for (uint32_t at = 0; at < 0xb0; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
            store(&p, at, UINT64_C(0x0000aabb0000ee00) + (at & 0xe), sizes[i]);
            wait_until_computed(&p);
        }
    }
    compare_registers(&p);
    ob_client_quit(p.c);
}

/* Without NOTIFY: QEMU's thread would set IRQ at a time of its own. */
static uint64_t harmless(uint32_t at, uint64_t value)
{
    return at == COMMAND  ? value & ~(uint64_t)START
           : at == STATUS ? value & ~(uint64_t)NOTIFY
           : at < SOURCE  ? value & UINT64_C(0xfff00000fff)
                          : value;
}

static void test_random(void)
{
    Pair p = pair_start();

    for (int i = 0; i < 400; i++) {
        static const uint32_t offsets[] = { LIVE,   FACTORIAL, STATUS, IRQ,     RAISE, ACKNOWLEDGE,
                                            SOURCE, TARGET,    COUNT,  COMMAND, 0x84,  0x9c };
        uint32_t at = offsets[g_test_rand_int_range(0, G_N_ELEMENTS(offsets))];
        uint32_t size = sizes[g_test_rand_int_range(0, G_N_ELEMENTS(sizes))];
        uint64_t value = (uint64_t)(uint32_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int();

        store(&p, at, harmless(at, value), size);
        wait_until_computed(&p);
        load(&p, at, size);
        has_pin(&p);
    }
    compare_registers(&p);
    ob_client_quit(p.c);
}

/* ----------------------------------------------------------------- functions */

static void test_factorial(void)
{
    Pair p = pair_start();

    for (uint32_t n = 0; n <= 40; n++) {
        store(&p, FACTORIAL, n, 4);
        wait_until_computed(&p);
        load(&p, FACTORIAL, 4);
    }
    store(&p, FACTORIAL, 5, 4);
    wait_until_computed(&p);
    g_assert_cmpuint(load(&p, FACTORIAL, 4), ==, 120);
    ob_client_quit(p.c);
}

static void test_factorial_interrupts(void)
{
    Pair p = pair_start();

    store(&p, STATUS, NOTIFY, 4);
    store(&p, FACTORIAL, 3, 4);
    wait_until_computed(&p);
    while (!ob_client_load(p.c, p.theirs + IRQ, 4)) {
        g_thread_yield();
    }
    g_assert_cmphex(load(&p, IRQ, 4), ==, 1);
    g_assert_true(has_pin(&p));
    store(&p, ACKNOWLEDGE, 1, 4);
    g_assert_false(has_pin(&p));
    ob_client_quit(p.c);
}

static void test_pin(void)
{
    Pair p = pair_start();

    store(&p, RAISE, 0x30, 4);
    g_assert_cmphex(load(&p, IRQ, 4), ==, 0x30);
    g_assert_true(has_pin(&p));
    store(&p, ACKNOWLEDGE, 0x10, 4);
    g_assert_true(has_pin(&p));
    store(&p, ACKNOWLEDGE, 0x20, 4);
    g_assert_false(has_pin(&p));
    ob_client_quit(p.c);
}

static void assert_messages(const Pair *p, uint32_t offset, uint32_t value, bool expected)
{
    ob_client_store(p->c, p->ours + offset, value, 4);
    g_assert_cmphex(pci_message(p->c), ==, expected ? 0x4f00 : 0);
    ob_client_store(p->c, p->theirs + offset, value, 4);
    g_assert_cmphex(pci_message(p->c), ==, expected ? 0x5100 : 0);
    g_assert_false(has_pin(p));
}

/* One message for each event, also while an earlier one is not acknowledged. */
static void test_messages(void)
{
    Pair p = pair_start();

    pci_msi_on(p.c, OURS, 0x4f00, 0);
    pci_msi_on(p.c, THEIRS, 0x5100, 0);
    assert_messages(&p, RAISE, 1, true);
    assert_messages(&p, RAISE, 1, true);
    assert_messages(&p, RAISE, 2, true);
    assert_messages(&p, ACKNOWLEDGE, 3, false);
    ob_client_quit(p.c);
}

/* ----------------------------------------------------------------- transfers */

static void master_set(const Pair *p, bool on)
{
    uint32_t command = PCI_COMMAND_MEMORY | (on ? PCI_COMMAND_MASTER : 0);

    pci_write(p->c, OURS, PCI_COMMAND, command, 2);
    pci_write(p->c, THEIRS, PCI_COMMAND, command, 2);
}

static bool both_are_done(ObClient *c, const void *opaque)
{
    const Pair *p = opaque;

    return !((ob_client_load(c, p->ours + COMMAND, 8) | ob_client_load(c, p->theirs + COMMAND, 8)) &
             START);
}

static void transfer(const Pair *p, uint64_t source, uint64_t target, uint32_t count,
                     uint32_t command)
{
    store(p, SOURCE, source, 8);
    store(p, TARGET, target, 8);
    store(p, COUNT, count, 8);
    store(p, COMMAND, command | START, 8);
    load(p, COMMAND, 8);
    store(p, COUNT, 1, 8); /* a transfer under way keeps its registers */
    g_assert_cmphex(load(p, COMMAND, 8) & START, ==, START);
    pci_run_until(p->c, both_are_done, p);
    load(p, COMMAND, 8);
    load(p, IRQ, 4);
}

static void pattern_write(const Pair *p, uint8_t first)
{
    uint8_t bytes[256];

    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(first + i);
    }
    ob_client_memwrite(p->c, pci_ram(), bytes, sizeof(bytes));
}

/* Both devices write their buffers to the same place, one after the other. */
static void assert_buffers(const Pair *p, uint64_t offset, const uint8_t *expected, uint32_t size)
{
    for (int i = 0; i < 2; i++) {
        uint64_t bar = i ? p->theirs : p->ours;
        g_autofree uint8_t *found = g_malloc(size);

        ob_client_memset(p->c, pci_ram() + 0x1000, 0xee, size);
        ob_client_store(p->c, bar + SOURCE, BUFFER + offset, 8);
        ob_client_store(p->c, bar + TARGET, pci_ram() + 0x1000, 8);
        ob_client_store(p->c, bar + COUNT, size, 8);
        ob_client_store(p->c, bar + COMMAND, START | TO_GUEST, 8);
        pci_run_until(p->c, both_are_done, p);
        ob_client_memread(p->c, pci_ram() + 0x1000, found, size);
        g_assert_cmpmem(found, size, expected, size);
    }
}

static void test_transfer(void)
{
    Pair p = pair_start();
    uint8_t expected[256];

    master_set(&p, true);
    pattern_write(&p, 7);
    ob_client_memread(p.c, pci_ram(), expected, sizeof(expected));
    transfer(&p, pci_ram(), BUFFER + 0x20, 256, INTERRUPT);
    g_assert_cmphex(load(&p, IRQ, 4), ==, 0x100);
    g_assert_true(has_pin(&p));
    assert_buffers(&p, 0x20, expected, 256);
    transfer(&p, pci_ram(), BUFFER + 0xe00, 256, 0);
    assert_buffers(&p, 0xe00, expected, 256);
    ob_client_quit(p.c);
}

/* The bus answers with nothing, and the device goes on. */
static void test_no_master(void)
{
    Pair p = pair_start();
    static const uint8_t zeros[64];

    pattern_write(&p, 9);
    master_set(&p, false);
    transfer(&p, pci_ram(), BUFFER, 64, INTERRUPT);
    master_set(&p, true);
    assert_buffers(&p, 0, zeros, 64);
    ob_client_quit(p.c);
}

/* Bits above the mask are dropped: the device reaches 256 MiB. */
static void test_mask(void)
{
    Pair p = pair_start();
    uint8_t expected[16];

    if (!bridge_machine_is_pc()) {
        g_test_skip("virt has no RAM below 256 MiB");
        ob_client_quit(p.c);
        return;
    }
    master_set(&p, true);
    pattern_write(&p, 50);
    ob_client_memread(p.c, pci_ram(), expected, sizeof(expected));
    transfer(&p, pci_ram() | UINT64_C(0x7000000000000000), BUFFER, 16, 0);
    assert_buffers(&p, 0, expected, 16);
    ob_client_quit(p.c);
}

/* ----------------------------------------------------------------- migration */

static bool ours_is_done(ObClient *c, const void *opaque)
{
    return !(ob_client_load(c, *(const uint64_t *)opaque + COMMAND, 8) & START);
}

/* The transfer ends on the other side, and sends its message there. */
static void test_migration(void)
{
    const char *device = bridge_machine_is_pc() ? "-device outboard-edu,addr=4"
                                                : "-device outboard-edu,addr=4,dma_mask=0xffffffff";
    ObClient *c = pci_start(device);
    uint64_t bar = pci_map(c, OURS, 0, 0);

    ob_client_store(c, bar + LIVE, 0x12345678, 4);
    pci_msi_on(c, OURS, 0x4f00, 0);
    ob_client_writel(c, pci_ram() + 0x1000, 0xfeedf00d);
    ob_client_store(c, bar + SOURCE, pci_ram() + 0x1000, 8);
    ob_client_store(c, bar + TARGET, BUFFER, 8);
    ob_client_store(c, bar + COUNT, 4, 8);
    ob_client_store(c, bar + COMMAND, START | INTERRUPT, 8);
    c = pci_migrate(c, NULL, NULL, device);
    g_assert_cmphex(ob_client_load(c, bar + LIVE, 4), ==, (uint32_t)~0x12345678);
    g_assert_cmphex(ob_client_load(c, bar + COMMAND, 8), ==, START | INTERRUPT);
    g_assert_cmphex(pci_message(c), ==, 0);
    pci_run_until(c, ours_is_done, &bar);
    g_assert_cmphex(pci_message(c), ==, 0x4f00);
    g_assert_cmphex(ob_client_load(c, bar + IRQ, 4), ==, 0x100);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-edu/configuration/is-that-of-qemus", test_space);
    g_test_add_func("/bridge-edu/configuration/the-same-bits-stick", test_space_writes);
    g_test_add_func("/bridge-edu/configuration/the-bar-has-the-same-size", test_size);
    g_test_add_func("/bridge-edu/registers/each-read-answers-alike", test_reads);
    g_test_add_func("/bridge-edu/registers/each-write-does-the-same", test_writes);
    g_test_add_func("/bridge-edu/registers/random-accesses-do-the-same", test_random);
    g_test_add_func("/bridge-edu/factorial/is-the-same", test_factorial);
    g_test_add_func("/bridge-edu/factorial/interrupts-if-asked", test_factorial_interrupts);
    g_test_add_func("/bridge-edu/interrupts/the-pin-follows-the-register", test_pin);
    g_test_add_func("/bridge-edu/interrupts/each-event-sends-a-message", test_messages);
    g_test_add_func("/bridge-edu/transfers/copy-the-same-bytes", test_transfer);
    g_test_add_func("/bridge-edu/transfers/copy-nothing-without-bus-master", test_no_master);
    g_test_add_func("/bridge-edu/transfers/addresses-are-masked", test_mask);
    g_test_add_func("/bridge-edu/migration/takes-a-transfer-along", test_migration);
    return g_test_run();
}
