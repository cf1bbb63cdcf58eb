/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/line-editor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "hw-api/host/library/library.h"

/* The functions and variables of libreadline 8, by its manual. */
typedef char *Generator(const char *text, int state);
typedef char **Completer(const char *text, int start, int end);

typedef struct Readline {
    void (*install)(const char *prompt, void (*line)(char *line));
    void (*remove)(void);
    void (*read_char)(void);
    void (*add_history)(const char *line);
    char **(*matches)(const char *text, Generator *generator);
    int (**getc_function)(FILE *stream);
    int (**available_hook)(void);
    int *catch_signals;
    int *completion_over;
    Completer **completer;
    char **buffer;
} Readline;

static Readline readline;

static const HwLibrarySymbol symbols[] = {
    { "rl_callback_handler_install", offsetof(Readline, install) },
    { "rl_callback_handler_remove", offsetof(Readline, remove) },
    { "rl_callback_read_char", offsetof(Readline, read_char) },
    { "add_history", offsetof(Readline, add_history) },
    { "rl_completion_matches", offsetof(Readline, matches) },
    { "rl_getc_function", offsetof(Readline, getc_function) },
    { "rl_input_available_hook", offsetof(Readline, available_hook) },
    { "rl_catch_signals", offsetof(Readline, catch_signals) },
    { "rl_attempted_completion_over", offsetof(Readline, completion_over) },
    { "rl_attempted_completion_function", offsetof(Readline, completer) },
    { "rl_line_buffer", offsetof(Readline, buffer) },
};

static HwLibrary library = { .file = "libreadline.so.8",
                             .package = "libreadline8 (Debian) or readline (Fedora)",
                             .release = "readline 8.0",
                             .symbols = symbols,
                             .count = G_N_ELEMENTS(symbols),
                             .table = &readline };

static struct {
    const ObLineEditorHandler *handler; /* NULL: no editor */
    void *opaque;
    const char *keys; /* that were not read yet */
    size_t count;
} editor;

bool ob_line_editor_exists(void)
{
    HW_ERROR(ignored, 256);

    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && hw_library_load(&library, &ignored);
}

/* ---------------------------------------------------------------- calls of the library */

/* The loop has read the terminal: the library gets its keys from here. */
static int key_next(FILE *stream)
{
    (void)stream;
    if (!editor.count) {
        return EOF;
    }
    editor.count--;
    return (unsigned char)*editor.keys++;
}

static int key_is_there(void)
{
    return editor.count != 0;
}

/* NULL: Ctrl-D in an empty line, which means nothing here. */
static void line_ended(char *line)
{
    if (line && *line) {
        readline.add_history(line);
    }
    if (line && !editor.handler->line(editor.opaque, line)) {
        ob_line_editor_end();
    }
    free(line);
}

static char *word_next(const char *text, int state)
{
    static size_t index;
    g_autofree char *before = g_strndup(*readline.buffer, strlen(*readline.buffer) - strlen(text));
    const char *word;

    index = state ? index : 0;
    while ((word = editor.handler->word(editor.opaque, before, index))) {
        index++;
        if (g_str_has_prefix(word, text)) {
            return strdup(word); /* the library frees it */
        }
    }
    return NULL;
}

/* Only at the line's end, and never names of files. */
static char **words_complete(const char *text, int start, int end)
{
    (void)start;
    *readline.completion_over = 1;
    return (*readline.buffer)[end] ? NULL : readline.matches(text, word_next);
}

/* ------------------------------------------------------------------------- whole */

void ob_line_editor_start(const char *prompt, const ObLineEditorHandler *handler, void *opaque)
{
    editor.handler = handler;
    editor.opaque = opaque;
    *readline.getc_function = key_next;
    *readline.available_hook = key_is_there;
    *readline.catch_signals = 0; /* the program's own handlers end it in order */
    *readline.completer = words_complete;
    readline.install(prompt, line_ended);
}

void ob_line_editor_input(const char *bytes, size_t count)
{
    editor.keys = bytes;
    editor.count = count;
    while (editor.handler && editor.count) {
        readline.read_char();
    }
}

void ob_line_editor_end(void)
{
    if (editor.handler) {
        editor.handler = NULL;
        readline.remove();
    }
}
