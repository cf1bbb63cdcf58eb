/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the fields that each device of the plugin puts into a stream with its schema,
 * devices/schema/NAME.json.  A changed schema breaks streams from and to older versions.
 * OB_WRITE_SCHEMAS=1 writes the files.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/host/help/dump-plugin.h"

static json_t *devices;

static void devices_dump(void)
{
    HW_ERROR(error, 512);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    json_t *root;

    if (!ob_dump_plugin(g_getenv("OUTBOARD_SET"), true, out, &error)) {
        g_error("%s", error.text);
    }
    fclose(out);
    root = json_loads(text, 0, NULL);
    devices = json_incref(json_object_get(root, "devices"));
    json_decref(root);
    free(text);
    g_assert_cmpuint(json_array_size(devices), >, 0);
}

/* Returns state and RAM blocks: the parts of a device that a stream has. */
static json_t *device_schema(const json_t *device)
{
    json_t *blocks = json_array();
    size_t i;
    json_t *region, *schema;

    json_array_foreach(json_object_get(device, "regions"), i, region)
    {
        if (json_is_string(json_object_get(region, "ram-block"))) {
            json_array_append_new(blocks, json_pack("{s:O, s:O}", "name",
                                                    json_object_get(region, "ram-block"), "size",
                                                    json_object_get(region, "size")));
        }
    }
    schema = json_pack("{s:O, s:o}", "state", json_object_get(device, "state"), "ram-blocks",
                       blocks);
    if (json_array_size(json_object_get(device, "layouts")) > 0) {
        json_object_set(schema, "layouts", json_object_get(device, "layouts"));
    }
    return schema;
}

static char *schema_path(const char *name)
{
    return g_strdup_printf("%s/%s.json", g_getenv("OB_SCHEMAS"), name);
}

static void schema_write(const json_t *schema, const char *path)
{
    FILE *file = fopen(path, "w");

    g_assert_nonnull(file);
    g_assert_cmpint(json_dumpf(schema, file, JSON_INDENT(4)), ==, 0);
    fputc('\n', file);
    g_assert_cmpint(fclose(file), ==, 0);
}

static void test_device(gconstpointer opaque)
{
    const json_t *device = opaque;
    const char *name = json_string_value(json_object_get(device, "name"));
    g_autofree char *path = schema_path(name);
    json_t *schema = device_schema(device);
    json_t *checked_in;

    if (g_getenv("OB_WRITE_SCHEMAS")) {
        schema_write(schema, path);
    }
    checked_in = json_load_file(path, 0, NULL);
    if (!checked_in) {
        g_test_message("%s: there is no schema of '%s' yet, write it with OB_WRITE_SCHEMAS=1 "
                       "meson test -C build state-schema",
                       path, name);
        g_test_fail();
    } else if (!json_equal(schema, checked_in)) {
        g_test_message("%s: the state of '%s' is not this schema's. A changed state needs a new "
                       "version or a subsection. If that is so, write the file with "
                       "OB_WRITE_SCHEMAS=1 meson test -C build state-schema",
                       path, name);
        g_test_fail();
    }
    json_decref(schema);
    json_decref(checked_in);
}

/* Fails for a schema without a device: a device can't be dropped silently. */
static void test_no_other(void)
{
    g_autoptr(GDir) directory = g_dir_open(g_getenv("OB_SCHEMAS"), 0, NULL);
    const char *file;

    g_assert_nonnull(directory);
    while ((file = g_dir_read_name(directory))) {
        bool found = false;
        size_t i;
        json_t *device;

        json_array_foreach(devices, i, device)
        {
            g_autofree char *expected = g_strdup_printf("%s.json",
                                                        json_string_value(
                                                            json_object_get(device, "name")));

            found = found || strcmp(file, expected) == 0;
        }
        if (!found) {
            g_test_message("%s: no device of the plugin has this schema", file);
            g_test_fail();
        }
    }
}

int main(int argc, char **argv)
{
    size_t i;
    json_t *device;
    int result;

    g_test_init(&argc, &argv, NULL);
    devices_dump();
    json_array_foreach(devices, i, device)
    {
        g_autofree char *path = g_strdup_printf("/state-schema/%s/is-as-checked-in",
                                                json_string_value(json_object_get(device, "name")));

        g_test_add_data_func(path, device, test_device);
    }
    g_test_add_func("/state-schema/each-belongs-to-a-device", test_no_other);
    result = g_test_run();
    json_decref(devices);
    return result;
}
