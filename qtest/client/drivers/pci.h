/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uses PCI functions as firmware and drivers do: finds them, reads and writes configuration
 * space, places BARs, and waits for messages.  The machine is ours or QEMU's, by a socket or in
 * process.
 */
#ifndef OB_CLIENT_PCI_H
#define OB_CLIENT_PCI_H

#include "qtest/client/client.h"

#define PCI_NOT_FOUND UINT32_MAX

/* The way to the bus of one machine. */
typedef struct PciBus {
    ObClient *client;     /* owned by the caller */
    uint64_t ecam;        /* address of the configuration spaces; 0: ports 0xcf8 and 0xcfc */
    uint64_t io;          /* the place of I/O BARs in memory; 0: ports */
    uint64_t next_memory; /* pci_bar_map() goes on here */
    uint64_t next_io;
    uint64_t message; /* address of 4 bytes of RAM for messages */
} PciBus;

/* Return the bus of a PC (pc and q35) and of virt.  Messages lie 128 KiB above the start of
 * RAM. */
PciBus pci_of_pc(ObClient *client);
PciBus pci_of_virt(ObClient *client);

/* A function's address: bus << 8 | device << 3 | function. */
#define PCI_ADDRESS(device, function) ((uint32_t)(device) << 3 | (function))

/* The same behind a bridge, on the bus with this number. */
#define PCI_ON_BUS(number, device, function) \
    ((uint32_t)(number) << 8 | PCI_ADDRESS(device, function))

/* Returns the address, on the machine's own bus, of the function number `index` with these ids, or PCI_NOT_FOUND. */
uint32_t pci_find(const PciBus *bus, uint16_t vendor, uint16_t device, uint32_t index);

/* Make one access of 1, 2 or 4 bytes to configuration space. */
uint32_t pci_config_read(const PciBus *bus, uint32_t address, uint32_t offset, uint32_t size);
void pci_config_write(const PciBus *bus, uint32_t address, uint32_t offset, uint32_t value,
                      uint32_t size);

/* Returns the offset of the first capability with this id, 0: there is none.  An extended
 * capability needs ECAM. */
uint32_t pci_capability(const PciBus *bus, uint32_t address, uint8_t id);
uint32_t pci_extended_capability(const PciBus *bus, uint32_t address, uint16_t id);

/* Sets these bits of the command register, and clears the others. */
void pci_command(const PciBus *bus, uint32_t address, uint16_t bits);

/* A BAR that has an address. */
typedef struct PciBar {
    const PciBus *bus;
    bool is_io;
    uint64_t address; /* on the bus */
    uint64_t size;    /* 0: there is no such BAR */
} PciBar;

/* Sizes the BAR, gives it an address, and switches decoding on for BARs of its kind. */
PciBar pci_bar_map(PciBus *bus, uint32_t address, uint32_t number);

/* Make one access of 1, 2 or 4 bytes, to memory also of 8. */
uint64_t pci_bar_read(const PciBar *bar, uint64_t offset, uint32_t size);
void pci_bar_write(const PciBar *bar, uint64_t offset, uint64_t value, uint32_t size);

/*
 * Open the way through a bridge.  The bus below gets the number `first`, and configuration cycles
 * for buses up to `last` go there.  It gets windows of 16 MiB of memory and of 4 KiB of I/O.  They
 * begin where pci_bar_map() goes on, so the next BARs lie in them.
 */
void pci_bridge_open(PciBus *bus, uint32_t bridge, uint8_t first, uint8_t last);

/* The slot of a PCI Express port as a guest uses it: switches power and its indicator.  To switch
 * them off is the guest's ejection of the functions in the slot.  Returns false if the port has
 * no slot. */
bool pci_slot_power(const PciBus *bus, uint32_t port, bool on);

/* Hot plug of pc's buses, by ACPI's registers.  A bit stands for each device number. */
typedef enum PciAcpiSlots {
    PCI_ACPI_UP = 0,         /* came; reading forgets them */
    PCI_ACPI_DOWN = 4,       /* the guest is asked for them */
    PCI_ACPI_REMOVABLE = 12, /* or free */
} PciAcpiSlots;

/* Selects the bus that the other two act on; 0, the machine's own, at start. */
void pci_acpi_select(const PciBus *bus, uint32_t number);
uint32_t pci_acpi_slots(const PciBus *bus, PciAcpiSlots which);
void pci_acpi_eject(const PciBus *bus, uint32_t device); /* the guest's ejection: _EJ0 */

/*
 * Let the function send its messages to `bus->message`, and wait for one.  MSI sends `data` plus
 * the vector; `vectors` is a power of two.  MSI-X sends `data` for this vector.  They return
 * false if the function lacks the capability.  pci_message_wait() returns the message that
 * came, and 0 if none came in `timeout_ms`; then it makes room for the next.
 */
bool pci_msi_on(const PciBus *bus, uint32_t address, uint32_t vectors, uint16_t data);
bool pci_msix_on(PciBus *bus, uint32_t address, uint32_t vector, uint32_t data);
uint32_t pci_message_wait(const PciBus *bus, uint32_t timeout_ms);

#endif
