/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/load/plugin-set.c: plugins that are inspected, loaded or refused. */
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/load/plugin-set.h"
#include "qtest/tests/hw-api/plugin-copy.h"

static HW_ERROR(error, 512);

/* A host that offers only hw.clock/1. */
static const void *clock_only(const HwHost *host, const char *service)
{
    return strcmp(service, "hw.clock/1") ? NULL : host;
}

static const HwHost host = { .abi = HW_ABI(HwHost), .name = "X", .query = clock_only };

/* Returns the path of a fixture; the test framework owns it. */
static const char *fixture(const char *name)
{
    g_autofree char *file = g_strconcat(name, ".so", NULL);

    return g_test_get_filename(G_TEST_BUILT, "plugins", file, NULL);
}

static HwPluginSet *inspect(const char *path)
{
    HwPluginSet *set = hw_plugin_set_inspect(path, &error);

    if (!set) {
        g_test_message("refused: %s", error.text);
    }
    g_assert_nonnull(set);
    return set;
}

static HwPluginSet *load(const char *path)
{
    HwPluginSet *set = hw_plugin_set_load(path, &host, NULL, 0, &error);

    if (!set) {
        g_test_message("refused: %s", error.text);
    }
    g_assert_nonnull(set);
    return set;
}

/* The plugin must be refused; the sentence is the path, then ": " and `expected`. */
static void assert_refused(const char *path, const char *expected)
{
    g_autofree char *whole = g_strconcat(path, ": ", expected, NULL);

    g_assert_null(hw_plugin_set_inspect(path, &error));
    g_assert_cmpstr(error.text, ==, whole);
}

static void assert_load_refused(const char *path, HwPluginSet *const *loaded, uint32_t count,
                                const char *expected)
{
    g_autofree char *whole = g_strconcat(path, ": ", expected, NULL);

    g_assert_null(hw_plugin_set_load(path, &host, loaded, count, &error));
    g_assert_cmpstr(error.text, ==, whole);
}

/* ------------------------------------------------------------------- reading */

static void check_lamp(const HwPluginSet *set)
{
    const HwPlugin *plugin = hw_plugin_set_plugin(set);
    const HwClass *cls = hw_plugin_set_find(set, "lamp");
    const HwRegion *regions = cls->table.regions.entries;
    const HwState *state = cls->table.state;

    g_assert_cmpstr(plugin->name, ==, "fixture");
    g_assert_cmpstr(plugin->version, ==, "1.2.3");
    g_assert_cmpuint(hw_plugin_set_class_count(set), ==, 1);
    g_assert_true(plugin->classes.entries[0] == &cls->table);
    g_assert_cmpstr(cls->table.services.entries[0], ==, "hw.clock/1");
    g_assert_cmpuint(cls->table.regions.count, ==, 4);
    g_assert_cmpstr(regions[0].registers.entries[1].name, ==, "COLOUR");
    g_assert_cmpstr(regions[0].registers.entries[0].fields.entries[2].name, ==, "blink");
    g_assert_cmpstr(regions[2].ram_block, ==, "lamp-buffer");
    g_assert_cmpuint(cls->table.properties.count, ==, 5);
    g_assert_cmpstr(cls->table.properties.entries[4].default_string, ==, "none");
    g_assert_cmpuint(state->fields.entries[1].since, ==, 2);
    g_assert_cmpstr(state->subsections.entries[0].name, ==, "lamp/levels");
    g_assert_cmpstr(state->subsections.entries[0].fields.entries[0].name, ==, "levels");
    g_assert_null(hw_plugin_set_find(set, "lam"));
}

static void inspect_reads_all_tables(void)
{
    HwPluginSet *set = inspect(fixture("good"));

    g_assert_cmpstr(hw_plugin_set_path(set), ==, fixture("good"));
    check_lamp(set);
    hw_plugin_set_free(set);
}

static void inspect_reads_packed_relocations(void)
{
    HwPluginSet *set;

    if (!g_file_test(fixture("packed"), G_FILE_TEST_EXISTS)) {
        g_test_skip("the linker has no -z pack-relative-relocs");
        return;
    }
    set = inspect(fixture("packed"));
    check_lamp(set);
    hw_plugin_set_free(set);
}

/* The fixture's constructor would set the variable. */
static void inspect_runs_no_code(void)
{
    g_unsetenv("OUTBOARD_FIXTURE_RAN");
    hw_plugin_set_free(inspect(fixture("good")));
    g_assert_null(g_getenv("OUTBOARD_FIXTURE_RAN"));

    hw_plugin_set_free(load(fixture("good")));
    g_assert_nonnull(g_getenv("OUTBOARD_FIXTURE_RAN"));
}

static void newer_members_are_left_out(void)
{
    HwPluginSet *set = load(fixture("newer"));
    const HwClass *cls = hw_plugin_set_find(set, "newer-lamp");
    const HwRegisters *registers = &cls->table.regions.entries[0].registers;

    g_assert_cmpuint(registers->stride, ==, sizeof(HwRegister));
    g_assert_cmpstr(registers->entries[1].name, ==, "COLOUR");
    g_assert_cmpstr(cls->table.state->fields.entries[1].name, ==, "colour");
    g_assert_cmpuint(hw_plugin_set_plugin(set)->abi.minor, ==, HW_ABI_MINOR + 7);
    hw_plugin_set_free(set);
}

/* ------------------------------------------------------------------- loading */

static void load_gives_functions(void)
{
    HwPluginSet *set = load(fixture("good"));
    const HwClass *cls = hw_plugin_set_find(set, "lamp");

    check_lamp(set);
    g_assert_cmpuint(cls->table.regions.entries[1].read(NULL, 40, 2), ==, 42);
    g_assert_cmpstr(cls->original->name, ==, "lamp");
    hw_plugin_set_free(set);
}

static void load_many_times(void)
{
    HwPluginSet *kept = load(fixture("good"));

    for (int i = 0; i < 100; i++) {
        HwPluginSet *same = load(fixture("good"));
        HwPluginSet *other;

        /* The next plugin gets the descriptor of this one. */
        hw_plugin_set_free(same);
        other = load(fixture("newer"));
        g_assert_nonnull(hw_plugin_set_find(other, "newer-lamp"));
        hw_plugin_set_free(other);
    }
    check_lamp(kept);
    hw_plugin_set_free(kept);
}

static void load_leaves_no_descriptors(void)
{
    int before = dup(0);
    int after;

    close(before);
    hw_plugin_set_free(inspect(fixture("good")));
    hw_plugin_set_free(load(fixture("good")));
    assert_refused(fixture("other-major"), "has ABI major version 2, this host has 1");
    after = dup(0);
    close(after);
    g_assert_cmpint(after, ==, before);
}

/* A missing service refuses the class's devices, not the plugin's other devices. */
static void load_leaves_services_of_class(void)
{
    HwPluginSet *set = load(fixture("needs-service"));

    g_assert_nonnull(set);
    hw_plugin_set_free(set);
}

static void load_needs_services_of_set(void)
{
    assert_load_refused(fixture("set-needs-service"), NULL, 0,
                        "fixture needs hw.moon/1; host 'X' lacks it");
}

static void load_refused_runs_no_code(void)
{
    g_unsetenv("OUTBOARD_FIXTURE_RAN");
    g_assert_null(hw_plugin_set_load(fixture("set-needs-service"), &host, NULL, 0, &error));
    g_assert_null(g_getenv("OUTBOARD_FIXTURE_RAN"));
}

static void load_refuses_class_of_other_set(void)
{
    HwPluginSet *loaded[] = { load(fixture("newer")), load(fixture("good")) };
    g_autofree char *expected = g_strdup_printf(
        "lamp is a device of %s already, expected another name", fixture("good"));

    assert_load_refused(fixture("other-set-same-class"), loaded, 2, expected);
    hw_plugin_set_free(loaded[0]);
    hw_plugin_set_free(loaded[1]);
}

static void load_refuses_undefined_symbol(void)
{
    hw_plugin_set_free(inspect(fixture("undefined-symbol")));
    assert_load_refused(fixture("undefined-symbol"), NULL, 0,
                        "can't be loaded: undefined symbol: lamp_not_there");
}

/* It is of the C library, and found only when the file is loaded. */
static void load_takes_imported_hook(void)
{
    const HwClass *cls;
    HwPluginSet *set;

    hw_plugin_set_free(inspect(fixture("hook-import")));
    set = load(fixture("hook-import"));
    cls = hw_plugin_set_find(set, "lamp");
    g_assert_true((void *)cls->table.regions.entries[1].read == (void *)getenv);
    hw_plugin_set_free(set);
}

/* No initialiser runs, but only the linker finds what the file imports. */
static void load_refuses_imported_data_as_hook(void)
{
    hw_plugin_set_free(inspect(fixture("hook-import-of-data")));
    assert_load_refused(fixture("hook-import-of-data"), NULL, 0,
                        "class lamp: region ports: hook read "
                        "points outside of the file's segments, expected a function");
}

static void load_refuses_tables_that_an_initialiser_spoils(void)
{
    hw_plugin_set_free(inspect(fixture("renames")));
    assert_load_refused(fixture("renames"), NULL, 0,
                        "class 0: name has other characters than expected: printable ones, "
                        "no space, comma or equals sign");
}

static void load_with_bad_hook_runs_no_code(void)
{
    g_unsetenv("OUTBOARD_FIXTURE_RAN");
    assert_load_refused(fixture("hook-outside"), NULL, 0,
                        "class lamp: region ports: hook read "
                        "points outside of the file's segments, expected a function");
    g_assert_null(g_getenv("OUTBOARD_FIXTURE_RAN"));
}

/* The file that the next query changes, behind all that is loaded. */
static const PluginCopy *to_change;

static const void *change_file(const HwHost *asker, const char *service)
{
    (void)service;
    g_assert_cmpint(pwrite(to_change->fd, "x", 1, (off_t)to_change->size), ==, 1);
    return asker;
}

/* Services are asked for between inspecting and loading. */
static void load_refuses_file_that_changed(void)
{
    const HwHost changer = { .abi = HW_ABI(HwHost), .name = "X", .query = change_file };
    g_autofree char *expected = NULL;
    PluginCopy copy;

    plugin_copy_open_fixture(&copy, "set-needs-service.so");
    expected = g_strconcat(copy.path,
                           ": changed since it was inspected, expected a file that "
                           "stays",
                           NULL);
    to_change = &copy;
    g_assert_null(hw_plugin_set_load(copy.path, &changer, NULL, 0, &error));
    g_assert_cmpstr(error.text, ==, expected);
    plugin_copy_close(&copy);
}

/* ------------------------------------------------------------ refused tables */

typedef struct Refusal {
    const char *test;
    const char *fixture;
    const char *sentence;
} Refusal;

/* clang-format off */
static const Refusal refusals[] = {
    { "no-symbol", "no-symbol", "has no hw_plugin, expected a data object of that name" },
    { "function", "function",
      "hw_plugin is not a data object: its symbol's type is 2, expected 1" },
    { "other-major", "other-major", "has ABI major version 2, this host has 1" },
    { "class-of-other-major", "class-other-major",
      "class 0: has ABI major version 3, this host has 1" },
    { "size-below-1.0", "short-plugin", "ABI size is 64, expected at least 72" },
    { "size-beyond-file", "long-plugin",
      "points to 0x7fffffff bytes outside of the file's data" },
    { "stride-below-1.0", "short-stride",
      "class lamp: region registers: register 0: stride is 56, expected 64 to 4096" },
    { "huge-count", "huge-count", "class lamp: region registers: has 4294967295 entries in its "
      "table of type register, expected at most 4096" },
    { "table-beyond-file", "long-table", "class lamp: region registers: register 0: "
      "points to 0x1000000 bytes outside of the file's data" },
    { "wild-table", "wild-table", "class lamp: region registers: register 0: "
      "points to 0x80 bytes outside of the file's data" },
    { "wild-name", "wild-name",
      "class 0: name is not a string in the file's data, expected less than 1024 bytes" },
    { "wild-class", "wild-class", "class 0: points to 0x8 bytes outside of the file's data" },
    { "wild-state", "wild-state",
      "class lamp: state 0: points to 0x48 bytes outside of the file's data" },
    { "endless-state", "endless-state", "class lamp: state lamp: state lamp: state lamp: "
      "state lamp: state lamp: state lamp: is nested too deep, expected at most 4 levels of "
      "parts and subsections" },
    { "endless-part", "endless-part", "class lamp: state lamp: state lamp: state lamp: "
      "state lamp: state lamp: state lamp: is nested too deep, expected at most 4 levels of "
      "parts and subsections" },
    { "class-twice", "class-twice",
      "class lamp: has the same name as class lamp, expected different ones" },
    { "hook-outside-of-file", "hook-outside", "class lamp: region ports: hook read points "
      "outside of the file's segments, expected a function" },
    { "hook-to-data", "hook-to-data", "class lamp: region ports: hook read points to data, "
      "expected a function" },
    { "overlapping-regions", "overlapping-regions", "class lamp: region rom: takes 0x2000 bytes "
      "at 0x1000, which overlap region buffer, 0x1000 bytes at 0x1000, expected them apart" },
    { "property-over-string", "property-over-string", "class lamp: property label (8 bytes at 96) "
      "and property serial (8 bytes at 96) overlap in the instance, expected no byte in common" },
    { "base-over-string", "base-over-string", "class lamp: base of region rom (8 bytes at 96) "
      "and property label (8 bytes at 96) overlap in the instance, expected no byte in common" },
    { "saved-string", "saved-string", "class lamp: field serial of state lamp (8 bytes at 96) "
      "and property label (8 bytes at 96) overlap in the instance, expected no byte in common" },
    { "no-classes", "no-classes", "has no classes, expected 1 or more" },
};
/* clang-format on */

static void refuses_fixture(gconstpointer data)
{
    const Refusal *refusal = data;

    assert_refused(fixture(refusal->fixture), refusal->sentence);
}

static void refusals_add(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/plugin-set/refuses/", refusals[i].test, NULL);

        g_test_add_data_func(path, &refusals[i], refuses_fixture);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plugin-set/inspect/reads-all-tables", inspect_reads_all_tables);
    g_test_add_func("/plugin-set/inspect/reads-packed-relocations",
                    inspect_reads_packed_relocations);
    g_test_add_func("/plugin-set/inspect/runs-no-code", inspect_runs_no_code);
    g_test_add_func("/plugin-set/newer-members-are-left-out", newer_members_are_left_out);
    g_test_add_func("/plugin-set/load/gives-functions", load_gives_functions);
    g_test_add_func("/plugin-set/load/reused-descriptor-is-another-object", load_many_times);
    g_test_add_func("/plugin-set/load/leaves-no-descriptors", load_leaves_no_descriptors);
    g_test_add_func("/plugin-set/load/leaves-services-of-class", load_leaves_services_of_class);
    g_test_add_func("/plugin-set/load/needs-services-of-set", load_needs_services_of_set);
    g_test_add_func("/plugin-set/load/refused-runs-no-code", load_refused_runs_no_code);
    g_test_add_func("/plugin-set/load/refuses-class-of-other-set", load_refuses_class_of_other_set);
    g_test_add_func("/plugin-set/load/refuses-undefined-symbol", load_refuses_undefined_symbol);
    g_test_add_func("/plugin-set/load/takes-imported-hook", load_takes_imported_hook);
    g_test_add_func("/plugin-set/load/refuses/imported-data-as-hook",
                    load_refuses_imported_data_as_hook);
    g_test_add_func("/plugin-set/load/refuses/tables-that-an-initialiser-spoils",
                    load_refuses_tables_that_an_initialiser_spoils);
    g_test_add_func("/plugin-set/load/with-bad-hook-runs-no-code", load_with_bad_hook_runs_no_code);
    g_test_add_func("/plugin-set/load/refuses-file-that-changed", load_refuses_file_that_changed);
    refusals_add();
    return g_test_run();
}
