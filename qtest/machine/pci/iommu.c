/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses of the functions' DMA: the machine's, or by the table of the stand-in. */
#include "qtest/machine/pci/pci-internal.h"

void ob_pci_set_iommu(ObPci *pci, const ObPciMapping *rows, uint32_t count,
                      void (*faulted)(void *opaque, uint32_t function, uint64_t address,
                                      bool is_write),
                      void *opaque)
{
    g_clear_pointer(&pci->iommu, g_array_unref);
    if (rows) {
        pci->iommu = g_array_new(FALSE, FALSE, sizeof(ObPciMapping));
        g_array_append_vals(pci->iommu, rows, count);
    }
    pci->faulted = faulted;
    pci->fault_opaque = opaque;
}

static const ObPciMapping *row_find(const GArray *rows, uint64_t address, bool is_write)
{
    for (guint i = 0; i < rows->len; i++) {
        const ObPciMapping *row = &g_array_index(rows, ObPciMapping, i);

        if (address - row->bus < row->size && !(is_write && row->read_only)) {
            return row;
        }
    }
    return NULL;
}

uint64_t ob_pci_dma_translate(const HwDevice *dev, uint64_t address, uint64_t size, bool is_write,
                              uint64_t *memory)
{
    const HwPciUnit *unit = hw_instance_of(dev)->pci;
    const ObPci *pci = ob_pci_of(unit);
    const ObPciMapping *row;

    *memory = address;
    if (!pci->iommu) {
        return size;
    }
    row = row_find(pci->iommu, address, is_write);
    if (!row) {
        if (pci->faulted) {
            pci->faulted(pci->fault_opaque, ob_pci_address(unit), address, is_write);
        }
        return 0;
    }
    *memory = row->memory + (address - row->bus);
    return MIN(size, row->size - (address - row->bus));
}
