/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/session/json-reader.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "qtest/text/json.h"

typedef enum ReaderMode {
    READER_BETWEEN,    /* between values */
    READER_NESTED,     /* in an object or array, `depth` of them */
    READER_STRING,     /* at any depth, until `quote` */
    READER_ESCAPE,     /* after a backslash in a string */
    READER_WORD,       /* a number or keyword outside of objects and arrays */
    READER_SKIPPING,   /* up to the end of the line */
    READER_RECOVERING, /* up to the end of the line, or to a possible start of a value */
} ReaderMode;

struct ObJsonReader {
    ReaderMode mode;
    uint32_t depth;
    char quote; /* QEMU takes both kinds */
    GString *value;
    bool stopped; /* by `each` */
    ObJsonFunction *each;
    void *opaque;
};

ObJsonReader *ob_json_reader_new(ObJsonFunction *each, void *opaque)
{
    ObJsonReader *reader = g_new0(ObJsonReader, 1);

    reader->value = g_string_new(NULL);
    reader->each = each;
    reader->opaque = opaque;
    return reader;
}

void ob_json_reader_free(ObJsonReader *reader)
{
    if (reader) {
        g_string_free(reader->value, TRUE);
        g_free(reader);
    }
}

void ob_json_reader_reset(ObJsonReader *reader)
{
    reader->mode = READER_BETWEEN;
    reader->depth = 0;
    g_string_free(reader->value, TRUE); /* its memory may be large */
    reader->value = g_string_new(NULL);
}

static void reader_refuse(ObJsonReader *reader, ReaderMode next, const char *reason)
{
    g_autofree char *error = g_strdup_printf("JSON parse error, %s", reason);

    ob_json_reader_reset(reader);
    reader->mode = next;
    reader->stopped |= !reader->each(reader->opaque, NULL, error);
}

/* The reader has found the end of the value.  The library decides if it is JSON. */
static void reader_complete(ObJsonReader *reader)
{
    json_error_t failure;
    json_t *value = ob_json_load(reader->value->str, reader->value->len,
                                 JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &failure);

    if (!value) {
        g_autofree char *reason = g_utf8_make_valid(failure.text, -1);
        reader_refuse(reader, READER_BETWEEN, reason);
        return;
    }
    ob_json_reader_reset(reader);
    reader->stopped |= !reader->each(reader->opaque, value, NULL);
}

static void reader_between(ObJsonReader *reader, char c)
{
    if (c == '{' || c == '[') {
        reader->mode = READER_NESTED;
        reader->depth = 1;
    } else if (c == '"' || c == '\'') {
        reader->mode = READER_STRING;
        reader->quote = c;
    } else if (g_ascii_isalnum(c) || c == '-') {
        reader->mode = READER_WORD;
    } else if (!g_ascii_isspace(c)) {
        reader_refuse(reader, READER_RECOVERING, "expecting a value");
        return;
    } else {
        return;
    }
    g_string_append_c(reader->value, c);
}

/* For bytes outside of strings.  Such a byte is refused at once, the same as in QEMU, since
 * the end of the value may never come. */
static bool is_json(char c)
{
    return g_ascii_isalnum(c) || (c && strchr("{}[],:\"'+-. \t\r\n", c));
}

static void reader_nested(ObJsonReader *reader, char c)
{
    g_string_append_c(reader->value, c);
    if (!is_json(c)) {
        reader_refuse(reader, READER_RECOVERING, "invalid token");
    } else if (c == '"' || c == '\'') {
        reader->mode = READER_STRING;
        reader->quote = c;
    } else if (c == '{' || c == '[') {
        if (++reader->depth > OB_JSON_DEPTH_MAX) {
            reader_refuse(reader, READER_SKIPPING, "nesting is too deep");
        }
    } else if ((c == '}' || c == ']') && --reader->depth == 0) {
        reader_complete(reader);
    }
}

static void reader_string(ObJsonReader *reader, char c)
{
    g_string_append_c(reader->value, c);
    if (reader->mode == READER_ESCAPE) {
        reader->mode = READER_STRING;
    } else if (c == '\\') {
        reader->mode = READER_ESCAPE;
    } else if (c == reader->quote && reader->depth == 0) {
        reader_complete(reader);
    } else if (c == reader->quote) {
        reader->mode = READER_NESTED;
    } else if ((unsigned char)c < 0x20) {
        reader_refuse(reader, c == '\n' ? READER_BETWEEN : READER_RECOVERING,
                      "control character in a string");
    }
}

static void reader_word(ObJsonReader *reader, char c)
{
    if (g_ascii_isalnum(c) || (c && strchr("+-._", c))) {
        g_string_append_c(reader->value, c);
    } else {
        reader_complete(reader);
        reader_between(reader, c);
    }
}

static void reader_recovering(ObJsonReader *reader, char c)
{
    if (c == '{' || c == '[' || c == '\n' || (unsigned char)c == 0xff) {
        reader->mode = READER_BETWEEN;
    }
    if (c == '{' || c == '[') {
        reader_between(reader, c);
    }
}

static void reader_step(ObJsonReader *reader, char c)
{
    if ((unsigned char)c == 0xff && reader->mode != READER_RECOVERING) {
        reader_refuse(reader, READER_BETWEEN, "stray byte 0xff");
        return;
    }
    switch (reader->mode) {
    case READER_BETWEEN:
        reader_between(reader, c);
        break;
    case READER_NESTED:
        reader_nested(reader, c);
        break;
    case READER_STRING:
    case READER_ESCAPE:
        reader_string(reader, c);
        break;
    case READER_WORD:
        reader_word(reader, c);
        break;
    case READER_SKIPPING:
        reader->mode = c == '\n' ? READER_BETWEEN : READER_SKIPPING;
        break;
    case READER_RECOVERING:
        reader_recovering(reader, c);
        break;
    }
    if (reader->value->len > OB_JSON_VALUE_MAX) {
        reader_refuse(reader, READER_SKIPPING, "a value is too long");
    }
}

size_t ob_json_reader_feed(ObJsonReader *reader, const char *bytes, size_t count)
{
    size_t taken = 0;

    reader->stopped = false;
    while (taken < count && !reader->stopped) {
        reader_step(reader, bytes[taken++]);
    }
    return taken;
}
