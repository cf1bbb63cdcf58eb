/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of the program that nobody reads as a whole: its keysyms, the schema of its QMP, and its
 * help. */
#include <glib.h>
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/host/vnc/keysyms.h"
#include "qtest/tests/lib/golden.h"

static void test_keysyms(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t keysym = 0; keysym <= 0x10ffff; keysym++) {
        if (ob_vnc_key(keysym)) {
            g_string_append_printf(text, "0x%x %u\n", keysym, ob_vnc_key(keysym));
        }
    }
    golden_expect("keysyms.txt", text->str);
}

/* A line for each type, command and event. */
static void test_schema(void)
{
    HW_ERROR(error, 4096);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = "-machine q35" };
    ObClient *c = ob_client_start(&start, &error);
    g_autoptr(GString) text = g_string_new(NULL);
    json_t *schema, *entry;
    size_t i;

    g_assert_cmpstr(error.text, ==, "");
    schema = ob_client_qmp(c, "query-qmp-schema", NULL, NULL);
    json_array_foreach(schema, i, entry)
    {
        char *line = json_dumps(entry, JSON_COMPACT | JSON_SORT_KEYS);

        g_string_append_printf(text, "%s\n", line);
        free(line);
    }
    json_decref(schema);
    ob_client_quit(c);
    golden_expect("qmp-schema.txt", text->str);
}

/* @ is the directory of plugins for tests. */
static const struct {
    const char *file, *arguments;
} answers[] = {
    { "help-machine-pc", "-machine pc,help" },
    { "help-machine-q35", "-machine q35,help" },
    { "help-netdevs", "-netdev help" },
    { "help-chardevs", "-chardev help" },
    { "help-objects", "-object help" },
    { "help-of-a-function", "-device virtio-net-pci,help" },
    { "help-of-an-i2c-target", "-device at24,help" },
    { "vmstate-of-layers", "-machine q35 -plugin-set @layers.so -dump-vmstate /dev/stdout" },
    { "vmstate-of-functions", "-machine q35 -plugin-set @pci-lab.so -dump-vmstate /dev/stdout" },
    { "plugin-of-layers", "-dump-plugin @layers.so" },
    { "plugin-of-functions", "-dump-plugin @pci-lab.so" },
    { "plugin-of-functions-json", "-dump-plugin @pci-lab.so,format=json" },
};

static void test_answer(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *plugins = g_strconcat(g_getenv("OB_PLUGINS"), "/", NULL);
    g_autoptr(GString) command = g_string_new(answers[row].arguments);
    g_autofree char *file = g_strdup_printf("told/%s.txt", answers[row].file);
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_string_replace(command, "@", plugins, 0);
    g_string_prepend(command, " ");
    g_string_prepend(command, g_getenv("OB_PROGRAM"));
    g_assert_true(g_spawn_command_line_sync(command->str, &output, NULL, &status, &error));
    g_assert_cmpint(status, ==, 0);
    g_string_replace(g_string_assign(command, output), plugins, "", 0);
    golden_expect(file, command->str);
}

/* Devices with a register table, layouts, parts, choices, GPIO, I2C and PCI. */
static void test_devices(void)
{
    static const char *const names[] = { "arm-sysreg-sync", "at24",          "edu",
                                         "i2c-ocores",      "pca9538",       "pvpanic-pci",
                                         "vmgenid",         "tpm-crb-device" };
    g_autofree char *command = g_strdup_printf("%s -dump-plugin %s", g_getenv("OB_PROGRAM"),
                                               g_getenv("OB_DEVICES"));
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;

    g_spawn_command_line_sync(command, &output, NULL, NULL, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *head = g_strdup_printf("\ndevice %s:", names[i]);
        const char *start = strstr(output, head), *end = start ? strstr(start, "\n\n") : NULL;

        g_assert_nonnull(start);
        g_string_append_len(text, start, end ? end - start : -1);
        g_string_append_c(text, '\n');
    }
    golden_expect("told/plugin-of-devices.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *path = g_strdup_printf("/host-told/%s", answers[i].file);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_answer);
    }
    g_test_add_func("/host-told/keysyms", test_keysyms);
    g_test_add_func("/host-told/qmp-schema", test_schema);
    g_test_add_func("/host-told/plugin-of-devices", test_devices);
    return g_test_run();
}
