/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/rewrite.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/arm/register-class.h"

#define KEY_LOSS                                                                                \
    "the guest has set keys of pointer authentication; without them, return addresses that it " \
    "has signed fail"

typedef struct Making {
    ObRewrite *rewrite;
    const ObCpuRegisters *stream;
    const ObDestination *destination;
    const ObFilterPolicy *policy;
} Making;

static void change_clear(void *change)
{
    g_free(((ObChange *)change)->loss);
}

static void change_add(Making *m, ObChange change)
{
    change.permitted = ob_filter_policy_permits(m->policy, change.needs, change.id, change.before);
    m->rewrite->refused += !change.permitted;
    g_array_append_val(m->rewrite->changes, change);
}

static void entry_add(Making *m, uint64_t id, uint64_t value)
{
    ObCpuRegisters *registers = &m->rewrite->registers;

    registers->entries[registers->count++] = (ObCpuRegister) { id, value };
}

static void value_change(Making *m, uint64_t id, uint64_t before, uint64_t after)
{
    if (before != after) {
        change_add(m, (ObChange) { OB_CHANGE_VALUE, id, before, after });
    }
}

/* The policy's value, if it has one, replaces the stream's before all other rules. */
static uint64_t value_pin(Making *m, const ObCpuRegister *incoming)
{
    const HwVcpuPolicy *rules = ob_filter_policy_rules(m->policy);
    const HwVcpuRule *pin = ob_filter_policy_pin(m->policy, incoming->id);
    uint64_t value = pin                                          ? pin->value
                     : hw_vcpu_policy_clears(rules, incoming->id) ? 0
                                                                  : incoming->value;

    value_change(m, incoming->id, incoming->value, value);
    return value;
}

static void entry_drop(Making *m, const ObCpuRegister *incoming)
{
    const ObCpuRegister entry = { incoming->id, value_pin(m, incoming) };
    bool harmless = ob_register_is_unused(entry.id, entry.value);
    HW_ERROR(loss, 400);

    harmless = harmless ||
               hw_vcpu_policy_may_hide(ob_filter_policy_rules(m->policy), m->stream->entries,
                                       m->stream->count, &entry, &loss);
    change_add(m, (ObChange) {
                      .kind = OB_CHANGE_DROP,
                      .id = entry.id,
                      .before = entry.value,
                      .needs = harmless ? OB_PERMIT_NOTHING : OB_PERMIT_DROP,
                      .loss = harmless                       ? NULL
                              : ob_register_is_key(entry.id) ? g_strdup(KEY_LOSS)
                                                             : g_strdup(loss.text),
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
    bool keep = hw_vcpu_policy_find(ob_filter_policy_rules(m->policy), HW_VCPU_KEEP, own->id);
    bool firmware = ob_register_is_firmware(own->id) && !keep;
    uint64_t value = value_pin(m, incoming), other = value;
    ObPermission needs = OB_PERMIT_NOTHING;

    if (keep) {
        other = own->value;
    } else if (ob_destination_accepts(m->destination, own->id, own->value, value) != 0) {
        other = firmware ? ob_destination_nearest(m->destination, own->id, own->value, value)
                         : own->value;
        needs = firmware ? OB_PERMIT_PIN : OB_PERMIT_CONSTANTS;
    }
    entry_add(m, own->id, other);
    if (other != value) {
        change_add(m, (ObChange) { OB_CHANGE_VALUE, own->id, value, other, needs });
    }
}

void ob_rewrite_make(ObRewrite *rewrite, const ObCpuRegisters *stream, const ObCpuRegisters *own,
                     const ObDestination *destination, const ObFilterPolicy *policy)
{
    Making m = { rewrite, stream, destination, policy };
    uint32_t i = 0, j = 0;

    *rewrite = (ObRewrite) {
        .registers = { .vcpu = stream->vcpu,
                       .offset = stream->offset,
                       .entries = g_new0(ObCpuRegister, stream->count + own->count + 1) },
        .changes = g_array_new(FALSE, FALSE, sizeof(ObChange)),
    };
    g_array_set_clear_func(rewrite->changes, change_clear);
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
        return g_strdup_printf("%s: added with the destination's 0x%" PRIx64, what, change->after);
    default:
        return g_strdup_printf("%s: 0x%" PRIx64 ", was 0x%" PRIx64, what, change->after,
                               change->before);
    }
}

bool ob_change_is_risky(const ObChange *change)
{
    return change->kind == OB_CHANGE_DROP && change->needs == OB_PERMIT_DROP &&
           (ob_register_is_firmware(change->id) || ob_register_is_key(change->id));
}

char *ob_change_remedy(const ObChange *change)
{
    char name[HW_VCPU_NAME_SIZE];

    name[strcspn(hw_vcpu_name(change->id, name), "(")] = 0;
    if (strchr(name, ',')) { /* "p15,4,c1,c1,1": a comma separates the rules of a policy */
        g_snprintf(name, sizeof(name), "0x%" PRIx64, change->id);
    }
    switch (change->needs) {
    case OB_PERMIT_DROP:
        return g_strdup_printf("%s=%s", ob_register_is_firmware(change->id) ? "tolerate" : "drop",
                               name);
    case OB_PERMIT_CONSTANTS:
        return g_strdup_printf("constants=%s", name);
    case OB_PERMIT_PIN:
        return g_strdup_printf("pin=%s=0x%" PRIx64, name, change->after);
    default:
        return NULL;
    }
}
