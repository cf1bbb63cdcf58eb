/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that hold for any device, whatever a guest does.  Each has a name by which a user switches it
 * off; outboard-lab.rst describes them.
 */
#ifndef OB_LAB_ORACLES_H
#define OB_LAB_ORACLES_H

#include "qtest/lab/play.h"

typedef enum ObLabOracle {
    OB_LAB_CRASH, /* seen by the process around: see tool/child.h */
    OB_LAB_HANG,
    OB_LAB_MOVED,  /* after a save and a load the guest sees the same */
    OB_LAB_SAVED,  /* saved, loaded and saved again: the same bytes */
    OB_LAB_AGAIN,  /* the same steps have the same answers */
    OB_LAB_BYTES,  /* a register read by bytes and as a word */
    OB_LAB_LINES,  /* reads change no line */
    OB_LAB_FIELDS, /* bits outside the fields stay as reset has set them */
    OB_LAB_ROM,    /* a ROM device's memory has the registers */
    OB_LAB_W1C,    /* a one clears */
    OB_LAB_LEAK,   /* the process does not grow */
    OB_LAB_ORACLES
} ObLabOracle;

#define OB_LAB_ALL ((UINT32_C(1) << OB_LAB_ORACLES) - 1)

typedef struct ObLabOracleRow {
    const char *name;
    const char *description; /* one line, for help */
    bool is_outside;         /* it looks at the process, and not at the guest's view */
} ObLabOracleRow;
extern const ObLabOracleRow ob_lab_oracle_rows[OB_LAB_ORACLES];

/* Returns OB_LAB_ORACLES if there is no such name. */
ObLabOracle ob_lab_oracle_find(const char *name);

/* A broken rule. */
typedef struct ObLabFinding {
    ObLabOracle oracle;
    char text[320]; /* one sentence */
    size_t steps;   /* the steps up to this one show it */
    bool has_check; /* a guest sees it: the access `check` has the answer `seen` */
    ObLabStep check;
    uint64_t seen;
    uint64_t expected;
    bool has_level; /* an interrupt line has the level `level`, expected the other */
    bool reads;     /* has_level: after the access `check` */
    uint32_t line;
    bool level;
} ObLabFinding;

/* The rules at work on a target. */
typedef struct ObLabJudge {
    ObLabTarget *target;
    uint32_t oracles; /* bit n: ObLabOracle n */
    bool is_thorough; /* all rules look at each try; else the costly ones at some */
    bool covers;      /* count what registers have shown: cover.h */
    uint64_t tries;
} ObLabJudge;

/*
 * Plays the steps from the snapshot on, and puts the machine back.  Returns true and fills `finding`
 * if a rule is broken.  With `is_thorough` the result follows from steps and rules alone.
 */
bool ob_lab_try(ObLabJudge *judge, const ObLabStep *steps, size_t count, ObLabFinding *finding);

/* ------------------------- shared by the files of the rules */

/* Fills in the sentence.  Returns true. */
bool ob_lab_found(ObLabFinding *finding, ObLabOracle oracle, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The same for a register: a guest that reads it sees it. */
bool ob_lab_found_in(ObLabFinding *finding, ObLabOracle oracle, const ObLabStep *check,
                     uint64_t seen, uint64_t expected);

/* An interrupt line has another level than expected: the sum of ObLabTarget.lines was to be
 * `expected`.  Fills in the line, unless there are several.  Returns true. */
bool ob_lab_found_line(ObLabFinding *finding, ObLabOracle oracle, const ObLabTarget *target,
                       uint64_t expected);

static inline bool ob_lab_asks(const ObLabJudge *judge, ObLabOracle oracle)
{
    return judge->oracles >> oracle & 1;
}

/* probe.c: the rules for a machine that stands still.  Returns true if one is broken. */
bool ob_lab_probe(const ObLabJudge *judge, ObLabFinding *finding);

/* probe.c: all registers, as a guest reads them by words, in their order.  `visit` gets the access
 * and the answer, and returns false to end the walk. */
typedef bool ObLabVisit(void *opaque, const ObLabStep *load, uint64_t answer);
void ob_lab_registers(ObLabTarget *target, ObLabVisit *visit, void *opaque);

/* leak.c: plays the steps some more times. */
bool ob_lab_leaks(const ObLabJudge *judge, const ObLabStep *steps, size_t count,
                  ObLabFinding *finding);

/* memory.c: compares devices' memory with its bytes at the snapshot, after the machine was put back.
 * Puts the bytes back, too. */
bool ob_lab_memory_differs(const ObLabTarget *target, ObLabFinding *finding);

/* move.c: saves the machine, puts it back, and loads.  Returns true if a rule is broken. */
bool ob_lab_move(const ObLabJudge *judge, ObLabFinding *finding);

#endif
