/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/cpu-filter.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/stream/arm/other-sections.h"
#include "qtest/stream/arm/register-class.h"
#include "qtest/stream/section/subsections.h"

static void G_GNUC_PRINTF(2, 3) report(ObCpuFilter *filter, const char *format, ...)
{
    g_autofree char *line = NULL;
    va_list arguments;

    va_start(arguments, format);
    line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    filter->report(filter->opaque, line);
}

/* ------------------------------------------------------------------- registers */

static void change_report(ObCpuFilter *filter, uint32_t vcpu, const ObChange *change)
{
    g_autofree char *text = ob_change_format(change);
    g_autofree char *remedy = change->permitted ? NULL : ob_change_remedy(change);

    if (change->permitted) {
        report(filter, "cpu %" PRIu32 ": %s", vcpu, text);
    } else if (ob_register_is_key(change->id)) {
        report(filter, "cpu %" PRIu32 ": not permitted: %s: %s; needs --policy '%s'", vcpu, text,
               change->loss, remedy);
    } else if (ob_change_is_risky(change)) {
        report(filter, "cpu %" PRIu32 ": not permitted: %s", vcpu, change->loss);
    } else {
        report(filter, "cpu %" PRIu32 ": not permitted: %s: needs --policy '%s'", vcpu, text,
               remedy);
    }
}

static void rewrite_report(ObCpuFilter *filter, const ObRewrite *rewrite, uint32_t before)
{
    for (guint i = 0; i < rewrite->changes->len; i++) {
        change_report(filter, rewrite->registers.vcpu,
                      &g_array_index(rewrite->changes, ObChange, i));
    }
    if (rewrite->changes->len) {
        report(filter,
               "cpu %" PRIu32 ": %" PRIu32 " registers, were %" PRIu32 ": %u changes, "
               "%u not permitted",
               rewrite->registers.vcpu, rewrite->registers.count, before, rewrite->changes->len,
               rewrite->refused);
    }
    filter->changes += rewrite->changes->len;
    filter->refused += rewrite->refused;
}

static GByteArray *payload_with(const ObCpuRegisters *registers, uint32_t before,
                                const uint8_t *payload, size_t size)
{
    GByteArray *bytes = g_byte_array_new();
    size_t list = ob_cpu_registers_size(registers->count);
    size_t rest = registers->offset + ob_cpu_registers_size(before);

    g_byte_array_append(bytes, payload, (guint)registers->offset);
    g_byte_array_set_size(bytes, (guint)(registers->offset + list));
    ob_cpu_registers_put(registers->entries, registers->count, bytes->data + registers->offset);
    g_byte_array_append(bytes, payload + rest, (guint)(size - rest));
    return bytes;
}

static bool list_check(const ObCpuFilter *filter, const ObCpuRegisters *registers, HwError *error)
{
    uint32_t at = ob_cpu_registers_disorder(registers);

    if (at < registers->count) {
        return hw_error_set(error,
                            "cpu %" PRIu32 ": register 0x%" PRIx64 " at index %" PRIu32
                            " comes after 0x%" PRIx64 ", expected ascending ids",
                            registers->vcpu, registers->entries[at].id, at,
                            registers->entries[at - 1].id);
    }
    return ob_destination_vcpu(filter->destination, registers->vcpu) ||
           hw_error_set(error,
                        "cpu %" PRIu32 ": the destination does not have this vCPU, expected "
                        "as many vCPUs as the source has",
                        registers->vcpu);
}

static void registers_rewrite(ObCpuFilter *filter, const ObCpuRegisters *registers,
                              const uint8_t *payload, size_t size, const json_t *description,
                              ObVmRewritten *rewritten)
{
    ObRewrite rewrite;

    ob_rewrite_make(&rewrite, registers, ob_destination_vcpu(filter->destination, registers->vcpu),
                    filter->destination, filter->policy);
    rewrite_report(filter, &rewrite, registers->count);
    if (rewrite.changes->len) {
        rewritten->payload = payload_with(&rewrite.registers, registers->count, payload, size);
        rewritten->description = json_deep_copy(description);
        ob_cpu_registers_describe(rewritten->description, rewrite.registers.count);
    }
    ob_rewrite_clear(&rewrite);
}

/* ----------------------------------------------------------------- subsections */

static void subsection_drop(ObCpuFilter *filter, const ObVmSection *section, const char *name,
                            ObVmRewritten *rewritten)
{
    unsigned count = ob_vm_subsection_cut(rewritten->description, rewritten->payload, name);

    if (count) {
        filter->changes += count;
        report(filter, "%s %" PRIu32 ": subsection %s: left out%s", section->name,
               section->instance, name, count > 1 ? " of each element" : "");
    }
}

/* Those that the destination has sent itself are never left out: "all" does not mean them. */
static GPtrArray *subsections_known(const ObCpuFilter *filter, const ObVmSection *section)
{
    const ObModel *model = filter->destination->stream;
    const ObModelSection *own = model ? ob_model_section(model, section->name, section->instance)
                                      : NULL;

    return ob_vm_subsections(own ? own->description : NULL);
}

static void subsections_drop(ObCpuFilter *filter, const ObVmSection *section,
                             const uint8_t *payload, size_t size, const json_t *description,
                             ObVmRewritten *rewritten)
{
    g_autoptr(GPtrArray) names = ob_vm_subsections(description);
    g_autoptr(GPtrArray) known = subsections_known(filter, section);

    for (guint i = 0; i < names->len; i++) {
        if (g_ptr_array_find_with_equal_func(known, names->pdata[i], g_str_equal, NULL) ||
            !ob_filter_policy_drops_subsection(filter->policy, names->pdata[i])) {
            continue;
        }
        if (!rewritten->payload) {
            rewritten->payload = g_byte_array_append(g_byte_array_new(), payload, (guint)size);
            rewritten->description = json_deep_copy(description);
        }
        subsection_drop(filter, section, names->pdata[i], rewritten);
    }
}

/* --------------------------------------------------------------------- sections */

static bool cpu_rewrite(ObCpuFilter *filter, const ObVmSection *section, const uint8_t *payload,
                        size_t size, const json_t *description, ObVmRewritten *rewritten,
                        HwError *error)
{
    ObCpuRegisters registers = { .vcpu = section->instance };
    bool ok = ob_cpu_registers_read(description, payload, size, &registers, error) &&
              list_check(filter, &registers, error);

    if (ok) {
        filter->vcpus++;
        registers_rewrite(filter, &registers, payload, size, description, rewritten);
    }
    ob_cpu_registers_clear(&registers);
    return ok;
}

/* A warning that the operator has asked to pass is not one for `strict`. */
static void warning_report(ObCpuFilter *filter, const ObOtherProblem *problem, bool passes)
{
    report(filter, "warning: %s%s", problem->sentence, passes ? ": passes by --pass" : "");
    filter->warnings += !passes;
}

/* The machine and the sizes of RAM are known before the first byte goes to the destination. */
static bool filter_start(void *opaque, const char *machine, const ObVmBlock *blocks, uint32_t count,
                         HwError *error)
{
    ObCpuFilter *filter = opaque;
    g_autoptr(GArray) problems = ob_other_problems_new();

    if (filter->destination->stream) {
        ob_other_start_compare(machine, blocks, count, filter->destination->stream, problems);
    }
    for (guint i = 0; i < problems->len; i++) {
        warning_report(filter, &g_array_index(problems, ObOtherProblem, i), false);
    }
    return !filter->strict || filter->warnings == 0 ||
           hw_error_set(error, "the destination refuses the machine or its RAM; the report says "
                               "why");
}

/* A part that the destination is not known to take would make it refuse the stream, or abort, when
 * the source has completed.  Other doubts are warnings. */
static void problem_report(ObCpuFilter *filter, const char *section, const ObOtherProblem *problem)
{
    const char *name = problem->subsection ? problem->subsection : section;
    bool passes = ob_filter_policy_passes(filter->policy, name);

    if (passes || (!problem->certain && !problem->subsection)) {
        warning_report(filter, problem, passes);
        return;
    }
    filter->unknown++;
    if (problem->subsection) {
        report(filter, "not permitted: %s: needs --policy 'drop-subsection=%s' or --pass '%s'",
               problem->sentence, name, name);
    } else {
        report(filter, "not permitted: %s: needs --pass '%s'", problem->sentence, name);
    }
}

/* Reports problems of a section that the filter does not solve. */
static void others_report(ObCpuFilter *filter, const ObVmSection *section, const uint8_t *payload,
                          size_t size, const json_t *description)
{
    g_autoptr(GArray) problems = ob_other_problems_new();
    const ObModelSection model = { .name = (char *)section->name,
                                   .instance = section->instance,
                                   .version = section->version,
                                   .payload = (uint8_t *)payload,
                                   .size = size,
                                   .description = (json_t *)description };

    ob_other_section_compare(&model, filter->destination->stream, problems);
    for (guint i = 0; i < problems->len; i++) {
        const ObOtherProblem *problem = &g_array_index(problems, ObOtherProblem, i);

        if (!problem->subsection ||
            !ob_filter_policy_drops_subsection(filter->policy, problem->subsection)) {
            problem_report(filter, section->name, problem);
        }
    }
}

static bool section_rewrite(void *opaque, const ObVmSection *section, const uint8_t *payload,
                            size_t size, const json_t *description, ObVmRewritten *rewritten,
                            HwError *error)
{
    ObCpuFilter *filter = opaque;

    if (filter->destination->stream) {
        others_report(filter, section, payload, size, description);
    }
    if (ob_cpu_section_is_arm(section->name, section->version, description) &&
        !cpu_rewrite(filter, section, payload, size, description, rewritten, error)) {
        return false;
    }
    subsections_drop(filter, section, payload, size, description, rewritten);
    return true;
}

static bool filter_finish(void *opaque, HwError *error)
{
    const ObCpuFilter *filter = opaque;

    if (filter->vcpus == 0 && filter->destination->vcpus->len) {
        return hw_error_set(error, OB_NO_VCPUS);
    }
    if (filter->strict && filter->warnings) {
        return hw_error_set(error,
                            "the destination refuses %u parts of the stream; the report "
                            "names them",
                            filter->warnings);
    }
    if (filter->unknown) {
        return hw_error_set(error,
                            "the destination is not known to take %u parts of the stream; the "
                            "report names them",
                            filter->unknown);
    }
    return filter->refused == 0 ||
           hw_error_set(error,
                        "the destination needs %u changes of registers that the "
                        "policy does not permit; the report names them",
                        filter->refused);
}

const ObVmFilterEvents ob_cpu_filter_events = { .rewrite = section_rewrite,
                                                .start = filter_start,
                                                .finish = filter_finish };
