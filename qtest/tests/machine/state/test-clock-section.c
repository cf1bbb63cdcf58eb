/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual clock travels in section "timer", in process. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/state/load.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/machine/state/memo-host.h"

#define SECTION_SIZE 48 /* header, fields and footer */
#define FIELDS_AT    14 /* from the name on */
#define CLOCK_AT     (FIELDS_AT + 16)

static size_t section_find(const GByteArray *stream)
{
    return stream_find(stream, 0, "\5timer\0\0\0\0\0\0\0\2", 14);
}

static GByteArray *stream_at(int64_t now)
{
    ObHost *host = memo_host_new("q35", true);
    GByteArray *stream;

    ob_host_clock_set(host, now);
    stream = memo_host_save(host, "running");
    ob_host_free(host);
    return stream;
}

static ObHost *host_at(int64_t now)
{
    ObHost *host = memo_host_new("q35", true);

    ob_host_clock_set(host, now);
    return host;
}

static void test_travels(void)
{
    g_autoptr(GByteArray) stream = stream_at(1000);
    ObHost *early = host_at(5), *late = host_at(9000);

    g_assert_cmphex(hw_load_be64(stream->data + section_find(stream) + CLOCK_AT), ==, 1000);
    memo_host_load(early, stream);
    g_assert_cmpint(ob_host_clock_now(early), ==, 1000);
    memo_host_load(late, stream);
    g_assert_cmpint(ob_host_clock_now(late), ==, 1000);
    ob_host_free(early);
    ob_host_free(late);
}

static void test_stream_without(void)
{
    g_autoptr(GByteArray) stream = stream_at(1000);
    ObHost *host = host_at(5);

    g_byte_array_remove_range(stream, (guint)section_find(stream) - 5, SECTION_SIZE);
    memo_host_load(host, stream);
    g_assert_cmpint(ob_host_clock_now(host), ==, 5);
    ob_host_free(host);
}

/* A clock that a device's refusal leaves alone. */
static void test_refused_stream(void)
{
    ObHost *host = memo_host_new("q35", true), *target = host_at(5);
    g_autoptr(GByteArray) stream = NULL;

    ob_host_clock_set(host, 1000);
    memo_word_set(host, ODD, 1);
    stream = memo_host_save(host, "running");
    memo_refused(target, stream, "memo: the word is odd");
    g_assert_cmpint(ob_host_clock_now(target), ==, 5);
    ob_host_free(host);
    ob_host_free(target);
}

static void assert_refused(size_t at, uint8_t byte, const char *sentence)
{
    g_autoptr(GByteArray) stream = stream_at(1000);
    ObHost *host = host_at(5);

    stream->data[section_find(stream) + at] = byte;
    memo_refused(host, stream, sentence);
    g_assert_cmpint(ob_host_clock_now(host), ==, 5);
    ob_host_free(host);
}

static void test_bad(void)
{
    assert_refused(CLOCK_AT, 0x80,
                   "timer: the clock is at -9223372036854774808 ns, expected 0 to ");
    assert_refused(FIELDS_AT - 1, 3, "savevm: unsupported version 3 for 'timer' v2");
}

static void test_unknown_subsection(void)
{
    static const uint8_t bytes[] = "\5\7timer/x\0\0\0\1";
    g_autoptr(GByteArray) stream = stream_at(1000);
    size_t at = section_find(stream) + FIELDS_AT + 24;
    ObHost *host = host_at(5);

    g_byte_array_set_size(stream, stream->len + sizeof(bytes) - 1);
    memmove(stream->data + at + sizeof(bytes) - 1, stream->data + at,
            stream->len - at - (sizeof(bytes) - 1));
    memcpy(stream->data + at, bytes, sizeof(bytes) - 1);
    memo_refused(host, stream,
                 "timer: a subsection is unknown, expected timer/icount to "
                 "timer/icount/shift");
    ob_host_free(host);
}

/* ----------------------------------------------------------------------- icount */

static void field(ObVmWriter *writer, const char *name, const char *type, uint32_t size,
                  uint64_t value)
{
    uint8_t bytes[8];

    hw_store_be64(bytes, value);
    ob_vm_write_field(writer, name, type, size, 1, bytes + 8 - size);
}

/* 100 instructions of 8 ns, after a bias of 200 ns. */
static GByteArray *icount_stream(bool json)
{
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "pc-q35-7.2");
    ob_vm_write_ram_start(writer, &(ObVmBlock) { "pc.ram", 4 << 20 }, 1);
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_pass_end(writer);
    ob_vm_write_device(writer, "timer", 0, 2, NULL);
    field(writer, "cpu_ticks_offset", "int64", 8, 7);
    field(writer, "unused", "unused_buffer", 8, 0);
    field(writer, "cpu_clock_offset", "int64", 8, 5000);
    ob_vm_write_subsection(writer, "timer/icount", 1);
    field(writer, "qemu_icount_bias", "int64", 8, 200);
    field(writer, "qemu_icount", "int64", 8, 100);
    ob_vm_write_subsection(writer, "timer/icount/shift", 2);
    field(writer, "icount_time_shift", "int16", 2, 3);
    field(writer, "last_delta", "int64", 8, 11);
    ob_vm_write_subsection_end(writer);
    ob_vm_write_subsection_end(writer);
    ob_vm_write_device_end(writer);
    g_assert_true(ob_vm_write_end(writer, json ? NULL : "", 0));
    ob_vm_writer_free(writer);
    return stream;
}

static void host_feed(ObHost *host, const GByteArray *stream)
{
    ObLoad *load = ob_load_new(host);

    for (guint i = 0; i < stream->len; i++) {
        g_assert_true(ob_load_feed(load, stream->data + i, 1));
    }
    g_assert_true(ob_load_finish(load));
    ob_load_free(load);
}

static void test_icount(void)
{
    g_autoptr(GByteArray) stream = icount_stream(true);
    g_autoptr(GByteArray) back = NULL;
    ObHost *host = memo_host_new("q35", false);
    const uint8_t *fields;
    size_t bias;

    host_feed(host, stream);
    g_assert_cmpint(ob_host_clock_now(host), ==, 1000);
    ob_host_clock_set(host, 1500);
    back = memo_host_save(host, "running");
    fields = back->data + section_find(back) + FIELDS_AT;
    bias = stream_find(back, 0, "\x0ctimer/icount\0\0\0\1", 17) + 17;
    g_assert_cmphex(hw_load_be64(fields), ==, 7);
    g_assert_cmpuint(hw_load_be64(fields + 16), ==, 5500);
    g_assert_cmpuint(hw_load_be64(back->data + bias), ==, 700);
    g_assert_cmpuint(hw_load_be64(back->data + bias + 8), ==, 100);
    g_assert_cmpuint(stream_find(back, bias, "\x12timer/icount/shift\0\0\0\2\0\3", 25), ==,
                     bias + 17);
    host_feed(host, back);
    g_assert_cmpint(ob_host_clock_now(host), ==, 1500);
    ob_host_free(host);
}

/* ----------------------------------------------------------------------- timers */

static void fired(HwDevice *dev, void *opaque)
{
    (void)dev;
    ++*(int *)opaque;
}

static void test_timers_keep_their_deadlines(void)
{
    ObHost *host = memo_host_new("q35", true);
    HwDevice *dev = ob_host_instance_at(host, 0)->dev;
    int count = 0;
    HwTimer *timer = ob_clock_timer_new(&host->clock, dev, fired, &count);

    ob_clock_timer_set(timer, 100);
    ob_clock_jump(&host->clock, 200);
    g_assert_cmpint(ob_clock_next(&host->clock), ==, 200);
    ob_clock_jump(&host->clock, 50);
    g_assert_cmpint(ob_clock_next(&host->clock), ==, 100);
    ob_host_clock_set(host, 99);
    g_assert_cmpint(count, ==, 0);
    ob_host_clock_set(host, 100);
    g_assert_cmpint(count, ==, 1);
    ob_clock_timer_free(timer);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock-section/travels", test_travels);
    g_test_add_func("/clock-section/stream-without-it-leaves-the-clock", test_stream_without);
    g_test_add_func("/clock-section/refused-stream-leaves-the-clock", test_refused_stream);
    g_test_add_func("/clock-section/bad-fields-are-refused", test_bad);
    g_test_add_func("/clock-section/unknown-subsection-is-refused", test_unknown_subsection);
    g_test_add_func("/clock-section/instructions-are-counted", test_icount);
    g_test_add_func("/clock-section/timers-keep-their-deadlines", test_timers_keep_their_deadlines);
    return g_test_run();
}
