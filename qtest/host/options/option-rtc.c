/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -rtc: the time with which a PC's clock starts. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

#include <stdio.h>
#include <string.h>

/* A day, or a day and a time, of UTC. */
static bool date_parse(const char *text, int64_t *seconds)
{
    int year, month, day, hour = 0, minute = 0, second = 0;
    int day_length = 0, length = 0;
    g_autoptr(GDateTime) date = NULL;

    if (sscanf(text, "%4d-%2d-%2d%nT%2d:%2d:%2d%n", &year, &month, &day, &day_length, &hour,
               &minute, &second, &length) != 6) {
        length = day_length;
    }
    if (!length || text[length]) {
        return false;
    }
    date = g_date_time_new_utc(year, month, day, hour, minute, second);
    *seconds = date ? g_date_time_to_unix(date) : 0;
    return date != NULL;
}

static int64_t zone_offset(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();

    return now ? g_date_time_get_utc_offset(now) / G_TIME_SPAN_SECOND : 0;
}

static bool base_take(ObOptions *options, const char *base, HwError *error)
{
    bool is_utc = strcmp(base, "utc") == 0;
    bool is_local = strcmp(base, "localtime") == 0;

    options->boot.clock_offset = is_local ? zone_offset() : 0;
    options->boot.has_date = !is_utc && !is_local;
    return !options->boot.has_date || date_parse(base, &options->boot.date) ||
           hw_error_set(error,
                        "base: invalid value '%s': expected utc, localtime, 2006-06-17 or "
                        "2006-06-17T16:01:21",
                        base);
}

/* The clock follows the virtual clock, so these have nothing to change. */
static bool others_check(const char *clock, const char *drift, HwError *error)
{
    static const char *const clocks[] = { "host", "rt", "vm", NULL };
    static const char *const drifts[] = { "none", "slew", NULL };

    if (clock && !g_strv_contains(clocks, clock)) {
        return hw_error_set(error, "clock: invalid value '%s': expected host, rt or vm", clock);
    }
    return !drift || g_strv_contains(drifts, drift) ||
           hw_error_set(error, "driftfix: invalid value '%s': expected none or slew", drift);
}

bool ob_option_rtc(ObOptions *options, const char *argument, HwError *error)
{
    static const char *const keys[] = { "base", "clock", "driftfix", NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    const char *base;

    if (!keyval || !ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    base = ob_keyval_get(keyval, "base");
    return (!base || base_take(options, base, error)) &&
           others_check(ob_keyval_get(keyval, "clock"), ob_keyval_get(keyval, "driftfix"), error);
}
