/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: the reader of migration streams with a hostile stream.  The first byte selects
 * the size of the pieces, and whether sections are known.  The reader's output is dissected like in
 * the tool.  Directories with a corpus of streams are arguments.
 */
#include <string.h>

#include "qtest/stream/codec/fields.h"
#include "qtest/stream/codec/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool on_page(void *opaque, uint32_t block, uint64_t offset, const uint8_t *data,
                    HwError *error)
{
    (void)block;
    (void)offset;
    (void)error;
    *(unsigned *)opaque += data ? data[0] + data[4095] : 0;
    return true;
}

static void on_value(void *opaque, const ObVmValue *value)
{
    char *text = ob_vm_value_format(value, 16);

    *(unsigned *)opaque += (unsigned)strlen(text);
    free(text);
}

static bool on_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                       size_t size, const json_t *description, HwError *error)
{
    (void)section;
    (void)error;
    if (description) {
        ob_vm_fields_each(description, payload, size, on_value, opaque);
    }
    return true;
}

static const ObVmEvents events = { .ram_page = on_page, .section = on_section };

static ObVmMeasure measure(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                           size_t size, size_t *need, HwError *error)
{
    (void)opaque;
    (void)section;
    (void)error;
    *need = size ? bytes[0] : 1;
    return size ? OB_VM_MEASURED : OB_VM_MORE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned sink = 0;
    ObVmReader *reader = ob_vm_reader_new(&events, &sink);
    size_t piece = size ? (data[0] & 0x3f) * 64 + 1 : 1;

    ob_vm_reader_set_limit(reader, 1 << 20);
    if (size && (data[0] & 0x40)) {
        ob_vm_reader_know(reader, "beta", 0, measure, NULL);
    }
    for (size_t at = 1; at < size; at += piece) {
        ob_vm_reader_feed(reader, data + at, piece < size - at ? piece : size - at);
    }
    ob_vm_reader_finish(reader);
    ob_vm_reader_free(reader);
    return 0;
}
