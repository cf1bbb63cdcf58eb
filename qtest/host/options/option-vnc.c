/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -vnc ADDRESS[,KEY=VALUE] */
#include "qtest/host/options/option-table.h"

#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"

#define DISPLAY_MAX (UINT16_MAX - OB_VNC_PORT)

static const char *const keys[] = { "vnc",     "to",   "password", "password-secret", "share",
                                    "display", "head", "lossy",    "non-adaptive",    NULL };

/* Keys that QEMU has and this host has not, with the reason. */
static const struct {
    const char *key, *reason;
} refused[] = {
    { "websocket", "pages of a browser are not let in" },
    { "tls-creds", "viewers come from this computer alone, by ssh from others" },
    { "tls-authz", "viewers come from this computer alone, by ssh from others" },
    { "sasl", "expected password=on or password-secret=ID" },
    { "sasl-authz", "expected password=on or password-secret=ID" },
    { "reverse", "viewers connect to this host" },
    { "audiodev", "the machine has no sound" },
};

static bool keys_check(const ObKeyval *values, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (ob_keyval_get(values, refused[i].key)) {
            return hw_error_set(error, "%s: not offered: %s", refused[i].key, refused[i].reason);
        }
    }
    return ob_keyval_check(values, keys, error);
}

static bool number_parse(const ObKeyval *values, const char *key, int64_t maximum, int64_t *number,
                         HwError *error)
{
    const char *text = ob_keyval_get(values, key);

    return !text || ob_integer_parse(key, text, 0, maximum, number, error);
}

/* An IPv6 address has brackets around it. */
static bool host_set(ObVncOptions *options, char *host, HwError *error)
{
    size_t length = strlen(host);

    if (length > 1 && host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        host++;
    }
    return ob_socket_set(&options->address, "host", *host ? host : "127.0.0.1", error);
}

/* "HOST:NUMBER"; the number counts from 5900 on. */
static bool display_parse(ObVncOptions *options, const ObKeyval *values, HwError *error)
{
    const char *text = ob_keyval_get(values, "vnc");
    const char *colon = strrchr(text, ':');
    g_autofree char *host = colon ? g_strndup(text, (gsize)(colon - text)) : NULL;
    int64_t number = 0, last;

    if (!colon) {
        return hw_error_set(error,
                            "invalid address '%s': expected :NUMBER, HOST:NUMBER, unix:PATH or "
                            "none",
                            text);
    }
    if (!ob_integer_parse("display", colon + 1, 0, DISPLAY_MAX, &number, error)) {
        return false;
    }
    last = number;
    if (!number_parse(values, "to", DISPLAY_MAX, &last, error)) {
        return false;
    }
    if (last < number) {
        return hw_error_set(error, "to: invalid value %d: expected at least %d", (int)last,
                            (int)number);
    }
    options->address.port = (uint16_t)(OB_VNC_PORT + number);
    options->last_port = (uint16_t)(OB_VNC_PORT + last);
    return host_set(options, host, error);
}

static bool address_parse(ObVncOptions *options, const ObKeyval *values, HwError *error)
{
    const char *text = ob_keyval_get(values, "vnc");

    if (!text) {
        return hw_error_set(error, "the address is missing, expected it in front");
    }
    options->is_none = strcmp(text, "none") == 0;
    if (options->is_none) {
        return true;
    }
    options->address.server = true;
    options->address.no_wait = true;
    if (g_str_has_prefix(text, "unix:")) {
        return ob_socket_set(&options->address, "path", text + strlen("unix:"), error) &&
               ob_socket_check(&options->address, error);
    }
    options->address.kind = OB_SOCKET_TCP;
    return display_parse(options, values, error) && ob_socket_check(&options->address, error);
}

static bool flag_parse(const char *key, const char *text, bool *flag, HwError *error)
{
    HW_ERROR(reason, 128);

    return ob_boolean_parse(text, flag, &reason) || hw_error_set(error, "%s: %s", key, reason.text);
}

/* Each viewer is shared here; the picture is exact and nothing adapts it. */
static bool modes_check(const ObKeyval *values, HwError *error)
{
    const char *share = ob_keyval_get(values, "share");
    bool ignored;

    for (const char *const *key = (const char *const[]) { "lossy", "non-adaptive", NULL }; *key;
         key++) {
        const char *text = ob_keyval_get(values, *key);

        if (text && !flag_parse(*key, text, &ignored, error)) {
            return false;
        }
    }
    return !share || strcmp(share, "ignore") == 0 || strcmp(share, "force-shared") == 0 ||
           hw_error_set(error, "share: invalid value '%s': expected ignore or force-shared", share);
}

static bool values_parse(ObVncOptions *options, const ObKeyval *values, HwError *error)
{
    const char *password = ob_keyval_get(values, "password");
    int64_t head = 0;

    options->secret = ob_keyval_get(values, "password-secret");
    options->device = ob_keyval_get(values, "display");
    if (!keys_check(values, error) || !address_parse(options, values, error) ||
        !modes_check(values, error) || !number_parse(values, "head", UINT32_MAX, &head, error) ||
        (password && !flag_parse("password", password, &options->password, error))) {
        return false;
    }
    if (ob_keyval_get(values, "head") && !options->device) {
        return hw_error_set(error, "head: expected display=ID beside it");
    }
    options->head = (uint32_t)head;
    options->password |= options->secret != NULL;
    return true;
}

bool ob_option_vnc(ObOptions *options, const char *argument, HwError *error)
{
    const ObKeyval *values = ob_option_keyval(options, argument, "vnc", error);

    if (options->vnc.is_given) {
        return hw_error_set(error, "given twice, expected one address");
    }
    options->vnc.is_given = true;
    return values && values_parse(&options->vnc, values, error);
}

bool ob_option_display(ObOptions *options, const char *argument, HwError *error)
{
    if (g_str_has_prefix(argument, "vnc=")) {
        return ob_option_vnc(options, argument + strlen("vnc="), error);
    }
    return strcmp(argument, "none") == 0 || strcmp(argument, "type=none") == 0 ||
           hw_error_set(error, "invalid value '%s': expected none or vnc=ADDRESS", argument);
}
