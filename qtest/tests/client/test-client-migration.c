/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A test waits for a migration until it is complete, has failed, or has never begun. */
#include "qtest/client/drivers/migration.h"

#define LIMIT_MS 30000

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    g_assert_null(*(char **)opaque);
    *(char **)opaque = g_strdup(report);
}

static ObClient *program_start(char **report)
{
    HW_ERROR(error, 4096);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = "-machine q35" };
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_on_failure(c, keep_report, report);
    return c;
}

static void migrate(ObClient *c, const char *uri)
{
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
}

static void test_complete(void)
{
    g_autofree char *report = NULL, *status = NULL;
    ObClient *c = program_start(&report);

    migrate(c, "exec:cat >/dev/null");
    ob_migration_complete(c);
    status = ob_migration_await(c, "completed", 0);
    g_assert_cmpstr(status, ==, "completed");
    g_assert_null(report);
    ob_client_quit(c);
}

static void test_failed(void)
{
    g_autofree char *report = NULL, *status = NULL;
    ObClient *c = program_start(&report);

    migrate(c, "exec:false");
    status = ob_migration_await(c, "completed", LIMIT_MS);
    g_assert_cmpstr(status, ==, "failed");
    ob_migration_complete(c);
    g_assert_true(g_str_has_prefix(report, "migration: status failed, expected completed: "));
    g_assert_false(g_str_has_suffix(report, "expected completed: no reason is given\n"));
    ob_client_free(c);
}

static void test_none(void)
{
    g_autofree char *report = NULL, *status = NULL;
    ObClient *c = program_start(&report);

    status = ob_migration_await(c, "completed", 1);
    g_assert_cmpstr(status, ==, "none");
    ob_client_quit(c);
}

/* The wait ends with the program. */
static void test_dead(void)
{
    g_autofree char *report = NULL;
    ObClient *c = program_start(&report);

    json_decref(ob_client_qmp(c, "quit", NULL, NULL));
    while (!ob_client_failed(c)) {
        json_decref(ob_client_qmp(c, "query-status", NULL, NULL));
    }
    g_assert_null(ob_migration_await(c, "completed", LIMIT_MS));
    g_free(g_steal_pointer(&report));
    ob_migration_complete(c);
    g_assert_null(report);
    ob_client_free(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/client-migration/is-awaited", test_complete);
    g_test_add_func("/client-migration/failure-ends-the-wait", test_failed);
    g_test_add_func("/client-migration/wait-for-none-has-an-end", test_none);
    g_test_add_func("/client-migration/end-of-the-program-ends-the-wait", test_dead);
    return g_test_run();
}
