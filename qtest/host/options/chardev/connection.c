/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The users of addresses and chardevs: protocols, and the machine's ports. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

/* ------------------------------------------------------------------- shared streams */

/* The type of -chardev that has such an address. */
static const char *backend_of(const ObSocketAddress *address)
{
    return address->kind == OB_SOCKET_STDIO  ? "stdio"
           : address->kind == OB_SOCKET_NULL ? "null"
           : address->kind == OB_SOCKET_PTY  ? "pty"
           : address->kind == OB_SOCKET_FILE ? "file"
           : address->kind == OB_SOCKET_PIPE ? "pipe"
                                             : "socket";
}

/* "mon:ADDRESS" of a port or a monitor: a chardev with QEMU's name.  Returns NULL and sets `error` on
 * failure. */
static ObChardev *mux_add(ObOptions *options, const char *id, const char *address, HwError *error)
{
    g_autofree ObChardev *chardev = g_new0(ObChardev, 1);

    if (ob_options_chardev(options, id)) {
        hw_error_set(error, "id '%s' is in use by another -chardev", id);
        return NULL;
    }
    if (!ob_socket_parse(&chardev->address, address, error)) {
        return NULL;
    }
    chardev->id = g_intern_string(id);
    chardev->backend = backend_of(&chardev->address);
    chardev->mux = true;
    chardev->no_signals = chardev->address.kind == OB_SOCKET_STDIO;
    g_ptr_array_add(options->chardevs, chardev);
    return g_steal_pointer(&chardev);
}

bool ob_option_address(ObOptions *options, ObMonitor *monitor, const char *text, HwError *error)
{
    bool is_shared = g_str_has_prefix(text, OB_MUX_PREFIX);
    char id[32];

    if (!is_shared &&
        !ob_option_address_or_chardev(&monitor->address, &monitor->chardev, text, error)) {
        return false;
    }
    if (monitor->chardev) {
        return true;
    }
    g_snprintf(id, sizeof(id), "compat_monitor%u", options->monitor_addresses++);
    monitor->label = g_intern_string(id);
    monitor->chardev = is_shared ? monitor->label : NULL;
    return !is_shared || mux_add(options, id, text + strlen(OB_MUX_PREFIX), error);
}

/* The machine of this program has no such port: its place on a shared stream is for the keys. */
static bool port_add(ObOptions *options, const char *option, const char *id, const char *text,
                     HwError *error)
{
    const char *chardev = NULL;
    ObSocketAddress address;
    ObMonitor *monitor;

    if (strcmp(text, "none") == 0) {
        return true;
    }
    if (!g_str_has_prefix(text, OB_MUX_PREFIX)) {
        if (!ob_option_address_or_chardev(&address, &chardev, text, error)) {
            return false;
        }
        if (chardev) {
            g_ptr_array_add(options->port_chardevs, (char *)chardev);
        }
        return true;
    }
    if (!mux_add(options, id, text + strlen(OB_MUX_PREFIX), error)) {
        return false;
    }
    monitor = ob_option_monitor_add(options, option);
    monitor->chardev = g_intern_string(id);
    monitor->human = true;
    g_ptr_array_add(options->port_chardevs, (char *)monitor->chardev);
    return true;
}

bool ob_option_serial(ObOptions *options, const char *argument, HwError *error)
{
    char id[32];

    g_snprintf(id, sizeof(id), "serial%u", options->serials++);
    return port_add(options, "-serial", id, argument, error);
}

bool ob_option_parallel(ObOptions *options, const char *argument, HwError *error)
{
    char id[32];

    g_snprintf(id, sizeof(id), "parallel%u", options->parallels++);
    return port_add(options, "-parallel", id, argument, error);
}

bool ob_option_debugcon(ObOptions *options, const char *argument, HwError *error)
{
    return port_add(options, "-debugcon", "debugcon", argument, error);
}

/* The machine none has no ports, in QEMU either. */
static bool port_connect(const ObOptions *options, const char *id, HwError *error)
{
    ObChardev *chardev = ob_options_chardev(options, id);

    if (!chardev) {
        return hw_error_set(error, "-serial: chardev '%s' is unknown", id);
    }
    chardev->ports += g_strcmp0(options->machine, "none") != 0;
    return true;
}

static bool muxes_check(const ObOptions *options, HwError *error)
{
    for (guint i = 0; i < options->chardevs->len; i++) {
        const ObChardev *chardev = options->chardevs->pdata[i];
        uint32_t users = chardev->monitors + chardev->ports;

        if (chardev->mux && users > OB_CHARDEV_SHARES) {
            return hw_error_set(error, "-chardev: '%s' has %u users, expected up to %u",
                                chardev->id, users, OB_CHARDEV_SHARES);
        }
    }
    return true;
}

/* ------------------------------------------------------------------- connections */

/* A protocol that uses an address, of its own or of a chardev. */
typedef struct Connection {
    const char *option;
    const char *chardev; /* NULL: the address is its own */
    ObSocketAddress *address;
} Connection;

/* Monitors share a chardev.  The protocol of -qtest has no use for the mux's keys. */
static bool mux_connect(ObChardev *chardev, const Connection *connection, HwError *error)
{
    if (strcmp(connection->option, "-qtest") == 0) {
        return hw_error_set(error,
                            "-qtest: chardev '%s' has mux=on, which is for devices and monitors",
                            connection->chardev);
    }
    *connection->address = chardev->address;
    chardev->monitors++;
    return true;
}

static bool chardev_resolve(const ObOptions *options, const Connection *connection, HwError *error)
{
    ObChardev *chardev = ob_options_chardev(options, connection->chardev);
    ObSuggestion suggestion;

    if (chardev && chardev->mux) {
        return mux_connect(chardev, connection, error);
    }
    if (chardev &&
        (strcmp(chardev->backend, "test") == 0 || chardev->address.kind == OB_SOCKET_RING)) {
        return hw_error_set(error, "%s: chardev '%s' has the type %s, which is for devices alone",
                            connection->option, connection->chardev, chardev->backend);
    }
    if (chardev) {
        *connection->address = chardev->address;
        chardev->user = connection->option;
        return true;
    }
    ob_suggestion_start(&suggestion, connection->chardev);
    for (guint i = 0; i < options->chardevs->len; i++) {
        ob_suggestion_offer(&suggestion, ((ObChardev *)options->chardevs->pdata[i])->id);
    }
    return hw_error_set(error, "%s: chardev '%s' is unknown%s", connection->option,
                        connection->chardev, ob_suggestion_text(&suggestion));
}

/* Two protocols on the same stream would take each other's input. */
static bool connections_differ(const ObOptions *options, const Connection *a, const Connection *b,
                               HwError *error)
{
    bool same = a->chardev && b->chardev && strcmp(a->chardev, b->chardev) == 0;

    if (same && ob_options_chardev(options, a->chardev)->mux) {
        return true;
    }
    if (a->address->kind == OB_SOCKET_STDIO && b->address->kind == OB_SOCKET_STDIO) {
        return hw_error_set(error, "%s: stdio is in use by %s", b->option, a->option);
    }
    if (same) {
        return hw_error_set(error, "%s: chardev '%s' is in use by %s", b->option, b->chardev,
                            a->option);
    }
    return true;
}

static bool connections_check(const ObOptions *options, const Connection *connections, guint count,
                              HwError *error)
{
    for (guint i = 0; i < count; i++) {
        for (guint j = 0; j < i; j++) {
            if (!connections_differ(options, &connections[j], &connections[i], error)) {
                return false;
            }
        }
    }
    return true;
}

/* Standard input has one reader. */
static void stdio_mark(ObOptions *options, const Connection *connections, guint count)
{
    const char *user = NULL;
    const char *shared = NULL;

    for (guint i = 0; i < count; i++) {
        if (connections[i].address->kind == OB_SOCKET_STDIO) {
            user = connections[i].option;
            shared = connections[i].chardev;
        }
    }
    for (guint i = 0; i < options->chardevs->len; i++) {
        ObChardev *chardev = options->chardevs->pdata[i];
        bool is_shared = chardev->mux && g_strcmp0(chardev->id, shared) == 0;

        if (chardev->address.kind == OB_SOCKET_STDIO && !chardev->user && !is_shared) {
            chardev->user = user;
            user = user ? user : "another -chardev stdio";
        }
    }
}

/* -nographic: the serial port and the monitor share standard input, unless options place them.  The
 * machine of this program has no such port, and `none` has none in QEMU either. */
static bool nographic_connect(ObOptions *options, HwError *error)
{
    bool has_port = options->serials == 0 && g_strcmp0(options->machine, "none") != 0;

    if (!options->nographic || options->no_defaults || options->monitor_given) {
        return true;
    }
    return has_port ? ob_option_serial(options, OB_MUX_PREFIX "stdio", error)
                    : ob_option_hmp(options, "stdio", error);
}

bool ob_option_connections_end(ObOptions *options, HwError *error)
{
    g_autofree Connection *connections = NULL;
    guint count = 0;

    if (options->nographic && options->daemonize) {
        return hw_error_set(error, "-nographic cannot be used with -daemonize");
    }
    if (!nographic_connect(options, error)) {
        return false;
    }
    connections = g_new0(Connection, options->monitors->len + 1);
    if (options->has_qtest) {
        connections[count++] = (Connection) { "-qtest", options->qtest_chardev, &options->qtest };
    }
    for (guint i = 0; i < options->monitors->len; i++) {
        ObMonitor *monitor = options->monitors->pdata[i];

        connections[count++] = (Connection) { monitor->option, monitor->chardev,
                                              &monitor->address };
    }
    for (guint i = 0; i < options->port_chardevs->len; i++) {
        if (!port_connect(options, options->port_chardevs->pdata[i], error)) {
            return false;
        }
    }
    for (guint i = 0; i < count; i++) {
        if (connections[i].chardev && !chardev_resolve(options, &connections[i], error)) {
            return false;
        }
    }
    stdio_mark(options, connections, count);
    return connections_check(options, connections, count, error) && muxes_check(options, error);
}
