/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/filter-policy.h"

#include <errno.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"

typedef struct Item {
    ObPermission permission;
    char *name;                 /* "all", a register's name or id, a subsection's name */
    uint64_t value;             /* of set= */
    bool used;
} Item;

struct ObFilterPolicy {
    GPtrArray *items;
};

static const char *const keys[] = {
    [OB_PERMIT_DROP] = "drop",
    [OB_PERMIT_CONSTANTS] = "constants",
    [OB_PERMIT_SET] = "set",
    [OB_PERMIT_SUBSECTION] = "drop-subsection",
};

const char *ob_permission_key(ObPermission permission)
{
    return keys[permission];
}

static void item_free(void *opaque)
{
    Item *item = opaque;

    g_free(item->name);
    g_free(item);
}

ObFilterPolicy *ob_filter_policy_new(void)
{
    ObFilterPolicy *policy = g_new0(ObFilterPolicy, 1);

    policy->items = g_ptr_array_new_with_free_func(item_free);
    return policy;
}

void ob_filter_policy_free(ObFilterPolicy *policy)
{
    if (policy) {
        g_ptr_array_unref(policy->items);
        g_free(policy);
    }
}

/* --------------------------------------------------------------------- parsing */

/* A number, or a version: PSCI's 1.1 is 0x10001. */
static bool value_parse(const char *text, uint64_t *value)
{
    const char *dot = strchr(text, '.');
    guint64 major, minor;

    if (!dot) {
        char *end;

        errno = 0;
        *value = g_ascii_strtoull(text, &end, 0);
        return g_ascii_isdigit(text[0]) && *end == 0 && errno == 0;
    }
    g_autofree char *before = g_strndup(text, (gsize)(dot - text));

    if (!g_ascii_string_to_unsigned(before, 10, 0, UINT16_MAX, &major, NULL) ||
        !g_ascii_string_to_unsigned(dot + 1, 10, 0, UINT16_MAX, &minor, NULL)) {
        return false;
    }
    *value = HW_PSCI_VERSION(major, minor);
    return true;
}

static void item_add(ObFilterPolicy *policy, ObPermission permission, const char *name,
                     uint64_t value)
{
    Item *item = g_new0(Item, 1);

    item->permission = permission;
    item->name = g_strdup(name);
    item->value = value;
    g_ptr_array_add(policy->items, item);
}

static bool set_add(ObFilterPolicy *policy, const char *text, HwError *error)
{
    const char *equals = strchr(text, '=');
    g_autofree char *name = equals ? g_strndup(text, (gsize)(equals - text)) : NULL;
    uint64_t value;

    if (!equals || equals == text || !value_parse(equals + 1, &value)) {
        return hw_error_set(error, "policy: set=%s has no value, expected set=REGISTER=NUMBER",
                            text);
    }
    item_add(policy, OB_PERMIT_SET, name, value);
    return true;
}

static bool psci_add(ObFilterPolicy *policy, const char *text, HwError *error)
{
    uint64_t value;

    if (!value_parse(text, &value)) {
        return hw_error_set(error, "policy: psci-version=%s is no version, expected one like 1.1",
                            text);
    }
    item_add(policy, OB_PERMIT_SET, "PSCI_VERSION", value);
    return true;
}

static bool list_add(ObFilterPolicy *policy, ObPermission permission, const char *text,
                     HwError *error)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    for (char **name = names; *name; name++) {
        if (!**name) {
            return hw_error_set(error, "policy: %s=%s has an empty name", keys[permission], text);
        }
        item_add(policy, permission, *name, 0);
    }
    return *names || hw_error_set(error, "policy: %s= names nothing", keys[permission]);
}

bool ob_filter_policy_add(ObFilterPolicy *policy, const char *text, HwError *error)
{
    const char *equals = strchr(text, '=');
    g_autofree char *key = g_strndup(text, equals ? (gsize)(equals - text) : strlen(text));

    if (equals && strcmp(key, "psci-version") == 0) {
        return psci_add(policy, equals + 1, error);
    }
    for (ObPermission i = OB_PERMIT_DROP; equals && i <= OB_PERMIT_SUBSECTION; i++) {
        if (strcmp(key, keys[i]) == 0) {
            return i == OB_PERMIT_SET ? set_add(policy, equals + 1, error)
                                      : list_add(policy, i, equals + 1, error);
        }
    }
    return hw_error_set(error, "policy: '%s' is unknown, expected drop=, constants=, set=, "
                        "psci-version= or drop-subsection=", text);
}

/* -------------------------------------------------------------------- questions */

/* AArch32's names are told with their security state, "CTR(NS)", or without. */
static bool item_names(const Item *item, uint64_t id)
{
    char name[HW_VCPU_NAME_SIZE];
    uint64_t number;
    size_t plain;
    char *end;

    if (g_str_has_prefix(item->name, "0x")) {
        number = g_ascii_strtoull(item->name, &end, 16);
        return *end == 0 && number == id;
    }
    plain = strcspn(hw_vcpu_name(id, name), "(");
    return g_ascii_strcasecmp(item->name, name) == 0 ||
           (strlen(item->name) == plain && g_ascii_strncasecmp(item->name, name, plain) == 0);
}

static const Item *item_find(const ObFilterPolicy *policy, ObPermission permission, uint64_t id,
                             const char *name)
{
    for (guint i = 0; i < policy->items->len; i++) {
        Item *item = policy->items->pdata[i];
        bool all = strcmp(item->name, "all") == 0 && permission != OB_PERMIT_SET;

        if (item->permission == permission &&
            (all || (name ? strcmp(item->name, name) == 0 : item_names(item, id)))) {
            item->used = true;
            return item;
        }
    }
    return NULL;
}

bool ob_filter_policy_permits(const ObFilterPolicy *policy, ObPermission permission, uint64_t id)
{
    return permission == OB_PERMIT_NOTHING || item_find(policy, permission, id, NULL);
}

bool ob_filter_policy_permits_name(const ObFilterPolicy *policy, const char *subsection)
{
    return item_find(policy, OB_PERMIT_SUBSECTION, 0, subsection);
}

bool ob_filter_policy_value(const ObFilterPolicy *policy, uint64_t id, uint64_t *value)
{
    const Item *item = item_find(policy, OB_PERMIT_SET, id, NULL);

    *value = item ? item->value : 0;
    return item;
}

const char *ob_filter_policy_unused(const ObFilterPolicy *policy)
{
    for (guint i = 0; i < policy->items->len; i++) {
        const Item *item = policy->items->pdata[i];

        if (!item->used && strcmp(item->name, "all") != 0) {
            return item->name;
        }
    }
    return NULL;
}
