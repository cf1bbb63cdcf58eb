/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the System V gABI, chapters 4 and 5, and the processor supplements for
 * x86-64 (section 4.4) and AArch64 ("Relocation").
 */
#include "hw-api/host/load/image-layout.h"

#include <string.h>

#include "hw-api/host/load/elf-machine.h"

typedef struct Relocation {
    HwImage *image;
    const HwElfFile *file;
    const HwSymbols *symbols;
} Relocation;

static bool relocation_in_image(const Relocation *r, uint64_t address)
{
    return hw_image_spans(r->image, address, sizeof(uint64_t)) ||
           hw_refuse(r->file->place, r->file->error,
                     "has a relocation at 0x%llx, expected it in a segment",
                     (unsigned long long)address);
}

/* Undefined here means defined in another object, as hw_image_is_code() tells. */
static bool relocation_symbol(const Relocation *r, uint64_t index, uint64_t *value)
{
    Elf64_Sym symbol;

    if (index >= r->symbols->count) {
        return hw_refuse(r->file->place, r->file->error,
                         "has a relocation with symbol %llu, expected less than %llu",
                         (unsigned long long)index, (unsigned long long)r->symbols->count);
    }
    symbol = hw_symbol_at(r->image, r->symbols, index);
    if (symbol.st_shndx == SHN_UNDEF) {
        *value = r->image->import;
    } else {
        *value += symbol.st_value + (symbol.st_shndx == SHN_ABS ? 0 : r->image->bias);
    }
    return true;
}

/*
 * An indirect function's pointer becomes that of its resolver, as finding the
 * function would run code.  Types that no pointer in data has are left alone.
 */
static bool relocation_apply(const Relocation *r, const Elf64_Rela *rela)
{
    uint64_t value = (uint64_t)rela->r_addend;

    switch (ELF64_R_TYPE(rela->r_info)) {
    case R_RELATIVE:
    case R_IRELATIVE:
        value += r->image->bias;
        break;
    case R_ABSOLUTE:
    case R_GLOB_DAT:
        if (!relocation_symbol(r, ELF64_R_SYM(rela->r_info), &value)) {
            return false;
        }
        break;
    default:
        return true;
    }
    if (!relocation_in_image(r, rela->r_offset)) {
        return false;
    }
    memcpy(hw_image_at(r->image, rela->r_offset), &value, sizeof(value));
    return true;
}

static bool relocation_rela(const Relocation *r, const Elf64_Shdr *section)
{
    const uint8_t *table = hw_image_at(r->image, section->sh_addr);

    for (uint64_t i = 0; i < section->sh_size / sizeof(Elf64_Rela); i++) {
        Elf64_Rela rela;

        memcpy(&rela, table + i * sizeof(rela), sizeof(rela));
        if (!relocation_apply(r, &rela)) {
            return false;
        }
    }
    return true;
}

static bool relocation_add_bias(const Relocation *r, uint64_t address)
{
    uint64_t value;

    if (!relocation_in_image(r, address)) {
        return false;
    }
    memcpy(&value, hw_image_at(r->image, address), sizeof(value));
    value += r->image->bias;
    memcpy(hw_image_at(r->image, address), &value, sizeof(value));
    return true;
}

/* gABI, SHT_RELR: an even word is an address, an odd one a bitmap of the 63
 * words that follow what was relocated before. */
static bool relocation_relr(const Relocation *r, const Elf64_Shdr *section)
{
    const uint8_t *table = hw_image_at(r->image, section->sh_addr);
    uint64_t next = 0;

    for (uint64_t i = 0; i < section->sh_size / sizeof(uint64_t); i++) {
        uint64_t word;

        memcpy(&word, table + i * sizeof(word), sizeof(word));
        if (!(word & 1)) {
            if (!relocation_add_bias(r, word)) {
                return false;
            }
            next = word + sizeof(uint64_t);
            continue;
        }
        for (uint32_t bit = 1; bit < 64; bit++) {
            if ((word >> bit & 1) && !relocation_add_bias(r, next + (bit - 1) * sizeof(uint64_t))) {
                return false;
            }
        }
        next += 63 * sizeof(uint64_t);
    }
    return true;
}

bool hw_image_relocate(HwImage *image, const HwElfFile *file, const HwSymbols *symbols)
{
    const Relocation r = { image, file, symbols };
    uint64_t room = HW_IMAGE_MAX; /* in all, as many sections may claim the same bytes */
    Elf_Scn *scn = NULL;

    while ((scn = elf_nextscn(file->elf, scn))) {
        const Elf64_Shdr *section = elf64_getshdr(scn);

        if (!(section->sh_flags & SHF_ALLOC) ||
            (section->sh_type != SHT_RELA && section->sh_type != SHT_RELR)) {
            continue;
        }
        if (!hw_image_spans(image, section->sh_addr, section->sh_size) || section->sh_size > room) {
            return hw_refuse(file->place, file->error,
                             "has 0x%llx bytes of relocations at 0x%llx, expected in a segment",
                             (unsigned long long)section->sh_size,
                             (unsigned long long)section->sh_addr);
        }
        room -= section->sh_size;
        if (section->sh_type == SHT_RELA ? !relocation_rela(&r, section)
                                         : !relocation_relr(&r, section)) {
            return false;
        }
    }
    return true;
}
