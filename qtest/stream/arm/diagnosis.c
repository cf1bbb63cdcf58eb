/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/diagnosis.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/stream/arm/losses.h"
#include "qtest/stream/arm/other-sections.h"
#include "qtest/stream/arm/register-class.h"

/* A remedy names up to this many registers; for more it says "all". */
#define NAMES_MAX 6u

const char *ob_verdict_name(ObVerdict verdict)
{
    static const char *const names[] = {
        [OB_VERDICT_LOADS] = "loads",
        [OB_VERDICT_DOUBTFUL] = "may be refused",
        [OB_VERDICT_WRONG] = "loads wrongly",
        [OB_VERDICT_REFUSED] = "refused",
    };

    return names[verdict];
}

const char *ob_effect_name(ObEffect effect)
{
    static const char *const names[] = {
        [OB_EFFECT_RESET] = "reset", [OB_EFFECT_ZEROED] = "zeroed",   [OB_EFFECT_LOST] = "lost",
        [OB_EFFECT_FALSE] = "false", [OB_EFFECT_REFUSED] = "refused",
    };

    return names[effect];
}

static char *why_missing(const ObDifference *d, const ObDestination *destination)
{
    if (d->effect == OB_EFFECT_REFUSED) {
        return g_strdup_printf("the stream does not have it, so 0 is written; the destination "
                               "accepts only 0x%" PRIx64,
                               d->own);
    }
    if (d->effect == OB_EFFECT_ZEROED) {
        return g_strdup_printf("the stream does not have it, so 0 is written; the destination's "
                               "reset value is 0x%" PRIx64,
                               d->own);
    }
    return g_strdup_printf("the stream does not have it; the destination %s 0x%" PRIx64,
                           destination->kvm ? "keeps" : "has", d->own);
}

char *ob_difference_why(const ObDifference *d, const ObDestination *destination)
{
    if (d->side == OB_SIDE_DESTINATION) {
        return why_missing(d, destination);
    }
    if (d->side == OB_SIDE_STREAM) {
        return g_strdup(
            d->effect == OB_EFFECT_LOST
                ? "the destination does not have it, and silently drops it from the end of the list"
                : "the destination does not have it");
    }
    if (d->effect == OB_EFFECT_FALSE) {
        return g_strdup_printf("the guest reads %" PRIu64 " Hz, and the destination's timers run "
                               "at %" PRIu64 " Hz",
                               d->value, d->own);
    }
    if (ob_register_is_firmware(d->id)) {
        return g_strdup_printf("the destination's kernel does not accept this value; the nearest "
                               "that it accepts is 0x%" PRIx64,
                               ob_destination_nearest(destination, d->id, d->own, d->value));
    }
    return g_strdup_printf("the destination has 0x%" PRIx64 "%s", d->own,
                           destination->regs ? " and does not accept this value"
                                             : " and accepts no other value");
}

/* -------------------------------------------------------------------- storage */

static void vcpu_clear(void *opaque)
{
    ObVcpuDiagnosis *vcpu = opaque;

    g_free(vcpu->problem);
    if (vcpu->differences) {
        g_array_unref(vcpu->differences);
        ob_rewrite_clear(&vcpu->rewrite);
    }
}

void ob_diagnosis_free(ObDiagnosis *diagnosis)
{
    g_array_unref(diagnosis->vcpus);
    g_array_unref(diagnosis->registers);
    g_clear_pointer(&diagnosis->others, g_array_unref);
    g_ptr_array_unref(diagnosis->remedies);
    g_ptr_array_unref(diagnosis->losses);
    g_ptr_array_unref(diagnosis->features);
    g_ptr_array_unref(diagnosis->hints);
    g_free(diagnosis);
}

static void worsen(ObDiagnosis *diagnosis, ObVerdict verdict)
{
    diagnosis->verdict = MAX(diagnosis->verdict, verdict);
}

static void names_add(GPtrArray *remedies, const char *remedy)
{
    if (!g_ptr_array_find_with_equal_func(remedies, remedy, g_str_equal, NULL)) {
        g_ptr_array_add(remedies, g_strdup(remedy));
    }
}

/* ----------------------------------------------------------------------- vCPUs */

static void vcpu_refuse(ObDiagnosis *diagnosis, ObVcpuDiagnosis *vcpu, char *problem)
{
    vcpu->problem = problem;
    worsen(diagnosis, OB_VERDICT_REFUSED);
}

/* A filter can change the register, but no guest reads it again. */
static void frequency_refuse(ObDiagnosis *diagnosis, const ObDifference *difference)
{
    g_autofree char *loss = g_strdup_printf("the destination's timers need the guest's frequency: "
                                            "start it with -cpu MODEL,cntfrq=%" PRIu64,
                                            difference->value);

    names_add(diagnosis->losses, loss);
    diagnosis->curable = false;
}

static void differences_weigh(ObDiagnosis *diagnosis, const GArray *differences)
{
    static const ObVerdict verdicts[] = {
        [OB_EFFECT_RESET] = OB_VERDICT_LOADS,     [OB_EFFECT_ZEROED] = OB_VERDICT_WRONG,
        [OB_EFFECT_LOST] = OB_VERDICT_WRONG,      [OB_EFFECT_FALSE] = OB_VERDICT_WRONG,
        [OB_EFFECT_REFUSED] = OB_VERDICT_REFUSED,
    };

    for (guint i = 0; i < differences->len; i++) {
        const ObDifference *difference = &g_array_index(differences, ObDifference, i);

        worsen(diagnosis, verdicts[difference->effect]);
        if (difference->effect == OB_EFFECT_FALSE) {
            frequency_refuse(diagnosis, difference);
        }
    }
}

static void vcpu_diagnose(ObDiagnosis *diagnosis, const ObCpuRegisters *stream,
                          const ObDestination *destination, const ObFilterPolicy *policy)
{
    ObVcpuDiagnosis vcpu = { .stream = stream,
                             .own = ob_destination_vcpu(destination, stream->vcpu) };
    uint32_t disorder = ob_cpu_registers_disorder(stream);

    if (disorder < stream->count) {
        vcpu_refuse(diagnosis, &vcpu,
                    g_strdup_printf("L6: register 0x%" PRIx64 " at index %" PRIu32
                                    " comes after 0x%" PRIx64 ", expected ascending ids",
                                    stream->entries[disorder].id, disorder,
                                    stream->entries[disorder - 1].id));
        diagnosis->curable = false;
    } else if (!vcpu.own) {
        vcpu_refuse(diagnosis, &vcpu,
                    g_strdup_printf("Unknown savevm section or instance 'cpu' %" PRIu32
                                    ": the destination has fewer "
                                    "vCPUs",
                                    stream->vcpu)); /* others_weigh() says that no filter helps */
    } else {
        if (stream->count > vcpu.own->count) {
            vcpu_refuse(diagnosis, &vcpu,
                        g_strdup_printf("L1: Invalid value %" PRIu32
                                        " expecting positive value <= %" PRIu32,
                                        stream->count, vcpu.own->count));
        }
        vcpu.differences = ob_cpu_compare(stream, vcpu.own, destination);
        differences_weigh(diagnosis, vcpu.differences);
        ob_rewrite_make(&vcpu.rewrite, stream, vcpu.own, destination, policy);
        diagnosis->changes += vcpu.rewrite.changes->len;
    }
    g_array_append_val(diagnosis->vcpus, vcpu);
}

/* --------------------------------------------------------------------- remedies */

typedef void ChangeFunction(ObDiagnosis *diagnosis, const ObChange *change, void *opaque);

/* Calls `each` for all changes that the policy does not permit. */
static void changes_each(ObDiagnosis *diagnosis, ChangeFunction *each, void *opaque)
{
    for (guint i = 0; i < diagnosis->vcpus->len; i++) {
        const GArray *changes = g_array_index(diagnosis->vcpus, ObVcpuDiagnosis, i).rewrite.changes;

        for (guint j = 0; changes && j < changes->len; j++) {
            const ObChange *change = &g_array_index(changes, ObChange, j);

            if (!change->permitted) {
                each(diagnosis, change, opaque);
            }
        }
    }
}

typedef struct Names {
    ObPermission permission;
    GPtrArray *names;
} Names;

static void name_collect(ObDiagnosis *diagnosis, const ObChange *change, void *opaque)
{
    const Names *names = opaque;
    g_autofree char *remedy = ob_change_remedy(change);

    (void)diagnosis;
    if (change->needs == names->permission && !ob_change_is_risky(change)) {
        names_add(names->names, strchr(remedy, '=') + 1);
    }
}

/* Adds "drop=A:B", or "drop=all" for many registers. */
static void remedy_add(ObDiagnosis *diagnosis, const char *key, ObPermission permission)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *joined = NULL;
    guint count;

    changes_each(diagnosis, name_collect, &(Names) { permission, names });
    count = names->len;
    g_ptr_array_add(names, NULL);
    joined = count > NAMES_MAX && permission != OB_PERMIT_PIN
                 ? g_strdup("all")
                 : g_strjoinv(":", (char **)names->pdata);
    if (count) {
        g_ptr_array_add(diagnosis->remedies, g_strdup_printf("%s=%s", key, joined));
    }
}

static void risk_find(ObDiagnosis *diagnosis, const ObChange *change, void *opaque)
{
    (void)opaque;
    if (ob_change_is_risky(change)) {
        diagnosis->curable = false;
        names_add(diagnosis->losses, change->loss);
    }
}

static void features_find(ObDiagnosis *diagnosis)
{
    for (guint i = 0; i < diagnosis->vcpus->len; i++) {
        const GArray *changes = g_array_index(diagnosis->vcpus, ObVcpuDiagnosis, i).rewrite.changes;

        for (guint j = 0; changes && j < changes->len; j++) {
            ob_losses_add(diagnosis->features, &g_array_index(changes, ObChange, j));
        }
    }
}

static void remedies_find(ObDiagnosis *diagnosis)
{
    remedy_add(diagnosis, "drop", OB_PERMIT_DROP);
    remedy_add(diagnosis, "constants", OB_PERMIT_CONSTANTS);
    remedy_add(diagnosis, "pin", OB_PERMIT_PIN);
    changes_each(diagnosis, risk_find, NULL);
    features_find(diagnosis);
}

/* ------------------------------------------------------------------------ hints */

static bool group_is_there(const ObCpuRegisters *registers, const char *group)
{
    for (uint32_t i = 0; i < registers->count; i++) {
        const char *own = ob_register_group(registers->entries[i].id);

        if (own && strcmp(own, group) == 0) {
            return true;
        }
    }
    return false;
}

/* A feature whose registers are all missing was not asked for when the list was made. */
static void hints_find(ObDiagnosis *diagnosis, const ObDestination *destination)
{
    static const struct {
        const char *group, *property;
    } groups[] = { { "PMU", "pmu" }, { "SVE", "sve" }, { "pointer authentication", "pauth" } };

    for (guint i = 0; i < diagnosis->vcpus->len && diagnosis->hints->len == 0; i++) {
        const ObVcpuDiagnosis *vcpu = &g_array_index(diagnosis->vcpus, ObVcpuDiagnosis, i);

        for (size_t j = 0; j < G_N_ELEMENTS(groups) && destination->kvm && vcpu->own; j++) {
            if (group_is_there(vcpu->stream, groups[j].group) &&
                !group_is_there(vcpu->own, groups[j].group)) {
                g_ptr_array_add(diagnosis->hints,
                                g_strdup_printf("%s was made without %s: if the destination's QEMU "
                                                "runs without %s=off, make the file again",
                                                destination->path, groups[j].group,
                                                groups[j].property));
            }
        }
    }
}

/* ----------------------------------------------------------------------- others */

/* A subsection that has values is the guest's state: leaving it out is not proposed. */
static void subsection_weigh(ObDiagnosis *diagnosis, const ObOtherProblem *problem,
                             const ObFilterPolicy *policy)
{
    g_autofree char *remedy = g_strdup_printf("drop-subsection=%s", problem->subsection);
    g_autofree char *loss = g_strdup_printf("subsection %s has values, which the guest would lose "
                                            "without it",
                                            problem->subsection);

    worsen(diagnosis, OB_VERDICT_DOUBTFUL);
    if (ob_filter_policy_drops_subsection(policy, problem->subsection)) {
        return;
    }
    if (problem->harmless) {
        names_add(diagnosis->remedies, remedy);
    } else {
        names_add(diagnosis->losses, loss);
        diagnosis->curable = false;
    }
}

static void others_weigh(ObDiagnosis *diagnosis, const ObFilterPolicy *policy)
{
    for (guint i = 0; i < diagnosis->others->len; i++) {
        const ObOtherProblem *problem = &g_array_index(diagnosis->others, ObOtherProblem, i);

        if (problem->certain) {
            worsen(diagnosis, OB_VERDICT_REFUSED);
            diagnosis->curable = false;
        } else if (problem->subsection) {
            subsection_weigh(diagnosis, problem, policy);
        } else {
            worsen(diagnosis, OB_VERDICT_DOUBTFUL);
            diagnosis->curable = false;
        }
    }
}

ObDiagnosis *ob_diagnose(const ObModel *stream, const char *path, const ObDestination *destination,
                         const ObFilterPolicy *policy, HwError *error)
{
    GArray *registers = ob_model_vcpus(stream, path, error);
    ObDiagnosis *diagnosis;

    if (!registers) {
        return NULL;
    }
    if (registers->len == 0 && destination->regs) {
        g_array_unref(registers);
        hw_error_set(error, "%s: " OB_NO_VCPUS, path);
        return NULL;
    }
    diagnosis = g_new0(ObDiagnosis, 1);
    diagnosis->curable = true;
    diagnosis->registers = registers;
    diagnosis->remedies = g_ptr_array_new_with_free_func(g_free);
    diagnosis->losses = g_ptr_array_new_with_free_func(g_free);
    diagnosis->features = g_ptr_array_new_with_free_func(g_free);
    diagnosis->hints = g_ptr_array_new_with_free_func(g_free);
    diagnosis->vcpus = g_array_new(FALSE, FALSE, sizeof(ObVcpuDiagnosis));
    g_array_set_clear_func(diagnosis->vcpus, vcpu_clear);
    for (guint i = 0; i < registers->len; i++) {
        vcpu_diagnose(diagnosis, &g_array_index(registers, ObCpuRegisters, i), destination, policy);
    }
    remedies_find(diagnosis);
    hints_find(diagnosis, destination);
    if (destination->stream) {
        diagnosis->others = ob_other_problems(stream, destination->stream);
        others_weigh(diagnosis, policy);
    }
    return diagnosis;
}
