/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -nic: a card, and the network behind it.  It stands for -netdev and -device, and its own options
 * model and mac are the card's. */
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

/* The network's options, with an id: the user's, or one that no user's can be. */
static ObKeyval *network_parse(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);
    g_autofree char *id = NULL;
    g_autofree char *named = NULL;

    if (!keyval || ob_keyval_get(keyval, "id")) {
        return keyval;
    }
    id = g_strdup_printf("#net%u", options->nics);
    named = ob_keyval_extend(argument, "id", id);
    return ob_option_keyval(options, named, "type", error);
}

static bool card_add(ObOptions *options, ObKeyval *network, HwError *error)
{
    const char *model = ob_keyval_take(network, "model");
    const char *mac = ob_keyval_take(network, "mac");
    g_autoptr(GString) text = g_string_new("");
    ObKeyval *card;

    pair_append(text, "driver", model ? model : MODEL);
    pair_append(text, "netdev", ob_keyval_get(network, "id"));
    if (mac) {
        pair_append(text, "mac", mac);
    }
    card = ob_option_keyval(options, text->str + 1, NULL, error);
    if (card) { /* the machine's cards come before the user's devices */
        g_ptr_array_insert(options->devices, (gint)options->nics, card);
    }
    return card != NULL;
}

bool ob_option_nic(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *network = network_parse(options, argument, error);
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
    if (!card_add(options, network, error)) {
        return false;
    }
    g_ptr_array_add(options->netdevs, network);
    options->nics++;
    return true;
}
