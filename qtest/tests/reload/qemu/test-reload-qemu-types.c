/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's types stay: which plugins fit them, without devices of their classes too. */
#include "qtest/tests/bridge/pci/pci-machine.h"
#include "qtest/tests/reload/qemu/outboard-object.h"

static json_t *reload(ObClient *c, const char *version)
{
    g_autofree char *path = g_strdup_printf("%s/vase-%s.so", g_getenv("OB_VASES"), version);

    return outboard_reload(c, path);
}

static json_t *plug(ObClient *c, const char *driver, const char *property)
{
    json_t *error = NULL;

    json_decref(ob_client_qmp(c, "device_add",
                              json_pack("{s:s, s:s, s:s, s:i}", "driver", driver, "id", "new",
                                        "bus", "rp", property, 9),
                              &error));
    return error;
}

static ObClient *start(void)
{
    return pci_start("-device pcie-root-port,id=rp,chassis=1");
}

static void test_refused(gconstpointer data)
{
    const char *const *row = data;
    ObClient *c = start();

    outboard_assert_refused(reload(c, row[0]), row[1]);
    outboard_assert_reloaded(reload(c, "first"));
    ob_client_quit(c);
}

/* QEMU makes its class when somebody asks for it first, and keeps its properties. */
static void class_make(ObClient *c)
{
    json_decref(ob_client_qmp(c, "device-list-properties",
                              json_pack("{s:s}", "typename", "com.acme.vase"), NULL));
}

static void test_property_gone(void)
{
    ObClient *c = start();

    class_make(c);
    outboard_assert_reloaded(reload(c, "property-gone"));
    outboard_assert_refused(plug(c, "com.acme.vase", "width"),
                            "the plugin was reloaded without the property");
    outboard_assert_reloaded(plug(c, "com.acme.vase", "height"));
    g_assert_cmpint(object_number(c, "/machine/peripheral/new", "height"), ==, 9);
    ob_client_quit(c);
}

static void test_new_class(void)
{
    ObClient *c = start();

    outboard_assert_reloaded(reload(c, "class-added"));
    outboard_assert_reloaded(plug(c, "com.acme.jug", "width"));
    g_assert_cmpint(object_number(c, "/machine/peripheral/new", "width"), ==, 9);
    outboard_assert_refused(
        reload(c, "first"),
        "com.acme.jug: the class is gone, expected it to stay: QEMU can't remove its type");
    ob_client_quit(c);
}

static const char *const rows[][2] = {
    { "bus", "com.acme.vase: is on another bus, expected the bus that its type has" },
    { "lines", "com.acme.vase: the lines have other names, expected them to stay" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/reload/qemu/refused/type-%s", rows[i][0]);

        g_test_add_data_func(path, rows[i], test_refused);
    }
    g_test_add_func("/reload/qemu/property-of-no-device-is-gone", test_property_gone);
    g_test_add_func("/reload/qemu/new-class", test_new_class);
    return g_test_run();
}
