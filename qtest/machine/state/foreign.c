/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/foreign.h"

#include <string.h>

static void section_free(ObForeignSection *section)
{
    g_free(section->name);
    g_free(section->payload);
    json_decref(section->description);
    g_free(section);
}

ObForeign *ob_foreign_new(void)
{
    ObForeign *foreign = g_new0(ObForeign, 1);

    foreign->sections = g_ptr_array_new_with_free_func((GDestroyNotify)section_free);
    foreign->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)ob_ram_block_free);
    return foreign;
}

void ob_foreign_free(ObForeign *foreign)
{
    if (foreign) {
        g_ptr_array_unref(foreign->sections);
        g_ptr_array_unref(foreign->blocks);
        g_free(foreign);
    }
}

ObForeignSection *ob_foreign_add(ObForeign *foreign, const char *name, uint32_t instance,
                                 uint32_t version, const uint8_t *payload, size_t size,
                                 const json_t *description)
{
    ObForeignSection *section = g_new0(ObForeignSection, 1);

    section->name = g_strdup(name);
    section->instance = instance;
    section->version = version;
    /* A section without fields is foreign too. */
    section->payload = payload ? g_malloc(size + 1) : NULL;
    if (payload) {
        memcpy(section->payload, payload, size);
    }
    section->size = size;
    section->description = json_deep_copy(description);
    g_ptr_array_add(foreign->sections, section);
    return section;
}

bool ob_foreign_has(const ObForeign *foreign, const char *end)
{
    for (uint32_t i = 0; foreign && i < foreign->sections->len; i++) {
        const ObForeignSection *section = foreign->sections->pdata[i];

        if (section->payload && g_str_has_suffix(section->name, end)) {
            return true;
        }
    }
    return false;
}
