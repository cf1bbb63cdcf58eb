/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/tool/lockstep/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "qtest/lab/minimise.h"
#include "qtest/text/show.h"

typedef struct Aim {
    LabPair *pair;
    const LabDifference *difference;
    LabDifference last; /* shown by the steps */
    bool is_fresh;      /* each try has new machines: a reset leaves something behind */
    uint32_t tries;
} Aim;

static void progress(Aim *aim)
{
    if (isatty(STDERR_FILENO) && aim->is_fresh) {
        fprintf(stderr, "\rminimising: try %u ", ++aim->tries);
    }
}

static bool breaks(void *opaque, const ObLabStep *steps, size_t count)
{
    Aim *aim = opaque;
    LabPair *p = aim->pair;
    LabDifference seen;
    HW_ERROR(error, 600);

    progress(aim);
    if ((aim->is_fresh && !lab_pair_renew(p, &error)) || !lab_pair_reset(p, &error) ||
        !(lab_pair_play(p, steps, count, &seen) ||
          (aim->difference->is_state && lab_pair_states_differ(p, &seen))) ||
        strcmp(seen.place, aim->difference->place) != 0) {
        return false;
    }
    aim->last = seen;
    return true;
}

static bool breaks_anew(Aim *aim, const ObLabStep *steps, size_t count)
{
    bool was = aim->is_fresh;
    bool result;

    aim->is_fresh = true;
    result = breaks(aim, steps, count);
    aim->is_fresh = was;
    return result;
}

/* Steps that the minimiser has made may not fit. */
static bool fits(void *opaque, const ObLabStep *steps, size_t count)
{
    const Aim *aim = opaque;

    for (size_t i = 0; i < count; i++) {
        ObLabStep step = steps[i];

        if (!lab_step_fit(aim->pair, &step) || step.value != steps[i].value ||
            step.width != steps[i].width) {
            return false;
        }
    }
    return breaks(opaque, steps, count);
}

/* With tries that begin with a reset, which is quick.  Returns 0 if the steps so found need what
 * earlier tries have left behind. */
static size_t minimise_by_resets(Aim *aim, ObLabStep *steps, size_t count, uint32_t *tries)
{
    size_t fewer = breaks(aim, steps, count) ? ob_lab_minimise(steps, count, fits, aim, tries) : 0;

    return fewer && breaks_anew(aim, steps, fewer) ? fewer : 0;
}

static size_t minimise(Aim *aim, ObLabStep *steps, size_t count, uint32_t *tries)
{
    g_autofree ObLabStep *before = g_memdup2(steps, count * sizeof(*steps));
    size_t fewer = minimise_by_resets(aim, steps, count, tries);

    if (!fewer) {
        memcpy(steps, before, count * sizeof(*steps));
        aim->is_fresh = true;
        fewer = ob_lab_minimise(steps, count, fits, aim, tries);
        breaks(aim, steps, fewer);
    }
    return fewer;
}

void lab_difference_report(LabPair *pair, ObLabStep *steps, const LabDifference *difference)
{
    Aim aim = { .pair = pair, .difference = difference, .last = *difference };
    int64_t begin = g_get_monotonic_time();
    size_t before = difference->steps, count = before;
    g_autofree char *script = NULL;
    uint32_t tries;

    ob_text_fprintf(stdout, "differs: %s\n", difference->text);
    fflush(stdout);
    if (breaks_anew(&aim, steps, count)) {
        count = minimise(&aim, steps, count, &tries);
        printf("minimised: %zu of %zu steps, by %u tries in %.1f s\n\n", count, before, tries,
               (double)(g_get_monotonic_time() - begin) / 1e6);
    } else {
        printf(
            "%zu steps from new machines on do not show it: it needs earlier steps, or depends on "
            "time\n\n",
            count);
    }
    script = ob_lab_script_write(pair->target, pair->setup, steps, count, NULL);
    ob_text_fprintf(stdout, "%s# %s\n", script, aim.last.text);
}
