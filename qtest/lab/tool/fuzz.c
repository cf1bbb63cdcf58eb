/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"
#include "qtest/lab/tool/engine.h"
#include "qtest/text/show.h"

/* ------------------------------------------------------------------------------ telling */

static bool file_has(const char *path, const char *word)
{
    g_autofree char *bytes = NULL;
    gsize size;

    return g_file_get_contents(path, &bytes, &size, NULL) &&
           memmem(bytes, size, word, strlen(word));
}

static void setup_tell(const ObLabTarget *t, const ObLabSetup *setup)
{
    ob_text_fprintf(stderr, LAB_PROGRAM ": %s on %s: %u regions, %u files, %u PCI functions\n",
                    setup->devices[0].cls, ob_host_machine(t->host)->name, t->regions->len,
                    t->files->len, t->functions->len);
    if (!t->has_registers && t->regions->len) {
        ob_text_fprintf(stderr,
                        LAB_PROGRAM ": %s has no table of registers: offsets are drawn at random\n",
                        setup->devices[0].cls);
    }
    if (!file_has(setup->set, "__sanitizer_cov_")) {
        ob_text_fprintf(stderr,
                        LAB_PROGRAM ": %s is compiled without coverage (clang's "
                                    "-fsanitize=fuzzer-no-link): only registers guide the search\n",
                        setup->set);
    }
}

/* -------------------------------------------------------------------------------- seeds */

static bool seed_write(const ObLabTarget *t, const char *from, const char *to, HwError *error)
{
    ObLabStep steps[OB_LAB_STEPS_MAX];
    uint8_t bytes[OB_LAB_STEPS_MAX * OB_LAB_STEP_BYTES_MAX];
    g_autofree char *text = NULL;
    ObLabScript *script;
    size_t count = 0;
    gsize size;
    bool good;

    if (!g_file_get_contents(from, &text, &size, NULL)) {
        return true; /* it went away */
    }
    script = ob_lab_script_read(text, size, error);
    good = script && ob_lab_script_steps(script, t, steps, &count, error);
    ob_lab_script_free(script);
    size = ob_lab_steps_encode(steps, count, bytes, sizeof(bytes));
    return good && g_file_set_contents(to, (const char *)bytes, (gssize)size, NULL);
}

/* The corpus's scripts as inputs in the scratch folder.  Those that don't fit are told and left
 * out.  Returns the names, separated by commas. */
static char *seeds_make(const ObLabTarget *t, const char *corpus, const char *scratch)
{
    GDir *folder = corpus ? g_dir_open(corpus, 0, NULL) : NULL;
    GString *names = g_string_new(NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *from = g_build_filename(corpus, name, NULL);
        g_autofree char *to = g_strdup_printf("%s/%s.seed", scratch, name);
        HW_ERROR(error, 300);

        if (!g_str_has_suffix(name, ".qtest")) {
            continue;
        }
        if (seed_write(t, from, to, &error)) {
            g_string_append_printf(names, "%s%s", names->len ? "," : "", to);
        } else {
            ob_text_fprintf(stderr, LAB_PROGRAM ": %s is left out: %s\n", from, error.text);
        }
    }
    if (folder) {
        g_dir_close(folder);
    }
    return g_string_free(names, FALSE);
}

/* ------------------------------------------------------------------------------- search */

/* The search has ended.  Returns the exit status. */
static int end_judge(ObLabJudge *judge, const ObLabSetup *setup, const LabArguments *a,
                     const char *found, int status)
{
    ObLabStep steps[OB_LAB_STEPS_MAX];
    g_autofree char *bytes = NULL;
    gsize size;

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        fputs(LAB_PROGRAM ": no fault found\n", stderr);
        return LAB_FINE;
    }
    if (!g_file_get_contents(found, &bytes, &size, NULL)) {
        return lab_trouble("libFuzzer has ended with status %d, see --verbose",
                           WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    }
    size = ob_lab_steps_decode((const uint8_t *)bytes, size, steps, OB_LAB_STEPS_MAX);
    if (!lab_report(judge, setup, steps, size, a->artifacts)) {
        return lab_trouble("a fault was found, and the same steps don't show it again: the device "
                           "keeps something that is not put back");
    }
    return LAB_FOUND;
}

static int search(ObLabJudge *judge, const ObLabSetup *setup, const LabArguments *a,
                  const char *scratch, HwCoverage *coverage)
{
    g_autofree char *found = g_build_filename(scratch, "found", NULL);
    g_autofree char *list = g_build_filename(scratch, "list", NULL);
    g_autofree char *seeds = seeds_make(judge->target, a->corpus, scratch);
    const LabEngine engine = { judge, a, found, *seeds ? list : NULL, coverage };
    int status;
    pid_t pid;

    g_file_set_contents(list, seeds, -1, NULL);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        judge->covers = true;
        lab_engine_run(&engine);
    }
    if (pid < 0) {
        return lab_trouble("no process for the search: %s", strerror(errno));
    }
    signal(SIGINT, SIG_IGN); /* the search ends by itself */
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return end_judge(judge, setup, a, found, status);
}

static int in_scratch(ObLabJudge *judge, const ObLabSetup *setup, const LabArguments *a,
                      HwCoverage *coverage)
{
    ObScratch *scratch = ob_scratch_new();
    int status;

    if (!scratch) {
        return lab_trouble("no folder for temporary files: %s", strerror(errno));
    }
    setup_tell(judge->target, setup);
    status = search(judge, setup, a, ob_scratch_path(scratch), coverage);
    ob_scratch_free(scratch);
    return status;
}

/* The search's process counts.  This process only finds out if the file can be written. */
static int with_coverage(ObLabJudge *judge, const ObLabSetup *setup, const LabArguments *a)
{
    HwCoverage *coverage;
    HW_ERROR(error, 512);
    int status;

    if (!a->coverage) {
        return in_scratch(judge, setup, a, NULL);
    }
    coverage = hw_coverage_new(a->coverage, &error);
    if (!coverage) {
        return lab_trouble("%s", error.text);
    }
    status = in_scratch(judge, setup, a, coverage);
    return hw_coverage_end(coverage, &error) ? status : lab_trouble("%s", error.text);
}

int lab_fuzz(const LabArguments *arguments)
{
    LabSetup setup;
    ObLabJudge judge = { .oracles = arguments->oracles };
    int status = LAB_TROUBLE;
    HW_ERROR(error, 400);

    if (!lab_engine_is_there()) {
        return lab_trouble("fuzz: this program was built without libFuzzer (Debian: "
                           "libclang-rt-14-dev); run still works");
    }
    if (!lab_folder_check(arguments->artifacts)) {
        return LAB_TROUBLE;
    }
    if (arguments->corpus && g_mkdir_with_parents(arguments->corpus, 0777) < 0) {
        return lab_trouble("--corpus: '%s': %s", arguments->corpus, strerror(errno));
    }
    if (lab_setup_init(&setup, arguments, arguments->devices, &error)) {
        judge.target = ob_lab_target_new(&setup.setup, &error);
    }
    if (judge.target) {
        status = with_coverage(&judge, &setup.setup, arguments);
    } else {
        lab_trouble("%s", error.text);
    }
    ob_lab_target_free(judge.target);
    lab_setup_clear(&setup);
    return status;
}
