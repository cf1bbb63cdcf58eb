/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes fuzz-stream's corpus: the toy stream, and QEMU's streams without their RAM.  RAM is most
 * of a stream, and exercises little code.
 * usage: fuzz-stream-corpus DIRECTORY STREAMS-DIRECTORY
 */
#include <glib/gstdio.h>

#include "qtest/tests/lib/stream-files.h"

#define PIECES 0x3f /* fuzz-stream's first byte: the largest pieces */

static bool copy_machine(void *opaque, const char *name, HwError *error)
{
    (void)error;
    ob_vm_write_header(opaque, name);
    return true;
}

static bool copy_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, HwError *error)
{
    (void)error;
    ob_vm_write_copy(opaque, section, payload, size, description);
    return true;
}

static const ObVmEvents events = { .machine = copy_machine, .section = copy_section };

static GByteArray *without_ram(const GByteArray *stream)
{
    GByteArray *copy = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, copy);
    ObVmReader *reader = ob_vm_reader_new(&events, writer);

    ob_vm_reader_feed(reader, stream->data, stream->len);
    g_assert_true(ob_vm_reader_finish(reader));
    ob_vm_write_end(writer, NULL, 0);
    ob_vm_reader_free(reader);
    ob_vm_writer_free(writer);
    return copy;
}

static void seed_write(const char *directory, const char *name, GByteArray *stream)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    g_byte_array_prepend(stream, (const uint8_t[]) { PIECES }, 1);
    g_assert_true(g_file_set_contents(path, (const char *)stream->data, stream->len, NULL));
}

int main(int argc, char **argv)
{
    g_autoptr(GByteArray) toy = stream_toy(true);

    if (argc != 3 || g_mkdir_with_parents(argv[1], 0777) != 0) {
        g_printerr("usage: fuzz-stream-corpus DIRECTORY STREAMS-DIRECTORY\n");
        return 2;
    }
    g_setenv("OB_STREAMS", argv[2], TRUE);
    seed_write(argv[1], "toy", toy);
    for (const char *const *name = stream_names; *name; name++) {
        g_autoptr(GByteArray) stream = stream_load(*name);
        g_autoptr(GByteArray) copy = without_ram(stream);

        seed_write(argv[1], *name, copy);
    }
    return 0;
}
