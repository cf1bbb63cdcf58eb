/* SPDX-License-Identifier: GPL-2.0-or-later */
/* States with parts, zeros and numbers whose bits are fixed: hw-api/host/run/state-walk.c and others. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/tests/hw-api/state-text.h"

typedef struct Clock {
    HwDevice dev;
    uint8_t kind;
    uint16_t hands[2];
    uint32_t alarm;
    uint32_t options;
    uint16_t moon; /* with option 4 */
    uint8_t spring;
    uint32_t chimes;
    uint8_t chime[3][2];
    uint8_t last;
    uint8_t tower;
} Clock;

static GString *calls;

static bool alarm_needed(HwDevice *dev)
{
    return HW_DEVICE(Clock, dev)->alarm != 0;
}

static bool works_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)dev, (void)error;
    g_string_append_printf(calls, "works(v%u) ", version);
    return true;
}

static void works_pre_save(HwDevice *dev)
{
    HW_DEVICE(Clock, dev)->spring++;
}

static bool clock_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)dev, (void)error;
    g_string_append_printf(calls, "clock(v%u) ", version);
    return true;
}

/* clang-format off */
static const HwState spring_state = {
    .name = "spring", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Clock, spring)),
    .pre_save = works_pre_save,
};

static const HwState works_state = {
    .name = "works", .version = 4, .minimum_version = 4,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Clock, hands)),
    .post_load = works_post_load,
    .subsections = HW_ROWS(HwState,
        { .name = "works/alarm", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField,
              HW_SAVED(Clock, alarm), HW_SAVED_PART("spring", &spring_state)),
          .needed = alarm_needed }),
};

static const HwState clock_state = {
    .name = "clock", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED_FIXED("kind", Clock, kind, 0xf0, 0x10), HW_SAVED_ZEROS("face", 3),
        HW_SAVED_PART("works", &works_state), HW_SAVED_RUNS("chimes", Clock, chimes, chime),
        HW_SAVED(Clock, last)),
    .post_load = clock_post_load,
};

static const HwState tower_state = {
    .name = "tower", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Clock, options), HW_SAVED_PART("clock", &clock_state),
        HW_SAVED_GIVEN("moon", Clock, moon, options, 4), HW_SAVED_AS("tower", Clock, tower, 0)),
};

static const HwClass tower_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "tower", .instance_size = sizeof(Clock),
               .state = &tower_state },
    .original = &tower_class.table,
};

static const HwClass clock_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "clock", .instance_size = sizeof(Clock),
               .state = &clock_state },
    .original = &clock_class.table,
};

#define HEAD "\x15" "\0\0\0" "\x01\x02\x03\x04"
#define TAIL "\0\0\0\2" "abcd" "\x33"
#define ALARM "\x05\x0bworks/alarm\0\0\0\1" "\0\0\0\x09" "\x07"
/* clang-format on */
#define PLAIN_SIZE 17
#define ALARM_SIZE 22

static const HwHost no_host = { .abi = HW_ABI(HwHost), .name = "test" };

typedef struct Fixture {
    HwInstance *instance;
    Clock *clock;
    char text[256];
    HwError error;
} Fixture;

static void set_up(Fixture *f, gconstpointer unused)
{
    (void)unused;
    calls = g_string_new(NULL);
    f->instance = hw_instance_new(&no_host, &clock_class, NULL, NULL);
    f->clock = HW_DEVICE(Clock, f->instance->dev);
    f->clock->kind = 0x15;
    f->clock->spring = 40;
    f->text[0] = 0;
    f->error = (HwError) { .text = f->text, .capacity = sizeof(f->text) };
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    (void)unused;
    hw_instance_free(f->instance);
    g_string_free(calls, TRUE);
}

static bool load(Fixture *f, const void *bytes, size_t size)
{
    g_autofree uint8_t *copy = g_memdup2(bytes, size);

    return hw_state_load(f->instance, 1, copy, size, &f->error);
}

static void assert_refused(Fixture *f, const void *bytes, size_t size, const char *sentence)
{
    g_autofree uint8_t *before = g_memdup2(f->clock, sizeof(*f->clock));

    g_assert_false(load(f, bytes, size));
    g_assert_cmpstr(f->text, ==, sentence);
    g_assert_cmpmem(f->clock, sizeof(*f->clock), before, sizeof(*f->clock));
}

/* -------------------------------------------------------------------- saving */

static void test_save(Fixture *f, gconstpointer unused)
{
    (void)unused;
    f->clock->chimes = 1;
    memcpy(f->clock->chime, "xyz", 3);
    state_assert_saved(
        f->instance, true,
        "kind:uint8[1]=15 face:unused_buffer[1]=000000 {works "
        "hands:uint16[2]=00000000 / chimes:GByteArray[1]=000000017879 last:uint8[1]=00 ");
    g_assert_cmpuint(f->clock->spring, ==, 40);
    f->clock->alarm = 9;
    state_assert_saved(
        f->instance, true,
        "kind:uint8[1]=15 face:unused_buffer[1]=000000 {works "
        "hands:uint16[2]=00000000 <works/alarm> alarm:uint32[1]=00000009 {spring "
        "spring:uint8[1]=29 / / / chimes:GByteArray[1]=000000017879 last:uint8[1]=00 ");
    state_assert_saved(f->instance, false,
                       "kind:uint8[1]=15 face:unused_buffer[1]=000000 "
                       "hands:uint16[2]=00000000 <works/alarm> alarm:uint32[1]=00000009 "
                       "spring:uint8[1]=2a / chimes:GByteArray[1]=000000017879 last:uint8[1]=00 ");
}

/* ------------------------------------------------------------------- loading */

static void test_load(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(load(f, HEAD ALARM TAIL, PLAIN_SIZE + ALARM_SIZE));
    g_assert_cmphex(f->clock->kind, ==, 0x15);
    g_assert_cmphex(f->clock->hands[0], ==, 0x102);
    g_assert_cmphex(f->clock->hands[1], ==, 0x304);
    g_assert_cmphex(f->clock->alarm, ==, 9);
    g_assert_cmphex(f->clock->spring, ==, 7);
    g_assert_cmpuint(f->clock->chimes, ==, 2);
    g_assert_cmpmem(f->clock->chime, 4, "abcd", 4);
    g_assert_cmphex(f->clock->last, ==, 0x33);
    g_assert_cmpstr(calls->str, ==, "works(v4) clock(v1) ");
}

static void test_load_without_subsection(Fixture *f, gconstpointer unused)
{
    (void)unused;
    f->clock->alarm = 5;
    g_assert_true(load(f, HEAD TAIL, PLAIN_SIZE));
    g_assert_cmphex(f->clock->alarm, ==, 0);
    g_assert_cmphex(f->clock->spring, ==, 0);
    g_assert_cmphex(f->clock->last, ==, 0x33);
}

static void test_load_any_for_zeros(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(load(f,
                       "\x1f"
                       "abc"
                       "\x01\x02\x03\x04" TAIL,
                       PLAIN_SIZE));
    g_assert_cmphex(f->clock->kind, ==, 0x1f);
    g_assert_cmphex(f->clock->hands[0], ==, 0x102);
}

static void test_rollback(Fixture *f, gconstpointer unused)
{
    HwStateLoad *loading;

    (void)unused;
    f->clock->hands[1] = 8;
    f->clock->alarm = 5;
    loading = hw_state_load_prepare(f->instance, 1, (const uint8_t *)HEAD TAIL, PLAIN_SIZE,
                                    &f->error);
    g_assert_true(hw_state_load_commit(loading, &f->error));
    g_assert_cmpuint(f->clock->hands[1], ==, 0x304);
    hw_state_load_rollback(loading);
    hw_state_load_free(loading);
    g_assert_cmpuint(f->clock->hands[1], ==, 8);
    g_assert_cmpuint(f->clock->alarm, ==, 5);
    g_assert_cmpuint(f->clock->spring, ==, 40);
}

/* The length of a stream may follow from the number, so nothing after it is looked at. */
static void test_fixed(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, "\x25", 1, "Failed to load clock:kind: 0x25, expected 0x10 in the bits 0xf0");
    assert_refused(f,
                   "\x01"
                   "abc"
                   "\x01\x02\x03\x04" TAIL,
                   PLAIN_SIZE, "Failed to load clock:kind: 0x1, expected 0x10 in the bits 0xf0");
}

static void test_cut_everywhere(Fixture *f, gconstpointer unused)
{
    (void)unused;
    for (size_t cut = 0; cut < PLAIN_SIZE + ALARM_SIZE; cut++) {
        g_assert_false(load(f, HEAD ALARM TAIL, cut));
    }
    assert_refused(f, HEAD, 7, "Failed to load works:hands: 7 bytes, expected 8 or more");
    assert_refused(f, HEAD, 8, "Failed to load clock:chimes: 8 bytes, expected 12 or more");
    assert_refused(f, HEAD TAIL, 13, "Failed to load clock:chimes: 13 bytes, expected 16 or more");
}

static void test_too_many(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f,
                   HEAD "\0\0\0\4"
                        "abcdefgh"
                        "\x33",
                   21, "Failed to load clock:chimes: 4 runs of bytes, expected at most 3");
}

static void test_unknown_subsection(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f,
                   HEAD "\x05\x0bworks/chime\0\0\0\1"
                        "\0" TAIL,
                   PLAIN_SIZE + 18, "works: unknown subsection 'works/chime'");
}

static void test_measure(Fixture *f, gconstpointer unused)
{
    const char *bytes = HEAD ALARM TAIL "\x7e";

    (void)f;
    (void)unused;
    state_assert_measured(&clock_state, 1, bytes, PLAIN_SIZE + ALARM_SIZE);
}

static void tower_set_up(Fixture *f, gconstpointer unused)
{
    set_up(f, unused);
    hw_instance_free(f->instance);
    f->instance = hw_instance_new(&no_host, &tower_class, NULL, NULL);
    f->clock = HW_DEVICE(Clock, f->instance->dev);
    f->clock->kind = 0x15;
}

#define TOWER_SIZE (4 + PLAIN_SIZE)

static void test_given(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(load(f,
                       "\0\0\0\6" HEAD TAIL "\x12\x34"
                       "T",
                       TOWER_SIZE + 3));
    g_assert_cmphex(f->clock->moon, ==, 0x1234);
    g_assert_cmphex(f->clock->tower, ==, 'T');
    g_assert_true(load(f, "\0\0\0\3" HEAD TAIL "U", TOWER_SIZE + 1));
    g_assert_cmphex(f->clock->moon, ==, 0);
    g_assert_cmphex(f->clock->tower, ==, 'U');
    assert_refused(f, "\0\0\0\4" HEAD TAIL "V", TOWER_SIZE + 1,
                   "Failed to load tower:moon: 22 bytes, expected 23 or more");
    assert_refused(f,
                   "\0\0\0\1" HEAD TAIL "\x12\x34"
                   "V",
                   TOWER_SIZE + 3, "tower: 24 bytes, expected 22");
}

static void test_given_saved(Fixture *f, gconstpointer unused)
{
    (void)unused;
    f->clock->moon = 0x1234;
    state_assert_saved(f->instance, false,
                       "options:uint32[1]=00000000 kind:uint8[1]=15 face:unused_buffer[1]=000000 "
                       "hands:uint16[2]=00000000 chimes:GByteArray[1]=00000000 last:uint8[1]=00 "
                       "tower:uint8[1]=00 ");
    f->clock->options = 4;
    state_assert_saved(f->instance, false,
                       "options:uint32[1]=00000004 kind:uint8[1]=15 face:unused_buffer[1]=000000 "
                       "hands:uint16[2]=00000000 chimes:GByteArray[1]=00000000 last:uint8[1]=00 "
                       "moon:uint16[1]=1234 tower:uint8[1]=00 ");
}

static void test_given_measured(Fixture *f, gconstpointer unused)
{
    const char *bytes = "\0\0\0\4" HEAD TAIL "\x12\x34"
                        "T"
                        "\x7e";

    (void)f;
    (void)unused;
    state_assert_measured(&tower_state, 1, bytes, TOWER_SIZE + 3);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *f, gconstpointer unused);
    } tests[] = {
        { "/state-parts/saved-among-the-fields", test_save },
        { "/state-parts/loaded-among-the-fields", test_load },
        { "/state-parts/zero-in-a-subsection-that-does-not-come", test_load_without_subsection },
        { "/state-parts/zeros-load-from-any-bytes", test_load_any_for_zeros },
        { "/state-parts/rollback-brings-parts-back", test_rollback },
        { "/state-parts/refused/fixed-bits-differ", test_fixed },
        { "/state-parts/refused/cut-at-any-byte", test_cut_everywhere },
        { "/state-parts/refused/more-runs-of-bytes-than-fit", test_too_many },
        { "/state-parts/refused/subsection-unknown", test_unknown_subsection },
        { "/state-parts/measure-asks-for-one-byte-past-the-payload", test_measure },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    g_test_add("/state-parts/given-fields-load-if-the-number-says", Fixture, NULL, tower_set_up,
               test_given, tear_down);
    g_test_add("/state-parts/given-fields-are-saved-if-the-number-says", Fixture, NULL,
               tower_set_up, test_given_saved, tear_down);
    g_test_add("/state-parts/given-fields-are-measured", Fixture, NULL, tower_set_up,
               test_given_measured, tear_down);
    return g_test_run();
}
