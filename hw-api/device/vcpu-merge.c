/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/device/vcpu-merge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"

#define SIZE_MASK UINT64_C(0x00f0000000000000)

static int entry_compare(const void *a, const void *b)
{
    uint64_t left = ((const HwVcpuEntry *)a)->id;
    uint64_t right = ((const HwVcpuEntry *)b)->id;

    return left < right ? -1 : left > right;
}

bool hw_vcpu_sort(HwVcpuEntry *list, uint32_t count, HwError *error)
{
    char name[HW_VCPU_NAME_SIZE];

    qsort(list, count, sizeof(*list), entry_compare);
    for (uint32_t i = 1; i < count; i++) {
        if (list[i].id == list[i - 1].id) {
            return hw_error_set(error,
                                "%s (0x%016" PRIx64 ") is in the list twice, with 0x%" PRIx64
                                " and 0x%" PRIx64,
                                hw_vcpu_name(list[i].id, name), list[i].id, list[i - 1].value,
                                list[i].value);
        }
    }
    return true;
}

const HwVcpuEntry *hw_vcpu_find(const HwVcpuEntry *list, uint32_t count, uint64_t id)
{
    const HwVcpuEntry key = { id, 0 };

    return count ? bsearch(&key, list, count, sizeof(*list), entry_compare) : NULL;
}

static bool has_other_size(const HwVcpuEntry *list, uint32_t count, uint64_t id)
{
    for (uint32_t i = 0; i < count; i++) {
        if ((list[i].id & ~SIZE_MASK) == (id & ~SIZE_MASK)) {
            return true;
        }
    }
    return false;
}

static HwVcpuStep step_both(const HwVcpuPolicy *policy, const HwVcpuEntry *incoming,
                            const HwVcpuEntry *own)
{
    bool keep = incoming->value != own->value && hw_vcpu_policy_find(policy, HW_VCPU_KEEP, own->id);

    return (HwVcpuStep) { own->id, incoming->value, own->value,
                          keep ? HW_VCPU_STEP_KEEP : HW_VCPU_STEP_SET, 0 };
}

static HwVcpuStep step_incoming(const HwVcpuPolicy *policy, const HwVcpuEntry *incoming,
                                const HwVcpuEntry *own, uint32_t own_count)
{
    HwVcpuStepKind kind = HW_VCPU_STEP_UNKNOWN;

    if (has_other_size(own, own_count, incoming->id)) {
        kind = HW_VCPU_STEP_OTHER_SIZE;
    } else if (hw_vcpu_policy_tolerates(policy, incoming->id, incoming->value)) {
        kind = HW_VCPU_STEP_TOLERATED;
    }
    return (HwVcpuStep) { incoming->id, incoming->value, 0, kind, 0 };
}

uint32_t hw_vcpu_merge(const HwVcpuPolicy *policy, const HwVcpuEntry *incoming,
                       uint32_t incoming_count, const HwVcpuEntry *own, uint32_t own_count,
                       HwVcpuStep *steps)
{
    uint32_t i = 0;
    uint32_t o = 0;
    uint32_t count = 0;

    while (i < incoming_count || o < own_count) {
        if (o == own_count || (i < incoming_count && incoming[i].id < own[o].id)) {
            steps[count++] = step_incoming(policy, &incoming[i++], own, own_count);
        } else if (i == incoming_count || own[o].id < incoming[i].id) {
            steps[count++] = (HwVcpuStep) { own[o].id, 0, own[o].value, HW_VCPU_STEP_MISSING, 0 };
            o++;
        } else {
            steps[count++] = step_both(policy, &incoming[i++], &own[o++]);
        }
    }
    return count;
}

/* ------------------------------------------------------------------ sentences */

static bool is_id_register(uint64_t id)
{
    return (id >= HW_VCPU_SYSREG(3, 0, 0, 0, 0) && id <= HW_VCPU_SYSREG(3, 0, 0, 7, 7)) ||
           (id >= HW_VCPU_SYSREG(3, 1, 0, 0, 0) && id <= HW_VCPU_SYSREG(3, 1, 0, 0, 7)) ||
           HW_VCPU_KIND(id) == HW_VCPU_KIND_DEMUX;
}

/* The change on either side that would make the kernel accept a refused value. */
static const char *value_remedy(const HwVcpuStep *step, const char *name, char *text, size_t size)
{
    if (step->answer == -EBUSY) {
        snprintf(text, size, "expected a destination whose vCPUs have not run");
    } else if (step->id == HW_VCPU_PSCI_VERSION) {
        snprintf(text, size,
                 "expected psci-version=%" PRIu64 ".%" PRIu64 " on the source before "
                 "the guest first runs",
                 step->own >> 16, step->own & 0xffff);
    } else if (HW_VCPU_KIND(step->id) == HW_VCPU_KIND_FIRMWARE) {
        snprintf(text, size,
                 "expected a destination whose host is as safe, or pin=%s=0x%" PRIx64
                 " on the source if the guest was started on such a host",
                 name, step->own);
    } else if (HW_VCPU_KIND(step->id) == HW_VCPU_KIND_FIRMWARE_BITMAP) {
        snprintf(text, size,
                 "expected pin=%s=0x%" PRIx64 " on the source before the guest first "
                 "runs",
                 name, step->incoming & step->own);
    } else if (is_id_register(step->id)) {
        snprintf(text, size,
                 "expected keep=%s here if the guest can work with this host's value, "
                 "or pin=%s=0x%" PRIx64 " on the source if its kernel allows that",
                 name, name, step->own);
    } else {
        snprintf(text, size, "expected the same value on both sides, or keep=%s here", name);
    }
    return text;
}

static const char *answer_name(int answer)
{
    static const struct {
        int answer;
        const char *name;
    } names[] = {
        { -ENOENT, "ENOENT" }, { -EINVAL, "EINVAL" }, { -EBUSY, "EBUSY" },
        { -EPERM, "EPERM" },   { -EIO, "EIO" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].answer == answer) {
            return names[i].name;
        }
    }
    return "an error";
}

const char *hw_vcpu_explain(const HwVcpuStep *step, char *text, uint32_t capacity)
{
    char name[HW_VCPU_NAME_SIZE];
    char head[160];
    char remedy[220];

    hw_vcpu_name(step->id, name);
    snprintf(head, sizeof(head), "%s (0x%016" PRIx64 "): incoming 0x%" PRIx64 ", here 0x%" PRIx64,
             name, step->id, step->incoming, step->own);
    switch ((HwVcpuStepKind)step->kind) {
    case HW_VCPU_STEP_SET:
        if (step->answer == 0) {
            snprintf(text, capacity, "%s: set", head);
        } else {
            snprintf(text, capacity, "%s: the kernel answers %s, %s", head,
                     answer_name(step->answer), value_remedy(step, name, remedy, sizeof(remedy)));
        }
        break;
    case HW_VCPU_STEP_KEEP:
        snprintf(text, capacity, "%s: this host's value stays, because of keep=%s", head, name);
        break;
    case HW_VCPU_STEP_MISSING:
        snprintf(text, capacity, "%s (0x%016" PRIx64 "): not incoming, stays 0x%" PRIx64, name,
                 step->id, step->own);
        break;
    case HW_VCPU_STEP_TOLERATED:
        snprintf(text, capacity,
                 "%s (0x%016" PRIx64 "): incoming 0x%" PRIx64 ", not here: "
                 "left out, because of tolerate=%s",
                 name, step->id, step->incoming, name);
        break;
    case HW_VCPU_STEP_UNKNOWN:
        snprintf(text, capacity,
                 "%s (0x%016" PRIx64 "): incoming 0x%" PRIx64 ", not here: this "
                 "kernel does not have the register, expected hide=%s on the source, or "
                 "tolerate=%s here",
                 name, step->id, step->incoming, name, name);
        break;
    case HW_VCPU_STEP_OTHER_SIZE:
        snprintf(text, capacity,
                 "%s (0x%016" PRIx64 "): incoming 0x%" PRIx64 " with %" PRIu32
                 " bytes: this kernel has another size, expected a kernel with the same size",
                 name, step->id, step->incoming, HW_VCPU_REGISTER_SIZE(step->id));
        break;
    }
    return text;
}
