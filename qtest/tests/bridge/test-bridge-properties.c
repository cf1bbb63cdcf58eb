/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qom-get shows the properties of a device in stock QEMU as in our program: the same value of the
 * same type. */
#include "qtest/tests/bridge/bridge-machine.h"

typedef struct Row {
    const char *path;
    const char *devices; /* the last is "seen" */
    const char *names;
    bool on_pc_only; /* needs a bus or ports */
} Row;

#define I2C "-device i2c-ocores,id=i2c0,addr=0xfe000000 "

static const Row rows[] = {
    { "defaults", "-device beacon,id=seen", "fw-cfg irq-line", false },
    { "set", "-device beacon,id=seen,fw-cfg=off,irq-line=0x6", "fw-cfg irq-line", false },
    { "of-another-device",
      "-chardev null,id=c -device ns16550a,id=seen,addr=0xfe001000,reg-shift=2,"
      "chardev=c,carrier=on",
      "irq-line reg-shift device-tree chardev carrier", true },
};

static json_t *value_of(ObClient *c, const char *name)
{
    json_t *where = json_pack("{s:s, s:s}", "path", "/machine/peripheral/seen", "property", name);

    return ob_client_qmp(c, "qom-get", where, NULL);
}

/* "fw-cfg=true irq-line=6 ", of a machine with these devices. */
static char *values_of(const Row *row, bool ours)
{
    g_auto(GStrv) names = g_strsplit(row->names, " ", -1);
    GString *text = g_string_new(NULL);
    ObClient *c;

    bridge_machine_use_ours(ours);
    c = bridge_machine_start(NULL, row->devices);
    for (size_t i = 0; names[i]; i++) {
        json_t *value = value_of(c, names[i]);
        char *shown = json_dumps(value, JSON_ENCODE_ANY);

        g_string_append_printf(text, "%s=%s ", names[i], shown);
        free(shown);
        json_decref(value);
    }
    ob_client_quit(c);
    return g_string_free(text, FALSE);
}

static void test_row(gconstpointer data)
{
    g_autofree char *ours = values_of(data, true);
    g_autofree char *theirs = values_of(data, false);

    g_test_message("%s", ours);
    g_assert_cmpstr(theirs, ==, ours);
}

static void assert_text(ObClient *c, const char *name, const char *expected)
{
    json_t *value = value_of(c, name);

    g_assert_cmpstr(json_string_value(value), ==, expected);
    json_decref(value);
}

/* A text, as an address may be "auto". */
static void test_address(void)
{
    ObClient *c = bridge_machine_start(NULL, "-device beacon,id=seen");

    assert_text(c, "addr", bridge_machine_is_pc() ? "0xfef00000" : "0xb000000");
    ob_client_quit(c);
}

/* Our program does not show connections as properties. */
static void test_outputs(void)
{
    ObClient *c = bridge_machine_start(
        NULL, I2C "-device pca9538,id=pins,bus=i2c0,address=0x70 "
                  "-device pca9538,id=seen,bus=i2c0,address=0x71,out[2]=pins:5");

    assert_text(c, "out[2]", "/machine/peripheral/pins/in[5]");
    assert_text(c, "out[0]", "");
    assert_text(c, "out[7]", "");
    ob_client_quit(c);
}

/* The properties of a class as QEMU lists them: "out[0]: str: input of another device, as ID:NUMBER". */
static void test_list(void)
{
    ObClient *c = bridge_machine_start(NULL, "");
    json_t *list = ob_client_qmp(c, "device-list-properties",
                                 json_pack("{s:s}", "typename", "pca9538"), NULL);
    uint32_t outputs = 0;
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));

        if (g_str_has_prefix(name, "out[")) {
            g_assert_cmpuint(g_ascii_strtoull(name + 4, NULL, 10), <, 8);
            g_assert_cmpstr(json_string_value(json_object_get(entry, "type")), ==, "str");
            g_assert_cmpstr(json_string_value(json_object_get(entry, "description")), ==,
                            "input of another device, as ID:NUMBER");
            outputs++;
        }
    }
    g_assert_cmpuint(outputs, ==, 8);
    json_decref(list);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/bridge-properties/", rows[i].path, NULL);

        if (bridge_machine_is_pc() || !rows[i].on_pc_only) {
            g_test_add_data_func(path, &rows[i], test_row);
        }
    }
    g_test_add_func("/bridge-properties/address-is-a-text", test_address);
    if (bridge_machine_is_pc()) {
        g_test_add_func("/bridge-properties/outputs-are-listed", test_list);
        g_test_add_func("/bridge-properties/output-is-the-path-of-its-input", test_outputs);
    }
    return g_test_run();
}
