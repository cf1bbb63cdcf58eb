/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/pci/edu-pair.h"

/* virt's RAM lies above the 256 MiB that the device reaches otherwise. */
Pair pair_start(void)
{
    const char *mask = bridge_machine_is_pc() ? "" : ",dma_mask=0xffffffff";
    g_autofree char *devices = g_strdup_printf("-device outboard-edu,addr=4%s "
                                               "-device edu,addr=5%s",
                                               mask, mask);
    ObClient *c = pci_start(devices);

    return (Pair) { c, pci_map(c, OURS, 0, 0), pci_map(c, THEIRS, 0, 1) };
}

uint64_t pair_load(const Pair *p, uint64_t offset, uint32_t size)
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

void pair_store(const Pair *p, uint64_t offset, uint64_t value, uint32_t size)
{
    ob_client_store(p->c, p->ours + offset, value, size);
    ob_client_store(p->c, p->theirs + offset, value, size);
}

uint32_t pair_config(const Pair *p, uint32_t offset, uint32_t size)
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

bool pair_has_pin(const Pair *p)
{
    return pair_config(p, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
}
