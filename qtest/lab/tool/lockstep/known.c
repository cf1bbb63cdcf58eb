/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/tool/lockstep/known.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/lab/tool/lab.h"

/* ------------------------------------------------------------------------- the file */

static const struct {
    const char *name;
    bool has_mask;
} kinds[] = {
    [LAB_KNOWN_DIFFERS] = { "differs", true }, [LAB_KNOWN_LINE] = { "line", false },
    [LAB_KNOWN_FIELD] = { "field", false },    [LAB_KNOWN_KEEP] = { "keep", true },
    [LAB_KNOWN_SET] = { "set", true },         [LAB_KNOWN_WIDTH] = { "width", true },
    [LAB_KNOWN_LEAVE] = { "leave", false },    [LAB_KNOWN_FIRST] = { "first", false },
    [LAB_KNOWN_WAIT] = { "wait", true },
};

typedef struct Reader {
    LabKnowns *knowns;
    const char *release;
    guint line;
    HwError *error;
} Reader;

static bool refuse(const Reader *r, const char *what, const char *value, const char *expected)
{
    return hw_error_set(r->error, "%s:%u: %s '%s', expected %s", r->knowns->path, r->line, what,
                        value, expected);
}

static bool kind_read(const Reader *r, const char *word, LabKnown *row)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].name, word) == 0) {
            row->kind = (LabKnownKind)i;
            return true;
        }
    }
    return refuse(r, "the word", word,
                  "differs, line, field, keep, set, width, leave, first or wait");
}

static bool mask_read(const Reader *r, const char *word, LabKnown *row)
{
    char *end;
    guint64 mask = g_ascii_strtoull(word ? word : "", &end, 0);

    row->mask = (uint32_t)mask;
    return (word && g_ascii_isdigit(*word) && !*end && mask && mask <= UINT32_MAX) ||
           refuse(r, "the mask", word ? word : "", "1 to 0xffffffff");
}

/* "in 7.2,10.0"; without it the row holds everywhere. */
static bool releases_read(const Reader *r, char **words, bool *holds)
{
    g_auto(GStrv) releases = words[0] && words[1] ? g_strsplit(words[1], ",", -1) : NULL;

    *holds = !words[0] ||
             (releases && r->release && g_strv_contains((const char *const *)releases, r->release));
    return !words[0] || (strcmp(words[0], "in") == 0 && words[1] && !words[2]) ||
           refuse(r, "the word", words[0], "'in' and QEMU's releases, or the end");
}

static bool row_read(const Reader *r, char **words, LabKnown *row, bool *holds)
{
    char **rest = words + 1;

    *row = (LabKnown) { .line = r->line };
    if (!words[0] || !kind_read(r, words[0], row)) {
        return false;
    }
    if (!*rest) {
        return refuse(r, "no place after", words[0], "a place");
    }
    row->place = *rest++;
    if (kinds[row->kind].has_mask && !mask_read(r, *rest++, row)) {
        return false;
    }
    return releases_read(r, rest, holds);
}

/* Words, a colon, the reason. */
static bool line_read(Reader *r, char *line)
{
    char *reason = strstr(line, ": ");
    g_auto(GStrv) words = NULL;
    LabKnown row;
    bool holds = false;

    g_strstrip(line);
    if (!*line || *line == '#') {
        return true;
    }
    if (!reason || !*g_strstrip(reason + 2)) {
        return refuse(r, "no reason:", line, "': ' and the reason");
    }
    *reason = '\0';
    words = g_strsplit(g_strstrip(line), " ", -1);
    if (!row_read(r, words, &row, &holds)) {
        return false;
    }
    if (holds) {
        char *until = row.kind == LAB_KNOWN_WAIT ? strchr(row.place, '>') : NULL;

        row.until = until ? g_strdup(until + 1) : NULL;
        row.place = until ? g_strndup(row.place, (gsize)(until - row.place)) : g_strdup(row.place);
        g_array_append_val(r->knowns->rows, row);
    }
    return true;
}

static bool lines_read(Reader *r, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        r->line++;
        if (!line_read(r, *line)) {
            return false;
        }
    }
    return true;
}

static void row_clear(void *row)
{
    g_free(((LabKnown *)row)->place);
    g_free(((LabKnown *)row)->until);
}

LabKnowns *lab_knowns_read(const char *path, const char *release, HwError *error)
{
    LabKnowns *knowns = g_new0(LabKnowns, 1);
    Reader reader = { .knowns = knowns, .release = release, .error = error };
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = NULL;

    knowns->path = g_strdup(path);
    knowns->rows = g_array_new(false, false, sizeof(LabKnown));
    g_array_set_clear_func(knowns->rows, row_clear);
    if (path && !g_file_get_contents(path, &text, NULL, &problem)) {
        hw_error_set(error, "%s", problem->message);
    } else if (!path || lines_read(&reader, text)) {
        return knowns;
    }
    lab_knowns_free(knowns);
    return NULL;
}

void lab_knowns_free(LabKnowns *knowns)
{
    if (knowns) {
        g_array_unref(knowns->rows);
        g_free(knowns->path);
        g_free(knowns);
    }
}

/* ------------------------------------------------------------------------- the rows */

static LabKnown *row_at(const LabKnowns *knowns, guint i)
{
    return &g_array_index(knowns->rows, LabKnown, i);
}

bool lab_known_is_at(const LabKnown *row, const char *place)
{
    size_t length = strlen(row->place);

    return length && row->place[length - 1] == '*' ? strncmp(row->place, place, length - 1) == 0
                                                   : strcmp(row->place, place) == 0;
}

uint32_t lab_known_bits(LabKnowns *knowns, LabKnownKind kind, const char *place, uint32_t bits)
{
    uint32_t known = 0;

    for (guint i = 0; i < knowns->rows->len; i++) {
        LabKnown *row = row_at(knowns, i);

        if (row->kind == kind && (row->mask & bits) && lab_known_is_at(row, place)) {
            row->met++;
            known |= row->mask & bits;
        }
    }
    return known;
}

const LabKnown *lab_known_find(LabKnowns *knowns, LabKnownKind kind, const char *place)
{
    for (guint i = 0; i < knowns->rows->len; i++) {
        LabKnown *row = row_at(knowns, i);

        if (row->kind == kind && lab_known_is_at(row, place)) {
            row->met++;
            return row;
        }
    }
    return NULL;
}

bool lab_known_has(const LabKnowns *knowns, LabKnownKind kind)
{
    for (guint i = 0; i < knowns->rows->len; i++) {
        if (row_at(knowns, i)->kind == kind) {
            return true;
        }
    }
    return false;
}

guint lab_knowns_tell_stale(const LabKnowns *knowns)
{
    guint stale = 0;

    for (guint i = 0; i < knowns->rows->len; i++) {
        const LabKnown *row = row_at(knowns, i);

        if (!row->met) {
            stale++;
            lab_trouble("%s:%u: stale: '%s %s' was never met", knowns->path, row->line,
                        kinds[row->kind].name, row->place);
        }
    }
    return stale;
}
