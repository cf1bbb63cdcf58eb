/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads socket addresses from the command line's text. */
#include "qtest/host/io/socket.h"

#include "hw-api/device/error.h"

#include <glib.h>
#include <string.h>

static bool set_text(char *to, size_t capacity, const char *key, const char *value, HwError *error)
{
    if (strlen(value) >= capacity) {
        return hw_error_set(error, "socket: %s is too long: %zu bytes, expected up to %zu", key,
                            strlen(value), capacity - 1);
    }
    g_strlcpy(to, value, capacity);
    return true;
}

static bool set_number(guint64 *to, guint64 maximum, const char *key, const char *value,
                       HwError *error)
{
    if (!g_ascii_string_to_unsigned(value, 10, 0, maximum, to, NULL)) {
        return hw_error_set(error, "socket: %s is '%s', expected 0 to %" G_GUINT64_FORMAT, key,
                            value, maximum);
    }
    return true;
}

static bool set_switch(bool *to, const char *key, const char *value, HwError *error)
{
    static const char *const words[] = { "on", "yes", "true", "off", "no", "false" };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(value, words[i]) == 0) {
            *to = i < 3;
            return true;
        }
    }
    return hw_error_set(error, "socket: %s is '%s', expected on or off", key, value);
}

static bool set_kind(ObSocketAddress *address, ObSocketKind kind, HwError *error)
{
    if (address->kind != OB_SOCKET_NONE && address->kind != kind) {
        return hw_error_set(error, "socket: more than one of path, fd, and host or port given, "
                                   "expected one");
    }
    address->kind = kind;
    return true;
}

static bool set_path(ObSocketAddress *address, const char *value, HwError *error)
{
    return set_kind(address, OB_SOCKET_UNIX, error) &&
           set_text(address->path, sizeof(address->path), "path", value, error);
}

static bool set_host(ObSocketAddress *address, const char *value, HwError *error)
{
    return set_kind(address, OB_SOCKET_TCP, error) &&
           set_text(address->host, sizeof(address->host), "host", value, error);
}

static bool set_port(ObSocketAddress *address, const char *value, HwError *error)
{
    guint64 port = 0;
    bool ok = set_kind(address, OB_SOCKET_TCP, error) &&
              set_number(&port, UINT16_MAX, "port", value, error);

    address->port = port;
    return ok;
}

static bool set_server(ObSocketAddress *address, const char *value, HwError *error)
{
    return set_switch(&address->server, "server", value, error);
}

static bool set_abstract(ObSocketAddress *address, const char *value, HwError *error)
{
    return set_switch(&address->abstract, "abstract", value, error);
}

static bool set_wait(ObSocketAddress *address, const char *value, HwError *error)
{
    bool wait = true;
    bool ok = set_switch(&wait, "wait", value, error);

    address->no_wait = !wait;
    return ok;
}

static bool set_nowait(ObSocketAddress *address, const char *value, HwError *error)
{
    return set_switch(&address->no_wait, "nowait", value, error);
}

#define RECONNECT_MAX 86400 /* s */

static bool set_reconnect(ObSocketAddress *address, const char *value, HwError *error)
{
    guint64 seconds = 0;
    bool ok = set_number(&seconds, RECONNECT_MAX, "reconnect", value, error);

    address->reconnect = (uint32_t)(seconds * 1000);
    return ok;
}

static bool set_reconnect_ms(ObSocketAddress *address, const char *value, HwError *error)
{
    guint64 time = 0;
    bool ok = set_number(&time, RECONNECT_MAX * 1000, "reconnect-ms", value, error);

    address->reconnect = (uint32_t)time;
    return ok;
}

static bool set_fd(ObSocketAddress *address, const char *value, HwError *error)
{
    guint64 fd = 0;
    bool ok = set_kind(address, OB_SOCKET_FD, error) &&
              set_number(&fd, INT32_MAX, "fd", value, error);

    address->fd = (int)fd;
    return ok;
}

/* Each TCP socket here sends without delay, on either version of IP. */
static bool set_nothing(ObSocketAddress *address, const char *value, HwError *error)
{
    bool ignored;

    (void)address;
    return set_switch(&ignored, "the option", value, error);
}

static bool set_telnet(ObSocketAddress *address, const char *value, HwError *error)
{
    return set_switch(&address->telnet, "telnet", value, error);
}

/* Other protocols within the stream. */
static bool set_absent(ObSocketAddress *address, const char *value, HwError *error)
{
    bool on = false;

    (void)address;
    return set_switch(&on, "the option", value, error) &&
           (!on || hw_error_set(error, "socket: tn3270 and websocket are not offered"));
}

static const struct {
    const char *key;
    bool (*set)(ObSocketAddress *address, const char *value, HwError *error);
} socket_options[] = {
    { "path", set_path },     { "abstract", set_abstract },   { "host", set_host },
    { "port", set_port },     { "server", set_server },       { "wait", set_wait },
    { "nowait", set_nowait }, { "reconnect", set_reconnect }, { "reconnect-ms", set_reconnect_ms },
    { "fd", set_fd },         { "nodelay", set_nothing },     { "delay", set_nothing },
    { "ipv4", set_nothing },  { "ipv6", set_nothing },        { "keep-alive", set_nothing },
    { "telnet", set_telnet }, { "tn3270", set_absent },       { "websocket", set_absent },
};

bool ob_socket_set(ObSocketAddress *address, const char *key, const char *value, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(socket_options); i++) {
        if (strcmp(key, socket_options[i].key) == 0) {
            return socket_options[i].set(address, value ? value : "on", error);
        }
    }
    return hw_error_set(error,
                        "socket: unknown option '%s', expected path, abstract, fd, host, port, "
                        "server, wait, reconnect or reconnect-ms",
                        key);
}

/* Parses "KEY=VALUE" or "KEY". */
static bool parse_option(ObSocketAddress *address, char *option, HwError *error)
{
    char *value = strchr(option, '=');

    if (value) {
        *value++ = '\0';
    }
    return ob_socket_set(address, option, value, error);
}

/* Parses "HOST:PORT"; a host with colons stands in brackets. */
static bool parse_tcp(ObSocketAddress *address, char *text, HwError *error)
{
    char *colon = strrchr(text, ':');
    size_t length;

    if (!colon) {
        return hw_error_set(error, "socket: port is missing: 'tcp:%s', expected tcp:HOST:PORT",
                            text);
    }
    *colon = '\0';
    length = strlen(text);
    if (text[0] == '[' && text[length - 1] == ']') {
        text[length - 1] = '\0';
        text++;
    }
    return set_host(address, text, error) && set_port(address, colon + 1, error);
}

/* The addresses of one word. */
static const struct {
    const char *word;
    ObSocketKind kind;
} plain_kinds[] = {
    { "stdio", OB_SOCKET_STDIO },
    { "null", OB_SOCKET_NULL },
    { "pty", OB_SOCKET_PTY },
};

static bool parse_plain(ObSocketAddress *address, const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(plain_kinds); i++) {
        if (strcmp(word, plain_kinds[i].word) == 0) {
            address->kind = plain_kinds[i].kind;
            return true;
        }
    }
    return false;
}

/* QEMU's addresses that this program can't honour, with the reason. */
static const struct {
    const char *word; /* alone, or before a colon */
    const char *reason;
} absent[] = {
    { "vc", "the screens have no text consoles" },
    { "udp", "datagrams are lost, and a stream is not" },
    { "msmouse", "its motion has no source" },
    { "wctablet", "its motion has no source" },
    { "braille", "no display of braille is driven" },
    { "tn3270", "that terminal's protocol is not spoken" },
    { "websocket", "that protocol is not spoken" },
    { "con", "that is a console of Windows" },
    { "serial", "no port of this computer is opened" },
    { "parallel", "no port of this computer is opened" },
    { "dbus", "no display speaks D-Bus" },
    { "spicevmc", "no display speaks SPICE" },
    { "spiceport", "no display speaks SPICE" },
    { "qemu-vdagent", "the clipboard has no owner" },
    { "hub", "one device has one stream" },
};

bool ob_socket_is_offered(const char *kind, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(absent); i++) {
        size_t length = strlen(absent[i].word);

        if (!strncmp(kind, absent[i].word, length) && (!kind[length] || kind[length] == ':')) {
            return hw_error_set(error, "%s is not offered: %s", absent[i].word, absent[i].reason);
        }
    }
    return true;
}

static bool parse_first(ObSocketAddress *address, char *first, HwError *error)
{
    if (g_str_has_prefix(first, "unix:path=")) {
        return set_path(address, first + strlen("unix:path="), error);
    }
    if (g_str_has_prefix(first, "unix:")) {
        return set_path(address, first + strlen("unix:"), error);
    }
    if (g_str_has_prefix(first, "tcp:")) {
        return parse_tcp(address, first + strlen("tcp:"), error);
    }
    if (g_str_has_prefix(first, "file:")) {
        address->kind = OB_SOCKET_FILE;
        return set_text(address->path, sizeof(address->path), "path", first + strlen("file:"),
                        error);
    }
    if (g_str_has_prefix(first, "pipe:")) {
        address->kind = OB_SOCKET_PIPE;
        return set_text(address->path, sizeof(address->path), "path", first + strlen("pipe:"),
                        error);
    }
    if (g_str_has_prefix(first, "telnet:")) {
        address->telnet = true;
        return parse_tcp(address, first + strlen("telnet:"), error);
    }
    return ob_socket_is_offered(first, error) &&
           hw_error_set(error,
                        "socket: invalid address '%s': expected unix:PATH, tcp:HOST:PORT, "
                        "telnet:HOST:PORT, file:PATH, pipe:PATH, stdio, pty or null",
                        first);
}

static bool parse_words(ObSocketAddress *address, char **words, HwError *error)
{
    char *first = words[0] ? words[0] : (char[]) { "" };

    if (parse_plain(address, first)) {
        return !words[1] ||
               hw_error_set(error, "socket: %s takes no option: '%s'", first, words[1]);
    }
    if (!parse_first(address, first, error)) {
        return false;
    }
    for (char **option = words + 1; *option; option++) {
        if (!parse_option(address, *option, error)) {
            return false;
        }
    }
    return ob_socket_check(address, error);
}

bool ob_socket_parse(ObSocketAddress *address, const char *text, HwError *error)
{
    char **words = g_strsplit(text, ",", -1);
    bool ok;

    memset(address, 0, sizeof(*address));
    ok = parse_words(address, words, error);
    g_strfreev(words);
    return ok;
}
