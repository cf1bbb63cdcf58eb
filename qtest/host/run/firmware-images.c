/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/firmware-images.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"
#include "qtest/host/io/log.h"
#include "qtest/machine/board.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512u /* a disk has whole ones: QEMU fills the last one with zeros */

typedef struct Image {
    int fd;      /* -1: none */
    void *bytes; /* NULL: not mapped, or empty */
    uint64_t size;
    bool is_told; /* a write failed, and the user knows */
} Image;

struct ObImages {
    Image rom;
    Image flash[OB_FLASHES];
};

/* --------------------------------------------------------------------- files */

static int image_fd(const ObImageFile *file, bool *is_read_only)
{
    int fd = ob_file_open(file->path,
                          (*is_read_only || file->is_temporary ? O_RDONLY : O_RDWR) | O_NONBLOCK,
                          0);

    if (fd < 0 && file->may_be_read_only && (errno == EACCES || errno == EROFS)) {
        *is_read_only = true;
        fd = ob_file_open(file->path, O_RDONLY | O_NONBLOCK, 0);
    }
    return fd;
}

/* Maps the file, which others may change only before the host has copied it. */
static bool image_map(Image *image, const ObImageFile *file, HwError *error)
{
    struct stat status;

    if (fstat(image->fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        return hw_error_set(error, "'file' driver requires '%s' to be a regular file", file->path);
    }
    image->size = (uint64_t)status.st_size;
    if (image->size == 0) {
        return true;
    }
    image->bytes = mmap(NULL, image->size, PROT_READ, MAP_PRIVATE, image->fd, 0);
    if (image->bytes == MAP_FAILED) {
        image->bytes = NULL;
        return hw_error_set(error, "Could not read '%s': %s", file->path, g_strerror(errno));
    }
    return true;
}

static bool image_open(Image *image, const ObImageFile *file, ObImage *to, HwError *error)
{
    *to = (ObImage) { .is_given = true, .name = file->path, .is_read_only = file->is_read_only };
    image->fd = image_fd(file, &to->is_read_only);
    if (image->fd < 0) {
        return hw_error_set(error, "Could not open '%s': %s", file->path, g_strerror(errno));
    }
    if (!image_map(image, file, error)) {
        return false;
    }
    to->bytes = image->bytes;
    to->size = image->size;
    return true;
}

static void image_unmap(Image *image)
{
    if (image->bytes) {
        munmap(image->bytes, image->size);
        image->bytes = NULL;
    }
}

static void image_close(Image *image)
{
    image_unmap(image);
    if (image->fd >= 0) {
        close(image->fd);
        image->fd = -1;
    }
}

/* --------------------------------------------------------------------- chips */

static bool all_write(int fd, const uint8_t *bytes, uint64_t size, uint64_t offset)
{
    while (size > 0) {
        ssize_t done = TEMP_FAILURE_RETRY(pwrite(fd, bytes, size, (off_t)offset));

        if (done <= 0) {
            return false;
        }
        bytes += done;
        offset += (uint64_t)done;
        size -= (uint64_t)done;
    }
    return true;
}

static void chip_changed(void *opaque, uint64_t offset, const uint8_t *bytes, uint64_t size)
{
    Image *image = opaque;

    if (!all_write(image->fd, bytes, size, offset) && !image->is_told) {
        ob_report_error("Could not update PFLASH: %s", g_strerror(errno));
        image->is_told = true;
    }
}

static bool chip_open(Image *image, const ObImageFile *file, ObImage *to, HwError *error)
{
    HW_ERROR(reason, 512);

    if (!image_open(image, file, to, &reason)) {
        return hw_error_set(error, "%s: %s", file->option, reason.text);
    }
    to->size = (image->size + SECTOR - 1) / SECTOR * SECTOR; /* in a page that is mapped */
    if (!to->is_read_only && !file->is_temporary) {
        to->changed = chip_changed;
        to->opaque = image;
    }
    return true;
}

static bool rom_open(Image *image, const char *path, ObImage *to, HwError *error)
{
    const ObImageFile file = { .path = path, .is_read_only = true };
    HW_ERROR(reason, 512);

    return image_open(image, &file, to, &reason) ||
           hw_error_set(error, "-bios: could not load PC BIOS '%s': %s", path, reason.text);
}

/* --------------------------------------------------------------------- whole */

static bool is_wanted(const ObOptions *options)
{
    return options->bios || options->flash[0].path || options->flash[1].path;
}

static ObImages *images_new(void)
{
    ObImages *images = g_new0(ObImages, 1);

    images->rom.fd = -1;
    for (uint32_t i = 0; i < OB_FLASHES; i++) {
        images->flash[i].fd = -1;
    }
    return images;
}

/* A machine without a place for firmware ignores -bios, as in QEMU. */
bool ob_images_open(ObSystem *system, ObHostConfig *config, HwError *error)
{
    const ObOptions *options = system->options;
    bool has_place = ob_machine_find(options->architecture, options->machine)->flash;

    if (!is_wanted(options)) {
        return true;
    }
    system->images = images_new();
    for (uint32_t i = 0; i < OB_FLASHES; i++) {
        const ObImageFile *file = &options->flash[i];

        if (file->path && !has_place) {
            return hw_error_set(error, "%s: machine type does not support if=pflash,bus=0,unit=%u",
                                file->option, i);
        }
        if (file->path && !chip_open(&system->images->flash[i], file, &config->flash[i], error)) {
            return false;
        }
    }
    return !options->bios || !has_place ||
           rom_open(&system->images->rom, options->bios, &config->rom, error);
}

void ob_images_settle(ObSystem *system)
{
    if (system->images) {
        image_close(&system->images->rom);
        for (uint32_t i = 0; i < OB_FLASHES; i++) {
            image_unmap(&system->images->flash[i]);
        }
    }
}

void ob_images_close(ObSystem *system)
{
    if (system->images) {
        ob_images_settle(system);
        for (uint32_t i = 0; i < OB_FLASHES; i++) {
            image_close(&system->images->flash[i]);
        }
        g_clear_pointer(&system->images, g_free);
    }
}
