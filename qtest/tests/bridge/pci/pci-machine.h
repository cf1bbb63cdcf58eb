/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI functions on the root bus of a stock QEMU (bridge-machine.h): configuration space, and
 * firmware's work of giving addresses.
 */
#ifndef OB_TESTS_BRIDGE_PCI_MACHINE_H
#define OB_TESTS_BRIDGE_PCI_MACHINE_H

#include "qtest/tests/bridge/bridge-machine.h"

enum {
    PCI_COMMAND = 0x04,
    PCI_STATUS = 0x06,
    PCI_BAR_0 = 0x10,
    PCI_CAPABILITIES = 0x34,
    PCI_COMMAND_IO = 1,
    PCI_COMMAND_MEMORY = 2,
    PCI_COMMAND_MASTER = 4,
    PCI_STATUS_INTERRUPT = 8,
    PCI_MSI = 0x05,
    PCI_MSIX = 0x11,
    PCI_EXPRESS = 0x10,
};

/* Starts the machine, whose CPU halts at its first instruction. */
ObClient *pci_start(const char *arguments);

/* Runs the machine until the condition holds: only then its clock goes on. */
void pci_run_until(ObClient *c, bool (*holds)(ObClient *c, const void *opaque), const void *opaque);

/* Moves the machine to another QEMU and ends the first.  `machine` and `arguments` are the other
 * one's; NULL: the usual machine.  *stream gets the stream, to be freed; NULL: not wanted. */
ObClient *pci_migrate(ObClient *c, GBytes **stream, const char *machine, const char *arguments);
ObClient *pci_start_as(const char *machine, const char *arguments);

/* Bus << 8 | device << 3 | function. */
#define PCI_SLOT(device) ((uint32_t)(device) << 3)

/* Accesses of 1, 2 or 4 bytes. */
uint32_t pci_read(ObClient *c, uint32_t address, uint32_t offset, uint32_t size);
void pci_write(ObClient *c, uint32_t address, uint32_t offset, uint32_t value, uint32_t size);

/* The place of a capability in the list, or 0; of an extended one. */
uint32_t pci_find(ObClient *c, uint32_t address, uint8_t id);
uint32_t pci_find_extended(ObClient *c, uint32_t address, uint16_t id);

/* Gives the BAR the address number `place` of a range for such BARs, and lets it decode.  Returns
 * the address as the CPU sees it. */
uint64_t pci_map(ObClient *c, uint32_t address, uint32_t bar, uint32_t place);

/* RAM for messages and DMA. */
uint64_t pci_ram(void);

/* Lets the function send messages into RAM, where the test sees them: message n stores `data` + n
 * at pci_ram().  `allowed`: the number of vectors, as a power of two. */
void pci_msi_on(ObClient *c, uint32_t address, uint32_t data, uint32_t allowed);

/* Returns what the last message stored, and forgets it; 0: none came. */
uint32_t pci_message(ObClient *c);

#endif
