/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of outboard-lab.  outboard-lab.rst describes the program. */
#ifndef OB_LAB_TOOL_H
#define OB_LAB_TOOL_H

#include "qtest/lab/script.h"

#define LAB_PROGRAM "outboard-lab"

/* Exit statuses. */
enum { LAB_FINE = 0, LAB_FOUND = 1, LAB_TROUBLE = 2 };

/* ------------------------------------------------------------------- arguments.c */

typedef struct LabArguments {
    const char *set;    /* NULL: the plugin beside this program */
    GPtrArray *devices; /* const char *, as for -device */
    const char *script; /* run */
    const char *architecture, *machine, *tpm;
    const char *corpus, *artifacts; /* folders */
    const char *in;                 /* run: "process", "host", "qemu" */
    const char *program;            /* run: the host's or QEMU's file; NULL: by its name */
    const char *bridge;             /* run --in qemu */
    uint64_t seconds, runs, seed;   /* 0: no limit; a seed by chance */
    uint64_t length;                /* bytes of an input, at most */
    const char *beside;             /* lockstep: "qemu", "host", with "=PROGRAM" */
    const char *own;      /* lockstep: the other's device; NULL: the same, by the bridge */
    const char *known;    /* lockstep: a file of known differences */
    uint64_t steps;       /* lockstep; 0: the default */
    GPtrArray *scripts;   /* lockstep: const char * */
    uint32_t oracles;     /* bits */
    const char *coverage; /* fuzz: a file; NULL: none */
    GPtrArray *files;     /* coverage, replay: const char * */
    const char *html;     /* coverage: a page; NULL: text */
    uint64_t require;     /* coverage: percent */
    bool is_verbose;
} LabArguments;

typedef int LabCommand(const LabArguments *arguments);

/* Returns the command; NULL if there is nothing more to do, and *status has the exit status. */
LabCommand *lab_arguments_read(LabArguments *arguments, char **words, int *status);
void lab_arguments_clear(LabArguments *arguments);

/* Prints a sentence on standard error.  Returns LAB_TROUBLE. */
int lab_trouble(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* ----------------------------------------------------------------------- setup.c */

/* A setup with the memory that it points into. */
typedef struct LabSetup {
    ObLabSetup setup;
    GPtrArray *keyvals; /* ObKeyval */
    GArray *devices;    /* ObLabDevice */
    char *set;          /* NULL: not owned */
} LabSetup;

/* `devices`: texts as for -device.  Returns false and sets `error` on failure. */
bool lab_setup_init(LabSetup *setup, const LabArguments *arguments, const GPtrArray *devices,
                    HwError *error);
void lab_setup_clear(LabSetup *setup);

/* ----------------------------------------------------------------------- child.c */

/* One try in a child process, so that a device may crash or hang. */
typedef struct LabChild LabChild;

typedef enum LabEnd {
    LAB_END_GOOD,
    LAB_END_FOUND, /* `finding` is filled: a broken rule, a crash, a hang */
} LabEnd;

/* Returns NULL if there is no memory. */
LabChild *lab_child_new(ObLabJudge *judge);
void lab_child_free(LabChild *child);

/* Takes a step for endless sooner: many tries that hang are to come. */
void lab_child_hurry(LabChild *child, bool hurries);

/* `shows`: the child's messages go to standard error. */
LabEnd lab_child_try(LabChild *child, const ObLabStep *steps, size_t count, bool shows,
                     ObLabFinding *finding);

/* Ends a process whose device takes too long: two to three times `ms` of the process's own time, or
 * more with a TPM.  From the call on `lab_watch_try` begins each try.  `hangs` is called from a signal
 * handler, and ends the process. */
void lab_watch(const ObLabTarget *target, int ms, void (*hangs)(int signal));
void lab_watch_try(void);

/* ---------------------------------------------------------------------- report.c */

/* Checks that scripts can be written there; tells if not. */
bool lab_folder_check(const char *folder);

/* Minimises the steps, writes the script into `folder`, and tells both.  `steps` has room for
 * OB_LAB_STEPS_MAX.  Returns false if the steps break no rule. */
bool lab_report(ObLabJudge *judge, const ObLabSetup *setup, ObLabStep *steps, size_t count,
                const char *folder);

/* -------------------------------------- fuzz.c, run.c, coverage.c, replay.c, lockstep/ */

LabCommand lab_fuzz;
LabCommand lab_run;
LabCommand lab_minimise;
LabCommand lab_coverage;
LabCommand lab_lockstep;
LabCommand lab_replay;

/* run.c: reads a script, and tells if that fails. */
ObLabScript *lab_script_open(const char *path);

#endif
