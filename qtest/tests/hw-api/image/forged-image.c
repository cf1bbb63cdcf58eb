/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/hw-api/image/forged-image.h"

#include <string.h>

#define UNKNOWN 0x60000099 /* a tag that no linker knows */

_Static_assert(sizeof(ForgedFront) <= BACK - FRONT, "the front has its own segment");
_Static_assert(IN_BACK(dynamic) == 0x30110 && IN_BACK(thread) == 0x34500, "as the page says");

/* elf/dl-hash.h of glibc, and Bernstein's. */
static uint32_t hash_of(const char *name)
{
    uint32_t hash = 5381;

    while (*name) {
        hash = hash * 33 + (uint8_t)*name++;
    }
    return hash;
}

static void make_header(ForgedFront *front)
{
    front->header = (Elf64_Ehdr) {
        .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, BYTE_ORDER_ELF, EV_CURRENT },
        .e_type = ET_DYN,
        .e_machine = MACHINE,
        .e_version = EV_CURRENT,
        .e_phoff = offsetof(ForgedFront, headers),
        .e_shoff = offsetof(ForgedImage, last),
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = AT_HEADERS,
        .e_shentsize = sizeof(Elf64_Shdr),
        .e_shnum = 1,
    };
}

/* Part of a segment: `address` is a virtual one. */
static Elf64_Phdr part(uint32_t type, uint32_t flags, uint64_t address, uint64_t size)
{
    uint64_t offset = address - (address < BACK ? FRONT : BACK - offsetof(ForgedImage, back));

    return (Elf64_Phdr) { type, flags, offset, address, address, size, size, 8 };
}

static void make_headers(Elf64_Phdr *headers)
{
    headers[AT_FRONT] = part(PT_LOAD, PF_R, FRONT, sizeof(ForgedFront));
    headers[AT_BACK] = part(PT_LOAD, PF_R | PF_W, BACK, sizeof(ForgedBack));
    headers[AT_BACK].p_memsz = CODE - BACK;
    headers[AT_CODE] = part(PT_LOAD, PF_R | PF_X, CODE, 16);
    for (int i = AT_FRONT; i <= AT_CODE; i++) {
        headers[i].p_align = 0x10000;
    }
    headers[AT_DYNAMIC] = part(PT_DYNAMIC, PF_R | PF_W, IN_BACK(dynamic),
                               (FORGED_ENTRIES + 1) * sizeof(Elf64_Dyn));
    headers[AT_TLS] = part(PT_TLS, PF_R, IN_BACK(thread), 8);
    headers[AT_TLS].p_memsz = 16;
    headers[AT_RELRO] = part(PT_GNU_RELRO, PF_R, BACK, CODE - BACK);
    headers[AT_STACK] = (Elf64_Phdr) { .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };
    headers[AT_TABLE] = part(PT_PHDR, PF_R, IN_FRONT(headers), AT_HEADERS * sizeof(Elf64_Phdr));
    headers[AT_UNWIND] = part(PT_GNU_EH_FRAME, PF_R, IN_FRONT(note), 16);
    headers[AT_NOTE] = part(PT_NOTE, PF_R, IN_FRONT(note), 40);
    headers[AT_NOTE].p_align = 4;
    headers[AT_PROPERTY] = part(0x6474e553, PF_R, IN_FRONT(property), 40);
}

static void make_hashes(ForgedFront *front)
{
    static const char *const names[] = { "lamp", HW_PLUGIN_SYMBOL, "thread" };

    front->gnu.buckets = 1;
    front->gnu.first = S_LAMP;
    front->gnu.filters = 1;
    front->gnu.shift = 31;
    front->gnu.bucket[0] = S_LAMP;
    for (int i = 0; i < 3; i++) {
        uint32_t hash = hash_of(names[i]);

        front->gnu.filter[0] |= UINT64_C(1) << hash % 64 | UINT64_C(1) << (hash >> 31);
        front->gnu.chain[i] = (hash & ~1u) | (i == 2);
    }
    front->hash.buckets = 2;
    front->hash.count = S_COUNT;
    /* gABI, elf_hash("hw_plugin") is even: the other bucket's chain is the end of this one's. */
    front->hash.bucket[0] = S_THREAD;
    front->hash.bucket[1] = 1;
    for (HwElfHashWord i = 1; i < S_COUNT; i++) {
        front->hash.chain[i] = i - 1;
    }
}

static void make_symbols(Elf64_Sym *symbols)
{
    symbols[S_NEED] = (Elf64_Sym) { .st_name = NAME(need),
                                    .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC) };
    symbols[S_LAMP] = (Elf64_Sym) { .st_name = NAME(lamp),
                                    .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                                    .st_shndx = 1,
                                    .st_value = CODE,
                                    .st_size = 16 };
    symbols[S_PLUGIN] = (Elf64_Sym) { .st_name = NAME(plugin),
                                      .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT),
                                      .st_shndx = 1,
                                      .st_value = IN_BACK(data),
                                      .st_size = sizeof(((ForgedBack *)0)->data) };
    symbols[S_THREAD] = (Elf64_Sym) { .st_name = NAME(thread),
                                      .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_TLS),
                                      .st_shndx = 1 };
}

static void make_names(ForgedNames *names)
{
    memcpy(names->need, "need", 5);
    memcpy(names->lamp, "lamp", 5);
    memcpy(names->plugin, HW_PLUGIN_SYMBOL, 10);
    memcpy(names->thread, "thread", 7);
    memcpy(names->library, "libx.so", 8);
    memcpy(names->library_2, "liby.so", 8);
    memcpy(names->version, "V1", 3);
    memset(names->path, 'p', sizeof(names->path) - 1);
}

static void make_relocations(ForgedFront *front, ForgedBack *back)
{
    front->rela[0] = (Elf64_Rela) { IN_BACK(data[0]), ELF64_R_INFO(0, R_RELATIVE), 0x123 };
    front->rela[1] = (Elf64_Rela) { IN_BACK(data[1]), ELF64_R_INFO(S_LAMP, R_ABSOLUTE), 3 };
    front->rela[2] = (Elf64_Rela) { IN_BACK(data[2]), ELF64_R_INFO(S_THREAD, R_TLS_MODULE), 0 };
    front->calls[0] = (Elf64_Rela) { IN_BACK(data[3]), ELF64_R_INFO(S_NEED, R_JUMP_SLOT), 0 };
    /* An address, and the second and third word behind it. */
    front->packed[0] = back->packed[0] = IN_BACK(data[4]);
    front->packed[1] = back->packed[1] = 1 | 1 << 2 | 1 << 3;
    for (uint64_t i = 4; i < 16; i++) {
        back->data[i] = i;
    }
}

static void make_notes(ForgedFront *front)
{
    front->note.header = (Elf64_Nhdr) { .n_namesz = 5 };
    front->note.second = (Elf64_Nhdr) { .n_descsz = 8 };
    /* The second one begins at a multiple of 8. */
    front->property.header = (Elf64_Nhdr) { .n_namesz = 4, .n_descsz = 1 };
    memset(&front->property.contents[4], 0xff, 4);
}

/* clang-format off */
static void make_dynamic(Elf64_Dyn *dynamic)
{
    static const Elf64_Dyn entries[D_COUNT] = {
        [D_HASH] = { DT_HASH, { IN_FRONT(hash) } },
        [D_GNU_HASH] = { DT_GNU_HASH, { IN_FRONT(gnu) } },
        [D_STRTAB] = { DT_STRTAB, { IN_FRONT(names) } },
        [D_STRSZ] = { DT_STRSZ, { sizeof(ForgedNames) } },
        [D_SYMTAB] = { DT_SYMTAB, { IN_FRONT(symbols) } },
        [D_SYMENT] = { DT_SYMENT, { sizeof(Elf64_Sym) } },
        [D_RELA] = { DT_RELA, { IN_FRONT(rela) } },
        [D_RELASZ] = { DT_RELASZ, { 3 * sizeof(Elf64_Rela) } },
        [D_RELAENT] = { DT_RELAENT, { sizeof(Elf64_Rela) } },
        [D_RELACOUNT] = { DT_RELACOUNT, { 1 } },
        [D_RELR] = { DT_RELR, { IN_FRONT(packed) } },
        [D_RELRSZ] = { DT_RELRSZ, { 16 } },
        [D_RELRENT] = { DT_RELRENT, { 8 } },
        [D_JMPREL] = { DT_JMPREL, { IN_FRONT(calls) } },
        [D_PLTRELSZ] = { DT_PLTRELSZ, { sizeof(Elf64_Rela) } },
        [D_PLTREL] = { DT_PLTREL, { DT_RELA } },
        [D_PLTGOT] = { DT_PLTGOT, { CODE - 24 } },
        [D_VERSYM] = { DT_VERSYM, { IN_BACK(numbers) } },
        [D_VERNEED] = { DT_VERNEED, { IN_BACK(need) } },
        [D_VERNEEDNUM] = { DT_VERNEEDNUM, { 2 } },
        [D_VERDEF] = { DT_VERDEF, { IN_BACK(define) } },
        [D_VERDEFNUM] = { DT_VERDEFNUM, { 2 } },
        [D_RUNPATH] = { DT_RUNPATH, { NAME(path[1]) } },
        [D_NEEDED] = { DT_NEEDED, { NAME(library) } },
        [D_NEEDED_2] = { DT_NEEDED, { NAME(library_2) } },
        [D_SPARE] = { UNKNOWN, { 0 } },
        [D_SPARE_2] = { UNKNOWN, { 0 } },
    };

    memcpy(dynamic, entries, sizeof(entries));
    for (uint32_t i = D_COUNT; i < FORGED_ENTRIES - 1; i++) {
        dynamic[i].d_tag = UNKNOWN;
    }
}
/* clang-format on */

/* Versions 2 to 4 are those of libraries, 1 and 5 this file's own. */
static void make_versions(ForgedBack *back)
{
    back->need.library = (Elf64_Verneed) { 1, 2, NAME(library), 16, 48 };
    back->need.version = (Elf64_Vernaux) { 0, 0, 2, NAME(version), 16 };
    back->need.version_2 = (Elf64_Vernaux) { 0, 0, 3, NAME(version), 0 };
    back->need.library_2 = (Elf64_Verneed) { 1, 1, NAME(library_2), 16, 0 };
    back->need.version_3 = (Elf64_Vernaux) { 0, 0, 4, NAME(version), 0 };
    back->define.version = (Elf64_Verdef) { 1, 0, 1, 1, 0, 20, 28 };
    back->define.version_2 = (Elf64_Verdef) { 1, 0, 5, 1, 0, 20, 0 };
    back->define.name = (Elf64_Verdaux) { NAME(version), 0 };
    back->define.name_2 = (Elf64_Verdaux) { NAME(version), 0 };
    for (Elf64_Half i = 1; i < S_COUNT; i++) {
        back->numbers[i] = i + 1;
    }
}

void forged_image_make(ForgedImage *image)
{
    memset(image, 0, sizeof(*image));
    make_header(&image->front);
    make_headers(image->front.headers);
    make_hashes(&image->front);
    make_symbols(image->front.symbols);
    make_names(&image->front.names);
    make_relocations(&image->front, &image->back);
    make_notes(&image->front);
    make_dynamic(image->back.dynamic);
    make_versions(&image->back);
}
