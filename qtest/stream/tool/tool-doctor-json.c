/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool-doctor.h"

#include <inttypes.h>
#include <stdio.h>

#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/arm/other-sections.h"
#include "qtest/text/json.h"

/* Ids and values become texts: readers of JSON may not keep 64 bits of a number. */
static json_t *hex_json(uint64_t number)
{
    return json_sprintf("0x%" PRIx64, number);
}

static json_t *difference_json(const ObDifference *d, const ObDestination *destination)
{
    g_autofree char *why = ob_difference_why(d, destination);
    char name[HW_VCPU_NAME_SIZE];
    json_t *object = json_pack("{s:o, s:o}", "name", ob_json_text(hw_vcpu_name(d->id, name)), "id",
                               hex_json(d->id));

    if (d->side != OB_SIDE_DESTINATION) {
        json_object_set_new(object, "stream", hex_json(d->value));
    }
    if (d->side != OB_SIDE_STREAM) {
        json_object_set_new(object, "destination", hex_json(d->own));
    }
    json_object_set_new(object, "effect", ob_json_text(ob_effect_name(d->effect)));
    json_object_set_new(object, "rule", json_sprintf("L%u", d->rule));
    json_object_set_new(object, "why", ob_json_text(why));
    return object;
}

static json_t *change_json(const ObChange *change)
{
    g_autofree char *text = ob_change_format(change);
    g_autofree char *remedy = ob_change_remedy(change);

    return json_pack("{s:o, s:b, s:o?, s:o?}", "change", ob_json_text(text), "permitted",
                     change->permitted, "policy", ob_json_text(remedy), "loss",
                     ob_json_text(change->loss));
}

static json_t *vcpu_json(const ObVcpuDiagnosis *vcpu, const ObDestination *destination)
{
    json_t *differences = json_array(), *changes = json_array();
    json_t *object = json_pack("{s:I, s:I, s:o, s:o?, s:o, s:o}", "instance",
                               (json_int_t)vcpu->stream->vcpu, "registers",
                               (json_int_t)vcpu->stream->count, "destination",
                               vcpu->own ? json_integer(vcpu->own->count) : json_null(), "refusal",
                               ob_json_text(vcpu->problem), "differences", differences, "changes",
                               changes);

    for (guint i = 0; vcpu->differences && i < vcpu->differences->len; i++) {
        json_array_append_new(differences,
                              difference_json(&g_array_index(vcpu->differences, ObDifference, i),
                                              destination));
    }
    for (guint i = 0; vcpu->differences && i < vcpu->rewrite.changes->len; i++) {
        json_array_append_new(changes,
                              change_json(&g_array_index(vcpu->rewrite.changes, ObChange, i)));
    }
    return object;
}

static json_t *others_json(const ObDiagnosis *diagnosis)
{
    json_t *array = json_array();

    for (guint i = 0; diagnosis->others && i < diagnosis->others->len; i++) {
        const ObOtherProblem *problem = &g_array_index(diagnosis->others, ObOtherProblem, i);

        json_array_append_new(array,
                              json_pack("{s:o, s:b}", "sentence", ob_json_text(problem->sentence),
                                        "certain", problem->certain));
    }
    return array;
}

int tool_doctor_json(const ToolArguments *arguments, const ObDiagnosis *diagnosis,
                     const ObDestination *destination)
{
    json_t *cpus = json_array(), *policy = json_array(), *hints = json_array();
    json_t *losses = json_array(), *reasons = json_array();
    json_t *root = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "stream",
                             ob_json_text(arguments->files[0]), "destination",
                             ob_json_text(destination->path), "accelerator",
                             ob_json_text(destination->kvm ? "kvm" : "tcg"), "verdict",
                             ob_json_text(ob_verdict_name(diagnosis->verdict)), "cpus", cpus,
                             "others", others_json(diagnosis), "curable", diagnosis->curable,
                             "policy", policy, "loses", losses, "reasons", reasons, "hints", hints);

    for (guint i = 0; i < diagnosis->vcpus->len; i++) {
        json_array_append_new(cpus, vcpu_json(&g_array_index(diagnosis->vcpus, ObVcpuDiagnosis, i),
                                              destination));
    }
    for (guint i = 0; i < diagnosis->hints->len; i++) {
        json_array_append_new(hints, ob_json_text(diagnosis->hints->pdata[i]));
    }
    for (guint i = 0; i < diagnosis->features->len; i++) {
        json_array_append_new(losses, ob_json_text(diagnosis->features->pdata[i]));
    }
    for (guint i = 0; i < diagnosis->losses->len; i++) {
        json_array_append_new(reasons, ob_json_text(diagnosis->losses->pdata[i]));
    }
    for (guint i = 0; i < diagnosis->remedies->len; i++) {
        json_array_append_new(policy, ob_json_text(diagnosis->remedies->pdata[i]));
    }
    ob_json_print(root, stdout);
    json_decref(root);
    return diagnosis->verdict == OB_VERDICT_LOADS ? TOOL_FINE : TOOL_BAD;
}
