/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PCI function of an instance: configuration space, BARs, interrupts and state, made from its
 * class's table (hw-api/ext/draft/pci.h).  A host without a PCI bus of its own embeds it in its
 * bus: it passes the guest's accesses on, and is called back.
 *
 * Call all functions under the device lock.
 */
#ifndef HW_HOST_PCI_FUNCTION_H
#define HW_HOST_PCI_FUNCTION_H

#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/pci/config.h"
#include "hw-api/host/run/instance.h"

typedef struct HwPciUnit HwPciUnit;

/* The host's side.  Called inside a guest's access or a device's hook. */
typedef struct HwPciPort {
    /* A BAR appeared, moved or went away. */
    void (*moved)(HwPciUnit *unit);
    /* The level of the function's pin as the bus sees it. */
    void (*pin)(HwPciUnit *unit, bool level);
    /* A message signalled interrupt: a write of 4 bytes. */
    void (*message)(HwPciUnit *unit, uint64_t address, uint32_t data);
} HwPciPort;

#define HW_PCI_UNMAPPED UINT64_MAX
#define HW_PCI_LINES    HW_PCI_MSIX_MAX /* lines that hw_irq_set() may name */

/* A BAR as it is: the class's entry, completed. */
typedef struct HwPciUnitBar {
    uint64_t size;    /* 0: there is none */
    uint32_t flags;   /* HwPciBarFlags */
    uint64_t address; /* HW_PCI_UNMAPPED: it does not answer */
    uint64_t turn;    /* higher: was mapped later */
} HwPciUnitBar;

/* MSI-X (PCI 6.8.2): table and pending bits in one BAR. */
typedef struct HwPciMsix {
    uint32_t count; /* 0: none */
    uint32_t capability;
    bool masked; /* the whole function */
    uint8_t *table;
    uint8_t *pending;
    HwRegion tables[2]; /* the two regions' tables */
    HwRegionState regions[2];
} HwPciMsix;

struct HwPciUnit {
    const HwPciFunction *table;
    HwInstance *instance;
    const HwPciPort *port;
    void *owner; /* the host's own */

    HwPciConfig config;
    HwPciUnitBar bars[HW_PCI_BARS];
    uint64_t *turns; /* counts mappings; the host may share it between functions */
    uint64_t own_turns;
    bool zero_is_address; /* a BAR may lie at address 0 */
    uint32_t msi;         /* offset of the capability; 0: none */
    uint32_t express;
    HwPciMsix msix;

    uint64_t lines[HW_PCI_LINES / 64]; /* levels by hw_irq_set() */
    uint32_t raised;                   /* how many lines are high */
    bool pin;                          /* asserted, as the status register says */
    bool driven;                       /* the level that the bus knows */
    bool sending;                      /* a message is on its way */
    bool adopting;                     /* edges send nothing: a state is being loaded */
};

/* Makes the function of an instance whose class has `pci`, and sets HwInstance.pci.
 * `on_root`: it sits on a root complex.  Returns NULL and sets `error` on failure. */
HwPciUnit *hw_pci_unit_new(HwInstance *instance, const HwPciPort *port, void *owner, bool on_root,
                           HwError *error);
void hw_pci_unit_free(HwPciUnit *unit); /* NULL is allowed */

/* A guest's access of 1, 2 or 4 bytes.  Bytes behind the space read as ones. */
uint32_t hw_pci_unit_read(HwPciUnit *unit, uint32_t offset, uint32_t size);
void hw_pci_unit_write(HwPciUnit *unit, uint32_t offset, uint32_t value, uint32_t size);

/* Resets the configuration space, then the device. */
void hw_pci_unit_reset(HwPciUnit *unit);

/* True if the guest allows the function's DMA and messages. */
static inline bool hw_pci_unit_is_master(const HwPciUnit *unit)
{
    return unit->config.bytes[HW_PCI_COMMAND] & HW_PCI_COMMAND_MASTER;
}

/* ------------------------------------------------------------------ regions */

/* The regions in BARs: the class's, then those of MSI-X; NULL after the last.  A region's
 * `address` is its offset in the BAR that hw_pci_unit_bar_of() returns. */
HwRegionState *hw_pci_unit_region(HwPciUnit *unit, uint32_t index);
const HwPciUnitBar *hw_pci_unit_bar_of(const HwPciUnit *unit, const HwRegionState *region);

/* --------------------------------------------------------------- interrupts */

/* The device's hw_irq_set().  Returns false if `line` is not below HW_PCI_LINES. */
bool hw_pci_unit_irq_set(HwPciUnit *unit, uint32_t line, bool level);

/* HwPci's `interrupts` and `message`. */
uint32_t hw_pci_unit_interrupts(const HwPciUnit *unit);
void hw_pci_unit_message(HwPciUnit *unit, uint32_t vector);

/* -------------------------------------------------------------------- state */

/*
 * The state in front of the class's fields in its section: QEMU's struct of a PCI device, then
 * MSI-X's.  `bytes` has hw_pci_unit_state_size() bytes.
 */
uint32_t hw_pci_unit_state_size(const HwPciUnit *unit);
void hw_pci_unit_state_save(HwPciUnit *unit, uint8_t *bytes);

/* True if the state fits this function; changes nothing. */
bool hw_pci_unit_state_check(const HwPciUnit *unit, const uint8_t *bytes, HwError *error);

/* Stores a checked state.  Until hw_pci_unit_adopt(unit, false), lines that change send no
 * message.  The host calls it after the hw_instance_update() that follows a load. */
void hw_pci_unit_state_load(HwPciUnit *unit, const uint8_t *bytes);
void hw_pci_unit_adopt(HwPciUnit *unit, bool adopting);

#endif
