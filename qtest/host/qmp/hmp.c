/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/hmp.h"

#include "qtest/host/io/loop.h"
#include "qtest/host/qmp/hmp-internal.h"
#include "qtest/host/qmp/line-editor.h"
#include "qtest/text/json.h"

#include <stdarg.h>
#include <string.h>

#define PROMPT         "(qemu) "
#define LINE_MAX_BYTES 4095u /* QEMU's limit */

/* --------------------------------------------------------------- for handlers */

void ob_hmp_print(ObHmpCall *call, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_string_append_vprintf(call->out, format, args);
    va_end(args);
}

json_t *ob_hmp_call_qmp(ObHmpCall *call, const char *command, json_t *arguments)
{
    ObQmpCall qmp = { .system = call->system, .arguments = arguments ? arguments : json_object() };
    json_t *answer = ob_qmp_run(&qmp, command);

    if (!answer) {
        ob_hmp_print(call, "Error: %s\n", qmp.error);
    }
    json_decref(qmp.arguments);
    return answer;
}

const char *ob_hmp_string(const ObHmpCall *call, const char *name)
{
    return json_string_value(json_object_get(call->arguments, name));
}

uint64_t ob_hmp_number(const ObHmpCall *call, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(call->arguments, name));
}

bool ob_hmp_flag(const ObHmpCall *call, const char *name)
{
    return json_is_true(json_object_get(call->arguments, name));
}

/* ------------------------------------------------------------------ commands */

/* True if `word` is one of the names between '|'. */
static bool name_is(const char *names, const char *word, size_t length)
{
    for (const char *name = names; name; name = strchr(name, '|') ? strchr(name, '|') + 1 : NULL) {
        if (strcspn(name, "|") == length && strncmp(name, word, length) == 0) {
            return true;
        }
    }
    return false;
}

static const char *blanks_skip(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* The row of the word at `*text`, which then is behind it; NULL: there is none. */
static const ObHmpCommand *command_find(const ObHmpCommand *table, const char **text)
{
    const char *word = blanks_skip(*text);
    size_t length = strcspn(word, " \t\r\n/");

    *text = word + length;
    for (; length && table->name; table++) {
        if (name_is(table->name, word, length)) {
            return table;
        }
    }
    return NULL;
}

static void command_run(ObHmpCall *call, const ObHmpCommand *command, const char *rest)
{
    HW_ERROR(error, 512);

    call->arguments = json_object();
    if (!ob_hmp_parse(command, rest, call->arguments, &error)) {
        ob_hmp_print(call, "%s\nTry \"help %.*s\" for more information\n", error.text,
                     (int)strcspn(command->name, "|"), command->name);
    } else if (command->handler) {
        command->handler(call);
    } else if (command->text) {
        ob_hmp_print(call, "%s", command->text);
    } else {
        json_decref(ob_hmp_call_qmp(call, command->qmp, json_incref(call->arguments)));
    }
    json_decref(call->arguments);
}

/* The row without any of them is info, which has a table of its own. */
static void line_run(ObHmpCall *call, const char *line)
{
    const char *start = blanks_skip(line);
    const char *rest = start;
    const ObHmpCommand *command = command_find(ob_hmp_commands, &rest);
    bool is_info = command && !command->handler && !command->qmp && !command->text;

    if (is_info && !*blanks_skip(rest)) {
        call->arguments = json_pack("{s:o}", "name", ob_json_text("info"));
        ob_hmp_help(call);
        json_decref(call->arguments);
        return;
    }
    if (is_info) {
        command = command_find(ob_hmp_infos, &rest);
    }
    if (!command) {
        ob_hmp_print(call, "unknown command: '%.*s'\n", (int)(rest - start), start);
        return;
    }
    command_run(call, command, rest);
}

char *ob_hmp_execute(ObSystem *system, const char *line)
{
    ObHmpCall call = { .system = system, .out = g_string_new(NULL) };

    if (*blanks_skip(line)) {
        line_run(&call, line);
    }
    g_string_replace(call.out, "\n", "\r\n", 0);
    return g_string_free(call.out, FALSE);
}

json_t *ob_qmp_human_monitor_command(ObQmpCall *call)
{
    g_autofree char *text = NULL;

    if (json_object_get(call->arguments, "cpu-index")) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter 'cpu-index' expects a CPU number");
    }
    text = ob_hmp_execute(call->system, ob_qmp_string(call, "command-line"));
    return ob_json_text(text);
}

/* ------------------------------------------------------------------ sessions */

struct ObHmp {
    ObSystem *system;
    bool (*send)(void *opaque, const char *bytes, size_t count);
    void *opaque;
    GString *line;
    bool edits; /* the peer is the program's terminal */
    bool is_open;
    bool away; /* another user of the stream has the focus */
    bool too_long;
    bool suspended;   /* the peer does not read its answers */
    GString *backlog; /* suspended: input that was not taken */
};

ObHmp *ob_hmp_new(ObSystem *system, bool (*send)(void *opaque, const char *bytes, size_t count),
                  void *opaque)
{
    ObHmp *hmp = g_new0(ObHmp, 1);

    hmp->system = system;
    hmp->send = send;
    hmp->opaque = opaque;
    hmp->line = g_string_new(NULL);
    hmp->backlog = g_string_new(NULL);
    return hmp;
}

void ob_hmp_free(ObHmp *hmp)
{
    if (hmp) {
        if (hmp->edits) {
            ob_line_editor_end();
        }
        g_string_free(hmp->line, TRUE);
        g_string_free(hmp->backlog, TRUE);
        g_free(hmp);
    }
}

static void hmp_say(ObHmp *hmp, const char *text)
{
    hmp->suspended |= !hmp->send(hmp->opaque, text, strlen(text));
}

/* ------------------------------------------------------------------- at a terminal */

static bool edited_line(void *opaque, const char *line)
{
    ObHmp *hmp = opaque;
    g_autofree char *answer = ob_hmp_execute(hmp->system, line);

    hmp_say(hmp, answer);
    return !ob_loop_quitting(hmp->system->loop);
}

/* Commands, or behind "info" its parts. */
static const char *edited_word(void *opaque, const char *before, size_t index)
{
    static char word[64];
    g_autofree char *stripped = g_strstrip(g_strdup(before));
    const ObHmpCommand *table = !*stripped || strcmp(stripped, "help") == 0 ? ob_hmp_commands
                                : strcmp(stripped, "info") == 0             ? ob_hmp_infos
                                                                            : NULL;

    (void)opaque;
    for (; table && table->name; table++) {
        if (index-- == 0) {
            g_strlcpy(word, table->name, MIN(sizeof(word), strcspn(table->name, "|") + 1));
            return word;
        }
    }
    return NULL;
}

static const ObLineEditorHandler edit_handler = { .line = edited_line, .word = edited_word };

void ob_hmp_edit(ObHmp *hmp)
{
    hmp->edits = true;
}

/* ------------------------------------------------------------------------- whole */

static void line_restart(ObHmp *hmp)
{
    g_string_truncate(hmp->line, 0);
    g_string_truncate(hmp->backlog, 0);
    hmp->too_long = false;
    if (hmp->edits) {
        ob_line_editor_start(PROMPT, &edit_handler, hmp);
    } else {
        hmp_say(hmp, PROMPT);
    }
}

void ob_hmp_open(ObHmp *hmp)
{
    g_autofree char *greeting = g_strdup_printf(
        "QEMU %d.%d.%d monitor - type 'help' for more information\r\n", OB_QEMU_MAJOR,
        OB_QEMU_MINOR, OB_QEMU_MICRO);

    hmp->is_open = true;
    hmp->suspended = false;
    hmp_say(hmp, greeting);
    if (!hmp->away) {
        line_restart(hmp);
    }
}

void ob_hmp_focus(ObHmp *hmp, bool has_it)
{
    hmp->away = !has_it;
    if (hmp->is_open && has_it) {
        line_restart(hmp);
    } else if (hmp->is_open) {
        if (hmp->edits) {
            ob_line_editor_end();
        }
        hmp_say(hmp, "\r\n");
    }
}

static void line_end(ObHmp *hmp)
{
    g_autofree char *answer = hmp->too_long ? g_strdup("line is too long\r\n")
                                            : ob_hmp_execute(hmp->system, hmp->line->str);

    g_string_truncate(hmp->line, 0);
    hmp->too_long = false;
    hmp_say(hmp, answer);
    hmp_say(hmp, PROMPT);
}

/* No echo: a terminal shows and edits the line itself. */
static void hmp_step(ObHmp *hmp, char c)
{
    if (c == '\n') {
        line_end(hmp);
    } else if (c == '\b' || c == 0x7f) {
        g_string_truncate(hmp->line, hmp->line->len ? hmp->line->len - 1 : 0);
    } else if (c && c != '\r') {
        hmp->too_long |= hmp->line->len == LINE_MAX_BYTES;
        g_string_append_len(hmp->line, &c, hmp->too_long ? 0 : 1);
    }
}

void ob_hmp_input(ObHmp *hmp, const char *bytes, size_t count)
{
    size_t i;

    if (hmp->edits) {
        ob_line_editor_input(bytes, count);
        return;
    }
    for (i = 0; i < count && !hmp->suspended; i++) {
        hmp_step(hmp, bytes[i]);
    }
    g_string_append_len(hmp->backlog, bytes + i, (gssize)(count - i));
}

void ob_hmp_resume(ObHmp *hmp)
{
    g_autoptr(GString) backlog = hmp->backlog;

    hmp->backlog = g_string_new(NULL);
    hmp->suspended = false;
    ob_hmp_input(hmp, backlog->str, backlog->len);
}
