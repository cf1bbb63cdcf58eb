/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Versions of symbols: the Linux Standard Base Core, chapter "Symbol Versioning".
 *
 * glibc follows their lists without bounds, and the numbers in DT_VERSYM are indices of an
 * array.  It aborts if a version belongs to a library that is not loaded.
 */
#include "hw-api/host/image/inspection.h"

#include <inttypes.h>
#include <string.h>

#define AT            "0x%" PRIx64

#define VERSIONS_MAX  0x8000u /* DT_VERSYM has 15 bits for them */
#define LIBRARIES_MAX 256u

typedef struct Versions {
    HwInspection *in;
    uint8_t known[VERSIONS_MAX / 8];
    uint32_t steps;
    uint64_t end;                  /* the list's */
    uint64_t files[LIBRARIES_MAX]; /* that versions are of: places of their names */
    uint32_t file_count;
} Versions;

static bool versions_name(const Versions *v, uint64_t name)
{
    return name < v->in->symbols.names_size ||
           hw_inspect_refuse(v->in, "has a version with a name at " AT ", expected less than " AT,
                             name, v->in->symbols.names_size);
}

/* One more entry of `size` bytes; as lists only go forward, the number bounds them. */
static bool versions_step(Versions *v, uint64_t at, size_t size)
{
    if (++v->steps > VERSIONS_MAX) {
        return hw_inspect_refuse(v->in, "has too many versions, expected at most %u", VERSIONS_MAX);
    }
    v->end = at + size > v->end ? at + size : v->end;
    return hw_image_spans(v->in->image, at, size) ||
           hw_inspect_refuse(v->in, "has a version at " AT ", expected it in a segment", at);
}

static bool versions_add(Versions *v, uint32_t number, uint32_t first)
{
    number &= VERSIONS_MAX - 1;
    if (number < first) {
        return hw_inspect_refuse(v->in, "has a version numbered %u, expected %u or more", number,
                                 first);
    }
    v->known[number / 8] |= (uint8_t)(1 << number % 8);
    return true;
}

/* ------------------------------------------------------------------- libraries */

static const char *versions_text(const Versions *v, uint64_t name)
{
    return hw_image_at(v->in->image, v->in->symbols.names + name);
}

static bool versions_same(const Versions *v, uint64_t a, uint64_t b)
{
    return a == b || !strcmp(versions_text(v, a), versions_text(v, b));
}

static bool library_is_needed(const Versions *v, uint64_t name)
{
    const HwInspection *in = v->in;

    for (uint64_t at = in->dynamic.start; at < in->dynamic.end; at += sizeof(Elf64_Dyn)) {
        Elf64_Dyn entry;

        hw_image_read(in->image, at, &entry, sizeof(entry));
        if (entry.d_tag == DT_NEEDED && versions_same(v, entry.d_un.d_val, name)) {
            return true;
        }
    }
    return false;
}

static bool library_has_versions(const Versions *v, uint64_t name)
{
    for (uint32_t i = 0; i < v->file_count; i++) {
        if (versions_same(v, v->files[i], name)) {
            return true;
        }
    }
    return false;
}

static bool library_add(Versions *v, uint64_t name)
{
    if (!library_is_needed(v, name)) {
        return hw_inspect_refuse(v->in, "has versions of a library that it does not need: "
                                        "expected one of DT_NEEDED");
    }
    if (library_has_versions(v, name)) {
        return hw_inspect_refuse(v->in, "has versions of the same library twice, expected one "
                                        "list");
    }
    if (v->file_count < LIBRARIES_MAX) {
        v->files[v->file_count++] = name;
    } else {
        hw_inspect_leave(v->in, "too many libraries");
    }
    return true;
}

/*
 * glibc aborts if a version turns out to be of a library without versions.  The file
 * can't tell which those are, unless it has versions of each library that it needs.
 */
static void leave_libraries(Versions *v)
{
    HwInspection *in = v->in;

    for (uint64_t at = in->dynamic.start; at < in->dynamic.end; at += sizeof(Elf64_Dyn)) {
        Elf64_Dyn entry;

        hw_image_read(in->image, at, &entry, sizeof(entry));
        if (entry.d_tag == DT_NEEDED && !library_has_versions(v, entry.d_un.d_val)) {
            hw_inspect_leave(in, "a library without versions");
        }
    }
}

/* ----------------------------------------------------------------------- lists */

static bool needed_versions(Versions *v, uint64_t at)
{
    Elf64_Vernaux version;

    do {
        if (!versions_step(v, at, sizeof(version))) {
            return false;
        }
        hw_image_read(v->in->image, at, &version, sizeof(version));
        if (!versions_name(v, version.vna_name) || !versions_add(v, version.vna_other, 2)) {
            return false;
        }
        at += version.vna_next;
    } while (version.vna_next);
    return true;
}

static bool needed_libraries(Versions *v, uint64_t at)
{
    Elf64_Verneed library;

    do {
        if (!versions_step(v, at, sizeof(library))) {
            return false;
        }
        hw_image_read(v->in->image, at, &library, sizeof(library));
        if (library.vn_version != VER_NEED_CURRENT) {
            return hw_inspect_refuse(v->in, "has DT_VERNEED of version %u, expected %u",
                                     library.vn_version, VER_NEED_CURRENT);
        }
        if (!versions_name(v, library.vn_file) || !library_add(v, library.vn_file) ||
            !needed_versions(v, at + library.vn_aux)) {
            return false;
        }
        at += library.vn_next;
    } while (library.vn_next);
    return true;
}

static bool defined_versions(Versions *v, uint64_t at)
{
    Elf64_Verdef version;

    do {
        Elf64_Verdaux name;

        if (!versions_step(v, at, sizeof(version))) {
            return false;
        }
        hw_image_read(v->in->image, at, &version, sizeof(version));
        if (!versions_step(v, at + version.vd_aux, sizeof(name))) {
            return false;
        }
        hw_image_read(v->in->image, at + version.vd_aux, &name, sizeof(name));
        if (!versions_name(v, name.vda_name) || !versions_add(v, version.vd_ndx, 1)) {
            return false;
        }
        at += version.vd_next;
    } while (version.vd_next);
    return true;
}

static bool list_check(Versions *v, HwDynamicTag tag, bool (*walk)(Versions *v, uint64_t at))
{
    uint64_t at = v->in->value[tag];

    v->end = 0;
    return !v->in->has[tag] || (walk(v, at) && hw_inspect_keep(v->in, "versions", at, v->end - at));
}

/* Numbers 0 and 1 stand for a local symbol and one without a version. */
static bool numbers_check(Versions *v)
{
    HwInspection *in = v->in;
    uint64_t at = in->value[HW_DT_VERSYM];

    if (!hw_inspect_keep(in, "DT_VERSYM", at, in->symbols.count * sizeof(Elf64_Half))) {
        return false;
    }
    for (uint64_t i = 0; i < in->symbols.count; i++) {
        Elf64_Half number;

        hw_image_read(in->image, at + i * sizeof(number), &number, sizeof(number));
        number &= VERSIONS_MAX - 1;
        if (number > 1 && !(v->known[number / 8] >> number % 8 & 1)) {
            return hw_inspect_refuse(in,
                                     "has symbol %" PRIu64 " of version %u, expected one of "
                                     "DT_VERNEED or DT_VERDEF",
                                     i, number);
        }
    }
    return true;
}

bool hw_inspect_versions(HwInspection *in)
{
    Versions v = { .in = in };
    bool has_lists = in->has[HW_DT_VERNEED] || in->has[HW_DT_VERDEF];

    if (in->has[HW_DT_VERSYM] != has_lists) {
        return hw_inspect_refuse(in, "has %s, expected both or neither",
                                 has_lists ? "DT_VERNEED or DT_VERDEF without DT_VERSYM"
                                           : "DT_VERSYM without DT_VERNEED or DT_VERDEF");
    }
    if (!has_lists) {
        return true;
    }
    if (!list_check(&v, HW_DT_VERNEED, needed_libraries) ||
        !list_check(&v, HW_DT_VERDEF, defined_versions)) {
        return false;
    }
    if (in->has[HW_DT_VERNEED]) {
        leave_libraries(&v);
    }
    return numbers_check(&v);
}
