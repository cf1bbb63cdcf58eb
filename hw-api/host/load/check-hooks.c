/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that hooks are functions, before one of them is called. */
#include "hw-api/host/load/check-hooks.h"

#include <string.h>

#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/load/check-parts.h"
#include "hw-api/host/image/elf-machine.h"

/* clang-format off */
#define HOOK(Struct, member) { #member, offsetof(Struct, member) }

const HwHooks hw_hooks[HW_HOOKED_COUNT] = {
    [HW_HOOKED_CLASS] = { "HwDeviceClass", {
        HOOK(HwDeviceClass, realize), HOOK(HwDeviceClass, unrealize),
        HOOK(HwDeviceClass, reset), HOOK(HwDeviceClass, update),
        HOOK(HwDeviceClass, quiesce), HOOK(HwDeviceClass, build_acpi),
        HOOK(HwDeviceClass, loaded), HOOK(HwDeviceClass, load_undone) } },
    [HW_HOOKED_REGION] = { "HwRegion", {
        HOOK(HwRegion, read), HOOK(HwRegion, write), HOOK(HwRegion, place_name) } },
    [HW_HOOKED_REGISTER] = { "HwRegister", {
        HOOK(HwRegister, read), HOOK(HwRegister, written) } },
    [HW_HOOKED_PROPERTY] = { "HwProperty", {
        HOOK(HwProperty, get), HOOK(HwProperty, set) } },
    [HW_HOOKED_FILE] = { "HwFwCfgFile", {
        HOOK(HwFwCfgFile, selected), HOOK(HwFwCfgFile, written) } },
    [HW_HOOKED_STATE] = { "HwState", {
        HOOK(HwState, pre_save), HOOK(HwState, post_load), HOOK(HwState, needed) } },
    [HW_HOOKED_GPIO] = { "HwGpioLines", { HOOK(HwGpioLines, input) } },
    [HW_HOOKED_I2C] = { "HwI2cTarget", {
        HOOK(HwI2cTarget, start), HOOK(HwI2cTarget, write),
        HOOK(HwI2cTarget, read), HOOK(HwI2cTarget, stop) } },
};
/* clang-format on */

/* Says why the function is invalid; NULL: it is valid.  The host chose an import's address, so
 * its alignment means nothing. */
static const char *function_fault(const HwImage *image, uintptr_t function)
{
    bool in_file = hw_image_contains(image, (const void *)function, 1);

    if (!hw_image_is_code(image, function)) {
        return in_file ? "points to data" : "points outside of the file's segments";
    }
    return in_file && function % FUNCTION_ALIGN ? "is misaligned" : NULL;
}

static bool entry_check(const HwCheck *c, const HwPlace *place, HwHooked hooked, const void *entry)
{
    for (uint32_t i = 0; i < HW_HOOKS_MAX && hw_hooks[hooked].hooks[i].name; i++) {
        const char *fault;
        uintptr_t function;

        memcpy(&function, (const char *)entry + hw_hooks[hooked].hooks[i].offset, sizeof(function));
        fault = function ? function_fault(c->image, function) : NULL;
        if (fault) {
            return hw_refuse(place, c->error, "hook %s %s, expected a function",
                             hw_hooks[hooked].hooks[i].name, fault);
        }
    }
    return true;
}

/* Entries of a table start with their name. */
static bool table_check(const HwCheck *c, const HwPlace *outer, const char *kind, HwHooked hooked,
                        const void *entries, uint32_t stride, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const void *entry = (const char *)entries + (size_t)stride * i;
        HwPlace place = { outer, kind, *(const char *const *)entry, i };

        if (!entry_check(c, &place, hooked, entry)) {
            return false;
        }
    }
    return true;
}

#define TABLE_CHECK(c, outer, kind, hooked, table) \
    table_check(c, outer, kind, hooked, (table)->entries, (table)->stride, (table)->count)

static bool regions_check(const HwCheck *c, const HwPlace *cls, const HwRegions *regions)
{
    for (uint32_t i = 0; i < regions->count; i++) {
        HwPlace place = { cls, "region", regions->entries[i].name, i };

        if (!TABLE_CHECK(c, &place, "register", HW_HOOKED_REGISTER,
                         &regions->entries[i].registers)) {
            return false;
        }
    }
    return TABLE_CHECK(c, cls, "region", HW_HOOKED_REGION, regions);
}

static bool state_check(const HwCheck *c, const HwPlace *outer, const HwState *state)
{
    HwPlace place = { outer, "state", state->name, 0 };

    for (uint32_t i = 0; i < state->fields.count; i++) {
        const HwState *part = state->fields.entries[i].part;

        if (part && !state_check(c, &place, part)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        if (!state_check(c, &place, &state->subsections.entries[i])) {
            return false;
        }
    }
    return entry_check(c, &place, HW_HOOKED_STATE, state);
}

static bool layouts_check(const HwCheck *c, const HwPlace *cls, const HwLayouts *layouts)
{
    for (uint32_t i = 0; i < layouts->count; i++) {
        HwPlace place = { cls, "layout", layouts->entries[i].name, i };

        if (!state_check(c, &place, layouts->entries[i].state)) {
            return false;
        }
    }
    return true;
}

static bool capabilities_check(const HwCheck *c, const HwPlace *cls, const HwPciFunction *function)
{
    HwPlace outer = { cls, NULL, "PCI function", 0 };

    for (uint32_t i = 0; i < function->capabilities.count; i++) {
        const HwPciCapability *capability = &function->capabilities.entries[i];
        HwPlace place = { &outer, "capability", capability->name, i };

        if (!TABLE_CHECK(c, &place, "register", HW_HOOKED_REGISTER, &capability->registers)) {
            return false;
        }
    }
    return true;
}

static bool lines_check(const HwCheck *c, const HwPlace *cls, const HwGpioLines *lines)
{
    HwPlace place = { cls, NULL, "GPIO", 0 };

    return entry_check(c, &place, HW_HOOKED_GPIO, lines);
}

static bool target_check(const HwCheck *c, const HwPlace *cls, const HwI2cTarget *target)
{
    HwPlace place = { cls, NULL, "I2C target", 0 };

    return entry_check(c, &place, HW_HOOKED_I2C, target);
}

bool hw_check_hooks(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table)
{
    return !c->image ||
           (entry_check(c, cls, HW_HOOKED_CLASS, table) && regions_check(c, cls, &table->regions) &&
            TABLE_CHECK(c, cls, "property", HW_HOOKED_PROPERTY, &table->properties) &&
            TABLE_CHECK(c, cls, "fw_cfg file", HW_HOOKED_FILE, &table->fw_cfg_files) &&
            (!table->state || state_check(c, cls, table->state)) &&
            (!table->live || state_check(c, cls, table->live)) &&
            layouts_check(c, cls, &table->layouts) &&
            (!table->pci || capabilities_check(c, cls, table->pci)) &&
            (!table->gpio || lines_check(c, cls, table->gpio)) &&
            (!table->i2c || target_check(c, cls, table->i2c)));
}
