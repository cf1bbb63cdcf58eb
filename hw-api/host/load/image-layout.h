/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What image.c and relocate.c share: an image by virtual address. */
#ifndef HW_HOST_IMAGE_LAYOUT_H
#define HW_HOST_IMAGE_LAYOUT_H

#include "hw-api/host/load/elf-file.h"
#include "hw-api/host/load/image.h"

#define HW_SEGMENTS_MAX 32

typedef struct HwSegment {
    uint64_t start; /* virtual addresses, as in the file */
    uint64_t end;
    bool readable;
    bool executable;
} HwSegment;

struct HwImage {
    int fd;
    HwSegment segments[HW_SEGMENTS_MAX];
    uint32_t segment_count;
    uint8_t *buffer;  /* NULL once the file is loaded */
    uintptr_t import; /* in the buffer, but in no segment */
    uintptr_t bias;   /* pointer = virtual address + bias */
    uint64_t symbol;  /* virtual address */
    uint64_t symbol_size;
};

/* The dynamic symbols and their names, known to lie in the image. */
typedef struct HwSymbols {
    uint64_t table; /* virtual address of Elf64_Sym[count] */
    uint64_t count;
    uint64_t names; /* virtual address */
    uint64_t names_size;
} HwSymbols;

/* The readable segment that has this virtual address or ends at it, or NULL. */
static inline const HwSegment *hw_image_segment(const HwImage *image, uint64_t address)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
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

static inline Elf64_Sym hw_symbol_at(const HwImage *image, const HwSymbols *symbols, uint64_t index)
{
    Elf64_Sym symbol;
    const uint8_t *table = (const uint8_t *)hw_image_at(image, symbols->table);

    __builtin_memcpy(&symbol, table + index * sizeof(symbol), sizeof(symbol));
    return symbol;
}

/* Gives the pointers in the image's data their values. */
bool hw_image_relocate(HwImage *image, const HwElfFile *file, const HwSymbols *symbols);

#endif
