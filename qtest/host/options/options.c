/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/options.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/numa.h"
#include "qtest/host/options/option-list.h"
#include "qtest/machine/parts/smbios.h"

#include <string.h>

static void keyval_free(gpointer keyval)
{
    ob_keyval_free(keyval);
}

static void global_free(gpointer opaque)
{
    ObGlobal *global = opaque;

    g_free(global->driver);
    g_free(global->property);
    g_free(global);
}

static ObOptions *options_alloc(const char *path)
{
    ObOptions *options = g_new0(ObOptions, 1);
    const char *slash = strrchr(path, '/');
    const char *dash;

    options->program = slash ? slash + 1 : path;
    dash = strrchr(options->program, '-');
    options->architecture = dash ? dash + 1 : "";
    options->smp = g_string_new(NULL);
    ob_topology_init(&options->topology, strcmp(options->architecture, "aarch64") == 0);
    options->keyvals = g_ptr_array_new_with_free_func(keyval_free);
    options->fw_cfg_files = g_ptr_array_new();
    options->plugin_sets = g_array_new(FALSE, FALSE, sizeof(ObPluginOption));
    options->tpmdevs = g_ptr_array_new();
    options->netdevs = g_ptr_array_new();
    options->devices = g_ptr_array_new();
    options->drives = g_ptr_array_new();
    options->nodes = g_ptr_array_new();
    options->numa_uses = g_ptr_array_new();
    options->smbios = ob_smbios_new();
    options->tables = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    options->objects = g_ptr_array_new();
    options->globals = g_ptr_array_new_with_free_func(global_free);
    options->chardevs = g_ptr_array_new_with_free_func(g_free);
    options->monitors = g_ptr_array_new_with_free_func(g_free);
    options->port_chardevs = g_ptr_array_new();
    options->escape = OB_ESCAPE;
    options->traces = g_ptr_array_new_with_free_func(g_free);
    return options;
}

void ob_options_free(ObOptions *options)
{
    if (!options) {
        return;
    }
    g_string_free(options->smp, TRUE);
    g_ptr_array_free(options->traces, TRUE);
    g_ptr_array_free(options->port_chardevs, TRUE);
    g_ptr_array_free(options->monitors, TRUE);
    g_ptr_array_free(options->chardevs, TRUE);
    g_ptr_array_free(options->globals, TRUE);
    g_ptr_array_free(options->objects, TRUE);
    g_ptr_array_free(options->devices, TRUE);
    g_ptr_array_free(options->drives, TRUE);
    g_ptr_array_free(options->nodes, TRUE);
    ob_smbios_free(options->smbios);
    g_ptr_array_free(options->tables, TRUE);
    ob_numa_free(options->numa);
    g_ptr_array_free(options->numa_uses, TRUE);
    g_ptr_array_free(options->tpmdevs, TRUE);
    g_ptr_array_free(options->netdevs, TRUE);
    g_array_free(options->plugin_sets, TRUE);
    g_ptr_array_free(options->fw_cfg_files, TRUE);
    g_ptr_array_free(options->keyvals, TRUE);
    if (options->list) {
        g_ptr_array_free(options->list, TRUE);
    }
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

ObKeyval *ob_option_keyval_or_json(ObOptions *options, const char *argument, const char *implied,
                                   HwError *error)
{
    ObKeyval *keyval;

    if (argument[0] != '{') {
        return ob_option_keyval(options, argument, implied, error);
    }
    keyval = ob_keyval_new_json(argument, error);
    if (keyval) {
        g_ptr_array_add(options->keyvals, keyval);
    }
    return keyval;
}

bool ob_option_id(const ObKeyval *keyval, const char **id, HwError *error)
{
    *id = ob_keyval_get(keyval, "id");
    return *id ? ob_id_check(*id, error) : hw_error_set(error, "id= is missing");
}

bool ob_option_show(ObOptions *options, ObShow show, const char *argument)
{
    if (options->show == OB_SHOW_NOTHING) {
        options->show = show;
        options->show_argument = g_strdup(argument);
    }
    return true;
}

/* The background has no terminal, and its parent ends. */
static bool daemon_check(const ObOptions *options, HwError *error)
{
    const char *user = options->has_qtest && options->qtest.kind == OB_SOCKET_STDIO ? "-qtest"
                                                                                    : NULL;

    for (guint i = 0; i < options->monitors->len; i++) {
        const ObMonitor *monitor = options->monitors->pdata[i];

        user = monitor->address.kind == OB_SOCKET_STDIO ? monitor->option : user;
    }
    if (options->daemonize && user) {
        return hw_error_set(error, "-daemonize: stdio is in use by %s", user);
    }
    return !options->daemonize || !options->exit_with_parent ||
           hw_error_set(error, "-daemonize: the parent ends, so exit-with-parent=on does not fit");
}

static bool preconfig_check(const ObOptions *options, HwError *error)
{
    return !options->preconfig || !options->incoming || !strcmp(options->incoming, "defer") ||
           hw_error_set(error, "-preconfig: -incoming '%s' does not fit, expected defer",
                        options->incoming);
}

static bool options_parse(ObOptions *options, HwError *error)
{
    HW_ERROR(reason, 512);

    for (guint i = 0; i < options->list->len; i++) {
        const ObOptionUse *use = options->list->pdata[i];

        if (use->row->parse && !use->row->parse(options, use->argument, &reason)) {
            return hw_error_set(error, "%s: %s", use->place, reason.text);
        }
    }
    return ob_option_connections_end(options, error) && daemon_check(options, error) &&
           preconfig_check(options, error) && ob_option_numa_end(options, error) &&
           ob_option_drive_end(options, error) && ob_option_flash_end(options, error);
}

ObOptions *ob_options_new(int argc, char **argv, HwError *error)
{
    ObOptions *options = options_alloc(argc > 0 ? argv[0] : "");

    options->list = ob_option_list(argc, argv, error);
    if (!options->list || !options_parse(options, error)) {
        ob_options_free(options);
        return NULL;
    }
    return options;
}

ObChardev *ob_options_chardev(const ObOptions *options, const char *id)
{
    for (guint i = 0; i < options->chardevs->len; i++) {
        ObChardev *chardev = options->chardevs->pdata[i];

        if (strcmp(chardev->id, id) == 0) {
            return chardev;
        }
    }
    return NULL;
}

static const ObKeyval *keyval_find(const GPtrArray *keyvals, const char *id)
{
    for (guint i = 0; i < keyvals->len; i++) {
        if (strcmp(ob_keyval_get(keyvals->pdata[i], "id"), id) == 0) {
            return keyvals->pdata[i];
        }
    }
    return NULL;
}

const ObKeyval *ob_options_tpmdev(const ObOptions *options, const char *id)
{
    return keyval_find(options->tpmdevs, id);
}

const ObKeyval *ob_options_object(const ObOptions *options, const char *id)
{
    return keyval_find(options->objects, id);
}
