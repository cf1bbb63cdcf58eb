/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two machines that make the same steps: one in this process, the other in a program beside it. */
#ifndef OB_LAB_LOCKSTEP_PAIR_H
#define OB_LAB_LOCKSTEP_PAIR_H

#include "qtest/client/process/scratch.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/lab/tool/elsewhere.h"
#include "qtest/lab/tool/lockstep/known.h"
#include "qtest/lab/tool/lockstep/place.h"

#define LAB_BATCH_MAX 64 /* steps in flight */

typedef struct LabCounts {
    uint64_t steps;    /* that were made */
    uint64_t accesses; /* by which the other machine made them */
    uint64_t moves;    /* the other machine's */
    uint64_t reads;    /* answers compared */
    uint64_t sections; /* compared, in both machines' streams */
} LabCounts;

typedef struct LabPair {
    const LabArguments *arguments;
    const ObLabSetup *setup;
    ObLabTarget *target;
    ObClient *client;  /* drives the machine in process */
    ObLabScript *head; /* machine and devices of the other program */
    LabMachine other;
    ObSwtpm *swtpm; /* the other's TPM; NULL: none */
    char *more;     /* the other's arguments for it */
    LabKnowns *knowns;
    char *release; /* "QEMU 7.2", "Outboard" */
    bool is_virt;
    GArray *keys;          /* uint16_t: of ObLabTarget.files, in the other's fw_cfg */
    uint64_t first_lines;  /* ours, after the last reset */
    uint64_t first_levels; /* the other's: lines of devices that only it has may be high */
    LabCounts counts;
} LabPair;

/* A difference and its place. */
typedef struct LabDifference {
    size_t steps;               /* the steps up to this one show it */
    char place[LAB_PLACE_SIZE]; /* two differences in one place are taken for the same */
    char text[600];             /* one sentence */
    bool is_state;              /* a stream shows it */
} LabDifference;

/* life.c: makes the machine in process and starts the other program.  Returns false and sets `error` on
 * failure; lab_pair_clear() follows in both cases.  `arguments` and `setup` are kept. */
bool lab_pair_start(LabPair *pair, const LabArguments *arguments, const ObLabSetup *setup,
                    HwError *error);
void lab_pair_clear(LabPair *pair);

/* life.c: the same machines anew, since resets leave something behind.  lab_pair_reset() follows.  Returns
 * false and sets `error` on failure. */
bool lab_pair_renew(LabPair *pair, HwError *error);

/* life.c: puts both machines to their start, also after a failure of the other program.  Returns false
 * and sets `error` if that fails. */
bool lab_pair_reset(LabPair *pair, HwError *error);

/* begin.c: the same, while the other program lives. */
bool lab_pair_reset_both(LabPair *pair, HwError *error);

/* begin.c: remembers the levels of the other's lines, against which later ones are compared. */
void lab_levels_note(LabPair *pair);

/* life.c: the start of a round: lab_pair_reset(), or new machines if the known differences leave out
 * resets. */
bool lab_pair_begin(LabPair *pair, HwError *error);

/* fit.c: changes the step so that both can make it, by the known differences too.  Returns false if it
 * is left out. */
bool lab_step_fit(const LabPair *pair, ObLabStep *step);

/* play.c: makes the steps in both, from their present state on.  Returns true and fills in `difference`
 * at the first difference that is not known. */
bool lab_pair_play(LabPair *pair, const ObLabStep *steps, size_t count, LabDifference *difference);

/* sections.c: compares the devices' sections of both machines' streams. */
bool lab_pair_states_differ(LabPair *pair, LabDifference *difference);

/* lines.c: the step as lines of the protocol for the other program, each the same number of times.
 * Returns the number of lines; 0: the step does nothing.  The last line has the step's answer. */
uint32_t lab_lines_add(const LabPair *pair, const ObLabStep *step, GString *lines);

/* An access to configuration space: of the function at bus << 8 | device << 3 | function. */
typedef struct LabConfig {
    uint32_t function, offset, size;
    bool is_write;
    uint64_t value; /* that is written */
} LabConfig;

/* lines.c: the same for such an access. */
uint32_t lab_config_add(const LabPair *pair, const LabConfig *access, GString *lines);

/* lines.c: makes a FILE step in process as a guest does, by DMA.  Returns its answer. */
uint64_t lab_file_play(const LabPair *pair, const ObLabStep *step);

static inline bool lab_step_is_file(const ObLabStep *step)
{
    return step->op == OB_LAB_FILE_WRITE || step->op == OB_LAB_FILE_READ;
}

enum { LAB_LINES_OF_STEP = 5 }; /* at most */

/* lines.c: the sum of levels, as in ObLabTarget.lines. */
uint64_t lab_levels_sum(const bool *levels);

/* lines.c: the answer that the step's last line has, as ob_lab_play() gives it. */
uint64_t lab_lines_answer(const ObLabStep *step, const char *answer);

/* Fills in the difference.  Returns true. */
bool lab_differs(LabDifference *difference, size_t steps, const char *place, const char *format,
                 ...) G_GNUC_PRINTF(4, 5);

static inline bool lab_step_reads(const ObLabStep *step)
{
    return step->op == OB_LAB_LOAD || step->op == OB_LAB_CONFIG_READ || lab_step_is_file(step);
}

#endif
