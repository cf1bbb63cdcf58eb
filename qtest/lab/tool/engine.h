/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer, which is linked in where the build has found it. */
#ifndef OB_LAB_ENGINE_H
#define OB_LAB_ENGINE_H

#include "hw-api/host/coverage/coverage.h"
#include "qtest/lab/tool/lab.h"

typedef struct LabEngine {
    ObLabJudge *judge;
    const LabArguments *arguments;
    const char *found;    /* the file for the input that has found something */
    const char *seeds;    /* a file with the names of further inputs, separated by commas; NULL */
    HwCoverage *coverage; /* gets the search's accesses; NULL: none */
} LabEngine;

bool lab_engine_is_there(void);

/* Runs in a process of its own, and ends it: with status 0 when the time is up. */
G_GNUC_NORETURN void lab_engine_run(const LabEngine *engine);

#endif
