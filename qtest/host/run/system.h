/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running program: a machine, whether it runs, and who controls it.  All for
 * the loop's thread.
 */
#ifndef OB_SYSTEM_H
#define OB_SYSTEM_H

#include "qtest/host/options/options.h"
#include "qtest/host/run/runstate.h"
#include "qtest/host/run/trace.h"
#include "qtest/host/run/vcpus.h"
#include "qtest/machine/core/host.h"

#include <jansson.h>
#include <stdio.h>

typedef struct ObSystem {
    const ObOptions *options;
    struct ObLoop *loop;
    HwVcpuModel *vcpus;         /* NULL: none */
    ObHost *host;
    struct ObIdle *poll;        /* makes the host's callbacks */
    ObTrace *trace;
    ObRunClock *clock;          /* NULL under qtest, which steps the clock itself */
    ObRunState state;
    bool boot_is_due;           /* the firmware stand-in has not run yet */
    ObSleep sleep;              /* what the guest has asked for, once `sleeper` is called */
    struct ObIdle *sleeper;     /* NULL: nothing */
    bool autostart;             /* whether it runs once a stream has come */
    int exit_status;            /* not 0: the reason was reported */
    struct ObMigration *migration;
    void (*tell)(struct ObSystem *system, const char *name, json_t *data);    /* of events */
    GPtrArray *sessions;        /* of ObQmp, which tell of events */
    GPtrArray *monitors;        /* of what monitor.c keeps */
    struct ObQtestServer *qtest;
    FILE *qtest_log;            /* NULL: none */
} ObSystem;

/* Tells each controller of an event that QMP knows by this name.  Takes `data`, which may
 * be NULL. */
void ob_system_event(ObSystem *system, const char *name, json_t *data);

/*
 * Adds a device as -device and device_add do: refuses an unknown class or
 * property with the nearest known name.  NULL with a sentence.
 */
HwInstance *ob_system_add_device(ObSystem *system, const char *class_name,
                                 const ObOption *options, uint32_t count, HwError *error);

/* ", did you mean 'tpm-crb'?", or "".  The caller frees it. */
char *ob_system_suggest_class(const ObSystem *system, const char *name);

#endif
