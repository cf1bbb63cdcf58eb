/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/run/instance.c and property.c: a device's life, and properties that users set. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/property.h"

typedef struct Lamp {
    HwDevice dev;
    bool lit;
    bool extra;
    uint32_t number;
    uint32_t shade;
    uint64_t big;
    uint64_t base;
    uint64_t other_base;
    uint64_t extra_size;
    const char *label;
    const char *first_tint; /* the tint before realize */
    char tint[8];
    uint64_t hue;
    bool dim;
    uint32_t words[1];
} Lamp;

static GString *calls;
static bool realize_fails;

static bool lamp_realize(HwDevice *dev, HwError *error)
{
    g_string_append(calls, "realize ");
    return realize_fails ? hw_error_set(error, "%s: no bulb", dev->id) : true;
}

static void lamp_reset(HwDevice *dev)
{
    g_string_append_printf(calls, "reset(%x) ", HW_DEVICE(Lamp, dev)->words[0]);
}

static void lamp_update(HwDevice *dev)
{
    (void)dev;
    g_string_append(calls, "update ");
}

static void lamp_quiesce(HwDevice *dev)
{
    (void)dev;
    g_string_append(calls, "quiesce ");
}

static void lamp_unrealize(HwDevice *dev)
{
    (void)dev;
    g_string_append(calls, "unrealize ");
}

static void tint_get(HwDevice *dev, char *text, uint32_t capacity)
{
    g_strlcpy(text, HW_DEVICE(Lamp, dev)->tint, capacity);
}

static bool tint_set(HwDevice *dev, const char *text, HwError *error)
{
    Lamp *s = HW_DEVICE(Lamp, dev);

    if (strlen(text) >= sizeof(s->tint)) {
        return hw_error_set(error, "%s: tint: '%s' is too long", dev->id, text);
    }
    strcpy(s->tint, text);
    return true;
}

static const HwRegister lamp_registers[] = {
    { "LEVEL", 0, .reset = 0x42 },
};

static const HwRegion lamp_regions[] = {
    { "regs", HW_REGION_REGISTERS, .size = 0x100, .base = offsetof(Lamp, base),
      .words = offsetof(Lamp, words), .word_count = 1, .registers = HW_TABLE(lamp_registers) },
    { "ram", HW_REGION_RAM, .size = 0x1001, .offset = 0x1000, .base = offsetof(Lamp, base) },
    { "extra", HW_REGION_RAM, .size = 0x10, .base = offsetof(Lamp, other_base),
      .size_from = offsetof(Lamp, extra_size), .enabled = offsetof(Lamp, extra) },
};

static const HwName lamp_shades[] = { "none", "paper", "cloth" };

/* clang-format off */
static const HwProperty lamp_properties[] = {
    HW_PROP_BOOL("lit", Lamp, lit, true, "shines"),
    HW_PROP_BOOL("extra", Lamp, extra, false, "has more memory"),
    { "number", HW_PROPERTY_U32, HW_MEMBER(Lamp, number, uint32_t), .default_value = 5,
      .minimum = 1, .maximum = 15 },
    HW_PROP_U64("big", Lamp, big, 7, "a number"),
    HW_PROP_ADDRESS("addr", Lamp, base, HW_ADDRESS_AUTO, "address"),
    HW_PROP_ADDRESS("other", Lamp, other_base, HW_ADDRESS_AUTO, "address"),
    HW_PROP_SIZE("extra-size", Lamp, extra_size, 0x10, "bytes"),
    HW_PROP_STRING("label", Lamp, label, "none", "text"),
    { "tint", HW_PROPERTY_STRING, HW_MEMBER(Lamp, first_tint, const char *), .get = tint_get,
      .set = tint_set },
    { "hue", HW_PROPERTY_U64, HW_MEMBER(Lamp, hue, uint64_t), .maximum = 0x800, .get = tint_get,
      .set = tint_set },
    { "at", HW_PROPERTY_ADDRESS, HW_MEMBER(Lamp, hue, uint64_t), .get = tint_get,
      .set = tint_set },
    { "dim", HW_PROPERTY_BOOL, HW_MEMBER(Lamp, dim, bool), .get = tint_get, .set = tint_set },
    { "level", HW_PROPERTY_STRING, HW_MEMBER(Lamp, first_tint, const char *), .get = tint_get },
    HW_PROP_CHOICE("shade", Lamp, shade, lamp_shades, "what is around it"),
};

static const HwClass lamp_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "lamp", .instance_size = sizeof(Lamp),
               .regions = HW_TABLE(lamp_regions), .properties = HW_TABLE(lamp_properties),
               .realize = lamp_realize, .reset = lamp_reset, .update = lamp_update,
               .quiesce = lamp_quiesce, .unrealize = lamp_unrealize },
    .original = &lamp_class.table,
};
/* clang-format on */

static const HwHost no_host = { .abi = HW_ABI(HwHost), .name = "test" };

typedef struct Fixture {
    HwInstance *instance;
    Lamp *lamp;
    char sentence[256];
    HwError error;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    calls = g_string_new(NULL);
    realize_fails = false;
    f->instance = hw_instance_new(&no_host, &lamp_class, "lamp0", NULL);
    f->lamp = HW_DEVICE(Lamp, f->instance->dev);
    f->error = (HwError) { f->sentence, sizeof(f->sentence), 0 };
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    hw_instance_free(f->instance);
    g_string_free(calls, TRUE);
}

static void head_is_filled(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(f->lamp->dev.host == &no_host);
    g_assert_true(f->lamp->dev.cls == lamp_class.original);
    g_assert_cmpstr(f->lamp->dev.id, ==, "lamp0");
    g_assert_true(hw_instance_of(&f->lamp->dev) == f->instance);
}

static void defaults_are_stored(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(f->lamp->lit);
    g_assert_cmpuint(f->lamp->number, ==, 5);
    g_assert_cmpuint(f->lamp->big, ==, 7);
    g_assert_cmphex(f->lamp->base, ==, HW_ADDRESS_AUTO);
    g_assert_cmpstr(f->lamp->label, ==, "none");
}

static void values_read_back(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *property, *text, *expected;
    } cases[] = {
        { "lit", "off", "off" },       { "lit", "YES", "on" },
        { "shade", "cloth", "cloth" }, { "number", "0xf", "15" },
        { "number", "010", "8" },      { "big", "18446744073709551615", "18446744073709551615" },
        { "addr", "4096", "0x1000" },  { "addr", "auto", "auto" },
        { "label", "", "" },           { "label", "a b", "a b" },
    };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        char text[64];

        g_assert_true(hw_instance_set(f->instance, cases[i].property, cases[i].text, &f->error));
        hw_instance_get(f->instance, hw_instance_property(f->instance, cases[i].property), text,
                        sizeof(text));
        g_assert_cmpstr(text, ==, cases[i].expected);
    }
}

static void refuse(Fixture *f, const char *property, const char *text, const char *sentence)
{
    g_assert_false(hw_instance_set(f->instance, property, text, &f->error));
    g_assert_cmpstr(f->sentence, ==, sentence);
}

static void refuses_unknown_property(Fixture *f, gconstpointer data)
{
    (void)data;
    refuse(f, "colour", "red", "lamp: no property 'colour'");
}

static void refuses_switch_that_is_none(Fixture *f, gconstpointer data)
{
    (void)data;
    refuse(f, "lit", "1", "lamp0: lit: invalid value '1': expected 'on' or 'off'");
    g_assert_true(f->lamp->lit);
}

static void refuses_number_that_is_none(Fixture *f, gconstpointer data)
{
    static const char *const texts[] = { "",   "-1", " 1",     "1x",
                                         "0x", "+1", "eleven", "18446744073709551616" };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *sentence = g_strdup_printf(
            "lamp0: big: invalid value '%s': expected digits, 0x for hexadecimal", texts[i]);

        refuse(f, "big", texts[i], sentence);
    }
    g_assert_cmpuint(f->lamp->big, ==, 7);
}

/* Those that QEMU takes: pci-sizes-qemu compares. */
static void sizes_have_suffixes(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } cases[] = {
        { "4096", 4096 },
        { "010", 10 },
        { "0x1000", 4096 },
        { "4b", 4 },
        { "1.0B", 1 },
        { "4K", 4096 },
        { "4k", 4096 },
        { "4.K", 4096 },
        { "1.5K", 1536 },
        { "0.1K", 102 },
        { "0.0000001K", 0 },
        { "1.0000000001G", 1 << 30 },
        { "3m", 3 << 20 },
        { "2T", UINT64_C(2) << 40 },
        { "1P", UINT64_C(1) << 50 },
        { "15.99E", UINT64_C(18435214858663483136) },
        { "1.7g", 1825361101 },
        { "18446744073709551615", UINT64_MAX },
    };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].text);
        g_assert_true(hw_instance_set(f->instance, "extra-size", cases[i].text, &f->error));
        g_assert_cmpuint(f->lamp->extra_size, ==, cases[i].bytes);
    }
}

static void refuses_size_that_is_none(Fixture *f, gconstpointer data)
{
    static const char *const texts[] = {
        "",       "K",
        "-1",     "1.5",
        "1.5B",   "1e3",
        "4KB",    "4KiB",
        "16E",    "17179869184G",
        "0x",     "0x1.8",
        "1.5.5K", "4 K",
        " 4K",    "18446744073709551616",
        "4Z",
    };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *sentence = g_strdup_printf(
            "lamp0: extra-size: invalid value '%s': expected a size in bytes, or with K, M, G, T, "
            "P or E",
            texts[i]);

        refuse(f, "extra-size", texts[i], sentence);
    }
    g_assert_cmpuint(f->lamp->extra_size, ==, 0x10);
}

static void refuses_unknown_choice(Fixture *f, gconstpointer data)
{
    (void)data;
    refuse(f, "shade", "clot", "lamp0: shade: invalid value 'clot': expected none, paper or cloth");
    refuse(f, "shade", "", "lamp0: shade: invalid value '': expected none, paper or cloth");
    g_assert_cmpuint(f->lamp->shade, ==, 0);
}

static void refuses_number_out_of_range(Fixture *f, gconstpointer data)
{
    (void)data;
    refuse(f, "number", "16", "lamp0: number: 16 is out of range, expected 1 to 15");
    refuse(f, "number", "0", "lamp0: number: 0 is out of range, expected 1 to 15");
    g_assert_cmpuint(f->lamp->number, ==, 5);
}

static void refuses_auto_as_number(Fixture *f, gconstpointer data)
{
    (void)data;
    refuse(f, "at", "0xffffffffffffffff",
           "lamp0: at: 0xffffffffffffffff is out of range, "
           "expected 0 to 18446744073709551614");
}

static void refuses_change_after_realize(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    refuse(f, "lit", "off", "lamp0: lit: can't be changed after the device was realized");
}

static void assert_shown(Fixture *f, const char *property, const char *expected)
{
    char text[64];

    hw_instance_get(f->instance, hw_instance_property(f->instance, property), text, sizeof(text));
    g_assert_cmpstr(text, ==, expected);
}

/* The device gets each type in one form, and `update` follows after it has accepted the value. */
static void set_hook_takes_value_at_run_time(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *property, *text, *expected;
    } cases[] = {
        { "tint", "warm", "warm" }, { "hue", "0x10", "16" }, { "at", "16", "0x10" },
        { "at", "auto", "auto" },   { "dim", "YES", "on" },  { "dim", "n", "off" },
    };

    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_string_truncate(calls, 0);
        g_assert_true(hw_instance_set(f->instance, cases[i].property, cases[i].text, &f->error));
        g_assert_cmpstr(f->lamp->tint, ==, cases[i].expected);
        g_assert_cmpstr(calls->str, ==, "update ");
        assert_shown(f, cases[i].property, cases[i].expected);
    }
}

static void set_hook_is_not_asked_before_realize(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_set(f->instance, "tint", "warm", &f->error));
    g_assert_cmpstr(f->lamp->tint, ==, "");
    g_assert_cmpstr(f->lamp->first_tint, ==, "warm");
    assert_shown(f, "tint", "warm");
}

static void set_hook_can_refuse(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    g_string_truncate(calls, 0);
    refuse(f, "tint", "ultramarine", "lamp0: tint: 'ultramarine' is too long");
    g_assert_cmpstr(calls->str, ==, "");
}

static void set_hook_sees_no_value_of_wrong_type_or_range(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    refuse(f, "hue", "x", "lamp0: hue: invalid value 'x': expected digits, 0x for hexadecimal");
    refuse(f, "hue", "2049", "lamp0: hue: 2049 is out of range, expected 0 to 2048");
    refuse(f, "dim", "2", "lamp0: dim: invalid value '2': expected 'on' or 'off'");
    g_assert_cmpstr(f->lamp->tint, ==, "");
}

static void get_hook_alone_makes_it_read_only(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    strcpy(f->lamp->tint, "low");
    assert_shown(f, "level", "low");
    refuse(f, "level", "high", "lamp0: level: can't be changed after the device was realized");
}

static void hooks_end_with_unrealize(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    hw_instance_unrealize(f->instance);
    refuse(f, "tint", "warm", "lamp0: tint: can't be changed after the device was realized");
    assert_shown(f, "level", "");
}

static void hooks_run_in_order(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    hw_instance_reset(f->instance);
    hw_instance_quiesce(f->instance);
    hw_instance_unrealize(f->instance);
    hw_instance_unrealize(f->instance);
    g_assert_cmpstr(calls->str, ==, "realize reset(42) update quiesce update unrealize ");
}

static void failed_realize_calls_nothing_else(Fixture *f, gconstpointer data)
{
    (void)data;
    realize_fails = true;
    g_assert_false(hw_instance_realize(f->instance, &f->error));
    g_assert_cmpstr(f->sentence, ==, "lamp0: no bulb");
    hw_instance_quiesce(f->instance);
    hw_instance_unrealize(f->instance);
    g_assert_cmpstr(calls->str, ==, "realize ");
}

static void auto_base_covers_its_regions(Fixture *f, gconstpointer data)
{
    HwAutoBase group;

    (void)data;
    g_assert_true(hw_instance_next_auto(f->instance, &group));
    g_assert_cmphex(group.size, ==, 0x2001);
    hw_instance_place(f->instance, &group, 0x40000);
    g_assert_false(hw_instance_next_auto(f->instance, &group));
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    g_assert_cmphex(f->instance->regions[0].address, ==, 0x40000);
    g_assert_cmphex(f->instance->regions[1].address, ==, 0x41000);
}

static void disabled_region_has_no_memory(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    g_assert_false(f->instance->regions[2].enabled);
    g_assert_null(f->instance->regions[2].ram);
}

static void enabled_region_wants_a_place(Fixture *f, gconstpointer data)
{
    HwAutoBase group;

    (void)data;
    g_assert_true(hw_instance_set(f->instance, "addr", "0", &f->error));
    g_assert_false(hw_instance_next_auto(f->instance, &group));
    g_assert_true(hw_instance_set(f->instance, "extra", "on", &f->error));
    g_assert_true(hw_instance_next_auto(f->instance, &group));
    g_assert_cmphex(group.size, ==, 0x10);
}

static void size_is_the_property_s(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_set(f->instance, "extra", "on", &f->error));
    g_assert_true(hw_instance_set(f->instance, "extra-size", "8", &f->error));
    g_assert_true(hw_instance_set(f->instance, "addr", "0x10000", &f->error));
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    g_assert_cmpuint(f->instance->regions[2].size, ==, 8);
    hw_region_write(&f->instance->regions[2], 4, UINT64_MAX, 8);
    g_assert_cmphex(hw_region_read(&f->instance->regions[2], 4, 8), ==, 0xffffffff);
}

/* The host would read and store words past the region's memory. */
static void refuses_size_below_the_words(Fixture *f, gconstpointer data)
{
    static const HwRegion region = {
        "narrow",
        HW_REGION_ROM_DEVICE,
        .size = 0x2000,
        .size_from = offsetof(Lamp, extra_size),
        .words = offsetof(Lamp, words),
        .word_count = 1,
        .registers = HW_TABLE(lamp_registers),
    };
    HwClass cls = lamp_class;
    HwInstance *instance;

    (void)data;
    cls.table.regions = (HwRegions) { &region, sizeof(region), 1 };
    instance = hw_instance_new(&no_host, &cls, "lamp0", NULL);
    g_assert_true(hw_instance_set(instance, "extra-size", "3", &f->error));
    g_assert_false(hw_instance_realize(instance, &f->error));
    g_assert_cmpstr(f->sentence, ==,
                    "lamp0: region 'narrow' would have 3 bytes, expected 4 to 8192");
    hw_instance_free(instance);
}

/* Only the user's values put one over the other. */
static void refuses_regions_that_overlap(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_set(f->instance, "extra", "on", &f->error));
    g_assert_true(hw_instance_set(f->instance, "addr", "0x10000", &f->error));
    g_assert_true(hw_instance_set(f->instance, "other", "0x12000", &f->error));
    g_assert_false(hw_instance_realize(f->instance, &f->error));
    g_assert_cmpstr(f->sentence, ==,
                    "lamp0: region 'extra', 0x10 bytes at 0x12000, overlaps "
                    "region 'ram', 0x1001 bytes at 0x11000");
}

static void accepts_regions_side_by_side(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_set(f->instance, "extra", "on", &f->error));
    g_assert_true(hw_instance_set(f->instance, "addr", "0x10000", &f->error));
    g_assert_true(hw_instance_set(f->instance, "other", "0x12001", &f->error));
    g_assert_true(hw_instance_realize(f->instance, &f->error));
}

/* A region that is off is nowhere. */
static void accepts_overlap_with_a_region_that_is_off(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_set(f->instance, "addr", "0x10000", &f->error));
    g_assert_true(hw_instance_set(f->instance, "other", "0x10000", &f->error));
    g_assert_true(hw_instance_realize(f->instance, &f->error));
}

static void refuses_size_beyond_the_table(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_instance_set(f->instance, "extra-size", "17", &f->error));
    g_assert_false(hw_instance_realize(f->instance, &f->error));
    g_assert_cmpstr(f->sentence, ==, "lamp0: region 'extra' would have 17 bytes, expected 1 to 16");
}

static void memory_is_whole_zero_pages(Fixture *f, gconstpointer data)
{
    static const uint8_t zeros[0x2000];

    (void)data;
    g_assert_true(hw_instance_realize(f->instance, &f->error));
    g_assert_cmphex(hw_region_ram_size(&f->instance->regions[1]), ==, 0x2000);
    g_assert_cmpmem(f->instance->regions[1].ram, 0x2000, zeros, 0x2000);
}

typedef void TestFunction(Fixture *f, gconstpointer data);

static const struct {
    const char *path;
    TestFunction *function;
} tests[] = {
    { "/instance/head-is-filled", head_is_filled },
    { "/instance/hooks-run-in-order", hooks_run_in_order },
    { "/instance/failed-realize-calls-nothing-else", failed_realize_calls_nothing_else },
    { "/instance/auto-base-covers-its-regions", auto_base_covers_its_regions },
    { "/instance/disabled-region-has-no-memory", disabled_region_has_no_memory },
    { "/instance/enabled-region-wants-a-place", enabled_region_wants_a_place },
    { "/instance/size-is-the-property-s", size_is_the_property_s },
    { "/instance/refuses/size-beyond-the-table", refuses_size_beyond_the_table },
    { "/instance/refuses/size-below-the-words", refuses_size_below_the_words },
    { "/instance/refuses/regions-that-overlap", refuses_regions_that_overlap },
    { "/instance/accepts/regions-side-by-side", accepts_regions_side_by_side },
    { "/instance/accepts/overlap-with-a-region-that-is-off",
      accepts_overlap_with_a_region_that_is_off },
    { "/instance/memory-is-whole-zero-pages", memory_is_whole_zero_pages },
    { "/property/defaults-are-stored", defaults_are_stored },
    { "/property/values-read-back", values_read_back },
    { "/property/refuses/unknown", refuses_unknown_property },
    { "/property/refuses/switch-that-is-none", refuses_switch_that_is_none },
    { "/property/sizes-have-suffixes", sizes_have_suffixes },
    { "/property/refuses/number-that-is-none", refuses_number_that_is_none },
    { "/property/refuses/size-that-is-none", refuses_size_that_is_none },
    { "/property/refuses/number-out-of-range", refuses_number_out_of_range },
    { "/property/refuses/auto-as-number", refuses_auto_as_number },
    { "/property/refuses/unknown-choice", refuses_unknown_choice },
    { "/property/refuses/change-after-realize", refuses_change_after_realize },
    { "/property/run-time/set-hook-takes-value", set_hook_takes_value_at_run_time },
    { "/property/run-time/set-hook-is-not-asked-before-realize",
      set_hook_is_not_asked_before_realize },
    { "/property/run-time/set-hook-can-refuse", set_hook_can_refuse },
    { "/property/run-time/set-hook-sees-no-value-of-wrong-type-or-range",
      set_hook_sees_no_value_of_wrong_type_or_range },
    { "/property/run-time/get-hook-alone-makes-it-read-only", get_hook_alone_makes_it_read_only },
    { "/property/run-time/hooks-end-with-unrealize", hooks_end_with_unrealize },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].function, tear_down);
    }
    return g_test_run();
}
