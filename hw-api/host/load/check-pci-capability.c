/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the capabilities of a PCI function. */
#include "hw-api/host/load/check-parts.h"

#include "hw-api/ext/draft/pci.h"

#define FIRST          0x40u /* PCI 6.1: the header's end */
#define FIRST_EXTENDED 0x100u
#define VERSION_MAX    15u

/* Ids of the capabilities that the host makes. */
#define ID_MSI     0x05u
#define ID_EXPRESS 0x10u
#define ID_MSIX    0x11u

static uint32_t size_of(const HwPciCapability *capability)
{
    return capability->word_count * 4;
}

static uint32_t first_of(const HwPciCapability *capability)
{
    return capability->extended_version ? FIRST_EXTENDED : FIRST;
}

/* The end of the capability's part of the configuration space. */
static uint32_t end_of(const HwPciCapability *capability)
{
    return capability->extended_version ? HW_PCI_EXPRESS_SPACE : HW_PCI_SPACE;
}

static bool id_check(const HwCheck *c, const HwPlace *place, const HwPciCapability *capability)
{
    uint32_t id = capability->id;

    if (capability->extended_version) {
        return id || hw_refuse(place, c->error, "id is 0, expected 1 to 0xffff");
    }
    if (id == 0 || id > 0xff) {
        return hw_refuse(place, c->error, "id is 0x%x, expected 1 to 0xff", id);
    }
    return (id != ID_MSI && id != ID_MSIX && id != ID_EXPRESS) ||
           hw_refuse(place, c->error,
                     "id is 0x%x, which the host makes by msi_vectors, "
                     "msix_vectors and flags, expected another",
                     id);
}

static bool version_check(const HwCheck *c, const HwPlace *place, const HwPciFunction *function,
                          const HwPciCapability *capability)
{
    if (capability->extended_version > VERSION_MAX) {
        return hw_refuse(place, c->error, "extended_version is %u, expected at most %u",
                         capability->extended_version, VERSION_MAX);
    }
    return !capability->extended_version || (function->flags & HW_PCI_EXPRESS) ||
           hw_refuse(place, c->error, "is extended, expected a function with HW_PCI_EXPRESS");
}

static bool place_check(const HwCheck *c, const HwPlace *place, const HwPciCapability *capability)
{
    uint32_t first = first_of(capability);
    uint32_t end = end_of(capability);

    if (capability->word_count == 0 || capability->word_count > (end - first) / 4) {
        return hw_refuse(place, c->error, "word_count is %u, expected 1 to %u",
                         capability->word_count, (end - first) / 4);
    }
    return !capability->offset ||
           (capability->offset % 4 == 0 && capability->offset >= first &&
            capability->offset + size_of(capability) <= end) ||
           hw_refuse(place, c->error,
                     "takes 0x%x bytes at 0x%x, expected a multiple of 4 in "
                     "0x%x to 0x%x",
                     size_of(capability), capability->offset, first, end - 1);
}

/* The header is the host's: no bit of it may have a reset value or a mask. */
static bool header_check(const HwCheck *c, const HwPlace *place, const HwPciCapability *capability)
{
    uint32_t header = capability->extended_version ? UINT32_MAX : 0xffff;

    for (uint32_t i = 0; i < capability->registers.count; i++) {
        const HwRegister *reg = &capability->registers.entries[i];
        HwPlace inner = { place, "register", reg->name, i };
        uint32_t bits = (reg->reset | reg->rw | reg->w1c | reg->write_only) & header;

        if (reg->offset == 0 && bits) {
            return hw_refuse(&inner, c->error,
                             "has bits 0x%x in the capability's header, expected "
                             "none in 0x%x",
                             bits, header);
        }
    }
    return true;
}

static bool capability_check(const HwCheck *c, const HwPlace *place, const HwPciFunction *function,
                             const HwPciCapability *capability)
{
    HwWords words = { capability->words, capability->word_count, size_of(capability),
                      &capability->registers };

    return version_check(c, place, function, capability) && id_check(c, place, capability) &&
           place_check(c, place, capability) &&
           hw_check_registers(c, place, "capability", &words) && header_check(c, place, capability);
}

/* ------------------------------------------------------------------------ together */

static bool overlap(const HwPciCapability *a, const HwPciCapability *b)
{
    return a->offset && b->offset && a->offset < b->offset + size_of(b) &&
           b->offset < a->offset + size_of(a);
}

static bool pairs_check(const HwCheck *c, const HwPlace *function,
                        const HwPciCapabilities *capabilities)
{
    for (uint32_t i = 0; i < capabilities->count; i++) {
        for (uint32_t j = i + 1; j < capabilities->count; j++) {
            const HwPciCapability *a = &capabilities->entries[i];
            const HwPciCapability *b = &capabilities->entries[j];
            HwPlace place = { function, "capability", b->name, j };

            if (overlap(a, b)) {
                return hw_refuse(&place, c->error,
                                 "takes 0x%x bytes at 0x%x, which overlap "
                                 "capability %s, 0x%x bytes at 0x%x, expected "
                                 "them apart",
                                 size_of(b), b->offset, a->name, size_of(a), a->offset);
            }
        }
    }
    return true;
}

bool hw_check_pci_capabilities(const HwCheck *c, const HwPlace *function,
                               const HwPciFunction *table)
{
    const HwPciCapabilities *capabilities = &table->capabilities;

    if (!hw_check_names(c, function, "capability", capabilities->entries, capabilities->stride,
                        capabilities->count)) {
        return false;
    }
    for (uint32_t i = 0; i < capabilities->count; i++) {
        const HwPciCapability *capability = &capabilities->entries[i];
        HwPlace place = { function, "capability", capability->name, i };

        if (!capability_check(c, &place, table, capability)) {
            return false;
        }
    }
    return pairs_check(c, function, capabilities) && hw_check_pci_room(c, function, table);
}
