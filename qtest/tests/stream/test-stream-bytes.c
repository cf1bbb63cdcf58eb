/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each byte of a stream, changed: the sentence of the refusal, or the contents that are read. */
#include <inttypes.h>
#include <string.h>

#include "qtest/stream/codec/reader.h"
#include "qtest/tests/lib/byte-outcomes.h"
#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/stream-files.h"

#define PAGE 4096u

/* Adds the line "NAME INSTANCE: DIGEST". */
static void contents_note(void *opaque, const char *name, uint64_t instance, const void *bytes,
                          size_t size)
{
    g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_MD5, bytes, size);

    g_string_append_printf(opaque, "%s %" PRIu64 ": %s\n", name, instance, digest);
}

static bool on_machine(void *opaque, const char *name, HwError *error)
{
    (void)error;
    contents_note(opaque, "machine", 0, name, strlen(name));
    return true;
}

static bool on_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    (void)error;
    for (uint32_t i = 0; i < count; i++) {
        contents_note(opaque, "block", i, &blocks[i].length, sizeof(blocks[i].length));
    }
    return true;
}

static bool on_page(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                    HwError *error)
{
    (void)error;
    contents_note(opaque, block ? "toy.rom" : "toy.ram", offset, data, data ? PAGE : 0);
    return true;
}

static bool on_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                       size_t size, const json_t *description, HwError *error)
{
    (void)description;
    (void)error;
    contents_note(opaque, section->name, section->instance, payload, size);
    return true;
}

static const ObVmEvents events = {
    .machine = on_machine, .ram_blocks = on_blocks, .ram_page = on_page, .section = on_section
};

static char *outcome_read(const GByteArray *stream, void *opaque)
{
    GString *contents = g_string_new(OUTCOME_READ);
    ObVmReader *reader = ob_vm_reader_new(&events, contents);

    (void)opaque;
    ob_vm_reader_feed(reader, stream->data, stream->len);
    if (!ob_vm_reader_finish(reader)) {
        g_string_assign(contents, ob_vm_reader_refusal(reader)->sentence);
    } else if (ob_vm_reader_warning(reader)) {
        g_string_append_printf(contents, "warning: %s\n", ob_vm_reader_warning(reader));
    }
    ob_vm_reader_free(reader);
    return g_string_free(contents, FALSE);
}

/* All bytes within a page have the same effect, so a few of them are enough. */
static void test_each_byte(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    g_autoptr(GString) text = g_string_new(NULL);
    static const uint8_t data[16] = { [0 ... 15] = 0x11 };
    guint page = (guint)stream_find(stream, 0, data, sizeof(data));
    guint last = (guint)stream_find(stream, page + PAGE, data, sizeof(data));
    const guint ranges[][2] = { { 0, page + 16 },
                                { page + PAGE - 16, last + 16 },
                                { last + PAGE - 16, stream->len } };

    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
        g_autofree char *part = byte_outcomes(stream, ranges[i][0], ranges[i][1], outcome_read,
                                              NULL);

        g_string_append(text, part);
    }
    golden_expect("stream-bytes.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-bytes/each-has-the-outcome-that-it-should", test_each_byte);
    return g_test_run();
}
