/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the machine's PCI. */
#ifndef OB_PCI_INTERNAL_H
#define OB_PCI_INTERNAL_H

#include <glib.h>

#include "hw-api/host/pci/bridge.h"
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
    /* Each of these may be NULL.  The guest wrote to its configuration space. */
    void (*written)(ObPci *pci);
    /* After the reset of `bytes`: sets those that options choose. */
    void (*reset)(ObPci *pci);
    /* A reset, or a stream, is about to set all its bits. */
    void (*unlock)(ObPci *pci);
    /* A stream has set them; `written` follows. */
    void (*loaded)(ObPci *pci);
} ObPciFixed;

enum {
    OB_PCI_FIXED_MAX = 4,
    OB_PCI_PAM_BYTES = 7,
};

typedef struct ObPciBus ObPciBus;

/* A function's place: the owner of its HwPciUnit. */
typedef struct ObPciPlace {
    ObPciBus *bus;
    uint32_t slot;    /* device << 3 | function */
    HwPciUnit *unit;  /* NULL: the place is free */
    ObDevice *device; /* NULL: the machine's own */
    bool is_hot;      /* the device came while the machine was running */
} ObPciPlace;

struct ObPciBus {
    ObPci *pci;
    HwPciUnit *bridge; /* NULL: the machine's own bus */
    const char *name;
    bool is_express;
    uint64_t taken[OB_PCI_FUNCTIONS / 64]; /* bits: places that have a unit */
    ObPciPlace places[OB_PCI_FUNCTIONS];
};

/* The host bridge's device. */
struct ObPci {
    HwDevice dev;
    ObHost *host;
    const ObPciBoard *board;
    ObPciBus *root;   /* the machine's own bus */
    GPtrArray *buses; /* ObPciBus, owned; the machine's own is the first */
    uint32_t make;    /* HwPciMake, by the machine's version */
    HwInstance *fixed[OB_PCI_FIXED_MAX];
    uint32_t config_address;                       /* written to 0xcf8 */
    uint64_t ecam;                                 /* its present address */
    uint64_t ecam_size;                            /* 0: off */
    bool acpi_bridges;                             /* ACPI plugs below bridges, too */
    bool is_low;                                   /* windows below 4 GiB alone */
    bool has_smbase;                               /* q35: SMRAM at SMBASE can be locked */
    uint16_t tseg_mbytes;                          /* q35: TSEG's fourth size */
    uint8_t switches[OB_PCI_PAM_BYTES + 3];        /* bytes that hide RAM, as it is mapped */
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

static inline ObPciPlace *ob_pci_place(const HwPciUnit *unit)
{
    return (ObPciPlace *)unit->owner;
}

static inline ObPci *ob_pci_of(const HwPciUnit *unit)
{
    return ob_pci_place(unit)->bus->pci;
}

static inline ObPciBus *ob_pci_root(const ObPci *pci)
{
    return pci->root;
}

/* bus.c: a bus of a bridge, or the machine's own. */
ObPciBus *ob_pci_bus_add(ObPci *pci, HwPciUnit *bridge);
void ob_pci_bus_remove(ObPciBus *bus);
ObPciBus *ob_pci_bus_named(const ObPci *pci, const char *name); /* NULL: there is none */

/* True if the bus's bridge sits on `parent`. */
bool ob_pci_bus_is_below(const ObPciBus *bus, const ObPciBus *parent);

/* The bus that the guest has given this number; NULL: there is none. */
ObPciBus *ob_pci_bus_numbered(const ObPci *pci, uint32_t number);
uint32_t ob_pci_bus_number(const ObPciBus *bus);

/* The first place from `slot` on that has a unit; OB_PCI_FUNCTIONS: there is none. */
uint32_t ob_pci_bus_next(const ObPciBus *bus, uint32_t slot);

static inline bool ob_pci_bus_is_empty(const ObPciBus *bus)
{
    return ob_pci_bus_next(bus, 0) == OB_PCI_FUNCTIONS;
}

/* Visits the places that have a unit, also if the visitor takes the unit away. */
#define OB_PCI_FOREACH(bus, slot)                                          \
    for (uint32_t slot = ob_pci_bus_next(bus, 0); slot < OB_PCI_FUNCTIONS; \
         slot = ob_pci_bus_next(bus, slot + 1))

/* Bus << 8 | device << 3 | function. */
uint32_t ob_pci_address(const HwPciUnit *unit);

void ob_pci_place_take(ObPciPlace *place, HwPciUnit *unit, ObDevice *device);
/* Afterwards the guest does not see the function. */
void ob_pci_place_free(ObPciPlace *place);

/* The functions of all buses: begin with `bus` and `slot` 0; NULL after the last. */
typedef struct ObPciWalk {
    guint bus;
    uint32_t slot;
} ObPciWalk;
ObPciPlace *ob_pci_walk(const ObPci *pci, ObPciWalk *walk);

/* bridges.c: the host's side of bridges. */
void ob_pci_bridge_routed(HwPciUnit *bridge);
void ob_pci_bridge_reset_below(HwPciUnit *bridge);
HwPciUnit *ob_pci_bridge_first_below(const HwPciUnit *bridge);
void ob_pci_bridge_power_below(HwPciUnit *bridge, bool on);
void ob_pci_bridge_eject_below(HwPciUnit *bridge);
bool ob_pci_classes_add(ObHost *host, HwError *error);

/* Takes the function away from the guest; afterwards _slots_changed(). */
void ob_pci_function_eject(ObPciPlace *place);
void ob_pci_slots_changed(ObPci *pci);

/* acpi-buses.c: buses with hot plug by ACPI, and their numbers, below OB_PCI_ACPI_BUSES. */
uint32_t ob_pci_acpi_number(const ObPciBus *bus);             /* OB_PCI_NO_NUMBER: it has none */
ObPciBus *ob_pci_acpi_bus(const ObPci *pci, uint32_t number); /* NULL: there is none */

/* host-bridge.c */
HwRegionState *ob_pci_ecam(ObPci *pci);
void ob_pci_fixed_reset(ObPci *pci);
bool ob_pci_fixed_has_changed(const ObPci *pci, uint32_t index); /* since the reset */
/* Bytes of the space from a stream, and what follows from them. */
void ob_pci_fixed_load(ObPci *pci, uint32_t index, const uint8_t *bytes);

/* bridge-section.c */
bool ob_pci_bridge_section_add(ObPci *pci, HwError *error);

/* windows.c: maps ECAM and BARs again. */
void ob_pci_map(ObPci *pci);

/* boards.c: the function's configuration space changed. */
void ob_pci_mch_written(ObPci *pci);
void ob_pci_lpc_written(ObPci *pci);
void ob_pci_lpc_unlock(ObPci *pci);

/* pc-memory.c: adds the ranges that hide RAM. */
void ob_pci_pc_cover(ObPci *pci, GArray *ranges);
void ob_pci_pc_memory_written(ObPci *pci);
void ob_pci_i440fx_reset(ObPci *pci);
void ob_pci_mch_reset(ObPci *pci);
void ob_pci_mch_unlock(ObPci *pci);
void ob_pci_mch_loaded(ObPci *pci);
void ob_pci_mch_memory_written(ObPci *pci);

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
