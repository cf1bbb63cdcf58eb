/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams that are cut, too long, or damaged in any place: none crashes the program. */
#include <string.h>

#include "qtest/tests/stream/toy-reader.h"

static void assert_cut_everywhere(ToyReader *f, bool known, size_t end)
{
    for (size_t size = 0; size < f->stream->len; size++) {
        /* A copy of exactly this size, so that the sanitizer sees reads past its end. */
        g_autofree uint8_t *bytes = g_memdup2(f->stream->data, size);

        reader_renew(f);
        if (known) {
            know_all(f);
        }
        ob_vm_reader_feed(f->reader, bytes, size);
        g_assert_cmpint(ob_vm_reader_finish(f->reader), ==, size >= end);
        g_assert_cmpint(f->ended, ==, size >= end);
        g_assert_cmpuint(ob_vm_reader_refusal(f->reader)->offset, <=, size);
        if (size == RAM + 4096) {
            size += 3500; /* all cuts within a page have the same effect */
        }
    }
}

static void test_cut(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    assert_cut_everywhere(f, false, f->stream->len);
}

static void test_cut_known(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    assert_cut_everywhere(f, true, beta_at(f) + 2 * BETA_SIZE + 1);
}

static void test_cut_sentence_ram(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    g_byte_array_set_size(f->stream, 1000);
    toy_refused(f, OB_VM_TRUNCATED,
                "error while loading state section id 2(ram): Input/output "
                "error: the stream ends here, after 853 of 4096 bytes (section 'ram' 0, bytes "
                "of a page, byte 1000)");
    g_assert_cmpint(ob_vm_reader_refusal(f->reader)->error, ==, 5);
}

static void test_cut_sentence_device(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    know_all(f);
    g_byte_array_set_size(f->stream, (guint)(alpha_at(f) + 30));
    toy_refused(f, OB_VM_TRUNCATED,
                "error while loading state for instance 0x0 of device "
                "'alpha': Input/output error: the stream ends here, after 11 of 17 bytes "
                "(section 'alpha' 0, payload, byte 8447)");
}

static void test_garbage_after_end(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    without_description(f);
    know_all(f);
    g_byte_array_append(f->stream, (const uint8_t *)"\x99garbage", 8);
    g_assert_true(read_all(f));
    g_assert_cmpstr(ob_vm_reader_warning(f->reader), ==,
                    "Expected vmdescription section, but got 153");
}

static void test_garbage_after_description(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    g_byte_array_append(f->stream, (const uint8_t *)"garbage", 7);
    g_assert_true(read_all(f));
    g_assert_null(ob_vm_reader_warning(f->reader));
}

static void test_endless(ToyReader *f, gconstpointer unused)
{
    static const uint8_t zeros[4096];
    size_t fed = alpha_at(f) + 30;

    (void)unused;
    ob_vm_reader_set_limit(f->reader, 1 << 20);
    g_assert_true(ob_vm_reader_feed(f->reader, f->stream->data, fed));
    while (ob_vm_reader_feed(f->reader, zeros, sizeof(zeros))) {
        fed += sizeof(zeros);
        g_assert_cmpuint(fed, <, 2 << 20);
    }
    g_assert_cmpint(ob_vm_reader_refusal(f->reader)->reason, ==, OB_VM_TOO_LARGE);
}

/* The reader tries only a limited number of places that look like a description. */
static void test_many_descriptions(ToyReader *f, gconstpointer unused)
{
    static const uint8_t fake[] = "\x7e\0\0\0\0\0\6\0\0\0\x0e{\"devices\":[]}";

    (void)unused;
    g_byte_array_set_size(f->stream, (guint)(alpha_at(f) + 30));
    for (int i = 0; i < 10000; i++) {
        g_byte_array_append(f->stream, fake, sizeof(fake) - 1);
    }
    g_assert_false(read_all(f));
}

/* A changed stream does not crash the program; if it is accepted, it was read to its end. */
static void mutated_read(ToyReader *f, size_t piece)
{
    reader_renew(f);
    for (size_t at = 0; at < f->stream->len; at += piece) {
        ob_vm_reader_feed(f->reader, f->stream->data + at, MIN(piece, f->stream->len - at));
    }
    g_assert_cmpint(ob_vm_reader_finish(f->reader), ==, f->ended);
}

static void test_each_byte(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    for (size_t at = 0; at < f->stream->len; at++) {
        uint8_t old = f->stream->data[at];
        const uint8_t values[] = { 0, 0xff, (uint8_t)(old + 1), (uint8_t)(old - 1) };

        for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
            f->stream->data[at] = values[i];
            mutated_read(f, f->stream->len);
        }
        f->stream->data[at] = old;
        if (at == BLOCKS + 200) {
            at += 3500; /* all bytes within a page have the same effect */
        }
    }
}

static void mutate(GByteArray *stream, GRand *random)
{
    guint at = (guint)g_rand_int_range(random, 0, (gint32)stream->len);
    guint wanted = (guint)g_rand_int_range(random, 1, 64);
    guint size = MIN(wanted, stream->len - at);

    switch (g_rand_int_range(random, 0, 4)) {
    case 0:
        stream->data[at] ^= (uint8_t)(1u << g_rand_int_range(random, 0, 8));
        break;
    case 1:
        stream->data[at] = (uint8_t)g_rand_int(random);
        break;
    case 2:
        g_byte_array_remove_range(stream, at, size);
        break;
    default:
        g_byte_array_append(stream, stream->data, size);
        memmove(stream->data + at + size, stream->data + at, stream->len - size - at);
    }
}

static void test_mutations(ToyReader *f, gconstpointer unused)
{
    const char *count = g_getenv("OB_MUTATIONS");
    GRand *random = g_rand_new_with_seed(20230714);
    g_autoptr(GByteArray) whole = g_byte_array_ref(f->stream);

    (void)unused;
    for (uint64_t left = count ? g_ascii_strtoull(count, NULL, 10) : 10000; left; left--) {
        g_byte_array_unref(f->stream);
        f->stream = g_byte_array_new();
        g_byte_array_append(f->stream, whole->data, whole->len);
        for (int i = g_rand_int_range(random, 1, 5); i; i--) {
            mutate(f->stream, random);
        }
        mutated_read(f, left % 8 ? f->stream->len : (size_t)g_rand_int_range(random, 1, 500));
    }
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(ToyReader *f, gconstpointer unused);
    } tests[] = {
        { "cut/at-any-byte", test_cut },
        { "cut/at-any-byte-with-known-sections", test_cut_known },
        { "cut/in-ram-says-so", test_cut_sentence_ram },
        { "cut/in-a-device-says-so", test_cut_sentence_device },
        { "long/garbage-after-the-end-is-tolerated", test_garbage_after_end },
        { "long/garbage-after-the-description-is-tolerated", test_garbage_after_description },
        { "long/endless-stops-at-the-limit", test_endless },
        { "long/false-descriptions-are-bounded", test_many_descriptions },
        { "wild/each-byte-0-max-and-off-by-one", test_each_byte },
        { "wild/mutations", test_mutations },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/stream-refusals/%s", tests[i].path);

        g_test_add(path, ToyReader, NULL, toy_set_up, tests[i].test, toy_tear_down);
    }
    return g_test_run();
}
