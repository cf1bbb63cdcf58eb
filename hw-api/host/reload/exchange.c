/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two instances exchange their classes and devices. */
#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/pci/function.h"
#include "hw-api/host/reload/reload-internal.h"

#define SWAP(a, b)                 \
    do {                           \
        __typeof__(a) swap_ = (a); \
        (a) = (b);                 \
        (b) = swap_;               \
    } while (0)

/* The table's part of a region; the rest belongs to the place in the machine. */
static void region_exchange(HwRegionState *a, HwRegionState *b)
{
    SWAP(a->table, b->table);
    SWAP(a->cls, b->cls);
    SWAP(a->dev, b->dev);
    SWAP(a->by_word, b->by_word);
    SWAP(a->plans, b->plans);
    SWAP(a->plan_count, b->plan_count);
    SWAP(a->words, b->words);
    SWAP(a->derives, b->derives);
    SWAP(a->is_strict, b->is_strict);
}

/* A capability's region lies where its function has put it. */
static void capabilities_place(const HwInstance *from, const HwInstance *to)
{
    uint32_t first = from->cls->table.regions.count;

    for (uint32_t i = 0; first + i < from->region_count; i++) {
        to->capabilities[i].offset = from->capabilities[i].offset;
    }
}

static void device_adopt(HwInstance *instance)
{
    instance->dev->id = instance->id;
    instance->dev->host_data = instance;
}

void hw_reload_exchange(HwInstance *instance, HwInstance *other)
{
    capabilities_place(instance, other);
    for (uint32_t i = 0; i < instance->region_count; i++) {
        region_exchange(&instance->regions[i], &other->regions[i]);
    }
    SWAP(instance->cls, other->cls);
    SWAP(instance->dev, other->dev);
    SWAP(instance->phase, other->phase);
    SWAP(instance->strings, other->strings);
    SWAP(instance->is_guarded, other->is_guarded);
    SWAP(instance->derives, other->derives);
    SWAP(instance->has_shadow, other->has_shadow);
    SWAP(instance->capabilities, other->capabilities);
    device_adopt(instance);
    device_adopt(other);
    if (instance->pci) {
        hw_pci_unit_moved(instance->pci);
    }
}
