/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plugin sets in a host, in process.  OUTBOARD_SET names the set of this project. */
#include "qtest/tests/gadget.h"

static uint32_t class_count(const ObHost *host)
{
    uint32_t count = 0;

    while (ob_host_class_at(host, count)) {
        count++;
    }
    return count;
}

static void load(Fixture *f)
{
    if (!ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error)) {
        g_error("%s", f->text);
    }
}

static void test_classes_can_be_found(Fixture *f, gconstpointer data)
{
    (void)data;
    load(f);
    g_assert_nonnull(ob_host_find_class(f->host, "tpm-crb"));
    g_assert_nonnull(ob_host_find_class(f->host, "gadget"));
    g_assert_null(ob_host_find_class(f->host, "tpm"));
}

static void test_device_answers(Fixture *f, gconstpointer data)
{
    HwInstance *beacon;

    (void)data;
    load(f);
    beacon = device_add(f, "beacon", "addr=0xfed10000");
    g_assert_cmphex(readl(f, BASE), ==, 0x4e434542);
    ob_host_remove_device(f->host, beacon);
}

static void test_missing_file_leaves_the_host(Fixture *f, gconstpointer data)
{
    uint32_t count = class_count(f->host);

    (void)data;
    g_assert_false(ob_host_load_plugins(f->host, "/nonexistent/set.so", &f->error));
    g_assert_true(g_str_has_prefix(f->text, "/nonexistent/set.so"));
    g_assert_cmpuint(class_count(f->host), ==, count);
}

static void test_second_load_is_refused(Fixture *f, gconstpointer data)
{
    uint32_t count;

    (void)data;
    load(f);
    count = class_count(f->host);
    g_assert_false(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    g_assert_cmpuint(class_count(f->host), ==, count);
}

static void test_name_of_an_added_class_is_refused(Fixture *f, gconstpointer data)
{
    static HwClass impostor;
    g_autofree char *sentence = g_strdup_printf("%s: device class 'tpm-crb' is there already",
                                                g_getenv("OUTBOARD_SET"));

    (void)data;
    impostor = gadget_class;
    impostor.table.name = "tpm-crb";
    g_assert_true(ob_host_add_class(f->host, &impostor, &f->error));
    g_assert_false(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    g_assert_cmpstr(f->text, ==, sentence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/plugins/load/classes-can-be-found", NULL, test_classes_can_be_found);
    TEST("/plugins/load/device-answers", NULL, test_device_answers);
    TEST("/plugins/load/missing-file-leaves-the-host", NULL, test_missing_file_leaves_the_host);
    TEST("/plugins/load/second-load-is-refused", NULL, test_second_load_is_refused);
    TEST("/plugins/load/name-of-an-added-class-is-refused", NULL,
         test_name_of_an_added_class_is_refused);
    return g_test_run();
}
