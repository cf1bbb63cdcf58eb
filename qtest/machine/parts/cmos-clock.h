/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock in a PC's CMOS memory: an MC146818 that runs on the machine's virtual clock.  It
 * works on the registers in the memory, without a device around it.
 */
#ifndef OB_CMOS_CLOCK_H
#define OB_CMOS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* The MC146818's registers, and the century's bytes of PC firmware. */
enum {
    OB_RTC_SECONDS = 0x00,
    OB_RTC_SECONDS_ALARM = 0x01,
    OB_RTC_MINUTES = 0x02,
    OB_RTC_MINUTES_ALARM = 0x03,
    OB_RTC_HOURS = 0x04,
    OB_RTC_HOURS_ALARM = 0x05,
    OB_RTC_WEEKDAY = 0x06, /* 1: Sunday */
    OB_RTC_DAY = 0x07,
    OB_RTC_MONTH = 0x08,
    OB_RTC_YEAR = 0x09, /* in the century */
    OB_RTC_A = 0x0a,
    OB_RTC_B = 0x0b,
    OB_RTC_C = 0x0c, /* interrupt flags: reading clears them */
    OB_RTC_D = 0x0d,
    OB_RTC_CENTURY = 0x32,
};

typedef struct ObRtc {
    uint8_t *registers;
    int64_t seconds;  /* since 1970, and */
    int64_t fraction; /* ns, at */
    int64_t at;       /* ns of the virtual clock */
    int64_t seen;     /* the second up to which the flags are current */
    int64_t tick;     /* ns of the virtual clock: the last periodic interrupt */
    uint32_t period;  /* in ticks of 32768 Hz; 0: no periodic interrupt */
} ObRtc;

#define OB_RTC_NEVER INT64_MAX

/* Sets the clock, and the registers. */
void ob_rtc_set(ObRtc *rtc, int64_t now, int64_t seconds, int64_t fraction);

/* A loaded clock: the registers are those of the stream. */
void ob_rtc_resume(ObRtc *rtc, int64_t now, int64_t seconds, int64_t fraction);

/* Disables interrupts and clears the flags; the clock goes on. */
void ob_rtc_reset(ObRtc *rtc, int64_t now);

/* The time between two periodic interrupts; 0: there are none. */
int64_t ob_rtc_period_ns(const ObRtc *rtc);

/* The clock's time now: returns the seconds, and sets the ns. */
int64_t ob_rtc_time(const ObRtc *rtc, int64_t now, int64_t *fraction);

/* Makes the registers and flags current. */
void ob_rtc_update(ObRtc *rtc, int64_t now);

uint8_t ob_rtc_read(ObRtc *rtc, int64_t now, uint8_t index);
void ob_rtc_write(ObRtc *rtc, int64_t now, uint8_t index, uint8_t value);

/* The interrupt's level. */
bool ob_rtc_irq(const ObRtc *rtc);

/* The time at which ob_rtc_update() may raise the interrupt, or OB_RTC_NEVER. */
int64_t ob_rtc_deadline(const ObRtc *rtc, int64_t now);

#endif
