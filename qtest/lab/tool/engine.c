/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/tool/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qtest/lab/mutators.h"

#ifdef OB_HAVE_LIBFUZZER

/* The interface of libFuzzer: https://llvm.org/docs/LibFuzzer.html */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*try_)(const uint8_t *bytes, size_t size));

enum {
    TELL_EVERY = 2000000, /* us between two lines of progress */
    WATCH_MS = 25,
    LOOK_EVERY = 1024, /* tries between two looks at the clock */
    STATUS_FOUND = 1,
};

static const LabEngine *engine;
static int progress; /* the descriptor for lines of progress */
static uint64_t tries;
static gint64 begun, told;

/* The input under way, for a signal handler. */
static const uint8_t *input;
static size_t input_size;

/* --------------------------------------------------------------------------- findings */

G_GNUC_NORETURN static void input_keep(void)
{
    int fd = open(engine->found, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t written = fd >= 0 ? write(fd, input, input_size) : -1;

    _exit(written == (ssize_t)input_size ? STATUS_FOUND : LAB_TROUBLE);
}

static void hangs(int signal)
{
    (void)signal;
    input_keep();
}

static void progress_tell(gint64 now)
{
    double seconds = (double)(now - begun) / 1e6;

    dprintf(progress, "%8.1f s  %12" PRIu64 " inputs  %8.0f/s\n", seconds, tries,
            (double)tries / (seconds > 0 ? seconds : 1));
    told = now;
}

static int try_input(const uint8_t *bytes, size_t size)
{
    static ObLabStep steps[OB_LAB_STEPS_MAX];
    size_t count = ob_lab_steps_decode(bytes, size, steps, OB_LAB_STEPS_MAX);
    ObLabFinding finding;

    input = bytes;
    input_size = size;
    lab_watch_try();
    if (ob_lab_try(engine->judge, steps, count, &finding)) {
        dprintf(progress, "%zu steps break the rule %s: %s\n", finding.steps,
                ob_lab_oracle_rows[finding.oracle].name, finding.text);
        input_keep();
    }
    if (++tries % LOOK_EVERY == 0 && g_get_monotonic_time() - told > TELL_EVERY) {
        progress_tell(g_get_monotonic_time());
    }
    return 0;
}

/* ---------------------------------------------------------------------------- running */

static GPtrArray *words_make(void)
{
    const LabArguments *a = engine->arguments;
    GPtrArray *words = g_ptr_array_new();

    g_ptr_array_add(words, (gpointer)LAB_PROGRAM);
    g_ptr_array_add(words, g_strdup_printf("-max_total_time=%" PRIu64, a->seconds));
    if (a->runs) {
        g_ptr_array_add(words, g_strdup_printf("-runs=%" PRIu64, a->runs));
    }
    g_ptr_array_add(words, g_strdup_printf("-seed=%" PRIu64, a->seed));
    g_ptr_array_add(words, g_strdup_printf("-max_len=%" PRIu64, a->length));
    g_ptr_array_add(words, g_strdup_printf("-exact_artifact_path=%s", engine->found));
    g_ptr_array_add(words, (gpointer) "-len_control=0");
    g_ptr_array_add(words, (gpointer) "-timeout=30");
    g_ptr_array_add(words, (gpointer) "-detect_leaks=0"); /* the rule `leak` does */
    if (engine->seeds) {
        g_ptr_array_add(words, g_strdup_printf("-seed_inputs=@%s", engine->seeds));
    }
    if (a->corpus) {
        g_ptr_array_add(words, (gpointer)a->corpus);
    }
    return words;
}

static void access_note(HwRegionState *region, const HwAccess *access, void *opaque)
{
    hw_coverage_note(opaque, region, access);
}

/* Ends the process here: the memory of the machine stays with the process before the fork. */
static void at_end(int status, void *opaque)
{
    HW_ERROR(error, 512);

    (void)opaque;
    progress_tell(g_get_monotonic_time());
    if (!hw_coverage_end(engine->coverage, &error)) {
        dprintf(progress, LAB_PROGRAM ": %s\n", error.text);
    }
    fflush(NULL);
    _exit(status);
}

bool lab_engine_is_there(void)
{
    return true;
}

/* libFuzzer's own lines go to standard error. */
static void messages_direct(bool is_verbose)
{
    int nowhere = is_verbose ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

    progress = dup(STDERR_FILENO);
    if (nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
    }
}

void lab_engine_run(const LabEngine *engine_)
{
    GPtrArray *words;
    char **argv;
    int argc;

    engine = engine_;
    ob_lab_mutated = engine->judge->target;
    words = words_make();
    argc = (int)words->len;
    g_ptr_array_add(words, NULL);
    argv = (char **)words->pdata;
    begun = told = g_get_monotonic_time();
    messages_direct(engine->arguments->is_verbose);
    on_exit(at_end, NULL);
    if (engine->coverage) {
        ob_host_observe_accesses(engine->judge->target->host, access_note, engine->coverage);
    }
    if (engine->judge->oracles >> OB_LAB_HANG & 1) {
        lab_watch(engine->judge->target, WATCH_MS, hangs);
    }
    exit(LLVMFuzzerRunDriver(&argc, &argv, try_input));
}

#else

bool lab_engine_is_there(void)
{
    return false;
}

void lab_engine_run(const LabEngine *engine)
{
    (void)engine;
    abort();
}

#endif
