/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/option-list.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/config-file.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

static void use_free(gpointer opaque)
{
    ObOptionUse *use = opaque;

    g_free(use->place);
    g_free(use->argument);
    g_free(use);
}

static void use_add(GPtrArray *list, const ObOptionRow *row, char *place, const char *argument)
{
    ObOptionUse *use = g_new(ObOptionUse, 1);

    *use = (ObOptionUse) { row, place, g_strdup(argument) };
    g_ptr_array_add(list, use);
}

/* ---------------------------------------------------------------------- rows */

/* Sets `error` if the option is in the table of refused options. */
static bool option_is_refused(const char *name, HwError *error)
{
    g_autofree char *word = g_strdup_printf(" %s ", name);

    for (const ObRefusedOptions *row = ob_refused_options; row->names; row++) {
        if (!strchr(name, ' ') && strstr(row->names, word)) {
            hw_error_set(error, "-%s: not offered: %s", name, row->reason);
            return true;
        }
    }
    return false;
}

/* The row of a name; NULL if there is none. */
static const ObOptionRow *row_named(const char *name)
{
    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row->name && strcmp(row->name, name) == 0) {
            return row;
        }
    }
    return NULL;
}

static void row_suggest(const char *name, ObSuggestion *suggestion)
{
    ob_suggestion_start(suggestion, name);
    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row->name) {
            ob_suggestion_offer(suggestion, row->name);
        }
    }
}

/* The row of a word that starts with one or two dashes.  Returns NULL and sets `error` on
 * failure. */
static const ObOptionRow *row_find(const char *word, HwError *error)
{
    const char *name = word + 1 + (word[0] == '-' && word[1] == '-');
    ObSuggestion suggestion;
    const ObOptionRow *row;

    if (word[0] != '-' || !*name) {
        hw_error_set(error, "%s: not an option, expected a word that starts with '-'", word);
        return NULL;
    }
    row = row_named(name);
    if (row || option_is_refused(name, error)) {
        return row;
    }
    row_suggest(name, &suggestion);
    if (suggestion.best) {
        hw_error_set(error, "%s: unknown option, did you mean '-%s'?", word, suggestion.best);
    } else {
        hw_error_set(error, "%s: unknown option, see -help", word);
    }
    return NULL;
}

/* -------------------------------------------------------------------- groups */

/* QEMU's groups whose name is not the option's. */
static const struct {
    const char *group;
    const char *option;
} group_names[] = {
    { "memory", "m" },
    { "boot-opts", "boot" },
    { "smp-opts", "smp" },
    { "acpi", "acpitable" },
};

/* Groups have QEMU's option names; each takes pairs. */
/* clang-format off */
static const char *const groups_known[] = {
    "accel", "acpi", "action", "boot-opts", "chardev", "device", "drive", "fw_cfg", "global",
    "machine", "memory", "mon", "msg", "name", "net", "nic", "numa", "object", "overcommit",
    "rtc", "run-with", "sandbox", "smbios", "smp-opts", "tpmdev", "trace", NULL
};
/* clang-format on */

static const ObOptionRow *group_row(const char *group, HwError *error)
{
    const char *name = group;
    const ObOptionRow *row;

    for (size_t i = 0; i < G_N_ELEMENTS(group_names); i++) {
        name = strcmp(group_names[i].group, group) ? name : group_names[i].option;
    }
    row = g_strv_contains(groups_known, group) ? row_named(name) : NULL;
    if (!row && !option_is_refused(name, error)) {
        hw_error_set(error, "unknown group '%s'", group);
    }
    return row;
}

static bool config_add(GPtrArray *list, const char *path, HwError *error)
{
    GPtrArray *groups = ob_config_read(path, error);
    bool done = groups != NULL;
    HW_ERROR(reason, 512);

    for (guint i = 0; done && i < groups->len; i++) {
        const ObConfigGroup *group = groups->pdata[i];
        const ObOptionRow *row = group_row(group->name, &reason);

        if (!row) {
            done = hw_error_set(error, "%s:%u: %s", path, group->line, reason.text);
        } else if (group->argument->len) {
            use_add(list, row,
                    g_strdup_printf("-readconfig: %s:%u: [%s]", path, group->line, group->name),
                    group->argument->str);
        }
    }
    if (groups) {
        g_ptr_array_free(groups, TRUE);
    }
    return done;
}

/* ----------------------------------------------------------------------- set */

static bool use_is_called(const ObOptionUse *use, const ObOptionRow *row, const char *id)
{
    ObKeyval *keyval = use->row == row && use->argument[0] != '{'
                           ? ob_keyval_new(use->argument, "type", NULL)
                           : NULL;
    bool found = keyval && g_strcmp0(ob_keyval_get(keyval, "id"), id) == 0;

    ob_keyval_free(keyval);
    return found;
}

/* The same as in QEMU, the first option of that id is changed, and these groups can't be. */
static bool set_apply(GPtrArray *list, char **parts, const char *value, HwError *error)
{
    static const char fixed[] = " object machine smp-opts boot-opts ";
    g_autofree char *word = g_strdup_printf(" %s ", parts[0]);
    const ObOptionRow *row = strstr(fixed, word) ? NULL : group_row(parts[0], error);
    g_auto(GStrv) values = g_strsplit(value, ",", 0);
    g_autofree char *escaped = g_strjoinv(",,", values);

    if (!row) {
        return error->text[0] ? false
                              : hw_error_set(error,
                                             "the options of group '%s' can't be "
                                             "changed",
                                             parts[0]);
    }
    for (guint i = 0; i < list->len; i++) {
        ObOptionUse *use = list->pdata[i];

        if (use_is_called(use, row, parts[1])) {
            char *changed = g_strdup_printf("%s,%s=%s", use->argument, parts[2], escaped);

            g_free(use->argument);
            use->argument = changed;
            return true;
        }
    }
    return hw_error_set(error, "there is no -%s with id '%s' before it", row->name, parts[1]);
}

static bool set_parse(GPtrArray *list, const char *argument, HwError *error)
{
    size_t end = strcspn(argument, "=");
    g_autofree char *name = g_strndup(argument, end);
    g_auto(GStrv) parts = g_strsplit(name, ".", 3);

    if (g_strv_length(parts) != 3 || !*parts[0] || !*parts[1] || !*parts[2] || strchr(name, ',') ||
        argument[end] != '=') {
        return hw_error_set(error, "invalid value '%s': expected GROUP.ID.PROPERTY=VALUE",
                            argument);
    }
    return set_apply(list, parts, argument + end + 1, error);
}

/* --------------------------------------------------------------------- whole */

/* Options that change the list itself. */
static const struct {
    const char *name;
    bool (*apply)(GPtrArray *list, const char *argument, HwError *error);
} changes[] = {
    { "readconfig", config_add },
    { "set", set_parse },
};

static bool word_take(GPtrArray *list, const ObOptionRow *row, const char *argument, HwError *error)
{
    HW_ERROR(reason, 512);

    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (strcmp(changes[i].name, row->name) == 0) {
            return changes[i].apply(list, argument, &reason) ||
                   hw_error_set(error, "-%s: %s", row->name, reason.text);
        }
    }
    use_add(list, row, g_strdup_printf("-%s", row->name), argument);
    return true;
}

static bool words_take(GPtrArray *list, int argc, char **argv, HwError *error)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        const ObOptionRow *row = row_find(word, error);

        if (!row) {
            return false;
        }
        if (row->argument && i + 1 == argc) {
            return hw_error_set(error, "%s: the argument is missing, expected %s", word,
                                row->argument);
        }
        if (!word_take(list, row, row->argument ? argv[++i] : NULL, error)) {
            return false;
        }
    }
    return true;
}

GPtrArray *ob_option_list(int argc, char **argv, HwError *error)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(use_free);

    if (!words_take(list, argc, argv, error)) {
        g_ptr_array_free(list, TRUE);
        return NULL;
    }
    return list;
}
