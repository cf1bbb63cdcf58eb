/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/trial.h"

#include <dlfcn.h>

#include "hw-api/device/error.h"
#include "hw-api/host/child/child.h"

/*
 * A function leaves to its caller the direction flag clear and the control bits of MXCSR unchanged
 * (System V ABI for AMD64, 3.2.1).  Damaged code that does not can survive here, since this child
 * copies nothing more.  The host's next copy would run backwards.
 */
#ifdef __x86_64__
#define DIRECTION_FLAG 0x400
#define MXCSR_CONTROL  0xffc0

static uint32_t processor_control(void)
{
    return __builtin_ia32_stmxcsr() & MXCSR_CONTROL;
}

static bool processor_is_left(uint32_t control, HwError *error)
{
    bool backwards = __builtin_ia32_readeflags_u64() & DIRECTION_FLAG;

    __asm__ volatile("cld");
    if (backwards) {
        return hw_error_set(error, "left the direction flag set, expected clear");
    }
    if (processor_control() != control) {
        return hw_error_set(error, "changed the control bits of MXCSR, expected none");
    }
    return true;
}
#else
static uint32_t processor_control(void)
{
    return 0;
}

static bool processor_is_left(uint32_t control, HwError *error)
{
    (void)control;
    (void)error;
    return true;
}
#endif

static bool trial_job(void *name, int answer, HwError *error)
{
    uint32_t control = processor_control();
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    bool good = processor_is_left(control, error);

    (void)answer;
    if (handle) {
        dlclose(handle);
    }
    return good && processor_is_left(control, error);
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
