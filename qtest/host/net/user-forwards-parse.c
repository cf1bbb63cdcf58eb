/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads hostfwd= and guestfwd=. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/net/user-options-internal.h"

static bool port_parse(const char *text, uint16_t minimum, uint16_t *port)
{
    guint64 value = 0;
    bool valid = g_ascii_string_to_unsigned(text, 10, minimum, UINT16_MAX, &value, NULL);

    *port = (uint16_t)value;
    return valid;
}

static bool host_parse(const char *text, uint32_t fallback, struct in_addr *address)
{
    address->s_addr = fallback;
    return !*text || inet_pton(AF_INET, text, address) == 1;
}

/* tcp|udp:[HOST]:PORT-[GUEST]:PORT */
static bool host_forward_parse(const SlirpConfig *config, char **words, ObForward *forward)
{
    char *dash = words[0] && words[1] && words[2] ? strchr(words[2], '-') : NULL;

    if (!dash || !words[3] || words[4]) {
        return false;
    }
    *dash = '\0';
    forward->is_udp = strcmp(words[0], "udp") == 0;
    return (!*words[0] || forward->is_udp || strcmp(words[0], "tcp") == 0) &&
           host_parse(words[1], htonl(INADDR_LOOPBACK), &forward->host) &&
           port_parse(words[2], 0, &forward->host_port) &&
           host_parse(dash + 1, config->vdhcp_start.s_addr, &forward->guest) &&
           port_parse(words[3], 1, &forward->guest_port);
}

/* tcp:SERVER:PORT-TARGET, whose text may have further colons. */
static bool guest_forward_parse(const char *value, char **words, ObForward *forward)
{
    char *dash = words[0] && words[1] && words[2] ? strchr(words[2], '-') : NULL;
    const char *target = strchr(value, '-');

    if (!dash || !target || (*words[0] && strcmp(words[0], "tcp") != 0)) {
        return false;
    }
    *dash = '\0';
    forward->command = g_str_has_prefix(target, "-cmd:") ? target + 5 : NULL;
    forward->path = g_str_has_prefix(target, "-unix:") ? target + 6 : NULL;
    forward->address = g_str_has_prefix(target, "-tcp:") ? target + 1 : NULL;
    return (forward->command || forward->path || forward->address) && *words[1] &&
           host_parse(words[1], 0, &forward->guest) &&
           port_parse(words[2], 1, &forward->guest_port);
}

bool ob_user_forward_add(ObUserOptions *o, const ObOption *option, HwError *error)
{
    bool from_host = strcmp(option->key, "hostfwd") == 0;
    g_auto(GStrv) words = NULL;
    ObForward forward = { .text = option->value };

    if (!from_host && strcmp(option->key, "guestfwd") != 0) {
        return true;
    }
    words = g_strsplit(option->value, ":", -1);
    if (from_host ? !host_forward_parse(&o->config, words, &forward)
                  : !guest_forward_parse(option->value, words, &forward)) {
        return hw_error_set(error, "%s: invalid value '%s': expected %s", option->key,
                            option->value,
                            from_host
                                ? "tcp|udp:[HOST]:PORT-[GUEST]:PORT"
                                : "tcp:SERVER:PORT-cmd:COMMAND, -unix:PATH or -tcp:HOST:PORT");
    }
    g_array_append_val(from_host ? o->host_forwards : o->guest_forwards, forward);
    return true;
}
