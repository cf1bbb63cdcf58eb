/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/user-options-internal.h"

#include <string.h>

#include "hw-api/device/error.h"

/* ------------------------------------------------------------------- single values */

static bool address_parse(const char *key, const char *text, struct in_addr *address,
                          HwError *error)
{
    return inet_pton(AF_INET, text, address) == 1 ||
           hw_error_set(error, "%s: invalid value '%s': expected an IPv4 address", key, text);
}

static bool address6_parse(const char *key, const char *text, struct in6_addr *address,
                           HwError *error)
{
    return inet_pton(AF_INET6, text, address) == 1 ||
           hw_error_set(error, "%s: invalid value '%s': expected an IPv6 address", key, text);
}

static bool flag_parse(const char *key, const char *text, bool *flag, HwError *error)
{
    HW_ERROR(reason, 256);

    return ob_boolean_parse(text, flag, &reason) || hw_error_set(error, "%s: %s", key, reason.text);
}

static bool length_parse(const char *key, const char *text, int64_t maximum, uint32_t *length,
                         HwError *error)
{
    int64_t value = 0;
    bool fits = ob_integer_parse(key, text, 0, maximum, &value, error);

    *length = (uint32_t)value;
    return fits;
}

/* Splits "ADDRESS/LENGTH"; returns the length's text, or NULL. */
static char *slash_split(char *text)
{
    char *slash = strchr(text, '/');

    if (slash) {
        *slash = '\0';
    }
    return slash ? slash + 1 : NULL;
}

/* ------------------------------------------------------------------------- options */

static bool set_net(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    g_autofree char *text = g_strdup(value);
    const char *mask = slash_split(text);
    uint32_t bits = 24;

    if (!address_parse(key, text, &o->config.vnetwork, error)) {
        return false;
    }
    if (mask && strchr(mask, '.')) {
        return address_parse(key, mask, &o->config.vnetmask, error);
    }
    if (mask && !length_parse(key, mask, 32, &bits, error)) {
        return false;
    }
    o->config.vnetmask.s_addr = htonl(bits ? UINT32_MAX << (32 - bits) : 0);
    return true;
}

static bool set_host(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    return address_parse(key, value, &o->config.vhost, error);
}

static bool set_dns(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    return address_parse(key, value, &o->config.vnameserver, error);
}

static bool set_dhcp_start(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    return address_parse(key, value, &o->config.vdhcp_start, error);
}

static bool set_prefix(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    return address6_parse(key, value, &o->config.vprefix_addr6, error);
}

static bool set_prefix_length(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    uint32_t length;
    bool fits = length_parse(key, value, 126, &length, error);

    o->config.vprefix_len = (uint8_t)length;
    return fits;
}

static bool set_net6(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    g_autofree char *text = g_strdup(value);
    const char *length = slash_split(text);

    return set_prefix(o, key, text, error) && (!length || set_prefix_length(o, key, length, error));
}

static bool set_host6(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    return address6_parse(key, value, &o->config.vhost6, error);
}

static bool set_dns6(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    return address6_parse(key, value, &o->config.vnameserver6, error);
}

static bool set_restrict(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    bool on = false;
    bool valid = flag_parse(key, value, &on, error);

    o->config.restricted = on;
    return valid;
}

static bool set_hostname(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    (void)key, (void)error;
    o->config.vhostname = value;
    return true;
}

static bool set_domain(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    (void)key, (void)error;
    o->config.vdomainname = value;
    return true;
}

static bool set_dns_search(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    (void)key, (void)error;
    g_ptr_array_add(o->dns_search, (char *)value);
    return true;
}

static bool set_tftp(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    o->config.tftp_path = value;
    return g_file_test(value, G_FILE_TEST_IS_DIR) ||
           hw_error_set(error, "%s: '%s' does not exist, expected a directory", key, value);
}

static bool set_tftp_name(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    o->config.tftp_server_name = value;
    return strlen(value) <= 64 ||
           hw_error_set(error, "%s: %zu bytes, expected up to 64", key, strlen(value));
}

/* DHCP's field for the name has 128 bytes with the terminating zero. */
static bool set_bootfile(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    o->config.bootfile = value;
    return strlen(value) < 128 ||
           hw_error_set(error, "%s: %zu bytes, expected up to 127", key, strlen(value));
}

/* Both are read before all others, and the forwards behind all others. */
static bool set_nothing(ObUserOptions *o, const char *key, const char *value, HwError *error)
{
    (void)o, (void)key, (void)value, (void)error;
    return true;
}

static const struct {
    const char *key;
    bool (*set)(ObUserOptions *options, const char *key, const char *value, HwError *error);
    int version; /* 4 or 6: needs this version of IP; 0: any */
} table[] = {
    { "type", set_nothing, 0 },
    { "id", set_nothing, 0 },
    { "ipv4", set_nothing, 0 },
    { "ipv6", set_nothing, 0 },
    { "net", set_net, 4 },
    { "host", set_host, 4 },
    { "dns", set_dns, 4 },
    { "dhcpstart", set_dhcp_start, 4 },
    { "ipv6-net", set_net6, 6 },
    { "ipv6-prefix", set_prefix, 6 },
    { "ipv6-prefixlen", set_prefix_length, 6 },
    { "ipv6-host", set_host6, 6 },
    { "ipv6-dns", set_dns6, 6 },
    { "restrict", set_restrict, 0 },
    { "hostname", set_hostname, 0 },
    { "domainname", set_domain, 0 },
    { "dnssearch", set_dns_search, 0 },
    { "tftp", set_tftp, 4 },
    { "tftp-server-name", set_tftp_name, 4 },
    { "bootfile", set_bootfile, 4 },
    { "hostfwd", set_nothing, 4 },
    { "guestfwd", set_nothing, 4 },
};

static bool keys_check(const ObKeyval *values, HwError *error)
{
    const char *keys[G_N_ELEMENTS(table) + 1] = { NULL };

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        keys[i] = table[i].key;
    }
    return ob_keyval_check(values, keys, error);
}

/* A version that is switched on alone switches the other one off, as in QEMU. */
static bool versions_choose(ObUserOptions *o, const ObKeyval *values, HwError *error)
{
    const char *four = ob_keyval_get(values, "ipv4");
    const char *six = ob_keyval_get(values, "ipv6");
    bool in4 = true;
    bool in6 = true;

    if ((four && !flag_parse("ipv4", four, &in4, error)) ||
        (six && !flag_parse("ipv6", six, &in6, error))) {
        return false;
    }
    o->config.in_enabled = four ? in4 : !six || !in6;
    o->config.in6_enabled = six ? in6 : !four || !in4;
    return o->config.in_enabled || o->config.in6_enabled ||
           hw_error_set(error, "ipv4 and ipv6 are off, expected one to be on");
}

static bool option_set(ObUserOptions *o, const ObOption *option, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (strcmp(table[i].key, option->key) != 0) {
            continue;
        }
        if ((table[i].version == 4 && !o->config.in_enabled) ||
            (table[i].version == 6 && !o->config.in6_enabled)) {
            return hw_error_set(error, "%s= needs ipv%d=on", option->key, table[i].version);
        }
        return table[i].set(o, option->key, option->value, error);
    }
    return true;
}

/* --------------------------------------------------------------------------- whole */

static ObUserOptions *options_default(void)
{
    ObUserOptions *o = g_new0(ObUserOptions, 1);

    o->config.version = 4;
    o->config.vnetwork.s_addr = inet_addr("10.0.2.0");
    o->config.vnetmask.s_addr = inet_addr("255.255.255.0");
    inet_pton(AF_INET6, "fec0::", &o->config.vprefix_addr6);
    o->config.vprefix_len = 64;
    o->host_forwards = g_array_new(FALSE, FALSE, sizeof(ObForward));
    o->guest_forwards = g_array_new(FALSE, FALSE, sizeof(ObForward));
    o->dns_search = g_ptr_array_new();
    return o;
}

static bool options_parse(ObUserOptions *o, const ObKeyval *values, HwError *error)
{
    if (!keys_check(values, error) || !versions_choose(o, values, error)) {
        return false;
    }
    for (uint32_t i = 0; i < values->count; i++) {
        if (!option_set(o, &values->options[i], error)) {
            return false;
        }
    }
    if (o->config.in_enabled && !ob_user_addresses_complete(&o->config, error)) {
        return false;
    }
    ob_user_addresses6_complete(&o->config);
    for (uint32_t i = 0; i < values->count; i++) {
        if (!ob_user_forward_add(o, &values->options[i], error)) {
            return false;
        }
    }
    if (o->dns_search->len) {
        g_ptr_array_add(o->dns_search, NULL);
        o->config.vdnssearch = (const char **)o->dns_search->pdata;
    }
    return true;
}

ObUserOptions *ob_user_options_new(const ObKeyval *values, HwError *error)
{
    ObUserOptions *o = options_default();

    if (!options_parse(o, values, error)) {
        ob_user_options_free(o);
        return NULL;
    }
    return o;
}

void ob_user_options_free(ObUserOptions *options)
{
    if (options) {
        g_array_free(options->host_forwards, TRUE);
        g_array_free(options->guest_forwards, TRUE);
        g_ptr_array_free(options->dns_search, TRUE);
        g_free(options);
    }
}
