/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/process/swtpm.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/client/process/process.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"

struct ObSwtpm {
    ObProcess *process;
    ObScratch *directory;
    char *path;
};

/* swtpm inherits a listening socket made here, so that no caller has to wait until swtpm has
 * made its own. */
static ObProcess *swtpm_spawn(const ObSwtpm *swtpm, HwError *error)
{
    int listener = ob_unix_listen(swtpm->path);
    g_autofree char *command = NULL;
    ObProcess *process;

    if (listener == -1) {
        hw_error_set(error, "swtpm: can't listen on %s: %s", swtpm->path, strerror(errno));
        return NULL;
    }
    command = g_strdup_printf("exec swtpm socket --tpm2 --tpmstate dir=%s "
                              "--ctrl type=unixio,fd=%d",
                              ob_scratch_path(swtpm->directory), listener);
    ob_unix_inherit(listener);
    process = ob_process_start(command);
    if (!process) {
        hw_error_set(error, "swtpm: can't start it: %s", strerror(errno));
    }
    close(listener);
    return process;
}

ObSwtpm *ob_swtpm_start(HwError *error)
{
    g_autofree char *program = g_find_program_in_path("swtpm");
    ObSwtpm *swtpm;

    if (!program) {
        hw_error_set(error, "swtpm is missing: apt-get install swtpm");
        return NULL;
    }
    swtpm = g_new0(ObSwtpm, 1);
    swtpm->directory = ob_scratch_new();
    if (!swtpm->directory) {
        hw_error_set(error, "swtpm: can't make a directory in %s: %s", g_get_tmp_dir(),
                     strerror(errno));
        g_free(swtpm);
        return NULL;
    }
    swtpm->path = g_build_filename(ob_scratch_path(swtpm->directory), "ctrl", NULL);
    swtpm->process = swtpm_spawn(swtpm, error);
    if (!swtpm->process) {
        ob_swtpm_free(swtpm);
        return NULL;
    }
    return swtpm;
}

const char *ob_swtpm_path(const ObSwtpm *swtpm)
{
    return swtpm->path;
}

GPid ob_swtpm_pid(const ObSwtpm *swtpm)
{
    return ob_process_pid(swtpm->process);
}

void ob_swtpm_free(ObSwtpm *swtpm)
{
    if (!swtpm) {
        return;
    }
    ob_process_free(swtpm->process);
    ob_scratch_free(swtpm->directory);
    g_free(swtpm->path);
    g_free(swtpm);
}
