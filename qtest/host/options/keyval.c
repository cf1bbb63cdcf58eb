/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/keyval.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"

#include <errno.h>
#include <inttypes.h>
#include <glib.h>
#include <string.h>

/* Ends the element at `text` with a zero, in place, and replaces each double comma by one.
 * Returns the next element; NULL after the last. */
static char *element_split(char *text)
{
    char *to = text;

    for (char *from = text;; from++) {
        if (*from == ',' && from[1] == ',') {
            from++;
        } else if (*from == ',' || *from == '\0') {
            char *next = *from ? from + 1 : NULL;
            *to = '\0';
            return next;
        }
        *to++ = *from;
    }
}

static bool element_parse(ObOption *option, char *element, const char *implied, HwError *error)
{
    char *equals = strchr(element, '=');

    if (equals) {
        *equals = '\0';
        *option = (ObOption) { element, equals + 1 };
    } else if (implied) {
        *option = (ObOption) { implied, element };
    } else {
        *option = (ObOption) { element, "on" };
    }
    if (!*option->key) {
        return hw_error_set(error, "a property has no name: '%s', expected NAME=VALUE",
                            equals ? equals + 1 : element);
    }
    return true;
}

ObKeyval *ob_keyval_new(const char *text, const char *implied, HwError *error)
{
    ObKeyval *keyval = g_new0(ObKeyval, 1);
    size_t most = 1;

    for (const char *c = text; *c; c++) {
        most += *c == ',';
    }
    keyval->text = g_strdup(text);
    keyval->options = g_new0(ObOption, most);
    for (char *element = keyval->text, *next; element; element = next) {
        next = element_split(element);
        if (keyval->count && !*element && !next) {
            break; /* QEMU accepts a comma at the end */
        }
        if (!element_parse(&keyval->options[keyval->count], element, implied, error)) {
            ob_keyval_free(keyval);
            return NULL;
        }
        keyval->count++;
        implied = NULL;
    }
    return keyval;
}

char *ob_keyval_extend(const char *text, const char *key, const char *value)
{
    size_t end = strlen(text);
    size_t commas = 0;

    while (commas < end && text[end - 1 - commas] == ',') {
        commas++;
    }
    end -= commas % 2; /* it would make one of the comma behind it */
    return g_strdup_printf("%.*s,%s=%s", (int)end, text, key, value);
}

void ob_keyval_free(ObKeyval *keyval)
{
    if (keyval) {
        g_free(keyval->options);
        g_free(keyval->text);
        g_free(keyval);
    }
}

const char *ob_keyval_get(const ObKeyval *keyval, const char *key)
{
    for (uint32_t i = keyval->count; i-- > 0;) {
        if (strcmp(keyval->options[i].key, key) == 0) {
            return keyval->options[i].value;
        }
    }
    return NULL;
}

const char *ob_keyval_take(ObKeyval *keyval, const char *key)
{
    const char *value = NULL;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < keyval->count; i++) {
        if (strcmp(keyval->options[i].key, key) == 0) {
            value = keyval->options[i].value;
        } else {
            keyval->options[kept++] = keyval->options[i];
        }
    }
    keyval->count = kept;
    return value;
}

bool ob_keyval_asks_help(const ObKeyval *keyval, const char *implied)
{
    const char *first = ob_keyval_get(keyval, implied);

    return ob_keyval_get(keyval, "help") || ob_keyval_get(keyval, "?") ||
           (first && (strcmp(first, "help") == 0 || strcmp(first, "?") == 0));
}

static bool key_check(const char *key, const char *const *keys, HwError *error)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, key);
    for (uint32_t i = 0; keys[i]; i++) {
        if (strcmp(keys[i], key) == 0) {
            return true;
        }
        ob_suggestion_offer(&suggestion, keys[i]);
    }
    return hw_error_set(error, "unknown property '%s'%s", key, ob_suggestion_text(&suggestion));
}

bool ob_keyval_check(const ObKeyval *keyval, const char *const *keys, HwError *error)
{
    for (uint32_t i = 0; i < keyval->count; i++) {
        if (!key_check(keyval->options[i].key, keys, error)) {
            return false;
        }
    }
    return true;
}

bool ob_boolean_parse(const char *text, bool *value, HwError *error)
{
    static const char *const names[] = { "off", "on", "no", "yes", "false", "true", "n", "y" };

    for (uint32_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *value = i % 2;
            return true;
        }
    }
    return hw_error_set(error, "invalid value '%s': expected on or off", text);
}

static uint64_t suffix_unit(const char *suffix, uint64_t unit)
{
    static const char letters[] = "BKMGT";
    const char *letter;

    if (!*suffix) {
        return unit;
    }
    letter = strchr(letters, g_ascii_toupper(*suffix));
    return letter && !suffix[1] ? UINT64_C(1) << (10 * (letter - letters)) : 0;
}

bool ob_size_parse(const char *text, uint64_t unit, uint64_t *value, HwError *error)
{
    char *end = NULL;

    errno = 0;
    *value = g_ascii_isdigit(*text) ? g_ascii_strtoull(text, &end, 10) : 0;
    unit = end ? suffix_unit(end, unit) : 0;
    if (unit == 0 || errno == ERANGE || *value > UINT64_MAX / unit) {
        return hw_error_set(error, "invalid value '%s': expected a number with B, K, M, G or T",
                            text);
    }
    *value *= unit;
    return true;
}

bool ob_integer_parse(const char *key, const char *text, int64_t minimum, int64_t maximum,
                      int64_t *value, HwError *error)
{
    g_autoptr(GError) reason = NULL;

    return g_ascii_string_to_signed(text, 10, minimum, maximum, value, &reason) ||
           hw_error_set(error, "%s: invalid value '%s': expected %" PRId64 " to %" PRId64, key,
                        text, minimum, maximum);
}

bool ob_id_check(const char *id, HwError *error)
{
    const char *c = id;

    if (g_ascii_isalpha(*c)) {
        while (g_ascii_isalnum(*c) || (*c && strchr("-._", *c))) {
            c++;
        }
        if (!*c) {
            return true;
        }
    }
    return hw_error_set(error,
                        "id: invalid value '%s': expected a letter, then letters, "
                        "digits, '-', '.' or '_'",
                        id);
}
