/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that each class gives to the places of its regions: traces show them. */
#include "qtest/tests/lab/class-hosts.h"
#include "qtest/tests/lib/golden.h"

#include "hw-api/host/run/instance.h"

enum { SHOWN_MOST = 0x6000, BEHIND = 8 };

/* One line for each place at which another name begins. */
static void region_print(GString *text, const HwRegion *region)
{
    uint64_t end = MIN(region->size, SHOWN_MOST) + BEHIND;
    const char *last = NULL;

    for (uint64_t offset = 0; offset < end; offset++) {
        const char *name = region->place_name(offset);

        if (g_strcmp0(name, last) != 0) {
            g_string_append_printf(text, "  %04x %s\n", (unsigned)offset, name ? name : "-");
        }
        last = name;
    }
}

static void device_print(GString *text, GHashTable *done, const HwInstance *instance)
{
    for (uint32_t i = 0; i < instance->region_count; i++) {
        const HwRegion *region = instance->regions[i].table;
        g_autofree char *title = g_strdup_printf("%s %s\n", instance->cls->table.name,
                                                 region->name);

        if (region->place_name && !g_hash_table_contains(done, title)) {
            g_string_append(text, title);
            region_print(text, region);
            g_hash_table_add(done, g_steal_pointer(&title));
        }
    }
}

static void test_names(void)
{
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    const ClassHost *row;

    for (size_t i = 0; (row = class_host_at(i)); i++) {
        ObHost *host = class_host_new(row);
        HwInstance *instance;

        for (uint32_t n = 0; (instance = ob_host_device_at(host, n)); n++) {
            device_print(text, done, instance);
        }
        ob_host_free(host);
    }
    golden_expect("place-names.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/place-names/of-each-class", test_names);
    return g_test_run();
}
