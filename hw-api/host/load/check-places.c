/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places in the instance have owners.  If two uses share a member by accident, a stream
 * or a guest could set a pointer of the host or move a region.  The table below has the
 * uses that may share, and the reasons.
 */
#include "hw-api/host/load/check-parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/load/tables.h"

/* More uses in one class would make the comparison of all pairs slow. */
#define PLACES_MAX 4096u

typedef enum UseKind {
    USE_BOOL, /* properties, by type */
    USE_NUMBER,
    USE_CHOICE,
    USE_STRING,
    USE_BASE, /* regions */
    USE_SIZE_FROM,
    USE_ENABLED, /* regions and fw_cfg files */
    USE_WORDS,
    USE_FILE, /* fw_cfg files */
    USE_WRITABLE_FILE,
    USE_LAYOUT_FROM,
    USE_CURSOR, /* an I2C target's */
    USE_SAVED,  /* fields of states */
    USE_SAVED_BYTES,
    USE_COUNT,
} UseKind;

typedef struct Use {
    UseKind kind;
    uint32_t element; /* bytes that belong together */
    uint64_t offset;
    uint64_t size;
    const HwState *state; /* USE_SAVED and USE_SAVED_BYTES */
    const char *what;     /* "base of region" */
    const char *name;     /* NULL: `what` is enough */
} Use;

/* ------------------------------------------------------------------ who may share */

typedef enum Share {
    SHARE_NEVER = 0,
    SHARE_SAME,               /* the same bytes, or none */
    SHARE_ELEMENTS,           /* any bytes, in elements of the same size */
    SHARE_SAME_ELSEWHERE,     /* the two above, in different states: each state */
    SHARE_ELEMENTS_ELSEWHERE, /* is loaded for itself */
    SHARE_ANY,
} Share;

/* Each pair of uses is here once, in one order. */
static const uint8_t shares[USE_COUNT][USE_COUNT] = {
    /* The user sets, by a property, the value that the host reads. */
    [USE_BOOL][USE_ENABLED] = SHARE_SAME,
    [USE_NUMBER][USE_BASE] = SHARE_SAME,
    [USE_NUMBER][USE_SIZE_FROM] = SHARE_SAME,
    [USE_NUMBER][USE_LAYOUT_FROM] = SHARE_SAME,
    [USE_CHOICE][USE_LAYOUT_FROM] = SHARE_SAME,

    /* Regions that move, come and go, or grow together; two windows on the same words. */
    [USE_BASE][USE_BASE] = SHARE_SAME,
    [USE_ENABLED][USE_ENABLED] = SHARE_SAME,
    [USE_SIZE_FROM][USE_SIZE_FROM] = SHARE_SAME,
    [USE_WORDS][USE_WORDS] = SHARE_SAME,

    /* Registers are state.  A number may have any value that a stream brings. */
    [USE_WORDS][USE_SAVED] = SHARE_ELEMENTS,
    [USE_NUMBER][USE_SAVED] = SHARE_SAME,
    [USE_CURSOR][USE_SAVED] = SHARE_ELEMENTS,

    /* Layouts and subsections may have the same fields. */
    [USE_SAVED][USE_SAVED] = SHARE_ELEMENTS_ELSEWHERE,
    [USE_SAVED_BYTES][USE_SAVED_BYTES] = SHARE_SAME_ELSEWHERE,

    /* The guest has stored the file, so it is state.  In bytes: a file has no byte order. */
    [USE_WRITABLE_FILE][USE_SAVED] = SHARE_ELEMENTS,

    /* A read-only file may show any bytes but a pointer of the host. */
    [USE_FILE][USE_BOOL] = SHARE_ANY,
    [USE_FILE][USE_NUMBER] = SHARE_ANY,
    [USE_FILE][USE_CHOICE] = SHARE_ANY,
    [USE_FILE][USE_BASE] = SHARE_ANY,
    [USE_FILE][USE_SIZE_FROM] = SHARE_ANY,
    [USE_FILE][USE_ENABLED] = SHARE_ANY,
    [USE_FILE][USE_WORDS] = SHARE_ANY,
    [USE_FILE][USE_FILE] = SHARE_ANY,
    [USE_FILE][USE_WRITABLE_FILE] = SHARE_ANY,
    [USE_FILE][USE_LAYOUT_FROM] = SHARE_ANY,
    [USE_FILE][USE_SAVED] = SHARE_ANY,
    [USE_FILE][USE_SAVED_BYTES] = SHARE_ANY,
};

static Share share_of(const Use *a, const Use *b)
{
    return (Share)(shares[a->kind][b->kind] | shares[b->kind][a->kind]);
}

static bool is_same(const Use *a, const Use *b)
{
    return a->offset == b->offset && a->size == b->size;
}

static bool may_share(Share share, const Use *a, const Use *b)
{
    switch (share) {
    case SHARE_SAME:
        return is_same(a, b);
    case SHARE_ELEMENTS:
        return a->element == b->element;
    case SHARE_SAME_ELSEWHERE:
        return a->state != b->state && is_same(a, b);
    case SHARE_ELEMENTS_ELSEWHERE:
        return a->state != b->state && a->element == b->element;
    default:
        return share == SHARE_ANY;
    }
}

/* ---------------------------------------------------------------- all uses of a class */

typedef struct Uses {
    Use *entries; /* NULL: the uses are only counted */
    uint32_t count;
} Uses;

static void use_add(Uses *uses, const Use *use)
{
    if (uses->entries) {
        uses->entries[uses->count] = *use;
    }
    uses->count++;
}

/* Adds a place; 0: the table has no such place. */
static void use_add_place(Uses *uses, UseKind kind, uint32_t offset, uint32_t size,
                          const char *what, const char *name)
{
    if (offset) {
        use_add(uses, &(Use) { kind, size, offset, size, NULL, what, name });
    }
}

static void properties_gather(Uses *uses, const HwProperties *properties)
{
    static const struct {
        UseKind kind;
        uint32_t size;
    } types[] = {
        [HW_PROPERTY_BOOL] = { USE_BOOL, sizeof(bool) },
        [HW_PROPERTY_U32] = { USE_NUMBER, sizeof(uint32_t) },
        [HW_PROPERTY_U64] = { USE_NUMBER, sizeof(uint64_t) },
        [HW_PROPERTY_ADDRESS] = { USE_NUMBER, sizeof(uint64_t) },
        [HW_PROPERTY_STRING] = { USE_STRING, sizeof(const char *) },
        [HW_PROPERTY_CHOICE] = { USE_CHOICE, sizeof(uint32_t) },
        [HW_PROPERTY_SIZE] = { USE_NUMBER, sizeof(uint64_t) },
    };

    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];

        use_add_place(uses, types[property->type].kind, property->offset,
                      types[property->type].size, "property", property->name);
    }
}

static void regions_gather(Uses *uses, const HwRegions *regions)
{
    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];

        use_add_place(uses, USE_BASE, region->base, sizeof(uint64_t), "base of region",
                      region->name);
        use_add_place(uses, USE_SIZE_FROM, region->size_from, sizeof(uint64_t),
                      "size_from of region", region->name);
        use_add_place(uses, USE_ENABLED, region->enabled, sizeof(bool), "enabled of region",
                      region->name);
        if (region->word_count) {
            use_add(uses, &(Use) { USE_WORDS, sizeof(uint32_t), region->words,
                                   sizeof(uint32_t) * (uint64_t)region->word_count, NULL,
                                   "words of region", region->name });
        }
    }
}

static void capabilities_gather(Uses *uses, const HwPciCapabilities *capabilities)
{
    for (uint32_t i = 0; i < capabilities->count; i++) {
        const HwPciCapability *capability = &capabilities->entries[i];

        use_add(uses, &(Use) { USE_WORDS, sizeof(uint32_t), capability->words,
                               sizeof(uint32_t) * (uint64_t)capability->word_count, NULL,
                               "words of capability", capability->name });
    }
}

static void files_gather(Uses *uses, const HwFwCfgFiles *files)
{
    for (uint32_t i = 0; i < files->count; i++) {
        const HwFwCfgFile *file = &files->entries[i];

        if (file->offset) {
            use_add(uses,
                    &(Use) { file->flags & HW_FW_CFG_GUEST_WRITABLE ? USE_WRITABLE_FILE : USE_FILE,
                             1, file->offset, file->size, NULL, "fw_cfg file", file->name });
        }
        use_add_place(uses, USE_ENABLED, file->enabled, sizeof(bool), "enabled of fw_cfg file",
                      file->name);
    }
}

static void state_gather(Uses *uses, const HwState *state)
{
    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwStateField *field = &state->fields.entries[i];

        if (field->part) {
            state_gather(uses, field->part);
            continue;
        }
        use_add(uses,
                &(Use) { field->type == HW_STATE_BYTES ? USE_SAVED_BYTES : USE_SAVED, field->size,
                         field->offset, hw_state_extent(field), state, "field", field->name });
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        state_gather(uses, &state->subsections.entries[i]);
    }
}

static void class_gather(Uses *uses, const HwDeviceClass *table)
{
    uses->count = 0;
    properties_gather(uses, &table->properties);
    regions_gather(uses, &table->regions);
    files_gather(uses, &table->fw_cfg_files);
    if (table->pci) {
        capabilities_gather(uses, &table->pci->capabilities);
    }
    if (table->i2c && table->i2c->register_bytes) {
        use_add(uses, &(Use) { USE_CURSOR, 1, table->i2c->cursor, HW_I2C_CURSOR_BYTES, NULL,
                               "cursor of the I2C target", NULL });
    }
    use_add_place(uses, USE_LAYOUT_FROM, table->layout_from, sizeof(uint32_t), "layout_from", NULL);
    if (table->state) {
        state_gather(uses, table->state);
    }
    if (table->live) {
        state_gather(uses, table->live);
    }
    for (uint32_t i = 0; i < table->layouts.count; i++) {
        state_gather(uses, table->layouts.entries[i].state);
    }
}

/* ------------------------------------------------------------------------ comparing */

/* Compares by place.  Uses with the same place keep the order of the tables, which is their order
 * in the array. */
static int compare_uses(const void *a, const void *b)
{
    const Use *first = *(const Use *const *)a;
    const Use *second = *(const Use *const *)b;

    if (first->offset != second->offset) {
        return first->offset < second->offset ? -1 : 1;
    }
    return (first > second) - (first < second);
}

/* "field serial of state lamp (8 bytes at 80)" */
static void use_describe(const Use *use, char *text, size_t capacity)
{
    snprintf(text, capacity, "%s%s%.96s%s%.96s (%" PRIu64 " bytes at %" PRIu64 ")", use->what,
             use->name ? " " : "", use->name ? use->name : "", use->state ? " of state " : "",
             use->state ? use->state->name : "", use->size, use->offset);
}

static bool pair_refuse(const HwCheck *c, const HwPlace *cls, const Use *a, const Use *b)
{
    const Use *later = a > b ? a : b;
    const Use *earlier = a > b ? b : a;
    char first[256];
    char second[256];

    use_describe(later, first, sizeof(first));
    use_describe(earlier, second, sizeof(second));
    return hw_refuse(cls, c->error, "%s and %s overlap in the instance, expected %s", first, second,
                     share_of(a, b) == SHARE_NEVER ? "no byte in common"
                                                   : "the same elements or no byte in common");
}

static bool sorted_check(const HwCheck *c, const HwPlace *cls, const Use *const *sorted,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const Use *use = sorted[i];

        for (uint32_t j = i + 1; j < count && sorted[j]->offset < use->offset + use->size; j++) {
            if (!may_share(share_of(use, sorted[j]), use, sorted[j])) {
                return pair_refuse(c, cls, use, sorted[j]);
            }
        }
    }
    return true;
}

static bool uses_check(const HwCheck *c, const HwPlace *cls, const Uses *uses)
{
    const Use **sorted = calloc(uses->count, sizeof(*sorted));
    bool good;

    if (!sorted) {
        return hw_refuse(cls, c->error, "can't be checked: %s", strerror(ENOMEM));
    }
    for (uint32_t i = 0; i < uses->count; i++) {
        sorted[i] = &uses->entries[i];
    }
    qsort(sorted, uses->count, sizeof(*sorted), compare_uses);
    good = sorted_check(c, cls, sorted, uses->count);
    free(sorted);
    return good;
}

bool hw_check_places(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    Uses uses = { NULL, 0 };
    bool good;

    class_gather(&uses, table);
    if (uses.count == 0) {
        return true;
    }
    if (uses.count > PLACES_MAX) {
        return hw_refuse(cls, c->error, "uses %u places of the instance, expected at most %u",
                         uses.count, PLACES_MAX);
    }
    uses.entries = calloc(uses.count, sizeof(*uses.entries));
    if (!uses.entries) {
        return hw_refuse(cls, c->error, "can't be checked: %s", strerror(ENOMEM));
    }
    class_gather(&uses, table);
    good = uses_check(c, cls, &uses);
    free(uses.entries);
    return good;
}
