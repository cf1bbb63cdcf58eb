/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image by virtual address, for the files that inspect it. */
#ifndef HW_HOST_IMAGE_LAYOUT_H
#define HW_HOST_IMAGE_LAYOUT_H

#include "hw-api/host/image/elf-file.h"
#include "hw-api/host/image/image.h"

#define HW_SEGMENTS_MAX 32

typedef struct HwSegment {
    uint64_t start; /* virtual addresses, as in the file */
    uint64_t end;
    uint64_t offset; /* in the file */
    uint64_t file_size;
    bool readable;
    bool writable;
    bool executable;
} HwSegment;

struct HwImage {
    int fd;
    struct stat status; /* when it was opened */
    HwSegment segments[HW_SEGMENTS_MAX];
    uint32_t segment_count;
    uint8_t *buffer;  /* NULL once the file is loaded */
    uintptr_t import; /* in the buffer, but in no segment */
    uintptr_t bias;   /* pointer = virtual address + bias */
    uint64_t symbol;  /* virtual address */
    uint64_t symbol_size;
    const char *unproven; /* NULL: loading runs no code of the file */
};

/* The readable segment that has this virtual address, or else ends at it; or NULL.  One segment
 * may end where the next begins: then it is the next. */
static inline const HwSegment *hw_image_segment(const HwImage *image, uint64_t address)
{
    for (uint32_t i = image->segment_count; i-- > 0;) {
        const HwSegment *segment = &image->segments[i];

        if (segment->readable && address >= segment->start && address <= segment->end) {
            return segment;
        }
    }
    return NULL;
}

static inline bool hw_image_spans(const HwImage *image, uint64_t address, uint64_t size)
{
    const HwSegment *segment = hw_image_segment(image, address);

    return segment && size <= segment->end - address;
}

static inline void *hw_image_at(const HwImage *image, uint64_t address)
{
    return (void *)(image->bias + (uintptr_t)address);
}

/* Any alignment; the caller knows that it lies in the image. */
static inline void hw_image_read(const HwImage *image, uint64_t address, void *to, size_t size)
{
    __builtin_memcpy(to, hw_image_at(image, address), size);
}

#endif
