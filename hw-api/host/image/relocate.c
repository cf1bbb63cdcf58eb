/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the System V gABI, chapters 4 and 5, and the processor supplements for
 * x86-64 (section 4.4) and AArch64 ("Relocation").
 */
#include "hw-api/host/image/inspection.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/host/image/elf-machine.h"

#define AT "0x%" PRIx64

/* The linker writes there while it still reads its own tables. */
static bool relocation_check_place(const HwInspection *in, uint64_t address, uint64_t size)
{
    const HwSegment *segment = hw_image_segment(in->image, address);

    if (!segment || !segment->writable || size > segment->end - address) {
        return hw_inspect_refuse(in,
                                 "has a relocation at " AT ", expected it in a writable "
                                 "segment",
                                 address);
    }
    for (uint32_t i = 0; i < in->kept_count; i++) {
        if (address < in->kept[i].end && in->kept[i].start < address + size) {
            return hw_inspect_refuse(in,
                                     "has a relocation at " AT ", expected it outside of what "
                                     "the linker reads",
                                     address);
        }
    }
    return true;
}

static bool relocation_store(const HwInspection *in, uint64_t address, uint64_t value)
{
    if (!relocation_check_place(in, address, sizeof(value))) {
        return false;
    }
    memcpy(hw_image_at(in->image, address), &value, sizeof(value));
    return true;
}

/* Undefined here means defined in another object, as hw_image_is_code() tells. */
static uint64_t symbol_value(const HwInspection *in, uint64_t index, uint64_t addend)
{
    Elf64_Sym symbol = hw_inspect_symbol(in, index);

    if (index && symbol.st_shndx == SHN_UNDEF) {
        return in->image->import;
    }
    return addend + symbol.st_value + (symbol.st_shndx == SHN_ABS ? 0 : in->image->bias);
}

/*
 * Variables of each thread.  glibc divides by the alignment of PT_TLS of the object that
 * has the symbol, and only this object's is known.
 */
static bool relocation_thread_local(HwInspection *in, const Elf64_Rela *rela)
{
    uint32_t type = ELF64_R_TYPE(rela->r_info);
    uint64_t index = ELF64_R_SYM(rela->r_info);
    Elf64_Sym symbol = hw_inspect_symbol(in, index);

    if (index && (symbol.st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol.st_info) != STT_TLS)) {
        hw_inspect_leave(in, "variables of threads in another object");
    } else if (in->tls.start == in->tls.end) {
        return hw_inspect_refuse(in,
                                 "has a relocation at " AT " of thread-local type %u, "
                                 "expected it with PT_TLS",
                                 rela->r_offset, type);
    }
    return relocation_check_place(in, rela->r_offset,
                                  type == R_TLS_DESC ? 2 * sizeof(uint64_t) : sizeof(uint64_t));
}

/* An indirect function's pointer becomes that of its resolver, as finding the
 * function would run code. */
static bool relocation_apply(HwInspection *in, const Elf64_Rela *rela)
{
    uint64_t index = ELF64_R_SYM(rela->r_info);
    uint64_t addend = (uint64_t)rela->r_addend;

    if (index >= in->symbols.count) {
        return hw_inspect_refuse(in,
                                 "has a relocation with symbol %" PRIu64 ", expected less "
                                 "than %" PRIu64,
                                 index, in->symbols.count);
    }
    switch (ELF64_R_TYPE(rela->r_info)) {
    case 0: /* R_NONE of each machine */
        return true;
    case R_IRELATIVE:
        hw_inspect_leave(in, "indirect functions");
        return relocation_store(in, rela->r_offset, addend + in->image->bias);
    case R_RELATIVE:
        return relocation_store(in, rela->r_offset, addend + in->image->bias);
    case R_ABSOLUTE:
    case R_GLOB_DAT:
    case R_JUMP_SLOT:
        return relocation_store(in, rela->r_offset, symbol_value(in, index, addend));
    case R_TLS_MODULE:
    case R_TLS_OFFSET:
    case R_TLS_STATIC:
    case R_TLS_DESC:
        return relocation_thread_local(in, rela);
    default:
        return hw_inspect_refuse(in,
                                 "has a relocation at " AT " of type %u, expected one that a "
                                 "pointer has",
                                 rela->r_offset, (uint32_t)ELF64_R_TYPE(rela->r_info));
    }
}

/* The linker takes the first `relative` for R_RELATIVE without looking. */
static bool relocate_table(HwInspection *in, uint64_t table, uint64_t size, uint64_t relative)
{
    for (uint64_t i = 0; i < size / sizeof(Elf64_Rela); i++) {
        Elf64_Rela rela;

        hw_image_read(in->image, table + i * sizeof(rela), &rela, sizeof(rela));
        if (i < relative && ELF64_R_TYPE(rela.r_info) != R_RELATIVE) {
            return hw_inspect_refuse(in,
                                     "has relocation %" PRIu64 " of type %u, expected %u as "
                                     "DT_RELACOUNT is %" PRIu64,
                                     i, (uint32_t)ELF64_R_TYPE(rela.r_info), R_RELATIVE, relative);
        }
        if (!relocation_apply(in, &rela)) {
            return false;
        }
    }
    return true;
}

static bool relocation_add_bias(const HwInspection *in, uint64_t address)
{
    uint64_t value;

    if (!relocation_check_place(in, address, sizeof(value))) {
        return false;
    }
    hw_image_read(in->image, address, &value, sizeof(value));
    value += in->image->bias;
    memcpy(hw_image_at(in->image, address), &value, sizeof(value));
    return true;
}

/* gABI, SHT_RELR: an even word is an address, an odd one a bitmap of the 63
 * words that follow what was relocated before. */
static bool relocate_packed(const HwInspection *in, uint64_t table, uint64_t size)
{
    uint64_t next = 0;

    for (uint64_t i = 0; i < size / sizeof(uint64_t); i++) {
        uint64_t word;

        hw_image_read(in->image, table + i * sizeof(word), &word, sizeof(word));
        if (!(word & 1)) {
            if (!relocation_add_bias(in, word)) {
                return false;
            }
            next = word + sizeof(uint64_t);
            continue;
        }
        for (uint32_t bit = 1; bit < 64; bit++) {
            if ((word >> bit & 1) &&
                !relocation_add_bias(in, next + (bit - 1) * sizeof(uint64_t))) {
                return false;
            }
        }
        next += 63 * sizeof(uint64_t);
    }
    return true;
}

/* glibc counts on into DT_JMPREL where that follows. */
static bool relative_check(const HwInspection *in)
{
    uint64_t count = in->value[HW_DT_RELASZ] / sizeof(Elf64_Rela);

    return in->value[HW_DT_RELACOUNT] <= count ||
           hw_inspect_refuse(in,
                             "has DT_RELACOUNT %" PRIu64 ", expected at most its %" PRIu64
                             " relocations",
                             in->value[HW_DT_RELACOUNT], count);
}

/* In the linker's order. */
bool hw_inspect_relocations(HwInspection *in)
{
    return relative_check(in) &&
           relocate_packed(in, in->value[HW_DT_RELR], in->value[HW_DT_RELRSZ]) &&
           relocate_table(in, in->value[HW_DT_RELA], in->value[HW_DT_RELASZ],
                          in->value[HW_DT_RELACOUNT]) &&
           relocate_table(in, in->value[HW_DT_JMPREL], in->value[HW_DT_PLTRELSZ], 0);
}
