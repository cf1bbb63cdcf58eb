/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows the System V gABI, chapter 5 (program loading and dynamic linking). */
#include "hw-api/host/load/image-layout.h"

#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------------- access */

bool hw_image_contains(const HwImage *image, const void *p, uint64_t size)
{
    return hw_image_spans(image, (uintptr_t)p - image->bias, size);
}

bool hw_image_has_string(const HwImage *image, const char *p)
{
    uint64_t address = (uintptr_t)p - image->bias;
    const HwSegment *segment = hw_image_segment(image, address);
    uint64_t room = segment ? segment->end - address : 0;

    return memchr(p, 0, room < HW_IMAGE_STRING_MAX ? room : HW_IMAGE_STRING_MAX);
}

/* ld.so's list; 1 ends the walk. */
static int object_has_code(struct dl_phdr_info *object, size_t size, void *opaque)
{
    uintptr_t p = *(const uintptr_t *)opaque;

    (void)size;
    for (uint32_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &object->dlpi_phdr[i];

        if (header->p_type == PT_LOAD && (header->p_flags & PF_X) &&
            p - object->dlpi_addr - header->p_vaddr < header->p_memsz) {
            return 1;
        }
    }
    return 0;
}

bool hw_image_is_code(const HwImage *image, uintptr_t p)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const HwSegment *segment = &image->segments[i];

        if (segment->executable &&
            p - image->bias - segment->start < segment->end - segment->start) {
            return true;
        }
    }
    return image->buffer ? p == image->import : dl_iterate_phdr(object_has_code, &p);
}

const void *hw_image_symbol(const HwImage *image, uint64_t *size)
{
    *size = image->symbol_size;
    return hw_image_at(image, image->symbol);
}

int hw_image_fd(const HwImage *image)
{
    return image->fd;
}

void hw_image_loaded_at(HwImage *image, uintptr_t bias)
{
    image->bias = bias;
    free(image->buffer);
    image->buffer = NULL;
}

/* ------------------------------------------------------------------ segments */

static bool segment_add(HwImage *image, const HwElfFile *file, const Elf64_Phdr *header)
{
    uint32_t index = image->segment_count;
    HwPlace place = { file->place, "segment", NULL, index };
    uint64_t end = header->p_vaddr + header->p_memsz;

    if (index == HW_SEGMENTS_MAX) {
        return hw_refuse(file->place, file->error, "has too many segments, expected at most %d",
                         HW_SEGMENTS_MAX);
    }
    if (!hw_elf_file_has(file, "a segment", header->p_offset, header->p_filesz)) {
        return false;
    }
    if (header->p_filesz > header->p_memsz) {
        return hw_refuse(&place, file->error,
                         "takes 0x%llx bytes of the file, expected at most "
                         "its size in memory, 0x%llx",
                         (unsigned long long)header->p_filesz, (unsigned long long)header->p_memsz);
    }
    if (end < header->p_vaddr || (index && header->p_vaddr < image->segments[index - 1].end)) {
        return hw_refuse(&place, file->error,
                         "takes 0x%llx bytes at 0x%llx, expected segments "
                         "in ascending order",
                         (unsigned long long)header->p_memsz, (unsigned long long)header->p_vaddr);
    }
    image->segments[index] = (HwSegment) { header->p_vaddr, end, header->p_flags & PF_R,
                                           header->p_flags & PF_X };
    if (end - image->segments[0].start > HW_IMAGE_MAX) {
        return hw_refuse(&place, file->error,
                         "ends 0x%llx bytes after the first one's start, "
                         "expected at most 0x%x",
                         (unsigned long long)(end - image->segments[0].start), HW_IMAGE_MAX);
    }
    image->segment_count++;
    return true;
}

static bool segment_fill(HwImage *image, const HwElfFile *file, const Elf64_Phdr *header)
{
    uint8_t *to = hw_image_at(image, header->p_vaddr);
    uint64_t done = 0;

    while (done < header->p_filesz) {
        ssize_t got = pread(file->fd, to + done, header->p_filesz - done,
                            (off_t)(header->p_offset + done));

        if (got < 0 && errno != EINTR) {
            return hw_refuse(file->place, file->error, "can't be read: %s", strerror(errno));
        }
        if (got == 0) {
            return hw_refuse(file->place, file->error,
                             "is truncated: it ends at 0x%llx, a "
                             "segment at 0x%llx",
                             (unsigned long long)(header->p_offset + done),
                             (unsigned long long)(header->p_offset + header->p_filesz));
        }
        done += got > 0 ? (uint64_t)got : 0;
    }
    return true;
}

static bool image_allocate(HwImage *image, const HwElfFile *file)
{
    uint64_t start;
    uint64_t size;

    if (image->segment_count == 0) {
        return hw_refuse(file->place, file->error, "has no segments, expected 1 or more");
    }
    /* From a page's start, so that data is as aligned here as when loaded. */
    start = image->segments[0].start & ~UINT64_C(4095);
    size = image->segments[image->segment_count - 1].end - start;
    image->buffer = calloc(1, size + 2);
    image->bias = (uintptr_t)image->buffer - (uintptr_t)start;
    image->import = (uintptr_t)image->buffer + size + 1;
    return image->buffer ||
           hw_refuse(file->place, file->error, "can't be read: %s", strerror(ENOMEM));
}

static bool image_lay_out(HwImage *image, const HwElfFile *file)
{
    const Elf64_Phdr *headers = elf64_getphdr(file->elf);
    size_t count = 0;

    if (!headers || elf_getphdrnum(file->elf, &count)) {
        count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (headers[i].p_type == PT_LOAD && !segment_add(image, file, &headers[i])) {
            return false;
        }
    }
    if (!image_allocate(image, file)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (headers[i].p_type == PT_LOAD && !segment_fill(image, file, &headers[i])) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------------- symbols */

static bool symbols_find_table(HwSymbols *symbols, const HwImage *image, const HwElfFile *file)
{
    Elf_Scn *scn = NULL;

    while ((scn = elf_nextscn(file->elf, scn))) {
        const Elf64_Shdr *table = elf64_getshdr(scn);
        const Elf64_Shdr *names;

        if (table->sh_type != SHT_DYNSYM) {
            continue;
        }
        names = elf64_getshdr(elf_getscn(file->elf, table->sh_link));
        if (!names || !hw_image_spans(image, table->sh_addr, table->sh_size) ||
            !hw_image_spans(image, names->sh_addr, names->sh_size)) {
            return hw_refuse(file->place, file->error,
                             "has dynamic symbols at 0x%llx, expected "
                             "them and their names in a segment",
                             (unsigned long long)table->sh_addr);
        }
        *symbols = (HwSymbols) { table->sh_addr, table->sh_size / sizeof(Elf64_Sym), names->sh_addr,
                                 names->sh_size };
        return true;
    }
    return true;
}

static bool symbol_has_name(const HwImage *image, const HwSymbols *symbols, const Elf64_Sym *symbol,
                            const char *name)
{
    size_t size = strlen(name) + 1;

    return symbol->st_name <= symbols->names_size &&
           size <= symbols->names_size - symbol->st_name &&
           !memcmp(hw_image_at(image, symbols->names + symbol->st_name), name, size);
}

static bool symbols_find(const HwSymbols *symbols, HwImage *image, const HwElfFile *file,
                         const char *name)
{
    for (uint64_t i = 0; i < symbols->count; i++) {
        Elf64_Sym symbol = hw_symbol_at(image, symbols, i);

        if (symbol.st_shndx == SHN_UNDEF || !symbol_has_name(image, symbols, &symbol, name)) {
            continue;
        }
        if (ELF64_ST_TYPE(symbol.st_info) != STT_OBJECT) {
            return hw_refuse(file->place, file->error,
                             "%s is no data object: its symbol's type is %u, expected %u", name,
                             ELF64_ST_TYPE(symbol.st_info), STT_OBJECT);
        }
        if (!hw_image_spans(image, symbol.st_value, symbol.st_size)) {
            return hw_refuse(file->place, file->error,
                             "%s takes 0x%llx bytes at 0x%llx, expected in a segment", name,
                             (unsigned long long)symbol.st_size,
                             (unsigned long long)symbol.st_value);
        }
        image->symbol = symbol.st_value;
        image->symbol_size = symbol.st_size;
        return true;
    }
    return hw_refuse(file->place, file->error, "has no %s, expected a data object of that name",
                     name);
}

/* ------------------------------------------------------------------ lifetime */

static bool image_read(HwImage *image, const HwElfFile *file, const char *symbol)
{
    HwSymbols symbols = { 0 };

    return image_lay_out(image, file) && symbols_find_table(&symbols, image, file) &&
           symbols_find(&symbols, image, file, symbol) && hw_image_relocate(image, file, &symbols);
}

HwImage *hw_image_open(const char *path, const char *symbol, const HwPlace *place, HwError *error)
{
    HwImage *image = calloc(1, sizeof(*image));
    HwElfFile file;

    if (!image) {
        hw_refuse(place, error, "can't be read: %s", strerror(ENOMEM));
        return NULL;
    }
    image->fd = -1;
    if (hw_elf_file_open(&file, path, place, error) && image_read(image, &file, symbol)) {
        image->fd = file.fd;
        file.fd = -1;
    } else {
        hw_image_close(image);
        image = NULL;
    }
    hw_elf_file_close(&file);
    return image;
}

void hw_image_close(HwImage *image)
{
    if (image) {
        if (image->fd >= 0) {
            close(image->fd);
        }
        free(image->buffer);
        free(image);
    }
}
