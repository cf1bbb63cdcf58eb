/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/check-tools.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES  255u                   /* a stream has one byte for a name's length */
#define BLOCK_MAX_BYTES (NAME_MAX_BYTES - 11u) /* with room for "#4294967295" */

/* A table entry that has a name starts with it. */
static const char *entry_name(const void *entry)
{
    return *(const char *const *)entry;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(entry_name(*(const void *const *)a), entry_name(*(const void *const *)b));
}

bool hw_check_unique(const HwCheck *c, const HwPlace *outer, const char *kind, const void *entries,
                     uint32_t stride, uint32_t count, const char *what,
                     int (*compare)(const void *a, const void *b))
{
    const void **sorted = calloc(count + 1, sizeof(*sorted));
    bool unique = true;

    if (!sorted) {
        return hw_refuse(outer, c->error, "can't be checked: %s", strerror(ENOMEM));
    }
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = (const char *)entries + (size_t)stride * i;
    }
    qsort(sorted, count, sizeof(*sorted), compare);
    for (uint32_t i = 1; unique && i < count; i++) {
        if (!compare(&sorted[i - 1], &sorted[i])) {
            HwPlace place = { outer, kind, entry_name(sorted[i]), 0 };

            unique = hw_refuse(&place, c->error,
                               "has the same %s as %s %s, expected different "
                               "ones",
                               what, kind, entry_name(sorted[i - 1]));
        }
    }
    free(sorted);
    return unique;
}

/* FNV-1a. */
static uint32_t name_digest(const char *name)
{
    uint32_t digest = 0x811c9dc5;

    for (; *name; name++) {
        digest = (digest ^ (uint8_t)*name) * 0x01000193;
    }
    return digest;
}

/* True if the names' digests tell all names apart, as they do in most tables: then there is
 * nothing to sort. */
static bool digests_differ(const void *entries, uint32_t stride, uint32_t count)
{
    uint64_t seen[16] = { 0 };

    for (uint32_t i = 0; i < count; i++) {
        uint32_t digest = name_digest(entry_name((const char *)entries + (size_t)stride * i));
        uint64_t *word = &seen[digest / 64 % 16];

        if (*word & UINT64_C(1) << digest % 64) {
            return false;
        }
        *word |= UINT64_C(1) << digest % 64;
    }
    return true;
}

static bool name_is_plain(const char *name)
{
    for (; *name; name++) {
        if (*name <= ' ' || *name > '~' || *name == ',' || *name == '=') {
            return false;
        }
    }
    return true;
}

bool hw_check_name(const HwCheck *c, const HwPlace *place, const char *name)
{
    size_t length;

    if (!name || !*name) {
        return hw_refuse(place, c->error, "has no name");
    }
    length = strlen(name);
    if (length > NAME_MAX_BYTES) {
        return hw_refuse(place, c->error, "name has %zu characters, expected at most %u", length,
                         NAME_MAX_BYTES);
    }
    return name_is_plain(name) ||
           hw_refuse(place, c->error,
                     "name has other characters than expected: printable ones, "
                     "no space, comma or equals sign");
}

bool hw_check_block(const HwCheck *c, const HwPlace *place, const char *name)
{
    if (name && strlen(name) > BLOCK_MAX_BYTES) {
        return hw_refuse(place, c->error,
                         "RAM block's name has %zu characters, expected at most "
                         "%u",
                         strlen(name), BLOCK_MAX_BYTES);
    }
    if (name && strchr(name, '#')) {
        return hw_refuse(place, c->error,
                         "RAM block's name has a #, expected it to be the host's, "
                         "for an instance's number");
    }
    return hw_check_name(c, place, name);
}

bool hw_check_text(const HwCheck *c, const HwPlace *place, const char *what, const char *text)
{
    for (; text && *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return hw_refuse(place, c->error,
                             "%s has the control character 0x%02x, expected one "
                             "line of text",
                             what, (unsigned char)*text);
        }
    }
    return true;
}

bool hw_check_names(const HwCheck *c, const HwPlace *outer, const char *kind, const void *entries,
                    uint32_t stride, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        HwPlace place = { outer, kind, NULL, i };

        if (!hw_check_name(c, &place, entry_name((const char *)entries + (size_t)stride * i))) {
            return false;
        }
    }
    return digests_differ(entries, stride, count) ||
           hw_check_unique(c, outer, kind, entries, stride, count, "name", compare_names);
}

bool hw_check_in_instance(const HwCheck *c, const HwPlace *place, const char *what, uint64_t offset,
                          uint64_t size, uint32_t alignment)
{
    if (offset < sizeof(HwDevice) || offset > c->instance_size ||
        size > c->instance_size - offset) {
        return hw_refuse(place, c->error,
                         "%s takes %" PRIu64 " bytes of the instance at %" PRIu64
                         ", expected in %zu to %" PRIu64,
                         what, size, offset, sizeof(HwDevice), c->instance_size);
    }
    return offset % alignment == 0 ||
           hw_refuse(place, c->error,
                     "%s is at %" PRIu64 " in the instance, expected a multiple "
                     "of %u",
                     what, offset, alignment);
}
