/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: any bytes as qtest lines, in process.  The input's first byte selects how the
 * lines are cut into pieces.  Each line must get one answer.  Sizes from 64 KiB on are made small;
 * else the fuzzer would spend its time copying memory.
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "qtest/host/qtest/session.h"
#include "qtest/machine/board.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Sink {
    uint64_t lines; /* number of answered lines */
    bool mid_line;
    uint32_t pause; /* pause after this many outputs; 0: never */
    uint32_t outputs;
    char first; /* first character of the current line */
} Sink;

static bool take_output(void *opaque, const char *bytes, size_t count)
{
    Sink *sink = opaque;

    for (size_t i = 0; i < count; i++) {
        if (!sink->mid_line) {
            sink->first = bytes[i];
        }
        sink->mid_line = bytes[i] != '\n';
        if (!sink->mid_line) {
            g_assert(strchr("OFI", sink->first));
            sink->lines += sink->first != 'I';
        }
    }
    sink->outputs++;
    return !sink->pause || sink->outputs % sink->pause;
}

static ObHost *host_new(void)
{
    HW_ERROR(error, 256);
    ObHostConfig config = { .architecture = "x86_64", .machine = "pc", .ram_size = 1 << 20 };
    ObHost *host = ob_host_new(&config, &error);

    if (!host) {
        g_error("%s", error.text);
    }
    return host;
}

/* True if the third word is a size: sizes are the only numbers that cost time. */
static bool is_costly(const char *line, size_t length)
{
    char *copy = g_strndup(line, length);
    g_auto(GStrv) words = g_strsplit(copy, " ", 4);
    bool costly = g_strv_length(words) > 2 && g_ascii_strtoull(words[2], NULL, 0) >= 0x10000 &&
                  (g_str_equal(words[0], "read") || g_str_equal(words[0], "b64read") ||
                   g_str_equal(words[0], "write") || g_str_equal(words[0], "memset"));

    g_free(copy);
    return costly;
}

/* Returns the input without costly lines; the caller frees it. */
static GByteArray *input_tamed(const uint8_t *data, size_t size)
{
    GByteArray *tamed = g_byte_array_new();

    while (size) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t length = end ? (size_t)(end - data) + 1 : size;

        if (!is_costly((const char *)data, length)) {
            g_byte_array_append(tamed, data, length);
        }
        data += length;
        size -= length;
    }
    return tamed;
}

static uint64_t count_lines(const GByteArray *input)
{
    uint64_t lines = 0;

    for (guint i = 0; i < input->len; i++) {
        lines += input->data[i] == '\n';
    }
    return lines;
}

static void session_feed(ObQtestSession *session, const GByteArray *input, size_t piece)
{
    for (size_t at = 0; at < input->len; at += piece) {
        ob_qtest_session_input(session, (const char *)input->data + at,
                               MIN(piece, input->len - at));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ObHost *host = host_new();
    Sink sink = { .pause = size > 1 ? data[1] % 4 : 0 };
    ObQtestSession *session = ob_qtest_session_new(host, take_output, &sink);
    size_t head = MIN(size, 2);
    GByteArray *input = input_tamed(data + head, size - head);
    uint64_t lines = count_lines(input);

    ob_qtest_session_open(session);
    session_feed(session, input, size && data[0] ? data[0] : SIZE_MAX);
    sink.pause = 0;
    ob_qtest_session_resume(session);
    g_assert(!sink.mid_line);
    /* A refused line gets an answer, too, before its end has come. */
    g_assert(sink.lines == lines || sink.lines == lines + 1);
    ob_qtest_session_close(session);
    ob_qtest_session_free(session);
    g_byte_array_unref(input);
    ob_host_free(host);
    return 0;
}
