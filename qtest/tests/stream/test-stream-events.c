/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader's user may refuse any event; nothing of the stream follows then. */
#include "qtest/stream/codec/reader.h"
#include "qtest/tests/lib/stream-files.h"

/* Refuses the event number `refused`; 0: none. */
typedef struct User {
    uint32_t told;
    uint32_t refused;
} User;

static bool told(void *opaque, HwError *error)
{
    User *user = opaque;

    if (++user->told == user->refused) {
        g_snprintf(error->text, error->capacity, "event %u", user->told);
        return false;
    }
    return true;
}

static bool on_machine(void *opaque, const char *name, HwError *error)
{
    (void)name;
    return told(opaque, error);
}

static bool on_configuration(void *opaque, const char *name, uint32_t version, const uint8_t *bytes,
                             size_t size, HwError *error)
{
    (void)name, (void)version, (void)bytes, (void)size;
    return told(opaque, error);
}

static bool on_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    (void)blocks, (void)count;
    return told(opaque, error);
}

static bool on_page(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                    HwError *error)
{
    (void)block, (void)offset, (void)data;
    return told(opaque, error);
}

static bool on_pass(void *opaque, bool last, HwError *error)
{
    (void)last;
    return told(opaque, error);
}

static bool on_command(void *opaque, uint32_t command, const uint8_t *bytes, size_t size,
                       HwError *error)
{
    (void)command, (void)bytes, (void)size;
    return told(opaque, error);
}

static bool on_section_begin(void *opaque, const ObVmSection *section, HwError *error)
{
    (void)section;
    return told(opaque, error);
}

static bool on_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                       size_t size, const json_t *description, HwError *error)
{
    (void)section, (void)payload, (void)size, (void)description;
    return told(opaque, error);
}

static void on_iterable(void *opaque, const ObVmSection *section, const uint8_t *bytes, size_t size)
{
    (void)opaque, (void)section, (void)bytes, (void)size;
}

static const ObVmEvents events = {
    .iterable = on_iterable,
    .machine = on_machine,
    .configuration = on_configuration,
    .ram_blocks = on_blocks,
    .ram_page = on_page,
    .ram_pass = on_pass,
    .ram_pass_end = on_pass,
    .command = on_command,
    .section_begin = on_section_begin,
    .section = on_section,
    .end = told,
};

/* Returns the number of events that the user was told. */
static uint32_t events_of(const GByteArray *stream, size_t piece, uint32_t refused)
{
    User user = { 0, refused };
    ObVmReader *reader = ob_vm_reader_new(&events, &user);
    bool fed = true;
    bool finished;

    for (size_t at = 0; at < stream->len && fed; at += piece) {
        fed = ob_vm_reader_feed(reader, stream->data + at, MIN(piece, stream->len - at));
    }
    finished = ob_vm_reader_finish(reader);
    g_assert_cmpint(finished, ==, refused == 0);
    g_assert_cmpint(fed, ==, refused == 0);
    if (refused) {
        g_autofree char *sentence = g_strdup_printf("event %u", refused);

        g_assert_cmpint(ob_vm_reader_refusal(reader)->reason, ==, OB_VM_REFUSED_PAYLOAD);
        g_assert_true(g_str_has_suffix(ob_vm_reader_refusal(reader)->sentence, sentence));
    }
    ob_vm_reader_free(reader);
    return user.told;
}

static void assert_each_may_be_refused(const GByteArray *stream, uint32_t at_least)
{
    uint32_t all = events_of(stream, stream->len, 0);

    g_assert_cmpuint(all, >=, at_least);
    for (uint32_t refused = 1; refused <= all; refused++) {
        g_assert_cmpuint(events_of(stream, stream->len, refused), ==, refused);
        g_assert_cmpuint(events_of(stream, 1, refused), ==, refused);
    }
}

/* Machine, page bits, blocks, three pages in a pass, a command, four sections, the end. */
static void test_toy(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);

    assert_each_may_be_refused(stream, 16);
}

/* A section before RAM's pages, and the machine's id, are told too. */
static void test_more_parts(void)
{
    static const char early[] = "\4\0\0\0\x70\5early\0\0\0\0\0\0\0\1bytes\x7e\0\0\0\x70";
    static const char uuid[] = "\5\x12"
                               "configuration/uuid\0\0\0\1sixteen bytes it";
    g_autoptr(GByteArray) stream = stream_toy(true);
    uint32_t before = events_of(stream, stream->len, 0);
    size_t part = stream_find(stream, 0, "toy.rom", 7) + 7 + 8 + 8 + 5;

    g_assert_cmpuint(stream->data[part], ==, OB_VM_PART);
    stream_insert(stream, part, early, sizeof(early) - 1);
    stream_insert(stream, stream_find(stream, 0, "\1\0\0\0\2\3ram", 9), uuid, sizeof(uuid) - 1);
    g_assert_cmpuint(events_of(stream, stream->len, 0), ==, before + 3);
    assert_each_may_be_refused(stream, before + 3);
}

/* A section that comes in parts is told once; then its id and its name are taken. */
static void test_parts(void)
{
    static const char start[] = "\1\0\0\0\x50\x0aspapr/htab\0\0\0\0\0\0\0\1"
                                "\xff\xff\xff\xff\x7e\0\0\0\x50";
    static const char end[] = "\3\0\0\0\x50\xff\xff\xff\xff\x7e\0\0\0\x50";
    g_autoptr(GByteArray) stream = stream_toy(true);
    uint32_t before = events_of(stream, stream->len, 0);
    size_t at = stream_find(stream, 0, "\1\0\0\0\2\3ram", 9);
    ObVmReader *reader = ob_vm_reader_new(&events, &(User) { 0, 0 });

    stream_insert(stream, at, end, sizeof(end) - 1);
    stream_insert(stream, at, start, sizeof(start) - 1);
    g_assert_cmpuint(events_of(stream, stream->len, 0), ==, before + 1);
    assert_each_may_be_refused(stream, before + 1);
    stream_insert(stream, at, start, sizeof(start) - 1);
    g_assert_false(ob_vm_reader_feed(reader, stream->data, stream->len));
    g_assert_cmpstr(ob_vm_reader_refusal(reader)->sentence, ==,
                    "Section 'spapr/htab' 0 comes twice");
    g_assert_cmpstr(ob_vm_reader_refusal(reader)->section, ==, "spapr/htab");
    ob_vm_reader_free(reader);
}

/* A part that is cut names its section. */
static void test_cut_part(void)
{
    static const char start[] = "\1\0\0\0\x50\x0aspapr/htab\0\0\0\0\0\0\0\1"
                                "\xff\xff\xff\xff\x7e\0\0\0\x50\2\0\0\0\x50\xff";
    g_autoptr(GByteArray) stream = stream_toy(true);
    size_t at = stream_find(stream, 0, "\1\0\0\0\2\3ram", 9);
    ObVmReader *reader = ob_vm_reader_new(&events, &(User) { 0, 0 });

    stream_insert(stream, at, start, sizeof(start) - 1);
    g_byte_array_set_size(stream, (guint)(at + sizeof(start) - 1));
    g_assert_true(ob_vm_reader_feed(reader, stream->data, stream->len));
    g_assert_false(ob_vm_reader_finish(reader));
    g_assert_cmpstr(ob_vm_reader_refusal(reader)->sentence, ==,
                    "error while loading state for instance 0x0 of device 'spapr/htab': "
                    "Input/output error: the stream ends here, after 1 of 4 bytes");
    ob_vm_reader_free(reader);
}

static bool on_block(void *opaque, const ObVmBlock *block, HwError *error)
{
    (void)block;
    return told(opaque, error);
}

static bool on_mapped(void *opaque, const ObVmBlock *block, const uint8_t *bitmap,
                      uint64_t pages_at, HwError *error)
{
    (void)block, (void)bitmap, (void)pages_at;
    return told(opaque, error);
}

static void number_append(GByteArray *bytes, uint64_t number, guint size)
{
    for (guint i = size; i-- > 0;) {
        uint8_t byte = (uint8_t)(number >> 8 * i);

        g_byte_array_append(bytes, &byte, 1);
    }
}

/* One block of one page, whose page is in the file right behind the bitmap. */
static GByteArray *mapped_stream(void)
{
    enum { LENGTH = 4096, BITMAP = 8 };
    static const char head[] = "QEVM\0\0\0\3\7\0\0\0\3pc-\5\x1a"
                               "configuration/capabilities\0\0\0\1\0\0\0\1\x0amapped-ram"
                               "\1\0\0\0\1\3ram\0\0\0\0\0\0\0\4";
    static const char tail[] = "\0\0\0\0\0\0\0\x10\x7e\0\0\0\1\3\0\0\0\1"
                               "\0\0\0\0\0\0\0\x10\x7e\0\0\0\1";
    GByteArray *stream = g_byte_array_new();

    g_byte_array_append(stream, (const guint8 *)head, sizeof(head) - 1);
    number_append(stream, LENGTH | 4, 8);
    g_byte_array_append(stream, (const guint8 *)"\3ram", 4);
    number_append(stream, LENGTH, 8);
    number_append(stream, 1, 4);
    number_append(stream, 4096, 8);
    number_append(stream, stream->len + 16, 8);
    number_append(stream, stream->len + 8 + BITMAP, 8);
    number_append(stream, 1, BITMAP);
    for (guint i = 0; i < LENGTH; i++) {
        number_append(stream, 0x5a, 1);
    }
    g_byte_array_append(stream, (const guint8 *)tail, sizeof(tail) - 1);
    number_append(stream, 0, 1);
    return stream;
}

static uint32_t mapped_events(const ObVmEvents *user_events, const GByteArray *stream,
                              uint32_t refused)
{
    User user = { 0, refused };
    ObVmReader *reader = ob_vm_reader_new(user_events, &user);
    bool fed;

    ob_vm_reader_accept_mapped(reader, 0);
    fed = ob_vm_reader_feed(reader, stream->data, stream->len);
    g_assert_cmpint(fed, ==, refused == 0);
    g_assert_cmpint(ob_vm_reader_finish(reader), ==, refused == 0);
    ob_vm_reader_free(reader);
    return user.told;
}

static void test_mapped(void)
{
    static const ObVmEvents mapped = { .ram_block = on_block, .ram_mapped = on_mapped };
    static const ObVmEvents blocks = { .ram_block = on_block }, none = { 0 };
    g_autoptr(GByteArray) stream = mapped_stream();

    g_assert_cmpuint(mapped_events(&mapped, stream, 0), ==, 2);
    g_assert_cmpuint(mapped_events(&mapped, stream, 1), ==, 1);
    g_assert_cmpuint(mapped_events(&mapped, stream, 2), ==, 2);
    g_assert_cmpuint(mapped_events(&blocks, stream, 0), ==, 1);
    g_assert_cmpuint(mapped_events(&none, stream, 0), ==, 0);
}

/* Blocks are told when the size of pages is known.  This machine doesn't tell it: without pages,
 * the blocks come at the end of a pass. */
static void test_no_pages(void)
{
    static const ObVmBlock blocks[] = { { "toy.ram", 4096 } };
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "microbit");
    ob_vm_write_ram_start(writer, blocks, G_N_ELEMENTS(blocks));
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_write_end(writer, "{\"devices\":[]}", 14));
    ob_vm_writer_free(writer);
    assert_each_may_be_refused(stream, 5);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-events/refused-one-is-the-last", test_toy);
    g_test_add_func("/stream-events/refused-one-is-the-last-of-more", test_more_parts);
    g_test_add_func("/stream-events/parts-are-told-once", test_parts);
    g_test_add_func("/stream-events/part-that-is-cut-is-named", test_cut_part);
    g_test_add_func("/stream-events/mapped-ram-may-be-refused", test_mapped);
    g_test_add_func("/stream-events/refused-one-is-the-last-without-pages", test_no_pages);
    return g_test_run();
}
