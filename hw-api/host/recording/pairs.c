/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/recording/pairs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/recording/recorder-internal.h"
#include "hw-api/host/run/property.h"

#define TEXT_MAX 1024u

static void text_add(HwPairs *pairs, const char *text)
{
    uint32_t more = (uint32_t)strlen(text) + 1;
    char *bytes = realloc(pairs->bytes, pairs->size + more);

    if (!bytes) {
        pairs->is_short = true;
        return;
    }
    memcpy(bytes + pairs->size, text, more);
    pairs->bytes = bytes;
    pairs->size += more;
}

static void pair_add(HwPairs *pairs, const char *kind, const char *name, const char *value)
{
    char key[TEXT_MAX];

    snprintf(key, sizeof(key), "%s%s", kind, name);
    text_add(pairs, key);
    text_add(pairs, value);
}

static void services_add(HwPairs *pairs, const HwHost *host, const HwRecordedService *rows)
{
    for (; rows->name; rows++) {
        if (host->query(host, rows->name)) {
            pair_add(pairs, "service", "", rows->name);
        }
    }
}

void hw_pairs_host(HwPairs *pairs, const HwHost *host)
{
    pair_add(pairs, "host", "", host->name);
    services_add(pairs, host, hw_recorded_machine);
    services_add(pairs, host, hw_recorded_firmware);
    services_add(pairs, host, hw_recorded_tpm);
    services_add(pairs, host, hw_recorded_loop);
}

/* A text that was not given stays so. */
static void property_add(HwPairs *pairs, const HwInstance *instance, const HwProperty *property)
{
    char text[TEXT_MAX];

    hw_instance_get(instance, property, text, sizeof(text));
    if (*text || property->type != HW_PROPERTY_STRING || property->default_string) {
        pair_add(pairs, "property ", property->name, text);
    }
}

void hw_pairs_device(HwPairs *pairs, const HwInstance *instance, const HwPlugin *plugin)
{
    const HwDeviceClass *table = &instance->cls->table;
    char size[24];

    if (plugin) {
        pair_add(pairs, "plugin", "", plugin->name);
        pair_add(pairs, "version", "", plugin->version);
    }
    pair_add(pairs, "class", "", table->name);
    pair_add(pairs, "id", "", instance->id);
    for (uint32_t i = 0; i < table->properties.count; i++) {
        property_add(pairs, instance, &table->properties.entries[i]);
    }
    for (uint32_t i = 0; i < instance->region_count; i++) {
        const HwRegionState *region = &instance->regions[i];

        snprintf(size, sizeof(size), "%" PRIu64, region->enabled ? region->size : 0);
        pair_add(pairs, "region ", region->table->name, size);
    }
}
