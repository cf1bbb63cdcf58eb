/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/options.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/option-table.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

static void keyval_free(gpointer keyval)
{
    ob_keyval_free(keyval);
}

static ObOptions *options_alloc(const char *path)
{
    ObOptions *options = g_new0(ObOptions, 1);
    const char *slash = strrchr(path, '/');
    const char *dash;

    options->program = slash ? slash + 1 : path;
    dash = strrchr(options->program, '-');
    options->architecture = dash ? dash + 1 : "";
    options->keyvals = g_ptr_array_new_with_free_func(keyval_free);
    options->fw_cfg_files = g_ptr_array_new();
    options->plugin_sets = g_ptr_array_new();
    options->tpmdevs = g_ptr_array_new();
    options->devices = g_ptr_array_new();
    options->chardevs = g_ptr_array_new_with_free_func(g_free);
    options->monitors = g_ptr_array_new_with_free_func(g_free);
    options->traces = g_ptr_array_new_with_free_func(g_free);
    return options;
}

void ob_options_free(ObOptions *options)
{
    if (!options) {
        return;
    }
    g_ptr_array_free(options->traces, TRUE);
    g_ptr_array_free(options->monitors, TRUE);
    g_ptr_array_free(options->chardevs, TRUE);
    g_ptr_array_free(options->devices, TRUE);
    g_ptr_array_free(options->tpmdevs, TRUE);
    g_ptr_array_free(options->plugin_sets, TRUE);
    g_ptr_array_free(options->fw_cfg_files, TRUE);
    g_ptr_array_free(options->keyvals, TRUE);
    g_free(options->show_argument);
    g_free(options);
}

ObKeyval *ob_option_keyval(ObOptions *options, const char *argument, const char *implied,
                           HwError *error)
{
    ObKeyval *keyval = ob_keyval_new(argument, implied, error);

    if (keyval) {
        g_ptr_array_add(options->keyvals, keyval);
    }
    return keyval;
}

bool ob_option_show(ObOptions *options, ObShow show, const char *argument)
{
    if (options->show == OB_SHOW_NOTHING) {
        options->show = show;
        options->show_argument = g_strdup(argument);
    }
    return true;
}

/* The row of a word that starts with one or two dashes.  Returns NULL and sets `error` on
 * failure. */
static const ObOptionRow *row_find(const char *word, HwError *error)
{
    const char *name = word + 1 + (word[0] == '-' && word[1] == '-');
    ObSuggestion suggestion;

    if (word[0] != '-' || !*name) {
        hw_error_set(error, "%s: not an option, expected a word that starts with '-'", word);
        return NULL;
    }
    ob_suggestion_start(&suggestion, name);
    for (const ObOptionRow *row = ob_option_rows; row->name || row->help; row++) {
        if (row->name && strcmp(row->name, name) == 0) {
            return row;
        }
        if (row->name) {
            ob_suggestion_offer(&suggestion, row->name);
        }
    }
    if (suggestion.best) {
        hw_error_set(error, "%s: unknown option, did you mean '-%s'?", word, suggestion.best);
    } else {
        hw_error_set(error, "%s: unknown option, see -help", word);
    }
    return NULL;
}

/* Two protocols on the same stream would take each other's input. */
static bool stdio_check(const ObOptions *options, HwError *error)
{
    const char *user = options->qtest.kind == OB_SOCKET_STDIO ? "-qtest" : NULL;

    for (guint i = 0; i < options->monitors->len; i++) {
        const ObMonitor *monitor = options->monitors->pdata[i];

        if (monitor->address.kind != OB_SOCKET_STDIO) {
            continue;
        }
        if (user) {
            return hw_error_set(error, "%s: stdio is in use by %s", monitor->option, user);
        }
        user = monitor->option;
    }
    return true;
}

static bool options_parse(ObOptions *options, int argc, char **argv, HwError *error)
{
    HW_ERROR(reason, 512);

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
        if (row->argument) {
            i++;
        }
        if (row->parse && !row->parse(options, row->argument ? argv[i] : NULL, &reason)) {
            return hw_error_set(error, "-%s: %s", row->name, reason.text);
        }
    }
    return stdio_check(options, error);
}

ObOptions *ob_options_new(int argc, char **argv, HwError *error)
{
    ObOptions *options = options_alloc(argc > 0 ? argv[0] : "");

    if (!options_parse(options, argc, argv, error)) {
        ob_options_free(options);
        return NULL;
    }
    return options;
}

const ObChardev *ob_options_chardev(const ObOptions *options, const char *id)
{
    for (guint i = 0; i < options->chardevs->len; i++) {
        const ObChardev *chardev = options->chardevs->pdata[i];

        if (strcmp(chardev->id, id) == 0) {
            return chardev;
        }
    }
    return NULL;
}

const ObKeyval *ob_options_tpmdev(const ObOptions *options, const char *id)
{
    for (guint i = 0; i < options->tpmdevs->len; i++) {
        if (strcmp(ob_keyval_get(options->tpmdevs->pdata[i], "id"), id) == 0) {
            return options->tpmdevs->pdata[i];
        }
    }
    return NULL;
}
