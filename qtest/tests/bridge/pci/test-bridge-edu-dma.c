/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMA of our edu beside QEMU's own, and our edu with a transfer under way. */
#include "qtest/tests/bridge/pci/edu-pair.h"

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
    pair_store(p, SOURCE, source, 8);
    pair_store(p, TARGET, target, 8);
    pair_store(p, COUNT, count, 8);
    pair_store(p, COMMAND, command | START, 8);
    pair_load(p, COMMAND, 8);
    pair_store(p, COUNT, 1, 8); /* a transfer under way keeps its registers */
    g_assert_cmphex(pair_load(p, COMMAND, 8) & START, ==, START);
    pci_run_until(p->c, both_are_done, p);
    pair_load(p, COMMAND, 8);
    pair_load(p, IRQ, 4);
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
    g_assert_cmphex(pair_load(&p, IRQ, 4), ==, 0x100);
    g_assert_true(pair_has_pin(&p));
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

/* Bits above the mask are dropped: the device reaches 256 MiB, and virt has no RAM there. */
static void test_mask(void)
{
    Pair p = pair_start();
    uint8_t expected[16];

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

/* The timer goes with the device. */
static void test_unplugged(void)
{
    const char *native = bridge_machine_is_pc()
                             ? "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"
                             : "";
    g_autofree char *arguments = g_strdup_printf("%s -device pcie-root-port,id=rp,chassis=1,addr=6",
                                                 native);
    uint32_t window = bridge_machine_is_pc() ? 0xcff0c000 : 0x1ff01000;
    ObClient *c = pci_start(arguments);
    uint64_t bar;
    json_t *event;

    pci_write(c, PCI_SLOT(6), 0x18, 0x010100, 4);
    pci_write(c, PCI_SLOT(6), 0x20, window, 4);
    pci_write(c, PCI_SLOT(6), PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
    json_decref(ob_client_qmp(c, "device_add",
                              json_pack("{s:s, s:s, s:s}", "driver", "outboard-edu", "id", "e",
                                        "bus", "rp"),
                              NULL));
    bar = pci_map(c, 1 << 8, 0, 0);
    ob_client_store(c, bar + COMMAND, START | INTERRUPT, 8);
    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "e"), NULL));
    event = ob_client_qmp_event(c, "DEVICE_DELETED", 30000);
    g_assert_nonnull(event);
    json_decref(event);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-edu/transfers/copy-the-same-bytes", test_transfer);
    g_test_add_func("/bridge-edu/transfers/copy-nothing-without-bus-master", test_no_master);
    if (bridge_machine_is_pc()) {
        g_test_add_func("/bridge-edu/transfers/addresses-are-masked", test_mask);
    }
    g_test_add_func("/bridge-edu/migration/takes-a-transfer-along", test_migration);
    g_test_add_func("/bridge-edu/hot-plug/takes-a-transfer-away", test_unplugged);
    return g_test_run();
}
