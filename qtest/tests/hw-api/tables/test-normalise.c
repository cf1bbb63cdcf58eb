/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reading of a plugin's tables: each table, pointer and string in them is damaged alone.  The image
 * is this program, with one place outside of the file's data.
 */
#include <string.h>

#include <glib.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/host/load/normalise.h"
#include "qtest/tests/hw-api/tables/lamp-tables.h"
#include "qtest/tests/lib/golden.h"

/* The members of each HW_TABLE_TYPE. */
typedef struct AnyTable {
    const void *entries;
    uint32_t stride, count;
} AnyTable;

typedef struct Damage {
    const char *name;
    void *place; /* an AnyTable, or a pointer */
} Damage;

static HwRegister power[1];
static HwRegisterField power_fields[1];
static HwPciBar bars[1];
static HwPciCapability capabilities[1];
static HwPciFunction function;
static HwI2cTarget target;
static HwState part;

static char outside[0x10000]; /* no part of the image's data */

/* ------------------------------------------------------------- instead of an image */

const void *hw_image_symbol(const HwImage *image, uint64_t *size)
{
    (void)image;
    *size = sizeof(lamp_tables.plugin);
    return &lamp_tables.plugin;
}

static bool is_outside(const void *p)
{
    return (const char *)p >= outside && (const char *)p < outside + sizeof(outside);
}

bool hw_image_contains(const HwImage *image, const void *p, uint64_t size)
{
    (void)image, (void)size;
    return !is_outside(p);
}

bool hw_image_has_string(const HwImage *image, const char *p)
{
    (void)image;
    return !is_outside(p);
}

/* ------------------------------------------------------------------------- tables */

/* Each table of the ABI has an entry. */
static void tables_make(void)
{
    lamp_tables = lamp_good;
    lamp_tables.plugin.abi = (HwAbi)HW_ABI(HwPlugin);
    lamp_tables.plugin.services = (HwNames)HW_TABLE(lamp_tables.services);
    lamp_tables.cls.abi = lamp_tables.other.abi = (HwAbi)HW_ABI(HwDeviceClass);
    lamp_tables.cls.pci = &function;
    lamp_tables.cls.i2c = &target;
    lamp_tables.cls.live = &lamp_tables.other_state;
    lamp_tables.state_fields[1].part = &part;
    part = (HwState) { .name = "part", .fields = HW_TABLE(lamp_tables.levels) };
    lamp_tables.other_state.fields = (HwStateFields)HW_TABLE(lamp_tables.levels);
    power_fields[0] = (HwRegisterField) { "state", 0, 2 };
    power[0] = (HwRegister) { .name = "CONTROL", .fields = HW_TABLE(power_fields) };
    capabilities[0] = (HwPciCapability) { .name = "power", .registers = HW_TABLE(power) };
    function = (HwPciFunction) { .bars = HW_TABLE(bars), .capabilities = HW_TABLE(capabilities) };
}

static const Damage damaged_tables[] = {
    { "plugin.services", &lamp_tables.plugin.services },
    { "plugin.classes", &lamp_tables.plugin.classes },
    { "services", &lamp_tables.cls.services },
    { "regions", &lamp_tables.cls.regions },
    { "registers", &lamp_tables.regions[0].registers },
    { "fields", &lamp_tables.registers[0].fields },
    { "properties", &lamp_tables.cls.properties },
    { "choices", &lamp_tables.properties[5].choices },
    { "fw_cfg_files", &lamp_tables.cls.fw_cfg_files },
    { "state's fields", &lamp_tables.state.fields },
    { "subsections", &lamp_tables.state.subsections },
    { "subsection's fields", &lamp_tables.subsections[0].fields },
    { "part's fields", &part.fields },
    { "layouts", &lamp_tables.cls.layouts },
    { "ram_blocks", &lamp_tables.layouts[0].ram_blocks },
    { "layout's or live fields", &lamp_tables.other_state.fields },
    { "bars", &function.bars },
    { "capabilities", &function.capabilities },
    { "capability's registers", &capabilities[0].registers },
    { "capability's fields", &power[0].fields },
};

static const Damage damaged_pointers[] = {
    { "class", &lamp_tables.classes[0] },
    { "state", &lamp_tables.cls.state },
    { "part", &lamp_tables.state_fields[1].part },
    { "live", &lamp_tables.cls.live },
    { "layout's state", &lamp_tables.layouts[0].state },
    { "pci", &lamp_tables.cls.pci },
    { "gpio", &lamp_tables.cls.gpio },
    { "i2c", &lamp_tables.cls.i2c },
};

static const Damage damaged_strings[] = {
    { "plugin.name", &lamp_tables.plugin.name },
    { "plugin.version", &lamp_tables.plugin.version },
    { "plugin.licence", &lamp_tables.plugin.licence },
    { "plugin.description", &lamp_tables.plugin.description },
    { "class.name", &lamp_tables.cls.name },
    { "class.description", &lamp_tables.cls.description },
    { "class.at_most_one", &lamp_tables.cls.at_most_one },
    { "service", &lamp_tables.services[0] },
    { "region.name", &lamp_tables.regions[1].name },
    { "region.ram_block", &lamp_tables.regions[2].ram_block },
    { "register.name", &lamp_tables.registers[1].name },
    { "field.name", &lamp_tables.fields[1].name },
    { "property.name", &lamp_tables.properties[1].name },
    { "property.default_string", &lamp_tables.properties[4].default_string },
    { "property.description", &lamp_tables.properties[3].description },
    { "choice", &lamp_tables.choices[1] },
    { "file.name", &lamp_tables.files[2].name },
    { "state.name", &lamp_tables.state.name },
    { "subsection.name", &lamp_tables.subsections[1].name },
    { "state field.name", &lamp_tables.state_fields[0].name },
    { "layout.name", &lamp_tables.layouts[1].name },
    { "ram_block", &lamp_tables.blocks[2] },
    { "capability.name", &capabilities[0].name },
    { "gpio.inputs", &lamp_tables.lines.inputs },
    { "gpio.outputs", &lamp_tables.lines.outputs },
};

/* ------------------------------------------------------------------------- verdicts */

static void verdict_print(GString *text, const char *name)
{
    const HwPlace file = { NULL, NULL, "x.so", 0 };
    HW_ERROR(error, 512);
    HwTables tables;
    bool good = hw_tables_read(&tables, NULL, &file, &error);

    g_assert_true(good == !*error.text);
    g_string_append_printf(text, "%s: %s\n", name, good ? "accepted" : error.text);
    hw_tables_free(&tables);
}

typedef struct Change {
    const char *name;
    uint32_t stride; /* 0: as it is */
    int64_t count;   /* KEEP: as it is */
    const void *entries;
} Change;

enum { KEEP = -1 };

static const Change changes[] = {
    { "stride 1", .stride = 1, .count = KEEP },
    { "stride 4096", .stride = 4096, .count = 1 },
    { "stride 4097", .stride = 4097, .count = 1 },
    { "no entry", .count = 0 },
    { "4097 entries", .count = 4097 },
    { "outside", .count = KEEP, .entries = outside + 16 },
};

static void table_damage(GString *text, const Damage *damage)
{
    AnyTable *table = damage->place;

    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        const Change *change = &changes[i];
        g_autofree char *name = g_strdup_printf("%s, %s", damage->name, change->name);

        tables_make();
        table->entries = change->entries ? change->entries : table->entries;
        table->stride = change->stride ? change->stride : table->stride;
        table->count = change->count == KEEP ? table->count : (uint32_t)change->count;
        verdict_print(text, name);
    }
}

static void pointer_damage(GString *text, const Damage *damage)
{
    const void *place = outside + 16;

    tables_make();
    memcpy(damage->place, &place, sizeof(place));
    verdict_print(text, damage->name);
}

static void test_each_damage(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    tables_make();
    verdict_print(text, "none");
    for (gsize i = 0; i < G_N_ELEMENTS(damaged_tables); i++) {
        table_damage(text, &damaged_tables[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(damaged_pointers); i++) {
        pointer_damage(text, &damaged_pointers[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(damaged_strings); i++) {
        pointer_damage(text, &damaged_strings[i]);
    }
    golden_expect("normalise.txt", text->str);
}

/* ABI 1.0's sizes. */
enum { PLUGIN_BYTES = 72, CLASS_BYTES = 136 };

static void abi_damage(GString *text, const char *name, HwAbi *abi, HwAbi value)
{
    g_autofree char *line = g_strdup_printf("%s, ABI %u, %u bytes", name, value.major, value.size);

    tables_make();
    *abi = value;
    verdict_print(text, line);
}

static void test_each_abi(void)
{
    static const struct {
        const char *name;
        HwAbi *abi;
        uint32_t size;
    } rows[] = {
        { "plugin", &lamp_tables.plugin.abi, PLUGIN_BYTES },
        { "class", &lamp_tables.cls.abi, CLASS_BYTES },
    };
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        HwAbi abi = { .major = HW_ABI_MAJOR, .size = rows[i].size };

        abi_damage(text, rows[i].name, rows[i].abi, abi);
        abi.size--;
        abi_damage(text, rows[i].name, rows[i].abi, abi);
        abi.major++;
        abi_damage(text, rows[i].name, rows[i].abi, abi);
    }
    g_assert_cmpstr(text->str, ==,
                    "plugin, ABI 1, 72 bytes: accepted\n"
                    "plugin, ABI 1, 71 bytes: x.so: ABI size is 71, expected at least 72\n"
                    "plugin, ABI 2, 71 bytes: x.so: has ABI major version 2, this host has 1\n"
                    "class, ABI 1, 136 bytes: accepted\n"
                    "class, ABI 1, 135 bytes: x.so: class 0: ABI size is 135, expected at least "
                    "136\n"
                    "class, ABI 2, 135 bytes: x.so: class 0: has ABI major version 2, this host "
                    "has 1\n");
}

/* Each state below another has a level; the fifth is one too many. */
static void test_depth(void)
{
    static HwState states[6];
    static HwStateField fields[6];
    static const char *const places[] = { "state", "live", "layout" };
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        for (uint32_t depth = 4; depth <= 5; depth++) {
            g_autofree char *name = g_strdup_printf("%s of %u levels", places[i], depth);

            tables_make();
            for (uint32_t k = 0; k <= depth; k++) {
                fields[k] = (HwStateField) { .name = "part",
                                             .type = HW_STATE_PART,
                                             .part = k < depth ? &states[k + 1] : NULL };
                states[k] = (HwState) { .name = NULL,
                                        .fields = { &fields[k], sizeof(fields[k]), 1 } };
            }
            *(i == 0   ? &lamp_tables.cls.state
              : i == 1 ? &lamp_tables.cls.live
                       : &lamp_tables.layouts[1].state) = &states[0];
            verdict_print(text, name);
        }
    }
    golden_expect("normalise-depth.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/normalise/each-damage-has-its-sentence", test_each_damage);
    g_test_add_func("/normalise/each-abi-has-its-sentence", test_each_abi);
    g_test_add_func("/normalise/states-nest-four-levels", test_depth);
    return g_test_run();
}
