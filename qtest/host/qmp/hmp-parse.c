/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/hmp-internal.h"

#include "hw-api/device/error.h"
#include "qtest/text/json.h"

#include <string.h>

typedef struct Parser {
    const ObHmpCommand *command;
    const char *at;
    json_t *arguments;
    HwError *error;
} Parser;

static void blanks_skip(Parser *p)
{
    while (g_ascii_isspace(*p->at)) {
        p->at++;
    }
}

static void string_set(Parser *p, const char *name, const char *text)
{
    ob_json_set(p->arguments, name, ob_json_text(text));
}

/* A word; quotes keep its blanks, and a backslash takes the next character as it is. */
static bool word_parse(Parser *p, const char *name, bool optional)
{
    g_autoptr(GString) word = g_string_new(NULL);
    bool quoted = *p->at == '"';

    if (!*p->at) {
        return optional || hw_error_set(p->error, "%s: string expected", p->command->name);
    }
    for (p->at += quoted; *p->at && (quoted ? *p->at != '"' : !g_ascii_isspace(*p->at)); p->at++) {
        if (quoted && p->at[0] == '\\' && p->at[1]) {
            p->at++;
        }
        g_string_append_c(word, *p->at);
    }
    if (quoted && *p->at != '"') {
        return hw_error_set(p->error, "unterminated string");
    }
    p->at += quoted;
    string_set(p, name, word->str);
    return true;
}

static bool rest_parse(Parser *p, const char *name, bool optional)
{
    g_autofree char *rest = g_strchomp(g_strdup(p->at));

    if (!*rest) {
        return optional || hw_error_set(p->error, "%s: string expected", p->command->name);
    }
    string_set(p, name, rest);
    p->at += strlen(p->at);
    return true;
}

/* JSON's integers have a sign: the upper half of the numbers is negative. */
static bool expression_parse(Parser *p, const char *name, bool optional)
{
    uint64_t value;

    if (optional && !*p->at) {
        return true;
    }
    if (!ob_hmp_expression(&p->at, &value, p->error)) {
        return false;
    }
    ob_json_set(p->arguments, name, json_integer((json_int_t)value));
    return true;
}

static int size_of_letter(char c)
{
    switch (c) {
    case 'b':
        return 1;
    case 'h':
        return 2;
    case 'w':
        return 4;
    default:
        return c == 'g' ? 8 : 0;
    }
}

/* "/4xw" in front of the other arguments; each part has a default. */
static bool format_parse(Parser *p)
{
    guint64 count = 1;
    char format[2] = "x";
    int size = 0;

    if (*p->at == '/') {
        char *end;

        count = g_ascii_strtoull(p->at + 1, &end, 10);
        count = end == p->at + 1 ? 1 : MIN(count, G_MAXINT32);
        for (p->at = end; *p->at && !g_ascii_isspace(*p->at); p->at++) {
            if (strchr("xduoci", *p->at)) {
                format[0] = *p->at;
            } else if (size_of_letter(*p->at)) {
                size = size_of_letter(*p->at);
            } else {
                return hw_error_set(p->error, "invalid char in format: '%c'", *p->at);
            }
        }
    }
    size = format[0] == 'c' ? 1 : size ? size : 4;
    return json_object_update_new(p->arguments,
                                  json_pack("{s:I, s:o, s:i}", "count", (json_int_t)count, "format",
                                            ob_json_text(format), "size", size)) == 0;
}

/* Flags may come together: -fd. */
static bool flag_parse(Parser *p, const char *name, char flag)
{
    const char *end = p->at + strcspn(p->at, " \t");

    if (p->at[0] == '-' && g_ascii_isalpha(p->at[1]) &&
        memchr(p->at, flag, (size_t)(end - p->at))) {
        ob_json_set(p->arguments, name, json_true());
    }
    return true;
}

/* "-f WORD", which may be left out. */
static bool option_parse(Parser *p, const char *name, char flag)
{
    if (p->at[0] != '-' || p->at[1] != flag || !g_ascii_isspace(p->at[2])) {
        return true;
    }
    p->at += 2;
    blanks_skip(p);
    return word_parse(p, name, false);
}

static bool argument_parse(Parser *p, const char *name, const char *type)
{
    bool optional = type[1] == '?';

    switch (type[0]) {
    case 's':
        return word_parse(p, name, optional);
    case 'S':
        return rest_parse(p, name, optional);
    case '/':
        return format_parse(p);
    case '-':
        return option_parse(p, name, type[1]);
    default:
        return expression_parse(p, name, optional);
    }
}

/* Behind the last flag of the table: a word of flags that the table does not have is wrong. */
static bool flags_end(Parser *p, const char *flags)
{
    while (*flags && p->at[0] == '-' && g_ascii_isalpha(p->at[1])) {
        for (p->at++; *p->at && !g_ascii_isspace(*p->at); p->at++) {
            if (!strchr(flags, *p->at)) {
                return hw_error_set(p->error, "%s: unsupported option -%c", p->command->name,
                                    *p->at);
            }
        }
        blanks_skip(p);
    }
    return true;
}

bool ob_hmp_parse(const ObHmpCommand *command, const char *text, json_t *arguments, HwError *error)
{
    Parser p = { command, text, arguments, error };
    g_auto(GStrv) wanted = g_strsplit(command->arguments ? command->arguments : "", ",", 0);
    g_autoptr(GString) flags = g_string_new(NULL);
    guint i = 0;

    blanks_skip(&p);
    for (; wanted[i] && strstr(wanted[i], ":-"); i++) {
        char *type = strchr(wanted[i], ':');

        *type = '\0';
        g_string_append_c(flags, type[2]);
        flag_parse(&p, wanted[i], type[2]);
    }
    if (!flags_end(&p, flags->str)) {
        return false;
    }
    for (; wanted[i]; i++) {
        char *type = strchr(wanted[i], ':');

        *type = '\0';
        if (!argument_parse(&p, wanted[i], type + 1)) {
            return false;
        }
        blanks_skip(&p);
    }
    return !*p.at ||
           hw_error_set(error, "%s: extraneous characters at the end of line", command->name);
}
