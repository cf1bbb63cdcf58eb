/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/guest/device-side.h"

#include <stdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/host/run/property.h"

extern const HwPlugin hw_plugin;

#define LIST_AT     (ARM_SYSREG_WINDOW + 4 + 4) /* in a section: window, vCPU, length */
#define ENTRY_BYTES 16

static DeviceSide *side_of(const HwDevice *dev)
{
    return hw_instance_of(dev)->owner;
}

/* ----------------------------------------------------------------------- host */

static const void *host_query(const HwHost *host, const char *service)
{
    (void)host;
    return strcmp(service, HW_VCPU_REGISTERS) == 0 ? hw_vcpu_registers_service() : NULL;
}

static void host_log(HwDevice *dev, uint32_t level, const char *text)
{
    DeviceSide *side = side_of(dev);
    size_t used = strlen(side->log);

    snprintf(side->log + used, sizeof(side->log) - used, "%u %s\n", level, text);
}

static const HwDeviceClass *class_find(const char *name)
{
    for (uint32_t i = 0; i < hw_plugin.classes.count; i++) {
        if (strcmp(hw_plugin.classes.entries[i]->name, name) == 0) {
            return hw_plugin.classes.entries[i];
        }
    }
    return NULL;
}

static bool options_set(DeviceSide *side, const char *options)
{
    char words[600];
    char *rest;

    snprintf(words, sizeof(words), "%s", options);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');

        if (!value) {
            return hw_error_set(&side->error, "invalid value '%s': expected NAME=VALUE", word);
        }
        *value = '\0';
        if (!hw_instance_set(side->instance, word, value + 1, &side->error)) {
            return false;
        }
    }
    return true;
}

bool side_up(DeviceSide *side, HwVcpus *vcpus, const char *options)
{
    const HwDeviceClass *cls = class_find("arm-sysreg-sync");
    HwAutoBase window;

    memset(side, 0, sizeof(*side));
    side->error = (HwError) { side->text, sizeof(side->text), 0 };
    side->host = (HwHostBase) {
        .api = { .abi = HW_ABI(HwHost), .name = "guest", .query = host_query, .log = host_log },
        .vcpus = vcpus,
    };
    if (!cls) {
        return hw_error_set(&side->error, "the plugin does not have class arm-sysreg-sync");
    }
    side->cls = (HwClass) { .table = *cls, .original = cls };
    side->instance = hw_instance_new(&side->host.api, &side->cls, NULL, side);
    if (!side->instance) {
        return hw_error_set(&side->error, "out of memory");
    }
    if (!options_set(side, options)) {
        return false;
    }
    while (hw_instance_next_auto(side->instance, &window)) {
        hw_instance_place(side->instance, &window, 0);
    }
    if (!hw_instance_realize(side->instance, &side->error)) {
        return false;
    }
    hw_instance_reset(side->instance);
    return true;
}

void side_down(DeviceSide *side)
{
    hw_instance_free(side->instance);
    side->instance = NULL;
}

/* --------------------------------------------------------------------- window */

uint32_t side_readl(DeviceSide *side, uint32_t offset)
{
    return (uint32_t)hw_region_read(&side->instance->regions[0], offset, 4);
}

uint64_t side_read(DeviceSide *side, uint32_t offset)
{
    return hw_region_read(&side->instance->regions[0], offset, 8);
}

void side_select(DeviceSide *side, uint32_t index)
{
    hw_region_write(&side->instance->regions[0], ARM_SYSREG_INDEX, index, 4);
}

uint32_t side_command(DeviceSide *side, uint32_t command)
{
    hw_region_write(&side->instance->regions[0], ARM_SYSREG_COMMAND, command, 4);
    return side_readl(side, ARM_SYSREG_STATUS);
}

uint32_t side_write(DeviceSide *side, uint32_t command, uint64_t value)
{
    hw_region_write(&side->instance->regions[0], ARM_SYSREG_VALUE, value, 8);
    return side_command(side, command);
}

/* --------------------------------------------------------------------- kernel */

bool register_is_live(uint64_t id)
{
    return id == HW_VCPU_TIMER_CNT || id == HW_VCPU_PTIMER_CNT ||
           id == HW_VCPU_SYSREG(3, 3, 14, 3, 1) || id == HW_VCPU_SYSREG(3, 3, 14, 2, 1);
}

uint64_t side_kernel(DeviceSide *side, uint64_t id)
{
    uint64_t value = 0;

    side->host.vcpus->get(side->host.vcpus, 0, id, &value);
    return value;
}

int side_kernel_set(DeviceSide *side, uint64_t id, uint64_t value)
{
    return side->host.vcpus->set(side->host.vcpus, 0, id, &value);
}

/* -------------------------------------------------------------------- section */

static void field_save(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    DeviceSide *side = opaque;
    size_t size = (size_t)field->size * field->count;

    if (size <= sizeof(side->section) - side->section_size) {
        memcpy(side->section + side->section_size, bytes, size);
        side->section_size += size;
    }
}

bool side_save(DeviceSide *side)
{
    const HwStateSink sink = { .opaque = side, .field = field_save };

    side->section_size = 0;
    return hw_state_save(side->instance, &sink, &side->error);
}

uint8_t *side_section_value(DeviceSide *side, uint64_t id)
{
    for (size_t at = LIST_AT; at + ENTRY_BYTES <= side->section_size; at += ENTRY_BYTES) {
        const uint8_t *entry = side->section + at;

        if (((uint64_t)hw_load_be32(entry) << 32 | hw_load_be32(entry + 4)) == id) {
            return side->section + at + 8;
        }
    }
    return NULL;
}

bool side_load(DeviceSide *side, const DeviceSide *from)
{
    if (!hw_state_load(side->instance, 1, from->section, from->section_size, &side->error)) {
        return false;
    }
    hw_instance_update(side->instance);
    return true;
}
