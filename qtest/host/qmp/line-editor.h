/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Edits lines at the program's terminal by libreadline: cursor keys, history, completion.  The library
 * is loaded with the first editor.
 *
 * One editor at a time.  For the loop's thread.
 */
#ifndef OB_LINE_EDITOR_H
#define OB_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "hw-api/hw-api.h"

typedef struct ObLineEditorHandler {
    /* The user has ended a line.  Returns false if no further one is wanted. */
    bool (*line)(void *opaque, const char *line);
    /* The `index`th word that may stand behind `before`, the line's text up to the word; NULL: there are
     * no more. */
    const char *(*word)(void *opaque, const char *before, size_t index);
} ObLineEditorHandler;

/* True if standard input and output are a terminal whose lines can be edited. */
bool ob_line_editor_exists(void);

/* Shows the prompt.  `handler` and `prompt` are not copied. */
void ob_line_editor_start(const char *prompt, const ObLineEditorHandler *handler, void *opaque);

/* The user's keys. */
void ob_line_editor_input(const char *bytes, size_t count);

/* Puts the terminal back.  Without an editor nothing happens. */
void ob_line_editor_end(void);

#endif
