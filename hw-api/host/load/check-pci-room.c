/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks that a host finds a place for each capability of a PCI function.  Hosts take the first
 * gap that is large enough, and QEMU aborts if there is none.
 */
#include "hw-api/host/load/check-parts.h"

#include <string.h>

#include "hw-api/ext/draft/pci.h"

#define FIRST          0x40u /* PCI 6.1: the header's end */
#define FIRST_EXTENDED 0x100u

#define MSI_BYTES      16u
#define EXPRESS_BYTES  60u
#define MSIX_BYTES     12u

/* The words of the configuration space: true if a capability has them. */
typedef struct Space {
    const HwCheck *c;
    const HwPlace *place;
    bool taken[HW_PCI_EXPRESS_SPACE / 4];
} Space;

static uint32_t size_of(const HwPciCapability *capability)
{
    return capability->word_count * 4;
}

static uint32_t express_bytes(const HwPciFunction *function)
{
    return function->flags & HW_PCI_EXPRESS ? EXPRESS_BYTES : 0;
}

static uint32_t msi_bytes(const HwPciFunction *function)
{
    return function->msi_vectors ? MSI_BYTES : 0;
}

static uint32_t msix_bytes(const HwPciFunction *function)
{
    return function->msix_vectors ? MSIX_BYTES : 0;
}

static bool total_check(const HwCheck *c, const HwPlace *place, const HwPciFunction *function)
{
    uint32_t room = HW_PCI_SPACE - FIRST;
    uint32_t extended_room = HW_PCI_EXPRESS_SPACE - FIRST_EXTENDED;
    uint32_t bytes = msi_bytes(function) + msix_bytes(function) + express_bytes(function);
    uint32_t extended = 0;

    for (uint32_t i = 0; i < function->capabilities.count; i++) {
        const HwPciCapability *capability = &function->capabilities.entries[i];

        *(capability->extended_version ? &extended : &bytes) += size_of(capability);
        if (bytes > room || extended > extended_room) {
            return hw_refuse(place, c->error,
                             "has capabilities of more than %u bytes, expected "
                             "them to fit, the host's own included",
                             bytes > room ? room : extended_room);
        }
    }
    return true;
}

static void take(Space *space, uint32_t offset, uint32_t bytes)
{
    memset(space->taken + offset / 4, true, bytes / 4);
}

/* Takes the first gap in a part of the space. */
static bool gap_take(Space *space, uint32_t first, uint32_t end, uint32_t bytes)
{
    for (uint32_t at = first, start = first; at < end; at += 4) {
        if (space->taken[at / 4]) {
            start = at + 4;
        } else if (at + 4 - start >= bytes) {
            take(space, start, bytes);
            return true;
        }
    }
    return false;
}

static bool own_take(Space *space, const char *name, uint32_t bytes)
{
    return bytes == 0 || gap_take(space, FIRST, HW_PCI_SPACE, bytes) ||
           hw_refuse(space->place, space->c->error,
                     "leaves no gap of %u bytes for the host's capability %s, expected other "
                     "offsets",
                     bytes, name);
}

static bool class_take(Space *space, const HwPciCapability *capability)
{
    uint32_t bytes = size_of(capability);
    bool found = capability->extended_version
                     ? gap_take(space, FIRST_EXTENDED, HW_PCI_EXPRESS_SPACE, bytes)
                     : gap_take(space, FIRST, HW_PCI_SPACE, bytes);

    return found || hw_refuse(space->place, space->c->error,
                              "leaves no gap of %u bytes for capability %s, expected other "
                              "offsets",
                              bytes, capability->name);
}

/* In the order of hosts: those with an offset, the host's own, the others. */
bool hw_check_pci_room(const HwCheck *c, const HwPlace *place, const HwPciFunction *function)
{
    const HwPciCapabilities *capabilities = &function->capabilities;
    Space space = { c, place, { false } };
    bool ok = total_check(c, place, function);

    for (uint32_t i = 0; ok && i < capabilities->count; i++) {
        if (capabilities->entries[i].offset) {
            take(&space, capabilities->entries[i].offset, size_of(&capabilities->entries[i]));
        }
    }
    ok = ok && own_take(&space, "PCI Express", express_bytes(function)) &&
         own_take(&space, "MSI", msi_bytes(function)) &&
         own_take(&space, "MSI-X", msix_bytes(function));
    for (uint32_t i = 0; ok && i < capabilities->count; i++) {
        ok = capabilities->entries[i].offset || class_take(&space, &capabilities->entries[i]);
    }
    return ok;
}
