/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running program: a machine, its run state, and its controllers.  All for the loop's
 * thread.
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

typedef struct ObImages ObImages;

typedef struct ObSystem {
    const ObOptions *options;
    struct ObLoop *loop;
    GPtrArray *objects; /* ObObject */
    GArray *ram;        /* ObHostRam, the machine's */
    ObImages *images;   /* firmware's files; NULL: none */
    GPtrArray *tables;  /* GBytes: ACPI tables from options */
    HwVcpuModel *vcpus; /* NULL: none */
    ObHost *host;
    struct ObIdle *poll; /* makes the host's callbacks */
    ObTrace *trace;
    struct HwRecorder *recorder; /* NULL: none */
    ObRunClock *clock;           /* NULL under qtest, which sets the clock itself */
    ObRunState state;
    ObActions actions;      /* -action, changed by set-action */
    bool preconfig;         /* -preconfig, until x-exit-preconfig */
    bool ending;            /* the loop was told to quit */
    bool boot_is_due;       /* the firmware stand-in has not run yet */
    ObSleep sleep;          /* the guest's request, until `sleeper` is called */
    struct ObIdle *sleeper; /* NULL: no request */
    uint32_t news;          /* bits of HwGuestNews, until `teller` is called */
    struct ObIdle *teller;  /* NULL: no news */
    bool autostart;         /* run after the load of a stream */
    int exit_status;        /* not 0: the reason was reported */
    struct ObMigration *migration;
    struct ObAnnouncer *announcer; /* NULL: nothing was announced yet */
    void (*tell)(struct ObSystem *system, const char *name, json_t *data); /* sends events */
    GPtrArray *sessions; /* ObQmp, which get events */
    GPtrArray *monitors; /* owned by monitor.c */
    struct ObQtestServer *qtest;
    struct ObVncServer *vnc;    /* NULL: none */
    struct ObBlockGraph *block; /* NULL: no block node was ever asked for */
    uint32_t mouse_buttons;     /* HMP: those that are down */
    FILE *qtest_log;            /* NULL: none */
    GPtrArray *plugin_watches;  /* ObPluginWatch, owned; NULL: none */
    GHashTable *snapshots;      /* by name, of qmp/snapshot; NULL: none */
} ObSystem;

/* Sends an event to each controller, under QMP's name.  Takes `data`, which may be NULL. */
void ob_system_event(ObSystem *system, const char *name, json_t *data);

/*
 * Adds a device for -device and device_add.  Refuses an unknown class or property, and
 * suggests the nearest known name.  Returns NULL and sets `error` on failure.
 */
HwInstance *ob_system_add_device(ObSystem *system, const char *class_name, const ObOption *options,
                                 uint32_t count, HwError *error);

/* Checks the properties of each -global; warns about one whose device nobody has.  Returns false
 * and sets `error` on failure. */
bool ob_system_check_globals(const ObSystem *system, HwError *error);

/* Returns ", did you mean 'tpm-crb'?", or "".  The caller frees it. */
char *ob_system_suggest_class(const ObSystem *system, const char *name);

#endif
