/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/stream/toy-reader.h"

#include <string.h>

#define ALPHA_SIZE (1 + 4 + 1 + 5 + 8 + 16 + 17 + 5) /* header, words, subsection, footer */

static bool on_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                       size_t size, const json_t *description, HwError *error)
{
    (void)section;
    (void)payload;
    (void)size;
    (void)description;
    (void)error;
    ((ToyReader *)opaque)->sections++;
    return true;
}

static bool on_end(void *opaque, HwError *error)
{
    (void)error;
    ((ToyReader *)opaque)->ended = true;
    return true;
}

static const ObVmEvents events = { .section = on_section, .end = on_end };

void toy_set_up(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    f->stream = stream_toy(true);
    f->reader = ob_vm_reader_new(&events, f);
}

void toy_tear_down(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    ob_vm_reader_free(f->reader);
    g_byte_array_unref(f->stream);
}

void reader_renew(ToyReader *f)
{
    ob_vm_reader_free(f->reader);
    f->reader = ob_vm_reader_new(&events, f);
    f->ended = false;
}

bool read_all(ToyReader *f)
{
    bool fed = ob_vm_reader_feed(f->reader, f->stream->data, f->stream->len);

    g_assert_cmpint(fed, ==, !ob_vm_reader_refusal(f->reader)->reason);
    return ob_vm_reader_finish(f->reader);
}

void toy_refused(ToyReader *f, ObVmReason reason, const char *text)
{
    g_assert_false(read_all(f));
    ob_vm_refusal_format(ob_vm_reader_refusal(f->reader), f->text, sizeof(f->text));
    g_assert_cmpstr(f->text, ==, text);
    g_assert_cmpint(ob_vm_reader_refusal(f->reader)->reason, ==, reason);
    g_assert_false(f->ended);
}

size_t find(const ToyReader *f, const char *text)
{
    return stream_find(f->stream, 0, text, strlen(text));
}

size_t alpha_at(const ToyReader *f)
{
    return find(f, "\005alpha") - 5;
}

size_t beta_at(const ToyReader *f)
{
    return alpha_at(f) + ALPHA_SIZE;
}

static ObVmMeasure measure_alpha(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                 size_t size, size_t *need, HwError *error)
{
    (void)opaque;
    (void)section;
    (void)error;
    *need = size < 17 ? 17 : bytes[16] == OB_VM_SUBSECTION ? 16 + 17 : 16;
    return size < 17 ? OB_VM_MORE : OB_VM_MEASURED;
}

static ObVmMeasure measure_beta(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                size_t size, size_t *need, HwError *error)
{
    (void)opaque;
    (void)section;
    (void)bytes;
    (void)size;
    (void)error;
    *need = 8;
    return OB_VM_MEASURED;
}

void know_alpha(ToyReader *f)
{
    ob_vm_reader_know(f->reader, "alpha", 0, measure_alpha, NULL);
}

void know_all(ToyReader *f)
{
    know_alpha(f);
    ob_vm_reader_know(f->reader, "beta", 0, measure_beta, NULL);
    ob_vm_reader_know(f->reader, "beta", 1, measure_beta, NULL);
}

void without_description(ToyReader *f)
{
    g_byte_array_unref(f->stream);
    f->stream = stream_toy(false);
}
