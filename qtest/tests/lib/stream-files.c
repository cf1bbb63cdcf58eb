/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/stream-files.h"

#include <string.h>

#define PAGE 4096u

/* clang-format off */
const char *const stream_names[] = {
    "arm-virt-7.2-cortex-a57-10.0",
    "arm-virt-7.2-cortex-a57-7.2",
    "arm-virt-7.2-max-7.2",
    "x86-crb-idle-relinq-7.2",
    "x86-crb-locality-cmd-10.0",
    "x86-crb-locality-cmd-7.2",
    "x86-crb-ppi-noppi-7.2",
    "x86-crb-reset-7.2",
    "x86-crb-startup-rsp-7.2",
    "x86-vmgenid-addr-dma-10.0",
    "x86-vmgenid-addr-dma-7.2",
    "x86-vmgenid-noaddr-7.2",
    "x86-vmgenid-seabios-7.2",
    NULL,
};
/* clang-format on */

GByteArray *stream_load(const char *name)
{
    g_autofree char *path = g_strdup_printf("%s/%s.bin", g_getenv("OB_STREAMS"), name);
    g_autoptr(GError) error = NULL;
    char *contents;
    gsize size;

    g_file_get_contents(path, &contents, &size, &error);
    g_assert_no_error(error);
    return g_byte_array_new_take((guint8 *)contents, size);
}

bool stream_sink(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

static void toy_ram(ObVmWriter *writer)
{
    static const ObVmBlock blocks[] = { { "toy.ram", 2 * PAGE }, { "toy.rom", PAGE } };
    static uint8_t page[PAGE];

    memset(page, 0x11, sizeof(page));
    ob_vm_writer_set_next_id(writer, 2);
    ob_vm_write_ram_start(writer, blocks, G_N_ELEMENTS(blocks));
    ob_vm_write_ram_pass(writer, false);
    ob_vm_write_ram_page(writer, 0, 0, page);
    ob_vm_write_ram_page(writer, 0, PAGE, NULL);
    ob_vm_write_ram_page(writer, 1, 0, NULL);
    ob_vm_write_ram_pass_end(writer);
    ob_vm_write_command(writer, OB_VM_SWITCHOVER_START, NULL, 0);
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_page(writer, 1, 0, page);
    ob_vm_write_ram_pass_end(writer);
}

static void toy_devices(ObVmWriter *writer)
{
    static const uint8_t words[16] = { 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4 };
    static const uint8_t number[8] = { 0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7 };

    ob_vm_write_device(writer, "alpha", 0, 3, NULL);
    ob_vm_write_field(writer, "words", "uint32", 4, 4, words);
    ob_vm_write_subsection(writer, "alpha/more", 1);
    ob_vm_write_field(writer, "flag", "uint8", 1, 1, (const uint8_t *)"\x2a");
    ob_vm_write_subsection_end(writer);
    ob_vm_write_device_end(writer);
    for (uint32_t i = 0; i < 2; i++) {
        ob_vm_write_device(writer, "beta", i, 0, NULL);
        ob_vm_write_field(writer, "number", "uint64", 8, 1, number);
        ob_vm_write_device_end(writer);
    }
}

GByteArray *stream_toy(bool json)
{
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "toy");
    ob_vm_write_page_bits(writer, 12);
    toy_ram(writer);
    toy_devices(writer);
    if (json) {
        g_assert_true(ob_vm_write_end(writer, NULL, 0));
    } else {
        g_assert_true(ob_vm_writer_flush(writer));
        g_byte_array_append(stream, (const uint8_t *)"", 1);
    }
    ob_vm_writer_free(writer);
    return stream;
}

size_t stream_find(const GByteArray *stream, size_t from, const void *bytes, size_t size)
{
    const uint8_t *found = memmem(stream->data + from, stream->len - from, bytes, size);

    g_assert_nonnull(found);
    return (size_t)(found - stream->data);
}

void stream_insert(GByteArray *stream, size_t at, const void *bytes, size_t size)
{
    size_t behind = stream->len - at;

    g_byte_array_set_size(stream, (guint)(stream->len + size));
    memmove(stream->data + at + size, stream->data + at, behind);
    memcpy(stream->data + at, bytes, size);
}
