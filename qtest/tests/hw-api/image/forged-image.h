/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small shared object that this test wrote itself.  All its fields are known, so a test can
 * set each of them to its limit, and expect whole sentences with addresses.
 *
 * Three segments: `front` at 0x10000 is read-only, `back` at 0x30000 is writable and has zeros
 * up to 0x40000, `code` at 0x40000 is executable.
 */
#ifndef OB_TESTS_FORGED_IMAGE_H
#define OB_TESTS_FORGED_IMAGE_H

#include <stdbool.h>

#include "hw-api/host/image/elf-machine.h"
#include "hw-api/host/image/image.h"

#define FRONT          0x10000u
#define BACK           0x30000u
#define CODE           0x40000u

#define TABLE          _Alignas(0x100)
#define FORGED_ENTRIES 1024u /* the most that PT_DYNAMIC may have, with DT_NULL */

enum {
    AT_FRONT,
    AT_BACK,
    AT_CODE,
    AT_DYNAMIC,
    AT_TLS,
    AT_RELRO,
    AT_STACK,
    AT_TABLE,
    AT_UNWIND,
    AT_NOTE,
    AT_PROPERTY,
    AT_HEADERS
};

enum { S_NONE, S_NEED, S_LAMP, S_PLUGIN, S_THREAD, S_COUNT };

/* Entries of PT_DYNAMIC. */
enum {
    D_HASH,
    D_GNU_HASH,
    D_STRTAB,
    D_STRSZ,
    D_SYMTAB,
    D_SYMENT,
    D_RELA,
    D_RELASZ,
    D_RELAENT,
    D_RELACOUNT,
    D_RELR,
    D_RELRSZ,
    D_RELRENT,
    D_JMPREL,
    D_PLTRELSZ,
    D_PLTREL,
    D_PLTGOT,
    D_VERSYM,
    D_VERNEED,
    D_VERNEEDNUM,
    D_VERDEF,
    D_VERDEFNUM,
    D_RUNPATH,
    D_NEEDED,
    D_NEEDED_2,
    D_SPARE,
    D_SPARE_2,
    D_COUNT
};

typedef struct ForgedNames {
    char none[1];
    char need[5];
    char lamp[5];
    char plugin[10];
    char thread[7];
    char library[8];
    char library_2[8];
    char version[3];
    char path[4097]; /* one character more than is allowed */
} ForgedNames;

typedef struct ForgedFront {
    Elf64_Ehdr header;
    Elf64_Phdr headers[65]; /* at 0x10040 */
    TABLE struct {
        uint32_t buckets; /* at 0x10f00 */
        uint32_t first;
        uint32_t filters;
        uint32_t shift;
        uint64_t filter[1];
        uint32_t bucket[1];
        uint32_t chain[3];
    } gnu;
    TABLE struct {
        HwElfHashWord buckets; /* at 0x11000 */
        HwElfHashWord count;
        HwElfHashWord bucket[2];
        HwElfHashWord chain[S_COUNT];
    } hash;
    TABLE Elf64_Sym symbols[S_COUNT]; /* at 0x11100 */
    TABLE Elf64_Rela rela[3];         /* at 0x11200 */
    Elf64_Rela calls[1];              /* at 0x11248 */
    TABLE uint64_t packed[2];         /* at 0x11300 */
    TABLE struct {
        Elf64_Nhdr header; /* at 0x11400, 40 bytes in all */
        char name[8];
        Elf64_Nhdr second;
        uint8_t contents[8];
    } note;
    TABLE struct {
        Elf64_Nhdr header; /* at 0x11500, 40 bytes in all */
        char name[4];
        uint8_t contents[8];
        Elf64_Nhdr second;
        uint8_t rest[4];
    } property;
    TABLE ForgedNames names; /* at 0x11600, 0x1030 bytes */
    TABLE Elf64_Shdr section;
} ForgedFront;

typedef struct ForgedBack {
    TABLE uint64_t data[16];           /* at 0x30000: the symbol hw_plugin */
    TABLE uint64_t packed[2];          /* at 0x30100; not in use */
    Elf64_Dyn dynamic[FORGED_ENTRIES]; /* at 0x30110 to 0x34110 */
    Elf64_Dyn behind;                  /* the same with this one more */
    TABLE struct {
        Elf64_Verneed library; /* at 0x34200 */
        Elf64_Vernaux version;
        Elf64_Vernaux version_2;
        Elf64_Verneed library_2;
        Elf64_Vernaux version_3; /* ends at 0x34250 */
    } need;
    TABLE struct {
        Elf64_Verdef version; /* at 0x34300 */
        Elf64_Verdaux name;
        Elf64_Verdef version_2;
        Elf64_Verdaux name_2;
    } define;
    TABLE Elf64_Half numbers[S_COUNT]; /* at 0x34400 */
    TABLE uint64_t thread[2];          /* at 0x34500 */
} ForgedBack;

typedef struct ForgedImage {
    ForgedFront front;
    _Alignas(0x10000) ForgedBack back;
    _Alignas(0x10000) uint8_t code[16];
    Elf64_Shdr last; /* a section header that ends with the file */
} ForgedImage;

/* The file's size. */
#define FORGED_SIZE (offsetof(ForgedImage, last) + sizeof(Elf64_Shdr))

/* A place's address, as the image's own pointers have it. */
#define IN_FRONT(member) (FRONT + offsetof(ForgedFront, member))
#define IN_BACK(member)  (BACK + offsetof(ForgedBack, member))
#define NAME(member)     offsetof(ForgedNames, member)

/* A sound file, the same each time; inspection proves it. */
void forged_image_make(ForgedImage *image);

#endif
