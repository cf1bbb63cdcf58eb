/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/image/place.h"

#include <stdarg.h>
#include <stdio.h>

#include "hw-api/device/error.h"

typedef struct Text {
    char bytes[1024];
    size_t length;
} Text;

static void text_append_va(Text *text, const char *format, va_list args)
{
    size_t room = sizeof(text->bytes) - text->length;
    int wanted = vsnprintf(text->bytes + text->length, room, format, args);

    if (wanted > 0) {
        text->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
    }
}

HW_PRINTF(2, 3) static void text_append(Text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text_append_va(text, format, args);
    va_end(args);
}

static void place_append(Text *text, const HwPlace *place)
{
    if (!place) {
        return;
    }
    place_append(text, place->outer);
    if (!place->kind) {
        text_append(text, "%s: ", place->name);
    } else if (place->name) {
        text_append(text, "%s %s: ", place->kind, place->name);
    } else {
        text_append(text, "%s %u: ", place->kind, place->index);
    }
}

/* Makes one line for terminals and logs, even if a plugin's strings have control characters. */
static void text_clean(Text *text)
{
    for (size_t i = 0; i < text->length; i++) {
        if ((unsigned char)text->bytes[i] < ' ' || text->bytes[i] == 0x7f) {
            text->bytes[i] = '?';
        }
    }
}

bool hw_refuse(const HwPlace *place, HwError *error, const char *format, ...)
{
    Text text;
    va_list args;

    text.length = 0;
    place_append(&text, place);
    va_start(args, format);
    text_append_va(&text, format, args);
    va_end(args);
    text_clean(&text);
    return hw_error_set(error, "%s", text.bytes);
}
