/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/compare.h"

#include "hw-api/device/vcpu-id.h"
#include "qtest/stream/arm/register-class.h"

typedef struct Comparison {
    const ObCpuRegisters *stream, *own;
    const ObDestination *destination;
    GArray *found;
} Comparison;

static void difference_add(Comparison *c, ObDifference difference)
{
    g_array_append_val(c->found, difference);
}

static void only_in_stream(Comparison *c, const ObCpuRegister *incoming)
{
    const ObCpuRegisters *own = c->own;
    bool beyond = own->count == 0 || incoming->id > own->entries[own->count - 1].id;
    bool too_many = c->stream->count > own->count;

    difference_add(c, (ObDifference) {
                          .id = incoming->id,
                          .value = incoming->value,
                          .side = OB_SIDE_STREAM,
                          .effect = beyond && !too_many ? OB_EFFECT_LOST : OB_EFFECT_REFUSED,
                          .rule = !beyond    ? 2
                                  : too_many ? 1
                                             : 3,
                      });
}

static void only_in_destination(Comparison *c, const ObCpuRegister *own)
{
    bool zeroed = !c->destination->kvm && own->value != 0;
    bool refused = zeroed && ob_register_is_constant(own->id);

    difference_add(c, (ObDifference) {
                          .id = own->id,
                          .own = own->value,
                          .side = OB_SIDE_DESTINATION,
                          .effect = refused  ? OB_EFFECT_REFUSED
                                    : zeroed ? OB_EFFECT_ZEROED
                                             : OB_EFFECT_RESET,
                          .rule = refused ? 5 : 4,
                      });
}

/* The guest's clock would be wrong: it has read the register once, when it started. */
static bool is_other_frequency(const Comparison *c, const ObCpuRegister *incoming,
                               const ObCpuRegister *own)
{
    return !c->destination->kvm && own->id == HW_VCPU_SYSREG(3, 3, 14, 0, 0) &&
           incoming->value != own->value && incoming->value && own->value;
}

static void in_both(Comparison *c, const ObCpuRegister *incoming, const ObCpuRegister *own)
{
    if (ob_destination_accepts(c->destination, own->id, own->value, incoming->value) != 0) {
        difference_add(c, (ObDifference) {
                              .id = own->id,
                              .value = incoming->value,
                              .own = own->value,
                              .side = OB_SIDE_BOTH,
                              .effect = OB_EFFECT_REFUSED,
                              .rule = 5,
                          });
    } else if (is_other_frequency(c, incoming, own)) {
        difference_add(c, (ObDifference) {
                              .id = own->id,
                              .value = incoming->value,
                              .own = own->value,
                              .side = OB_SIDE_BOTH,
                              .effect = OB_EFFECT_FALSE,
                              .rule = 7,
                          });
    }
}

GArray *ob_cpu_compare(const ObCpuRegisters *stream, const ObCpuRegisters *own,
                       const ObDestination *destination)
{
    Comparison c = { stream, own, destination, g_array_new(FALSE, FALSE, sizeof(ObDifference)) };
    uint32_t i = 0, j = 0;

    while (i < stream->count || j < own->count) {
        const ObCpuRegister *a = i < stream->count ? &stream->entries[i] : NULL;
        const ObCpuRegister *b = j < own->count ? &own->entries[j] : NULL;

        if (!b || (a && a->id < b->id)) {
            only_in_stream(&c, a);
            i++;
        } else if (!a || b->id < a->id) {
            only_in_destination(&c, b);
            j++;
        } else {
            in_both(&c, a, b);
            i++;
            j++;
        }
    }
    return c.found;
}
