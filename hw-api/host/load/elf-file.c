/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the System V gABI, chapter 4 (object files). */
#include "hw-api/host/load/elf-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/host/load/elf-machine.h"

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
                     "is truncated: %s takes 0x%llx bytes at 0x%llx, the file has 0x%llx", what,
                     (unsigned long long)size, (unsigned long long)offset,
                     (unsigned long long)file->size);
}

static bool file_open(HwElfFile *file, const char *path)
{
    struct stat status;

    /* Non-blocking: opening a FIFO would wait for its writer. */
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->fd < 0) {
        return file_refuse(file, "can't be opened", strerror(errno));
    }
    if (fstat(file->fd, &status) < 0) {
        return file_refuse(file, "can't be examined", strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return file_refuse(file, "is not a shared object", "expected a regular file");
    }
    file->size = (uint64_t)status.st_size;
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

/* Counts that the gABI keeps elsewhere (65280 sections and more) are refused. */
static bool header_check_tables(const HwElfFile *file, const Elf64_Ehdr *header)
{
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == PN_XNUM) {
        return hw_refuse(file->place, file->error,
                         "has %u program headers of %u bytes, expected at most %u of %zu",
                         header->e_phnum, header->e_phentsize, PN_XNUM - 1, sizeof(Elf64_Phdr));
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

/* Before libelf sees the file: it allocates by the counts in this header. */
static bool file_check_header(const HwElfFile *file)
{
    Elf64_Ehdr header;
    ssize_t got = pread(file->fd, &header, sizeof(header), 0);

    if (got < 0) {
        return file_refuse(file, "can't be read", strerror(errno));
    }
    if (got < SELFMAG || memcmp(header.e_ident, ELFMAG, SELFMAG)) {
        return file_refuse(file, "is not a shared object", "expected an ELF file");
    }
    if ((size_t)got < sizeof(header)) {
        return hw_elf_file_has(file, "the ELF header", 0, sizeof(header));
    }
    return header_check_kind(file, &header) && header_check_tables(file, &header);
}

static bool file_check_sections(const HwElfFile *file)
{
    Elf_Scn *section = NULL;

    while ((section = elf_nextscn(file->elf, section))) {
        const Elf64_Shdr *header = elf64_getshdr(section);

        if (!header) {
            return file_refuse(file, "has a bad section", elf_errmsg(-1));
        }
        if (header->sh_type != SHT_NOBITS && header->sh_type != SHT_NULL &&
            !hw_elf_file_has(file, "a section", header->sh_offset, header->sh_size)) {
            return false;
        }
    }
    return true;
}

bool hw_elf_file_open(HwElfFile *file, const char *path, const HwPlace *place, HwError *error)
{
    *file = (HwElfFile) { .fd = -1, .place = place, .error = error };
    if (!file_open(file, path) || !file_check_header(file)) {
        return false;
    }
    elf_version(EV_CURRENT);
    file->elf = elf_begin(file->fd, ELF_C_READ, NULL);
    if (!file->elf || elf_kind(file->elf) != ELF_K_ELF) {
        return file_refuse(file, "is not a shared object", elf_errmsg(-1));
    }
    return file_check_sections(file);
}

void hw_elf_file_close(HwElfFile *file)
{
    elf_end(file->elf);
    if (file->fd >= 0) {
        close(file->fd);
    }
}
