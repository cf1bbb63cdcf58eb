/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PT_LOAD: the System V gABI, chapter 5 (program loading). */
#include "hw-api/host/image/inspection.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT "0x%" PRIx64

static uint64_t page_up(uint64_t address)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

    return (address + page - 1) & ~(page - 1);
}

/* Its place in memory, against the segments before it. */
static bool segment_check_place(const HwInspection *in, const HwPlace *place,
                                const Elf64_Phdr *header)
{
    const HwImage *image = in->image;
    HwError *error = in->file->error;
    uint64_t end = header->p_vaddr + header->p_memsz;
    uint64_t free = place->index ? page_up(image->segments[place->index - 1].end) : 0;

    if (end < header->p_vaddr || end > HW_IMAGE_MAX) {
        return hw_refuse(place, error,
                         "takes " AT " bytes at " AT ", expected an end of at most "
                         "0x%x",
                         header->p_memsz, header->p_vaddr, HW_IMAGE_MAX);
    }
    /* The linker maps whole pages: one of two segments is the later one's alone. */
    if (page_up(header->p_vaddr + 1) <= free) {
        return hw_refuse(place, error,
                         "takes " AT " bytes at " AT ", expected segments in "
                         "ascending order and in pages of their own",
                         header->p_memsz, header->p_vaddr);
    }
    return true;
}

static bool segment_check_sizes(const HwInspection *in, const HwPlace *place,
                                const Elf64_Phdr *header)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t align = header->p_align;
    HwError *error = in->file->error;

    if (header->p_filesz > header->p_memsz || header->p_memsz == 0) {
        return hw_refuse(place, error,
                         "takes " AT " bytes of the file, expected at most its size "
                         "in memory, " AT ", and that not 0",
                         header->p_filesz, header->p_memsz);
    }
    if (align < page || (align & (align - 1)) || align > HW_IMAGE_MAX ||
        ((header->p_vaddr - header->p_offset) & (align - 1))) {
        return hw_refuse(place, error,
                         "is aligned to " AT " with offset " AT " at " AT ", "
                         "expected the same place in both within a power of 2, " AT " to 0x%x",
                         align, header->p_offset, header->p_vaddr, page, HW_IMAGE_MAX);
    }
    if ((header->p_flags & PF_W) && (header->p_flags & PF_X)) {
        return hw_refuse(place, error, "is writable and executable, expected one of both");
    }
    return true;
}

static bool segment_add(HwInspection *in, const Elf64_Phdr *header)
{
    HwImage *image = in->image;
    HwPlace place = { in->file->place, "segment", NULL, image->segment_count };

    if (image->segment_count == HW_SEGMENTS_MAX) {
        return hw_inspect_refuse(in, "has too many segments, expected at most %d", HW_SEGMENTS_MAX);
    }
    if (!hw_elf_file_has(in->file, "a segment", header->p_offset, header->p_filesz) ||
        !segment_check_sizes(in, &place, header) || !segment_check_place(in, &place, header)) {
        return false;
    }
    image->segments[image->segment_count++] = (HwSegment) {
        header->p_vaddr,        header->p_vaddr + header->p_memsz,
        header->p_offset,       header->p_filesz,
        header->p_flags & PF_R, header->p_flags & PF_W,
        header->p_flags & PF_X,
    };
    return true;
}

static bool image_allocate(HwInspection *in)
{
    HwImage *image = in->image;
    uint64_t start;
    uint64_t size;

    if (image->segment_count == 0) {
        return hw_inspect_refuse(in, "has no segments, expected 1 or more");
    }
    /* From a page's start, so that data is as aligned here as when loaded. */
    start = image->segments[0].start & ~UINT64_C(4095);
    size = image->segments[image->segment_count - 1].end - start;
    image->buffer = calloc(1, size + 2);
    image->bias = (uintptr_t)image->buffer - (uintptr_t)start;
    image->import = (uintptr_t)image->buffer + size + 1;
    return image->buffer || hw_inspect_refuse(in, "can't be read: %s", strerror(ENOMEM));
}

static bool segment_fill(const HwInspection *in, const HwSegment *segment)
{
    return hw_elf_file_read(in->file, "a segment", segment->offset,
                            hw_image_at(in->image, segment->start), segment->file_size);
}

bool hw_inspect_segments(HwInspection *in)
{
    const HwElfFile *file = in->file;

    for (uint32_t i = 0; i < file->header_count; i++) {
        if (file->headers[i].p_type == PT_LOAD && !segment_add(in, &file->headers[i])) {
            return false;
        }
    }
    if (!image_allocate(in)) {
        return false;
    }
    for (uint32_t i = 0; i < in->image->segment_count; i++) {
        if (!segment_fill(in, &in->image->segments[i])) {
            return false;
        }
    }
    return true;
}
