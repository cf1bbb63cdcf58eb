/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/generation.h"

#include <stdio.h>
#include <string.h>

const HwName generation_loads[LOADS] = {
    "auto", "migrate", "restore", "clone", "revert",
};
const HwName generation_policies[POLICIES] = { "configured", "new", "keep" };

void generation_get_next_load(const Generation *generation, char *text, uint32_t capacity)
{
    snprintf(text, capacity, "%s", generation_loads[generation->next_load]);
}

/* The host has checked that `text` is one of the names. */
void generation_set_next_load(Generation *generation, const char *text)
{
    for (uint32_t i = 0; i < LOADS; i++) {
        if (strcmp(text, generation_loads[i]) == 0) {
            generation->next_load = i;
        }
    }
}

uint32_t generation_load(Generation *generation)
{
    uint32_t load = generation->next_load;

    if (load == LOAD_AUTO) {
        load = generation->used ? LOAD_REVERT : LOAD_MIGRATE;
    }
    generation->next_load = LOAD_AUTO;
    generation->used = true;
    return generation->policies[load];
}
