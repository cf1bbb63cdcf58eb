/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/sections.h"

#include <string.h>

#include "qtest/machine/core/host-internal.h"

/* A device without a state has no section, but its RAM blocks have numbers all the same. */
static const char *section_name(const HwInstance *instance)
{
    const HwState *state = hw_instance_state(instance);

    return state ? state->name : instance->cls->table.name;
}

static bool is_called(const HwInstance *instance, const char *name)
{
    return !strcmp(section_name(instance), name);
}

HwInstance *ob_section_device(const ObHost *host, const char *name, uint32_t number)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        if (hw_instance_state(instance) && is_called(instance, name) &&
            instance->number == number) {
            return instance;
        }
    }
    return NULL;
}

uint32_t ob_section_next_number(const ObHost *host, const HwInstance *instance)
{
    const char *name = section_name(instance);
    const HwInstance *other;
    uint32_t next = 0;

    for (uint32_t i = 0; (other = ob_host_instance_at(host, i)); i++) {
        if (other != instance && is_called(other, name)) {
            next = MAX(next, other->number + 1);
        }
    }
    return next;
}

/* ------------------------------------------------------------------- classes */

static bool state_is_called(const HwState *state, const char *name)
{
    return state && !strcmp(state->name, name);
}

static bool class_has_section(const HwDeviceClass *cls, const char *name)
{
    bool found = state_is_called(cls->state, name);

    for (uint32_t i = 0; !found && i < cls->layouts.count; i++) {
        found = state_is_called(cls->layouts.entries[i].state, name);
    }
    return found;
}

bool ob_section_is_known(const ObHost *host, const char *name)
{
    const HwClass *cls;

    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        if (class_has_section(&cls->table, name)) {
            return true;
        }
    }
    return false;
}

/* Accepts "memo-ram" and "memo-ram#3". */
static bool block_is_called(const char *block, const char *name)
{
    size_t length = block ? strlen(block) : 0;

    return length > 0 && !strncmp(block, name, length) &&
           (name[length] == '\0' || name[length] == '#');
}

static bool layout_has_block(const HwLayout *layout, const char *name)
{
    for (uint32_t i = 0; i < layout->ram_blocks.count; i++) {
        if (block_is_called(layout->ram_blocks.entries[i], name)) {
            return true;
        }
    }
    return false;
}

static bool class_has_block(const HwDeviceClass *cls, const char *name)
{
    bool found = false;

    for (uint32_t i = 0; !found && i < cls->regions.count; i++) {
        found = block_is_called(cls->regions.entries[i].ram_block, name);
    }
    for (uint32_t i = 0; !found && i < cls->layouts.count; i++) {
        found = layout_has_block(&cls->layouts.entries[i], name);
    }
    return found;
}

bool ob_block_is_known(const ObHost *host, const char *name)
{
    const HwClass *cls;

    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        if (class_has_block(&cls->table, name)) {
            return true;
        }
    }
    return false;
}
