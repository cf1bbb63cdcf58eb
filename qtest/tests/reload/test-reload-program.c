/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x-plugin-reload in our program. */
#include "qtest/client/client.h"

#define FLASK_CTRL  UINT64_C(0xfed80004)
#define FLASK_DROPS UINT64_C(0xfed8000c)

static ObClient *start(void)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine pc -plugin-set %s/flask-first.so -device com.acme.cork,addr=0xfed81000 "
        "-device com.acme.flask,id=bottle,addr=0xfed80000,memory=0xfed90000",
        g_getenv("OB_FLASKS"));
    const ObStart how = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 400);
    ObClient *c = ob_client_start(&how, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_writel(c, FLASK_CTRL, 1);
    ob_client_clock_step(c, 1500000);
    return c;
}

static json_t *reload(ObClient *c, const char *version, json_t **refusal)
{
    g_autofree char *path = g_strdup_printf("%s/flask-%s.so", g_getenv("OB_FLASKS"), version);

    return ob_client_qmp(c, "x-plugin-reload",
                         json_pack("{s:s, s:s}", "plugin", "flask", "path", path), refusal);
}

static void test_new_code(void)
{
    ObClient *c = start();
    json_t *result = reload(c, "code", NULL);

    g_assert_cmpint(json_integer_value(json_object_get(result, "devices")), ==, 2);
    g_assert_cmpint(json_integer_value(json_object_get(result, "pause-ns")), >, 0);
    json_decref(result);
    g_assert_cmpuint(ob_client_readl(c, FLASK_DROPS), ==, 1);
    ob_client_clock_step(c, 1000000);
    g_assert_cmpuint(ob_client_readl(c, FLASK_DROPS), ==, 11);
    ob_client_quit(c);
}

static void test_refused(void)
{
    ObClient *c = start();
    json_t *error = NULL;

    g_assert_null(reload(c, "member-gone", &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                    "com.acme.flask: state 'flask': member 'level' is gone, expected it to stay");
    json_decref(error);
    ob_client_clock_step(c, 1000000);
    g_assert_cmpuint(ob_client_readl(c, FLASK_DROPS), ==, 2);
    ob_client_quit(c);
}

/* The properties and devices that the monitors list are those of the new set. */
static void test_object_tree(void)
{
    ObClient *c = start();
    json_t *value;

    json_decref(reload(c, "property-added", NULL));
    value = ob_client_qmp(c, "qom-get",
                          json_pack("{s:s, s:s}", "path", "/machine/peripheral/bottle", "property",
                                    "taste"),
                          NULL);
    g_assert_cmpint(json_integer_value(value), ==, 7);
    json_decref(value);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reload/program/new-code-runs", test_new_code);
    g_test_add_func("/reload/program/refused-with-a-sentence", test_refused);
    g_test_add_func("/reload/program/object-tree-has-the-new-property", test_object_tree);
    return g_test_run();
}
