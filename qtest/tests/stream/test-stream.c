/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads streams that QEMU wrote, and writes them again. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/lib/stream-files.h"

/* The content of a stream, by name. */
typedef struct Contents {
    char *machine;
    GHashTable *sections; /* "NAME INSTANCE" -> GBytes */
    GHashTable *blocks;   /* name -> length, as a pointer */
    GString *events;      /* one line each, with a checksum of the bytes */
    uint64_t normal, zero;
    GByteArray *first_page_of_command;
    const ObVmBlock *block_table;
    bool ended;
    gsize trailing;
    char *json;
} Contents;

static void contents_note(Contents *c, const char *event, const void *bytes, gsize size)
{
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_MD5, bytes, size);

    g_string_append_printf(c->events, "%s %s\n", event, sum);
}

static bool on_machine(void *opaque, const char *name, HwError *error)
{
    Contents *c = opaque;

    (void)error;
    c->machine = g_strdup(name);
    return true;
}

static bool on_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    Contents *c = opaque;

    (void)error;
    c->block_table = blocks;
    for (uint32_t i = 0; i < count; i++) {
        g_hash_table_insert(c->blocks, g_strdup(blocks[i].name),
                            GSIZE_TO_POINTER(blocks[i].length));
        contents_note(c, blocks[i].name, &blocks[i].length, 8);
    }
    return true;
}

static bool on_page(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                    HwError *error)
{
    Contents *c = opaque;

    (void)error;
    if (!data) {
        c->zero++;
        return true;
    }
    c->normal++;
    contents_note(c, c->block_table[block].name, data, 4096);
    if (strcmp(c->block_table[block].name, "tpm-crb-cmd") == 0 && offset == 0) {
        g_byte_array_set_size(c->first_page_of_command, 0);
        g_byte_array_append(c->first_page_of_command, data, 4096);
    }
    return true;
}

static bool on_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                       size_t size, const json_t *description, HwError *error)
{
    Contents *c = opaque;

    (void)error;
    g_assert_nonnull(description);
    g_hash_table_insert(c->sections, g_strdup_printf("%s %u", section->name, section->instance),
                        g_bytes_new(payload, size));
    contents_note(c, section->name, payload, size);
    return true;
}

static bool on_end(void *opaque, HwError *error)
{
    Contents *c = opaque;

    (void)error;
    c->ended = true;
    return true;
}

static void on_description(void *opaque, const char *json, size_t size)
{
    Contents *c = opaque;

    g_free(c->json);
    c->json = g_strndup(json, size);
}

static void on_trailing(void *opaque, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    ((Contents *)opaque)->trailing += size;
}

static const ObVmEvents events = {
    .machine = on_machine,
    .ram_blocks = on_blocks,
    .ram_page = on_page,
    .section = on_section,
    .end = on_end,
    .description = on_description,
    .trailing = on_trailing,
};

static void contents_clear(Contents *c)
{
    g_free(c->machine);
    g_free(c->json);
    g_hash_table_unref(c->sections);
    g_hash_table_unref(c->blocks);
    g_string_free(c->events, TRUE);
    g_byte_array_unref(c->first_page_of_command);
}

static void contents_read(Contents *c, const GByteArray *stream, gsize piece)
{
    *c = (Contents) {
        .sections = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)g_bytes_unref),
        .blocks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .events = g_string_new(NULL),
        .first_page_of_command = g_byte_array_new(),
    };
    ObVmReader *reader = ob_vm_reader_new(&events, c);
    char text[1024];

    for (gsize at = 0; at < stream->len; at += piece) {
        if (!ob_vm_reader_feed(reader, stream->data + at, MIN(piece, stream->len - at))) {
            break;
        }
    }
    ob_vm_reader_finish(reader);
    ob_vm_refusal_format(ob_vm_reader_refusal(reader), text, sizeof(text));
    if (ob_vm_reader_refusal(reader)->reason) {
        g_error("%s", text);
    }
    g_assert_true(c->ended);
    g_assert_cmpuint(ob_vm_reader_offset(reader), ==, stream->len);
    ob_vm_reader_free(reader);
}

static uint32_t word(const Contents *c, const char *section, guint index)
{
    GBytes *bytes = g_hash_table_lookup(c->sections, section);

    g_assert_nonnull(bytes);
    g_assert_cmpuint(g_bytes_get_size(bytes), >, 4 * index);
    return hw_load_be32((const uint8_t *)g_bytes_get_data(bytes, NULL) + 4 * index);
}

/* ------------------------------------------------------------ streams' content */

static void check_crb(const Contents *c, const char *name)
{
    bool idle = strstr(name, "reset") || strstr(name, "idle");
    const struct {
        guint index;
        uint32_t value;
    } words[] = {
        { 0, idle ? 0x80 : 0x82 }, { 3, !idle },   { 17, idle ? 2 : 0 },
        { 12, 0x25811 },           { 13, 0x1014 }, { 22, 0xf80 },
        { 23, 0xfed40080 },        { 25, 0xf80 },  { 26, 0xfed40080 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_assert_cmphex(word(c, "tpm-crb 0", words[i].index), ==, words[i].value);
    }
    g_assert_cmphex(GPOINTER_TO_SIZE(g_hash_table_lookup(c->blocks, "tpm-crb-cmd")), ==, 0x1000);
    g_assert_cmpint(g_hash_table_contains(c->blocks, "tpm-ppi"), ==, !strstr(name, "noppi"));
    g_assert_true(g_hash_table_contains(c->sections, "tpm-emulator 0"));
    if (strstr(name, "locality-cmd")) {
        g_assert_cmphex(hw_load_be32(c->first_page_of_command->data), ==, 0x80010000);
        g_assert_cmphex(hw_load_be32(c->first_page_of_command->data + 8), ==, 0x017a0000);
    }
}

static void check_vmgenid(const Contents *c, const char *name)
{
    uint32_t address = strstr(name, "noaddr")    ? 0
                       : strstr(name, "seabios") ? 0x28f0ff00
                                                 : 0x28003f00;

    g_assert_cmphex(word(c, "vmgenid 0", 0), ==, address);
    g_assert_cmphex(word(c, "vmgenid 0", 1), ==, 0);
}

static void test_contents(const void *opaque)
{
    const char *name = opaque;
    g_autoptr(GByteArray) stream = stream_load(name);
    Contents c;

    contents_read(&c, stream, stream->len);
    if (strstr(name, "-crb-")) {
        check_crb(&c, name);
    } else if (strstr(name, "-vmgenid-")) {
        check_vmgenid(&c, name);
    } else {
        g_assert_cmpstr(c.machine, ==, "virt-7.2");
        g_assert_cmpuint(word(&c, "cpu 0", 0x238 / 4), >=, 258);
    }
    g_assert_true(g_hash_table_contains(c.sections, "globalstate 0"));
    contents_clear(&c);
}

/* --------------------------------------------------------------- any pieces */

static void test_pieces(const void *opaque)
{
    static const gsize pieces[] = { 1, 7, 4096, 65536 };
    g_autoptr(GByteArray) stream = stream_load(opaque);
    Contents whole;

    contents_read(&whole, stream, stream->len);
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        Contents c;

        contents_read(&c, stream, pieces[i]);
        g_assert_cmpstr(c.events->str, ==, whole.events->str);
        g_assert_cmpstr(c.json, ==, whole.json);
        g_assert_cmpuint(c.zero, ==, whole.zero);
        contents_clear(&c);
    }
    contents_clear(&whole);
}

/* --------------------------------------------------------------- round trips */

/* Writes the reader's events to another stream. */
typedef struct Copy {
    ObVmWriter *writer;
} Copy;

static bool copy_machine(void *opaque, const char *name, HwError *error)
{
    (void)error;
    ob_vm_write_header(((Copy *)opaque)->writer, name);
    return true;
}

static bool copy_configuration(void *opaque, const char *name, uint32_t version,
                               const uint8_t *bytes, size_t size, HwError *error)
{
    (void)error;
    (void)size;
    (void)version;
    g_assert_cmpstr(name, ==, "configuration/target-page-bits");
    ob_vm_write_page_bits(((Copy *)opaque)->writer, hw_load_be32(bytes));
    return true;
}

static bool copy_section_begin(void *opaque, const ObVmSection *section, HwError *error)
{
    (void)error;
    ob_vm_writer_set_next_id(((Copy *)opaque)->writer, section->id);
    return true;
}

static bool copy_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    (void)error;
    ob_vm_write_ram_start(((Copy *)opaque)->writer, blocks, count);
    return true;
}

static bool copy_pass(void *opaque, bool last, HwError *error)
{
    (void)error;
    ob_vm_write_ram_pass(((Copy *)opaque)->writer, last);
    return true;
}

static bool copy_page(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                      HwError *error)
{
    (void)error;
    ob_vm_write_ram_page(((Copy *)opaque)->writer, block, offset, data);
    return true;
}

static bool copy_pass_end(void *opaque, bool last, HwError *error)
{
    (void)error;
    (void)last;
    ob_vm_write_ram_pass_end(((Copy *)opaque)->writer);
    return true;
}

static bool copy_command(void *opaque, uint32_t command, const uint8_t *bytes, size_t size,
                         HwError *error)
{
    (void)error;
    ob_vm_write_command(((Copy *)opaque)->writer, command, bytes, size);
    return true;
}

static bool copy_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, HwError *error)
{
    (void)error;
    ob_vm_write_copy(((Copy *)opaque)->writer, section, payload, size, description);
    return true;
}

static void copy_description(void *opaque, const char *json, size_t size)
{
    /* QEMU 7.2 does not describe the configuration. */
    bool generated = g_str_has_prefix(json, "{\"configuration\"");

    ob_vm_write_end(((Copy *)opaque)->writer, generated ? NULL : json, size);
}

static const ObVmEvents copy_events = {
    .machine = copy_machine,
    .configuration = copy_configuration,
    .ram_blocks = copy_blocks,
    .ram_page = copy_page,
    .ram_pass = copy_pass,
    .ram_pass_end = copy_pass_end,
    .command = copy_command,
    .section_begin = copy_section_begin,
    .section = copy_section,
    .description = copy_description,
};

static void test_round_trip(const void *opaque)
{
    g_autoptr(GByteArray) stream = opaque ? stream_load(opaque) : stream_toy(true);
    g_autoptr(GByteArray) written = g_byte_array_new();
    Copy copy = { ob_vm_writer_new(stream_sink, written) };
    ObVmReader *reader = ob_vm_reader_new(&copy_events, &copy);

    ob_vm_reader_feed(reader, stream->data, stream->len);
    ob_vm_reader_finish(reader);
    g_assert_cmpint(ob_vm_reader_refusal(reader)->reason, ==, OB_VM_ACCEPTED);
    g_assert_null(ob_vm_reader_warning(reader));
    g_assert_cmpmem(written->data, written->len, stream->data, stream->len);
    ob_vm_reader_free(reader);
    ob_vm_writer_free(copy.writer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const char *const *name = stream_names; *name; name++) {
        g_autofree char *contents = g_strdup_printf("/stream/%s/as-its-manifest-says", *name);
        g_autofree char *trip = g_strdup_printf("/stream/%s/written-again-is-the-same", *name);

        g_test_add_data_func(contents, *name, test_contents);
        g_test_add_data_func(trip, *name, test_round_trip);
    }
    g_test_add_data_func("/stream/toy/written-again-is-the-same", NULL, test_round_trip);
    g_test_add_data_func("/stream/pieces-of-any-size/x86", "x86-crb-locality-cmd-10.0",
                         test_pieces);
    g_test_add_data_func("/stream/pieces-of-any-size/arm", "arm-virt-7.2-max-7.2", test_pieces);
    return g_test_run();
}
