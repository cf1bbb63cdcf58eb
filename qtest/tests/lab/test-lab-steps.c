/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language of the laboratory's inputs, and the minimiser of steps. */
#include <string.h>

#include <glib.h>

#include "qtest/lab/minimise.h"
#include "qtest/lab/random.h"
#include "qtest/lab/steps.h"

enum { ROUNDS = 2000, BYTES = 400 };

static void assert_same(const ObLabStep *a, const ObLabStep *b)
{
    g_assert_cmpuint(a->op, ==, b->op);
    g_assert_cmpuint(a->target, ==, b->target);
    g_assert_cmpuint(a->width, ==, b->width);
    g_assert_cmphex(a->offset, ==, b->offset);
    g_assert_cmphex(a->value, ==, b->value);
}

/* Any bytes are steps, and these steps' own bytes are the same steps. */
static void test_any_bytes(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        ObRandom random = ob_random_from(round);
        ObLabStep steps[OB_LAB_STEPS_MAX], again[OB_LAB_STEPS_MAX];
        uint8_t bytes[BYTES], own[OB_LAB_STEPS_MAX * OB_LAB_STEP_BYTES_MAX];
        size_t size = ob_random_below(&random, BYTES), count;

        for (size_t i = 0; i < size; i++) {
            bytes[i] = (uint8_t)ob_random(&random);
        }
        count = ob_lab_steps_decode(bytes, size, steps, OB_LAB_STEPS_MAX);
        g_assert_true((count > 0) == (size > 0));
        size = ob_lab_steps_encode(steps, count, own, sizeof(own));
        g_assert_cmpuint(ob_lab_steps_decode(own, size, again, OB_LAB_STEPS_MAX), ==, count);
        for (size_t i = 0; i < count; i++) {
            assert_same(&steps[i], &again[i]);
        }
    }
}

static void test_compact(void)
{
    const ObLabStep steps[] = {
        { .op = OB_LAB_STORE, .target = 1, .width = 2, .offset = 4, .value = 0x11223344 },
        { .op = OB_LAB_LOAD, .width = 3, .offset = 0x80 },
        { .op = OB_LAB_CLOCK, .value = 1000 },
        { .op = OB_LAB_RESET },
    };
    const uint8_t expected[] = { 0x20, 1,    4,    0x44, 0x33, 0x22, 0x11, 0x31,
                                 0,    0x80, 0x01, 0x06, 0xe8, 0x07, 0x08 };
    uint8_t bytes[64];
    size_t size = ob_lab_steps_encode(steps, G_N_ELEMENTS(steps), bytes, sizeof(bytes));

    g_assert_cmpmem(bytes, size, expected, sizeof(expected));
}

/* Missing bytes are zeros. */
static void test_cut(void)
{
    const uint8_t bytes[] = { 0x20, 1, 4, 0x44 };
    const ObLabStep expected = {
        .op = OB_LAB_STORE, .target = 1, .width = 2, .offset = 4, .value = 0x44
    };
    ObLabStep step;

    g_assert_cmpuint(ob_lab_steps_decode(bytes, sizeof(bytes), &step, 1), ==, 1);
    assert_same(&step, &expected);
}

/* Only whole steps are written. */
static void test_no_room(void)
{
    const ObLabStep steps[] = { { .op = OB_LAB_RESET }, { .op = OB_LAB_LOAD }, { 0 } };
    uint8_t bytes[3];

    g_assert_cmpuint(ob_lab_steps_encode(steps, 3, bytes, 3), ==, 1);
}

/* ------------------------------------------------------------------------- minimising */

/* Broken by a store of bit 4 to offset 8, and a move later. */
static bool breaks(void *opaque, const ObLabStep *steps, size_t count)
{
    bool stored = false;

    (*(uint32_t *)opaque)++;
    for (size_t i = 0; i < count; i++) {
        stored |= steps[i].op == OB_LAB_STORE && steps[i].offset == 8 && (steps[i].value & 0x10);
        if (steps[i].op == OB_LAB_MOVE && stored) {
            return true;
        }
    }
    return false;
}

static size_t noise_make(ObLabStep *steps)
{
    ObRandom random = ob_random_from(7);

    for (size_t i = 0; i < 60; i++) {
        steps[i] = (ObLabStep) { .op = OB_LAB_STORE,
                                 .width = 2,
                                 .offset = 4 * (i % 5),
                                 .value = (uint32_t)ob_random(&random) };
    }
    steps[60] = (ObLabStep) { .op = OB_LAB_MOVE };
    return 61;
}

static void test_fewest_steps(void)
{
    const ObLabStep store = { .op = OB_LAB_STORE, .width = 2, .offset = 8, .value = 0x10 };
    const ObLabStep move = { .op = OB_LAB_MOVE };
    ObLabStep steps[OB_LAB_STEPS_MAX];
    uint32_t calls = 0, tries;
    size_t count = noise_make(steps);

    g_assert_true(breaks(&calls, steps, count));
    calls = 0;
    g_assert_cmpuint(ob_lab_minimise(steps, count, breaks, &calls, &tries), ==, 2);
    g_assert_cmpuint(tries, ==, calls);
    assert_same(&steps[0], &store);
    assert_same(&steps[1], &move);
}

static void test_one_result(void)
{
    ObLabStep first[OB_LAB_STEPS_MAX], second[OB_LAB_STEPS_MAX];
    uint32_t calls = 0, first_tries, second_tries;
    size_t count;

    count = ob_lab_minimise(first, noise_make(first), breaks, &calls, &first_tries);
    g_assert_cmpuint(ob_lab_minimise(second, noise_make(second), breaks, &calls, &second_tries), ==,
                     count);
    g_assert_cmpuint(first_tries, ==, second_tries);
    for (size_t i = 0; i < count; i++) {
        assert_same(&first[i], &second[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lab/steps/any-bytes-are-steps", test_any_bytes);
    g_test_add_func("/lab/steps/few-bytes", test_compact);
    g_test_add_func("/lab/steps/cut-off-bytes-are-zeros", test_cut);
    g_test_add_func("/lab/steps/whole-steps-only", test_no_room);
    g_test_add_func("/lab/minimise/fewest-and-plainest", test_fewest_steps);
    g_test_add_func("/lab/minimise/one-result", test_one_result);
    return g_test_run();
}
