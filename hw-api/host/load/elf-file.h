/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A shared object of this machine as libelf sees it, its headers checked. */
#ifndef HW_HOST_ELF_FILE_H
#define HW_HOST_ELF_FILE_H

#include <libelf.h>

#include "hw-api/host/load/place.h"

typedef struct HwElfFile {
    int fd;
    uint64_t size;
    Elf *elf;
    const HwPlace *place; /* heads what is refused */
    HwError *error;
} HwElfFile;

/*
 * Opens the file; both header tables and all sections are known to lie in it.
 * False with a sentence, and what was opened is left to hw_elf_file_close().
 */
bool hw_elf_file_open(HwElfFile *file, const char *path, const HwPlace *place, HwError *error);

/* Closes the file too, unless `fd` was set to -1. */
void hw_elf_file_close(HwElfFile *file);

/* False with a sentence unless the range, that of `what`, lies in the file. */
bool hw_elf_file_has(const HwElfFile *file, const char *what, uint64_t offset, uint64_t size);

#endif
