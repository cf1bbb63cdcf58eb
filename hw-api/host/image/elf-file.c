/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the System V gABI, chapter 4 (object files). */
#include "hw-api/host/image/elf-file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "hw-api/host/image/elf-machine.h"

static bool file_refuse(const HwElfFile *file, const char *what, const char *reason)
{
    return hw_refuse(file->place, file->error, "%s: %s", what, reason);
}

bool hw_elf_file_has(const HwElfFile *file, const char *what, uint64_t offset, uint64_t size)
{
    if (offset <= file->size && size <= file->size - offset) {
        return true;
    }
    return hw_refuse(file->place, file->error,
                     "is truncated: %s takes 0x%" PRIx64 " bytes at "
                     "0x%" PRIx64 ", the file has 0x%" PRIx64,
                     what, size, offset, file->size);
}

bool hw_elf_file_read(const HwElfFile *file, const char *what, uint64_t offset, void *to,
                      uint64_t size)
{
    uint64_t done = 0;

    while (done < size) {
        ssize_t got = pread(file->fd, (char *)to + done, size - done, (off_t)(offset + done));

        if (got < 0 && errno != EINTR) {
            return file_refuse(file, "can't be read", strerror(errno));
        }
        if (got == 0) {
            return hw_refuse(file->place, file->error,
                             "is truncated: it ends at 0x%" PRIx64 ", %s at 0x%" PRIx64,
                             offset + done, what, offset + size);
        }
        done += got > 0 ? (uint64_t)got : 0;
    }
    return true;
}

static bool file_open(HwElfFile *file, const char *path)
{
    /* Non-blocking: opening a FIFO would wait for its writer. */
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->fd < 0) {
        return file_refuse(file, "can't be opened", strerror(errno));
    }
    if (fstat(file->fd, &file->status) < 0) {
        return file_refuse(file, "can't be examined", strerror(errno));
    }
    if (!S_ISREG(file->status.st_mode)) {
        return file_refuse(file, "is not a shared object", "expected a regular file");
    }
    file->size = (uint64_t)file->status.st_size;
    return true;
}

static bool bytes_copy(HwElfFile *file, int to)
{
    off_t from = 0;

    while ((uint64_t)from < file->size) {
        ssize_t got = sendfile(to, file->fd, &from, file->size - (uint64_t)from);

        if (got < 0 && errno != EINTR) {
            return file_refuse(file, "can't be copied", strerror(errno));
        }
        if (got == 0) {
            return file_refuse(file, "is truncated", "it became shorter while it was copied");
        }
    }
    return true;
}

/* The loaded object's pages are the copy's: a file that is overwritten in place changes no code that
 * runs. */
static bool file_copy(HwElfFile *file)
{
    int copy = memfd_create("outboard-plugin", MFD_CLOEXEC);

    if (copy < 0) {
        return file_refuse(file, "can't be copied", strerror(errno));
    }
    if (!bytes_copy(file, copy) || fstat(copy, &file->status) < 0) {
        close(copy);
        return false;
    }
    close(file->fd);
    file->fd = copy;
    return true;
}

static bool header_check_kind(const HwElfFile *file, const Elf64_Ehdr *header)
{
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != BYTE_ORDER_ELF ||
        header->e_machine != MACHINE) {
        return hw_refuse(file->place, file->error,
                         "is for another machine: ELF class %u, byte order %u, machine %u, "
                         "expected %u, %u, %u (" MACHINE_NAME ")",
                         header->e_ident[EI_CLASS], header->e_ident[EI_DATA], header->e_machine,
                         ELFCLASS64, BYTE_ORDER_ELF, MACHINE);
    }
    if (header->e_ident[EI_VERSION] != EV_CURRENT || header->e_version != EV_CURRENT) {
        return hw_refuse(file->place, file->error, "is of ELF version %u, expected %u",
                         header->e_version, EV_CURRENT);
    }
    if (header->e_type != ET_DYN) {
        return hw_refuse(file->place, file->error,
                         "is not a shared object: ELF type %u, expected %u", header->e_type,
                         ET_DYN);
    }
    return true;
}

/*
 * The section header table is the last thing in a file that a link editor wrote, so a
 * file that was cut off lacks it.  Counts that the gABI keeps elsewhere (65280 sections
 * and more) are refused.
 */
static bool header_check_tables(const HwElfFile *file, const Elf64_Ehdr *header)
{
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum > HW_PROGRAM_HEADERS_MAX) {
        return hw_refuse(file->place, file->error,
                         "has %u program headers of %u bytes, expected at most %u of %zu",
                         header->e_phnum, header->e_phentsize, HW_PROGRAM_HEADERS_MAX,
                         sizeof(Elf64_Phdr));
    }
    if (header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shnum == 0) {
        return hw_refuse(file->place, file->error,
                         "has %u section headers of %u bytes, expected 1 or more of %zu",
                         header->e_shnum, header->e_shentsize, sizeof(Elf64_Shdr));
    }
    return hw_elf_file_has(file, "the program header table", header->e_phoff,
                           header->e_phnum * sizeof(Elf64_Phdr)) &&
           hw_elf_file_has(file, "the section header table", header->e_shoff,
                           header->e_shnum * sizeof(Elf64_Shdr));
}

static bool file_read_headers(HwElfFile *file)
{
    Elf64_Ehdr header = { 0 };
    uint64_t got = file->size < sizeof(header) ? file->size : sizeof(header);

    if (!hw_elf_file_read(file, "the ELF header", 0, &header, got)) {
        return false;
    }
    if (memcmp(header.e_ident, ELFMAG, SELFMAG)) {
        return file_refuse(file, "is not a shared object", "expected an ELF file");
    }
    if (!hw_elf_file_has(file, "the ELF header", 0, sizeof(header)) ||
        !header_check_kind(file, &header) || !header_check_tables(file, &header)) {
        return false;
    }
    file->header_offset = header.e_phoff;
    file->header_count = header.e_phnum;
    return hw_elf_file_read(file, "the program header table", header.e_phoff, file->headers,
                            header.e_phnum * sizeof(Elf64_Phdr));
}

bool hw_elf_file_open(HwElfFile *file, const char *path, bool copies, const HwPlace *place,
                      HwError *error)
{
    *file = (HwElfFile) { .fd = -1, .place = place, .error = error };
    return file_open(file, path) && (!copies || file_copy(file)) && file_read_headers(file);
}

void hw_elf_file_close(HwElfFile *file)
{
    if (file->fd >= 0) {
        close(file->fd);
    }
}
