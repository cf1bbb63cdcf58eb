/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of an inspection.  The dynamic linker starts at the program headers and
 * PT_DYNAMIC and trusts every address, count and index that it finds.  So each of them is
 * checked here in the way that glibc's and musl's linkers follow it.
 *
 * Read for this: glibc 2.36 elf/dl-load.c, dl-lookup.c, dl-version.c, dl-reloc.c,
 * get-dynamic-info.h; musl 1.2 ldso/dynlink.c.
 */
#ifndef HW_HOST_INSPECTION_H
#define HW_HOST_INSPECTION_H

#include "hw-api/host/image/image-layout.h"

/* Known entries of PT_DYNAMIC; each at most once. */
typedef enum HwDynamicTag {
    HW_DT_HASH,
    HW_DT_GNU_HASH,
    HW_DT_STRTAB,
    HW_DT_STRSZ,
    HW_DT_SYMTAB,
    HW_DT_SYMENT,
    HW_DT_RELA,
    HW_DT_RELASZ,
    HW_DT_RELAENT,
    HW_DT_RELACOUNT,
    HW_DT_RELR,
    HW_DT_RELRSZ,
    HW_DT_RELRENT,
    HW_DT_JMPREL,
    HW_DT_PLTRELSZ,
    HW_DT_PLTREL,
    HW_DT_PLTGOT,
    HW_DT_VERSYM,
    HW_DT_VERNEED,
    HW_DT_VERNEEDNUM,
    HW_DT_VERDEF,
    HW_DT_VERDEFNUM,
    HW_DT_INIT,
    HW_DT_FINI,
    HW_DT_INIT_ARRAY,
    HW_DT_INIT_ARRAYSZ,
    HW_DT_FINI_ARRAY,
    HW_DT_FINI_ARRAYSZ,
    HW_DT_PREINIT_ARRAY,
    HW_DT_PREINIT_ARRAYSZ,
    HW_DT_SONAME,
    HW_DT_RPATH,
    HW_DT_RUNPATH,
    HW_DT_FLAGS,
    HW_DT_FLAGS_1,
    HW_DT_COUNT,
} HwDynamicTag;

typedef struct HwSpan {
    uint64_t start; /* virtual addresses */
    uint64_t end;
} HwSpan;

/* The dynamic symbols and their names, known to lie in the image. */
typedef struct HwSymbols {
    uint64_t table; /* an Elf64_Sym[count] */
    uint64_t count;
    uint64_t names;
    uint64_t names_size; /* the last byte is zero */
} HwSymbols;

/* A table for each call of hw_inspect_keep(), and PT_DYNAMIC. */
#define HW_KEPT_MAX 16u

typedef struct HwInspection {
    HwImage *image;
    const HwElfFile *file;
    HwSpan dynamic; /* up to its DT_NULL */
    bool has[HW_DT_COUNT];
    uint64_t value[HW_DT_COUNT];
    HwSpan tls; /* PT_TLS, in memory */
    HwSymbols symbols;
    HwSpan kept[HW_KEPT_MAX]; /* writable, but the linker still reads them */
    uint32_t kept_count;
} HwInspection;

#define hw_inspect_refuse(in, ...) hw_refuse((in)->file->place, (in)->file->error, __VA_ARGS__)

/* In this order. */
bool hw_inspect_segments(HwInspection *in); /* and reads them into the image */
bool hw_inspect_headers(HwInspection *in);  /* the other program headers */
bool hw_inspect_dynamic(HwInspection *in);
bool hw_inspect_symbols(HwInspection *in, const char *symbol);
bool hw_inspect_versions(HwInspection *in);
bool hw_inspect_relocations(HwInspection *in); /* and applies them to the image */

/*
 * Keeps the table named `what` from relocations.  False with a sentence unless it lies
 * in a readable segment and outside of PT_DYNAMIC, whose entries the linker changes.
 */
bool hw_inspect_keep(HwInspection *in, const char *what, uint64_t address, uint64_t size);

/* Says that loading may run code because of `what`, which inspection can't judge. */
void hw_inspect_leave(HwInspection *in, const char *what);

/* PT_NOTE and PT_GNU_PROPERTY, known to lie in the image. */
bool hw_inspect_notes(const HwInspection *in, const Elf64_Phdr *header);

/* symbol-hash.c: how many symbols the file has by its hash tables. */
bool hw_inspect_hashes(HwInspection *in);

/* The index of the symbol that the linker finds by this name, or 0.  After the above. */
uint64_t hw_inspect_find(const HwInspection *in, const char *name);

static inline Elf64_Sym hw_inspect_symbol(const HwInspection *in, uint64_t index)
{
    Elf64_Sym symbol;

    hw_image_read(in->image, in->symbols.table + index * sizeof(symbol), &symbol, sizeof(symbol));
    return symbol;
}

static inline uint32_t hw_inspect_word(const HwInspection *in, uint64_t address)
{
    uint32_t word;

    hw_image_read(in->image, address, &word, sizeof(word));
    return word;
}

#endif
