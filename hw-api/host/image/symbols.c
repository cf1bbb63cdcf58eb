/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dynamic symbols: the System V gABI, chapter 4 (symbol table). */
#include "hw-api/host/image/inspection.h"

#include <inttypes.h>

#define AT "0x%" PRIx64

static bool table_check(HwInspection *in)
{
    HwSymbols *symbols = &in->symbols;

    /* DT_STRTAB lies in the image and DT_STRSZ is not 0. */
    symbols->table = in->value[HW_DT_SYMTAB];
    symbols->names = in->value[HW_DT_STRTAB];
    symbols->names_size = in->value[HW_DT_STRSZ];
    return hw_inspect_keep(in, "DT_SYMTAB", symbols->table, symbols->count * sizeof(Elf64_Sym));
}

/* The linker calls indirect functions, and keeps unique symbols for other objects. */
static void leave_code(HwInspection *in, const Elf64_Sym *symbol)
{
    if (symbol->st_shndx == SHN_UNDEF) {
        return;
    }
    if (ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC) {
        hw_inspect_leave(in, "indirect functions");
    } else if (ELF64_ST_BIND(symbol->st_info) == STB_GNU_UNIQUE) {
        hw_inspect_leave(in, "unique symbols");
    }
}

static bool symbols_check(HwInspection *in)
{
    for (uint64_t i = 0; i < in->symbols.count; i++) {
        Elf64_Sym symbol = hw_inspect_symbol(in, i);

        if (symbol.st_name >= in->symbols.names_size) {
            return hw_inspect_refuse(in,
                                     "has symbol %" PRIu64 " with a name at 0x%x, expected "
                                     "less than " AT,
                                     i, symbol.st_name, in->symbols.names_size);
        }
        leave_code(in, &symbol);
    }
    return true;
}

static bool symbols_find(const HwInspection *in, const char *name)
{
    uint64_t index = hw_inspect_find(in, name);
    Elf64_Sym symbol;

    if (index == 0) {
        return hw_inspect_refuse(in, "has no %s, expected a data object of that name", name);
    }
    symbol = hw_inspect_symbol(in, index);
    if (ELF64_ST_TYPE(symbol.st_info) != STT_OBJECT) {
        return hw_inspect_refuse(in,
                                 "%s is not a data object: its symbol's type is %u, expected %u",
                                 name, ELF64_ST_TYPE(symbol.st_info), STT_OBJECT);
    }
    if (!hw_image_spans(in->image, symbol.st_value, symbol.st_size)) {
        return hw_inspect_refuse(in, "%s takes " AT " bytes at " AT ", expected in a segment", name,
                                 symbol.st_size, symbol.st_value);
    }
    in->image->symbol = symbol.st_value;
    in->image->symbol_size = symbol.st_size;
    return true;
}

bool hw_inspect_symbols(HwInspection *in, const char *symbol)
{
    return hw_inspect_hashes(in) && table_check(in) && symbols_check(in) &&
           symbols_find(in, symbol);
}
