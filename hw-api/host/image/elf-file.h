/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A shared object of this machine: the file, its ELF header and its program headers.
 * Section headers only tell whether the file is whole, as no dynamic linker reads them.
 */
#ifndef HW_HOST_ELF_FILE_H
#define HW_HOST_ELF_FILE_H

#include <elf.h>
#include <sys/stat.h>

#include "hw-api/host/image/place.h"

/* glibc copies more than a few to its stack. */
#define HW_PROGRAM_HEADERS_MAX 64u

typedef struct HwElfFile {
    int fd;
    struct stat status; /* when it was opened */
    uint64_t size;
    uint64_t header_offset;
    uint32_t header_count;
    Elf64_Phdr headers[HW_PROGRAM_HEADERS_MAX];
    const HwPlace *place; /* heads what is refused */
    HwError *error;
} HwElfFile;

/*
 * Opens the file; both header tables are known to lie in it.  `copies`: a copy in memory takes its
 * place, which nobody else can change.  False with a sentence, and what was opened is left to
 * hw_elf_file_close().
 */
bool hw_elf_file_open(HwElfFile *file, const char *path, bool copies, const HwPlace *place,
                      HwError *error);

/* Closes the file too, unless `fd` was set to -1. */
void hw_elf_file_close(HwElfFile *file);

/* False with a sentence unless the range, that of `what`, lies in the file. */
bool hw_elf_file_has(const HwElfFile *file, const char *what, uint64_t offset, uint64_t size);

/* Reads the range, that of `what`, or fails with a sentence: the file may have shrunk. */
bool hw_elf_file_read(const HwElfFile *file, const char *what, uint64_t offset, void *to,
                      uint64_t size);

#endif
