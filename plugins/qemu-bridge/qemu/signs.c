/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/signs.h"

#include <dlfcn.h>
#include <string.h>

uint64_t qemu_sign_value(const void *object, uint32_t at, uint32_t width)
{
    const uint8_t *place = (const uint8_t *)object + at;
    uint64_t value = 0;
    uint32_t word;

    switch (width) {
    case 1:
        return *place;
    case 4:
        memcpy(&word, place, sizeof(word));
        return word;
    default:
        memcpy(&value, place, sizeof(value));
        return value;
    }
}

const void *qemu_sign_pointer(const void *object, uint32_t at)
{
    return (const void *)(uintptr_t)qemu_sign_value(object, at, sizeof(void *));
}

static bool place_fits(const QemuSign *signs, size_t count, uint32_t width, uint32_t at)
{
    for (size_t i = 0; i < count; i++) {
        if (qemu_sign_value(signs[i].object, at, width) != signs[i].value) {
            return false;
        }
    }
    return true;
}

uint32_t qemu_signs_place(const QemuSign *signs, size_t count, uint32_t width, uint32_t from,
                          uint32_t to)
{
    uint32_t found = 0;

    for (uint32_t at = from; at + width <= to; at += width) {
        if (place_fits(signs, count, width, at)) {
            if (found) {
                return 0;
            }
            found = at;
        }
    }
    return found;
}

/*
 * The pointer may be any value.  dladdr() is too slow: it searches all of QEMU's symbols at each
 * call.  The range that _dl_find_object() finds doesn't do either: on arm64 segments lie apart,
 * and it is one segment.
 */
bool qemu_sign_is_beside(const void *pointer, const void *other)
{
    struct dl_find_object here, there;

    return _dl_find_object((void *)(uintptr_t)pointer, &here) == 0 &&
           _dl_find_object((void *)(uintptr_t)other, &there) == 0 &&
           here.dlfo_link_map == there.dlfo_link_map;
}

bool qemu_sign_is_text(const void *object, uint32_t at, const char *text, const void *file)
{
    const char *its = qemu_sign_pointer(object, at);

    return qemu_sign_is_beside(its, file) && strncmp(its, text, strlen(text) + 1) == 0;
}
