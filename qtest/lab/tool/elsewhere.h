/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A script in another program: our host, or a stock QEMU with the bridge. */
#ifndef OB_LAB_ELSEWHERE_H
#define OB_LAB_ELSEWHERE_H

#include "qtest/client/client.h"
#include "qtest/lab/tool/lab.h"

/* Plays the script there, and says if it shows its fault; or else why it can't.  Returns the exit
 * status. */
int lab_run_elsewhere(const LabArguments *arguments, const ObLabScript *script);

/* ------------------------------------------------------------------------- machine.c */

/* A program that runs, and how another of its kind is started. */
typedef struct LabMachine {
    ObClient *client; /* NULL: none */
    char *program;
    char *arguments;
    bool is_qemu;
    uint32_t answer_ms;
    const char *lines; /* the interrupt controller whose lines are looked at; NULL: none */
    GString *report;   /* why the client is dead; "": it lives */
} LabMachine;

/* The program's parts besides the script's machine and devices. */
typedef struct LabMachineKind {
    bool watches;       /* the machine's interrupt lines are looked at */
    bool is_own;        /* the devices are QEMU's own: there is no bridge */
    const char *more;   /* shell words that the command ends with; NULL: none */
    uint32_t answer_ms; /* the longest wait for an answer; 0: a few seconds */
} LabMachineKind;

/* Returns false and sets `error` on failure.  lab_machine_clear() follows in both cases. */
bool lab_machine_start(LabMachine *machine, const LabArguments *arguments,
                       const ObLabScript *script, const LabMachineKind *kind, HwError *error);
void lab_machine_clear(LabMachine *machine);

/* The machine migrates through a file to another program of this kind.  Returns false and sets
 * `error` if that fails: then there is no client. */
bool lab_machine_move(LabMachine *machine, HwError *error);

#endif
