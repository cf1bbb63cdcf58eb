/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/filter/filter-internal.h"

static const ObFilterType *const types[] = { &ob_filter_dump, &ob_filter_mirror,
                                             &ob_filter_redirector, &ob_filter_buffer };

static const ObFilterType *type_find(const ObObjectType *object)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (strcmp(types[i]->name, object->name) == 0) {
            return types[i];
        }
    }
    return NULL;
}

bool ob_filter_is_type(const ObObjectType *type)
{
    return type_find(type) != NULL;
}

const char *ob_filter_text(const ObFilter *filter, const char *name)
{
    return ob_object_text(filter->object, filter->values, name);
}

const char *ob_filter_netdev(const ObFilter *filter)
{
    return ob_filter_text(filter, "netdev");
}

char *ob_filter_describe(const ObFilter *filter)
{
    static const char *const names[] = { "interval", "file",   "maxlen",   "vnet_hdr_support",
                                         "indev",    "outdev", "position", "status",
                                         "insert",   "netdev", "queue" };
    GString *text = g_string_new(ob_keyval_get(filter->values, "id"));

    g_string_append_printf(text, ": type=%s", filter->type->name);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        bool is_flag = strcmp(names[i], "vnet_hdr_support") == 0; /* always off here */
        const char *value = ob_filter_text(filter, names[i]);

        if (ob_object_type_property(filter->object, names[i])) {
            g_string_append_printf(text, ",%s=%s", names[i],
                                   is_flag ? "false"
                                   : value ? value
                                           : "");
        }
    }
    return g_string_free(text, FALSE);
}

bool ob_filter_is_on(const ObFilter *filter)
{
    return strcmp(ob_filter_text(filter, "status"), "on") == 0;
}

/* -------------------------------------------------------------------------- place */

static uint32_t directions_of(const ObFilter *filter)
{
    const char *queue = ob_filter_text(filter, "queue");

    if (!ob_filter_is_on(filter)) {
        return 0;
    }
    return strcmp(queue, "tx") == 0   ? OB_NET_TO_DEVICE
           : strcmp(queue, "rx") == 0 ? OB_NET_FROM_DEVICE
                                      : OB_NET_TO_DEVICE | OB_NET_FROM_DEVICE;
}

/* The filter of this id on the network; -1: none. */
static int place_named(ObNetdev *netdev, const char *id)
{
    const ObNetFilter *at;

    for (uint32_t i = 0; (at = ob_netdev_filter_at(netdev, i)); i++) {
        if (strcmp(ob_keyval_get(((const ObFilter *)at->opaque)->values, "id"), id) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* Sentences are QEMU's. */
static bool place_parse(const ObFilter *filter, ObNetdev *netdev, uint32_t *place, HwError *error)
{
    const char *position = ob_filter_text(filter, "position");
    bool before = strcmp(ob_filter_text(filter, "insert"), "before") == 0;
    int other;

    *place = strcmp(position, "head") == 0 ? 0 : UINT32_MAX;
    if (*place == 0 || strcmp(position, "tail") == 0) {
        return true;
    }
    if (!g_str_has_prefix(position, "id=")) {
        return hw_error_set(error, "Parameter 'position' expects 'head', 'tail' or 'id=<id>'");
    }
    other = place_named(netdev, position + strlen("id="));
    *place = (uint32_t)(before ? other : other + 1);
    return other >= 0 || hw_error_set(error, "filter '%s' not found", position + strlen("id="));
}

/* ------------------------------------------------------------------------- change */

static bool status_check(const char *value, HwError *error)
{
    return !strcmp(value, "on") || !strcmp(value, "off") ||
           hw_error_set(error, "Invalid value for netfilter status, should be 'on' or 'off'");
}

static bool queue_check(const char *value, HwError *error)
{
    return !strcmp(value, "all") || !strcmp(value, "rx") || !strcmp(value, "tx") ||
           hw_error_set(error, "Parameter 'queue' does not accept value '%s'", value);
}

static bool interval_check(const char *value, HwError *error)
{
    int64_t interval;

    if (!ob_integer_parse("interval", value, 0, UINT32_MAX, &interval, NULL)) {
        return hw_error_set(error, "Parameter 'interval' expects uint32_t");
    }
    return interval || hw_error_set(error, "Property 'filter-buffer.interval' requires a positive "
                                           "value");
}

/* QEMU stores the other properties, too, without an effect. */
static const struct {
    const char *name;
    bool (*check)(const char *value, HwError *error);
} changes[] = {
    { "status", status_check },
    { "queue", queue_check },
    { "interval", interval_check },
};

bool ob_filter_changes(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (strcmp(changes[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool ob_filter_change(ObFilter *filter, const char *name, const ObKeyval *values, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (strcmp(changes[i].name, name) == 0 &&
            !changes[i].check(ob_keyval_get(values, name), error)) {
            return false;
        }
    }
    filter->values = values;
    ob_netdev_direct_filter(filter->host, filter, directions_of(filter));
    if (filter->type->changed) {
        filter->type->changed(filter, name);
    }
    return true;
}

/* -------------------------------------------------------------------------- whole */

static bool filter_begin(ObFilter *filter, HwError *error)
{
    const char *id = ob_filter_netdev(filter);
    ObNetdev *netdev = ob_netdev_find(filter->host, id);
    const ObNetFilter own = { filter->type->frame, filter, directions_of(filter) };
    uint32_t place = 0;

    if (!netdev) {
        return hw_error_set(error, "%s: netdev '%s' does not exist", filter->type->name, id);
    }
    if (!place_parse(filter, netdev, &place, error) || !filter->type->open(filter, error)) {
        return false;
    }
    ob_netdev_add_filter(netdev, place, &own);
    return true;
}

ObFilter *ob_filter_new(ObHost *host, const ObObjectType *type, const ObKeyval *values,
                        HwError *error)
{
    ObFilter *filter = g_new0(ObFilter, 1);

    filter->type = type_find(type);
    filter->host = host;
    filter->object = type;
    filter->values = values;
    if (!filter_begin(filter, error)) {
        ob_filter_free(filter);
        return NULL;
    }
    return filter;
}

void ob_filter_free(ObFilter *filter)
{
    if (filter) {
        if (filter->own) {
            filter->type->close(filter); /* its frames go on from its place */
        }
        ob_netdev_remove_filter(filter->host, filter);
        g_free(filter);
    }
}
