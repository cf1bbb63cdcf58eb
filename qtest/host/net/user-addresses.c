/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses of -netdev user that the user has left open. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/net/user-options-internal.h"

static struct in_addr in_net(const SlirpConfig *config, struct in_addr given, uint32_t number)
{
    struct in_addr address = { .s_addr = config->vnetwork.s_addr | htonl(number) };

    return given.s_addr ? given : address;
}

static bool is_in_net(const SlirpConfig *config, struct in_addr address)
{
    return (address.s_addr & config->vnetmask.s_addr) == config->vnetwork.s_addr;
}

static bool mask_is_contiguous(struct in_addr mask)
{
    uint32_t rest = ~ntohl(mask.s_addr);

    return (rest & (rest + 1)) == 0;
}

static bool member_check(const SlirpConfig *config, const char *key, struct in_addr address,
                         HwError *error)
{
    char text[INET_ADDRSTRLEN];

    return is_in_net(config, address) ||
           hw_error_set(error, "%s: %s is not in the network of net=", key,
                        inet_ntop(AF_INET, &address, text, sizeof(text)));
}

/* QEMU's defaults: the gateway is number 2 of the network, DNS 3, and DHCP begins with 15. */
bool ob_user_addresses_complete(SlirpConfig *config, HwError *error)
{
    if (!mask_is_contiguous(config->vnetmask) || ~ntohl(config->vnetmask.s_addr) < 15) {
        return hw_error_set(error, "net: expected a mask that leaves 4 bits or more to the hosts");
    }
    config->vnetwork.s_addr &= config->vnetmask.s_addr;
    config->vhost = in_net(config, config->vhost, 2);
    config->vnameserver = in_net(config, config->vnameserver, 3);
    config->vdhcp_start = in_net(config, config->vdhcp_start, 15);
    if (!member_check(config, "host", config->vhost, error) ||
        !member_check(config, "dns", config->vnameserver, error) ||
        !member_check(config, "dhcpstart", config->vdhcp_start, error)) {
        return false;
    }
    if (config->vhost.s_addr == config->vnameserver.s_addr ||
        config->vhost.s_addr == config->vdhcp_start.s_addr ||
        config->vnameserver.s_addr == config->vdhcp_start.s_addr) {
        return hw_error_set(error, "host, dns and dhcpstart are the same address, expected three");
    }
    return true;
}

static struct in6_addr in_prefix(const SlirpConfig *config, uint8_t number)
{
    struct in6_addr address = config->vprefix_addr6;

    address.s6_addr[15] |= number;
    return address;
}

void ob_user_addresses6_complete(SlirpConfig *config)
{
    static const struct in6_addr none;

    if (memcmp(&config->vhost6, &none, sizeof(none)) == 0) {
        config->vhost6 = in_prefix(config, 2);
    }
    if (memcmp(&config->vnameserver6, &none, sizeof(none)) == 0) {
        config->vnameserver6 = in_prefix(config, 3);
    }
}
