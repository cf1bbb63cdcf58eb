/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The differences of two streams: sorted, and folded where the elements of an array differ alike. */
#ifndef OB_TOOL_DIFF_LIST_H
#define OB_TOOL_DIFF_LIST_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef struct ToolDifference {
    char *owner; /* "tpm-crb 0", "ram pc.ram", "machine" */
    char *path;  /* NULL: the owner as a whole */
    char *first; /* the values in words; NULL: the stream does not have it */
    char *second;
    char *text; /* both in words */
    guint order;
} ToolDifference;

typedef GPtrArray ToolDiffList;

ToolDiffList *tool_diff_list_new(void);

/* Each adds a difference and copies its arguments.  `first` or `second` may be NULL: that stream
 * does not have it.  _alone: only the first stream has it.  _text: the owner as a whole. */
void tool_diff_add(ToolDiffList *list, const char *owner, const char *path, const char *first,
                   const char *second);
void tool_diff_add_alone(ToolDiffList *list, const char *owner, const char *path);
void G_GNUC_PRINTF(3, 4)
    tool_diff_add_text(ToolDiffList *list, const char *owner, const char *format, ...);

/* Sorts by owners, in the order in which they came, then by paths: "a[2]" before "a[10]".  Unless
 * `whole`, more than four paths that differ in one index alone become one: "a[0,2-9].b". */
void tool_diff_finish(ToolDiffList *list, bool whole);

void tool_diff_print(const ToolDiffList *list);
json_t *tool_diff_json(const ToolDiffList *list);

#endif
