/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each level of a device's log has its function of QEMU. */
#include <glib.h>
#include <stdarg.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/log.h"

/* ----------------------------------------------------------------------- the fake */

static GString *told;

static void tell(const char *what, const char *format, va_list args)
{
    g_string_append_printf(told, "%s: ", what);
    g_string_append_vprintf(told, format, args);
    g_string_append_c(told, ';');
}

#define DEFINE(name)                   \
    void name(const char *format, ...) \
    {                                  \
        va_list args;                  \
                                       \
        va_start(args, format);        \
        tell(#name, format, args);     \
        va_end(args);                  \
    }

DEFINE(error_report)
DEFINE(warn_report)
DEFINE(info_report)
DEFINE(qemu_log)

int qemu_loglevel;

void error_setg_internal(QemuError **errp, const char *file, int line, const char *function,
                         const char *format, ...)
{
    va_list args;

    g_assert_nonnull(strstr(file, "log.c"));
    g_assert_cmpint(line, >, 0);
    g_assert_cmpstr(function, ==, "bridge_fail");
    g_assert_null(errp);
    va_start(args, format);
    tell("error", format, args);
    va_end(args);
}

/* -------------------------------------------------------------------------- tests */

static void told_expect(const char *expected)
{
    g_assert_cmpstr(told->str, ==, expected);
    g_string_truncate(told, 0);
}

static void test_levels(void)
{
    HwDevice dev = { .id = "d%s" };

    told = g_string_new(NULL);
    bridge_log(&dev, HW_LOG_ERROR, "a%d");
    told_expect("error_report: d%s: a%d;");
    bridge_log(&dev, HW_LOG_WARNING, "b");
    told_expect("warn_report: d%s: b;");
    bridge_log(&dev, HW_LOG_INFO, "c");
    told_expect("info_report: d%s: c;");
    for (uint32_t level = HW_LOG_INFO + 1; level < HW_LOG_INFO + 4; level++) {
        qemu_loglevel = ~QEMU_LOG_GUEST_ERROR;
        bridge_log(&dev, level, "d");
        told_expect("");
        qemu_loglevel = QEMU_LOG_GUEST_ERROR;
        bridge_log(&dev, level, "d");
        told_expect("qemu_log: d%s: d\n;");
    }
    bridge_log_line(HW_LOG_WARNING, "line");
    told_expect("warn_report: line;");
    bridge_report("sentence");
    told_expect("error_report: outboard-qemu: sentence;");
    bridge_fail(NULL, "why %s");
    told_expect("error: why %s;");
    g_string_free(told, TRUE);
}

/* A line has 1023 bytes. */
static void test_long(void)
{
    HwDevice dev = { .id = "d" };
    g_autofree char *text = g_strnfill(2000, 'x'), *kept = g_strnfill(1020, 'x');
    g_autofree char *expected = g_strdup_printf("error_report: d: %s;", kept);

    told = g_string_new(NULL);
    bridge_log(&dev, HW_LOG_ERROR, text);
    told_expect(expected);
    g_string_free(told, TRUE);
}

static void test_early(void)
{
    if (g_test_subprocess()) {
        bridge_report_early("sentence");
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("outboard-qemu: sentence\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-log/levels", test_levels);
    g_test_add_func("/bridge-log/long-line", test_long);
    g_test_add_func("/bridge-log/before-main", test_early);
    return g_test_run();
}
