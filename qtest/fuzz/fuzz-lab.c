/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: any device, by the rules of the laboratory.  Environment: OUTBOARD_SET, the
 * plugin; OB_DEVICE, as for -device; OB_WITHOUT, names of rules that the device breaks by intention,
 * separated by commas.  AFL++ takes the same functions.  A broken rule ends the program with SIGABRT.
 */
#include <stdio.h>
#include <stdlib.h>

#include "qtest/host/options/keyval.h"
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

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    HW_ERROR(error, 400);
    const char *text = g_getenv("OB_DEVICE");
    ObKeyval *keyval = ob_keyval_new(text ? text : "beacon", "driver", &error);
    ObLabDevice device = { ob_keyval_take(keyval, "driver"), keyval->options, keyval->count };
    const ObLabSetup setup = { .set = g_getenv("OUTBOARD_SET"),
                               .devices = &device,
                               .device_count = 1 };

    (void)argc;
    (void)argv;
    rules_drop(g_getenv("OB_WITHOUT"));
    judge.target = ob_lab_target_new(&setup, &error);
    if (!judge.target) {
        g_error("%s", error.text);
    }
    ob_lab_mutated = judge.target;
    ob_keyval_free(keyval);
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
