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

    /* The host's side of a bridge.  Only a host that makes bridges has them. */
    void (*routed)(HwPciUnit *bridge);      /* its windows changed */
    void (*reset_below)(HwPciUnit *bridge); /* resets the functions on the secondary bus */
    HwPciUnit *(*first_below)(const HwPciUnit *bridge); /* function 0 of device 0, or NULL */
    void (*power_below)(HwPciUnit *bridge, bool on);
    void (*eject_below)(HwPciUnit *bridge); /* takes the functions away */
} HwPciPort;

/* How a machine, and its version, make a function. */
typedef enum HwPciMake {
    HW_PCI_ON_ROOT = 1 << 0,       /* it sits on a root complex */
    HW_PCI_EXTENDED_TAGS = 1 << 1, /* since QEMU's machines of 9.2 */
    HW_PCI_ERROR_MASKS = 1 << 2,   /* since 8.0 */
    HW_PCI_NO_LATENCY = 1 << 3,    /* no timer for an Express bus, since 8.2 */
    HW_PCI_HIDES_PLUG = 1 << 4,    /* a slot does not tell that it plugs: 6.1, by ACPI */
} HwPciMake;

/* A write to an aligned word of 4 bytes. */
typedef struct HwPciWrite {
    uint32_t word;   /* the word's offset */
    uint32_t before; /* its old value */
    uint32_t value;  /* the guest's bits, in their places */
    uint32_t bytes;  /* bit n: byte n of the word was written */
} HwPciWrite;

/* A bridge: its class has HwClass.pci_kind. */
typedef struct HwPciKind {
    bool (*init)(HwPciUnit *unit, HwError *error); /* adds registers to the space */
    void (*written)(HwPciUnit *unit, const HwPciWrite *write);
    void (*reset)(HwPciUnit *unit);
    void (*loaded)(HwPciUnit *unit); /* the space came with a stream */
} HwPciKind;

/* The ways through a bridge. */
typedef enum HwPciWindow {
    HW_PCI_WINDOW_IO,
    HW_PCI_WINDOW_MEMORY,
    HW_PCI_WINDOW_PREFETCH,
    HW_PCI_WINDOWS,
} HwPciWindow;

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
    const HwPciKind *kind; /* NULL: no bridge */
    uint32_t make;         /* HwPciMake */
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
    void *below;                       /* a bridge: the host's bus */
    uint64_t turns_of[HW_PCI_WINDOWS]; /* a bridge: when its windows were mapped */
    bool has_slot;                     /* a bridge: its Express capability has a slot, */
    bool slot_plugs;                   /* into which functions come while the machine runs */
    bool has_error_log;                /* a stream has a log of errors */
    bool is_off;                       /* its slot has no power: it does not answer */

    uint64_t lines[HW_PCI_LINES / 64]; /* levels by hw_irq_set() */
    uint32_t raised;                   /* how many lines are high */
    bool pin;                          /* asserted, as the status register says */
    bool driven;                       /* the level that the bus knows */
    bool sending;                      /* a message is on its way */
    bool adopting;                     /* edges send nothing: a state is being loaded */
};

/* Makes the function of an instance whose class has `pci`, and sets HwInstance.pci.
 * `make`: HwPciMake.  Returns NULL and sets `error` on failure. */
HwPciUnit *hw_pci_unit_new(HwInstance *instance, const HwPciPort *port, void *owner, uint32_t make,
                           HwError *error);
void hw_pci_unit_free(HwPciUnit *unit); /* NULL is allowed */

/* The instance has another class with the same function, or another HwDevice. */
void hw_pci_unit_moved(HwPciUnit *unit);

/* A guest's access of 1, 2 or 4 bytes.  Bytes behind the space read as ones. */
uint32_t hw_pci_unit_read(HwPciUnit *unit, uint32_t offset, uint32_t size);
void hw_pci_unit_write(HwPciUnit *unit, uint32_t offset, uint32_t value, uint32_t size);

/* Resets the configuration space, then the device. */
void hw_pci_unit_reset(HwPciUnit *unit);

/* True if the guest allows the function's DMA and messages. */
static inline bool hw_pci_unit_is_master(const HwPciUnit *unit)
{
    return !unit->is_off && (unit->config.bytes[HW_PCI_COMMAND] & HW_PCI_COMMAND_MASTER);
}

/* Switches the function's power.  Without power it decodes nothing, and is reset. */
void hw_pci_unit_power(HwPciUnit *unit, bool on);

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

/*
 * A copy of all that a guest or the device can change in the function.  It can be put back any number
 * of times in the same process.  No pin is driven and no message sent.  _put_back returns true if BARs
 * or windows may lie elsewhere now: the host maps its buses again.
 */
typedef struct HwPciKept HwPciKept;
HwPciKept *hw_pci_unit_keep(const HwPciUnit *unit);
bool hw_pci_unit_put_back(HwPciUnit *unit, const HwPciKept *kept);
void hw_pci_kept_free(HwPciKept *kept);

#endif
