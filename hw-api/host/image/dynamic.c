/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PT_DYNAMIC: the System V gABI, chapter 5 (dynamic section). */
#include "hw-api/host/image/inspection.h"

#include <inttypes.h>

#include "hw-api/host/image/elf-machine.h"

#define AT              "0x%" PRIx64

#define ENTRIES_MAX     1024u /* glibc puts a pointer for each library on its stack */
#define NAME_LENGTH_MAX 4096u /* and names of libraries and their paths */

/* Flags that only change how the linker finds symbols and files. */
#define FLAGS_ALLOWED   (DF_ORIGIN | DF_SYMBOLIC | DF_BIND_NOW | DF_STATIC_TLS)
#define FLAGS_1_ALLOWED (DF_1_NOW | DF_1_NODELETE | DF_1_ORIGIN | DF_1_NODEFLIB)

static const struct {
    int64_t tag;
    const char *name;
} tags[HW_DT_COUNT] = {
    [HW_DT_HASH] = { DT_HASH, "DT_HASH" },
    [HW_DT_GNU_HASH] = { DT_GNU_HASH, "DT_GNU_HASH" },
    [HW_DT_STRTAB] = { DT_STRTAB, "DT_STRTAB" },
    [HW_DT_STRSZ] = { DT_STRSZ, "DT_STRSZ" },
    [HW_DT_SYMTAB] = { DT_SYMTAB, "DT_SYMTAB" },
    [HW_DT_SYMENT] = { DT_SYMENT, "DT_SYMENT" },
    [HW_DT_RELA] = { DT_RELA, "DT_RELA" },
    [HW_DT_RELASZ] = { DT_RELASZ, "DT_RELASZ" },
    [HW_DT_RELAENT] = { DT_RELAENT, "DT_RELAENT" },
    [HW_DT_RELACOUNT] = { DT_RELACOUNT, "DT_RELACOUNT" },
    [HW_DT_RELR] = { DT_RELR, "DT_RELR" },
    [HW_DT_RELRSZ] = { DT_RELRSZ, "DT_RELRSZ" },
    [HW_DT_RELRENT] = { DT_RELRENT, "DT_RELRENT" },
    [HW_DT_JMPREL] = { DT_JMPREL, "DT_JMPREL" },
    [HW_DT_PLTRELSZ] = { DT_PLTRELSZ, "DT_PLTRELSZ" },
    [HW_DT_PLTREL] = { DT_PLTREL, "DT_PLTREL" },
    [HW_DT_PLTGOT] = { DT_PLTGOT, "DT_PLTGOT" },
    [HW_DT_VERSYM] = { DT_VERSYM, "DT_VERSYM" },
    [HW_DT_VERNEED] = { DT_VERNEED, "DT_VERNEED" },
    [HW_DT_VERNEEDNUM] = { DT_VERNEEDNUM, "DT_VERNEEDNUM" },
    [HW_DT_VERDEF] = { DT_VERDEF, "DT_VERDEF" },
    [HW_DT_VERDEFNUM] = { DT_VERDEFNUM, "DT_VERDEFNUM" },
    [HW_DT_INIT] = { DT_INIT, "DT_INIT" },
    [HW_DT_FINI] = { DT_FINI, "DT_FINI" },
    [HW_DT_INIT_ARRAY] = { DT_INIT_ARRAY, "DT_INIT_ARRAY" },
    [HW_DT_INIT_ARRAYSZ] = { DT_INIT_ARRAYSZ, "DT_INIT_ARRAYSZ" },
    [HW_DT_FINI_ARRAY] = { DT_FINI_ARRAY, "DT_FINI_ARRAY" },
    [HW_DT_FINI_ARRAYSZ] = { DT_FINI_ARRAYSZ, "DT_FINI_ARRAYSZ" },
    [HW_DT_PREINIT_ARRAY] = { DT_PREINIT_ARRAY, "DT_PREINIT_ARRAY" },
    [HW_DT_PREINIT_ARRAYSZ] = { DT_PREINIT_ARRAYSZ, "DT_PREINIT_ARRAYSZ" },
    [HW_DT_SONAME] = { DT_SONAME, "DT_SONAME" },
    [HW_DT_RPATH] = { DT_RPATH, "DT_RPATH" },
    [HW_DT_RUNPATH] = { DT_RUNPATH, "DT_RUNPATH" },
    [HW_DT_FLAGS] = { DT_FLAGS, "DT_FLAGS" },
    [HW_DT_FLAGS_1] = { DT_FLAGS_1, "DT_FLAGS_1" },
};

static const struct {
    int64_t tag;
    const char *name;
    const char *expected;
} refused[] = {
    { DT_REL, "DT_REL", "DT_RELA" },
    { DT_TEXTREL, "DT_TEXTREL", "code without relocations: compile it with -fPIC" },
    { DT_AUXILIARY, "DT_AUXILIARY", "no filters" },
    { DT_FILTER, "DT_FILTER", "no filters" },
};

/* Both of a pair or neither: glibc follows the second without asking for it. */
static const struct {
    HwDynamicTag table;
    HwDynamicTag other;
} pairs[] = {
    { HW_DT_STRTAB, HW_DT_STRSZ },
    { HW_DT_RELA, HW_DT_RELASZ },
    { HW_DT_RELA, HW_DT_RELAENT },
    { HW_DT_RELR, HW_DT_RELRSZ },
    { HW_DT_RELR, HW_DT_RELRENT },
    { HW_DT_JMPREL, HW_DT_PLTRELSZ },
    { HW_DT_JMPREL, HW_DT_PLTREL },
    { HW_DT_VERNEED, HW_DT_VERNEEDNUM },
    { HW_DT_VERDEF, HW_DT_VERDEFNUM },
    { HW_DT_INIT_ARRAY, HW_DT_INIT_ARRAYSZ },
    { HW_DT_FINI_ARRAY, HW_DT_FINI_ARRAYSZ },
    { HW_DT_PREINIT_ARRAY, HW_DT_PREINIT_ARRAYSZ },
};

static const struct {
    HwDynamicTag tag;
    uint64_t value;
} fixed[] = {
    { HW_DT_SYMENT, sizeof(Elf64_Sym) },
    { HW_DT_RELAENT, sizeof(Elf64_Rela) },
    { HW_DT_RELRENT, sizeof(uint64_t) },
    { HW_DT_PLTREL, DT_RELA },
};

static const struct {
    HwDynamicTag table;
    HwDynamicTag size;
    uint32_t entry;
} tables[] = {
    { HW_DT_STRTAB, HW_DT_STRSZ, 1 },
    { HW_DT_RELA, HW_DT_RELASZ, sizeof(Elf64_Rela) },
    { HW_DT_JMPREL, HW_DT_PLTRELSZ, sizeof(Elf64_Rela) },
    { HW_DT_RELR, HW_DT_RELRSZ, sizeof(uint64_t) },
};

/* Relocations fill the arrays. */
static const struct {
    HwDynamicTag array;
    HwDynamicTag size;
} arrays[] = {
    { HW_DT_INIT_ARRAY, HW_DT_INIT_ARRAYSZ },
    { HW_DT_FINI_ARRAY, HW_DT_FINI_ARRAYSZ },
    { HW_DT_PREINIT_ARRAY, HW_DT_PREINIT_ARRAYSZ },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* --------------------------------------------------------------------- helpers */

bool hw_inspect_keep(HwInspection *in, const char *what, uint64_t address, uint64_t size)
{
    const HwSegment *segment = hw_image_segment(in->image, address);

    if (!segment || size > segment->end - address ||
        (address < in->dynamic.end && in->dynamic.start < address + size)) {
        return hw_inspect_refuse(in,
                                 "has %s of " AT " bytes at " AT ", expected them in a "
                                 "segment and outside of PT_DYNAMIC",
                                 what, size, address);
    }
    if (!segment->writable || size == 0) {
        return true;
    }
    in->kept[in->kept_count++] = (HwSpan) { address, address + size };
    return true;
}

void hw_inspect_leave(HwInspection *in, const char *what)
{
    if (!in->image->unproven) {
        in->image->unproven = what;
    }
}

static Elf64_Dyn dynamic_at(const HwInspection *in, uint64_t address)
{
    Elf64_Dyn entry;

    hw_image_read(in->image, address, &entry, sizeof(entry));
    return entry;
}

/* --------------------------------------------------------------------- entries */

/* Those that are not known are ignored here, as the linkers ignore them. */
static bool entry_add(HwInspection *in, const Elf64_Dyn *entry)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        if (entry->d_tag == refused[i].tag) {
            return hw_inspect_refuse(in, "has %s, expected %s", refused[i].name,
                                     refused[i].expected);
        }
    }
    for (size_t i = 0; i < HW_DT_COUNT; i++) {
        if (entry->d_tag != tags[i].tag) {
            continue;
        }
        if (in->has[i]) {
            return hw_inspect_refuse(in, "has %s twice, expected one", tags[i].name);
        }
        in->has[i] = true;
        in->value[i] = entry->d_un.d_val;
    }
    return true;
}

/* The linker reads up to the terminator, whatever the size of PT_DYNAMIC is. */
static bool entries_read(HwInspection *in)
{
    uint64_t count = (in->dynamic.end - in->dynamic.start) / sizeof(Elf64_Dyn);

    for (uint64_t i = 0; i < count && i < ENTRIES_MAX; i++) {
        Elf64_Dyn entry = dynamic_at(in, in->dynamic.start + i * sizeof(entry));

        if (entry.d_tag == DT_NULL) {
            in->dynamic.end = in->dynamic.start + (i + 1) * sizeof(entry);
            return true;
        }
        if (!entry_add(in, &entry)) {
            return false;
        }
    }
    return hw_inspect_refuse(in,
                             "has no DT_NULL in its %" PRIu64 " dynamic entries, expected one "
                             "of the first %u",
                             count, ENTRIES_MAX);
}

static bool entries_check_pairs(const HwInspection *in)
{
    for (size_t i = 0; i < COUNT(pairs); i++) {
        bool has = in->has[pairs[i].table];

        if (has != in->has[pairs[i].other]) {
            return hw_inspect_refuse(in, "has %s without %s, expected both or neither",
                                     tags[has ? pairs[i].table : pairs[i].other].name,
                                     tags[has ? pairs[i].other : pairs[i].table].name);
        }
    }
    if (!in->has[HW_DT_STRTAB] || !in->has[HW_DT_SYMTAB] ||
        (!in->has[HW_DT_HASH] && !in->has[HW_DT_GNU_HASH])) {
        return hw_inspect_refuse(in, "lacks dynamic symbols, expected DT_SYMTAB, DT_STRTAB and "
                                     "DT_GNU_HASH or DT_HASH");
    }
    return true;
}

static bool entries_check_values(const HwInspection *in)
{
    for (size_t i = 0; i < COUNT(fixed); i++) {
        HwDynamicTag tag = fixed[i].tag;

        if (in->has[tag] && in->value[tag] != fixed[i].value) {
            return hw_inspect_refuse(in, "has %s " AT ", expected " AT, tags[tag].name,
                                     in->value[tag], fixed[i].value);
        }
    }
    if (in->value[HW_DT_FLAGS] & ~(uint64_t)FLAGS_ALLOWED) {
        return hw_inspect_refuse(in, "has DT_FLAGS " AT ", expected none but 0x%x",
                                 in->value[HW_DT_FLAGS], FLAGS_ALLOWED);
    }
    if (in->value[HW_DT_FLAGS_1] & ~(uint64_t)FLAGS_1_ALLOWED) {
        return hw_inspect_refuse(in, "has DT_FLAGS_1 " AT ", expected none but 0x%x",
                                 in->value[HW_DT_FLAGS_1], FLAGS_1_ALLOWED);
    }
    return true;
}

/* ---------------------------------------------------------------------- tables */

static bool tables_check(HwInspection *in)
{
    for (size_t i = 0; i < COUNT(tables); i++) {
        HwDynamicTag table = tables[i].table;
        uint64_t size = in->value[tables[i].size];

        if (in->has[table] && size % tables[i].entry) {
            return hw_inspect_refuse(in, "has %s of " AT " bytes, expected entries of %u",
                                     tags[table].name, size, tables[i].entry);
        }
        if (in->has[table] && !hw_inspect_keep(in, tags[table].name, in->value[table], size)) {
            return false;
        }
    }
    return !in->has[HW_DT_PLTGOT] || hw_image_spans(in->image, in->value[HW_DT_PLTGOT], 24) ||
           hw_inspect_refuse(in, "has DT_PLTGOT at " AT ", expected it in a segment",
                             in->value[HW_DT_PLTGOT]);
}

/* glibc subtracts the size of one from the other's where both end together. */
static bool tables_check_overlap(const HwInspection *in)
{
    uint64_t rela = in->value[HW_DT_RELA];
    uint64_t plt = in->value[HW_DT_JMPREL];

    return rela >= plt + in->value[HW_DT_PLTRELSZ] || plt >= rela + in->value[HW_DT_RELASZ] ||
           hw_inspect_refuse(in, "has DT_JMPREL at " AT ", expected it outside of DT_RELA at " AT,
                             plt, rela);
}

static bool arrays_check(const HwInspection *in)
{
    for (size_t i = 0; i < COUNT(arrays); i++) {
        uint64_t address = in->value[arrays[i].array];
        uint64_t size = in->value[arrays[i].size];

        if (in->has[arrays[i].array] &&
            (size % sizeof(uint64_t) || !hw_image_spans(in->image, address, size))) {
            return hw_inspect_refuse(in,
                                     "has %s of " AT " bytes at " AT ", expected 8 for each "
                                     "function, in a segment",
                                     tags[arrays[i].array].name, size, address);
        }
    }
    return true;
}

/* Code that runs while the file is loaded or unloaded. */
static void leave_initialisers(HwInspection *in)
{
    bool any = in->has[HW_DT_INIT] || in->has[HW_DT_FINI];

    for (size_t i = 0; i < COUNT(arrays); i++) {
        any = any || in->value[arrays[i].size] > 0;
    }
    if (any) {
        hw_inspect_leave(in, "initialisers");
    }
}

/* ----------------------------------------------------------------------- names */

static bool name_check(const HwInspection *in, const char *what, uint64_t name)
{
    uint64_t size = in->value[HW_DT_STRSZ];
    const char *text = hw_image_at(in->image, in->value[HW_DT_STRTAB] + name);

    /* The table ends with a zero. */
    return (name < size && __builtin_strlen(text) < NAME_LENGTH_MAX) ||
           hw_inspect_refuse(in,
                             "has %s with a name at " AT ", expected less than " AT
                             " and less than %u characters",
                             what, name, size, NAME_LENGTH_MAX);
}

static bool names_check(const HwInspection *in)
{
    static const HwDynamicTag named[] = { HW_DT_SONAME, HW_DT_RPATH, HW_DT_RUNPATH };
    uint64_t size = in->value[HW_DT_STRSZ];

    if (size == 0 || *(char *)hw_image_at(in->image, in->value[HW_DT_STRTAB] + size - 1)) {
        return hw_inspect_refuse(in, "has DT_STRTAB of " AT " bytes, expected a zero at its end",
                                 size);
    }
    for (size_t i = 0; i < COUNT(named); i++) {
        if (in->has[named[i]] && !name_check(in, tags[named[i]].name, in->value[named[i]])) {
            return false;
        }
    }
    for (uint64_t at = in->dynamic.start; at < in->dynamic.end; at += sizeof(Elf64_Dyn)) {
        Elf64_Dyn entry = dynamic_at(in, at);

        if (entry.d_tag == DT_NEEDED && !name_check(in, "DT_NEEDED", entry.d_un.d_val)) {
            return false;
        }
    }
    return true;
}

bool hw_inspect_dynamic(HwInspection *in)
{
    if (!entries_read(in) || !entries_check_pairs(in) || !entries_check_values(in) ||
        !tables_check(in) || !tables_check_overlap(in) || !arrays_check(in) || !names_check(in)) {
        return false;
    }
    in->kept[in->kept_count++] = in->dynamic;
    leave_initialisers(in);
    return true;
}
