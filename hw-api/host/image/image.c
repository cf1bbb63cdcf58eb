/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/image/image.h"

#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/image/inspection.h"

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

const char *hw_image_unproven(const HwImage *image)
{
    return image->unproven;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool hw_image_is_unchanged(const HwImage *image)
{
    struct stat now;

    return !fstat(image->fd, &now) && now.st_size == image->status.st_size &&
           same_time(now.st_mtim, image->status.st_mtim) &&
           same_time(now.st_ctim, image->status.st_ctim);
}

void hw_image_forget(HwImage *image)
{
    free(image->buffer);
    image->buffer = NULL;
}

void hw_image_loaded_at(HwImage *image, uintptr_t bias)
{
    hw_image_forget(image);
    image->bias = bias;
}

/* ------------------------------------------------------------------ lifetime */

static bool image_read(HwImage *image, const HwElfFile *file, const char *symbol)
{
    HwInspection in = { .image = image, .file = file };

    image->status = file->status;
    return hw_inspect_segments(&in) && hw_inspect_headers(&in) && hw_inspect_dynamic(&in) &&
           hw_inspect_symbols(&in, symbol) && hw_inspect_versions(&in) &&
           hw_inspect_relocations(&in);
}

static HwImage *image_open(const char *path, bool copies, const char *symbol, const HwPlace *place,
                           HwError *error)
{
    HwImage *image = calloc(1, sizeof(*image));
    HwElfFile file;

    if (!image) {
        hw_refuse(place, error, "can't be read: %s", strerror(ENOMEM));
        return NULL;
    }
    image->fd = -1;
    if (hw_elf_file_open(&file, path, copies, place, error) && image_read(image, &file, symbol)) {
        image->fd = file.fd;
        file.fd = -1;
    } else {
        hw_image_close(image);
        image = NULL;
    }
    hw_elf_file_close(&file);
    return image;
}

HwImage *hw_image_open(const char *path, const char *symbol, const HwPlace *place, HwError *error)
{
    return image_open(path, false, symbol, place, error);
}

HwImage *hw_image_open_copy(const char *path, const char *symbol, const HwPlace *place,
                            HwError *error)
{
    return image_open(path, true, symbol, place, error);
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
