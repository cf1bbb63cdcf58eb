/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damages copies of a plugin, most often where the dynamic linker looks: single bytes,
 * fields set to values that go wrong, truncation.  A seed and a number always give the
 * same damage.
 */
#ifndef OB_TESTS_PLUGIN_DAMAGE_H
#define OB_TESTS_PLUGIN_DAMAGE_H

#include "qtest/tests/hw-api/plugin-copy.h"

#define PLUGIN_DAMAGE_PLACES 8u

typedef struct PluginDamage {
    PluginCopy copy;
    GArray *regions;
    struct {
        size_t offset;
        size_t size;
    } places[PLUGIN_DAMAGE_PLACES];
    uint32_t count;
    GString *description; /* the last damage */
    uint64_t random;
} PluginDamage;

/* Takes over the copy. */
void plugin_damage_init(PluginDamage *damage, const PluginCopy *copy);
void plugin_damage_clear(PluginDamage *damage);

void plugin_damage_apply(PluginDamage *damage, uint64_t seed, uint64_t number);
void plugin_damage_undo(PluginDamage *damage);

#endif
