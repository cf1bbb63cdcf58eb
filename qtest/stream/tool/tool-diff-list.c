/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool-diff-list.h"

#include <stdlib.h>
#include <string.h>

#include "qtest/text/json.h"
#include "qtest/text/show.h"

#define FOLD_MIN 5u

static void difference_free(void *opaque)
{
    ToolDifference *d = opaque;

    g_free(d->owner);
    g_free(d->path);
    g_free(d->first);
    g_free(d->second);
    g_free(d->text);
    g_free(d);
}

ToolDiffList *tool_diff_list_new(void)
{
    return g_ptr_array_new_with_free_func(difference_free);
}

/* Differences of one owner come one after the other. */
static ToolDifference *difference_new(ToolDiffList *list, const char *owner)
{
    ToolDifference *d = g_new0(ToolDifference, 1);
    const ToolDifference *last = list->len ? list->pdata[list->len - 1] : NULL;

    d->owner = g_strdup(owner);
    d->order = last ? last->order + (strcmp(last->owner, owner) != 0) : 0;
    g_ptr_array_add(list, d);
    return d;
}

void tool_diff_add(ToolDiffList *list, const char *owner, const char *path, const char *first,
                   const char *second)
{
    ToolDifference *d = difference_new(list, owner);

    d->path = g_strdup(path);
    d->first = g_strdup(first);
    d->second = g_strdup(second);
    d->text = g_strdup_printf("%s, then %s", first ? first : "nothing",
                              second ? second : "nothing");
}

void tool_diff_add_alone(ToolDiffList *list, const char *owner, const char *path)
{
    ToolDifference *d = difference_new(list, owner);

    d->path = g_strdup(path);
    d->text = g_strdup("only in the first stream");
}

void tool_diff_add_text(ToolDiffList *list, const char *owner, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    difference_new(list, owner)->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

/* --------------------------------------------------------------------- sorting */

static bool both_are_digits(const char *a, const char *b)
{
    return g_ascii_isdigit(*a) && g_ascii_isdigit(*b);
}

/* Numbers are compared as numbers. */
static int path_compare(const char *a, const char *b)
{
    while (*a && *b) {
        if (both_are_digits(a, b)) {
            char *end_a, *end_b;
            guint64 left = g_ascii_strtoull(a, &end_a, 10), right = g_ascii_strtoull(b, &end_b, 10);

            if (left != right) {
                return left < right ? -1 : 1;
            }
            a = end_a;
            b = end_b;
        } else if (*a != *b) {
            return (guchar)*a < (guchar)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return *a ? 1 : *b ? -1 : 0;
}

static gint difference_compare(gconstpointer left, gconstpointer right)
{
    const ToolDifference *a = *(ToolDifference *const *)left, *b = *(ToolDifference *const *)right;

    if (a->order != b->order) {
        return a->order < b->order ? -1 : 1;
    }
    return path_compare(a->path ? a->path : "", b->path ? b->path : "");
}

/* --------------------------------------------------------------------- folding */

/* The index in the path's first brackets; false: it has none. */
static bool index_find(const ToolDifference *d, guint64 *index, size_t *from, const char **rest)
{
    const char *bracket = d->path ? strchr(d->path, '[') : NULL;
    char *end;

    if (!bracket || !g_ascii_isdigit(bracket[1])) {
        return false;
    }
    *index = g_ascii_strtoull(bracket + 1, &end, 10);
    *from = (size_t)(bracket + 1 - d->path);
    *rest = end;
    return *end == ']';
}

static bool fold_with(const ToolDifference *a, const ToolDifference *b, guint64 *index)
{
    size_t from_a, from_b;
    const char *rest_a, *rest_b;
    guint64 first;

    return a->order == b->order && index_find(a, &first, &from_a, &rest_a) &&
           index_find(b, index, &from_b, &rest_b) && from_a == from_b &&
           strncmp(a->path, b->path, from_a) == 0 && strcmp(rest_a, rest_b) == 0;
}

/* "0,2-9" from ascending numbers. */
static char *ranges_format(const GArray *indices)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < indices->len; i++) {
        guint64 from = g_array_index(indices, guint64, i);
        guint j = i;

        while (j + 1 < indices->len &&
               g_array_index(indices, guint64, j + 1) == g_array_index(indices, guint64, j) + 1) {
            j++;
        }
        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, i ? "," : "", from);
        if (j > i) {
            g_string_append_printf(text, "-%" G_GUINT64_FORMAT, g_array_index(indices, guint64, j));
        }
        i = j;
    }
    return g_string_free(text, FALSE);
}

static void path_fold(ToolDifference *d, const GArray *indices, bool alike)
{
    g_autofree char *ranges = ranges_format(indices), *old = d->path, *text = d->text;
    const char *rest = "";
    size_t from = 0;
    guint64 index;

    index_find(d, &index, &from, &rest);
    d->path = g_strdup_printf("%.*s%s%s", (int)from, old, ranges, rest);
    d->text = g_strdup_printf("%s%s", text, alike ? "" : " in the first of these");
}

/* Folds the differences that go with the one at `at`: the later ones are removed. */
static void element_fold(ToolDiffList *list, guint at)
{
    g_autoptr(GArray) indices = g_array_new(FALSE, FALSE, sizeof(guint64));
    ToolDifference *d = list->pdata[at];
    bool alike = true;
    guint64 index;

    if (!fold_with(d, d, &index)) {
        return;
    }
    for (guint i = at; i < list->len && ((ToolDifference *)list->pdata[i])->order == d->order;
         i++) {
        if (fold_with(d, list->pdata[i], &index)) {
            g_array_append_val(indices, index);
        }
    }
    if (indices->len < FOLD_MIN) {
        return;
    }
    for (guint i = at + 1; i < list->len;) {
        ToolDifference *other = list->pdata[i];

        if (fold_with(d, other, &index)) {
            alike &= strcmp(d->text, other->text) == 0;
            g_ptr_array_remove_index(list, i);
        } else {
            i++;
        }
    }
    path_fold(d, indices, alike);
}

void tool_diff_finish(ToolDiffList *list, bool whole)
{
    g_ptr_array_sort(list, difference_compare);
    for (guint i = 0; !whole && i < list->len; i++) {
        element_fold(list, i);
    }
}

/* -------------------------------------------------------------------- printing */

void tool_diff_print(const ToolDiffList *list)
{
    for (guint i = 0; i < list->len; i++) {
        const ToolDifference *d = list->pdata[i];

        ob_text_printf("%s: %s%s%s\n", d->owner, d->path ? d->path : "", d->path ? ": " : "",
                       d->text);
    }
}

json_t *tool_diff_json(const ToolDiffList *list)
{
    json_t *array = json_array();

    for (guint i = 0; i < list->len; i++) {
        const ToolDifference *d = list->pdata[i];

        json_array_append_new(array,
                              json_pack("{s:o, s:o?, s:o?, s:o?, s:o}", "where",
                                        ob_json_text(d->owner), "path", ob_json_text(d->path),
                                        "first", ob_json_text(d->first), "second",
                                        ob_json_text(d->second), "text", ob_json_text(d->text)));
    }
    return array;
}
