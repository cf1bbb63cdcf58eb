/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/object-types.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/option-table.h"
#include "qtest/host/options/suggest.h"

#include <string.h>

#define REQUIRED        " required "
#define PROPERTIES(...) ((const ObObjectProperty[]) { __VA_ARGS__, { 0 } })

/* Names and defaults are QEMU's.  NUMA placement on the computer is left to the system. */
static const ObObjectProperty memory_properties[] = {
    { "size", OB_OBJECT_SIZE, NULL, REQUIRED },
    { "merge", OB_OBJECT_BOOL, "on", NULL },
    { "dump", OB_OBJECT_BOOL, "on", NULL },
    { "prealloc", OB_OBJECT_BOOL, "off", NULL },
    { "prealloc-threads", OB_OBJECT_INTEGER, "1", NULL },
    { "reserve", OB_OBJECT_BOOL, "on", NULL },
    { "policy", OB_OBJECT_CHOICE, "default", " default " },
    { "x-use-canonical-path-for-ramblock-id", OB_OBJECT_BOOL, "off", NULL },
    { 0 },
};

static const ObObjectProperty filter_properties[] = {
    { "netdev", OB_OBJECT_STRING, NULL, REQUIRED },
    { "queue", OB_OBJECT_CHOICE, "all", " all rx tx " },
    { "status", OB_OBJECT_CHOICE, "on", " on off " },
    { "position", OB_OBJECT_STRING, "tail", NULL },
    { "insert", OB_OBJECT_CHOICE, "behind", " behind before " },
    { 0 },
};

static const ObObjectProperty throttle_properties[] = {
#define THROTTLE(name)                                        \
    { "x-" name, OB_OBJECT_INTEGER, "0", NULL },              \
        { "x-" name "-max", OB_OBJECT_INTEGER, "0", NULL },   \
    {                                                         \
        "x-" name "-max-length", OB_OBJECT_INTEGER, "1", NULL \
    }
    THROTTLE("iops-total"),
    THROTTLE("iops-read"),
    THROTTLE("iops-write"),
    THROTTLE("bps-total"),
    THROTTLE("bps-read"),
    THROTTLE("bps-write"),
    { "x-iops-size", OB_OBJECT_INTEGER, "0", NULL },
    { 0 },
#undef THROTTLE
};

/* clang-format off */
const ObObjectType ob_object_types[] = {
    { "monitor-qmp", "object", "chardev=ID[,pretty=on]: speak QMP on a -chardev",
      PROPERTIES({ "chardev", OB_OBJECT_STRING, NULL, NULL },
                 { "pretty", OB_OBJECT_BOOL, "off", NULL },
                 { "close-action", OB_OBJECT_STRING, NULL, NULL }),
      NULL, ob_option_object_monitor },
    { "memory-backend-ram", "memory-backend", "size=SIZE[,share=on][,prealloc=on]: RAM for "
      "-machine memory-backend=ID", memory_properties,
      PROPERTIES({ "share", OB_OBJECT_BOOL, "off", NULL }), NULL },
    { "memory-backend-file", "memory-backend", "size=SIZE,mem-path=FILE[,share=on]: RAM that is a "
      "file", memory_properties,
      PROPERTIES({ "share", OB_OBJECT_BOOL, "off", NULL },
                 { "mem-path", OB_OBJECT_STRING, NULL, REQUIRED },
                 { "align", OB_OBJECT_SIZE, "0", NULL },
                 { "offset", OB_OBJECT_SIZE, "0", NULL },
                 { "discard-data", OB_OBJECT_BOOL, "off", NULL }), NULL },
    { "memory-backend-memfd", "memory-backend", "size=SIZE[,seal=on][,hugetlb=on]: RAM that other "
      "processes can map", memory_properties,
      PROPERTIES({ "share", OB_OBJECT_BOOL, "on", NULL },
                 { "hugetlb", OB_OBJECT_BOOL, "off", NULL },
                 { "hugetlbsize", OB_OBJECT_SIZE, "0", NULL },
                 { "seal", OB_OBJECT_BOOL, "on", NULL }), NULL },
    { "filter-dump", "netfilter", "netdev=ID,file=FILE[,maxlen=BYTES]: a network's frames in a "
      "file of the form pcap", filter_properties,
      PROPERTIES({ "file", OB_OBJECT_STRING, NULL, REQUIRED },
                 { "maxlen", OB_OBJECT_INTEGER, "65536", NULL }), NULL },
    { "filter-mirror", "netfilter", "netdev=ID,outdev=ID[,queue=rx|tx|all]: copies frames to a "
      "-chardev", filter_properties,
      PROPERTIES({ "outdev", OB_OBJECT_STRING, NULL, REQUIRED },
                 { "vnet_hdr_support", OB_OBJECT_CHOICE, "off", " off no false " }), NULL },
    { "filter-redirector", "netfilter", "netdev=ID[,indev=ID][,outdev=ID][,queue=...]: moves frames "
      "to a -chardev, and takes others from one", filter_properties,
      PROPERTIES({ "indev", OB_OBJECT_STRING, NULL, NULL },
                 { "outdev", OB_OBJECT_STRING, NULL, NULL },
                 { "vnet_hdr_support", OB_OBJECT_CHOICE, "off", " off no false " }), NULL },
    { "filter-buffer", "netfilter", "netdev=ID,interval=MICROSECONDS[,queue=...]: frames wait for "
      "the end of an interval", filter_properties,
      PROPERTIES({ "interval", OB_OBJECT_INTEGER, NULL, REQUIRED }), NULL },
    { "secret", "secret_common", "data=TEXT or file=FILE: the password of -vnc",
      PROPERTIES({ "data", OB_OBJECT_STRING, NULL, NULL },
                 { "file", OB_OBJECT_STRING, NULL, NULL },
                 { "format", OB_OBJECT_CHOICE, "raw", " raw base64 " },
                 { "keyid", OB_OBJECT_STRING, NULL, NULL },
                 { "iv", OB_OBJECT_STRING, NULL, NULL }), NULL, NULL },
    { "rng-builtin", "rng-backend", "accepted, no device here takes it", NULL, NULL, NULL },
    { "rng-random", "rng-backend", "accepted, no device here takes it",
      PROPERTIES({ "filename", OB_OBJECT_STRING, "/dev/urandom", NULL }), NULL, NULL },
    { "iothread", "event-loop-base", "accepted, no device here takes it",
      PROPERTIES({ "poll-max-ns", OB_OBJECT_INTEGER, "32768", NULL },
                 { "poll-grow", OB_OBJECT_INTEGER, "0", NULL },
                 { "poll-shrink", OB_OBJECT_INTEGER, "0", NULL },
                 { "poll-weight", OB_OBJECT_INTEGER, "3", NULL },
                 { "aio-max-batch", OB_OBJECT_INTEGER, "0", NULL },
                 { "thread-pool-min", OB_OBJECT_INTEGER, "0", NULL },
                 { "thread-pool-max", OB_OBJECT_INTEGER, "64", NULL }), NULL, NULL },
    { "throttle-group", "object", "accepted, the machine has no disks", throttle_properties, NULL,
      NULL },
    { "authz-simple", "authz", "identity=NAME: accepted, no socket here asks it",
      PROPERTIES({ "identity", OB_OBJECT_STRING, NULL, REQUIRED }), NULL, NULL },
    { "authz-list", "authz", "accepted, no socket here asks it",
      PROPERTIES({ "policy", OB_OBJECT_CHOICE, "deny", " allow deny " }), NULL, NULL },
    { "authz-list-file", "authz", "filename=FILE: accepted, no socket here asks it",
      PROPERTIES({ "filename", OB_OBJECT_STRING, NULL, REQUIRED },
                 { "refresh", OB_OBJECT_BOOL, "on", NULL }), NULL, NULL },
    { "authz-pam", "authz", "service=NAME: accepted, no socket here asks it",
      PROPERTIES({ "service", OB_OBJECT_STRING, NULL, REQUIRED }), NULL, NULL },
    { 0 },
};
/* clang-format on */

const ObObjectType *ob_object_type_find(const char *name, HwError *error)
{
    ObSuggestion suggestion;

    ob_suggestion_start(&suggestion, name);
    for (const ObObjectType *type = ob_object_types; type->name; type++) {
        if (strcmp(type->name, name) == 0) {
            return type;
        }
        ob_suggestion_offer(&suggestion, type->name);
    }
    hw_error_set(error, "unknown type '%s'%s", name,
                 suggestion.best ? ob_suggestion_text(&suggestion) : ", see -object help");
    return NULL;
}

const ObObjectProperty *ob_object_type_property_at(const ObObjectType *type, uint32_t index)
{
    const ObObjectProperty *const tables[] = { type->properties, type->more };

    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const ObObjectProperty *p = tables[i]; p && p->name; p++) {
            if (index-- == 0) {
                return p;
            }
        }
    }
    return NULL;
}

const ObObjectProperty *ob_object_type_property(const ObObjectType *type, const char *name)
{
    const ObObjectProperty *property;
    uint32_t i = 0;

    while ((property = ob_object_type_property_at(type, i++)) && strcmp(property->name, name)) {}
    return property;
}

/* -------------------------------------------------------------------- values */

static bool choice_check(const ObObjectProperty *property, const char *value, HwError *error)
{
    g_autofree char *word = g_strdup_printf(" %s ", value);

    return (!strchr(value, ' ') && strstr(property->extra, word)) ||
           hw_error_set(error, "invalid value '%s': expected one of:%.*s", value,
                        (int)strlen(property->extra) - 1, property->extra);
}

static bool value_check(const ObObjectProperty *property, const char *value, HwError *error)
{
    uint64_t number;
    bool flag;

    switch (property->type) {
    case OB_OBJECT_BOOL:
        return ob_boolean_parse(value, &flag, error);
    case OB_OBJECT_SIZE:
        return ob_size_parse(value, 1, &number, error);
    case OB_OBJECT_INTEGER:
        return g_ascii_string_to_unsigned(value, 10, 0, INT64_MAX, &number, NULL) ||
               hw_error_set(error, "invalid value '%s': expected a number", value);
    case OB_OBJECT_CHOICE:
        return choice_check(property, value, error);
    default:
        return true;
    }
}

static bool names_check(const ObObjectType *type, const ObKeyval *keyval, HwError *error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const ObObjectProperty *property;

    g_ptr_array_add(names, (char *)"qom-type");
    g_ptr_array_add(names, (char *)"id");
    for (uint32_t i = 0; (property = ob_object_type_property_at(type, i)); i++) {
        g_ptr_array_add(names, (char *)property->name);
    }
    g_ptr_array_add(names, NULL);
    return ob_keyval_check(keyval, (const char *const *)names->pdata, error);
}

static bool values_check(const ObObjectType *type, const ObKeyval *keyval, HwError *error)
{
    const ObObjectProperty *property;
    HW_ERROR(reason, 512);

    for (uint32_t i = 0; (property = ob_object_type_property_at(type, i)); i++) {
        const char *value = ob_keyval_get(keyval, property->name);

        if (!value && g_strcmp0(property->extra, REQUIRED) == 0) {
            return hw_error_set(error, "%s= is missing", property->name);
        }
        if (value && !value_check(property, value, &reason)) {
            return hw_error_set(error, "%s: %s", property->name, reason.text);
        }
    }
    return true;
}

const ObObjectType *ob_object_check(const ObKeyval *keyval, HwError *error)
{
    const char *name = ob_keyval_get(keyval, "qom-type");
    const ObObjectType *type = NULL;
    const char *id;
    HW_ERROR(reason, 512);

    if (!name) {
        hw_error_set(error, "qom-type= is missing, see -object help");
    } else {
        type = ob_object_type_find(name, error);
    }
    if (!type || !ob_option_id(keyval, &id, error)) {
        return NULL;
    }
    if (!names_check(type, keyval, &reason) || !values_check(type, keyval, &reason)) {
        hw_error_set(error, "%s: %s", name, reason.text);
        return NULL;
    }
    return type;
}

const char *ob_object_text(const ObObjectType *type, const ObKeyval *keyval, const char *name)
{
    const char *value = ob_keyval_get(keyval, name);
    const ObObjectProperty *property = ob_object_type_property(type, name);

    return value ? value : property ? property->value : NULL;
}

uint64_t ob_object_number(const ObObjectType *type, const ObKeyval *keyval, const char *name)
{
    const char *text = ob_object_text(type, keyval, name);
    uint64_t value = 0;

    return text && ob_size_parse(text, 1, &value, NULL) ? value : 0;
}

bool ob_object_flag(const ObObjectType *type, const ObKeyval *keyval, const char *name)
{
    const char *text = ob_object_text(type, keyval, name);
    bool value = false;

    return text && ob_boolean_parse(text, &value, NULL) && value;
}
