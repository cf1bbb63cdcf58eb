/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/vcpu/regs-file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/vcpu/regs-line.h"
#include "hw-api/host/vcpu/value.h"

#define LINE_MAX_BYTES 2048 /* two values of 2048 bits and the rest */
#define FILE_MAX_BYTES (8 << 20)
#define ROWS_MAX       4096

/* The public part comes first, since users have a pointer to it. */
typedef struct Regs {
    HwRegsFile file;
    char *kernel;
    HwRegsRow *rows;
    uint32_t row_room;
    HwRegsAttempt *attempts;
    uint32_t attempt_room;
    HwRegsFields *fields;
    uint32_t fields_room;
    uint64_t *busy;
    uint32_t busy_room;
    bool is_counted;
    uint32_t promised; /* the number in "# n=" */
} Regs;

/* Returns `array` with room for one more element; NULL: no memory. */
static void *array_grow(void *array, size_t size, uint32_t count, uint32_t *room)
{
    if (count >= ROWS_MAX) {
        return NULL;
    }
    if (count == *room) {
        *room = *room ? *room * 2 : 256;
        array = realloc(array, size * *room);
    }
    return array;
}

static bool row_add(Regs *regs, const HwRegsLine *line)
{
    const HwRegsRow *row = &line->row;
    HwRegsRow *rows = array_grow(regs->rows, sizeof(*rows), regs->file.count, &regs->row_room);
    uint8_t *values = rows ? malloc(2 * (size_t)row->size) : NULL;

    regs->rows = rows ? rows : regs->rows;
    regs->file.rows = regs->rows;
    if (!values) {
        return false;
    }
    memcpy(values, line->values, 2 * (size_t)row->size);
    rows[regs->file.count] = *row;
    rows[regs->file.count].value = values;
    rows[regs->file.count].read_back = values + row->size;
    regs->file.count++;
    return true;
}

static bool attempt_add(Regs *regs, const HwRegsAttempt *attempt)
{
    HwRegsAttempt *attempts = array_grow(regs->attempts, sizeof(*attempts),
                                         regs->file.attempt_count, &regs->attempt_room);

    if (attempts) {
        regs->attempts = attempts;
        attempts[regs->file.attempt_count++] = *attempt;
    }
    return attempts;
}

static bool fields_add(Regs *regs, const HwRegsFields *one)
{
    HwRegsFields *fields = array_grow(regs->fields, sizeof(*fields), regs->file.fields_count,
                                      &regs->fields_room);

    if (fields) {
        regs->fields = fields;
        regs->file.fields = fields;
        fields[regs->file.fields_count++] = *one;
    }
    return fields;
}

static bool busy_add(Regs *regs, uint64_t id)
{
    uint64_t *busy = array_grow(regs->busy, sizeof(*busy), regs->file.busy_count, &regs->busy_room);

    if (busy) {
        regs->busy = busy;
        regs->file.busy = busy;
        busy[regs->file.busy_count++] = id;
    }
    return busy;
}

static bool line_add(Regs *regs, const HwRegsLine *line)
{
    switch (line->kind) {
    case HW_REGS_LINE_ROW:
        return row_add(regs, line);
    case HW_REGS_LINE_ATTEMPT:
        return attempt_add(regs, &line->attempt);
    case HW_REGS_LINE_FIELDS:
        return fields_add(regs, &line->fields);
    case HW_REGS_LINE_BUSY:
        return busy_add(regs, line->fields.id);
    case HW_REGS_LINE_COUNT:
        regs->is_counted = true;
        regs->promised = line->number;
        return true;
    case HW_REGS_LINE_KERNEL:
        regs->kernel = regs->kernel ? regs->kernel : strdup(line->text);
        return regs->kernel;
    default:
        return true;
    }
}

/* A register has one line of each kind, and the line that lists the register comes first. */
static bool line_fits(const Regs *regs, const HwRegsLine *line, HwError *error)
{
    const HwRegsFile *file = &regs->file;
    uint64_t id = line->kind == HW_REGS_LINE_ROW ? line->row.id : line->fields.id;
    bool listed = hw_regs_find(file, id);
    bool twice = line->kind == HW_REGS_LINE_ROW      ? listed
                 : line->kind == HW_REGS_LINE_FIELDS ? hw_regs_find_fields(file, id) != NULL
                 : line->kind == HW_REGS_LINE_BUSY   ? hw_regs_is_busy(file, id)
                                                     : false;

    if (twice) {
        return hw_error_set(error, "register %016" PRIx64 " already has a line of this kind", id);
    }
    if (line->kind >= HW_REGS_LINE_FIELDS && !listed) {
        return hw_error_set(error,
                            "register %016" PRIx64 " is not listed, expected its own line "
                            "before this line",
                            id);
    }
    return true;
}

/* Replaces control characters: messages and QMP quote lines. */
static void line_clean(char *line)
{
    for (; *line; line++) {
        if ((*line < ' ' || *line > '~') && *line != '\t' && *line != '\r') {
            *line = '?';
        }
    }
}

static bool text_parse(Regs *regs, const char *name, const char *text, size_t size, HwError *error)
{
    char line[LINE_MAX_BYTES];
    HW_ERROR(why, 256);
    HwRegsLine parsed;
    uint32_t number = 0;

    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - (text + at)) : size - at;

        number++;
        if (length >= sizeof(line) || memchr(text + at, '\0', length)) {
            return hw_error_set(error,
                                "%s:%" PRIu32 ": invalid line: expected text of up to %d "
                                "bytes",
                                name, number, LINE_MAX_BYTES - 1);
        }
        memcpy(line, text + at, length);
        line[length] = '\0';
        line_clean(line);
        if (!hw_regs_line_parse(line, &parsed, &why)) {
            return hw_error_set(error, "%s:%" PRIu32 ": %s", name, number, why.text);
        }
        if (!line_fits(regs, &parsed, &why)) {
            return hw_error_set(error, "%s:%" PRIu32 ": %s", name, number, why.text);
        }
        if (!line_add(regs, &parsed)) {
            return hw_error_set(error,
                                "%s:%" PRIu32 ": more than %d lines of a kind, or out of "
                                "memory",
                                name, number, ROWS_MAX);
        }
        at += length + 1;
    }
    return true;
}

/* -------------------------------------------------------------------- files */

static bool regs_finish(Regs *regs, const char *name, HwError *error)
{
    regs->file.kernel = regs->kernel ? regs->kernel : "";
    regs->file.attempts = regs->attempts;
    if (regs->file.count == 0) {
        return hw_error_set(error, "%s: the file does not have a register", name);
    }
    if (regs->is_counted && regs->promised != regs->file.count) {
        return hw_error_set(error, "%s: %" PRIu32 " registers, expected %" PRIu32 " (# n=)", name,
                            regs->file.count, regs->promised);
    }
    return true;
}

HwRegsFile *hw_regs_parse(const char *name, const char *text, size_t size, HwError *error)
{
    Regs *regs = calloc(1, sizeof(*regs));

    if (!regs) {
        hw_error_set(error, "%s: out of memory", name);
        return NULL;
    }
    if (!text_parse(regs, name, text, size, error) || !regs_finish(regs, name, error)) {
        hw_regs_free(&regs->file);
        return NULL;
    }
    return &regs->file;
}

static HwRegsFile *stream_parse(FILE *stream, const char *path, HwError *error)
{
    char *text = malloc(FILE_MAX_BYTES);
    size_t size = text ? fread(text, 1, FILE_MAX_BYTES, stream) : 0;
    HwRegsFile *file = NULL;

    if (!text || ferror(stream)) {
        hw_error_set(error, "%s: can't be read: %s", path, strerror(text ? errno : ENOMEM));
    } else if (size == FILE_MAX_BYTES) {
        hw_error_set(error, "%s: too large, expected less than %d bytes", path, FILE_MAX_BYTES);
    } else {
        file = hw_regs_parse(path, text, size, error);
    }
    free(text);
    return file;
}

HwRegsFile *hw_regs_load(const char *path, HwError *error)
{
    FILE *stream = fopen(path, "re");
    HwRegsFile *file;

    if (!stream) {
        hw_error_set(error, "%s: can't be read: %s", path, strerror(errno));
        return NULL;
    }
    file = stream_parse(stream, path, error);
    fclose(stream);
    return file;
}

void hw_regs_free(HwRegsFile *file)
{
    Regs *regs = (Regs *)file;

    if (regs) {
        for (uint32_t i = 0; i < regs->file.count; i++) {
            free((void *)regs->rows[i].value);
        }
        free(regs->kernel);
        free(regs->rows);
        free(regs->attempts);
        free(regs->fields);
        free(regs->busy);
        free(regs);
    }
}

const HwRegsRow *hw_regs_find(const HwRegsFile *file, uint64_t id)
{
    for (uint32_t i = 0; i < file->count; i++) {
        if (file->rows[i].id == id) {
            return &file->rows[i];
        }
    }
    return NULL;
}

const HwRegsFields *hw_regs_find_fields(const HwRegsFile *file, uint64_t id)
{
    for (uint32_t i = 0; i < file->fields_count; i++) {
        if (file->fields[i].id == id) {
            return &file->fields[i];
        }
    }
    return NULL;
}

bool hw_regs_is_busy(const HwRegsFile *file, uint64_t id)
{
    bool found = false;

    for (uint32_t i = 0; i < file->busy_count && !found; i++) {
        found = file->busy[i] == id;
    }
    return found;
}

uint64_t hw_regs_number(const HwRegsRow *row)
{
    return hw_vcpu_value_load(row->value, row->size);
}
