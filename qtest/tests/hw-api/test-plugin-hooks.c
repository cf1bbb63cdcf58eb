/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/load/check-hooks.c: what a host would call is a function.  Each hook of the
 * ABI is a test, on the tables of a good plugin file. */
#include <glib.h>
#include <string.h>

#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/load/check-hooks.h"
#include "hw-api/host/load/check.h"
#include "hw-api/host/load/normalise.h"

static const HwPlace file = { NULL, NULL, "x.so", 0 };
static HW_ERROR(error, 512);

/* A plugin that is inspected, and its tables, which are the test's to change. */
typedef struct Plugin {
    HwImage *image;
    HwTables tables;
} Plugin;

static void plugin_read(Plugin *plugin, const char *name)
{
    const char *path = g_test_get_filename(G_TEST_BUILT, "plugins", name, NULL);

    plugin->image = hw_image_open(path, HW_PLUGIN_SYMBOL, &file, &error);
    g_assert_nonnull(plugin->image);
    g_assert_true(hw_tables_read(&plugin->tables, plugin->image, &file, &error));
}

static void plugin_open(Plugin *plugin, gconstpointer data)
{
    (void)data;
    plugin_read(plugin, "good.so");
}

static void plugin_close(Plugin *plugin, gconstpointer data)
{
    (void)data;
    hw_tables_free(&plugin->tables);
    hw_image_close(plugin->image);
}

static bool plugin_check(const Plugin *plugin)
{
    error.text[0] = '\0';
    return hw_plugin_check(&plugin->tables.plugin, plugin->image, &file, &error);
}

/* ----------------------------------------------------------------------- each hook */

/* The first entry of the struct's kind, and how a sentence names it. */
static uint8_t *entry_of(Plugin *plugin, HwHooked hooked, const char **name)
{
    HwDeviceClass *cls = &plugin->tables.classes[0].table;
    static const char *const names[HW_HOOKED_COUNT] = {
        [HW_HOOKED_CLASS] = "",
        [HW_HOOKED_REGION] = "region ports: ",
        [HW_HOOKED_REGISTER] = "region registers: register POWER: ",
        [HW_HOOKED_PROPERTY] = "property watts: ",
        [HW_HOOKED_FILE] = "fw_cfg file etc/lamp-levels: ",
        [HW_HOOKED_STATE] = "state lamp: state lamp/levels: ",
        [HW_HOOKED_GPIO] = "GPIO: ",
        [HW_HOOKED_I2C] = "I2C target: ",
    };
    static HwGpioLines lines; /* the plugin itself has none, and no target */
    static HwI2cTarget target;
    void *const entries[HW_HOOKED_COUNT] = {
        [HW_HOOKED_CLASS] = cls,
        [HW_HOOKED_REGION] = (void *)&cls->regions.entries[1],
        [HW_HOOKED_REGISTER] = (void *)&cls->regions.entries[0].registers.entries[0],
        [HW_HOOKED_PROPERTY] = (void *)&cls->properties.entries[1],
        [HW_HOOKED_FILE] = (void *)&cls->fw_cfg_files.entries[0],
        [HW_HOOKED_STATE] = (void *)&cls->state->subsections.entries[0],
        [HW_HOOKED_GPIO] = &lines,
        [HW_HOOKED_I2C] = &target,
    };

    lines = (HwGpioLines) { .inputs = "in", .input_count = 1 };
    if (hooked == HW_HOOKED_GPIO) {
        cls->gpio = &lines;
    }
    target = (HwI2cTarget) { .address = 0x48 };
    if (hooked == HW_HOOKED_I2C) {
        cls->i2c = &target;
    }

    *name = names[hooked];
    return entries[hooked];
}

typedef struct Hook {
    HwHooked hooked;
    uint32_t index;
} Hook;

static void hook_check(Plugin *plugin, const Hook *hook, uintptr_t value, const char *fault)
{
    const HwHooks *hooks = &hw_hooks[hook->hooked];
    const char *name;
    uint8_t *entry = entry_of(plugin, hook->hooked, &name);
    g_autofree char *expected = g_strdup_printf("x.so: class lamp: %shook %s %s, expected a "
                                                "function",
                                                name, hooks->hooks[hook->index].name, fault);

    memcpy(entry + hooks->hooks[hook->index].offset, &value, sizeof(value));
    if (fault) {
        g_assert_false(plugin_check(plugin));
        g_assert_cmpstr(error.text, ==, expected);
    } else {
        g_assert_true(plugin_check(plugin));
    }
}

static void hook_is_checked(Plugin *plugin, gconstpointer data)
{
    uint64_t size;
    uintptr_t symbol = (uintptr_t)hw_image_symbol(plugin->image, &size);

    hook_check(plugin, data, symbol, "points to data");
    hook_check(plugin, data, 0x4141, "points outside of the file's segments");
    hook_check(plugin, data, UINTPTR_MAX, "points outside of the file's segments");
    hook_check(plugin, data, symbol + HW_IMAGE_MAX, "points outside of the file's segments");
}

static void hook_may_be_a_function(Plugin *plugin, gconstpointer data)
{
    const HwRegion *region = &plugin->tables.classes[0].table.regions.entries[1];

    hook_check(plugin, data, (uintptr_t)region->write, NULL);
}

static void other_layouts_are_checked(Plugin *plugin, gconstpointer data)
{
    HwDeviceClass *cls = &plugin->tables.classes[0].table;
    HwState state = *cls->state;
    HwLayout layout = { "old", &state, { 0 } };

    (void)data;
    state.fields.count = state.subsections.count = 0;
    state.needed = (bool (*)(HwDevice *))(uintptr_t)0x4141;
    cls->layouts = (HwLayouts) { &layout, sizeof(layout), 1 };
    cls->layout_from = cls->properties.entries[1].offset;
    g_assert_false(plugin_check(plugin));
    g_assert_cmpstr(error.text, ==,
                    "x.so: class lamp: layout old: state lamp: hook needed points "
                    "outside of the file's segments, expected a function");
}

static void capabilities_are_checked(void)
{
    Plugin plugin;
    HwRegister *scratch;

    plugin_read(&plugin, "card.so");
    g_assert_true(plugin_check(&plugin));
    scratch = (HwRegister *)&plugin.tables.classes[0]
                  .table.pci->capabilities.entries[0]
                  .registers.entries[1];
    scratch->written = (void (*)(HwDevice *, uint32_t))(uintptr_t)0x4141;
    g_assert_false(plugin_check(&plugin));
    g_assert_cmpstr(error.text, ==,
                    "x.so: class card: PCI function: capability vendor: register SCRATCH: hook "
                    "written points outside of the file's segments, expected a function");
    plugin_close(&plugin, NULL);
}

/* --------------------------------------------------------------- the ABI's headers */

static bool is_listed(const char *type, const char *name)
{
    for (uint32_t i = 0; i < HW_HOOKED_COUNT; i++) {
        for (uint32_t j = 0;
             !strcmp(hw_hooks[i].type, type) && j < HW_HOOKS_MAX && hw_hooks[i].hooks[j].name;
             j++) {
            if (!strcmp(hw_hooks[i].hooks[j].name, name)) {
                return true;
            }
        }
    }
    return false;
}

/* Members of the struct that point to functions: "(*NAME)(". */
static uint32_t struct_check(const char *type, const char *body)
{
    g_autoptr(GRegex) pattern = g_regex_new("\\(\\*(\\w+)\\)\\(", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    uint32_t count = 0;

    for (g_regex_match(pattern, body, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *name = g_match_info_fetch(match, 1);

        if (!is_listed(type, name)) {
            g_test_message("%s.%s: expected in hw_hooks", type, name);
            g_test_fail();
        }
        count++;
    }
    return count;
}

/* All structs in a header but the host's own. */
static uint32_t header_check(const char *header)
{
    static const char *const host_structs[] = { "HwHost", "HwGpio", "HwI2c", NULL };
    g_autofree char *path = g_build_filename(g_getenv("OB_SOURCE"), header, NULL);
    g_autoptr(GRegex)
        pattern = g_regex_new("\\bstruct (\\w+) \\{(.*?)\\n\\}", G_REGEX_DOTALL, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *text = NULL;
    uint32_t count = 0;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (g_regex_match(pattern, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *type = g_match_info_fetch(match, 1);
        g_autofree char *body = g_match_info_fetch(match, 2);

        count += g_strv_contains(host_structs, type) ? 0 : struct_check(type, body);
    }
    return count;
}

static void all_hooks_of_the_headers_are_checked(void)
{
    uint32_t listed = 0;

    for (uint32_t i = 0; i < HW_HOOKED_COUNT; i++) {
        for (uint32_t j = 0; j < HW_HOOKS_MAX && hw_hooks[i].hooks[j].name; j++) {
            listed++;
        }
    }
    g_assert_cmpuint(header_check("hw-api/hw-api.h") + header_check("hw-api/state.h") +
                         header_check("hw-api/ext/fw-cfg.h") +
                         header_check("hw-api/ext/draft/gpio.h") +
                         header_check("hw-api/ext/draft/i2c.h"),
                     ==, listed);
}

/* clang-format off */
#define ADD(path, data, function) g_test_add(path, Plugin, data, plugin_open, function, plugin_close)
/* clang-format on */

static void hook_add(HwHooked hooked, uint32_t index)
{
    const HwHooks *hooks = &hw_hooks[hooked];
    Hook *hook = g_new(Hook, 1);
    g_autofree char *refuses = g_strdup_printf("/plugin-hooks/refuses/%s/%s", hooks->type,
                                               hooks->hooks[index].name);
    g_autofree char *accepts = g_strdup_printf("/plugin-hooks/accepts/%s/%s", hooks->type,
                                               hooks->hooks[index].name);

    *hook = (Hook) { hooked, index };
    ADD(refuses, hook, hook_is_checked);
    ADD(accepts, hook, hook_may_be_a_function);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (uint32_t i = 0; i < HW_HOOKED_COUNT; i++) {
        for (uint32_t j = 0; j < HW_HOOKS_MAX && hw_hooks[i].hooks[j].name; j++) {
            hook_add(i, j);
        }
    }
    ADD("/plugin-hooks/refuses/hooks-of-another-layout", NULL, other_layouts_are_checked);
    g_test_add_func("/plugin-hooks/refuses/hooks-of-a-capability", capabilities_are_checked);
    g_test_add_func("/plugin-hooks/all-hooks-of-the-headers-are-checked",
                    all_hooks_of_the_headers_are_checked);
    return g_test_run();
}
