/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy of all of PCI: the host bridge, the machine's own functions and those of devices. */
#include <string.h>

#include "qtest/machine/pci/pci-internal.h"

struct ObPciKept {
    uint32_t config_address;
    uint32_t isa_lines;
    uint64_t turns;
    GPtrArray *functions; /* HwPciKept, of the devices in their order */
    uint8_t bytes[OB_PCI_FIXED_MAX][HW_PCI_SPACE];
};

static HwPciConfig *config_at(const ObPci *pci, uint32_t index)
{
    return &pci->fixed[index]->pci->config;
}

static void functions_keep(const ObPci *pci, ObPciKept *kept)
{
    const HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_device_at(pci->host, i)); i++) {
        if (instance->pci) {
            g_ptr_array_add(kept->functions, hw_pci_unit_keep(instance->pci));
        }
    }
}

ObPciKept *ob_pci_keep(const ObPci *pci)
{
    ObPciKept *kept = g_new0(ObPciKept, 1);

    kept->functions = g_ptr_array_new_with_free_func((GDestroyNotify)hw_pci_kept_free);
    functions_keep(pci, kept);
    kept->config_address = pci->config_address;
    kept->isa_lines = pci->isa_lines;
    kept->turns = pci->turns;
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
    if (fixed->loaded) {
        fixed->loaded(pci);
    }
    if (fixed->written) {
        fixed->written(pci);
    }
}

static bool functions_put_back(ObPci *pci, const ObPciKept *kept)
{
    const HwInstance *instance;
    guint next = 0;
    bool moved = false;

    for (uint32_t i = 0; (instance = ob_host_device_at(pci->host, i)); i++) {
        if (instance->pci) {
            moved |= hw_pci_unit_put_back(instance->pci, kept->functions->pdata[next++]);
        }
    }
    return moved;
}

void ob_pci_put_back(ObPci *pci, const ObPciKept *kept)
{
    pci->config_address = kept->config_address;
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        if (memcmp(config_at(pci, i)->bytes, kept->bytes[i], HW_PCI_SPACE) != 0) {
            fixed_put_back(pci, i, kept->bytes[i]);
        }
    }
    if (functions_put_back(pci, kept)) {
        ob_pci_map(pci);
    }
    pci->isa_lines = kept->isa_lines;
    pci->turns = kept->turns;
}

void ob_pci_kept_free(ObPciKept *kept)
{
    if (kept) {
        g_ptr_array_unref(kept->functions);
        g_free(kept);
    }
}
