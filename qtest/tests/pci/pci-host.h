/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host in this process with the functions of lib/lantern.h, and its bus as a guest sees it. */
#ifndef OB_TESTS_PCI_HOST_H
#define OB_TESTS_PCI_HOST_H

#include <glib.h>

#include "qtest/client/drivers/pci.h"
#include "qtest/machine/board.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/tests/lib/lantern.h"

typedef struct PciHost {
    ObHost *host;
    ObClient *client;
    PciBus bus;
    GString *messages; /* "ADDRESS=DATA " for each message to the interrupt controller */
    char text[300];
    HwError error;
} PciHost;

/* `machine`: "pc", "q35" or "virt".  The ports of q35 plug by their slots, not by ACPI. */
void pci_host_set_up(PciHost *f, gconstpointer machine);
void pci_host_tear_down(PciHost *f, gconstpointer machine);

#define PCI_TEST(path, machine, function) \
    g_test_add(path, PciHost, machine, pci_host_set_up, function, pci_host_tear_down)

/* Adds a function; options are "addr=4,id=a".  NULL: refused, with the reason in f->text. */
HwInstance *function_try(PciHost *f, const char *name, const char *options);
HwInstance *function_add(PciHost *f, const char *name, const char *options); /* must succeed */
void function_refused(PciHost *f, const char *name, const char *options, const char *sentence);

/* The function's address, and a register of its BAR 0. */
uint32_t lantern_find(const PciHost *f, uint16_t device);
void register_write(const PciBar *bar, uint64_t offset, uint32_t value);

#endif
