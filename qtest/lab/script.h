/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scripts: steps as lines of the qtest protocol, for people and for other hosts.  Comments name the
 * registers.  Comments that begin with "# lab: " say what the protocol has no line for: the
 * machine, a file in fw_cfg, a move, the broken rule.  outboard-lab.rst describes them.
 */
#ifndef OB_LAB_SCRIPT_H
#define OB_LAB_SCRIPT_H

#include "qtest/lab/oracles.h"

#define OB_LAB_SCRIPT_VERSION 1

/* A line that does something.  Numbers as in ObLabStep, but for the place. */
typedef struct ObLabCommand {
    uint32_t line;
    uint8_t op;
    uint8_t width;
    HwSpace space;   /* STORE, LOAD */
    char *name;      /* a file's name or a device's id; NULL: none */
    uint64_t offset; /* STORE, LOAD: the address */
    uint64_t value;
} ObLabCommand;

typedef struct ObLabScript {
    char *set, *version; /* NULL: the script does not say */
    char *architecture, *machine;
    char *tpm;
    GPtrArray *devices; /* char *, as for -device */
    GArray *commands;   /* ObLabCommand */
    ObLabOracle oracle; /* the broken rule; OB_LAB_ORACLES: none */
    char *text;         /* its sentence; NULL: none */
    bool has_check;     /* the last command is a read, with the answer: */
    uint64_t seen, expected;
    bool has_level; /* at the end interrupt line `line` has this level, expected the other */
    uint32_t line;
    bool level;
} ObLabScript;

/* Reads a script.  Returns NULL and sets `error` on failure: line, what is wrong, expected value. */
ObLabScript *ob_lab_script_read(const char *text, size_t size, HwError *error);
void ob_lab_script_free(ObLabScript *script); /* NULL is allowed */

/* The script's commands as steps on this target.  Returns false and sets `error` on failure.  The
 * check is not among the steps. */
bool ob_lab_script_steps(const ObLabScript *script, const ObLabTarget *target, ObLabStep *steps,
                         size_t *count, HwError *error);

/* True if the plugin has another version than the script says: steps may do other things. */
bool ob_lab_script_is_of_other(const ObLabScript *script, const ObLabTarget *target);

/* The steps as a script; free it with g_free().  `finding` may be NULL. */
char *ob_lab_script_write(const ObLabTarget *target, const ObLabSetup *setup,
                          const ObLabStep *steps, size_t count, const ObLabFinding *finding);

/* Appends the access as a line of the protocol, "readl 0xfe000000". */
void ob_lab_line_write(GString *out, const ObLabAccess *access, const ObLabStep *step);

#endif
