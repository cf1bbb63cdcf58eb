/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/other-sections.h"

#include <inttypes.h>
#include <string.h>

#include "qtest/stream/arm/cpu-section.h"
#include "qtest/stream/arm/virtio-problems.h"
#include "qtest/stream/section/known-subsections.h"
#include "qtest/stream/section/layout.h"
#include "qtest/stream/section/subsections.h"

/* The length of a ROM's block depends on its generated contents, so it may differ. */
#define RESIZABLE "/rom@"

static void problem_clear(void *opaque)
{
    ObOtherProblem *problem = opaque;

    g_free(problem->sentence);
    g_free(problem->subsection);
}

void ob_other_problem_add(GArray *problems, bool certain, char *sentence, const char *subsection)
{
    ObOtherProblem problem = { .sentence = sentence,
                               .certain = certain,
                               .subsection = g_strdup(subsection) };

    g_array_append_val(problems, problem);
}

static void machine_compare(const char *machine, const ObModel *destination, GArray *problems)
{
    if (machine && g_strcmp0(machine, destination->machine) != 0) {
        ob_other_problem_add(problems, true,
                             g_strdup_printf("Machine type received is '%s' and local is '%s'",
                                             machine, destination->machine),
                             NULL);
    }
}

static void block_compare(const ObVmBlock *block, const ObModel *destination, GArray *problems)
{
    const ObModelBlock *own = ob_model_block(destination, block->name);

    if (!own) {
        ob_other_problem_add(problems, true,
                             g_strdup_printf("Unknown ramblock \"%s\", cannot accept migration",
                                             block->name),
                             NULL);
    } else if (own->length != block->length && !g_str_has_prefix(block->name, RESIZABLE)) {
        ob_other_problem_add(problems, true,
                             g_strdup_printf("Size mismatch: %s: 0x%" PRIx64 " != 0x%" PRIx64
                                             ": Invalid argument",
                                             block->name, block->length, own->length),
                             NULL);
    }
}

static bool has_name(const GPtrArray *names, const char *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

/* A subsection's name begins with its owner's, so another section of the same kind has it too. */
static bool is_sent(const ObModel *destination, const char *name)
{
    for (guint i = 0; i < destination->sections->len; i++) {
        const ObModelSection *section = destination->sections->pdata[i];
        g_autoptr(GPtrArray) names = ob_vm_subsections(section->description);

        if (has_name(names, name)) {
            return true;
        }
    }
    return false;
}

static void subsections_compare(const ObModelSection *section, const ObModelSection *own,
                                const ObModel *destination, GArray *problems)
{
    g_autoptr(GPtrArray) names = ob_vm_subsections(section->description);
    g_autoptr(GPtrArray) known = ob_vm_subsections(own->description);

    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];

        if (!has_name(known, name) && !is_sent(destination, name) &&
            !ob_vm_subsection_is_old(name)) {
            const char *last = ob_vm_subsection_unknown_to(name);
            g_autofree char *why = last ? g_strdup_printf("QEMU %s does not", last)
                                        : g_strdup("it has not sent it");

            ob_other_problem_add(problems, false,
                                 g_strdup_printf("%s %" PRIu32
                                                 ": the destination may not know subsection %s: %s",
                                                 section->name, section->instance, name, why),
                                 name);
            g_array_index(problems, ObOtherProblem, problems->len - 1).harmless =
                ob_cpu_section_is_arm(section->name, section->version, section->description) ||
                ob_vm_subsection_is_zero(section->description, section->payload, section->size,
                                         name);
        }
    }
}

/* The list of an Arm vCPU's registers is compared elsewhere. */
static void layout_compare(const ObModelSection *section, const ObModelSection *own,
                           GArray *problems)
{
    const ObVmLayoutSide stream = { section->description, section->payload, section->size };
    const ObVmLayoutSide here = { own->description, own->payload, own->size };
    g_autofree char *difference = NULL;
    bool certain;

    if (!section->description || !own->description || section->version != own->version) {
        return;
    }
    difference = ob_vm_layout_compare(&stream, &here, &certain);
    if (difference) {
        ob_other_problem_add(problems, certain,
                             g_strdup_printf("Missing section footer for %s (%s)", section->name,
                                             difference),
                             NULL);
    }
}

void ob_other_section_compare(const ObModelSection *section, const ObModel *destination,
                              GArray *problems)
{
    const ObModelSection *own = ob_model_section(destination, section->name, section->instance);

    if (!own) {
        ob_other_problem_add(problems, true,
                             g_strdup_printf("Unknown savevm section or instance '%s' %" PRIu32,
                                             section->name, section->instance),
                             NULL);
    } else if (section->version > own->version) {
        ob_other_problem_add(problems, true,
                             g_strdup_printf("savevm: unsupported version %" PRIu32
                                             " for '%s' v%" PRIu32,
                                             section->version, section->name, own->version),
                             NULL);
    } else {
        layout_compare(section, own, problems);
        ob_virtio_compare(section, own, problems);
        subsections_compare(section, own, destination, problems);
    }
}

GArray *ob_other_problems_new(void)
{
    GArray *problems = g_array_new(FALSE, FALSE, sizeof(ObOtherProblem));

    g_array_set_clear_func(problems, problem_clear);
    return problems;
}

void ob_other_start_compare(const char *machine, const ObVmBlock *blocks, uint32_t count,
                            const ObModel *destination, GArray *problems)
{
    machine_compare(machine, destination, problems);
    for (uint32_t i = 0; i < count; i++) {
        block_compare(&blocks[i], destination, problems);
    }
}

GArray *ob_other_problems(const ObModel *stream, const ObModel *destination)
{
    GArray *problems = ob_other_problems_new();

    machine_compare(stream->machine, destination, problems);
    for (guint i = 0; i < stream->blocks->len; i++) {
        const ObModelBlock *block = stream->blocks->pdata[i];

        block_compare(&(ObVmBlock) { block->name, block->length }, destination, problems);
    }
    for (guint i = 0; i < stream->iterables->len; i++) {
        const ObModelIterable *iterable = stream->iterables->pdata[i];

        if (!ob_model_iterable(destination, iterable->name)) {
            ob_other_problem_add(problems, true,
                                 g_strdup_printf("Unknown savevm section or instance '%s' 0",
                                                 iterable->name),
                                 NULL);
        }
    }
    for (guint i = 0; i < stream->sections->len; i++) {
        ob_other_section_compare(stream->sections->pdata[i], destination, problems);
    }
    return problems;
}
