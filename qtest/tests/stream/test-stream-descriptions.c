/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptions that don't fit their stream: each is refused, or a dump says where it stops. */
#include <string.h>

#include "qtest/tests/lib/tool-run.h"
#include "qtest/tests/stream/toy-reader.h"

#define NUMBER "{\"name\": \"number\", \"type\": \"uint64\", \"size\": 8}"
#define FLAG   "{\"name\": \"flag\", \"type\": \"uint8\", \"size\": 1}"
#define WORDS  "\"array_len\": 4, \"type\": \"uint32\", \"size\": 4}"

typedef struct Change {
    const char *path;
    const char *from, *to; /* a part of the description, and what replaces it */
    const char *text;      /* the refusal, or the line that ends the dump of the section */
} Change;

static void description_change(GByteArray *stream, const Change *change)
{
    size_t at = stream_find(stream, 0, "{\"configuration\"", 16);
    g_autoptr(GString)
        json = g_string_new_len((const char *)stream->data + at, (gssize)(stream->len - at));

    g_assert_cmpuint(g_string_replace(json, change->from, change->to, 1), ==, 1);
    g_byte_array_set_size(stream, (guint)at);
    g_byte_array_append(stream, (const guint8 *)json->str, (guint)json->len);
    for (unsigned i = 0; i < 4; i++) {
        stream->data[at - 4 + i] = (uint8_t)(json->len >> (24 - 8 * i));
    }
}

/* ------------------------------------------------------------------- refused */

#define UNSIZED(name, byte)                                             \
    "The vmdescription does not have the size of section '" name "' 0 " \
    "(section '" name "' 0, name, instance and version of a section, byte " byte ")"
#define UNKNOWN(name, byte)                                                                       \
    "Unknown savevm section or instance '" name "' 0. Make sure that your current VM setup "      \
    "matches your saved VM setup, including any hotplugged devices (section '" name "' 0, name, " \
    "instance and version of a section, byte " byte ")"

static const Change refused[] = {
    { "field/without-a-size", NUMBER, "{\"name\": \"number\", \"type\": \"uint64\"}",
      UNSIZED("beta", "8480") },
    { "field/size-is-a-text", NUMBER, "{\"name\": \"number\", \"size\": \"8\"}",
      UNSIZED("beta", "8480") },
    { "field/size-overflows", WORDS, "\"array_len\": 4, \"size\": 4611686018427387905}",
      UNSIZED("alpha", "8423") },
    { "field/sum-overflows", NUMBER,
      "{\"size\": 9223372036854775807}, {\"size\": 9223372036854775807}, {\"size\": 2}",
      UNSIZED("beta", "8480") },
    { "field/larger-than-any-section", NUMBER, "{\"name\": \"number\", \"size\": 1125899906842624}",
      "Section 'beta' is too large: 1125899906842624 bytes, expected at most 33554427 (section "
      "'beta' 0, name, instance and version of a section, byte 8480)" },
    { "field/size-is-small", NUMBER, "{\"name\": \"number\", \"type\": \"uint32\", \"size\": 4}",
      "Missing section footer for beta (section 'beta' 0, footer, byte 8496)" },
    { "fields/missing", "\"vmsd_name\": \"beta\", \"version\": 0, \"fields\": ",
      "\"vmsd_name\": \"beta\", \"version\": 0, \"felds\": ", UNSIZED("beta", "8480") },
    { "subsection/field-without-a-size", FLAG, "{\"name\": \"flag\"}", UNSIZED("alpha", "8423") },
    { "subsection/nested-field-without-a-size", "\"fields\": [" FLAG "]",
      "\"fields\": [" FLAG "], \"subsections\": [{\"fields\": [{}]}]", UNSIZED("alpha", "8423") },
    { "devices/no-list", "\"devices\": [", "\"devices\": 1, \"others\": [",
      UNKNOWN("alpha", "8423") },
    { "json/broken", "\"devices\": [", "\"devices\": [,", UNKNOWN("alpha", "8423") },
};

static void test_refused(ToyReader *f, gconstpointer opaque)
{
    const Change *change = opaque;

    description_change(f->stream, change);
    g_assert_false(read_all(f));
    ob_vm_refusal_format(ob_vm_reader_refusal(f->reader), f->text, sizeof(f->text));
    g_assert_cmpstr(f->text, ==, change->text);
}

/* ------------------------------------------------------------------- false ones */

/* The section's bytes look as if the description began there, with this length. */
static void false_description(ToyReader *f, uint32_t length)
{
    uint8_t *words = f->stream->data + alpha_at(f) + 19;
    const uint8_t mark[] = { 0x7e, 0, 0, 0, 3, 0, 6 };

    memcpy(words, mark, sizeof(mark));
    for (unsigned i = 0; i < 4; i++) {
        words[sizeof(mark) + i] = (uint8_t)(length >> (24 - 8 * i));
    }
    words[sizeof(mark) + 4] = '{';
}

static void test_false_description(ToyReader *f, gconstpointer opaque)
{
    false_description(f, GPOINTER_TO_UINT(opaque));
    g_assert_true(read_all(f));
    g_assert_true(f->ended);
    g_assert_cmpuint(f->sections, ==, 3);
}

/* The section's bytes have a whole description, which does not have the sections before it. */
static void test_false_list(ToyReader *f, gconstpointer unused)
{
    static const char mark[] = "\x7e\0\0\0\3\0\6\0\0\0\x0e{\"devices\":[]}";

    (void)unused;
    memcpy(f->stream->data + alpha_at(f) + 19, mark, sizeof(mark) - 1);
    g_assert_true(read_all(f));
    g_assert_true(f->ended);
    g_assert_cmpuint(f->sections, ==, 3);
}

/* ------------------------------------------------------------------- dumped */

#define ALPHA  "section alpha 0: version 3, 33 bytes at byte 8436\n"
#define BETA   "section beta 0: version 0, 8 bytes at byte 8492\n"
#define MORE   "], \"subsections\": [{\"vmsd_name\": \"alpha/more\", \"version\": 1, \"fields\": ["
#define STOPS  "    (the description ends here, not the payload)\n\n"
#define STRUCT "\"struct\": {\"fields\": [{\"name\": \"inner\", \"type\": \"buffer\", "

static const Change dumped[] = {
    { "nested-field-past-the-payload", NUMBER,
      "{\"name\": \"outer\", \"size\": 8, " STRUCT "\"size\": 16}]}}", BETA STOPS },
    { "nested-field-past-its-field", WORDS, "\"size\": 16, " STRUCT "\"size\": 20}]}}",
      ALPHA
      "    words.inner = 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 05 0a 61 6c\n" STOPS },
    { "subsections-field-past-the-payload", FLAG,
      "{\"name\": \"flag\", \"size\": 1, " STRUCT "\"size\": 2}]}}",
      ALPHA "    words = [1, 2, 3, 4]\n" STOPS },
    /* The subsection's first field takes the bytes of the second: none is left over. */
    { "subsections-field-past-its-field", WORDS MORE FLAG,
      "\"array_len\": 3, \"type\": \"uint32\", \"size\": 4}" MORE
      "{\"name\": \"flag\", \"size\": 1, " STRUCT "\"size\": 5}]}}, {\"size\": 4}",
      ALPHA "    words = [1, 2, 3]\n    alpha/more: flag.inner = 00 00 00 01 2a\n" STOPS },
};

static void test_dumped(gconstpointer opaque)
{
    const Change *change = opaque;
    g_autoptr(GByteArray) stream = stream_toy(true);
    Run run;

    description_change(stream, change);
    RUN_WITH(&run, stream, "dump", "-");
    g_assert_cmpint(run.status, ==, 0);
    g_assert_cmpstr(run.err, ==, "");
    assert_has(run.out, change->text);
    run_clear(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strdup_printf("/stream-descriptions/refused/%s", refused[i].path);

        g_test_add(path, ToyReader, &refused[i], toy_set_up, test_refused, toy_tear_down);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(dumped); i++) {
        g_autofree char *path = g_strdup_printf("/stream-descriptions/dumped/%s", dumped[i].path);

        g_test_add_data_func(path, &dumped[i], test_dumped);
    }
#define FALSE_ONE(path, length)                                                         \
    g_test_add("/stream-descriptions/false/" path, ToyReader, GUINT_TO_POINTER(length), \
               toy_set_up, test_false_description, toy_tear_down)
    FALSE_ONE("ends-in-its-section", 3);
    FALSE_ONE("ends-in-a-later-section", 60);
    FALSE_ONE("ends-after-the-stream", 1 << 20);
    FALSE_ONE("ends-after-the-limit", UINT32_MAX);
    g_test_add("/stream-descriptions/false/whole-one-of-other-sections", ToyReader, NULL,
               toy_set_up, test_false_list, toy_tear_down);
    return g_test_run();
}
