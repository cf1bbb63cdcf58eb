/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/lab/script-parser.h"

#define SHOWN_MAX 40 /* characters of a wrong word */

bool ob_lab_refuse_line(const ObLabParser *p, const char *what, const char *value,
                        const char *expected)
{
    return hw_error_set(p->error, "script: line %u: %s '%.*s', expected %s", p->line, what,
                        SHOWN_MAX, value, expected);
}

bool ob_lab_number_read(const ObLabParser *p, uint32_t index, uint64_t most, uint64_t *number)
{
    char *end;

    if (index >= p->count) {
        return ob_lab_refuse_line(p, "too few words after", p->words[0], "a number");
    }
    *number = g_ascii_strtoull(p->words[index], &end, 0);
    if (!g_ascii_isdigit(p->words[index][0]) || *end || *number > most) {
        return ob_lab_refuse_line(p, "invalid number", p->words[index], "a number in range");
    }
    return true;
}

bool ob_lab_end_check(const ObLabParser *p, uint32_t count)
{
    return p->count == count ||
           ob_lab_refuse_line(p, p->count < count ? "too few words after" : "too many words after",
                              p->words[0], "as many as the page says");
}

bool ob_lab_command_add(ObLabParser *p, ObLabCommand command)
{
    command.line = p->line;
    command.name = g_strdup(command.name);
    g_array_append_val(p->script->commands, command);
    if (p->script->has_check && !p->answers) {
        return ob_lab_refuse_line(p, "a command after the check:", p->words[0], "the script's end");
    }
    if (p->answers && command.op != OB_LAB_LOAD) {
        return ob_lab_refuse_line(p, "the check:", p->words[0], "a read");
    }
    p->answers = false;
    return true;
}

/* ----------------------------------------------------------- lines of the protocol */

typedef struct Verb {
    const char *name; /* without the width */
    uint8_t op;
    HwSpace space;
} Verb;

static const Verb verbs[] = {
    { "read", OB_LAB_LOAD, HW_SPACE_MEMORY },
    { "write", OB_LAB_STORE, HW_SPACE_MEMORY },
    { "in", OB_LAB_LOAD, HW_SPACE_IO },
    { "out", OB_LAB_STORE, HW_SPACE_IO },
};

static const Verb *verb_find(const char *word, uint8_t *width)
{
    static const char widths[] = "bwlq";
    size_t length = strlen(word);
    const char *letter = length ? strchr(widths, word[length - 1]) : NULL;

    for (size_t i = 0; letter && *letter && i < G_N_ELEMENTS(verbs); i++) {
        if (strlen(verbs[i].name) == length - 1 && strncmp(verbs[i].name, word, length - 1) == 0 &&
            !(verbs[i].space == HW_SPACE_IO && *letter == 'q')) {
            *width = (uint8_t)(letter - widths);
            return &verbs[i];
        }
    }
    return NULL;
}

static bool access_read(ObLabParser *p, const Verb *verb, uint8_t width)
{
    bool is_store = verb->op == OB_LAB_STORE;
    uint64_t most = verb->space == HW_SPACE_IO ? UINT16_MAX : UINT64_MAX;
    ObLabCommand command = { .op = verb->op, .space = verb->space, .width = width };

    return ob_lab_number_read(p, 1, most, &command.offset) &&
           (!is_store ||
            ob_lab_number_read(p, 2, UINT64_MAX >> (64 - (8 << width)), &command.value)) &&
           ob_lab_end_check(p, is_store ? 3 : 2) && ob_lab_command_add(p, command);
}

static bool protocol_read(ObLabParser *p)
{
    ObLabCommand clock = { .op = OB_LAB_CLOCK };
    uint8_t width;
    const Verb *verb = verb_find(p->words[0], &width);

    if (verb) {
        return access_read(p, verb, width);
    }
    if (strcmp(p->words[0], "clock_step") != 0) {
        return ob_lab_refuse_line(p, "the command", p->words[0],
                                  "read, write, in or out with b, w, l or q, or clock_step");
    }
    return (p->count < 2 || ob_lab_number_read(p, 1, OB_LAB_CLOCK_MAX - 1, &clock.value)) &&
           ob_lab_end_check(p, p->count < 2 ? 1 : 2) && ob_lab_command_add(p, clock);
}

/* ------------------------------------------------------------------------ the text */

static char **words_of(const char *text, uint32_t *count)
{
    g_auto(GStrv) all = g_strsplit_set(text, " \t\r", -1);
    GStrvBuilder *builder = g_strv_builder_new();
    char **words;

    for (char **word = all; *word; word++) {
        if (**word) {
            g_strv_builder_add(builder, *word);
        }
    }
    words = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
    *count = g_strv_length(words);
    return words;
}

static bool line_take(ObLabParser *p, const char *text)
{
    static const char prefix[] = "# lab: ";
    bool is_directive = g_str_has_prefix(text, prefix);
    g_auto(GStrv) words = NULL;

    if (is_directive) {
        text += strlen(prefix);
    } else if (*text == '#') {
        return true;
    }
    words = p->words = words_of(text, &p->count);
    if (!p->count) {
        return true;
    }
    p->rest = strstr(text, words[0]) + strlen(words[0]);
    p->rest += strspn(p->rest, " \t");
    return is_directive ? ob_lab_directive_read(p) : protocol_read(p);
}

static bool lines_take(ObLabParser *p, const char *text, size_t size)
{
    g_autofree char *copy = g_strndup(text, size);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);

    if (memchr(text, '\0', size) || !g_utf8_validate(copy, -1, NULL)) {
        return hw_error_set(p->error, "script: invalid bytes: expected lines in UTF-8");
    }
    for (char **line = lines; *line; line++) {
        p->line++;
        if (!line_take(p, *line)) {
            return false;
        }
    }
    return !p->answers || hw_error_set(p->error, "script: 'answer' without a read after it");
}

static void command_clear(void *command)
{
    g_free(((ObLabCommand *)command)->name);
}

ObLabScript *ob_lab_script_read(const char *text, size_t size, HwError *error)
{
    ObLabScript *script = g_new0(ObLabScript, 1);
    ObLabParser parser = { .script = script, .error = error };

    script->oracle = OB_LAB_ORACLES;
    script->devices = g_ptr_array_new_with_free_func(g_free);
    script->commands = g_array_new(false, false, sizeof(ObLabCommand));
    g_array_set_clear_func(script->commands, command_clear);
    if (!lines_take(&parser, text, size)) {
        ob_lab_script_free(script);
        return NULL;
    }
    return script;
}

void ob_lab_script_free(ObLabScript *script)
{
    if (script) {
        g_free(script->set);
        g_free(script->version);
        g_free(script->architecture);
        g_free(script->machine);
        g_free(script->tpm);
        g_free(script->text);
        g_ptr_array_unref(script->devices);
        g_array_unref(script->commands);
        g_free(script);
    }
}
