/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks a class's I2C target. */
#include "hw-api/host/load/check-parts.h"

#include "hw-api/ext/draft/i2c.h"

static bool has_hooks(const HwI2cTarget *target)
{
    return target->start || target->write || target->read || target->stop;
}

static bool is_register_region(const HwRegion *region)
{
    return region->kind == HW_REGION_REGISTERS && region->space == HW_SPACE_NONE;
}

/* Registers without an address are for the pointer of a target alone. */
static bool regions_check(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    bool has_registers = table->i2c && table->i2c->register_bytes;

    for (uint32_t i = 0; i < table->regions.count; i++) {
        const HwRegion *region = &table->regions.entries[i];
        HwPlace place = { cls, "region", region->name, i };

        if (is_register_region(region) && (i > 0 || !has_registers)) {
            return hw_refuse(&place, c->error,
                             "is mapped nowhere, expected kind %u or the first region of an I2C "
                             "target with registers",
                             HW_REGION_RAM);
        }
    }
    return true;
}

static bool registers_check(const HwCheck *c, const HwPlace *place, const HwDeviceClass *table)
{
    const HwI2cTarget *target = table->i2c;

    if (target->register_bytes != 1 && target->register_bytes != 2 && target->register_bytes != 4) {
        return hw_refuse(place, c->error, "register_bytes is %u, expected 0, 1, 2 or 4",
                         target->register_bytes);
    }
    if (has_hooks(target)) {
        return hw_refuse(place, c->error, "has registers and hooks, expected one of them");
    }
    if (!table->regions.count || !is_register_region(&table->regions.entries[0])) {
        return hw_refuse(place, c->error,
                         "has registers, expected the first region of kind %u and mapped nowhere",
                         HW_REGION_REGISTERS);
    }
    return hw_check_in_instance(c, place, "cursor", target->cursor, HW_I2C_CURSOR_BYTES, 1);
}

static bool target_check(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    const HwI2cTarget *target = table->i2c;
    HwPlace place = { cls, NULL, "I2C target", 0 };
    uint32_t flags = target->register_bytes ? HW_I2C_POINTER_MOVES : 0;

    if (table->pci) {
        return hw_refuse(&place, c->error, "is a PCI function too, expected one bus");
    }
    if (target->address < HW_I2C_ADDRESS_MIN || target->address > HW_I2C_ADDRESS_MAX) {
        return hw_refuse(&place, c->error, "address is 0x%x, expected 0x%02x to 0x%x",
                         target->address, HW_I2C_ADDRESS_MIN, HW_I2C_ADDRESS_MAX);
    }
    if (target->flags & ~flags) {
        return hw_refuse(&place, c->error, "flags are 0x%x, expected %s", target->flags,
                         flags ? "0 or 1" : "0 without registers");
    }
    return !target->register_bytes || registers_check(c, &place, table);
}

bool hw_check_i2c(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    return regions_check(c, cls, table) && (!table->i2c || target_check(c, cls, table));
}
