/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool-doctor.h"

#include <inttypes.h>
#include <stdio.h>

#include "qtest/stream/arm/other-sections.h"
#include "qtest/text/show.h"

/* The structs have padding, so memcmp() can't compare them. */
static bool differences_equal(const GArray *a, const GArray *b)
{
    for (guint i = 0; a->len == b->len && i < a->len; i++) {
        const ObDifference *x = &g_array_index(a, ObDifference, i);
        const ObDifference *y = &g_array_index(b, ObDifference, i);

        if (x->id != y->id || x->value != y->value || x->own != y->own || x->side != y->side ||
            x->effect != y->effect || x->rule != y->rule) {
            return false;
        }
    }
    return a->len == b->len;
}

static bool same_as(const ObVcpuDiagnosis *a, const ObVcpuDiagnosis *b)
{
    return a->differences && b->differences && a->stream->count == b->stream->count &&
           differences_equal(a->differences, b->differences);
}

static void vcpu_print(const ObVcpuDiagnosis *vcpu, const ObVcpuDiagnosis *previous,
                       const ObDestination *destination, bool verbose)
{
    ob_text_printf("cpu %" PRIu32 ": %" PRIu32 " registers", vcpu->stream->vcpu,
                   vcpu->stream->count);
    if (vcpu->own) {
        ob_text_printf(", the destination (%s) has %" PRIu32, destination->kvm ? "KVM" : "TCG",
                       vcpu->own->count);
    }
    if (previous && same_as(vcpu, previous)) {
        ob_text_printf(": as with cpu %" PRIu32 "\n", previous->stream->vcpu);
        return;
    }
    puts("");
    if (vcpu->problem) {
        ob_text_printf("    refused: %s\n", vcpu->problem);
    }
    if (vcpu->differences) {
        tool_doctor_list(vcpu, destination, verbose);
    }
}

static void others_print(const ObDiagnosis *diagnosis)
{
    for (guint i = 0; diagnosis->others && i < diagnosis->others->len; i++) {
        const ObOtherProblem *problem = &g_array_index(diagnosis->others, ObOtherProblem, i);

        ob_text_printf("%s: %s\n", problem->certain ? "refused" : "doubtful", problem->sentence);
    }
}

static void features_print(const GPtrArray *features)
{
    for (guint i = 0; i < features->len; i++) {
        ob_text_printf("%s%s", i ? ", " : "the guest loses: ", (char *)features->pdata[i]);
    }
    ob_text_printf("%s", features->len ? "\n" : "");
}

static void remedy_print(const ObDiagnosis *diagnosis, const ToolArguments *arguments)
{
    if (diagnosis->verdict == OB_VERDICT_LOADS) {
        return;
    }
    if (!diagnosis->curable) {
        for (guint i = 0; i < diagnosis->losses->len; i++) {
            ob_text_printf("%s\n", (char *)diagnosis->losses->pdata[i]);
        }
        ob_text_printf("a filter can't make it %s\n",
                       diagnosis->verdict == OB_VERDICT_WRONG ? "right" : "load");
        return;
    }
    ob_text_printf("to pass: outboard-stream filter --dest %s", arguments->destination);
    for (guint i = 0; i < diagnosis->remedies->len; i++) {
        ob_text_printf(" --policy '%s'", (const char *)diagnosis->remedies->pdata[i]);
    }
    ob_text_printf("%s\n", arguments->given & TOOL_POLICY ? ", and the policy given" : "");
    features_print(diagnosis->features);
}

static int doctor_text(const ToolArguments *arguments, const ObDiagnosis *diagnosis,
                       const ObDestination *destination)
{
    for (guint i = 0; i < diagnosis->vcpus->len; i++) {
        const ObVcpuDiagnosis *vcpu = &g_array_index(diagnosis->vcpus, ObVcpuDiagnosis, i);

        vcpu_print(vcpu, i ? vcpu - 1 : NULL, destination, arguments->given & TOOL_VERBOSE);
    }
    others_print(diagnosis);
    for (guint i = 0; i < diagnosis->hints->len; i++) {
        ob_text_printf("hint: %s\n", (char *)diagnosis->hints->pdata[i]);
    }
    ob_text_printf("verdict: %s\n", ob_verdict_name(diagnosis->verdict));
    remedy_print(diagnosis, arguments);
    return diagnosis->verdict == OB_VERDICT_LOADS ? TOOL_FINE : TOOL_BAD;
}

static int doctor_run(const ToolArguments *arguments, const ObModel *stream,
                      const ObDestination *destination)
{
    HW_ERROR(error, 400);
    ObDiagnosis *diagnosis;
    int status = tool_verdict(stream, arguments->files[0]);

    if (status != TOOL_FINE) {
        return status;
    }
    diagnosis = ob_diagnose(stream, arguments->files[0], destination, arguments->policy, &error);
    if (!diagnosis) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", error.text);
        return TOOL_BAD;
    }
    status = (arguments->given & TOOL_JSON ? tool_doctor_json : doctor_text)(arguments, diagnosis,
                                                                             destination);
    ob_diagnosis_free(diagnosis);
    return status;
}

int tool_doctor(const ToolArguments *arguments)
{
    HW_ERROR(error, 400);
    ObDestination *destination = ob_destination_open(arguments->destination, &error);
    ObModel *stream = NULL;
    int status = TOOL_TROUBLE;

    if (!destination) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", error.text);
        return TOOL_TROUBLE;
    }
    stream = tool_model_open(arguments, NULL);
    if (stream) {
        status = doctor_run(arguments, stream, destination);
    }
    ob_model_free(stream);
    ob_destination_free(destination);
    return status;
}
