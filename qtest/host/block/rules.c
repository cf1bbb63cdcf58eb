/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/block/rules.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/config-file.h"
#include "qtest/host/options/keyval.h"

#include <string.h>

#define NAMES(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* The groups of the file, and the keys of each. */
static const struct {
    const char *name;
    const char *const *keys;
} groups[] = {
    { "inject-error", NAMES("id", "event", "state", "iotype", "errno", "sector", "once",
                            "immediately", "delay-ns") },
    { "set-state", NAMES("id", "event", "state", "new_state") },
};

/* QEMU's enums BlkdebugEvent and BlkdebugIOType, the same from 7.2 to 11.1. */
/* clang-format off */
static const char *const events[] = {
    "l1_update", "l1_grow_alloc_table", "l1_grow_write_table", "l1_grow_activate_table", "l2_load",
    "l2_update", "l2_update_compressed", "l2_alloc_cow_read", "l2_alloc_write", "read_aio",
    "read_backing_aio", "read_compressed", "write_aio", "write_compressed", "vmstate_load",
    "vmstate_save", "cow_read", "cow_write", "reftable_load", "reftable_grow", "reftable_update",
    "refblock_load", "refblock_update", "refblock_update_part", "refblock_alloc",
    "refblock_alloc_hookup", "refblock_alloc_write", "refblock_alloc_write_blocks",
    "refblock_alloc_write_table", "refblock_alloc_switch_table", "cluster_alloc",
    "cluster_alloc_bytes", "cluster_free", "flush_to_os", "flush_to_disk", "pwritev_rmw_head",
    "pwritev_rmw_after_head", "pwritev_rmw_tail", "pwritev_rmw_after_tail", "pwritev",
    "pwritev_zero", "pwritev_done", "empty_image_prepare", "l1_shrink_write_table",
    "l1_shrink_free_l2_clusters", "cor_write", "cluster_alloc_space", "none", NULL,
};
/* clang-format on */
static const char *const iotypes[] = { "read",         "write", "write-zeroes", "discard", "flush",
                                       "block-status", NULL };

static const char *const numbers[] = { "state", "errno", "sector", "delay-ns", "new_state", NULL };
static const char *const flags[] = { "once", "immediately", NULL };

static bool word_check(const char *word, const char *const *words, HwError *error)
{
    return !word || g_strv_contains(words, word) ||
           hw_error_set(error, "invalid parameter value: %s", word);
}

static bool value_check(const ObOption *pair, HwError *error)
{
    int64_t number;
    bool flag;

    if (g_strv_contains(numbers, pair->key)) {
        return ob_integer_parse(pair->key, pair->value, INT64_MIN, INT64_MAX, &number, error);
    }
    return !g_strv_contains(flags, pair->key) || ob_boolean_parse(pair->value, &flag, error);
}

static const char *const *keys_of(const ObConfigGroup *group, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (strcmp(groups[i].name, group->name) == 0) {
            return groups[i].keys;
        }
    }
    hw_error_set(error, "There is no option group '%s'", group->name);
    return NULL;
}

static bool pairs_check(const ObKeyval *keyval, HwError *error)
{
    for (uint32_t i = 0; i < keyval->count; i++) {
        if (!value_check(&keyval->options[i], error)) {
            return false;
        }
    }
    if (!ob_keyval_get(keyval, "event")) {
        return hw_error_set(error, "Missing event name for rule");
    }
    return word_check(ob_keyval_get(keyval, "event"), events, error) &&
           word_check(ob_keyval_get(keyval, "iotype"), iotypes, error);
}

static bool rule_check(const ObConfigGroup *group, HwError *error)
{
    const char *const *keys = keys_of(group, error);
    ObKeyval *keyval;
    bool fits;

    if (!keys) {
        return false;
    }
    if (group->argument->len == 0) {
        return hw_error_set(error, "Missing event name for rule");
    }
    keyval = ob_keyval_new(group->argument->str, NULL, error);
    fits = keyval && ob_keyval_check(keyval, keys, error) && pairs_check(keyval, error);
    ob_keyval_free(keyval);
    return fits;
}

bool ob_block_rules_check(const char *path, const char *text, size_t size, HwError *error)
{
    GPtrArray *rules = ob_config_parse(path, text, size, error);
    bool fits = rules;
    HW_ERROR(reason, 512);

    for (guint i = 0; fits && i < rules->len; i++) {
        const ObConfigGroup *rule = rules->pdata[i];

        fits = rule_check(rule, &reason) ||
               hw_error_set(error, "%s:%u: %s", path, rule->line, reason.text);
    }
    if (rules) {
        g_ptr_array_free(rules, TRUE);
    }
    return fits;
}
