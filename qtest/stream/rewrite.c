/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/rewrite.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/register-class.h"

typedef struct Making {
    ObRewrite *rewrite;
    const ObDestination *destination;
    const ObFilterPolicy *policy;
} Making;

static void change_add(Making *m, ObChange change)
{
    change.permitted = !change.impossible &&
                       ob_filter_policy_permits(m->policy, change.needs, change.id);
    m->rewrite->refused += !change.permitted;
    g_array_append_val(m->rewrite->changes, change);
}

static void entry_add(Making *m, uint64_t id, uint64_t value)
{
    ObCpuRegisters *registers = &m->rewrite->registers;

    registers->entries[registers->count++] = (ObCpuRegister) { id, value };
}

/* A value told by the policy counts as what the stream has. */
static uint64_t value_set(Making *m, const ObCpuRegister *incoming)
{
    uint64_t value;

    if (!ob_filter_policy_value(m->policy, incoming->id, &value) || value == incoming->value) {
        return incoming->value;
    }
    change_add(m, (ObChange) { OB_CHANGE_VALUE, incoming->id, incoming->value, value,
                               .needs = OB_PERMIT_SET });
    return value;
}

static void entry_drop(Making *m, const ObCpuRegister *incoming)
{
    uint64_t value = value_set(m, incoming);
    bool unused = ob_register_is_unused(incoming->id, value);

    change_add(m, (ObChange) {
        .kind = OB_CHANGE_DROP,
        .id = incoming->id,
        .before = value,
        .needs = unused ? OB_PERMIT_NOTHING : OB_PERMIT_DROP,
        .impossible = !unused && ob_register_is_firmware(incoming->id),
    });
}

static void entry_fill(Making *m, const ObCpuRegister *own)
{
    if (!m->destination->kvm) {
        entry_add(m, own->id, own->value);
        change_add(m, (ObChange) { OB_CHANGE_ADD, own->id, .after = own->value });
    }
}

static void entry_keep(Making *m, const ObCpuRegister *incoming, const ObCpuRegister *own)
{
    uint64_t value = value_set(m, incoming);
    bool firmware = ob_register_is_firmware(own->id);
    uint64_t other;

    if (ob_destination_accepts(m->destination, own->id, own->value, value) == 0) {
        entry_add(m, own->id, value);
        return;
    }
    other = firmware ? ob_destination_nearest(m->destination, own->id, own->value, value)
                     : own->value;
    entry_add(m, own->id, other);
    change_add(m, (ObChange) {
        .kind = OB_CHANGE_VALUE,
        .id = own->id,
        .before = value,
        .after = other,
        .needs = firmware ? OB_PERMIT_SET : OB_PERMIT_CONSTANTS,
        /* What the policy has set isn't accepted either. */
        .impossible = value != incoming->value,
    });
}

void ob_rewrite_make(ObRewrite *rewrite, const ObCpuRegisters *stream, const ObCpuRegisters *own,
                     const ObDestination *destination, const ObFilterPolicy *policy)
{
    Making m = { rewrite, destination, policy };
    uint32_t i = 0, j = 0;

    *rewrite = (ObRewrite) {
        .registers = { .vcpu = stream->vcpu, .offset = stream->offset,
                       .entries = g_new0(ObCpuRegister, stream->count + own->count + 1) },
        .changes = g_array_new(FALSE, FALSE, sizeof(ObChange)),
    };
    while (i < stream->count || j < own->count) {
        const ObCpuRegister *a = i < stream->count ? &stream->entries[i] : NULL;
        const ObCpuRegister *b = j < own->count ? &own->entries[j] : NULL;

        if (!b || (a && a->id < b->id)) {
            entry_drop(&m, a);
            i++;
        } else if (!a || b->id < a->id) {
            entry_fill(&m, b);
            j++;
        } else {
            entry_keep(&m, a, b);
            i++;
            j++;
        }
    }
}

void ob_rewrite_clear(ObRewrite *rewrite)
{
    ob_cpu_registers_clear(&rewrite->registers);
    g_clear_pointer(&rewrite->changes, g_array_unref);
}

/* ---------------------------------------------------------------------- telling */

char *ob_change_format(const ObChange *change)
{
    char name[HW_VCPU_NAME_SIZE];
    g_autofree char *what = g_strdup_printf("%s (0x%" PRIx64 ")", hw_vcpu_name(change->id, name),
                                            change->id);

    switch (change->kind) {
    case OB_CHANGE_DROP:
        return g_strdup_printf("%s: left out, was 0x%" PRIx64, what, change->before);
    case OB_CHANGE_ADD:
        return g_strdup_printf("%s: added with the destination's 0x%" PRIx64, what,
                               change->after);
    default:
        return g_strdup_printf("%s: 0x%" PRIx64 ", was 0x%" PRIx64, what, change->after,
                               change->before);
    }
}

char *ob_change_remedy(const ObChange *change)
{
    char name[HW_VCPU_NAME_SIZE];

    if (change->needs == OB_PERMIT_NOTHING) {
        return NULL;
    }
    name[strcspn(hw_vcpu_name(change->id, name), "(")] = 0;
    if (change->needs == OB_PERMIT_SET) {
        return g_strdup_printf("set=%s=0x%" PRIx64, name, change->after);
    }
    if (change->impossible) {
        return NULL;
    }
    return g_strdup_printf("%s=%s", ob_permission_key(change->needs), name);
}
