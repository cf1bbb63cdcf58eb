/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/state.h"
#include "qtest/text/show.h"

typedef struct Check {
    const ObModel *model;
    unsigned accepted, refused, foreign;
} Check;

/* The block's length in whole pages; 0: a property decides it, which a stream does not contain. */
static uint64_t block_length(const ObModel *model, const HwRegion *region)
{
    uint64_t page = model->page_size;

    return region->size_from ? 0 : (region->size + page - 1) / page * page;
}

static const char *block_name(const ObModelSection *section, uint32_t region)
{
    const HwLayout *layout = section->layout;

    if (!layout) {
        return section->cls->regions.entries[region].ram_block;
    }
    return region < layout->ram_blocks.count ? layout->ram_blocks.entries[region] : NULL;
}

static bool blocks_check(const ObModel *model, const ObModelSection *section, HwError *error)
{
    const HwRegions *regions = &section->cls->regions;

    for (uint32_t i = 0; i < regions->count; i++) {
        const HwRegion *region = &regions->entries[i];
        const char *name = block_name(section, i);
        const ObModelBlock *block = name ? ob_model_block(model, name) : NULL;
        uint64_t length = block_length(model, region);

        if (block && length && block->length != length) {
            return hw_error_set(error,
                                "Size mismatch: %s: 0x%" PRIx64 " != 0x%" PRIx64
                                ": Invalid argument",
                                block->name, block->length, length);
        }
    }
    return true;
}

static void section_check(Check *check, const ObModelSection *section)
{
    HW_ERROR(error, 512);
    bool ok;

    if (!section->cls) {
        check->foreign++;
        return;
    }
    ok = hw_state_check(section->state, section->version, section->payload, section->size,
                        &error) &&
         blocks_check(check->model, section, &error);
    ob_text_printf("%s %" PRIu32 ": device %s%s%s: %s%s\n", section->name, section->instance,
                   section->cls->name, section->layout ? ", layout " : "",
                   section->layout ? section->layout->name : "",
                   ok ? "loads" : "refused: ", error.text);
    check->accepted += ok;
    check->refused += !ok;
}

int tool_check(const ObModel *model, const char *path, const HwPluginSet *set)
{
    Check check = { .model = model };
    int status;

    for (guint i = 0; i < model->sections->len; i++) {
        section_check(&check, model->sections->pdata[i]);
    }
    ob_text_printf("%u sections of devices of %s: %u load, %u refused; %u of others\n",
                   check.accepted + check.refused, hw_plugin_set_path(set), check.accepted,
                   check.refused, check.foreign);
    fflush(stdout);
    status = tool_verdict(model, path);
    return check.refused ? TOOL_BAD : status;
}
