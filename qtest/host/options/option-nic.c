/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -nic: a card, and the network behind it.  It stands for -netdev and -device, and its own options
 * model and mac are the card's.  The older -net: a card or a network at a port of hub 0. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

#include <string.h>

#define MODEL "ne2k_pci"

static void pair_append(GString *text, const char *key, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", 0);
    g_autofree char *escaped = g_strjoinv(",,", parts);

    g_string_append_printf(text, ",%s=%s", key, escaped);
}

/* A model of QEMU's is a device, or its short name. */
static const char *driver_of(const char *model)
{
    if (!model) {
        return MODEL;
    }
    return strcmp(model, "virtio") == 0 ? "virtio-net-pci" : model;
}

/* The network's options, with an id: the user's, or this one, which no user's can be. */
static ObKeyval *network_parse(ObOptions *options, const char *argument, const char *id,
                               HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    g_autofree char *named = NULL;

    if (!keyval || ob_keyval_get(keyval, "id")) {
        return keyval;
    }
    named = ob_keyval_extend(argument, "id", id);
    return ob_option_keyval(options, named, "type", error);
}

/* The machine's cards come before the user's devices. */
static bool card_insert(ObOptions *options, const GString *text, HwError *error)
{
    ObKeyval *card = ob_option_keyval(options, text->str + 1, NULL, error);

    if (card) {
        g_ptr_array_insert(options->devices, (gint)options->cards++, card);
    }
    return card;
}

static bool card_add(ObOptions *options, ObKeyval *network, HwError *error)
{
    const char *model = ob_keyval_take(network, "model");
    const char *mac = ob_keyval_take(network, "mac");
    g_autoptr(GString) text = g_string_new("");

    pair_append(text, "driver", driver_of(model));
    pair_append(text, "netdev", ob_keyval_get(network, "id"));
    if (mac) {
        pair_append(text, "mac", mac);
    }
    return card_insert(options, text, error);
}

bool ob_option_nic(ObOptions *options, const char *argument, HwError *error)
{
    g_autofree char *id = g_strdup_printf("#net%u", options->nics);
    ObKeyval *network = network_parse(options, argument, id, error);
    const char *type = network ? ob_keyval_get(network, "type") : NULL;

    if (!network) {
        return false;
    }
    if (ob_keyval_asks_help(network, "type")) {
        return ob_option_show(options, OB_SHOW_NETDEVS, NULL);
    }
    if (!type) {
        return hw_error_set(error, "type= is missing, expected none or a type of -netdev");
    }
    if (strcmp(type, "none") == 0) {
        return strcmp(argument, "none") == 0 ||
               hw_error_set(error, "none takes no further options");
    }
    g_ptr_array_add(options->netdevs, network);
    options->nics++;
    return card_add(options, network, error);
}

/* ------------------------------------------------------------------------- -net */

/* In front of the networks of -nic, as those of -netdev.  NULL: false. */
static bool network_insert(ObOptions *options, ObKeyval *network)
{
    if (network) {
        g_ptr_array_insert(options->netdevs, (gint)(options->netdevs->len - options->nics),
                           network);
    }
    return network;
}

/* A further port of hub 0, with QEMU's name, which is copied to `id`.  `network` is behind it; NULL: a
 * card will be. */
static bool port_add(ObOptions *options, const char *network, char id[static 32], HwError *error)
{
    g_autoptr(GString) text = g_string_new(",type=hubport,hubid=0");

    g_snprintf(id, 32, "hub0port%u", options->hub_ports++);
    pair_append(text, "id", id);
    if (network) {
        pair_append(text, "netdev", network);
    }
    return network_insert(options, ob_option_keyval(options, text->str + 1, NULL, error));
}

static bool net_card_add(ObOptions *options, const ObKeyval *keyval, HwError *error)
{
    static const char *const keys[] = { "type", "netdev", "macaddr", "model", "addr", NULL };
    static const struct {
        const char *from, *to;
    } properties[] = { { "macaddr", "mac" }, { "addr", "addr" } };
    const char *driver = driver_of(ob_keyval_get(keyval, "model"));
    const char *netdev = ob_keyval_get(keyval, "netdev");
    g_autoptr(GString) text = g_string_new("");
    char port[32];

    if (!ob_keyval_check(keyval, keys, error) ||
        (!netdev && !port_add(options, NULL, port, error))) {
        return false;
    }
    pair_append(text, "driver", driver);
    pair_append(text, "netdev", netdev ? netdev : port);
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
        const char *value = ob_keyval_get(keyval, properties[i].from);

        if (value) {
            pair_append(text, properties[i].to, value);
        }
    }
    return card_insert(options, text, error);
}

static bool net_network_add(ObOptions *options, const char *argument, HwError *error)
{
    g_autofree char *id = g_strdup_printf("#net-hub%u", options->hub_ports);
    ObKeyval *network = network_parse(options, argument, id, error);
    char port[32];

    return network_insert(options, network) &&
           port_add(options, ob_keyval_get(network, "id"), port, error);
}

bool ob_option_net(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    const char *type = keyval ? ob_keyval_get(keyval, "type") : NULL;

    if (!keyval) {
        return false;
    }
    if (ob_keyval_asks_help(keyval, "type")) {
        return ob_option_show(options, OB_SHOW_NETDEVS, NULL);
    }
    if (!type) {
        return hw_error_set(error, "type= is missing, expected none, nic or a type of -netdev");
    }
    if (strcmp(type, "none") == 0) {
        return keyval->count == 1 || hw_error_set(error, "none takes no further options");
    }
    if (strcmp(type, "nic") == 0) {
        return net_card_add(options, keyval, error);
    }
    return strcmp(type, "hubport") == 0
               ? hw_error_set(error, "type hubport is for -netdev and -nic alone")
               : net_network_add(options, argument, error);
}
