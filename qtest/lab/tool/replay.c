/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw-api/host/load/default-plugin.h"
#include "qtest/lab/replay/replay.h"
#include "qtest/lab/tool/lab.h"
#include "qtest/text/show.h"

static int result_tell(const char *path, ObReplayEnd end, const ObReplayResult *result, gint64 us)
{
    if (result->note[0]) {
        ob_text_fprintf(stderr, LAB_PROGRAM ": note: %s: %s\n", path, result->note);
    }
    if (end == OB_REPLAY_TROUBLE) {
        return lab_trouble("%s: %s", path, result->text);
    }
    if (end == OB_REPLAY_DIFFERS) {
        ob_text_printf("%s: differs: %s\n", path, result->text);
        return LAB_FOUND;
    }
    ob_text_printf("%s: the same: %" PRIu64 " reads, %" PRIu64 " writes, %" PRIu64
                   " calls of devices, %" PRIu64 " responses, in %.1f ms\n",
                   path, result->reads, result->writes, result->calls, result->responses,
                   (double)us / 1000);
    return LAB_FINE;
}

static int file_replay(ObReplaySet *set, const char *path)
{
    ObReplayResult result;
    gint64 begin = g_get_monotonic_time();
    ObReplayEnd end = ob_replay(set, path, &result);

    return result_tell(path, end, &result, g_get_monotonic_time() - begin);
}

static ObReplaySet *set_load(const char *path, HwError *error)
{
    char *own = path ? NULL : hw_default_plugin(HW_OWN_PROGRAM);
    ObReplaySet *set = ob_replay_set_load(path ? path : own ? own : "outboard-devices.so", error);

    free(own);
    return set;
}

/* All files are played.  The worst of them decides. */
int lab_replay(const LabArguments *arguments)
{
    HW_ERROR(error, 512);
    ObReplaySet *set = set_load(arguments->set, &error);
    int worst = LAB_FINE;

    if (!set) {
        return lab_trouble("%s", error.text);
    }
    for (guint i = 0; i < arguments->files->len; i++) {
        int status = file_replay(set, arguments->files->pdata[i]);

        worst = MAX(worst, status);
    }
    ob_replay_set_free(set);
    return worst;
}
