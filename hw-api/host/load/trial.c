/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/trial.h"

#include <dlfcn.h>

#include "hw-api/device/error.h"
#include "hw-api/host/child/child.h"

static bool trial_job(void *name, int answer, HwError *error)
{
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);

    (void)answer;
    (void)error;
    if (handle) {
        dlclose(handle);
    }
    return true;
}

bool hw_trial_load(const char *name, const char *what, int milliseconds, const HwPlace *place,
                   HwError *error)
{
    HW_ERROR(end, HW_CHILD_SENTENCE);

    switch (hw_child_run(trial_job, (void *)name, milliseconds, &end)) {
    case HW_CHILD_GOOD:
        return true;
    case HW_CHILD_IMPOSSIBLE:
        return hw_refuse(place, error,
                         "has %s, which can't be tried in a child process: %s, expected none, link "
                         "it with -nostartfiles",
                         what, end.text);
    default:
        return hw_refuse(place, error, "has %s that fail: a child process that loaded it %s", what,
                         end.text);
    }
}
