/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the register at an address. */
#include "qtest/client/client-internal.h"

#include "hw-api/host/load/plugin-set.h"

void ob_client_name_region(ObClient *c, const char *device, const HwRegion *region,
                           uint64_t address)
{
    NamedRegion named = { g_strdup(device), region, address };

    g_array_append_val(c->named, named);
}

/* Returns the base's default, if the class has a property for the base. */
static uint64_t class_default_base(const HwDeviceClass *table, uint32_t base)
{
    for (uint32_t i = 0; i < table->properties.count; i++) {
        const HwProperty *property = &table->properties.entries[i];

        if (property->offset == base &&
            (property->type == HW_PROPERTY_ADDRESS || property->type == HW_PROPERTY_U64)) {
            return property->default_value;
        }
    }
    return HW_ADDRESS_AUTO;
}

void ob_client_name_class(ObClient *c, const HwClass *cls, uint64_t base)
{
    for (uint32_t i = 0; i < cls->table.regions.count; i++) {
        const HwRegion *region = &cls->table.regions.entries[i];
        uint64_t start = 0;

        if (region->base) {
            start = base != HW_ADDRESS_AUTO ? base : class_default_base(&cls->table, region->base);
        }
        if (start != HW_ADDRESS_AUTO) {
            ob_client_name_region(c, cls->table.name, region, start + region->offset);
        }
    }
}

const HwRegister *ob_client_register_at(ObClient *c, HwSpace space, uint64_t address,
                                        const char **device)
{
    for (uint32_t i = 0; i < c->named->len; i++) {
        const NamedRegion *named = &g_array_index(c->named, NamedRegion, i);
        uint64_t offset = address - named->address;

        if (named->region->space != (uint32_t)space || offset >= named->region->size) {
            continue;
        }
        for (uint32_t r = 0; r < named->region->registers.count; r++) {
            const HwRegister *reg = &named->region->registers.entries[r];

            if (reg->offset == (offset & ~(uint64_t)3)) {
                *device = named->device;
                return reg;
            }
        }
    }
    return c->carrier->register_at(c->link, space, address, device);
}
