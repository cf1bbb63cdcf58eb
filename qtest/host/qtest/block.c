/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qtest/codec.h"
#include "qtest/host/qtest/internal.h"

#include <string.h>

#define KEEP_CAPACITY (4 * 1024 * 1024)

void ob_qtest_block_begin(ObQtestSession *s, const char *name, uint64_t address, uint64_t size,
                          ObQtestEncoding encoding)
{
    ObQtestBlockWrite *block = &s->block_write;

    g_strlcpy(block->name, name, sizeof(block->name));
    block->active = true;
    block->address = address;
    block->size = size;
    block->encoding = encoding;
    block->done = 0;
    block->prefix = 0;
    block->rest_count = 0;
}

/* Always returns false. */
static bool block_refuse(ObQtestSession *s, const char *sentence)
{
    s->block_write.active = false;
    ob_qtest_fail(s, s->block_write.name, "data: %s", sentence);
    return false;
}

/* Makes room only for the data that has arrived: a line may announce far more. */
static uint8_t *block_room(ObQtestBlockWrite *block, size_t count)
{
    if (block->capacity - block->done < count) {
        block->capacity = MAX(2 * block->capacity, block->done + count);
        block->bytes = g_realloc(block->bytes, block->capacity);
    }
    return block->bytes + block->done;
}

static bool block_too_long(ObQtestSession *s)
{
    ObQtestBlockWrite *block = &s->block_write;

    block->active = false;
    ob_qtest_fail(s, block->name, "data: longer than size, expected %" G_GUINT64_FORMAT " bytes",
                  block->size);
    return false;
}

static bool hex_store(ObQtestSession *s, const char *text, size_t pairs)
{
    ObQtestBlockWrite *block = &s->block_write;

    if (pairs > block->size - block->done) {
        return block_too_long(s);
    }
    if (pairs && ob_codec()->hex_decode(block_room(block, pairs), text, pairs) < pairs) {
        return block_refuse(s, "not a hex digit");
    }
    block->done += pairs;
    return true;
}

static bool hex_feed(ObQtestSession *s, const char *text, size_t count)
{
    ObQtestBlockWrite *block = &s->block_write;

    for (; block->prefix < 2 && count; block->prefix++, text++, count--) {
        if (*text != "0x"[block->prefix]) {
            return block_refuse(s, "does not begin with 0x");
        }
    }
    if (block->rest_count && count) {
        char pair[2] = { block->rest[0], *text };

        block->rest_count = 0;
        if (!hex_store(s, pair, 1)) {
            return false;
        }
        text++;
        count--;
    }
    if (count % 2) {
        block->rest[block->rest_count++] = text[count - 1];
    }
    return hex_store(s, text, count / 2);
}

static bool base64_store(ObQtestSession *s, const char *text, size_t quads)
{
    ObQtestBlockWrite *block = &s->block_write;

    if (quads > (block->size - block->done) / 3) {
        return block_too_long(s);
    }
    if (quads && ob_codec()->base64_decode(block_room(block, 3 * quads), text, quads) < quads) {
        return block_refuse(s, "not base64");
    }
    block->done += 3 * quads;
    return true;
}

/* The last quad may be padded, and any quad may be the last: one quad is always held back. */
static bool base64_feed(ObQtestSession *s, const char *text, size_t count)
{
    ObQtestBlockWrite *block = &s->block_write;

    while (block->rest_count < 4 && count) {
        block->rest[block->rest_count++] = *text++;
        count--;
    }
    if (!count) {
        return true;
    }
    if (!base64_store(s, block->rest, 1)) {
        return false;
    }
    block->rest_count = (count - 1) % 4 + 1;
    count -= block->rest_count;
    memcpy(block->rest, text + count, block->rest_count);
    return base64_store(s, text, count / 4);
}

bool ob_qtest_block_feed(ObQtestSession *s, const char *text, size_t count)
{
    return s->block_write.encoding == OB_QTEST_HEX ? hex_feed(s, text, count)
                                                   : base64_feed(s, text, count);
}

static bool hex_end(ObQtestSession *s)
{
    ObQtestBlockWrite *block = &s->block_write;

    if (block->prefix < 2) {
        return block_refuse(s, "missing, expected 0x and hex digits");
    }
    if (block->rest_count) {
        return block_refuse(s, "an odd number of hex digits");
    }
    if (!block->done && block->size) {
        return block_refuse(s, "no digit after 0x");
    }
    return true;
}

static bool base64_end(ObQtestSession *s)
{
    ObQtestBlockWrite *block = &s->block_write;
    uint8_t last[3];
    size_t count = 0;

    if (block->rest_count) {
        count = block->rest_count == 4 ? ob_base64_decode_last(last, block->rest) : 0;
        if (!count) {
            return block_refuse(s, "not base64");
        }
    }
    if (count != block->size - block->done) {
        block->active = false;
        ob_qtest_fail(s, block->name, "data: %zu bytes, expected %" G_GUINT64_FORMAT,
                      block->done + count, block->size);
        return false;
    }
    memcpy(block_room(block, 3), last, count);
    block->done += count;
    return true;
}

/* The digits may be fewer than the size: the rest is zero. */
static void block_pad(ObQtestSession *s)
{
    static const uint8_t zeros[4096];
    ObQtestBlockWrite *block = &s->block_write;

    for (uint64_t at = block->done; at < block->size; at += sizeof(zeros)) {
        ob_host_write(s->host, block->address + at, zeros, MIN(block->size - at, sizeof(zeros)));
    }
}

void ob_qtest_block_end(ObQtestSession *s)
{
    ObQtestBlockWrite *block = &s->block_write;

    if (!(block->encoding == OB_QTEST_HEX ? hex_end(s) : base64_end(s))) {
        return;
    }
    block->active = false;
    if (block->done) {
        ob_host_write(s->host, block->address, block->bytes, block->done);
    }
    block_pad(s);
    if (block->capacity > KEEP_CAPACITY) {
        g_free(block->bytes);
        block->bytes = NULL;
        block->capacity = 0;
    }
    ob_qtest_ok(s);
}
