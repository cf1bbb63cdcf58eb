/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bridge's header of type 1 (PCI-to-PCI Bridge Architecture 1.2, "Bridge"), and the slot of a
 * PCI Express port (PCIe 6.7, 7.5.3).  Registers have QEMU's values and bits.  The classes are a
 * host's own: a host with a bus adds them to its classes.
 */
#ifndef HW_HOST_PCI_BRIDGE_H
#define HW_HOST_PCI_BRIDGE_H

#include "hw-api/host/pci/function.h"

/* "pcie-root-port", "ioh3420", "pci-bridge" and "i82801b11-bridge", with QEMU's ids. */
extern const HwClass hw_pci_root_port_class, hw_pci_ioh_port_class;
extern const HwClass hw_pci_bridge_class, hw_pci_ich_bridge_class;

/* The properties of a root port: no two ports of a machine have the same pair. */
typedef struct HwPciRootPort {
    HwDevice dev;
    uint32_t chassis;
    uint32_t slot;
    uint32_t port;
    bool hotplug;
    /* pcie-root-port alone: what firmware shall keep for functions that are plugged later, in bytes; all
     * ones: nothing is said. */
    uint32_t buses;
    uint64_t ports;
    uint64_t memory;
    uint64_t prefetchable_32;
    uint64_t prefetchable_64;
} HwPciRootPort;

/* ------------------------------------------------------------------- header */

static inline uint8_t hw_pci_bridge_secondary(const HwPciUnit *bridge)
{
    return bridge->config.bytes[HW_PCI_SECONDARY_BUS];
}

/* True if the bridge passes configuration cycles for this bus on. */
bool hw_pci_bridge_leads_to(const HwPciUnit *bridge, uint32_t bus);

/* The range as the registers have it; it is empty if `*last` is less than `*first`. */
void hw_pci_bridge_range(const HwPciUnit *bridge, HwPciWindow window, uint64_t *first,
                         uint64_t *last);

/* True if the bridge passes accesses to this range on. */
bool hw_pci_bridge_window(const HwPciUnit *bridge, HwPciWindow window, uint64_t *first,
                          uint64_t *last);

/* --------------------------------------------------------------------- slot */

/* A function was plugged in below a port with a slot.  `is_hot`: the machine was running. */
void hw_pci_slot_plugged(HwPciUnit *port, bool is_hot);

/* A function came, and another way than the slot's registers tells the guest of it: only the power is
 * switched on. */
void hw_pci_slot_switch_on(HwPciUnit *port, bool is_hot);

typedef enum HwPciUnplug {
    HW_PCI_UNPLUG_REFUSED,
    HW_PCI_UNPLUG_ASKED, /* the guest's turn: it switches the slot's power off */
    HW_PCI_UNPLUG_DONE,  /* without power nobody needs to be asked */
} HwPciUnplug;

/* Asks the guest to give the functions below up, by the attention button.  Sets `error` if the
 * slot refuses. */
HwPciUnplug hw_pci_slot_unplug(HwPciUnit *port, HwError *error);

/* True if the slot can be used while the machine runs. */
bool hw_pci_slot_is_hot_plug(const HwPciUnit *port);

#endif
