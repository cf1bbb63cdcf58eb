/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "qtest/lab/tool/elsewhere.h"
#include "qtest/text/show.h"

/* ------------------------------------------------------------------------- in process */

typedef int Handle(ObLabJudge *judge, const LabSetup *setup, const LabArguments *arguments,
                   ObLabStep *steps, size_t count);

static int tell(ObLabJudge *judge, const LabSetup *setup, const LabArguments *arguments,
                ObLabStep *steps, size_t count)
{
    ObLabFinding finding;
    LabChild *child;
    LabEnd end;

    (void)setup;
    (void)arguments;
    judge->is_thorough = true;
    child = lab_child_new(judge);
    if (!child) {
        return lab_trouble("no memory");
    }
    end = lab_child_try(child, steps, count, true, &finding);
    lab_child_free(child);
    if (end == LAB_END_GOOD) {
        puts("no fault");
        return LAB_FINE;
    }
    ob_text_fprintf(stdout, "found %s: %s\n", ob_lab_oracle_rows[finding.oracle].name,
                    finding.text);
    return LAB_FOUND;
}

static int minimise(ObLabJudge *judge, const LabSetup *setup, const LabArguments *arguments,
                    ObLabStep *steps, size_t count)
{
    if (lab_report(judge, &setup->setup, steps, count, arguments->artifacts)) {
        return LAB_FOUND;
    }
    puts("no fault");
    return LAB_FINE;
}

static int in_process(const LabArguments *arguments, const ObLabScript *script, Handle *handle)
{
    LabSetup setup;
    ObLabStep steps[OB_LAB_STEPS_MAX];
    ObLabJudge judge = { .oracles = arguments->oracles };
    int status = LAB_TROUBLE;
    HW_ERROR(error, 400);
    size_t count;

    if (lab_setup_init(&setup, arguments, script->devices, &error)) {
        judge.target = ob_lab_target_new(&setup.setup, &error);
    }
    if (judge.target && ob_lab_script_steps(script, judge.target, steps, &count, &error)) {
        if (ob_lab_script_is_of_other(script, judge.target)) {
            ob_text_fprintf(stderr, LAB_PROGRAM ": the script is of version %s of the plugin\n",
                            script->version);
        }
        status = handle(&judge, &setup, arguments, steps, count);
    } else {
        lab_trouble("%s", error.text);
    }
    ob_lab_target_free(judge.target);
    lab_setup_clear(&setup);
    return status;
}

/* ----------------------------------------------------------------------------- scripts */

ObLabScript *lab_script_open(const char *path)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = NULL;
    ObLabScript *script;
    HW_ERROR(error, 300);
    gsize size;

    if (!g_file_get_contents(path, &text, &size, &problem)) {
        lab_trouble("%s", problem->message);
        return NULL;
    }
    script = ob_lab_script_read(text, size, &error);
    if (!script) {
        lab_trouble("%s: %s", path, error.text);
    } else if (!script->devices->len) {
        lab_trouble("%s: the script names no device, expected '# lab: device ...'", path);
        ob_lab_script_free(g_steal_pointer(&script));
    }
    return script;
}

/* The user's options win. */
static LabArguments completed(const LabArguments *arguments, const ObLabScript *script)
{
    LabArguments a = *arguments;

    a.architecture = a.architecture ? a.architecture : script->architecture;
    a.machine = a.machine ? a.machine : script->machine;
    a.tpm = a.tpm ? a.tpm : script->tpm;
    return a;
}

static bool is_place(const char *in)
{
    return strcmp(in, "process") == 0 || strcmp(in, "host") == 0 || strcmp(in, "qemu") == 0;
}

static int script_handle(const LabArguments *arguments, Handle *handle)
{
    ObLabScript *script = lab_script_open(arguments->script);
    LabArguments a;
    int status;

    if (!script) {
        return LAB_TROUBLE;
    }
    a = completed(arguments, script);
    status = strcmp(a.in, "process") == 0 ? in_process(&a, script, handle)
                                          : lab_run_elsewhere(&a, script);
    ob_lab_script_free(script);
    return status;
}

int lab_run(const LabArguments *arguments)
{
    if (!is_place(arguments->in)) {
        return lab_trouble("--in: '%s', expected process, host or qemu", arguments->in);
    }
    return script_handle(arguments, tell);
}

int lab_minimise(const LabArguments *arguments)
{
    if (!lab_folder_check(arguments->artifacts)) {
        return LAB_TROUBLE;
    }
    return script_handle(arguments, minimise);
}
