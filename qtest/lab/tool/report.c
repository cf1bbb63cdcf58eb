/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/lab/minimise.h"
#include "qtest/lab/tool/lab.h"
#include "qtest/text/show.h"

/* A rule that the steps must go on to break. */
typedef struct Aim {
    ObLabJudge *judge;
    LabChild *child;
    ObLabOracle oracle;
    bool is_inside; /* tries need no process of their own */
} Aim;

static bool breaks(void *opaque, const ObLabStep *steps, size_t count)
{
    const Aim *aim = opaque;
    ObLabFinding finding;

    if (!aim->is_inside) {
        return lab_child_try(aim->child, steps, count, false, &finding) &&
               finding.oracle == aim->oracle;
    }
    return ob_lab_try(aim->judge, steps, count, &finding) && finding.oracle == aim->oracle;
}

bool lab_folder_check(const char *folder)
{
    if (g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        return true;
    }
    lab_trouble("--artifacts: invalid value '%s': expected a folder", folder);
    return false;
}

static char *file_name(const ObLabSetup *setup, const ObLabFinding *finding, const char *script)
{
    return g_strdup_printf("%s-%s-%08x.qtest", setup->devices[0].cls,
                           ob_lab_oracle_rows[finding->oracle].name, g_str_hash(script));
}

static void tell(const ObLabFinding *finding, const char *script, size_t before, size_t after,
                 uint32_t tries, gint64 us)
{
    ob_text_fprintf(stdout, "found %s: %s\n", ob_lab_oracle_rows[finding->oracle].name,
                    finding->text);
    printf("minimised: %zu of %zu steps, by %u tries in %.1f ms\n\n", after, before, tries,
           (double)us / 1e3);
    fputs(script, stdout);
}

static void script_keep(const ObLabSetup *setup, const ObLabFinding *finding, const char *script,
                        const char *folder)
{
    g_autofree char *name = file_name(setup, finding, script);
    g_autofree char *file = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;

    if (!g_file_set_contents(file, script, -1, &error)) {
        lab_trouble("the script can't be written: %s", error->message);
        return;
    }
    ob_text_fprintf(stdout, "\nscript: %s\n", file);
}

/* A machine that does not come back whole needs a new process for each try. */
static bool can_be_inside(ObLabOracle oracle)
{
    return oracle != OB_LAB_CRASH && oracle != OB_LAB_HANG && oracle != OB_LAB_AGAIN;
}

/* A crash or a hang says more in its own words. */
static void end_show(const Aim *aim, const ObLabStep *steps, size_t count)
{
    ObLabFinding finding;

    if (!can_be_inside(aim->oracle)) {
        fflush(stdout);
        lab_child_try(aim->child, steps, count, true, &finding);
    }
}

/* The rule alone; a second rule tells a move from steps that never have the same answers. */
static uint32_t rules_for(ObLabOracle oracle)
{
    uint32_t rules = UINT32_C(1) << oracle | UINT32_C(1) << OB_LAB_HANG;

    return oracle == OB_LAB_MOVED ? rules | UINT32_C(1) << OB_LAB_AGAIN : rules;
}

static bool minimise_and_tell(const Aim *aim, const ObLabSetup *setup, ObLabStep *steps,
                              size_t count, const char *folder)
{
    gint64 begin = g_get_monotonic_time(), end;
    g_autofree char *script = NULL;
    ObLabFinding finding;
    uint32_t tries;
    size_t fewer;

    lab_child_hurry(aim->child, aim->oracle == OB_LAB_HANG);
    fewer = ob_lab_minimise(steps, count, breaks, (void *)aim, &tries);
    lab_child_hurry(aim->child, false);
    end = g_get_monotonic_time();
    if (!lab_child_try(aim->child, steps, fewer, false, &finding)) {
        return false;
    }
    script = ob_lab_script_write(aim->judge->target, setup, steps, fewer, &finding);
    tell(&finding, script, count, fewer, tries, end - begin);
    end_show(aim, steps, fewer);
    script_keep(setup, &finding, script, folder);
    return true;
}

/* Fewer steps may break a worse rule, and end the process: then each try gets its own. */
static bool minimise_safely(Aim *aim, const ObLabSetup *setup, ObLabStep *steps, size_t count,
                            const char *folder)
{
    pid_t pid = aim->is_inside ? fork() : -1;
    int status = 0;

    if (pid == 0) {
        aim->is_inside = minimise_and_tell(aim, setup, steps, count, folder);
        fflush(stdout);
        _exit(aim->is_inside ? LAB_FOUND : LAB_FINE);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) <= LAB_FOUND) {
        return WEXITSTATUS(status) == LAB_FOUND;
    }
    aim->is_inside = false;
    return minimise_and_tell(aim, setup, steps, count, folder);
}

bool lab_report(ObLabJudge *judge, const ObLabSetup *setup, ObLabStep *steps, size_t count,
                const char *folder)
{
    Aim aim = { .judge = judge, .child = lab_child_new(judge) };
    uint32_t rules = judge->oracles;
    ObLabFinding finding;
    bool shown = false;

    if (!aim.child) {
        return false;
    }
    judge->is_thorough = true;
    judge->covers = false;
    fflush(stdout);
    if (lab_child_try(aim.child, steps, count, false, &finding)) {
        aim.oracle = finding.oracle;
        aim.is_inside = can_be_inside(finding.oracle);
        judge->oracles &= rules_for(finding.oracle);
        shown = minimise_safely(&aim, setup, steps, count, folder);
        judge->oracles = rules;
    }
    lab_child_free(aim.child);
    return shown;
}
