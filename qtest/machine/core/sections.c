/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/sections.h"

#include <stdio.h>
#include <string.h>

#include "qtest/machine/core/host-internal.h"

/* A device without a state has no section, but its RAM blocks have numbers all the same. */
static const char *own_name(const HwInstance *instance)
{
    const HwState *state = hw_instance_state(instance);

    return state ? state->name : instance->cls->table.name;
}

/* NULL: the device is on no bus. */
static const char *bus_path(const HwInstance *instance)
{
    return instance->pci && instance->owner ? ((const ObDevice *)instance->owner)->bus_path : NULL;
}

char *ob_section_name(const HwInstance *instance)
{
    if (bus_path(instance)) {
        return g_strconcat(bus_path(instance), "/", own_name(instance), NULL);
    }
    return hw_instance_state(instance) ? g_strdup(own_name(instance)) : NULL;
}

/* Compares without a copy: a load asks for each section. */
static bool is_called(const HwInstance *instance, const char *name)
{
    const char *path = bus_path(instance);
    size_t length = path ? strlen(path) : 0;

    if (path && (strncmp(name, path, length) || name[length++] != '/')) {
        return false;
    }
    return !strcmp(own_name(instance), name + length);
}

HwInstance *ob_section_device(const ObHost *host, const char *name, uint32_t number)
{
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        if ((hw_instance_state(instance) || bus_path(instance)) && is_called(instance, name) &&
            instance->number == number) {
            return instance;
        }
    }
    return NULL;
}

/* Parts whose sections have one name name their blocks apart. */
bool ob_block_name(const HwRegionState *region, char name[HW_BLOCK_NAME_MAX])
{
    const char *path = bus_path(region->instance);
    char own[HW_BLOCK_NAME_MAX];

    if (!region->instance->owner) {
        return region->table->ram_block &&
               g_strlcpy(name, region->table->ram_block, HW_BLOCK_NAME_MAX);
    }
    if (!path) {
        return hw_region_block_name(region, name);
    }
    if (!hw_region_block_name(region, own)) {
        return false;
    }
    g_snprintf(name, HW_BLOCK_NAME_MAX, "%s/%.200s", path, own);
    return true;
}

uint32_t ob_section_next_number(const ObHost *host, const HwInstance *instance)
{
    const char *name = own_name(instance);
    const HwInstance *other;
    uint32_t next = 0;

    if (bus_path(instance)) {
        return 0;
    }

    for (uint32_t i = 0; (other = ob_host_instance_at(host, i)); i++) {
        if (other != instance && is_called(other, name)) {
            next = MAX(next, other->number + 1);
        }
    }
    return next;
}

/* ------------------------------------------------------------------- classes */

/* The name behind the path of a PCI function, "0000:00:04.0/", if it has one. */
static const char *without_path(const char *name)
{
    const char *slash = strchr(name, '/');
    unsigned parts[4];
    int end = 0;

    return slash &&
                   sscanf(name, "%4x:%2x:%2x.%1x%n", &parts[0], &parts[1], &parts[2], &parts[3],
                          &end) == 4 &&
                   name[end] == '/'
               ? name + end + 1
               : name;
}

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

/* A section with a path belongs to a PCI class. */
static bool class_is_called(const HwDeviceClass *cls, const char *name)
{
    const char *own = without_path(name);

    return (own != name) == (cls->pci != NULL) &&
           (class_has_section(cls, own) || (own != name && !strcmp(cls->name, own)));
}

bool ob_section_is_known(const ObHost *host, const char *name)
{
    const HwClass *cls;

    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        if (class_is_called(&cls->table, name)) {
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
        if (class_has_block(&cls->table, without_path(name))) {
            return true;
        }
    }
    return false;
}
