/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/coverage/coverage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/error.h"

typedef struct Seen {
    uint64_t accesses;
    uint32_t widths; /* the sum of the sizes that were seen: 1, 2, 4, 8 */
    uint32_t ones;   /* bits at their places in the register */
    uint32_t zeros;
} Seen;

typedef struct Row {
    char *name; /* NULL: where no register is */
    uint32_t offset;
    Seen read, written;
} Row;

/* It has copies of the names: a reload frees the plugin's tables. */
typedef struct Region {
    struct Region *next;
    char *cls;
    char *name;
    uint32_t count; /* the registers; the row behind them is for the rest of the region */
    Row rows[];
} Region;

struct HwCoverage {
    int fd;
    char *path;
    Region *regions; /* the newest first */
};

/* ------------------------------------------------------------------- counting */

static bool region_is(const Region *region, const HwRegionState *of)
{
    return region->count == of->table->registers.count && !strcmp(region->cls, of->cls->name) &&
           !strcmp(region->name, of->table->name);
}

static void region_free(Region *region)
{
    for (uint32_t i = 0; i < region->count; i++) {
        free(region->rows[i].name);
    }
    free(region->cls);
    free(region->name);
    free(region);
}

static Region *region_new(const HwRegionState *of)
{
    const HwRegisters *registers = &of->table->registers;
    Region *region = calloc(1, sizeof(*region) + (registers->count + 1) * sizeof(Row));
    bool good = region && (region->cls = strdup(of->cls->name)) &&
                (region->name = strdup(of->table->name));

    for (uint32_t i = 0; good && i < registers->count; i++, region->count++) {
        region->rows[i].name = strdup(registers->entries[i].name);
        region->rows[i].offset = registers->entries[i].offset;
        good = region->rows[i].name;
    }
    if (!good && region) {
        region_free(region);
        region = NULL;
    }
    return region;
}

static Region *region_of(HwCoverage *coverage, const HwRegionState *of)
{
    Region *region = coverage->regions;

    while (region && !region_is(region, of)) {
        region = region->next;
    }
    if (!region && (region = region_new(of))) {
        region->next = coverage->regions;
        coverage->regions = region;
    }
    return region;
}

void hw_coverage_note(HwCoverage *coverage, const HwRegionState *region, const HwAccess *access)
{
    const HwRegisters *registers = &region->table->registers;
    uint32_t index = access->reg ? (uint32_t)(access->reg - registers->entries) : registers->count;
    uint32_t shift = 8 * (access->offset & 3);
    uint64_t mask = access->size < 4 ? (UINT64_C(1) << (8 * access->size)) - 1 : UINT32_MAX;
    Region *known = region_of(coverage, region);
    Seen *seen;

    if (!known) {
        return;
    }
    seen = access->is_write ? &known->rows[index].written : &known->rows[index].read;
    seen->accesses++;
    seen->widths |= access->size;
    seen->ones |= (uint32_t)((access->value & mask) << shift);
    seen->zeros |= (uint32_t)((~access->value & mask) << shift);
}

/* --------------------------------------------------------------------- the file */

HwCoverage *hw_coverage_new(const char *path, HwError *error)
{
    HwCoverage *coverage = calloc(1, sizeof(*coverage));

    if (!coverage || !(coverage->path = strdup(path))) {
        hw_error_set(error, "coverage: can't write '%s': %s", path, strerror(ENOMEM));
        free(coverage);
        return NULL;
    }
    coverage->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (coverage->fd < 0) {
        hw_error_set(error, "coverage: can't write '%s': %s", path, strerror(errno));
        free(coverage->path);
        free(coverage);
        return NULL;
    }
    return coverage;
}

static void seen_print(FILE *text, const char *direction, const Seen *seen)
{
    fprintf(text, " %s %" PRIu64 " %" PRIu32 " 0x%" PRIx32 " 0x%" PRIx32, direction, seen->accesses,
            seen->widths, seen->ones, seen->zeros);
}

static void region_print(FILE *text, const Region *region)
{
    for (uint32_t i = 0; i <= region->count; i++) {
        const Row *row = &region->rows[i];

        if (row->read.accesses || row->written.accesses) {
            fprintf(text, "%s %s %s 0x%" PRIx32, region->cls, region->name,
                    row->name ? row->name : "-", row->offset);
            seen_print(text, "r", &row->read);
            seen_print(text, "w", &row->written);
            fputc('\n', text);
        }
    }
}

/* The caller frees the text; NULL: no memory. */
static char *coverage_text(const HwCoverage *coverage, bool with_head)
{
    char *bytes = NULL;
    size_t size;
    FILE *text = open_memstream(&bytes, &size);

    if (!text) {
        return NULL;
    }
    if (with_head) {
        fputs(HW_COVERAGE_HEAD "\n", text);
    }
    for (const Region *region = coverage->regions; region; region = region->next) {
        region_print(text, region);
    }
    if (fclose(text) != 0) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static bool write_whole(int fd, const char *bytes)
{
    size_t left = strlen(bytes);

    while (left > 0) {
        ssize_t count = write(fd, bytes, left);

        if (count < 0 && errno != EINTR) {
            return false;
        }
        bytes += count > 0 ? count : 0;
        left -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* Other hosts append to the file at the same time.  The lock ends with the descriptor. */
static bool append(const HwCoverage *coverage)
{
    struct stat status;
    char *text = NULL;
    bool good = flock(coverage->fd, LOCK_EX) == 0 && fstat(coverage->fd, &status) == 0;

    errno = good ? ENOMEM : errno;
    good = good && (text = coverage_text(coverage, status.st_size == 0)) &&
           write_whole(coverage->fd, text);
    free(text);
    return good;
}

bool hw_coverage_end(HwCoverage *coverage, HwError *error)
{
    bool good;

    if (!coverage) {
        return true;
    }
    good = append(coverage);
    if (!good) {
        hw_error_set(error, "coverage: '%s' is not complete: %s", coverage->path, strerror(errno));
    }
    while (coverage->regions) {
        Region *next = coverage->regions->next;

        region_free(coverage->regions);
        coverage->regions = next;
    }
    close(coverage->fd);
    free(coverage->path);
    free(coverage);
    return good;
}
