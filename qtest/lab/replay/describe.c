/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "hw-api/host/run/events.h"
#include "qtest/lab/replay/replay-internal.h"

/* The register that the access begins in; NULL: none. */
static const HwRegister *register_at(const HwRegionState *region, uint64_t offset)
{
    return region->by_word && offset / 4 < region->table->word_count ? region->by_word[offset / 4]
                                                                     : NULL;
}

void replay_describe_access(const ReplayDevice *device, const HwIntake *input, uint64_t value,
                            char *text, size_t capacity)
{
    const HwRegionState *region = &device->instance->regions[input->values[0]];
    const HwRegister *reg = register_at(region, input->values[1]);
    uint64_t room = reg ? 4 - (input->values[1] & 3) : 8;
    uint64_t size = input->values[2] < room ? input->values[2] : room;
    const HwAccess access = {
        .reg = reg,
        .offset = input->values[1],
        .size = (uint32_t)size,
        .is_write = input->kind == HW_INTAKE_WRITE,
        .value = value & UINT64_MAX >> (64 - 8 * size),
    };
    char line[HW_ACCESS_TEXT_MAX];

    hw_access_format(region, &access, line);
    g_strlcpy(text, line, capacity);
}

static ReplayDevice *device_of(const ObReplay *r, const HwEntry *entry)
{
    return entry->device && entry->device <= r->devices->len ? r->devices->pdata[entry->device - 1]
                                                             : NULL;
}

/* A region's name says more than its number. */
static bool describe_memory(const ReplayDevice *d, const HwEntry *entry, GString *out)
{
    uint64_t number = entry->values[0];

    if (entry->kind != HW_ENTRY_CHANGED || number >= d->instance->region_count) {
        return false;
    }
    g_string_append_printf(out, " %s+0x%" PRIx64, d->instance->regions[number].table->name,
                           entry->values[1]);
    return true;
}

static bool describe_file(const ReplayDevice *d, const HwEntry *entry, GString *out)
{
    const HwFwCfgFiles *files = &d->instance->cls->table.fw_cfg_files;

    if (entry->kind != HW_ENTRY_CONTENT || entry->values[0] >= files->count) {
        return false;
    }
    g_string_append_printf(out, " '%s'", files->entries[entry->values[0]].name);
    return true;
}

/* Memory that shows registers has names. */
void replay_describe_byte(const ObReplay *replay, const HwEntry *entry, uint32_t at, char *text,
                          size_t capacity)
{
    const ReplayDevice *device = device_of(replay, entry);
    const HwRegister *reg = NULL;

    if (device && entry->kind == HW_ENTRY_CHANGED &&
        entry->values[0] < device->instance->region_count) {
        reg = register_at(&device->instance->regions[entry->values[0]], entry->values[1] + at);
    }
    g_snprintf(text, (gulong)capacity, "byte 0x%x%s%s%s", at, reg ? " (" : "", reg ? reg->name : "",
               reg ? ")" : "");
}

void replay_describe(const ObReplay *replay, const HwEntry *entry, char *text, size_t capacity)
{
    const ReplayDevice *device = entry ? device_of(replay, entry) : NULL;
    const HwEntryRow *row = entry ? &hw_entry_rows[entry->kind] : NULL;
    g_autoptr(GString) out = g_string_new(device ? device->instance->id : "another device");

    if (!entry) {
        g_strlcpy(text, "it ends", capacity);
        return;
    }
    g_string_append_printf(out, " %s", row->name);
    if (!device || (!describe_memory(device, entry, out) && !describe_file(device, entry, out))) {
        for (uint32_t i = 0; i < row->values; i++) {
            g_string_append_printf(out, " 0x%" PRIx64, entry->values[i]);
        }
    }
    g_strlcpy(text, out->str, capacity);
}
