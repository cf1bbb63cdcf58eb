/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/state.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

typedef struct Check {
    const ObModel *model;
    unsigned accepted, refused, foreign;
    json_t *sections; /* NULL: print lines */
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

static void section_print(const ObModelSection *section, bool ok, const char *why)
{
    ob_text_printf("%s %" PRIu32 ": device %s%s%s: %s%s\n", section->name, section->instance,
                   section->cls->name, section->layout ? ", layout " : "",
                   section->layout ? section->layout->name : "", ok ? "loads" : "refused: ", why);
}

static json_t *section_json(const ObModelSection *section, bool ok, const char *why)
{
    return json_pack("{s:o, s:I, s:o, s:o?, s:b, s:o?}", "name", ob_json_text(section->name),
                     "instance", (json_int_t)section->instance, "device",
                     ob_json_text(section->cls->name), "layout",
                     ob_json_text(section->layout ? section->layout->name : NULL), "loads", ok,
                     "refusal", ob_json_text(ok ? NULL : why));
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
    if (check->sections) {
        json_array_append_new(check->sections, section_json(section, ok, error.text));
    } else {
        section_print(section, ok, error.text);
    }
    check->accepted += ok;
    check->refused += !ok;
}

static void check_json_print(const Check *check, const char *path, const HwPluginSet *set)
{
    g_autofree char *file = g_filename_display_name(path);
    json_t *root = json_pack("{s:o, s:o, s:o, s:I, s:o}", "file", ob_json_text(file), "plugin",
                             ob_json_text(hw_plugin_set_path(set)), "sections", check->sections,
                             "others", (json_int_t)check->foreign, "refused",
                             tool_refusal_json(&check->model->refusal));

    ob_json_print(root, stdout);
    json_decref(root);
}

int tool_check(const ObModel *model, const char *path, const HwPluginSet *set, bool json)
{
    Check check = { .model = model, .sections = json ? json_array() : NULL };
    int status;

    for (guint i = 0; i < model->sections->len; i++) {
        section_check(&check, model->sections->pdata[i]);
    }
    if (json) {
        check_json_print(&check, path, set);
    } else {
        ob_text_printf("%u sections of devices of %s: %u load, %u refused; %u of others\n",
                       check.accepted + check.refused, hw_plugin_set_path(set), check.accepted,
                       check.refused, check.foreign);
    }
    fflush(stdout);
    status = tool_verdict(model, path);
    return check.refused ? TOOL_BAD : status;
}
