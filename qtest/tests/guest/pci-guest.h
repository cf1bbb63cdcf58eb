/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests that drive PCI functions: the words of look.c that they share, and steps of a test that fail
 * it.  A test runs one guest at a time.
 */
#ifndef OB_TESTS_GUEST_PCI_GUEST_H
#define OB_TESTS_GUEST_PCI_GUEST_H

#include "qtest/guest/guest.h"

#define PCI_FUNCTION(address) "/sys/bus/pci/devices/0000:" address "/"
#define PCI_WARNED(address)   "warned=pci+0000:" address " "
#define PCI_ENABLE(address)   "write=1," PCI_FUNCTION(address) "enable "
#define PCI_CONFIG(address)   "hex=" PCI_FUNCTION(address) "config "

/* Steps of drive-edu with BAR 0 alone, and by vfio-pci. */
#define PCI_BAR(address, steps)  "run=/drive-edu," PCI_FUNCTION(address) "resource0," steps " "
#define PCI_VFIO(address, steps) "run=/drive-edu,0000:" address "," steps " "

#define PCI_VFIO_MODULES                                                              \
    "module=/vfio.ko module=/vfio_virqfd.ko "                                         \
    "module=/vfio_iommu_type1.ko,allow_unsafe_interrupts=1 module=/vfio-pci-core.ko " \
    "module=/vfio-pci.ko "

/* A kernel parameter: with an IOMMU that remaps interrupts Linux panics if its timer is late, as it may be
 * on a busy computer. */
#define PCI_NO_TIMER_CHECK "no_timer_check "

/* The sentence of the step that failed. */
extern HwError pci_guest_error;

/* Fails with the sentence if there is one. */
void pci_guest_good(bool result);

/* The functions of guest.h with these names.  None of these returns after a failure. */
ObGuest *pci_guest_start(const ObGuestBoot *boot);
void pci_guest_expect(ObGuest *guest, const char *text);
void pci_guest_type(ObGuest *guest);

/* Frees the guest.  Its output is the caller's. */
char *pci_guest_finish(ObGuest *guest);

/* Waits for this event of QMP. */
void pci_guest_event(ObGuest *guest, const char *name);

/* Plugs an outboard-edu into the bus; `address` as -device takes it, NULL: the first that is free.
 * The second function asks the guest to let it go, and waits until it has. */
void pci_guest_plug(ObGuest *guest, const char *bus, const char *address);
void pci_guest_unplug(ObGuest *guest);

/* Returns lspci's view of a PCI_CONFIG line, without BARs, windows and the interrupt line: there two
 * functions differ.  The caller frees it. */
char *pci_guest_lspci(const char *line);

/* Returns what follows the text in the output, which fails the test if it has none. */
const char *pci_guest_next(const char *said, const char *text);

#endif
