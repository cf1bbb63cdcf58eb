/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/filter-policy.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/arm/register-class.h"

typedef enum Key {
    KEY_DROP,
    KEY_CONSTANTS,
    KEY_DROP_SUBSECTION,
    KEYS,
    KEY_PASS, /* by option --pass, since names of sections have colons */
} Key;

static const char *const keys[KEYS] = { "drop", "constants", "drop-subsection" };

typedef struct Item {
    Key key;
    char *name; /* "all", a register's name or id, a subsection's name */
    bool used;
} Item;

struct ObFilterPolicy {
    GPtrArray *items;
    HwVcpuPolicy rules;
    GHashTable *pinned; /* ids for which a pin was found */
    char *unused;       /* room for the name of a pin without a register */
};

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
    policy->pinned = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    policy->unused = g_malloc(HW_VCPU_NAME_SIZE);
    return policy;
}

void ob_filter_policy_free(ObFilterPolicy *policy)
{
    if (policy) {
        g_ptr_array_unref(policy->items);
        g_hash_table_unref(policy->pinned);
        g_free(policy->unused);
        g_free(policy);
    }
}

const HwVcpuPolicy *ob_filter_policy_rules(const ObFilterPolicy *policy)
{
    return &policy->rules;
}

const HwVcpuRule *ob_filter_policy_pin(const ObFilterPolicy *policy, uint64_t id)
{
    const HwVcpuRule *rule = hw_vcpu_policy_find(&policy->rules, HW_VCPU_PIN, id);

    if (rule) {
        g_hash_table_add(policy->pinned, g_memdup2(&id, sizeof(id)));
    }
    return rule;
}

/* --------------------------------------------------------------------- parsing */

static void item_add(ObFilterPolicy *policy, Key key, const char *name)
{
    Item *item = g_new0(Item, 1);

    item->key = key;
    item->name = g_strdup(name);
    g_ptr_array_add(policy->items, item);
}

static bool names_add(ObFilterPolicy *policy, Key key, const char *text, HwError *error)
{
    g_auto(GStrv) names = g_strsplit(text, ":", -1);

    for (char **name = names; *name; name++) {
        if (!**name) {
            return hw_error_set(error,
                                "policy: invalid value '%s' of %s: it has an empty name, "
                                "expected NAME:NAME...",
                                text, keys[key]);
        }
        item_add(policy, key, *name);
    }
    return *names ||
           hw_error_set(error, "policy: invalid value '' of %s: expected NAME:NAME...", keys[key]);
}

static bool part_add(ObFilterPolicy *policy, const char *part, HwError *error)
{
    const char *equals = strchr(part, '=');

    for (Key key = 0; equals && key < KEYS; key++) {
        if (strlen(keys[key]) == (size_t)(equals - part) &&
            strncmp(part, keys[key], strlen(keys[key])) == 0) {
            return names_add(policy, key, equals + 1, error);
        }
    }
    return hw_vcpu_policy_parse(&policy->rules, part, error);
}

void ob_filter_policy_pass(ObFilterPolicy *policy, const char *name)
{
    item_add(policy, KEY_PASS, name);
}

bool ob_filter_policy_add(ObFilterPolicy *policy, const char *text, HwError *error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    for (char **part = parts; *part; part++) {
        if (!part_add(policy, *part, error)) {
            return false;
        }
    }
    return true;
}

/* -------------------------------------------------------------------- questions */

/* AArch32's registers may be named with their security state, "CTR(NS)", or without it. */
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

/* Finds an item for a register, or for the name of a part if that is not NULL.  "all" does not mean the
 * keys of pointer authentication: a guest that has set them fails without them. */
static bool item_find(const ObFilterPolicy *policy, Key key, uint64_t id, const char *part)
{
    bool by_name = key == KEY_DROP && ob_register_is_key(id);

    for (guint i = 0; i < policy->items->len; i++) {
        Item *item = policy->items->pdata[i];

        if (item->key == key && ((!by_name && key != KEY_PASS && strcmp(item->name, "all") == 0) ||
                                 (part ? strcmp(item->name, part) == 0 : item_names(item, id)))) {
            item->used = true;
            return true;
        }
    }
    return false;
}

bool ob_filter_policy_permits(const ObFilterPolicy *policy, ObPermission permission, uint64_t id,
                              uint64_t value)
{
    switch (permission) {
    case OB_PERMIT_NOTHING:
        return true;
    case OB_PERMIT_DROP:
        return hw_vcpu_policy_tolerates(&policy->rules, id, value) ||
               (!ob_register_is_firmware(id) && item_find(policy, KEY_DROP, id, NULL));
    case OB_PERMIT_CONSTANTS:
        return hw_vcpu_policy_find(&policy->rules, HW_VCPU_KEEP, id) ||
               item_find(policy, KEY_CONSTANTS, id, NULL);
    default:
        return false;
    }
}

bool ob_filter_policy_drops_subsection(const ObFilterPolicy *policy, const char *name)
{
    return item_find(policy, KEY_DROP_SUBSECTION, 0, name);
}

bool ob_filter_policy_passes(const ObFilterPolicy *policy, const char *name)
{
    return item_find(policy, KEY_PASS, 0, name);
}

const char *ob_filter_policy_unused(const ObFilterPolicy *policy)
{
    for (guint i = 0; i < policy->items->len; i++) {
        const Item *item = policy->items->pdata[i];

        if (!item->used && strcmp(item->name, "all") != 0) {
            return item->name;
        }
    }
    for (uint32_t i = 0; i < policy->rules.count; i++) {
        const HwVcpuRule *rule = &policy->rules.rules[i];

        if (rule->action == HW_VCPU_PIN && !g_hash_table_contains(policy->pinned, &rule->id)) {
            hw_vcpu_name(rule->id, policy->unused);
            return policy->unused;
        }
    }
    return NULL;
}
