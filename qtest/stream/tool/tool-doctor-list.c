/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of a vCPU that do not load unchanged: first why, then by groups. */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/arm/register-class.h"
#include "qtest/stream/tool/tool-doctor.h"
#include "qtest/text/show.h"

#define LIST_MAX  24u /* a longer list is shown by groups, */
#define GROUP_MAX 2u  /* with so many registers of each */
#define HEADINGS  16u

#define A32_CTR   UINT64_C(0x40200000200f0001)
#define A32_CLIDR UINT64_C(0x40200000200f0009)

typedef struct Group {
    const char *heading;
    unsigned count;
} Group;

typedef struct Summary {
    Group groups[HEADINGS];
    unsigned group_count;
    unsigned effects[OB_EFFECT_REFUSED + 1];
    unsigned shown; /* all but those that keep their reset values */
} Summary;

/* ------------------------------------------------------------------------- why */

static void summary_add(Summary *summary, const ObDifference *d)
{
    const char *heading = ob_register_heading(d->id);
    unsigned i = 0;

    summary->effects[d->effect]++;
    if (d->effect == OB_EFFECT_RESET) {
        return;
    }
    summary->shown++;
    while (i < summary->group_count && strcmp(summary->groups[i].heading, heading) != 0) {
        i++;
    }
    if (i < HEADINGS) {
        summary->groups[i].heading = heading;
        summary->groups[i].count++;
        summary->group_count = MAX(summary->group_count, i + 1);
    }
}

static bool value_of(const ObCpuRegisters *registers, uint64_t id, uint64_t *value)
{
    int64_t at = ob_cpu_registers_find(registers, id);

    *value = at < 0 ? 0 : registers->entries[at].value;
    return at >= 0;
}

/* The id of the CPU is in KVM's lists alone, but the caches of each model are others. */
static bool is_other_model(const ObVcpuDiagnosis *vcpu)
{
    static const uint64_t ids[] = { HW_VCPU_SYSREG(3, 0, 0, 0, 0), HW_VCPU_SYSREG(3, 3, 0, 0, 1),
                                    HW_VCPU_SYSREG(3, 1, 0, 0, 1), A32_CTR, A32_CLIDR };
    uint64_t value, own;

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        if (value_of(vcpu->stream, ids[i], &value) && value_of(vcpu->own, ids[i], &own) &&
            value != own) {
            return true;
        }
    }
    return false;
}

static void reason_print(const ObVcpuDiagnosis *vcpu, const ObDestination *destination)
{
    bool kvm = ob_cpu_registers_are_kvm(vcpu->stream);

    if (kvm != destination->kvm) {
        ob_text_printf("    why: the stream has the registers of %s, the destination those of "
                       "%s\n",
                       kvm ? "KVM" : "TCG", destination->kvm ? "KVM" : "TCG");
    } else {
        ob_text_printf("    why: another %s\n",
                       is_other_model(vcpu) ? "model of the CPU"
                       : kvm                ? "kernel, or a CPU with other features"
                                            : "release of QEMU, or a CPU with other features");
    }
}

static void counts_print(const Summary *summary)
{
    const char *separator = "         ";

    for (unsigned i = OB_EFFECT_RESET + 1; i <= OB_EFFECT_REFUSED; i++) {
        if (summary->effects[i]) {
            ob_text_printf("%s%u %s", separator, summary->effects[i], ob_effect_name((ObEffect)i));
            separator = ", ";
        }
    }
    separator = ": ";
    for (unsigned i = 0; i < summary->group_count; i++) {
        ob_text_printf("%s%s %u", separator, summary->groups[i].heading, summary->groups[i].count);
        separator = ", ";
    }
    ob_text_printf("\n");
}

/* ------------------------------------------------------------------------ list */

static void difference_print(const ObDifference *d, const ObDestination *destination)
{
    g_autofree char *why = ob_difference_why(d, destination);
    char name[HW_VCPU_NAME_SIZE];

    ob_text_printf("    %-22s 0x%" PRIx64, hw_vcpu_name(d->id, name), d->id);
    if (d->side != OB_SIDE_DESTINATION) {
        ob_text_printf(" = 0x%" PRIx64, d->value);
    }
    ob_text_printf(": %s (L%u): %s\n", ob_effect_name(d->effect), d->rule, why);
}

/* `heading` NULL: the registers of all groups. */
static void list_print(const GArray *differences, const char *heading, unsigned limit,
                       const ObDestination *destination)
{
    unsigned count = 0;

    for (guint i = 0; i < differences->len; i++) {
        const ObDifference *d = &g_array_index(differences, ObDifference, i);

        if (d->effect != OB_EFFECT_RESET &&
            (!heading || strcmp(ob_register_heading(d->id), heading) == 0) && count++ < limit) {
            difference_print(d, destination);
        }
    }
    if (count > limit) {
        ob_text_printf("    and %u more, which --verbose shows\n", count - limit);
    }
}

static void groups_print(const Summary *summary, const GArray *differences, unsigned limit,
                         const ObDestination *destination)
{
    for (unsigned i = 0; i < summary->group_count; i++) {
        ob_text_printf("  %s:\n", summary->groups[i].heading);
        list_print(differences, summary->groups[i].heading, limit, destination);
    }
}

void tool_doctor_list(const ObVcpuDiagnosis *vcpu, const ObDestination *destination, bool verbose)
{
    const GArray *differences = vcpu->differences;
    Summary summary = { 0 };

    for (guint i = 0; i < differences->len; i++) {
        summary_add(&summary, &g_array_index(differences, ObDifference, i));
    }
    if (summary.shown) {
        reason_print(vcpu, destination);
        counts_print(&summary);
    }
    if (summary.shown > LIST_MAX) {
        groups_print(&summary, differences, verbose ? UINT_MAX : GROUP_MAX, destination);
    } else {
        list_print(differences, NULL, UINT_MAX, destination);
    }
    if (summary.effects[OB_EFFECT_RESET]) {
        ob_text_printf("    missing from the stream: %u, which keep the destination's reset "
                       "values\n",
                       summary.effects[OB_EFFECT_RESET]);
    }
}
