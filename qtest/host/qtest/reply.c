/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qtest/codec.h"
#include "qtest/host/qtest/internal.h"

#include <string.h>

/* Bytes of memory encoded at a time: the peer reads one piece while this side encodes the
 * next.  A multiple of 3, so that base64 pieces need no padding in between. */
#define PIECE (24 * 1024)

void ob_qtest_flush(ObQtestSession *s)
{
    ob_qtest_log_replies(s);
    if (s->used) {
        if (!s->output(s->opaque, s->out, s->used)) {
            s->suspended = true;
        }
        s->used = s->logged = 0;
    }
}

char *ob_qtest_room(ObQtestSession *s, size_t count)
{
    if (OB_QTEST_ROOM - s->used < count) {
        ob_qtest_flush(s);
    }
    return s->out + s->used;
}

void ob_qtest_ok(ObQtestSession *s)
{
    memcpy(ob_qtest_room(s, 3), "OK\n", 3);
    s->used += 3;
}

void ob_qtest_hex(ObQtestSession *s, uint64_t value, uint32_t digits)
{
    char *text = ob_qtest_room(s, 5 + 16 + 1);
    uint8_t bytes[8];

    while (digits < 16 && value >> (4 * digits)) {
        digits += 2;
    }
    for (uint32_t i = 0; i < digits / 2; i++) {
        bytes[i] = value >> (4 * digits - 8 * (i + 1));
    }
    memcpy(text, "OK 0x", 5);
    ob_codec_scalar.hex_encode(text + 5, bytes, digits / 2);
    text[5 + digits] = '\n';
    s->used += 5 + digits + 1;
}

static void reply_format(ObQtestSession *s, const char *format, va_list arguments)
{
    size_t size = 512;
    char *text = ob_qtest_room(s, size + 1);
    size_t length = g_vsnprintf(text, size, format, arguments);

    s->used += MIN(length, size - 1);
    s->out[s->used++] = '\n';
}

void ob_qtest_text(ObQtestSession *s, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    reply_format(s, format, arguments);
    va_end(arguments);
}

void ob_qtest_fail(ObQtestSession *s, const char *name, const char *format, ...)
{
    va_list arguments;

    memcpy(ob_qtest_room(s, 1024), "FAIL ", 5);
    s->used += 5;
    if (name) {
        s->used += g_snprintf(s->out + s->used, 64, "%s: ", name);
    }
    va_start(arguments, format);
    reply_format(s, format, arguments);
    va_end(arguments);
}

void ob_qtest_reply_drop(ObQtestSession *s)
{
    g_free(s->block_reply.copy);
    s->block_reply = (ObQtestBlockReply) { .active = false };
}

/* RAM may change before there is room again, but a reply shows one moment. */
static void reply_keep(ObQtestBlockReply *reply)
{
    if (!reply->copy) {
        size_t rest = reply->size - reply->done;

        reply->copy = g_memdup2(reply->bytes + reply->done, rest);
        reply->bytes = reply->copy;
        reply->size = rest;
        reply->done = 0;
    }
}

void ob_qtest_reply_continue(ObQtestSession *s)
{
    ObQtestBlockReply *reply = &s->block_reply;

    while (reply->done < reply->size) {
        size_t count = MIN(reply->size - reply->done, PIECE);
        char *text = ob_qtest_room(s, 2 * PIECE);

        if (s->suspended) {
            reply_keep(reply);
            return;
        }
        if (reply->encoding == OB_QTEST_HEX) {
            ob_codec()->hex_encode(text, reply->bytes + reply->done, count);
            s->used += 2 * count;
        } else {
            s->used += ob_base64_encode(text, reply->bytes + reply->done, count);
        }
        reply->done += count;
    }
    *ob_qtest_room(s, 1) = '\n';
    s->used++;
    ob_qtest_reply_drop(s);
}

static void reply_begin(ObQtestSession *s)
{
    const char *head = s->block_reply.encoding == OB_QTEST_HEX ? "OK 0x" : "OK ";
    size_t length = strlen(head);

    s->block_reply.active = true;
    memcpy(ob_qtest_room(s, length), head, length);
    s->used += length;
    ob_qtest_reply_continue(s);
}

void ob_qtest_reply_bytes(ObQtestSession *s, uint8_t *bytes, size_t size)
{
    s->block_reply = (ObQtestBlockReply) {
        .encoding = OB_QTEST_HEX, .copy = bytes, .bytes = bytes, .size = size
    };
    reply_begin(s);
}

/* The read's own interrupts come before the reply, later interrupts after it. */
void ob_qtest_reply_block(ObQtestSession *s, uint64_t address, size_t size,
                          ObQtestEncoding encoding)
{
    ObQtestBlockReply *reply = &s->block_reply;

    *reply = (ObQtestBlockReply) { .encoding = encoding, .size = size };
    reply->bytes = size ? ob_host_ram_pointer(s->host, address, size) : NULL;
    if (!reply->bytes && size) {
        reply->bytes = reply->copy = g_malloc(size);
        ob_host_read(s->host, address, reply->copy, size);
    }
    reply_begin(s);
}
