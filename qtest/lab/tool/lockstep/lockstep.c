/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-lab lockstep: steps by chance and by scripts, in two machines.  lockstep.rst describes it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "qtest/lab/draw.h"
#include "qtest/lab/tool/lockstep/report.h"
#include "qtest/text/show.h"

/* A round's steps, the round before and the reset between them are one script. */
enum { STEPS = 20000, ROUND = OB_LAB_STEPS_MAX / 2 - 1, PROGRESS_US = 500000 };

typedef struct Run {
    const LabArguments *arguments;
    LabSetup setup;
    LabPair pair;
    ObRandom random;
    uint64_t rounds; /* each has the steps between two resets */
    int64_t begin, told;
    ObLabStep steps[OB_LAB_STEPS_MAX];
    ObLabStep before[ROUND]; /* the last round's */
    size_t before_count;
} Run;

/* -------------------------------------------------------------------------------- telling */

static void progress(Run *r, uint64_t of)
{
    int64_t now = g_get_monotonic_time();

    if (isatty(STDERR_FILENO) && now - r->told > PROGRESS_US) {
        fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " steps ", r->pair.counts.steps, of);
        r->told = now;
    }
}

static void progress_end(const Run *r)
{
    if (r->told) {
        fputs("\r\033[K", stderr);
    }
}

static void result_tell(const Run *r)
{
    const LabCounts *counts = &r->pair.counts;
    double seconds = (double)(g_get_monotonic_time() - r->begin) / 1e6;

    ob_text_fprintf(stdout,
                    "no difference from %s %s: %" PRIu64 " steps, %" PRIu64 " answers and %" PRIu64
                    " sections of streams compared, %" PRIu64
                    " moves; %.0f steps/s, by %.0f accesses/s beside\n",
                    r->arguments->in, r->pair.release, counts->steps, counts->reads,
                    counts->sections, counts->moves, (double)counts->steps / seconds,
                    (double)counts->accesses / seconds);
}

/* --------------------------------------------------------------------------------- rounds */

/* A reset may leave something behind: the last round's steps belong to the difference. */
static void before_insert(Run *r, LabDifference *difference)
{
    size_t more = r->before_count ? r->before_count + 1 : 0;

    if (more) {
        memmove(r->steps + more, r->steps, difference->steps * sizeof(*r->steps));
        memcpy(r->steps, r->before, r->before_count * sizeof(*r->steps));
        r->steps[more - 1] = (ObLabStep) { .op = OB_LAB_RESET };
        difference->steps += more;
    }
}

/* One round: both machines from their reset on. */
static int round_play(Run *r, size_t count, bool compares)
{
    LabDifference difference;
    HW_ERROR(error, 600);

    if (!lab_pair_begin(&r->pair, &error)) {
        return lab_trouble("%s", error.text);
    }
    if (lab_pair_play(&r->pair, r->steps, count, &difference) ||
        (compares && lab_pair_states_differ(&r->pair, &difference))) {
        difference.steps = difference.is_state ? count : difference.steps;
        progress_end(r);
        before_insert(r, &difference);
        lab_difference_report(&r->pair, r->steps, &difference);
        return LAB_FOUND;
    }
    return LAB_FINE;
}

/* Streams take as long as thousands of steps: they are compared ever more rarely, and at the end. */
static bool compares_now(uint64_t round, bool is_last)
{
    return is_last || (round & (round - 1)) == 0;
}

/* A move takes as long as a new program: rounds 2, 8, 32 and so on have one. */
static bool moves_now(uint64_t round)
{
    return (round & (round - 1)) == 0 && (round & UINT64_C(0xaaaaaaaaaaaaaaaa));
}

/* Draws the steps of a round. */
static size_t steps_draw(Run *r, uint64_t wanted)
{
    size_t count = 0;
    uint32_t tries = 0;

    while (count < ROUND && count < wanted && tries++ < 100 * ROUND) {
        ObLabStep *step = &r->steps[count];

        ob_lab_draw(r->pair.target, &r->random, step);
        count += step->op != OB_LAB_MOVE && lab_step_fit(&r->pair, step);
    }
    return count;
}

/* Puts a move into the middle of the steps if both machines can make it. */
static void move_insert(Run *r, size_t count)
{
    ObLabStep step = { .op = OB_LAB_MOVE };

    if (count && lab_step_fit(&r->pair, &step)) {
        r->steps[count / 2] = step;
    }
}

static int steps_play(Run *r, uint64_t wanted)
{
    int status = LAB_FINE;

    while (status == LAB_FINE && r->pair.counts.steps < wanted) {
        uint64_t rest = wanted - r->pair.counts.steps;
        size_t count = steps_draw(r, rest);

        if (!count) {
            return lab_trouble("lockstep: no step is left that both machines can make");
        }
        r->rounds++;
        if (moves_now(r->rounds)) {
            move_insert(r, count);
        }
        status = round_play(r, count, compares_now(r->rounds, count == rest));
        memcpy(r->before, r->steps, count * sizeof(*r->steps));
        r->before_count = count;
        progress(r, wanted);
    }
    return status;
}

static int script_play(Run *r, const char *path)
{
    ObLabScript *script = lab_script_open(path);
    size_t count, fitting = 0;
    HW_ERROR(error, 400);
    bool good;

    if (!script) {
        return LAB_TROUBLE;
    }
    good = ob_lab_script_steps(script, r->pair.target, r->steps, &count, &error);
    ob_lab_script_free(script);
    if (!good) {
        return lab_trouble("%s: %s", path, error.text);
    }
    for (size_t i = 0; i < count; i++) {
        r->steps[fitting] = r->steps[i];
        fitting += lab_step_fit(&r->pair, &r->steps[fitting]);
    }
    return round_play(r, fitting, true);
}

static int all_play(Run *r)
{
    const LabArguments *a = r->arguments;
    uint64_t steps = a->steps ? a->steps : a->scripts->len ? 0 : STEPS;
    int status = LAB_FINE;

    r->begin = g_get_monotonic_time();
    for (guint i = 0; i < a->scripts->len && status == LAB_FINE; i++) {
        status = script_play(r, a->scripts->pdata[i]);
    }
    if (status == LAB_FINE) {
        status = steps_play(r, r->pair.counts.steps + steps);
    }
    progress_end(r);
    if (status == LAB_FINE) {
        result_tell(r);
        status = lab_knowns_tell_stale(r->pair.knowns) ? LAB_FOUND : LAB_FINE;
    }
    return status;
}

/* ------------------------------------------------------------------------------ the command */

static int machines_run(Run *r)
{
    HW_ERROR(error, 800);
    int status;

    if (!lab_setup_init(&r->setup, r->arguments, r->arguments->devices, &error)) {
        return lab_trouble("%s", error.text);
    }
    r->setup.setup.stays = true;
    status = lab_pair_start(&r->pair, r->arguments, &r->setup.setup, &error)
                 ? all_play(r)
                 : lab_trouble("--beside %s: %s", r->arguments->in, error.text);
    lab_pair_clear(&r->pair);
    return status;
}

/* "qemu=/usr/bin/qemu-system-x86_64" */
static bool beside_read(LabArguments *a, char **name)
{
    char *program = strchr(*name = g_strdup(a->beside), '=');

    if (program) {
        *program++ = '\0';
        a->program = a->beside + (program - *name);
    }
    a->in = *name;
    return strcmp(*name, "qemu") == 0 || strcmp(*name, "host") == 0;
}

int lab_lockstep(const LabArguments *arguments)
{
    LabArguments a = *arguments;
    Run *run = g_new0(Run, 1);
    g_autofree char *name = NULL;
    int status;

    run->arguments = &a;
    run->random = ob_random_from(a.seed ? a.seed : g_random_int());
    if (!a.beside || !beside_read(&a, &name)) {
        status = lab_trouble("--beside: '%s', expected qemu or host, or qemu=PROGRAM",
                             a.beside ? a.beside : "");
    } else {
        status = machines_run(run);
        lab_setup_clear(&run->setup);
    }
    g_free(run);
    return status;
}
