/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the properties of a class. */
#include "hw-api/host/load/check-parts.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    uint32_t size;
    uint64_t maximum;
} property_types[] = {
    [HW_PROPERTY_BOOL] = { sizeof(bool), 1 },
    [HW_PROPERTY_U32] = { sizeof(uint32_t), UINT32_MAX },
    [HW_PROPERTY_U64] = { sizeof(uint64_t), UINT64_MAX },
    [HW_PROPERTY_ADDRESS] = { sizeof(uint64_t), UINT64_MAX },
    [HW_PROPERTY_STRING] = { sizeof(const char *), UINT64_MAX },
    [HW_PROPERTY_CHOICE] = { sizeof(uint32_t), UINT32_MAX },
    [HW_PROPERTY_SIZE] = { sizeof(uint64_t), UINT64_MAX },
};

static bool property_check_range(const HwCheck *c, const HwPlace *place, const HwProperty *property)
{
    uint64_t largest = property_types[property->type].maximum;
    uint64_t maximum = property->maximum ? property->maximum : largest;
    uint64_t value = property->default_value;

    if (maximum > largest || property->minimum > maximum) {
        return hw_refuse(place, c->error,
                         "range is 0x%" PRIx64 " to 0x%" PRIx64 ", expected it in 0 to 0x%" PRIx64,
                         property->minimum, maximum, largest);
    }
    if (property->type == HW_PROPERTY_ADDRESS && value == HW_ADDRESS_AUTO) {
        return true;
    }
    return (value >= property->minimum && value <= maximum) ||
           hw_refuse(place, c->error,
                     "default is 0x%" PRIx64 ", expected 0x%" PRIx64 " to 0x%" PRIx64, value,
                     property->minimum, maximum);
}

static bool property_check_choices(const HwCheck *c, const HwPlace *place,
                                   const HwProperty *property)
{
    const HwNames *choices = &property->choices;

    if (property->type != HW_PROPERTY_CHOICE) {
        return choices->count == 0 ||
               hw_refuse(place, c->error, "has choices, expected none with type %u",
                         property->type);
    }
    if (property->default_value >= choices->count) {
        return hw_refuse(place, c->error, "default is choice %" PRIu64 ", expected one of %u",
                         property->default_value, choices->count);
    }
    return hw_check_names(c, place, "choice", choices->entries, choices->stride, choices->count);
}

/* id= is an option of -device.  The other names are QOM's, and QEMU refuses a second definition. */
static bool is_taken(const char *name)
{
    static const char *const taken[] = {
        "id", "type", "parent_bus", "realized", "hotplugged", "hotpluggable",
    };

    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        if (!strcmp(name, taken[i])) {
            return true;
        }
    }
    return false;
}

static bool property_check(const HwCheck *c, const HwPlace *place, const HwProperty *property)
{
    uint32_t size;

    if (property->type < HW_PROPERTY_BOOL || property->type > HW_PROPERTY_SIZE) {
        return hw_refuse(place, c->error, "type is %u, expected %u to %u", property->type,
                         HW_PROPERTY_BOOL, HW_PROPERTY_SIZE);
    }
    if (is_taken(property->name)) {
        return hw_refuse(place, c->error, "has a name that each device has, expected another");
    }
    if (property->set && !property->get) {
        return hw_refuse(place, c->error, "has set without get, expected both");
    }
    size = property_types[property->type].size;
    return hw_check_in_instance(c, place, "value", property->offset, size, size) &&
           property_check_range(c, place, property) && property_check_choices(c, place, property) &&
           hw_check_text(c, place, "description", property->description) &&
           hw_check_text(c, place, "default_string", property->default_string);
}

bool hw_check_properties(const HwCheck *c, const HwPlace *cls, const HwProperties *properties)
{
    if (!hw_check_names(c, cls, "property", properties->entries, properties->stride,
                        properties->count)) {
        return false;
    }
    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];
        HwPlace place = { cls, "property", property->name, i };

        if (!property_check(c, &place, property)) {
            return false;
        }
    }
    return true;
}
