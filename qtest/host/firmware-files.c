/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/firmware-files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/host/run/objects.h"
#include "qtest/machine/parts/fw-cfg.h"

#define PIECE   (64u << 10) /* memory for a file of unknown size, at first */
#define LARGE   (16u << 20) /* a file for which large pages pay */
#define ENDLESS (64u << 20) /* a device or a FIFO may have no end */

typedef struct Contents {
    char *bytes; /* from g_malloc() */
    size_t size;
    bool is_regular;
    size_t capacity; /* more than `size`, so that one read finds the end of a file */
} Contents;

/* Large pages make a large file several times faster to read: most of the time goes to page
 * faults.  A failure only costs speed. */
static void contents_hint(const Contents *contents)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)contents->bytes + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)contents->bytes + contents->capacity) / page * page;

    if (end > start + LARGE) {
        madvise((void *)start, end - start, MADV_HUGEPAGE);
    }
}

/* Reserves memory once if the file tells its size: pipes don't, nor does /proc. */
static bool contents_reserve(Contents *contents, int fd, HwError *error)
{
    struct stat file;

    if (fstat(fd, &file) < 0) {
        return hw_error_set(error, "%s", g_strerror(errno));
    }
    if (S_ISREG(file.st_mode) && file.st_size > UINT32_MAX) {
        return hw_error_set(error, "%" PRIu64 " bytes, expected less than 4 GiB",
                            (uint64_t)file.st_size);
    }
    contents->is_regular = S_ISREG(file.st_mode);
    contents->capacity = S_ISREG(file.st_mode) && file.st_size ? (size_t)file.st_size + 1 : PIECE;
    contents->bytes = g_try_malloc(contents->capacity);
    if (!contents->bytes) {
        return hw_error_set(error, "%zu bytes of memory are missing", contents->capacity);
    }
    contents_hint(contents);
    return true;
}

/* A regular file grows at most. */
static bool contents_fill(Contents *contents, int fd, HwError *error)
{
    uint64_t most = contents->is_regular ? UINT32_MAX : ENDLESS;
    ssize_t n = 1;

    while (n > 0 && contents->size <= most) {
        if (contents->size == contents->capacity) {
            contents->capacity *= 2;
            contents->bytes = g_realloc(contents->bytes, contents->capacity);
        }
        n = TEMP_FAILURE_RETRY(
            read(fd, contents->bytes + contents->size, contents->capacity - contents->size));
        contents->size += n > 0 ? (size_t)n : 0;
    }
    return n < 0    ? hw_error_set(error, "%s", g_strerror(errno))
           : n == 0 ? true
                    : hw_error_set(error, "more than %" PRIu64 " MiB, and not a regular file",
                                   most >> 20);
}

/*
 * The file is in memory once, as it is now: the guest's firmware reads it later, and the file may
 * change until then.  A private map would be faster at the start.  But its pages follow the file:
 * a file that shrinks would end the program by SIGBUS.
 */
static bool contents_read(const char *path, Contents *contents, HwError *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    HW_ERROR(reason, 512);

    if (fd < 0) {
        return hw_error_set(error, "Failed to open file '%s': %s", path, g_strerror(errno));
    }
    if (!contents_reserve(contents, fd, &reason) || !contents_fill(contents, fd, &reason)) {
        g_clear_pointer(&contents->bytes, g_free);
        hw_error_set(error, "Failed to read file '%s': %s", path, reason.text);
    }
    close(fd);
    return contents->bytes != NULL;
}

/* Takes the contents. */
static bool contents_add(ObFwCfg *fw_cfg, const char *name, Contents *contents, HwError *error)
{
    if (!ob_fw_cfg_add_taken(fw_cfg, name, contents->bytes, (uint32_t)contents->size, error)) {
        g_free(contents->bytes);
        return false;
    }
    return true;
}

/* ------------------------------------------------------------------ -fw_cfg */

/* QEMU's words.  No object of this program generates data. */
static bool generator_refuse(const ObSystem *system, const char *id, HwError *error)
{
    return ob_objects_find(system, id)
               ? hw_error_set(error, "Object ID '%s' is not a 'fw_cfg-data-generator' subclass", id)
               : hw_error_set(error, "Cannot find object ID '%s'", id);
}

static bool file_add(const ObSystem *system, ObFwCfg *fw_cfg, const ObKeyval *keyval,
                     HwError *error)
{
    const char *name = ob_keyval_get(keyval, "name");
    const char *file = ob_keyval_get(keyval, "file");
    const char *generator = ob_keyval_get(keyval, "gen_id");
    Contents contents = { 0 };

    if (generator && *generator) {
        return generator_refuse(system, generator, error);
    }
    if (!file || !*file) {
        const char *string = ob_keyval_get(keyval, "string");

        contents = (Contents) { .bytes = g_strdup(string), .size = strlen(string) };
    } else if (!contents_read(file, &contents, error)) {
        return false;
    }
    return contents_add(fw_cfg, name, &contents, error);
}

static bool files_add(ObSystem *system, HwError *error)
{
    const GPtrArray *files = system->options->fw_cfg_files;
    ObFwCfg *fw_cfg = ob_host_fw_cfg(system->host);
    HW_ERROR(reason, 512);

    if (files->len && !fw_cfg) {
        return hw_error_set(error, "-fw_cfg: machine '%s' has no fw_cfg",
                            ob_host_machine(system->host)->name);
    }
    for (guint i = 0; i < files->len; i++) {
        const char *name = ob_keyval_get(files->pdata[i], "name");

        if (!g_str_has_prefix(name, "opt/")) {
            ob_report_warning("-fw_cfg: %s: such names are for the host itself, expected a name "
                              "that starts with opt/",
                              name);
        }
        if (!file_add(system, fw_cfg, files->pdata[i], &reason)) {
            return hw_error_set(error, "-fw_cfg: %s", reason.text);
        }
    }
    return true;
}

/* ------------------------------------------------------------- -boot splash */

#define BMP_BITS 28 /* u16 in BITMAPFILEHEADER and BITMAPINFOHEADER */

static const char *splash_name(const Contents *picture)
{
    const uint8_t *bytes = (const uint8_t *)picture->bytes;

    if (picture->size > 2 && bytes[0] == 0xff && bytes[1] == 0xd8) {
        return "bootsplash.jpg";
    }
    if (picture->size >= BMP_BITS + 2 && !memcmp(bytes, "BM", 2) &&
        hw_load_le(bytes + BMP_BITS, 2) == 24) {
        return "bootsplash.bmp";
    }
    return NULL;
}

static bool splash_add(ObSystem *system, HwError *error)
{
    const char *path = system->options->boot_splash;
    ObFwCfg *fw_cfg = ob_host_fw_cfg(system->host);
    Contents picture = { 0 };
    HW_ERROR(reason, 512);
    const char *name;

    if (!path || !fw_cfg) {
        return true;
    }
    if (!contents_read(path, &picture, &reason)) {
        return hw_error_set(error, "-boot: splash: %s", reason.text);
    }
    name = splash_name(&picture);
    if (!name) {
        hw_error_set(&reason,
                     "'%s' is not a picture that firmware shows, expected JPEG or BMP "
                     "of 24 bits",
                     path);
        g_free(picture.bytes);
    }
    return (name && contents_add(fw_cfg, name, &picture, &reason)) ||
           hw_error_set(error, "-boot: splash: %s", reason.text);
}

bool ob_firmware_files_add(ObSystem *system, HwError *error)
{
    return files_add(system, error) && splash_add(system, error);
}
