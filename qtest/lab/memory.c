/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of devices' regions.  A store that the host is not told of is not put back: the next try
 * would begin with it. */
#include <string.h>

#include "qtest/lab/oracles.h"

#define SIZE_MAX_KEPT 0x10000u /* bytes; a screen's memory would take too long */

void ob_lab_memory_keep(ObLabTarget *target, const HwRegionState *region)
{
    const ObLabMemory memory = { region, NULL };

    if (region->ram && region->size <= SIZE_MAX_KEPT) {
        g_array_append_val(target->memories, memory);
    }
}

void ob_lab_memory_copy(ObLabTarget *target)
{
    for (guint i = 0; i < target->memories->len; i++) {
        ObLabMemory *memory = &g_array_index(target->memories, ObLabMemory, i);

        memory->bytes = g_memdup2(memory->region->ram, memory->region->size);
    }
}

void ob_lab_memory_clear(void *memory)
{
    g_free(((ObLabMemory *)memory)->bytes);
}

bool ob_lab_memory_differs(const ObLabTarget *target, ObLabFinding *finding)
{
    for (guint i = 0; i < target->memories->len; i++) {
        const ObLabMemory *memory = &g_array_index(target->memories, ObLabMemory, i);
        const HwRegionState *region = memory->region;

        if (memcmp(region->ram, memory->bytes, region->size) != 0) {
            memcpy(region->ram, memory->bytes, region->size);
            return ob_lab_found(finding, OB_LAB_AGAIN,
                                "%s: the memory of region '%s' was stored to, and the host was not "
                                "told (region_dirty)",
                                region->instance->id, region->table->name);
        }
    }
    return false;
}
