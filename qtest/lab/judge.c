/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/oracles.h"

#include <inttypes.h>

#include "qtest/lab/allocations.h"
#include "qtest/lab/cover.h"

/* Costly rules look at one of so many tries, unless all are wanted. */
enum { PROBE_EVERY = 4, MOVE_EVERY = 4, AGAIN_EVERY = 16 };

/* A costly rule, which looks at some tries only. */
static bool is_due(const ObLabJudge *judge, ObLabOracle oracle, uint64_t every)
{
    return ob_lab_asks(judge, oracle) && (judge->is_thorough || judge->tries % every == 0);
}

/* -------------------------------------------------------------------- a pass's notes */

/* The guest's view after a step. */
typedef struct Note {
    uint64_t answer;
    uint64_t lines;
} Note;

enum { REGISTERS_MAX = 256 };

typedef struct Pass {
    Note notes[OB_LAB_STEPS_MAX];
    uint64_t registers[REGISTERS_MAX]; /* at the end */
    uint32_t register_count;
} Pass;

static bool register_note(void *opaque, const ObLabStep *load, uint64_t answer)
{
    Pass *pass = opaque;

    (void)load;
    pass->registers[pass->register_count++] = answer;
    return pass->register_count < REGISTERS_MAX;
}

/* ---------------------------------------------------------------- rules for a step */

/* A store that should clear bits.  Work that the device puts off may set them again. */
typedef struct Clearing {
    const HwRegister *reg; /* NULL: another step */
    const uint32_t *word;
    uint32_t ones; /* bits that must be clear afterwards */
} Clearing;

static Clearing clearing_of(const ObLabJudge *judge, const ObLabStep *step)
{
    Clearing clearing = { NULL };
    ObLabAccess access;

    if (!ob_lab_asks(judge, OB_LAB_W1C) || step->op != OB_LAB_STORE || step->width != 2) {
        return clearing;
    }
    access = ob_lab_access(judge->target, step);
    clearing.reg = access.offset % 4 || !access.answers ? NULL : ob_lab_register(&access);
    if (clearing.reg) {
        clearing.word = &access.region->words[access.offset / 4];
        clearing.ones = clearing.reg->w1c & (uint32_t)step->value & *clearing.word;
    }
    return clearing;
}

static bool is_stuck(const Clearing *clearing, const ObLabStep *step, ObLabFinding *finding)
{
    ObLabStep check = *step;
    uint32_t stuck = clearing->reg ? clearing->ones & *clearing->word : 0;

    if (!stuck) {
        return false;
    }
    check.op = OB_LAB_LOAD;
    check.value = 0;
    ob_lab_found_in(finding, OB_LAB_W1C, &check, *clearing->word, *clearing->word & ~stuck);
    return ob_lab_found(finding, OB_LAB_W1C,
                        "%s: ones were written to 0x%x, and they are still set",
                        clearing->reg->name, stuck);
}

static bool reads_registers(const ObLabTarget *t, const ObLabStep *step)
{
    ObLabAccess access;

    if (step->op != OB_LAB_LOAD) {
        return false;
    }
    access = ob_lab_access(t, step);
    return access.region && access.region->table->kind == HW_REGION_REGISTERS;
}

static bool step_try(ObLabJudge *judge, const ObLabStep *step, Note *note, ObLabFinding *finding)
{
    ObLabTarget *t = judge->target;
    Clearing clearing = clearing_of(judge, step);
    uint64_t lines = t->lines;

    note->answer = ob_lab_play_alone(t, step);
    if (is_stuck(&clearing, step, finding)) {
        return true;
    }
    ob_lab_settle(t);
    note->lines = t->lines;
    if (ob_lab_asks(judge, OB_LAB_LINES) && lines != t->lines && reads_registers(t, step)) {
        ob_lab_found_line(finding, OB_LAB_LINES, t, lines);
        return ob_lab_found(finding, OB_LAB_LINES, "a read changes an interrupt line");
    }
    if (judge->covers && step->op != OB_LAB_LOAD) {
        ob_lab_cover(t, step);
    }
    return false;
}

/* ---------------------------------------------------------------------- both passes */

/* The machine stays. */
static bool first_pass(ObLabJudge *judge, const ObLabStep *steps, size_t count, Pass *pass,
                       ObLabFinding *finding)
{
    pass->register_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (step_try(judge, &steps[i], &pass->notes[i], finding)) {
            finding->steps = i + 1;
            return true;
        }
    }
    ob_lab_registers(judge->target, register_note, pass);
    return (judge->is_thorough || judge->tries % PROBE_EVERY == 0) && ob_lab_probe(judge, finding);
}

static bool has_move(const ObLabStep *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].op == OB_LAB_MOVE) {
            return true;
        }
    }
    return false;
}

static const char *when(ObLabOracle oracle)
{
    return oracle == OB_LAB_MOVED ? "after a move" : "the second time";
}

/* Walks the registers at the end of the second pass beside those of the first one. */
typedef struct Comparison {
    const Pass *first;
    ObLabTarget *target;
    ObLabFinding *finding;
    ObLabOracle oracle;
    uint32_t index;
    bool differs;
} Comparison;

static bool register_compare(void *opaque, const ObLabStep *load, uint64_t answer)
{
    Comparison *c = opaque;
    uint64_t expected = c->first->registers[c->index++];
    ObLabAccess access = ob_lab_access(c->target, load);

    if (answer != expected) {
        c->differs = true;
        ob_lab_found_in(c->finding, c->oracle, load, answer, expected);
        ob_lab_found(c->finding, c->oracle, "%s is 0x%" PRIx64 " %s, and 0x%" PRIx64 " otherwise",
                     ob_lab_register(&access)->name, answer, when(c->oracle), expected);
    }
    return !c->differs && c->index < REGISTERS_MAX;
}

static bool step_differs(const ObLabTarget *t, const ObLabStep *step, const Note *seen,
                         const Note *expected, ObLabOracle oracle, ObLabFinding *finding)
{
    if (seen->answer != expected->answer) {
        if (step->op == OB_LAB_LOAD) {
            ob_lab_found_in(finding, oracle, step, seen->answer, expected->answer);
        }
        return ob_lab_found(finding, oracle,
                            "a read has the answer 0x%" PRIx64 " %s, and 0x%" PRIx64 " otherwise",
                            seen->answer, when(oracle), expected->answer);
    }
    return seen->lines != expected->lines &&
           ob_lab_found_line(finding, oracle, t, expected->lines) &&
           ob_lab_found(finding, oracle, "an interrupt line has another level %s", when(oracle));
}

/* The same steps again, with the moves if `moves`. */
static bool second_pass(ObLabJudge *judge, const ObLabStep *steps, size_t count, bool moves,
                        const Pass *first, ObLabFinding *finding)
{
    ObLabOracle oracle = moves ? OB_LAB_MOVED : OB_LAB_AGAIN;
    Comparison comparison = { first, judge->target, finding, oracle, 0, false };

    ob_lab_restore(judge->target);
    for (size_t i = 0; i < count; i++) {
        Note note;

        finding->steps = i + 1;
        if (moves && steps[i].op == OB_LAB_MOVE) {
            moves = false; /* a second one would cost as much, and show little more */
            if (ob_lab_move(judge, finding)) {
                return true;
            }
        }
        note.answer = ob_lab_play(judge->target, &steps[i]);
        note.lines = judge->target->lines;
        if (ob_lab_asks(judge, oracle) &&
            step_differs(judge->target, &steps[i], &note, &first->notes[i], oracle, finding)) {
            return true;
        }
    }
    if (ob_lab_asks(judge, oracle)) {
        ob_lab_registers(judge->target, register_compare, &comparison);
    }
    return comparison.differs;
}

static bool again_differs(ObLabJudge *judge, const ObLabStep *steps, size_t count,
                          const Pass *first, ObLabFinding *finding)
{
    return is_due(judge, OB_LAB_AGAIN, AGAIN_EVERY) &&
           second_pass(judge, steps, count, false, first, finding);
}

/* Without the moves the second pass may differ, too: then it is not the moves. */
static bool moved_differs(ObLabJudge *judge, const ObLabStep *steps, size_t count,
                          const Pass *first, ObLabFinding *finding)
{
    ObLabFinding other = { 0 };

    if (!has_move(steps, count) ||
        !(is_due(judge, OB_LAB_MOVED, MOVE_EVERY) || is_due(judge, OB_LAB_SAVED, MOVE_EVERY)) ||
        !second_pass(judge, steps, count, true, first, finding)) {
        return false;
    }
    if (ob_lab_asks(judge, OB_LAB_AGAIN) && finding->oracle == OB_LAB_MOVED &&
        second_pass(judge, steps, count, false, first, &other)) {
        *finding = other;
    }
    return true;
}

bool ob_lab_try(ObLabJudge *judge, const ObLabStep *steps, size_t count, ObLabFinding *finding)
{
    static Pass first;
    int64_t blocks = ob_lab_allocations();
    bool found;

    *finding = (ObLabFinding) { .steps = count };
    count = count < OB_LAB_STEPS_MAX ? count : OB_LAB_STEPS_MAX;
    judge->tries++;
    found = first_pass(judge, steps, count, &first, finding) ||
            moved_differs(judge, steps, count, &first, finding) ||
            again_differs(judge, steps, count, &first, finding);
    ob_lab_restore(judge->target);
    return found ||
           (ob_lab_asks(judge, OB_LAB_AGAIN) && ob_lab_memory_differs(judge->target, finding)) ||
           (ob_lab_asks(judge, OB_LAB_LEAK) && ob_lab_allocations() > blocks &&
            ob_lab_leaks(judge, steps, count, finding));
}
