/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts and DMA of the plugin pci-lab in a stock QEMU. */
#include "qtest/tests/bridge/pci/pci-lab.h"

/* ---------------------------------------------------------------- interrupts */

static void test_pin(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);

    g_assert_cmpuint(ob_client_readl(c, bar + KIND), ==, PIN);
    ob_client_writel(c, bar + LINES, 0x5);
    g_assert_true(has_pin(c));
    ob_client_writel(c, bar + LINES, 0x4);
    g_assert_true(has_pin(c));
    ob_client_writel(c, bar + LINES, 0);
    g_assert_false(has_pin(c));
    ob_client_quit(c);
}

/* An edge sends the line's message, and a level none. */
static void test_messages(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);

    ob_client_writel(c, bar + LINES, 0x2);
    pci_msi_on(c, LAB, 0x40, 2);
    g_assert_cmpuint(ob_client_readl(c, bar + KIND), ==, MSI);
    g_assert_false(has_pin(c));
    g_assert_cmphex(pci_message(c), ==, 0); /* the line was high before */
    ob_client_writel(c, bar + LINES, 0x0);
    ob_client_writel(c, bar + LINES, 0x2);
    g_assert_cmphex(pci_message(c), ==, 0x41);
    ob_client_writel(c, bar + LINES, 0xa);
    g_assert_cmphex(pci_message(c), ==, 0x43);
    ob_client_writel(c, bar + LINES, 0xa);
    g_assert_cmphex(pci_message(c), ==, 0);
    ob_client_writel(c, bar + MESSAGE, 2);
    g_assert_cmphex(pci_message(c), ==, 0x42);
    ob_client_quit(c);
}

/* The guest allows two of the four messages. */
static void test_fewer_messages(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);

    pci_msi_on(c, LAB, 0x40, 1);
    ob_client_writel(c, bar + LINES, 0x4);
    g_assert_cmphex(pci_message(c), ==, 0x40);
    ob_client_writel(c, bar + LINES, 0xc);
    g_assert_cmphex(pci_message(c), ==, 0x41);
    ob_client_quit(c);
}

/* Switched off again, the pin has the level of the lines. */
static void test_messages_off(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);

    pci_msi_on(c, LAB, 0x40, 0);
    ob_client_writel(c, bar + LINES, 0x1);
    g_assert_false(has_pin(c));
    pci_write(c, LAB, pci_find(c, LAB, PCI_MSI) + 2, 0, 2);
    g_assert_cmpuint(ob_client_readl(c, bar + KIND), ==, PIN);
    g_assert_true(has_pin(c));
    ob_client_quit(c);
}

/* The guest aims messages at the register that sends them.  QEMU itself ends the chain, 7.2.22 too:
 * no device's register is written by the device's own access. */
static void test_message_to_itself(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);

    pci_msi_on(c, LAB, 0x40, 0);
    pci_write(c, LAB, pci_find(c, LAB, PCI_MSI) + 4, (uint32_t)(bar + MESSAGE), 4);
    ob_client_writel(c, bar + MESSAGE, 0);
    g_assert_cmpuint(ob_client_readl(c, bar + KIND), ==, MSI);
    ob_client_quit(c);
}

static void test_msix(void)
{
    uint64_t bar;
    ObClient *c = express_start(&bar);
    uint64_t table = pci_map(c, LAB, 4, 1);
    uint32_t at = pci_find(c, LAB, PCI_MSIX);

    g_assert_cmphex(pci_read(c, LAB, at + 2, 2), ==, 3);
    pci_write(c, LAB, at + 2, 0x8000, 2);
    pci_write(c, LAB, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
    ob_client_writel(c, pci_ram(), 0);
    for (uint32_t i = 0; i < 4; i++) {
        ob_client_writel(c, table + 16 * i, (uint32_t)pci_ram());
        ob_client_writel(c, table + 16 * i + 4, 0);
        ob_client_writel(c, table + 16 * i + 8, 0x700 + i);
        ob_client_writel(c, table + 16 * i + 12, i == 3); /* the last one is masked */
    }
    g_assert_cmpuint(ob_client_readl(c, bar + KIND), ==, MSIX);
    ob_client_writel(c, bar + LINES, 0x4);
    g_assert_cmphex(pci_message(c), ==, 0x702);
    ob_client_writel(c, bar + LINES, 0xc);
    g_assert_cmphex(pci_message(c), ==, 0);
    g_assert_cmphex(ob_client_readl(c, table + 0x800), ==, 8); /* pending */
    ob_client_writel(c, table + 16 * 3 + 12, 0);
    g_assert_cmphex(pci_message(c), ==, 0x703);
    ob_client_writel(c, bar + LINES, 0xff); /* lines without a vector */
    ob_client_writel(c, bar + MESSAGE, 9);
    g_assert_cmphex(pci_message(c) & 0xf00, ==, 0x700);
    ob_client_quit(c);
}

/* ----------------------------------------------------------------------- DMA */

static uint32_t go(ObClient *c, uint64_t bar, uint64_t address, uint32_t what)
{
    ob_client_writel(c, bar + ADDRESS, (uint32_t)address);
    ob_client_writel(c, bar + GO, what);
    return ob_client_readl(c, bar + RESULT);
}

static void test_dma(void)
{
    uint64_t bar;
    ObClient *c = lab_start(&bar);

    ob_client_writel(c, pci_ram(), 0x11223344);
    g_assert_cmpuint(go(c, bar, pci_ram(), READ), ==, BADLY); /* no bus master */
    g_assert_cmphex(ob_client_readl(c, bar + DATA), ==, 0);
    pci_write(c, LAB, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
    g_assert_cmpuint(go(c, bar, pci_ram(), READ), ==, WELL);
    g_assert_cmphex(ob_client_readl(c, bar + DATA), ==, 0x11223344);
    g_assert_cmpuint(go(c, bar, pci_ram() + 6, WRITE), ==, WELL);
    g_assert_cmphex(ob_client_readl(c, pci_ram() + 6), ==, 0x11223344);
    g_assert_cmpuint(go(c, bar, bar + DATA, READ), ==, BADLY); /* a device */
    g_assert_cmpuint(go(c, bar, bar + LINES, WRITE), ==, BADLY);
    g_assert_cmphex(ob_client_readl(c, bar + LINES), ==, 0);
    g_assert_cmpuint(go(c, bar, 0x38000000, READ), ==, BADLY); /* nothing */
    g_assert_cmpuint(go(c, bar, 0xfffffffe, READ), ==, BADLY);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/bridge-pci/interrupts/the-pin-is-the-or-of-the-lines", test_pin);
    g_test_add_func("/bridge-pci/interrupts/an-edge-sends-the-lines-message", test_messages);
    g_test_add_func("/bridge-pci/interrupts/a-guest-may-allow-fewer-messages", test_fewer_messages);
    g_test_add_func("/bridge-pci/interrupts/message-to-itself-ends", test_message_to_itself);
    g_test_add_func("/bridge-pci/interrupts/without-messages-the-pin-is-back", test_messages_off);
    g_test_add_func("/bridge-pci/interrupts/msi-x-masks-vectors", test_msix);
    g_test_add_func("/bridge-pci/dma/reaches-ram-alone-and-needs-bus-master", test_dma);
    return g_test_run();
}
