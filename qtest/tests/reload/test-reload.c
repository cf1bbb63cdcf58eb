/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rebuilt plugin takes over its devices in the middle of their work. */
#include <stdlib.h>

#include "hw-api/host/run/property.h"
#include "qtest/tests/reload/flask-host.h"

static void reloads(FlaskHost *f, const char *version)
{
    flask_reload(f, version);
    g_assert_cmpstr(f->text, ==, "");
    g_assert_cmpuint(f->result.devices, ==, 2);
    flask_assert_same(f);
}

/* --------------------------------------------------------------------- the same */

static void test_same(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "first");
    g_assert_cmphex(flask_read(f, FLASK_ID), ==, FLASK_ID_VALUE | FLASK_MOOD);
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 1);
}

static int reloads_wanted(void)
{
    const char *text = g_getenv("OB_RELOADS");

    return text ? atoi(text) : 100;
}

static void test_often(FlaskHost *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < reloads_wanted(); i++) {
        reloads(f, i % 2 ? "first" : "moved");
    }
}

/* Its code is gone when the timer's time comes. */
static void test_timer_left(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "timer-left");
    reloads(f, "first");
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 1);
}

/* The lines belong to the device also afterwards. */
static void test_lines(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "first");
    g_assert_true(ob_host_irq_driver(f->host, FLASK_LINE) == f->flask->dev);
    ob_host_store(f->host, HW_SPACE_MEMORY, FLASK_STATUS, 1, 4);
    g_assert_false(ob_host_irq_level(f->host, FLASK_LINE));
    ob_host_remove_device(f->host, f->flask);
    g_assert_null(ob_host_irq_driver(f->host, FLASK_LINE));
}

static void test_reset(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "first");
    ob_host_reset(f->host);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, 0);
    g_assert_cmpint(ob_host_clock_next(f->host), ==, -1);
}

/* ------------------------------------------------------------------ the changes */

static void test_code(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "code");
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 10);
}

static void test_members_moved(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "moved");
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 1);
}

static void test_register_added(FlaskHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(flask_read(f, FLASK_EXTRA), ==, 0);
    reloads(f, "register-added");
    g_assert_cmphex(flask_read(f, FLASK_EXTRA), ==, 0x55);
    ob_host_store(f->host, HW_SPACE_MEMORY, FLASK_EXTRA, 0x12, 4);
    reloads(f, "register-added");
    g_assert_cmphex(flask_read(f, FLASK_EXTRA), ==, 0x12);
}

/* Nobody but the table has set it, so it follows the table. */
static void test_identification(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "id");
    g_assert_cmphex(flask_read(f, FLASK_ID), ==, 0xb0771e | FLASK_MOOD);
}

static void test_member_since(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "since");
    reloads(f, "since");
    g_assert_false(flask_reload(f, "first"));
    g_assert_cmpstr(f->text, ==,
                    "com.acme.flask: state 'flask' has version 2, expected 3 or newer");
}

static void test_array_grown(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "grown");
    g_assert_false(flask_reload(f, "first"));
    g_assert_nonnull(g_strstr_len(f->text, -1, "has 8 elements, expected 64 or more"));
}

static void property_is(FlaskHost *f, const char *name, const char *expected)
{
    const HwProperty *property = hw_instance_property(f->flask, name);
    char text[64];

    g_assert_nonnull(property);
    hw_instance_get(f->flask, property, text, sizeof(text));
    g_assert_cmpstr(text, ==, expected);
}

static void test_property_added(FlaskHost *f, gconstpointer data)
{
    (void)data;
    reloads(f, "property-added");
    property_is(f, "taste", "7");
    property_is(f, "label", "wine");
    property_is(f, "addr", "0xfed80000");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FLASK_TEST("/reload/same-set-changes-nothing", NULL, test_same);
    FLASK_TEST("/reload/many-times", NULL, test_often);
    FLASK_TEST("/reload/timer-is-left-behind", NULL, test_timer_left);
    FLASK_TEST("/reload/lines-belong-to-the-device", NULL, test_lines);
    FLASK_TEST("/reload/reset-works-afterwards", NULL, test_reset);
    FLASK_TEST("/reload/new-code-runs", NULL, test_code);
    FLASK_TEST("/reload/members-may-move", NULL, test_members_moved);
    FLASK_TEST("/reload/new-register-has-its-reset-value", NULL, test_register_added);
    FLASK_TEST("/reload/identification-follows-its-table", NULL, test_identification);
    FLASK_TEST("/reload/member-of-a-later-version", NULL, test_member_since);
    FLASK_TEST("/reload/array-may-grow", NULL, test_array_grown);
    FLASK_TEST("/reload/new-property-has-its-default", NULL, test_property_added);
    return g_test_run();
}
