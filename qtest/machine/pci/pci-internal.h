/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the machine's PCI. */
#ifndef OB_PCI_INTERNAL_H
#define OB_PCI_INTERNAL_H

#include <glib.h>

#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/pci/pci.h"

/* A function of the machine itself. */
typedef struct ObPciFixed {
    uint32_t slot; /* device << 3 | function */
    const HwClass *cls;
    bool multifunction;
    uint16_t command; /* its registers at reset */
    uint16_t status;
    const struct ObPciByte {
        uint8_t offset;
        uint8_t value;
    } * bytes; /* further bytes, up to offset 0 */
    /* The guest wrote to its configuration space; NULL: nothing follows. */
    void (*written)(ObPci *pci);
} ObPciFixed;

enum { OB_PCI_FIXED_MAX = 4 };

/* The host bridge's device. */
struct ObPci {
    HwDevice dev;
    ObHost *host;
    const ObPciBoard *board;
    HwPciUnit *units[OB_PCI_FUNCTIONS];
    ObDevice *devices[OB_PCI_FUNCTIONS]; /* NULL: the machine's own */
    HwInstance *fixed[OB_PCI_FIXED_MAX];
    uint32_t config_address;                       /* written to 0xcf8 */
    uint64_t ecam;                                 /* its present address */
    uint64_t ecam_size;                            /* 0: off */
    uint64_t turns;                                /* BARs mapped so far */
    uint32_t isa_lines;                            /* bits: ISA lines that pins hold high */
    uint8_t saved[OB_PCI_FIXED_MAX][HW_PCI_SPACE]; /* the fixed functions' bytes, for a stream */
    uint8_t has_saved;
    uint8_t at_reset[OB_PCI_FIXED_MAX][HW_PCI_SPACE]; /* the fixed functions' bytes */
    GArray *iommu;                                    /* ObPciMapping; NULL: there is none */
    void (*faulted)(void *opaque, uint32_t function, uint64_t address, bool is_write);
    void *fault_opaque;
    void (*message)(void *opaque, uint64_t address, uint32_t data);
    void *message_opaque;
};

extern const HwPciPort ob_pci_port; /* the callbacks of each function */

/* The slot of the function, device << 3 | function. */
static inline uint32_t ob_pci_slot(const HwPciUnit *unit)
{
    const ObPci *pci = unit->owner;
    uint32_t slot = 0;

    while (slot < OB_PCI_FUNCTIONS && pci->units[slot] != unit) {
        slot++;
    }
    return slot;
}

/* host-bridge.c */
HwRegionState *ob_pci_ecam(ObPci *pci);
void ob_pci_fixed_reset(ObPci *pci);

/* windows.c: maps ECAM and BARs again. */
void ob_pci_map(ObPci *pci);

/* boards.c: the function's configuration space changed. */
void ob_pci_mch_written(ObPci *pci);

/* intx.c */
void ob_pci_route_piix(ObPci *pci, HwDevice *driver);
void ob_pci_route_ich9(ObPci *pci, HwDevice *driver);
void ob_pci_route_virt(ObPci *pci, HwDevice *driver);
void ob_pci_route(ObPci *pci);
uint32_t ob_pci_gsi_piix(uint32_t device, uint32_t pin);
uint32_t ob_pci_gsi_ich9(uint32_t device, uint32_t pin);
uint32_t ob_pci_gsi_virt(uint32_t device, uint32_t pin);
/* Programs the PIRQ registers as SeaBIOS does. */
void ob_pci_firmware_routes(ObPci *pci);

#endif
