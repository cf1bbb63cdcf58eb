/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: any device, by the rules of the laboratory.  A broken rule ends the program with
 * SIGABRT.
 *
 * The program fuzz-device-NAME takes a device of the plugin that is linked in (device-targets.c).  By any
 * other name its environment says the device: OB_DEVICE is such a name.  With OUTBOARD_SET, a
 * plugin's file, OB_DEVICE is as for -device, and OB_WITHOUT has names of rules that the device
 * breaks by intention, separated by commas.
 */
#include <stdio.h>
#include <stdlib.h>

#include "qtest/fuzz/device-targets.h"
#include "qtest/lab/mutators.h"
#include "qtest/lab/oracles.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ObLabJudge judge = { .oracles = OB_LAB_ALL, .covers = true };

static void rules_drop(const char *names)
{
    g_auto(GStrv) words = g_strsplit(names ? names : "", ",", -1);

    for (char **word = words; *word; word++) {
        judge.oracles &= ~(UINT32_C(1) << ob_lab_oracle_find(*word));
    }
}

static const DeviceTarget *target_choose(const char *program)
{
    const DeviceTarget *row = device_target_of(program);
    const char *device = g_getenv("OB_DEVICE");

    if (!row && !device) {
        g_error("%s: no device, expected the name " DEVICE_TARGET_PREFIX "DEVICE or OB_DEVICE",
                program);
    }
    return row || g_getenv("OUTBOARD_SET") ? row : device_target_find(device);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const DeviceTarget *row = target_choose(*argc > 0 ? (*argv)[0] : "");

    rules_drop(row ? row->without : g_getenv("OB_WITHOUT"));
    judge.target = row ? device_target_make(row->device, NULL)
                       : device_target_make(g_getenv("OB_DEVICE"), g_getenv("OUTBOARD_SET"));
    ob_lab_mutated = judge.target;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ObLabStep steps[OB_LAB_STEPS_MAX];
    size_t count = ob_lab_steps_decode(data, size, steps, OB_LAB_STEPS_MAX);
    ObLabFinding finding;

    if (ob_lab_try(&judge, steps, count, &finding)) {
        fprintf(stderr, "%s: %s\n", ob_lab_oracle_rows[finding.oracle].name, finding.text);
        abort();
    }
    return 0;
}
