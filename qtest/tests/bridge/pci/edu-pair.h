/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our edu beside QEMU's own in one machine: each access goes to both, and both must answer alike. */
#ifndef OB_TESTS_BRIDGE_EDU_PAIR_H
#define OB_TESTS_BRIDGE_EDU_PAIR_H

#include "qtest/tests/bridge/pci/pci-machine.h"

enum {
    OURS = PCI_SLOT(4),
    THEIRS = PCI_SLOT(5),
    LIVE = 0x04,
    FACTORIAL = 0x08,
    STATUS = 0x20,
    IRQ = 0x24,
    RAISE = 0x60,
    ACKNOWLEDGE = 0x64,
    SOURCE = 0x80,
    TARGET = 0x88,
    COUNT = 0x90,
    COMMAND = 0x98,
    COMPUTING = 1,
    NOTIFY = 0x80,
    START = 1,
    TO_GUEST = 2,
    INTERRUPT = 4,
    BUFFER = 0x40000,
};

typedef struct Pair {
    ObClient *c;
    uint64_t ours; /* addresses of BAR 0 */
    uint64_t theirs;
} Pair;

Pair pair_start(void);

/* Fail the test, and go on, if the two answer differently.  Return our answer. */
uint64_t pair_load(const Pair *p, uint64_t offset, uint32_t size);
uint32_t pair_config(const Pair *p, uint32_t offset, uint32_t size);

void pair_store(const Pair *p, uint64_t offset, uint64_t value, uint32_t size);

/* True if the devices assert their pins. */
bool pair_has_pin(const Pair *p);

#endif
