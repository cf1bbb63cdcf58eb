/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/sections.h"

#include <string.h>

#include "qtest/host/host-internal.h"

static const char *section_name(const HwClass *cls)
{
    return cls->table.state ? cls->table.state->name : NULL;
}

static bool is_called(const HwClass *cls, const char *name)
{
    return section_name(cls) && !strcmp(section_name(cls), name);
}

HwInstance *ob_section_device(const ObHost *host, const char *name, uint32_t number)
{
    HwInstance *instance;
    uint32_t found = 0;

    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        if (is_called(instance->cls, name) && found++ == number) {
            return instance;
        }
    }
    return NULL;
}

uint32_t ob_section_number(const ObHost *host, const HwInstance *instance)
{
    const char *name = section_name(instance->cls);
    const HwInstance *other;
    uint32_t number = 0;

    for (uint32_t i = 0; (other = ob_host_instance_at(host, i)) != instance; i++) {
        number += is_called(other->cls, name);
    }
    return number;
}

bool ob_section_is_known(const ObHost *host, const char *name)
{
    const HwClass *cls;

    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        if (is_called(cls, name)) {
            return true;
        }
    }
    return false;
}

static bool class_has_block(const HwClass *cls, const char *name)
{
    const HwRegions *regions = &cls->table.regions;

    for (uint32_t i = 0; i < regions->count; i++) {
        const char *block = regions->entries[i].ram_block;

        if (block && !strcmp(block, name)) {
            return true;
        }
    }
    return false;
}

bool ob_block_is_known(const ObHost *host, const char *name)
{
    const HwClass *cls;

    for (uint32_t i = 0; (cls = ob_host_class_at(host, i)); i++) {
        if (class_has_block(cls, name)) {
            return true;
        }
    }
    return false;
}
