/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/recording/zlib.h"

#include "hw-api/host/library/library.h"

static const HwLibrarySymbol symbols[] = {
    { "gzopen64", offsetof(HwZlib, open) }, { "gzwrite", offsetof(HwZlib, write) },
    { "gzread", offsetof(HwZlib, read) },   { "gzclose", offsetof(HwZlib, close) },
    { "gzerror", offsetof(HwZlib, error) },
};

const HwZlib *hw_zlib_load(HwError *error)
{
    static HwZlib table;
    static HwLibrary library = { .file = "libz.so.1",
                                 .package = "zlib1g (Debian) or zlib (Fedora)",
                                 .release = "zlib 1.2.5",
                                 .symbols = symbols,
                                 .count = sizeof(symbols) / sizeof(symbols[0]),
                                 .table = &table };

    return hw_library_load(&library, error) ? &table : NULL;
}
