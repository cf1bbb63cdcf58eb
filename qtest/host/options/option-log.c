/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for plugins, traces and information. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

const ObLogItem ob_log_items[] = {
    { "guest_errors", "accesses that break a device's rules, by register and field" },
    { "all", "the same" },
    { "trace:PATTERN", "the same as -trace PATTERN" },
    { 0 },
};

/* They tell of CPUs and their code, and of what QEMU's devices lack. */
const char ob_log_items_accepted[] =
    " out_asm in_asm op op_opt op_ind op_plugin int exec cpu fpu mmu pcall cpu_reset unimp page "
    "nochain plugin strace tid vpu invalid_mem ";

bool ob_option_plugin_set(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "file", "watch", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "file", error);
    ObPluginOption plugin = { 0 };
    HW_ERROR(reason, 200);
    const char *watch;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    plugin.path = ob_keyval_get(keyval, "file");
    if (!plugin.path) {
        return hw_error_set(error, "file= is missing");
    }
    watch = ob_keyval_get(keyval, "watch");
    if (watch && !ob_boolean_parse(watch, &plugin.is_watched, &reason)) {
        return hw_error_set(error, "watch: %s", reason.text);
    }
    g_array_append_val(options->plugin_sets, plugin);
    return true;
}

bool ob_option_dump_plugin(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "file", "format", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "file", error);
    const char *file;
    const char *format;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    file = ob_keyval_get(keyval, "file");
    format = ob_keyval_get(keyval, "format");
    if (!file) {
        return hw_error_set(error, "file= is missing");
    }
    if (format && strcmp(format, "json") != 0 && strcmp(format, "text") != 0) {
        return hw_error_set(error, "format: unknown format '%s', expected json or text", format);
    }
    options->show_json = format && strcmp(format, "json") == 0;
    return ob_option_show(options, OB_SHOW_PLUGIN, file);
}

bool ob_option_dump_vmstate(ObOptions *options, const char *argument, HwError *error)
{
    return *argument ? ob_option_show(options, OB_SHOW_VMSTATE, argument)
                     : hw_error_set(error, "the path is empty, expected a file");
}

bool ob_option_none(ObOptions *options, const char *argument, HwError *error)
{
    (void)options;
    if (strcmp(argument, "none") != 0 && strcmp(argument, "driver=none") != 0) {
        return hw_error_set(error, "invalid value '%s': expected none", argument);
    }
    return true;
}

static bool traces_read(ObOptions *options, const char *path, HwError *error)
{
    g_auto(GStrv) lines = NULL;
    g_autofree char *text = NULL;
    HW_ERROR(reason, 512);
    size_t size;

    text = ob_option_file_text(path, &size, &reason);
    if (!text) {
        return hw_error_set(error, "events: %s", reason.text);
    }
    lines = g_strsplit(text, "\n", 0);
    for (char **line = lines; *line; line++) {
        g_strstrip(*line);
        if (**line && **line != '#') {
            g_ptr_array_add(options->traces, g_strdup(*line));
        }
    }
    return true;
}

static bool file_name_store(const ObOption *option, const char **file, HwError *error)
{
    *file = option->value;
    return *option->value ||
           hw_error_set(error, "%s: invalid value '': expected a file name", option->key);
}

bool ob_option_trace(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "enable",   "events",   "file", "vcd",
                                        "perfetto", "coverage", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "enable", error);

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "enable")) {
        return ob_option_show(options, OB_SHOW_TRACES, NULL);
    }
    if (!ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    for (uint32_t i = 0; i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];

        if (strcmp(option->key, "enable") == 0) {
            g_ptr_array_add(options->traces, g_strdup(option->value));
        } else if (strcmp(option->key, "file") == 0) {
            options->log_file = option->value;
        } else if (strcmp(option->key, "vcd") == 0) {
            if (!file_name_store(option, &options->wave_file, error)) {
                return false;
            }
        } else if (strcmp(option->key, "perfetto") == 0) {
            if (!file_name_store(option, &options->timeline_file, error)) {
                return false;
            }
        } else if (strcmp(option->key, "coverage") == 0) {
            if (!file_name_store(option, &options->coverage_file, error)) {
                return false;
            }
        } else if (!traces_read(options, option->value, error)) {
            return false;
        }
    }
    return true;
}

bool ob_option_record(ObOptions *options, const char *argument, HwError *error)
{
    options->record_file = argument;
    return *argument || hw_error_set(error, "invalid value '': expected a file name");
}

static bool log_item_add(ObOptions *options, const char *item, HwError *error)
{
    g_autofree char *word = NULL;
    ObSuggestion suggestion;

    if (g_str_has_prefix(item, "trace:")) {
        g_ptr_array_add(options->traces, g_strdup(item + strlen("trace:")));
        return true;
    }
    if (strcmp(item, "guest_errors") == 0 || strcmp(item, "all") == 0) {
        options->guest_errors = true;
        return true;
    }
    word = g_strdup_printf(" %s ", item);
    if (!strchr(item, ' ') && strstr(ob_log_items_accepted, word)) {
        return true;
    }
    ob_suggestion_start(&suggestion, item);
    ob_suggestion_offer(&suggestion, "guest_errors");
    return hw_error_set(error, "unknown item '%s'%s", item, ob_suggestion_text(&suggestion));
}

bool ob_option_log(ObOptions *options, const char *argument, HwError *error)
{
    g_auto(GStrv) items = g_strsplit(argument, ",", 0);

    if (strcmp(argument, "help") == 0 || strcmp(argument, "?") == 0) {
        return ob_option_show(options, OB_SHOW_LOGS, NULL);
    }
    for (char **item = items; *item; item++) {
        if (!log_item_add(options, *item, error)) {
            return false;
        }
    }
    return true;
}

bool ob_option_log_file(ObOptions *options, const char *argument, HwError *error)
{
    (void)error;
    options->log_file = argument;
    return true;
}

bool ob_option_help(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    return ob_option_show(options, OB_SHOW_HELP, NULL);
}

bool ob_option_version(ObOptions *options, const char *argument, HwError *error)
{
    (void)argument;
    (void)error;
    return ob_option_show(options, OB_SHOW_VERSION, NULL);
}
