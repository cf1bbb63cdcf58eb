/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines "# lab: ..." of a script. */
#include <string.h>

#include "qtest/lab/script-parser.h"

static bool width_read(const ObLabParser *p, uint32_t index, uint8_t *width)
{
    uint64_t bytes;

    if (!ob_lab_number_read(p, index, 8, &bytes)) {
        return false;
    }
    if (!bytes || (bytes & (bytes - 1))) {
        return ob_lab_refuse_line(p, "width", p->words[index], "1, 2, 4 or 8");
    }
    *width = (uint8_t)__builtin_ctzll(bytes);
    return true;
}

static bool script_read(ObLabParser *p)
{
    uint64_t version;

    if (!ob_lab_number_read(p, 1, UINT32_MAX, &version)) {
        return false;
    }
    return version == OB_LAB_SCRIPT_VERSION ||
           ob_lab_refuse_line(p, "a script of version", p->words[1],
                              G_STRINGIFY(OB_LAB_SCRIPT_VERSION));
}

static bool pair_read(ObLabParser *p, char **first, char **second)
{
    if (!ob_lab_end_check(p, 3)) {
        return false;
    }
    g_free(*first);
    g_free(*second);
    *first = g_strdup(p->words[1]);
    *second = g_strdup(p->words[2]);
    return true;
}

static bool plugin_read(ObLabParser *p)
{
    return pair_read(p, &p->script->set, &p->script->version);
}

static bool machine_read(ObLabParser *p)
{
    return pair_read(p, &p->script->architecture, &p->script->machine);
}

static bool tpm_read(ObLabParser *p)
{
    g_free(p->script->tpm);
    p->script->tpm = g_strdup(p->count > 1 ? p->words[1] : "");
    return ob_lab_end_check(p, 2);
}

static bool device_read(ObLabParser *p)
{
    g_ptr_array_add(p->script->devices, g_strdup(p->rest));
    return *p->rest || ob_lab_refuse_line(p, "too few words after", p->words[0], "a device");
}

static bool found_read(ObLabParser *p)
{
    if (p->count < 2) {
        return ob_lab_refuse_line(p, "too few words after", p->words[0], "the name of an oracle");
    }
    p->script->oracle = ob_lab_oracle_find(p->words[1]);
    g_free(p->script->text);
    p->script->text = g_strstrip(g_strdup(p->rest + strlen(p->words[1])));
    return p->script->oracle < OB_LAB_ORACLES ||
           ob_lab_refuse_line(p, "the oracle", p->words[1], "one that 'outboard-lab help' lists");
}

static bool answer_read(ObLabParser *p)
{
    p->script->has_check = p->answers = true;
    return ob_lab_number_read(p, 1, UINT64_MAX, &p->script->seen) &&
           ob_lab_number_read(p, 2, UINT64_MAX, &p->script->expected) && ob_lab_end_check(p, 3);
}

static bool level_read(ObLabParser *p)
{
    uint64_t line, seen, expected;

    if (!ob_lab_number_read(p, 1, UINT32_MAX, &line) || !ob_lab_number_read(p, 2, 1, &seen) ||
        !ob_lab_number_read(p, 3, 1, &expected) || !ob_lab_end_check(p, 4)) {
        return false;
    }
    p->script->has_level = true;
    p->script->line = (uint32_t)line;
    p->script->level = seen;
    return seen != expected ||
           ob_lab_refuse_line(p, "the expected level", p->words[3], "the other level");
}

static bool named_read(ObLabParser *p, ObLabCommand command, bool is_write)
{
    if (p->count < 2) {
        return ob_lab_refuse_line(p, "too few words after", p->words[0], "a name");
    }
    command.name = p->words[1];
    return ob_lab_number_read(p, 2, UINT32_MAX, &command.offset) &&
           width_read(p, 3, &command.width) &&
           (!is_write ||
            ob_lab_number_read(p, 4, UINT64_MAX >> (64 - (8 << command.width)), &command.value)) &&
           ob_lab_end_check(p, is_write ? 5 : 4) && ob_lab_command_add(p, command);
}

static bool file_write_read(ObLabParser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_FILE_WRITE }, true);
}

static bool file_read_read(ObLabParser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_FILE_READ }, false);
}

static bool config_write_read(ObLabParser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_CONFIG_WRITE }, true);
}

static bool config_read_read(ObLabParser *p)
{
    return named_read(p, (ObLabCommand) { .op = OB_LAB_CONFIG_READ }, false);
}

static bool line_read(ObLabParser *p)
{
    ObLabCommand command = { .op = OB_LAB_LINE };

    if (!ob_lab_end_check(p, 4)) {
        return false;
    }
    command.name = p->words[1];
    return ob_lab_number_read(p, 2, UINT32_MAX, &command.offset) &&
           ob_lab_number_read(p, 3, 1, &command.value) && ob_lab_command_add(p, command);
}

static bool reset_read(ObLabParser *p)
{
    return ob_lab_end_check(p, 1) && ob_lab_command_add(p, (ObLabCommand) { .op = OB_LAB_RESET });
}

static bool move_read(ObLabParser *p)
{
    return ob_lab_end_check(p, 1) && ob_lab_command_add(p, (ObLabCommand) { .op = OB_LAB_MOVE });
}

static const struct {
    const char *name;
    bool (*read)(ObLabParser *p);
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

bool ob_lab_directive_read(ObLabParser *p)
{
    for (size_t i = 0; i < G_N_ELEMENTS(directives); i++) {
        if (strcmp(p->words[0], directives[i].name) == 0) {
            return directives[i].read(p);
        }
    }
    return ob_lab_refuse_line(p, "the directive", p->words[0], "one that the page lists");
}
