/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/lab/script.h"

enum { WORDS_MAX = 8, NAME_MAX_SHOWN = 40 };

typedef struct Parser {
    ObLabScript *script;
    HwError *error;
    uint32_t line;
    char **words;
    uint32_t count;
    const char *rest; /* the directive after its first word */
    bool answers;     /* the next read is the check */
} Parser;

static bool refuse(const Parser *p, const char *what, const char *value, const char *expected)
{
    return hw_error_set(p->error, "script: line %u: %s '%.*s', expected %s", p->line, what,
                        NAME_MAX_SHOWN, value, expected);
}

static bool number_read(const Parser *p, uint32_t index, uint64_t most, uint64_t *number)
{
    char *end;

    if (index >= p->count) {
        return refuse(p, "too few words after", p->words[0], "a number");
    }
    *number = g_ascii_strtoull(p->words[index], &end, 0);
    if (!g_ascii_isdigit(p->words[index][0]) || *end || *number > most) {
        return refuse(p, "invalid number", p->words[index], "a number in range");
    }
    return true;
}

static bool width_read(const Parser *p, uint32_t index, uint8_t *width)
{
    uint64_t bytes;

    if (!number_read(p, index, 8, &bytes)) {
        return false;
    }
    if (!bytes || (bytes & (bytes - 1))) {
        return refuse(p, "width", p->words[index], "1, 2, 4 or 8");
    }
    *width = (uint8_t)__builtin_ctzll(bytes);
    return true;
}

static bool end_check(const Parser *p, uint32_t count)
{
    return p->count == count ||
           refuse(p, p->count < count ? "too few words after" : "too many words after", p->words[0],
                  "as many as the page says");
}

static bool command_add(Parser *p, ObLabCommand command)
{
    command.line = p->line;
    command.name = g_strdup(command.name);
    g_array_append_val(p->script->commands, command);
    if (p->script->has_check && !p->answers) {
        return refuse(p, "a command after the check:", p->words[0], "the script's end");
    }
    if (p->answers && command.op != OB_LAB_LOAD) {
        return refuse(p, "the check:", p->words[0], "a read");
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

static bool access_read(Parser *p, const Verb *verb, uint8_t width)
{
    bool is_store = verb->op == OB_LAB_STORE;
    uint64_t most = verb->space == HW_SPACE_IO ? UINT16_MAX : UINT64_MAX;
    ObLabCommand command = { .op = verb->op, .space = verb->space, .width = width };

    return number_read(p, 1, most, &command.offset) &&
           (!is_store || number_read(p, 2, UINT64_MAX >> (64 - (8 << width)), &command.value)) &&
           end_check(p, is_store ? 3 : 2) && command_add(p, command);
}

static bool protocol_read(Parser *p)
{
    ObLabCommand clock = { .op = OB_LAB_CLOCK };
    uint8_t width;
    const Verb *verb = verb_find(p->words[0], &width);

    if (verb) {
        return access_read(p, verb, width);
    }
    if (strcmp(p->words[0], "clock_step") != 0) {
        return refuse(p, "the command", p->words[0],
                      "read, write, in or out with b, w, l or q, or clock_step");
    }
    return (p->count < 2 || number_read(p, 1, OB_LAB_CLOCK_MAX - 1, &clock.value)) &&
           end_check(p, p->count < 2 ? 1 : 2) && command_add(p, clock);
}

/* --------------------------------------------------------------------- directives */

static bool script_read(Parser *p)
{
    uint64_t version;

    if (!number_read(p, 1, UINT32_MAX, &version)) {
        return false;
    }
    return version == OB_LAB_SCRIPT_VERSION ||
           refuse(p, "a script of version", p->words[1], G_STRINGIFY(OB_LAB_SCRIPT_VERSION));
}

static bool pair_read(Parser *p, char **first, char **second)
{
    if (!end_check(p, 3)) {
        return false;
    }
    g_free(*first);
    g_free(*second);
    *first = g_strdup(p->words[1]);
    *second = g_strdup(p->words[2]);
    return true;
}

static bool plugin_read(Parser *p)
{
    return pair_read(p, &p->script->set, &p->script->version);
}

static bool machine_read(Parser *p)
{
    return pair_read(p, &p->script->architecture, &p->script->machine);
}

static bool tpm_read(Parser *p)
{
    g_free(p->script->tpm);
    p->script->tpm = g_strdup(p->count > 1 ? p->words[1] : "");
    return end_check(p, 2);
}

static bool device_read(Parser *p)
{
    g_ptr_array_add(p->script->devices, g_strdup(p->rest));
    return *p->rest || refuse(p, "too few words after", p->words[0], "a device");
}

static bool found_read(Parser *p)
{
    if (p->count < 2) {
        return refuse(p, "too few words after", p->words[0], "the name of an oracle");
    }
    p->script->oracle = ob_lab_oracle_find(p->words[1]);
    g_free(p->script->text);
    p->script->text = g_strstrip(g_strdup(p->rest + strlen(p->words[1])));
    return p->script->oracle < OB_LAB_ORACLES ||
           refuse(p, "the oracle", p->words[1], "one that 'outboard-lab help' lists");
}

static bool answer_read(Parser *p)
{
    p->script->has_check = p->answers = true;
    return number_read(p, 1, UINT64_MAX, &p->script->seen) &&
           number_read(p, 2, UINT64_MAX, &p->script->expected) && end_check(p, 3);
}

static bool level_read(Parser *p)
{
    uint64_t line, seen, expected;

    if (!number_read(p, 1, UINT32_MAX, &line) || !number_read(p, 2, 1, &seen) ||
        !number_read(p, 3, 1, &expected) || !end_check(p, 4)) {
        return false;
    }
    p->script->has_level = true;
    p->script->line = (uint32_t)line;
    p->script->level = seen;
    return seen != expected || refuse(p, "the expected level", p->words[3], "the other level");
}

static bool named_read(Parser *p, ObLabCommand command, bool is_write)
{
    if (p->count < 2) {
        return refuse(p, "too few words after", p->words[0], "a name");
    }
    command.name = p->words[1];
    return number_read(p, 2, UINT32_MAX, &command.offset) && width_read(p, 3, &command.width) &&
           (!is_write ||
            number_read(p, 4, UINT64_MAX >> (64 - (8 << command.width)), &command.value)) &&
           end_check(p, is_write ? 5 : 4) && command_add(p, command);
}

static bool file_write_read(Parser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_FILE_WRITE }, true);
}

static bool file_read_read(Parser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_FILE_READ }, false);
}

static bool config_write_read(Parser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_CONFIG_WRITE }, true);
}

static bool config_read_read(Parser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_CONFIG_READ }, false);
}

static bool line_read(Parser *p)
{
    ObLabCommand command = { .op = OB_LAB_LINE };

    if (!end_check(p, 4)) {
        return false;
    }
    command.name = p->words[1];
    return number_read(p, 2, UINT32_MAX, &command.offset) && number_read(p, 3, 1, &command.value) &&
           command_add(p, command);
}

static bool reset_read(Parser *p)
{
    return end_check(p, 1) && command_add(p, (ObLabCommand) { .op = OB_LAB_RESET });
}

static bool move_read(Parser *p)
{
    return end_check(p, 1) && command_add(p, (ObLabCommand) { .op = OB_LAB_MOVE });
}

static const struct {
    const char *name;
    bool (*read)(Parser *p);
} directives[] = {
    { "script", script_read },
    { "plugin", plugin_read },
    { "machine", machine_read },
    { "tpm", tpm_read },
    { "device", device_read },
    { "found", found_read },
    { "answer", answer_read },
    { "level", level_read },
    { "file-write", file_write_read },
    { "file-read", file_read_read },
    { "config-write", config_write_read },
    { "config-read", config_read_read },
    { "line", line_read },
    { "reset", reset_read },
    { "move", move_read },
};

static bool directive_read(Parser *p)
{
    for (size_t i = 0; i < G_N_ELEMENTS(directives); i++) {
        if (strcmp(p->words[0], directives[i].name) == 0) {
            return directives[i].read(p);
        }
    }
    return refuse(p, "the directive", p->words[0], "one that the page lists");
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

static bool line_take(Parser *p, const char *text)
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
    return is_directive ? directive_read(p) : protocol_read(p);
}

static bool lines_take(Parser *p, const char *text, size_t size)
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
    Parser parser = { .script = script, .error = error };

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
