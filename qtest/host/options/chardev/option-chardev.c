/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options for character devices and for the protocols that control the machine. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/ring.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

/* ----------------------------------------------------------------- chardevs */

static bool socket_set(ObChardev *chardev, const char *key, const char *value, HwError *error)
{
    return ob_socket_set(&chardev->address, key, value, error);
}

static bool path_set(ObChardev *chardev, const char *value, HwError *error)
{
    ObSocketAddress *address = &chardev->address;

    if (strlen(value) >= sizeof(address->path)) {
        return hw_error_set(error, "%s: path is too long: %zu bytes, expected up to %zu",
                            chardev->backend, strlen(value), sizeof(address->path) - 1);
    }
    g_strlcpy(address->path, value, sizeof(address->path));
    return true;
}

static bool file_set(ObChardev *chardev, const char *key, const char *value, HwError *error)
{
    if (strcmp(key, "append") == 0) {
        return ob_boolean_parse(value, &chardev->address.append, error);
    }
    return strcmp(key, "path") == 0
               ? path_set(chardev, value, error)
               : hw_error_set(error, "file: unknown option '%s', expected path or append", key);
}

static bool pipe_set(ObChardev *chardev, const char *key, const char *value, HwError *error)
{
    return strcmp(key, "path") == 0
               ? path_set(chardev, value, error)
               : hw_error_set(error, "pipe: unknown option '%s', expected path", key);
}

static bool stdio_set(ObChardev *chardev, const char *key, const char *value, HwError *error)
{
    bool signals = true;

    if (strcmp(key, "signal") != 0) {
        return hw_error_set(error, "stdio: unknown option '%s', expected signal", key);
    }
    if (!ob_boolean_parse(value, &signals, error)) {
        return false;
    }
    chardev->no_signals = !signals;
    return true;
}

static bool nothing_set(ObChardev *chardev, const char *key, const char *value, HwError *error)
{
    (void)value;
    return hw_error_set(error, "%s: unknown option '%s', expected none", chardev->backend, key);
}

static bool ring_set(ObChardev *chardev, const char *key, const char *value, HwError *error)
{
    uint64_t size = 0;

    if (strcmp(key, "size") != 0) {
        return hw_error_set(error, "ringbuf: unknown option '%s', expected size", key);
    }
    if (!ob_size_parse(value, 1, &size, error)) {
        return false;
    }
    chardev->address.size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
    return true;
}

typedef struct Backend {
    const char *name;
    ObSocketKind kind;
    bool (*set)(ObChardev *chardev, const char *key, const char *value, HwError *error);
} Backend;

static const Backend backends[] = {
    { "socket", OB_SOCKET_NONE, socket_set }, { "file", OB_SOCKET_FILE, file_set },
    { "stdio", OB_SOCKET_STDIO, stdio_set },  { "pty", OB_SOCKET_PTY, nothing_set },
    { "null", OB_SOCKET_NULL, nothing_set },  { "test", OB_SOCKET_NONE, nothing_set },
    { "pipe", OB_SOCKET_PIPE, pipe_set },     { "ringbuf", OB_SOCKET_RING, ring_set },
    { "memory", OB_SOCKET_RING, ring_set },
};

static const Backend *backend_find(const char *name, HwError *error)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (size_t i = 0; i < G_N_ELEMENTS(backends); i++) {
        if (strcmp(backends[i].name, name) == 0) {
            return &backends[i];
        }
        ob_suggestion_offer(&suggestion, backends[i].name);
    }
    if (!ob_socket_is_offered(name, error)) {
        return NULL;
    }
    hw_error_set(error, "unknown backend '%s'%s", name,
                 suggestion.best ? ob_suggestion_text(&suggestion)
                                 : ", expected socket, file, pipe, stdio, pty, null, ringbuf or "
                                   "test");
    return NULL;
}

/* Sets an option that each chardev may have. */
static bool common_set(ObChardev *chardev, const char *key, const char *value, bool *taken,
                       HwError *error)
{
    ObSocketAddress *address = &chardev->address;
    HW_ERROR(reason, 512);
    bool on;

    *taken = true;
    if (strcmp(key, "logfile") == 0) {
        address->log = value;
        return true;
    }
    *taken = strcmp(key, "mux") == 0 || strcmp(key, "logappend") == 0;
    if (!*taken) {
        return true;
    }
    if (!ob_boolean_parse(value, &on, &reason)) {
        return hw_error_set(error, "%s: %s", key, reason.text);
    }
    if (strcmp(key, "logappend") == 0) {
        address->log_append = on;
        return true;
    }
    chardev->mux = on;
    return true;
}

static bool chardev_set(ObChardev *chardev, const ObKeyval *keyval, HwError *error)
{
    const Backend *backend = backend_find(ob_keyval_get(keyval, "backend"), error);

    if (!backend) {
        return false;
    }
    chardev->backend = backend->name;
    chardev->address.kind = backend->kind;
    chardev->address.size = OB_RING_SIZE;
    for (uint32_t i = 0; i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];
        bool taken = strcmp(option->key, "backend") == 0 || strcmp(option->key, "id") == 0;

        if ((!taken && !common_set(chardev, option->key, option->value, &taken, error)) ||
            (!taken && !backend->set(chardev, option->key, option->value, error))) {
            return false;
        }
    }
    if (chardev->address.log && strcmp(backend->name, "test") == 0) {
        return hw_error_set(error, "test: no logfile exists, chardev_receive has the output");
    }
    if (chardev->mux && strcmp(backend->name, "test") == 0) {
        return hw_error_set(error, "test: mux=on is for streams with a peer");
    }
    return strcmp(backend->name, "test") == 0 || ob_socket_check(&chardev->address, error);
}

bool ob_options_read_chardev(ObChardev *chardev, const ObKeyval *keyval, HwError *error)
{
    memset(chardev, 0, sizeof(*chardev));
    if (!ob_keyval_get(keyval, "backend")) {
        return hw_error_set(error, "backend= is missing, see -chardev help");
    }
    return ob_option_id(keyval, &chardev->id, error) && chardev_set(chardev, keyval, error);
}

/* One with mux=on has the name ID-base, too. */
static bool id_is_free(const ObOptions *options, const ObChardev *chardev, HwError *error)
{
    for (guint i = 0; i < options->chardevs->len; i++) {
        const ObChardev *other = options->chardevs->pdata[i];
        const ObChardev *named = strlen(other->id) < strlen(chardev->id) ? other : chardev;
        const ObChardev *base = named == other ? chardev : other;
        const char *rest = base->id + strlen(named->id);

        if (g_str_has_prefix(base->id, named->id) &&
            (!*rest || (named->mux && strcmp(rest, OB_BASE_SUFFIX) == 0))) {
            return hw_error_set(error, "id '%s' is in use by another -chardev", base->id);
        }
    }
    return true;
}

bool ob_option_chardev(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "backend", error);
    g_autofree ObChardev *chardev = g_new0(ObChardev, 1);

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "backend")) {
        return ob_option_show(options, OB_SHOW_CHARDEVS, NULL);
    }
    if (!ob_options_read_chardev(chardev, keyval, error)) {
        return false;
    }
    if (!id_is_free(options, chardev, error)) {
        return false;
    }
    g_ptr_array_add(options->chardevs, g_steal_pointer(&chardev));
    return true;
}

/* --------------------------------------------------------------- addresses */

bool ob_option_address_or_chardev(ObSocketAddress *address, const char **chardev, const char *text,
                                  HwError *error)
{
    if (!g_str_has_prefix(text, "chardev:")) {
        return ob_socket_parse(address, text, error);
    }
    *chardev = text + strlen("chardev:");
    return ob_id_check(*chardev, error);
}

bool ob_option_qtest(ObOptions *options, const char *argument, HwError *error)
{
    if (options->has_qtest) {
        return hw_error_set(error, "given twice, expected one address");
    }
    options->has_qtest = true;
    return ob_option_address_or_chardev(&options->qtest, &options->qtest_chardev, argument, error);
}

bool ob_option_qtest_log(ObOptions *options, const char *argument, HwError *error)
{
    /* libqtest asks for /dev/null; a log there would cost a fifth of the speed. */
    bool nowhere = strcmp(argument, "none") == 0 || strcmp(argument, "/dev/null") == 0;

    (void)error;
    options->qtest_log = nowhere ? NULL : argument;
    return true;
}

ObMonitor *ob_option_monitor_add(ObOptions *options, const char *option)
{
    ObMonitor *monitor = g_new0(ObMonitor, 1);

    monitor->option = option;
    options->monitor_given = true;
    g_ptr_array_add(options->monitors, monitor);
    return monitor;
}

static bool address_monitor_add(ObOptions *options, const char *option, const char *argument,
                                HwError *error)
{
    ObMonitor *monitor;

    options->monitor_given = true;
    if (strcmp(argument, "none") == 0) {
        return true;
    }
    monitor = ob_option_monitor_add(options, option);
    monitor->human = strcmp(option, "-monitor") == 0;
    monitor->pretty = strcmp(option, "-qmp-pretty") == 0;
    return ob_option_address(options, monitor, argument, error);
}

bool ob_option_qmp(ObOptions *options, const char *argument, HwError *error)
{
    return address_monitor_add(options, "-qmp", argument, error);
}

bool ob_option_qmp_pretty(ObOptions *options, const char *argument, HwError *error)
{
    return address_monitor_add(options, "-qmp-pretty", argument, error);
}

bool ob_option_hmp(ObOptions *options, const char *argument, HwError *error)
{
    return address_monitor_add(options, "-monitor", argument, error);
}

static bool pretty_parse(ObMonitor *monitor, const ObKeyval *keyval, HwError *error)
{
    const char *pretty = ob_keyval_get(keyval, "pretty");
    HW_ERROR(reason, 512);

    return !pretty || ob_boolean_parse(pretty, &monitor->pretty, &reason) ||
           hw_error_set(error, "pretty: %s", reason.text);
}

bool ob_option_monitor(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "chardev", "mode", "pretty", "id", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, "chardev", error);
    ObMonitor *monitor;
    const char *mode;
    const char *chardev;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    mode = ob_keyval_get(keyval, "mode");
    if (mode && strcmp(mode, "control") != 0 && strcmp(mode, "readline") != 0) {
        return hw_error_set(error, "mode: invalid value '%s': expected control or readline", mode);
    }
    chardev = ob_keyval_get(keyval, "chardev");
    if (!chardev) {
        return hw_error_set(error, "chardev= is missing");
    }
    monitor = ob_option_monitor_add(options, "-mon");
    monitor->chardev = chardev;
    monitor->human = !mode || strcmp(mode, "readline") == 0;
    return pretty_parse(monitor, keyval, error);
}

bool ob_option_object_monitor(ObOptions *options, const ObKeyval *keyval, HwError *error)
{
    const char *close = ob_keyval_get(keyval, "close-action");
    ObMonitor *monitor;

    if (!ob_keyval_get(keyval, "chardev")) {
        return hw_error_set(error, "chardev= is missing");
    }
    if (close && strcmp(close, "none") != 0) {
        return hw_error_set(error, "close-action: invalid value '%s': expected none", close);
    }
    monitor = ob_option_monitor_add(options, "-object");
    monitor->chardev = ob_keyval_get(keyval, "chardev");
    return pretty_parse(monitor, keyval, error);
}

bool ob_option_escape(ObOptions *options, const char *argument, HwError *error)
{
    bool is_hexadecimal = g_str_has_prefix(argument, "0x");
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(argument + (is_hexadecimal ? 2 : 0), is_hexadecimal ? 16 : 10,
                                    0, UINT8_MAX, &number, NULL)) {
        return hw_error_set(error, "character: invalid value '%s': expected 0 to 255", argument);
    }
    options->escape = (uint8_t)number;
    return true;
}
