/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"

#define LINE_SIZE   4096u /* the rest of a longer line is not looked at */
#define UNKNOWN_MAX 5u
#define CHUNK       (64u << 10)

/* --------------------------------------------------------------------- reading */

/* A file's end is what counts: the last migration.  A pipe's beginning is thrown away later. */
static void beginning_skip(int fd, ObLog *log)
{
    struct stat file;

    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_size > OB_LOG_BYTES &&
        lseek(fd, file.st_size - OB_LOG_BYTES, SEEK_SET) >= 0) {
        log->skipped = (uint64_t)file.st_size - OB_LOG_BYTES;
    }
}

static bool bytes_read(int fd, GByteArray *bytes, ObLog *log)
{
    g_autofree uint8_t *chunk = g_malloc(CHUNK);
    ssize_t count;

    while ((count = read(fd, chunk, CHUNK)) != 0) {
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return false;
        }
        g_byte_array_append(bytes, chunk, (guint)count);
        if (bytes->len > 2 * OB_LOG_BYTES) {
            log->skipped += bytes->len - OB_LOG_BYTES;
            g_byte_array_remove_range(bytes, 0, bytes->len - OB_LOG_BYTES);
        }
    }
    return true;
}

/* ----------------------------------------------------------------------- lines */

static void finding_free(void *opaque)
{
    ObLogFinding *finding = opaque;

    g_free(finding->text);
    g_free(finding->cause);
    g_free(finding->remedy);
    g_free(finding);
}

/*
 * QEMU 11.1 names a system register by its own key: bit 28 is set for AArch64, bit 29 for the
 * non-secure AArch32 state.  The rest is as in KVM's ids.
 */
static void register_name(char **text)
{
    const char *word = *text && g_str_has_prefix(*text, "0x") ? *text : NULL;
    char name[HW_VCPU_NAME_SIZE];
    uint64_t key, id;

    if (!word) {
        return;
    }
    key = g_ascii_strtoull(word, NULL, 16);
    id = key & 1u << 28 ? HW_VCPU_ID_ARM64 | HW_VCPU_ID_U64 | (key & ~(UINT64_C(1) << 28))
                        : HW_VCPU_ID_ARM | HW_VCPU_ID_U32 | key;
    *text = g_strdup_printf("%s (%s)", word, hw_vcpu_name(id, name));
    g_free((char *)word);
}

static void finding_add(ObLog *log, const ObLogPattern *pattern, const char *line, char **found)
{
    ObLogFinding *finding;

    if (g_str_has_prefix(pattern->text, "system register")) {
        register_name(&found[0]);
    }
    for (guint i = 0; i < log->findings->len; i++) {
        finding = log->findings->pdata[i];
        if (finding->pattern == pattern) {
            finding->count++;
            return;
        }
    }
    finding = g_new0(ObLogFinding, 1);
    finding->pattern = pattern;
    finding->line = log->lines;
    finding->count = 1;
    finding->text = g_strdup(line);
    finding->cause = ob_log_pattern_expand(pattern->cause, found);
    finding->remedy = pattern->remedy ? ob_log_pattern_expand(pattern->remedy, found) : NULL;
    log->best = MAX(log->best, pattern->rank);
    g_ptr_array_add(log->findings, finding);
}

/* The lines of QEMU have its name and a colon; a command line has the name without it.  Other
 * warnings than those in the tables don't end a migration. */
static bool is_message(const char *line)
{
    const char *name = strstr(line, "qemu-system-");

    if (strstr(line, ": warning: ")) {
        return false;
    }
    if (name) {
        name += strlen("qemu-system-");
        name += strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
        return name[0] == ':' && name[1] == ' ';
    }
    return strstr(line, "qemu-kvm: ") || strstr(line, ": error : ");
}

static void line_explain(ObLog *log, const char *line)
{
    char *found[OB_LOG_WILDCARDS];
    const ObLogPattern *pattern = ob_log_pattern_find(line, found);

    if (pattern && pattern->rank != OB_LOG_NOISE) {
        finding_add(log, pattern, line, found);
    } else if (!pattern && is_message(line) && log->unknown_count++ < UNKNOWN_MAX) {
        g_ptr_array_add(log->unknown, g_strdup(line));
    }
    for (unsigned i = 0; i < OB_LOG_WILDCARDS; i++) {
        g_free(found[i]);
    }
}

/* Logs in JSON and syslog have QEMU's lines in one, with \n or #012 between them. */
static void line_take(ObLog *log, const char *bytes, size_t size)
{
    g_autofree char *line = g_strndup(bytes, MIN(size, LINE_SIZE));
    g_auto(GStrv) parts = NULL;

    log->lines++;
    for (char *at = line; (at = strstr(at, "\\\"")) != NULL; at++) {
        memmove(at, at + 1, strlen(at));
    }
    for (char *at = line; (at = strstr(at, "#012")) != NULL;) {
        memcpy(at, "\\n  ", 4);
    }
    parts = g_strsplit(line, "\\n", -1);
    for (char **part = parts; *part; part++) {
        g_strstrip(*part);
        line_explain(log, *part);
    }
}

static void lines_take(ObLog *log, const GByteArray *bytes)
{
    const char *at = (const char *)bytes->data, *end = at + bytes->len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;

        line_take(log, at, (size_t)(stop - at));
        at = stop + 1;
    }
}

ObLog *ob_log_read(const char *path, HwError *error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    ObLog *log = g_new0(ObLog, 1);
    bool ok;

    log->findings = g_ptr_array_new_with_free_func(finding_free);
    log->unknown = g_ptr_array_new_with_free_func(g_free);
    if (fd >= 0) {
        beginning_skip(fd, log);
    }
    ok = fd >= 0 && bytes_read(fd, bytes, log);
    if (!ok) {
        hw_error_set(error, "%s: can't be read: %s", path, g_strerror(errno));
        g_clear_pointer(&log, ob_log_free);
    } else {
        lines_take(log, bytes);
    }
    if (fd >= 0 && !is_stdin) {
        close(fd);
    }
    return log;
}

void ob_log_free(ObLog *log)
{
    g_ptr_array_unref(log->findings);
    g_ptr_array_unref(log->unknown);
    g_free(log);
}
