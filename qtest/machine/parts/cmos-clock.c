/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/parts/cmos-clock.h"

#include <glib.h>
#include <time.h>

#include "hw-api/hw-api.h"

#define NS    INT64_C(1000000000)
#define TICKS 32768 /* a second */
#define DAY   86400 /* s */

/* The time for which the chip says that an update follows: 244 us in the data sheet, 8 ticks. */
#define UPDATE_NS      (8 * NS / TICKS)

#define A_UPDATING     HW_BIT(7)
#define A_DIVIDER      0x70
#define A_DIVIDER_OFF  0x60 /* both bits: the divider is in reset */
#define A_RATE         0x0f
#define B_SET          HW_BIT(7)
#define B_PERIODIC     HW_BIT(6)
#define B_ALARM        HW_BIT(5)
#define B_UPDATE_ENDED HW_BIT(4)
#define B_SQUARE_WAVE  HW_BIT(3)
#define B_BINARY       HW_BIT(2)
#define B_24_HOURS     HW_BIT(1)
#define C_IRQ          HW_BIT(7)
#define C_FLAGS        (B_PERIODIC | B_ALARM | B_UPDATE_ENDED) /* at the places of their enables */
#define DONT_CARE      0xc0
#define PM             HW_BIT(7)

/* ------------------------------------------------------------------------ numbers */

static bool is_binary(const ObRtc *rtc)
{
    return rtc->registers[OB_RTC_B] & B_BINARY;
}

static uint8_t encode(const ObRtc *rtc, int value)
{
    return (uint8_t)(is_binary(rtc) ? value : value / 10 % 10 << 4 | value % 10);
}

static int decode(const ObRtc *rtc, uint8_t value)
{
    return is_binary(rtc) ? value : (value >> 4) * 10 + (value & 0xf);
}

/* With 12 hours, 12 is the hour from midnight or noon on. */
static uint8_t hour_encode(const ObRtc *rtc, int hour)
{
    if (rtc->registers[OB_RTC_B] & B_24_HOURS) {
        return encode(rtc, hour);
    }
    return (uint8_t)(encode(rtc, hour % 12 ? hour % 12 : 12) | (hour >= 12 ? PM : 0));
}

static int hour_decode(const ObRtc *rtc, uint8_t value)
{
    if (rtc->registers[OB_RTC_B] & B_24_HOURS) {
        return decode(rtc, value);
    }
    return decode(rtc, value & 0x7f) % 12 + (value & PM ? 12 : 0);
}

/* ------------------------------------------------------------------------ time */

static bool is_divided(const ObRtc *rtc)
{
    return (rtc->registers[OB_RTC_A] & A_DIVIDER_OFF) != A_DIVIDER_OFF;
}

static bool is_running(const ObRtc *rtc)
{
    return is_divided(rtc) && !(rtc->registers[OB_RTC_B] & B_SET);
}

int64_t ob_rtc_time(const ObRtc *rtc, int64_t now, int64_t *fraction)
{
    int64_t elapsed = now - rtc->at;
    int64_t ns = rtc->fraction + elapsed % NS;

    *fraction = ns % NS;
    return rtc->seconds + elapsed / NS + ns / NS;
}

/* By GLib and not gmtime_r(), which reads the host's time zone first. */
static void registers_fill(ObRtc *rtc, int64_t seconds)
{
    uint8_t *registers = rtc->registers;
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);

    /* Years without a number of four digits come only from streams. */
    if (!date) {
        return;
    }
    registers[OB_RTC_SECONDS] = encode(rtc, g_date_time_get_second(date));
    registers[OB_RTC_MINUTES] = encode(rtc, g_date_time_get_minute(date));
    registers[OB_RTC_HOURS] = hour_encode(rtc, g_date_time_get_hour(date));
    registers[OB_RTC_WEEKDAY] = encode(rtc, g_date_time_get_day_of_week(date) % 7 + 1);
    registers[OB_RTC_DAY] = encode(rtc, g_date_time_get_day_of_month(date));
    registers[OB_RTC_MONTH] = encode(rtc, g_date_time_get_month(date));
    registers[OB_RTC_YEAR] = encode(rtc, g_date_time_get_year(date) % 100);
    registers[OB_RTC_CENTURY] = encode(rtc, g_date_time_get_year(date) / 100);
}

static int64_t registers_time(const ObRtc *rtc)
{
    const uint8_t *registers = rtc->registers;
    struct tm date = {
        .tm_sec = decode(rtc, registers[OB_RTC_SECONDS]),
        .tm_min = decode(rtc, registers[OB_RTC_MINUTES]),
        .tm_hour = hour_decode(rtc, registers[OB_RTC_HOURS]),
        .tm_mday = decode(rtc, registers[OB_RTC_DAY]),
        .tm_mon = decode(rtc, registers[OB_RTC_MONTH]) - 1,
        .tm_year = decode(rtc, registers[OB_RTC_YEAR]) +
                   decode(rtc, registers[OB_RTC_CENTURY]) * 100 - 1900,
    };

    return (int64_t)timegm(&date);
}

/* The clock goes on from `seconds`; the flags don't see the step. */
static void time_start(ObRtc *rtc, int64_t now, int64_t seconds, int64_t fraction)
{
    rtc->seconds = rtc->seen = seconds;
    rtc->fraction = fraction;
    rtc->at = now;
}

void ob_rtc_set(ObRtc *rtc, int64_t now, int64_t seconds, int64_t fraction)
{
    time_start(rtc, now, seconds, fraction);
    registers_fill(rtc, seconds);
}

/* ------------------------------------------------------------------------ flags */

static bool alarm_part(uint8_t alarm, int value, int wanted)
{
    return (alarm & DONT_CARE) == DONT_CARE || value == wanted;
}

static bool alarm_at(const ObRtc *rtc, int64_t seconds)
{
    const uint8_t *registers = rtc->registers;
    int second = (int)(seconds % 60), minute = (int)(seconds / 60 % 60);
    int hour = (int)(seconds / 3600 % 24);
    uint8_t alarms[] = { registers[OB_RTC_SECONDS_ALARM], registers[OB_RTC_MINUTES_ALARM],
                         registers[OB_RTC_HOURS_ALARM] };

    return alarm_part(alarms[0], decode(rtc, alarms[0]), second) &&
           alarm_part(alarms[1], decode(rtc, alarms[1]), minute) &&
           alarm_part(alarms[2], hour_decode(rtc, alarms[2]), hour);
}

/* The first second of an alarm in the day after `seconds`, up to `last`; -1: none. */
static int64_t alarm_find(const ObRtc *rtc, int64_t seconds, int64_t last)
{
    last = MIN(last, seconds + DAY);
    for (int64_t i = seconds + 1; i <= last; i++) {
        if (i >= 0 && alarm_at(rtc, i)) {
            return i;
        }
    }
    return -1;
}

static int64_t ticks_ns(uint32_t ticks)
{
    return (int64_t)ticks * NS / TICKS;
}

static void period_update(ObRtc *rtc, int64_t now)
{
    if (rtc->period && now - rtc->tick >= ticks_ns(rtc->period)) {
        rtc->tick += (now - rtc->tick) / ticks_ns(rtc->period) * ticks_ns(rtc->period);
        rtc->registers[OB_RTC_C] |= B_PERIODIC;
    }
}

void ob_rtc_update(ObRtc *rtc, int64_t now)
{
    uint8_t *registers = rtc->registers;
    int64_t fraction;
    int64_t seconds = ob_rtc_time(rtc, now, &fraction);

    period_update(rtc, now);
    if (is_running(rtc) && seconds != rtc->seen) {
        registers[OB_RTC_C] |= B_UPDATE_ENDED;
        if (!(registers[OB_RTC_C] & B_ALARM) && alarm_find(rtc, rtc->seen, seconds) >= 0) {
            registers[OB_RTC_C] |= B_ALARM;
        }
        registers_fill(rtc, seconds);
        rtc->seen = seconds;
    }
    if (ob_rtc_irq(rtc)) {
        registers[OB_RTC_C] |= C_IRQ;
    }
}

bool ob_rtc_irq(const ObRtc *rtc)
{
    return rtc->registers[OB_RTC_C] & rtc->registers[OB_RTC_B] & C_FLAGS;
}

/* Flags that are enabled and not set. */
static uint8_t flags_waiting(const ObRtc *rtc)
{
    return rtc->registers[OB_RTC_B] & (uint8_t)~rtc->registers[OB_RTC_C];
}

static int64_t second_deadline(const ObRtc *rtc, int64_t now)
{
    int64_t fraction, seconds = ob_rtc_time(rtc, now, &fraction), next = -1;

    if (is_running(rtc) && flags_waiting(rtc) & B_UPDATE_ENDED) {
        next = seconds + 1;
    } else if (is_running(rtc) && flags_waiting(rtc) & B_ALARM) {
        next = alarm_find(rtc, seconds, seconds + DAY);
    }
    return next < 0 ? OB_RTC_NEVER : now + (next - seconds) * NS - fraction;
}

/* Without a deadline while the interrupt is raised: a long step of the clock stays short. */
int64_t ob_rtc_deadline(const ObRtc *rtc, int64_t now)
{
    int64_t period = OB_RTC_NEVER, second;

    if (now > INT64_MAX - 2 * DAY * NS) {
        return OB_RTC_NEVER;
    }
    if (rtc->period && flags_waiting(rtc) & B_PERIODIC) {
        period = rtc->tick + ticks_ns(rtc->period);
    }
    second = second_deadline(rtc, now);
    return MIN(period, second);
}

/* ------------------------------------------------------------------------ registers */

/* Rates 1 and 2 are those of 8 and 9. */
static uint32_t period_of(const ObRtc *rtc)
{
    uint32_t rate = rtc->registers[OB_RTC_A] & A_RATE;

    if (!rate || !(rtc->registers[OB_RTC_B] & B_PERIODIC)) {
        return 0;
    }
    return 1u << (rate <= 2 ? rate + 6 : rate - 1);
}

/* A new rate counts from the last interrupt on. */
static void period_set(ObRtc *rtc, int64_t now)
{
    uint32_t period = period_of(rtc);

    if (!rtc->period) {
        rtc->tick = now;
    }
    rtc->period = period;
}

void ob_rtc_resume(ObRtc *rtc, int64_t now, int64_t seconds, int64_t fraction)
{
    time_start(rtc, now, seconds, fraction);
    rtc->period = 0;
    period_set(rtc, now);
}

int64_t ob_rtc_period_ns(const ObRtc *rtc)
{
    return ticks_ns(rtc->period);
}

static bool is_updating(const ObRtc *rtc, int64_t now)
{
    int64_t fraction;

    ob_rtc_time(rtc, now, &fraction);
    return is_running(rtc) && fraction >= NS - UPDATE_NS;
}

/* The first update ends half a second after the divider's reset has ended (data sheet). */
static void a_write(ObRtc *rtc, int64_t now, uint8_t value)
{
    bool was_divided = is_divided(rtc);

    rtc->registers[OB_RTC_A] = value & (uint8_t)~A_UPDATING;
    if (!was_divided && is_running(rtc)) {
        time_start(rtc, now, registers_time(rtc), NS / 2);
    }
    period_set(rtc, now);
}

/* The fraction of a second goes on while the SET bit stops the registers. */
static void b_write(ObRtc *rtc, int64_t now, uint8_t value)
{
    bool was_running = is_running(rtc);
    int64_t fraction;

    if (value & B_SET) {
        value &= (uint8_t)~B_UPDATE_ENDED;
    }
    ob_rtc_time(rtc, now, &fraction);
    if (!was_running && is_divided(rtc) && !(value & B_SET)) {
        time_start(rtc, now, registers_time(rtc), fraction);
    }
    rtc->registers[OB_RTC_B] = value;
    if (is_running(rtc)) {
        registers_fill(rtc, rtc->seen);
    }
    period_set(rtc, now);
}

static void time_write(ObRtc *rtc, int64_t now, uint8_t index, uint8_t value)
{
    int64_t fraction;

    rtc->registers[index] = value;
    if (is_running(rtc)) {
        ob_rtc_time(rtc, now, &fraction);
        time_start(rtc, now, registers_time(rtc), fraction);
    }
}

static bool is_time(uint8_t index)
{
    return index <= OB_RTC_YEAR ? !(index & 1) || index >= OB_RTC_DAY : index == OB_RTC_CENTURY;
}

uint8_t ob_rtc_read(ObRtc *rtc, int64_t now, uint8_t index)
{
    uint8_t value;

    ob_rtc_update(rtc, now);
    value = rtc->registers[index];
    if (index == OB_RTC_A && is_updating(rtc, now)) {
        value |= A_UPDATING;
    }
    if (index == OB_RTC_C) {
        rtc->registers[OB_RTC_C] = 0;
    }
    return value;
}

void ob_rtc_write(ObRtc *rtc, int64_t now, uint8_t index, uint8_t value)
{
    ob_rtc_update(rtc, now);
    if (index == OB_RTC_A) {
        a_write(rtc, now, value);
    } else if (index == OB_RTC_B) {
        b_write(rtc, now, value);
    } else if (is_time(index)) {
        time_write(rtc, now, index, value);
    } else if (index != OB_RTC_C && index != OB_RTC_D) {
        rtc->registers[index] = value;
    }
    ob_rtc_update(rtc, now);
}

void ob_rtc_reset(ObRtc *rtc, int64_t now)
{
    uint8_t disabled = B_PERIODIC | B_ALARM | B_SQUARE_WAVE;

    ob_rtc_write(rtc, now, OB_RTC_B, rtc->registers[OB_RTC_B] & (uint8_t)~disabled);
    rtc->registers[OB_RTC_C] = 0;
}
