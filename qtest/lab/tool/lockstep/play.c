/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps in both machines.  Ours makes some dozens, then the other gets them in one go: a ping-pong for
 * each would take most of the time.  While the other makes them, ours makes the next ones. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/host/run/region.h"
#include "qtest/lab/tool/lockstep/pair.h"

enum { WAIT_US = 5000000 };

typedef struct Sent {
    const ObLabStep *step;
    size_t index;          /* the step's */
    size_t end;            /* its last line's index, plus one */
    uint64_t answer;       /* ours */
    uint64_t lines;        /* the sum of our interrupt lines after it */
    const LabKnown *waits; /* NULL: it does not */
} Sent;

/* Steps that go to the other machine together. */
typedef struct Flight {
    GString *text;
    size_t lines;
    Sent sent[LAB_BATCH_MAX];
    size_t count, told; /* steps; those with an answer */
} Flight;

typedef struct Batch {
    LabPair *pair;
    Flight flights[2];
    Flight *next; /* ours makes its steps; the other one is in the other machine, if it has lines */
    LabPart parts[LAB_PARTS_MAX];
    LabDifference *difference;
    bool differs;
} Batch;

/* --------------------------------------------------------------------------- comparisons */

static void word_show(const LabPart *part, uint64_t value, char *text, size_t size)
{
    uint32_t word = lab_part_down(part, value);

    if (part->reg) {
        hw_register_format(part->reg, word, text, size);
    } else {
        snprintf(text, size, "0x%x", word);
    }
}

static void part_differs(Batch *b, const Sent *sent, const LabPart *part, uint64_t theirs)
{
    char our_text[200], their_text[200];

    word_show(part, sent->answer, our_text, sizeof(our_text));
    word_show(part, theirs, their_text, sizeof(their_text));
    b->differs = lab_differs(b->difference, sent->index + 1, part->place,
                             "%s reads %s in process, %s beside", part->place, our_text,
                             their_text);
}

static void answer_compare(Batch *b, const Sent *sent, uint64_t theirs)
{
    uint64_t wrong = sent->answer ^ theirs;
    uint32_t count = wrong ? lab_parts_of(b->pair->target, sent->step, b->parts) : 0;

    b->pair->counts.reads++;
    for (uint32_t i = 0; i < count && !b->differs; i++) {
        const LabPart *part = &b->parts[i];
        uint32_t bits = lab_part_down(part, wrong);

        if (bits & ~lab_known_bits(b->pair->knowns, LAB_KNOWN_DIFFERS, part->place, bits)) {
            part_differs(b, sent, part, theirs);
        }
    }
}

/* The sum of the other's lines, as ours would be. */
static uint64_t their_lines(const Batch *b, const bool *levels)
{
    return lab_levels_sum(levels) ^ b->pair->first_levels ^ b->pair->first_lines;
}

static void lines_compare(Batch *b, const Sent *sent, const bool *levels)
{
    uint64_t sum = their_lines(b, levels);

    for (uint32_t line = 0; line < OB_CLIENT_IRQS && sum != sent->lines && !b->differs; line++) {
        uint64_t without = sum ^ ob_lab_line_bits(line);
        char place[24];

        snprintf(place, sizeof(place), "%u", line);
        if (without == sent->lines && !lab_known_find(b->pair->knowns, LAB_KNOWN_LINE, place)) {
            b->differs = lab_differs(b->difference, sent->index + 1, place,
                                     "interrupt line %u is %s in process, %s beside", line,
                                     levels[line] ? "low" : "high", levels[line] ? "high" : "low");
        } else if (without == sent->lines) {
            return;
        }
    }
    if (sum != sent->lines && !b->differs) {
        b->differs = lab_differs(b->difference, sent->index + 1, "lines",
                                 "several interrupt lines have other levels");
    }
}

static Flight *flight_away(Batch *b)
{
    return &b->flights[b->next == &b->flights[0]];
}

static void step_answered(void *opaque, size_t index, const char *answer, const bool *levels)
{
    Batch *b = opaque;
    Flight *flight = flight_away(b);
    const Sent *sent = &flight->sent[flight->told];

    if (b->differs || index + 1 < sent->end) {
        return;
    }
    flight->told++;
    if (strncmp(answer, "OK", 2) != 0) {
        b->differs = lab_differs(b->difference, sent->index + 1, "refused", "beside: %.100s",
                                 answer);
        return;
    }
    if (lab_step_reads(sent->step)) {
        answer_compare(b, sent, lab_lines_answer(sent->step, answer));
    }
    if (!b->differs && !sent->waits) {
        lines_compare(b, sent, levels);
    }
}

/* -------------------------------------------------------------------------------- waiting */

typedef struct Wait {
    Batch *batch;
    const Sent *sent;
    bool ends;
    bool takes_long;
} Wait;

static void wait_answered(void *opaque, size_t index, const char *answer, const bool *levels)
{
    Wait *w = opaque;

    (void)index;
    w->ends = (!(g_ascii_strtoull(answer + 2, NULL, 0) & w->sent->waits->mask) &&
               their_lines(w->batch, levels) == w->sent->lines) ||
              w->takes_long;
    if (w->ends) {
        lines_compare(w->batch, w->sent, levels);
    }
}

/* The other machine works on by itself: first its register changes, then its line. */
static void wait_for(Batch *b, const Sent *sent)
{
    int64_t end = g_get_monotonic_time() + WAIT_US;
    const LabKnown *row = sent->waits;
    Wait w = { .batch = b, .sent = sent };
    ObLabStep load;

    if (!lab_place_find(b->pair->target, row->until ? row->until : row->place, &load)) {
        b->differs = lab_differs(b->difference, sent->index + 1, row->place,
                                 "%s: there is no such register to wait for",
                                 row->until ? row->until : row->place);
    }
    while (!w.ends && !b->differs) {
        GString *line = g_string_new(NULL);

        w.takes_long = g_get_monotonic_time() > end;
        lab_lines_add(b->pair, &load, line);
        w.ends = !line->len;
        if (line->len && !ob_client_qtest_lines(b->pair->other.client, line->str, line->len, 1,
                                                wait_answered, &w)) {
            w.ends = true;
        }
        g_string_free(line, TRUE);
    }
}

/* ---------------------------------------------------------------------------------- steps */

/* The row for a store that the other machine takes its time for. */
static const LabKnown *waits(const LabPair *p, const ObLabStep *step)
{
    LabPart parts[LAB_PARTS_MAX];
    const LabKnown *row = NULL;

    if (step->op == OB_LAB_STORE && lab_known_has(p->knowns, LAB_KNOWN_WAIT)) {
        uint32_t count = lab_parts_of(p->target, step, parts);

        for (uint32_t i = 0; i < count && !row; i++) {
            row = lab_known_find(p->knowns, LAB_KNOWN_WAIT, parts[i].place);
        }
    }
    return row;
}

/* The other machine does not answer.  It may have kept answers of this flight back. */
static void flight_lost(Batch *b, const Flight *flight)
{
    g_auto(GStrv) lines = g_strsplit(b->pair->other.report->str, "\n", 2);

    b->differs = lab_differs(b->difference, flight->sent[flight->count - 1].index + 1, "end",
                             "beside: %.500s", lines[0]);
}

/* Compares the answers of the steps that the other machine has got. */
static void flight_land(Batch *b)
{
    Flight *flight = flight_away(b);

    if (flight->lines && !b->differs &&
        !ob_client_lines_await(b->pair->other.client, flight->lines, step_answered, b)) {
        flight_lost(b, flight);
    }
    g_string_truncate(flight->text, 0);
    flight->lines = flight->count = flight->told = 0;
}

/* One flight is away at a time: the socket has room for its answers. */
static void flight_start(Batch *b)
{
    Flight *flight = b->next;

    flight_land(b);
    b->next = flight_away(b);
    if (flight->lines && !b->differs &&
        !ob_client_lines_send(b->pair->other.client, flight->text->str, flight->text->len)) {
        flight_lost(b, flight);
    }
}

/* Afterwards the other machine has made all steps that ours has. */
static void batch_end(Batch *b)
{
    const Sent *last = b->next->count ? &b->next->sent[b->next->count - 1] : NULL;
    Sent waits = last && last->waits ? *last : (Sent) { .waits = NULL };

    flight_start(b);
    flight_land(b);
    if (waits.waits && !b->differs) {
        wait_for(b, &waits);
    }
}

/* A command that the other is waited for ends here, too. */
static void ours_play(LabPair *p, Sent *sent)
{
    sent->answer = lab_step_is_file(sent->step) ? lab_file_play(p, sent->step)
                                                : ob_lab_play(p->target, sent->step);
    if (sent->waits) {
        ob_host_quiesce(p->target->host);
        ob_lab_settle(p->target);
    }
    sent->lines = p->target->lines;
}

static void step_play(Batch *b, const ObLabStep *step, size_t index)
{
    LabPair *p = b->pair;
    Flight *flight = b->next;
    Sent *sent = &flight->sent[flight->count];
    uint32_t lines = lab_lines_add(p, step, flight->text);

    if (!lines) {
        return;
    }
    flight->lines += lines;
    *sent = (Sent) { .step = step, .index = index, .end = flight->lines };
    sent->waits = waits(p, step);
    ours_play(p, sent);
    flight->count++;
    p->counts.steps++;
    p->counts.accesses += lines;
    if (sent->waits) {
        batch_end(b);
    } else if (flight->count == LAB_BATCH_MAX ||
               flight->lines + LAB_LINES_OF_STEP > OB_CLIENT_LINES_MAX) {
        flight_start(b);
    }
}

static void reset_play(Batch *b, size_t index)
{
    HW_ERROR(error, 400);

    batch_end(b);
    if (!b->differs && !lab_pair_reset(b->pair, &error)) {
        b->differs = lab_differs(b->difference, index + 1, "end", "reset: %s", error.text);
    }
}

/* The other machine alone: it goes on as ours, which stays.  A new program announces no line that is
 * high in its interrupt controller, so that ours must be as after the reset. */
static void move_play(Batch *b, size_t index)
{
    LabPair *p = b->pair;
    HW_ERROR(error, 400);

    batch_end(b);
    if (b->differs || p->target->lines != p->first_lines) {
        return;
    }
    if (!lab_machine_move(&p->other, &error)) {
        b->differs = lab_differs(b->difference, index + 1, "move", "a move beside: %s", error.text);
        return;
    }
    lab_levels_note(p);
    p->counts.moves++;
}

bool lab_pair_play(LabPair *pair, const ObLabStep *steps, size_t count, LabDifference *difference)
{
    Batch batch = { .pair = pair, .difference = difference };

    batch.next = &batch.flights[0];
    batch.flights[0].text = g_string_new(NULL);
    batch.flights[1].text = g_string_new(NULL);
    *difference = (LabDifference) { .steps = 0 };
    for (size_t i = 0; i < count && !batch.differs; i++) {
        if (steps[i].op == OB_LAB_RESET) {
            reset_play(&batch, i);
        } else if (steps[i].op == OB_LAB_MOVE) {
            move_play(&batch, i);
        } else {
            step_play(&batch, &steps[i], i);
        }
    }
    batch_end(&batch);
    g_string_free(batch.flights[0].text, TRUE);
    g_string_free(batch.flights[1].text, TRUE);
    return batch.differs;
}
