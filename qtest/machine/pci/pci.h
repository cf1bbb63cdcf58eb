/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PCI bus of a machine: host bridge, configuration space, slots, BARs and interrupts.  pci.rst describes each machine.
 * Under the device lock.
 */
#ifndef OB_PCI_H
#define OB_PCI_H

#include "hw-api/host/pci/function.h"
#include "qtest/machine/core/host.h"

typedef struct ObPci ObPci;
struct ObDevice;

/* A range of the bus's addresses that the machine's CPUs reach. */
typedef struct ObPciWindow {
    bool is_io;     /* I/O ports of the bus; else memory */
    uint64_t start; /* on the bus */
    uint64_t size;
    HwSpace space; /* the CPUs see it here, from */
    uint64_t cpu;
} ObPciWindow;

/* A kind of machine's PCI; boards.c has the tables. */
typedef struct ObPciBoard {
    const char *bus; /* "pci.0" */
    bool is_express;
    bool zero_is_address; /* a BAR may lie at address 0 */
    bool has_ports;       /* 0xcf8 and 0xcfc */
    bool is_hot_plug;     /* devices join and leave the machine's own bus while it runs, by ACPI */
    bool acpi_bridges;    /* and buses of bridges, unless the user changes that */
    uint16_t acpi_ports;  /* the registers for that; 0: there are none */
    uint64_t ecam;        /* its address; 0: none, or the host bridge's choice */
    uint64_t ecam_size;
    uint64_t low_ecam; /* the user's other choice for both; 0: none */
    uint64_t low_ecam_size;
    bool has_lpc; /* ICH9's ISA bridge */
    uint8_t pam;  /* the host bridge's registers that hide RAM below 1 MiB; 0: none */
    const ObPciWindow *windows;
    uint32_t window_count;
    const struct ObPciFixed *fixed; /* the machine's own functions */
    uint32_t fixed_count;
    uint64_t message; /* writes to this range are interrupts */
    uint64_t message_size;
    uint64_t bar_memory; /* the firmware stand-in places BARs from here on */
    uint64_t bar_memory_end;
    uint64_t bar_io;
    const char *legacy_section; /* the end of the name of the chipset's section in QEMU */

    /* The global system interrupt of a pin (0: INTA) as firmware routes it, for _PRT. */
    uint32_t (*gsi)(uint32_t device, uint32_t pin);

    /* Sets the machine's lines from the levels of the functions' pins. */
    void (*route)(ObPci *pci, HwDevice *driver);
} ObPciBoard;

extern const ObPciBoard ob_pci_board_pc;
extern const ObPciBoard ob_pci_board_q35;
extern const ObPciBoard ob_pci_board_virt;

/* Adds the machine's PCI, if it has one.  Returns false and sets `error` on failure. */
bool ob_pci_create(ObHost *host, const ObHostConfig *config, HwError *error);
void ob_pci_free(ObPci *pci); /* NULL is allowed */

/* The service hw.pci/1. */
const HwPci *ob_pci_service(void);

/* Shows a PC's RAM below 1 MiB, as firmware does before it puts tables there.  Does nothing on other
 * machines. */
void ob_pci_show_ram(ObPci *pci);

/* The host's PCI; NULL if the machine has none. */
ObPci *ob_host_pci(const ObHost *host);
const ObPciBoard *ob_pci_board(const ObPci *pci);

/* A window of the bus; NULL after the last. */
const ObPciWindow *ob_pci_window(const ObPci *pci, uint32_t index);

/* True if BARs may lie from OB_PCI_HIGH on. */
bool ob_pci_is_high(const ObPci *pci);

/* ---------------------------------------------------------------- functions */

/* Memory BARs may lie from this address on, too, up to twice of it, if ob_pci_is_high(). */
#define OB_PCI_HIGH (UINT64_C(512) << 30)

/* An address: bus << 8 | device << 3 | function.  A bus has as many functions: */
#define OB_PCI_FUNCTIONS 256u

/* The function that answers at the address, the machine's own included; NULL: there is none. */
HwPciUnit *ob_pci_unit(const ObPci *pci, uint32_t address);

/* The function in this place (device << 3 | function) below the bridge, also if no number of a
 * bus leads there.  `bridge` NULL: the machine's own bus. */
HwPciUnit *ob_pci_below(const ObPci *pci, const HwPciUnit *bridge, uint32_t slot);

/* A guest's access to configuration space; a missing function reads as ones. */
uint32_t ob_pci_config_read(ObPci *pci, uint32_t address, uint32_t offset, uint32_t size);
void ob_pci_config_write(ObPci *pci, uint32_t address, uint32_t offset, uint32_t value,
                         uint32_t size);

/* ECAM as it is now; 0: it is off. */
uint64_t ob_pci_ecam_at(const ObPci *pci, uint64_t *size);

/* A bus with hot plug by ACPI, for the DSDT. */
typedef struct ObPciAcpiSlots {
    const char *path; /* the bus's, "\\_SB.PCI0.S18" */
    uint32_t number;  /* OB_PCI_NO_NUMBER: none of its own, but bridges on it have some */
    uint32_t slots;   /* bits: those that a guest can eject */
    uint32_t bridge_count;
    uint8_t bridges[OB_PCI_FUNCTIONS]; /* device << 3 | function: those that were there at start */
} ObPciAcpiSlots;

/* Visits all buses below which some have a number, parents first. */
void ob_pci_acpi_visit(const ObPci *pci, void (*visitor)(void *opaque, const ObPciAcpiSlots *slots),
                       void *opaque);

/* The ports of the registers; 0: no bus has hot plug by ACPI. */
uint16_t ob_pci_acpi_ports(const ObPci *pci);

/* Hot plug by ACPI.  The buses that have it are numbered.  A bit for each slot whose functions can be
 * removed, and the removal, which leaves bridges of the start and the machine's own functions alone.  A bus
 * that does not exist has all bits. */
#define OB_PCI_ACPI_BUSES 256u
#define OB_PCI_NO_NUMBER  UINT32_MAX
uint32_t ob_pci_removable(const ObPci *pci, uint32_t number);
void ob_pci_slot_eject(ObPci *pci, uint32_t number, uint32_t slot);

/* Places the BARs of all functions and switches them on, as firmware does. */
void ob_pci_assign(ObPci *pci);

/*
 * A stream from QEMU has brought this section, which the host keeps as it is.  It may belong to
 * one of the machine's own functions ("0000:00:1f.0/ICH9LPC").  The function then takes over the
 * bits that a guest can change: routes of pins, and ECAM.
 */
void ob_pci_adopt(ObPci *pci, const char *section, const uint8_t *payload, size_t size);

/*
 * A stand-in for an IOMMU, which a test sets: the functions' DMA finds memory by this table
 * alone, and faults elsewhere.  Copies the rows.  `faulted` is called for each fault; NULL: not.
 * `rows` NULL: bus addresses are the machine's again.
 */
typedef struct ObPciMapping {
    uint64_t bus;
    uint64_t size;
    uint64_t memory;
    bool read_only;
} ObPciMapping;
void ob_pci_set_iommu(ObPci *pci, const ObPciMapping *rows, uint32_t count,
                      void (*faulted)(void *opaque, uint32_t function, uint64_t address,
                                      bool is_write),
                      void *opaque);

/* A copy of the host bridge and of all functions, to be put back any number of times, while the same
 * devices are there. */
typedef struct ObPciKept ObPciKept;
ObPciKept *ob_pci_keep(const ObPci *pci);
void ob_pci_put_back(ObPci *pci, const ObPciKept *kept);
void ob_pci_kept_free(ObPciKept *kept); /* NULL is allowed */

/* ------------------------------------------------------------------- wires */

uint64_t ob_pci_dma_translate(const HwDevice *dev, uint64_t address, uint64_t size, bool is_write,
                              uint64_t *memory);

bool ob_pci_function_comes(struct ObDevice *device, const ObOption *options, uint32_t count,
                           HwError *error);
void ob_pci_function_plugged(struct ObDevice *device);
void ob_pci_function_leaves(struct ObDevice *device);
struct ObDevice *ob_pci_function_below(const struct ObDevice *device);
ObRemoval ob_pci_function_unplug(struct ObDevice *device, HwError *error);

/* True for "addr", "bus", "multifunction" and "rombar" of a PCI class. */
bool ob_pci_is_option(const HwClass *cls, const char *key);

/* Messages that reach the interrupt controller.  There is one observer. */
void ob_host_observe_messages(ObHost *host,
                              void (*sent)(void *opaque, uint64_t address, uint32_t data),
                              void *opaque);

#endif
