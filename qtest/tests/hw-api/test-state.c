/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/run/state.c and state-load.c: states are encoded, checked, loaded or refused. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/tests/hw-api/state-text.h"

typedef struct Gauge {
    HwDevice dev;
    uint32_t words[2];
    uint8_t bytes[3];
    uint16_t small;
    uint64_t late;
    uint32_t chunk;
    uint8_t inner;
    bool chunk_used;
    struct {
        uint32_t length;
        uint8_t bytes[4];
    } blob;
    uint8_t after;
} Gauge;

static GString *calls;
static uint32_t refused_word; /* post_load refuses this value of words[0]; 0: none */
static bool chunk_refuses;

static void gauge_pre_save(HwDevice *dev)
{
    g_string_append(calls, "pre_save ");
    HW_DEVICE(Gauge, dev)->small++;
}

static bool gauge_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    Gauge *s = HW_DEVICE(Gauge, dev);

    g_string_append_printf(calls, "post_load(v%u,%x) ", version, s->words[0]);
    s->late = version < 3 ? 33 : s->late;
    return s->words[0] != refused_word || !refused_word ||
           hw_error_set(error, "gauge: words[0] is %u", s->words[0]);
}

static void gauge_loaded(HwDevice *dev)
{
    g_string_append_printf(calls, "loaded(%x) ", HW_DEVICE(Gauge, dev)->words[0]);
}

static void gauge_load_undone(HwDevice *dev)
{
    g_string_append_printf(calls, "undone(%x) ", HW_DEVICE(Gauge, dev)->words[0]);
}

static bool chunk_needed(HwDevice *dev)
{
    return HW_DEVICE(Gauge, dev)->chunk_used;
}

static bool blob_needed(HwDevice *dev)
{
    return HW_DEVICE(Gauge, dev)->blob.length > 0;
}

static bool chunk_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)dev;
    g_string_append_printf(calls, "chunk(v%u) ", version);
    return !chunk_refuses || hw_error_set(error, "chunk: no");
}

static bool inner_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)dev;
    (void)version;
    (void)error;
    g_string_append(calls, "inner ");
    return true;
}

/* clang-format off */
static const HwState gauge_state = {
    .name = "gauge", .version = 3, .minimum_version = 2,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Gauge, words), HW_SAVED(Gauge, bytes), HW_SAVED(Gauge, small),
        HW_SAVED_SINCE(Gauge, late, 3)),
    .pre_save = gauge_pre_save,
    .post_load = gauge_post_load,
    .subsections = HW_ROWS(HwState,
        { .name = "gauge/chunk", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED(Gauge, chunk)),
          .needed = chunk_needed, .post_load = chunk_post_load,
          .subsections = HW_ROWS(HwState,
              { .name = "gauge/chunk/inner",
                .fields = HW_ROWS(HwStateField, HW_SAVED(Gauge, inner)),
                .post_load = inner_post_load }) },
        { .name = "gauge/blob", .version = 0, .minimum_version = 0,
          .fields = HW_ROWS(HwStateField,
              HW_SAVED_BYTES("blob", Gauge, blob.length, blob.bytes),
              HW_SAVED(Gauge, after)),
          .needed = blob_needed }),
};

static const HwClass gauge_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "gauge", .instance_size = sizeof(Gauge),
               .state = &gauge_state, .loaded = gauge_loaded,
               .load_undone = gauge_load_undone },
    .original = &gauge_class.table,
};
/* clang-format on */

static const HwHost no_host = { .abi = HW_ABI(HwHost), .name = "test" };

/* clang-format off */
#define FIELDS "\x01\x02\x03\x04\x05\x06\x07\x08" "abc" "\x12\x34" "\x11\x22\x33\x44\x55\x66\x77\x88"
#define FIELDS_SIZE 21
#define OLD_SIZE 13                 /* size without `late` */
#define CHUNK "\x05\x0bgauge/chunk\0\0\0\1" "\xca\xfe\xba\xbe"
#define CHUNK_SIZE 21
#define INNER "\x05\x11gauge/chunk/inner\0\0\0\0" "\x99"
#define INNER_SIZE 24

#define BLOB(length, bytes) "\x05\x0agauge/blob\0\0\0\0" "\0\0\0" length bytes
/* clang-format on */
#define BLOB_SIZE 20 /* size without bytes and the fields after them */

typedef struct Fixture {
    HwInstance *instance;
    Gauge *gauge;
    char text[256];
    HwError error;
} Fixture;

static void set_up(Fixture *f, gconstpointer unused)
{
    (void)unused;
    calls = g_string_new(NULL);
    refused_word = 0;
    chunk_refuses = false;
    f->instance = hw_instance_new(&no_host, &gauge_class, NULL, NULL);
    f->gauge = HW_DEVICE(Gauge, f->instance->dev);
    f->gauge->words[0] = 0xaaaa;
    f->gauge->late = 7;
    f->text[0] = 0;
    f->error = (HwError) { .text = f->text, .capacity = sizeof(f->text) };
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    (void)unused;
    hw_instance_free(f->instance);
    g_string_free(calls, TRUE);
}

static bool load(Fixture *f, uint32_t version, const void *bytes, size_t size)
{
    /* A copy of exactly this size: the sanitizer sees reads past its end. */
    g_autofree uint8_t *copy = g_memdup2(bytes, size);

    return hw_state_load(f->instance, version, copy, size, &f->error);
}

static void assert_refused(Fixture *f, uint32_t version, const void *bytes, size_t size,
                           const char *sentence)
{
    g_autofree uint8_t *before = g_memdup2(f->gauge, sizeof(*f->gauge));

    g_assert_false(load(f, version, bytes, size));
    g_assert_cmpstr(f->text, ==, sentence);
    g_assert_cmpmem(f->gauge, sizeof(*f->gauge), before, sizeof(*f->gauge));
}

static void test_load_of_no_state(Fixture *f, gconstpointer unused)
{
    static const HwClass bare_class = {
        .table = { .abi = HW_ABI(HwDeviceClass), .name = "bare", .instance_size = sizeof(Gauge) },
        .original = &bare_class.table,
    };
    HwInstance *bare = hw_instance_new(&no_host, &bare_class, NULL, NULL);

    (void)unused;
    g_assert_null(hw_state_load_prepare(bare, 1, (const uint8_t *)"12", 2, &f->error));
    g_assert_cmpstr(f->text, ==, "bare: 2 bytes of state came, expected none");
    hw_instance_free(bare);
}

/* -------------------------------------------------------------------- saving */

static void test_save_order(Fixture *f, gconstpointer unused)
{
    (void)unused;
    state_assert_saved(
        f->instance, false,
        "words:uint32[2]=0000aaaa00000000 bytes:uint8[3]=000000 small:uint16[1]=0001 "
        "late:uint64[1]=0000000000000007 ");
    g_assert_cmpstr(calls->str, ==, "pre_save ");
}

static void test_save_needed(Fixture *f, gconstpointer unused)
{
    (void)unused;
    f->gauge->chunk_used = true;
    f->gauge->chunk = 0xcafe;
    state_assert_saved(
        f->instance, false,
        "words:uint32[2]=0000aaaa00000000 bytes:uint8[3]=000000 small:uint16[1]=0001 "
        "late:uint64[1]=0000000000000007 <gauge/chunk> chunk:uint32[1]=0000cafe "
        "<gauge/chunk/inner> inner:uint8[1]=00 / / ");
}

static void test_save_bytes(Fixture *f, gconstpointer unused)
{
    (void)unused;
    memcpy(f->gauge->blob.bytes, "abcd", 4);
    f->gauge->blob.length = 3;
    f->gauge->after = 0x77;
    state_assert_saved(
        f->instance, false,
        "words:uint32[2]=0000aaaa00000000 bytes:uint8[3]=000000 small:uint16[1]=0001 "
        "late:uint64[1]=0000000000000007 "
        "<gauge/blob> blob:GByteArray[1]=00000003616263 after:uint8[1]=77 / ");
}

/* ------------------------------------------------------------------- loading */

static void test_load(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(load(f, 3, FIELDS, FIELDS_SIZE));
    g_assert_cmphex(f->gauge->words[0], ==, 0x01020304);
    g_assert_cmphex(f->gauge->words[1], ==, 0x05060708);
    g_assert_cmpmem(f->gauge->bytes, 3, "abc", 3);
    g_assert_cmphex(f->gauge->small, ==, 0x1234);
    g_assert_cmphex(f->gauge->late, ==, 0x1122334455667788);
    g_assert_cmpstr(calls->str, ==, "post_load(v3,1020304) loaded(1020304) ");
}

static void test_load_since(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(load(f, 2, FIELDS, OLD_SIZE));
    g_assert_cmphex(f->gauge->small, ==, 0x1234);
    g_assert_cmphex(f->gauge->late, ==, 33);
    g_assert_cmpstr(calls->str, ==, "post_load(v2,1020304) loaded(1020304) ");
}

static void test_load_subsections(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(load(f, 3, FIELDS CHUNK INNER, FIELDS_SIZE + CHUNK_SIZE + INNER_SIZE));
    g_assert_cmphex(f->gauge->chunk, ==, 0xcafebabe);
    g_assert_cmphex(f->gauge->inner, ==, 0x99);
    g_assert_cmpstr(calls->str, ==, "inner chunk(v1) post_load(v3,1020304) loaded(1020304) ");
}

static void test_load_without_subsections(Fixture *f, gconstpointer unused)
{
    (void)unused;
    f->gauge->chunk = 5;
    f->gauge->inner = 6;
    f->gauge->blob.length = 2;
    f->gauge->after = 7;
    g_assert_true(load(f, 3, FIELDS CHUNK, FIELDS_SIZE + CHUNK_SIZE));
    g_assert_cmphex(f->gauge->chunk, ==, 0xcafebabe);
    g_assert_cmphex(f->gauge->inner, ==, 0);
    g_assert_cmphex(f->gauge->blob.length, ==, 0);
    g_assert_cmphex(f->gauge->after, ==, 0);
}

static void test_too_new(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 4, FIELDS, FIELDS_SIZE, "savevm: unsupported version 4 for 'gauge' v3");
}

static void test_too_old(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 1, FIELDS, FIELDS_SIZE,
                   "gauge: incoming version_id 1 is too old for local minimum version_id 2");
}

static void test_subsection_too_new(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3,
                   FIELDS "\x05\x0bgauge/chunk\0\0\0\2"
                          "abcd",
                   FIELDS_SIZE + CHUNK_SIZE,
                   "gauge/chunk: incoming version_id 2 is too new for local version_id 1");
}

static void test_subsection_unknown(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3,
                   FIELDS "\x05\x0bgauge/chunx\0\0\0\1"
                          "abcd",
                   FIELDS_SIZE + CHUNK_SIZE, "gauge: unknown subsection 'gauge/chunx'");
}

static void test_subsection_twice(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3, FIELDS CHUNK CHUNK, FIELDS_SIZE + 2 * CHUNK_SIZE,
                   "gauge: subsection 'gauge/chunk' comes twice");
}

static void test_subsection_foreign(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3,
                   FIELDS "\x05\x0bother/chunk\0\0\0\1"
                          "abcd",
                   FIELDS_SIZE + CHUNK_SIZE, "gauge: 42 bytes, expected 21");
}

static void test_cut(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3, FIELDS, 10, "Failed to load gauge:bytes: 10 bytes, expected 11 or more");
}

static void test_cut_everywhere(Fixture *f, gconstpointer unused)
{
    const char *bytes = FIELDS CHUNK INNER;
    const size_t size = FIELDS_SIZE + CHUNK_SIZE + INNER_SIZE;

    (void)unused;
    for (size_t cut = 0; cut < size; cut++) {
        bool whole = cut == FIELDS_SIZE || cut == FIELDS_SIZE + CHUNK_SIZE;

        g_assert_cmpint(load(f, 3, bytes, cut), ==, whole);
    }
}

static void test_surplus(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3, FIELDS "x", FIELDS_SIZE + 1, "gauge: 22 bytes, expected 21");
}

static void assert_loads_bytes(Fixture *f, const char *payload, const char *bytes)
{
    size_t length = strlen(bytes);

    g_assert_true(load(f, 3, payload, FIELDS_SIZE + BLOB_SIZE + length + 1));
    g_assert_cmpuint(f->gauge->blob.length, ==, length);
    g_assert_cmpmem(f->gauge->blob.bytes, length, bytes, length);
    g_assert_cmphex(f->gauge->after, ==, 'z');
}

static void test_load_bytes(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_loads_bytes(f, FIELDS BLOB("\2", "abz"), "ab");
    assert_loads_bytes(f, FIELDS BLOB("\4", "abcdz"), "abcd");
    assert_loads_bytes(f, FIELDS BLOB("\0", "z"), "");
}

static void test_too_many_bytes(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3, FIELDS BLOB("\5", "abcdez"), FIELDS_SIZE + BLOB_SIZE + 6,
                   "Failed to load gauge/blob:blob: 5 bytes, expected at most 4");
}

static void test_missing_bytes(Fixture *f, gconstpointer unused)
{
    (void)unused;
    assert_refused(f, 3, FIELDS BLOB("\4", "ab"), FIELDS_SIZE + BLOB_SIZE + 2,
                   "Failed to load gauge/blob:blob: 43 bytes, expected 45 or more");
    assert_refused(f, 3, FIELDS BLOB("\4", ""), FIELDS_SIZE + BLOB_SIZE - 1,
                   "Failed to load gauge/blob:blob: 40 bytes, expected 41 or more");
}

static void test_post_load_refuses(Fixture *f, gconstpointer unused)
{
    (void)unused;
    refused_word = 0x01020304;
    assert_refused(f, 3, FIELDS, FIELDS_SIZE, "gauge: words[0] is 16909060");
    g_assert_cmpstr(calls->str, ==, "post_load(v3,1020304) ");
}

static void test_subsection_post_load_refuses(Fixture *f, gconstpointer unused)
{
    (void)unused;
    chunk_refuses = true;
    assert_refused(f, 3, FIELDS CHUNK, FIELDS_SIZE + CHUNK_SIZE, "chunk: no");
    g_assert_cmpstr(calls->str, ==, "chunk(v1) ");
}

static void test_prepare_changes_nothing(Fixture *f, gconstpointer unused)
{
    HwStateLoad *prepared;

    (void)unused;
    prepared = hw_state_load_prepare(f->instance, 3, (const uint8_t *)FIELDS, FIELDS_SIZE,
                                     &f->error);
    g_assert_nonnull(prepared);
    g_assert_cmphex(f->gauge->words[0], ==, 0xaaaa);
    g_assert_cmpstr(calls->str, ==, "");
    hw_state_load_free(prepared);
}

static HwStateLoad *committed(Fixture *f, uint32_t version, const char *bytes, size_t size)
{
    HwStateLoad *load = hw_state_load_prepare(f->instance, version, (const uint8_t *)bytes, size,
                                              &f->error);

    g_assert_nonnull(load);
    g_assert_true(hw_state_load_commit(load, &f->error));
    return load;
}

static void test_rollback(Fixture *f, gconstpointer unused)
{
    HwStateLoad *load;

    (void)unused;
    f->gauge->chunk = 5;
    load = committed(f, 3, FIELDS, FIELDS_SIZE);
    hw_state_load_rollback(load);
    g_assert_cmphex(f->gauge->words[0], ==, 0xaaaa);
    g_assert_cmphex(f->gauge->late, ==, 7);
    g_assert_cmphex(f->gauge->chunk, ==, 5);
    hw_state_load_rollback(load);
    hw_state_load_accept(load);
    g_assert_cmpstr(calls->str, ==, "post_load(v3,1020304) undone(aaaa) ");
    hw_state_load_free(load);
}

/* `late`, which the stream lacks, was changed by post_load. */
static void test_rollback_of_what_did_not_come(Fixture *f, gconstpointer unused)
{
    HwStateLoad *load;

    (void)unused;
    load = committed(f, 2, FIELDS, OLD_SIZE);
    g_assert_cmphex(f->gauge->late, ==, 33);
    hw_state_load_rollback(load);
    g_assert_cmphex(f->gauge->late, ==, 7);
    hw_state_load_free(load);
}

static void test_accept(Fixture *f, gconstpointer unused)
{
    HwStateLoad *load;

    (void)unused;
    load = committed(f, 3, FIELDS, FIELDS_SIZE);
    g_assert_cmpstr(calls->str, ==, "post_load(v3,1020304) ");
    hw_state_load_accept(load);
    hw_state_load_accept(load);
    hw_state_load_rollback(load);
    g_assert_cmpstr(calls->str, ==, "post_load(v3,1020304) loaded(1020304) ");
    hw_state_load_free(load);
}

/* ----------------------------------------------------------------- measuring */

static void test_measure(Fixture *f, gconstpointer unused)
{
    const char *bytes = FIELDS CHUNK INNER "\x7e";

    (void)f;
    (void)unused;
    state_assert_measured(&gauge_state, 3, bytes, FIELDS_SIZE + CHUNK_SIZE + INNER_SIZE);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *f, gconstpointer unused);
    } tests[] = {
        { "/state/save/fields-in-order-after-pre-save", test_save_order },
        { "/state/save/subsections-that-are-needed", test_save_needed },
        { "/state/save/bytes-with-their-length", test_save_bytes },
        { "/state/load/fields-then-post-load", test_load },
        { "/state/load/older-version-lacks-newer-fields", test_load_since },
        { "/state/load/subsections-come-before-the-state", test_load_subsections },
        { "/state/load/subsections-that-do-not-come-are-zero", test_load_without_subsections },
        { "/state/load/bytes-of-any-length-that-fits", test_load_bytes },
        { "/state/refused/device-without-state", test_load_of_no_state },
        { "/state/refused/version-too-new", test_too_new },
        { "/state/refused/version-too-old", test_too_old },
        { "/state/refused/subsection-too-new", test_subsection_too_new },
        { "/state/refused/subsection-unknown", test_subsection_unknown },
        { "/state/refused/subsection-twice", test_subsection_twice },
        { "/state/refused/subsection-of-another-device", test_subsection_foreign },
        { "/state/refused/cut-in-a-field", test_cut },
        { "/state/refused/cut-at-any-byte", test_cut_everywhere },
        { "/state/refused/bytes-after-the-fields", test_surplus },
        { "/state/refused/more-bytes-than-fit", test_too_many_bytes },
        { "/state/refused/fewer-bytes-than-their-length", test_missing_bytes },
        { "/state/refused/post-load-brings-old-values-back", test_post_load_refuses },
        { "/state/refused/subsection-post-load-brings-old-values-back",
          test_subsection_post_load_refuses },
        { "/state/prepare/changes-nothing", test_prepare_changes_nothing },
        { "/state/rollback/old-values-are-back-in-load-undone", test_rollback },
        { "/state/rollback/also-of-fields-that-did-not-come", test_rollback_of_what_did_not_come },
        { "/state/accept/calls-loaded-once", test_accept },
        { "/state/measure/asks-for-one-byte-past-the-payload", test_measure },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    return g_test_run();
}
