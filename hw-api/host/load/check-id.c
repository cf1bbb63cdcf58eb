/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ids of services and names of device classes.  Both begin with the reversed domain of
 * their maker, so that two makers can't take the same name; hw-api's own are shorter.
 *
 * A class's name becomes a QEMU type.  QEMU 9 and later abort if such a name has a slash,
 * has only one character, or begins with a dash or 0 (seen in 10.0 and 11.1).
 */
#include "hw-api/host/load/check-parts.h"

#include <string.h>

#define LETTERS         "abcdefghijklmnopqrstuvwxyz"
#define DIGITS          "0123456789"

#define VENDOR_LABELS   3 /* com.acme.ring */
#define REVISION_DIGITS 9

/* The length of the label at the start, such as "a" or "ring-2"; 0: `text` has no label. */
static size_t label_length(const char *text)
{
    size_t length = strspn(text, LETTERS DIGITS "-");

    return length > 0 && text[0] != '-' && text[length - 1] != '-' ? length : 0;
}

/* Some of QEMU's names have underscores: "ne2k_pci". */
static bool is_plain(const char *name)
{
    size_t length = strspn(name, LETTERS DIGITS "-_");

    return length > 1 && !name[length] && strchr(LETTERS, name[0]) &&
           !strchr("-_", name[length - 1]);
}

/* Labels with dots between them: their number, and the end of the last label; 0: none. */
static uint32_t labels_count(const char *text, const char **end)
{
    uint32_t count = 0;
    size_t length;

    if (!strchr(LETTERS, text[0])) {
        return 0;
    }
    while ((length = label_length(text)) > 0) {
        text += length;
        count++;
        *end = text;
        if (*text != '.') {
            return count;
        }
        text++;
    }
    return 0;
}

static bool is_vendors(const char *name, uint32_t labels)
{
    return labels >= VENDOR_LABELS && strncmp(name, "hw.", 3) != 0;
}

/* True for a revision such as "/1". */
static bool is_revision(const char *text)
{
    size_t digits = text[0] == '/' ? strspn(text + 1, DIGITS) : 0;

    return digits > 0 && digits <= REVISION_DIGITS && text[1] != '0' && text[1 + digits] == '\0';
}

bool hw_check_service_id(const HwCheck *c, const HwPlace *place, const char *id)
{
    const char *end = id;
    uint32_t labels = labels_count(id, &end);
    bool ours = labels == 2 && strncmp(id, "hw.", 3) == 0;

    return ((ours || is_vendors(id, labels)) && is_revision(end)) ||
           hw_refuse(place, c->error,
                     "invalid id, expected hw.NAME/REVISION or "
                     "com.VENDOR.NAME/REVISION, of a to z, 0 to 9 and -");
}

bool hw_check_class_name(const HwCheck *c, const HwPlace *place, const char *name)
{
    const char *end = name;
    uint32_t labels = labels_count(name, &end);

    return is_plain(name) || (is_vendors(name, labels) && !*end) ||
           hw_refuse(place, c->error,
                     "invalid name, expected NAME or com.VENDOR.NAME, of a to z, "
                     "0 to 9 and - (NAME also _), of 2 characters or more, the first a letter");
}
