/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy of the host bridge and of the machine's own functions, to be put back. */
#include <string.h>

#include "qtest/machine/pci/pci-internal.h"

struct ObPciKept {
    uint32_t config_address;
    uint32_t isa_lines;
    uint8_t bytes[OB_PCI_FIXED_MAX][HW_PCI_SPACE];
};

static HwPciConfig *config_at(const ObPci *pci, uint32_t index)
{
    return &pci->fixed[index]->pci->config;
}

ObPciKept *ob_pci_keep(const ObPci *pci)
{
    ObPciKept *kept = g_new0(ObPciKept, 1);

    kept->config_address = pci->config_address;
    kept->isa_lines = pci->isa_lines;
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        memcpy(kept->bytes[i], config_at(pci, i)->bytes, HW_PCI_SPACE);
    }
    return kept;
}

/* Registers of the chipset say where ECAM is, and which bits are locked. */
static void fixed_put_back(ObPci *pci, uint32_t index, const uint8_t *bytes)
{
    const ObPciFixed *fixed = &pci->board->fixed[index];

    memcpy(config_at(pci, index)->bytes, bytes, HW_PCI_SPACE);
    if (fixed->unlock) {
        fixed->unlock(pci);
    }
    if (fixed->written) {
        fixed->written(pci);
    }
}

void ob_pci_put_back(ObPci *pci, const ObPciKept *kept)
{
    pci->config_address = kept->config_address;
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        if (memcmp(config_at(pci, i)->bytes, kept->bytes[i], HW_PCI_SPACE) != 0) {
            fixed_put_back(pci, i, kept->bytes[i]);
        }
    }
    pci->isa_lines = kept->isa_lines;
}
