/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/parts/cmos.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/cmos-clock.h"

#define PORT          0x70 /* index, write-only; the data port follows */
#define BYTES         128
#define IRQ           8
#define BOOT_DEVICES  3 /* CMOS has room for three */
#define DEFAULT_ORDER "cad"

/* The bytes of PC firmware (Ralf Brown's CMOS list, and QEMU's additions from 0x34 on).  Sizes
 * are little-endian.  cmos-clock.h has the clock's registers. */
enum {
    EQUIPMENT = 0x14,
    BASE_KIB = 0x15,     /* u16 */
    EXTENDED_KIB = 0x17, /* u16 from 1 MiB on; repeated at 0x30 */
    EXTENDED_KIB_2 = 0x30,
    CENTURY_2 = 0x37,  /* the century's place on a PS/2 */
    ABOVE_16M = 0x34,  /* u16, in 64 KiB, below 4 GiB */
    BOOT_THIRD = 0x38, /* in the upper half; bit 0: don't check for a floppy */
    BOOT_FIRST = 0x3d, /* the second device in the upper half */
    ABOVE_4G = 0x5b,   /* 3 bytes, in 64 KiB */
    MORE_CPUS = 0x5f,  /* the number of CPUs, less one */
};

#define REG_A_DIVIDER   0x26 /* 32768 Hz, periodic rate 1024 Hz */
#define REG_B_24_HOURS  0x02
#define REG_D_VALID     0x80
#define EQUIPMENT_SET   0x06 /* FPU, PS/2 mouse */
#define NO_FLOPPY_CHECK 0x01

typedef struct BootOrder {
    uint8_t first; /* BOOT_FIRST */
    uint8_t third; /* BOOT_THIRD */
} BootOrder;

typedef struct Cmos {
    HwDevice dev;
    uint8_t cmos_data[BYTES]; /* state, as QEMU names it */
    uint8_t cmos_index;
    uint8_t unused_1[28];
    uint64_t periodic_timer;
    uint64_t next_periodic_time;
    uint8_t unused_2[24];
    uint32_t irq_coalesced;
    uint32_t period;
    uint64_t base_rtc; /* s since 1970, at `last_update`, ns */
    uint64_t last_update;
    uint64_t offset;
    uint64_t update_timer;
    uint64_t next_alarm_time;
    uint16_t irq_reinject_on_ack_count;

    ObRtc rtc;
    HwTimer *timer;        /* made when an interrupt is enabled */
    int64_t deadline;      /* that the timer has */
    int64_t saved_seconds; /* the time that base_rtc, offset and last_update stand for */
    int64_t saved_fraction;
    BootOrder order; /* applies from the second reset on */
    uint32_t resets;
} Cmos;

#define NO_TIMER      UINT64_MAX
#define NS            UINT64_C(1000000000)
#define HOST_TIME_MIN (UINT64_C(1) << 59) /* ns since 1970: in 1988 */
#define SECONDS_MAX   (INT64_C(1) << 40)  /* more than a year of four digits needs */

/* ---------------------------------------------------------------- registers */

static int64_t cmos_now(const Cmos *s)
{
    return ob_host_of(&s->dev)->clock.now;
}

static uint8_t cmos_byte(const Cmos *s)
{
    return s->cmos_index == CENTURY_2 ? OB_RTC_CENTURY : s->cmos_index % BYTES;
}

static uint64_t cmos_read(HwDevice *dev, uint64_t port, uint32_t size)
{
    Cmos *s = HW_DEVICE(Cmos, dev);

    (void)size;
    return port == 0 ? 0xff : ob_rtc_read(&s->rtc, cmos_now(s), cmos_byte(s));
}

static void cmos_write(HwDevice *dev, uint64_t port, uint64_t value, uint32_t size)
{
    Cmos *s = HW_DEVICE(Cmos, dev);

    (void)size;
    if (port == 0) {
        s->cmos_index = value % BYTES;
    } else {
        ob_rtc_write(&s->rtc, cmos_now(s), cmos_byte(s), (uint8_t)value);
    }
}

static void cmos_fired(HwDevice *dev, void *opaque)
{
    Cmos *s = HW_DEVICE(Cmos, dev);

    (void)opaque;
    s->deadline = OB_RTC_NEVER;
    ob_rtc_update(&s->rtc, cmos_now(s));
}

/* A timer runs only for an interrupt: reads compute the flags. */
static void timer_update(Cmos *s)
{
    int64_t deadline = ob_rtc_deadline(&s->rtc, cmos_now(s));

    if (deadline == s->deadline) {
        return;
    }
    if (!s->timer) {
        s->timer = ob_clock_timer_needed(&ob_host_of(&s->dev)->clock, &s->dev, cmos_fired, NULL);
    }
    if (deadline == OB_RTC_NEVER) {
        ob_clock_timer_cancel(s->timer);
    } else {
        ob_clock_timer_set(s->timer, deadline);
    }
    s->deadline = deadline;
}

static void cmos_update(HwDevice *dev)
{
    Cmos *s = HW_DEVICE(Cmos, dev);

    timer_update(s);
    hw_irq_set(dev, IRQ, ob_rtc_irq(&s->rtc));
}

/* ------------------------------------------------------------------ content */

static void size_store(Cmos *s, uint32_t index, uint64_t value, uint32_t bytes)
{
    uint64_t largest = (UINT64_C(1) << (8 * bytes)) - 1;

    hw_store_le(&s->cmos_data[index], MIN(value, largest), bytes);
}

static void sizes_store(Cmos *s, ObHost *host)
{
    uint64_t low = ob_host_ram_low(host);
    uint64_t extended = low > 0x100000 ? (low - 0x100000) / 1024 : 0;

    size_store(s, BASE_KIB, MIN(low / 1024, 640), 2);
    size_store(s, EXTENDED_KIB, extended, 2);
    size_store(s, EXTENDED_KIB_2, extended, 2);
    size_store(s, ABOVE_16M, low > 0x1000000 ? (low - 0x1000000) / 0x10000 : 0, 2);
    size_store(s, ABOVE_4G, (host->ram_size - low) / 0x10000, 3);
}

/* Returns 0 if a PC can't boot from the device. */
static uint8_t boot_device(char letter)
{
    switch (letter) {
    case 'a':
    case 'b':
        return 1;
    case 'c':
        return 2;
    case 'd':
        return 3;
    case 'n':
        return 4;
    default:
        return 0;
    }
}

static bool order_encode(const char *letters, bool no_floppy_check, BootOrder *order,
                         HwError *error)
{
    uint8_t devices[BOOT_DEVICES] = { 0 };
    size_t count = strlen(letters);

    if (count > BOOT_DEVICES) {
        return hw_error_set(error, "machine: boot order '%s' has %zu devices, expected at most %u",
                            letters, count, BOOT_DEVICES);
    }
    for (size_t i = 0; i < count; i++) {
        devices[i] = boot_device(letters[i]);
        if (devices[i] == 0) {
            return hw_error_set(error,
                                "machine: invalid boot device '%c': expected a, b, c, d "
                                "or n",
                                letters[i]);
        }
    }
    *order = (BootOrder) {
        .first = (uint8_t)(devices[1] << 4 | devices[0]),
        .third = (uint8_t)(devices[2] << 4 | (no_floppy_check ? NO_FLOPPY_CHECK : 0)),
    };
    return true;
}

static void order_store(Cmos *s, const BootOrder *order)
{
    s->cmos_data[BOOT_FIRST] = order->first;
    s->cmos_data[BOOT_THIRD] = order->third;
}

static bool orders_set(Cmos *s, const ObBoot *boot, HwError *error)
{
    const char *order = boot->order ? boot->order : DEFAULT_ORDER;
    BootOrder once;

    if (!order_encode(order, boot->no_floppy_check, &s->order, error) ||
        !order_encode(boot->once ? boot->once : order, boot->no_floppy_check, &once, error)) {
        return false;
    }
    order_store(s, &once);
    return true;
}

/* --------------------------------------------------------------------- life */

/* A battery keeps the memory across reset.  The first reset is part of the start. */
static void cmos_reset(HwDevice *dev)
{
    Cmos *s = HW_DEVICE(Cmos, dev);

    if (s->resets++ == 1) {
        order_store(s, &s->order);
    }
    ob_rtc_reset(&s->rtc, cmos_now(s));
}

static bool cmos_reinject_needed(HwDevice *dev)
{
    return HW_DEVICE(Cmos, dev)->irq_reinject_on_ack_count != 0;
}

static uint64_t host_ns(void)
{
    return (uint64_t)g_get_real_time() * 1000;
}

static void fields_set(Cmos *s, int64_t seconds, int64_t fraction)
{
    s->saved_seconds = seconds;
    s->saved_fraction = fraction;
    s->base_rtc = (uint64_t)seconds;
    s->offset = (uint64_t)fraction;
    s->last_update = host_ns();
    s->update_timer = s->last_update + NS - (uint64_t)fraction;
}

/* QEMU's clock goes on from these fields, by its host's time.  They stay while time stands still. */
static void cmos_pre_save(HwDevice *dev)
{
    Cmos *s = HW_DEVICE(Cmos, dev);
    int64_t fraction, now = cmos_now(s), seconds = ob_rtc_time(&s->rtc, now, &fraction);

    ob_rtc_update(&s->rtc, now);
    if (seconds != s->saved_seconds || fraction != s->saved_fraction) {
        fields_set(s, seconds, fraction);
        s->period = s->rtc.period;
        s->next_periodic_time = s->last_update + (uint64_t)ob_rtc_period_ns(&s->rtc);
        s->periodic_timer = s->period ? s->next_periodic_time : NO_TIMER;
    }
}

/* The clock went on while the stream was under way.  `last_update` of a QEMU whose clock is the
 * virtual one is not a host's time. */
static void cmos_loaded(HwDevice *dev)
{
    Cmos *s = HW_DEVICE(Cmos, dev);
    uint64_t now = host_ns();
    bool is_host_time = !ob_host_of(dev)->travels_in_no_time && s->last_update > HOST_TIME_MIN &&
                        s->last_update < now;
    uint64_t ns = s->offset % NS + (is_host_time ? now - s->last_update : 0);
    int64_t seconds = (int64_t)(s->base_rtc + s->offset / NS + ns / NS);

    s->saved_seconds = CLAMP(seconds, -SECONDS_MAX, SECONDS_MAX);
    s->saved_fraction = (int64_t)(ns % NS);
    ob_rtc_resume(&s->rtc, cmos_now(s), s->saved_seconds, s->saved_fraction);
}

/* Keeps the fields of QEMU's clock, for a return to QEMU. */
/* clang-format off */
static const HwState cmos_state = {
    .name = "mc146818rtc",
    .version = 3,
    .minimum_version = 3,
    .pre_save = cmos_pre_save,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Cmos, cmos_data), HW_SAVED(Cmos, cmos_index), HW_SAVED(Cmos, unused_1),
        HW_SAVED(Cmos, periodic_timer), HW_SAVED(Cmos, next_periodic_time),
        HW_SAVED(Cmos, unused_2), HW_SAVED(Cmos, irq_coalesced),
        HW_SAVED(Cmos, period), HW_SAVED(Cmos, base_rtc),
        HW_SAVED(Cmos, last_update), HW_SAVED(Cmos, offset),
        HW_SAVED(Cmos, update_timer), HW_SAVED(Cmos, next_alarm_time)),
    .subsections = HW_ROWS(HwState,
        { .name = "mc146818rtc/irq_reinject_on_ack_count", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED(Cmos, irq_reinject_on_ack_count)),
          .needed = cmos_reinject_needed }),
};
/* clang-format on */

static const HwClass cmos_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "cmos",
        .description = "clock and memory of a PC",
        .instance_size = sizeof(Cmos),
        .flags = HW_CLASS_FLAT,
        .regions = HW_ROWS(HwRegion,
            { "ports", HW_REGION_MMIO, HW_SPACE_IO, .size = 2, .offset = PORT, .access_max = 1,
              .read = cmos_read, .write = cmos_write }),
        .state = &cmos_state,
        .reset = cmos_reset,
        .update = cmos_update,
        .loaded = cmos_loaded,
    },
    .original = &cmos_class.table,
};

static void time_make(Cmos *s, const ObBoot *boot)
{
    int64_t host = g_get_real_time() / G_USEC_PER_SEC + boot->clock_offset;

    s->rtc.registers = s->cmos_data;
    s->deadline = OB_RTC_NEVER;
    s->periodic_timer = NO_TIMER;
    fields_set(s, boot->has_date ? boot->date : host, 0);
    ob_rtc_set(&s->rtc, 0, s->saved_seconds, 0);
}

static void content_make(Cmos *s, ObHost *host, const ObBoot *boot)
{
    s->cmos_data[OB_RTC_A] = REG_A_DIVIDER;
    s->cmos_data[OB_RTC_B] = REG_B_24_HOURS;
    s->cmos_data[OB_RTC_D] = REG_D_VALID;
    s->cmos_data[EQUIPMENT] = EQUIPMENT_SET;
    s->cmos_data[MORE_CPUS] = (uint8_t)(MAX(boot->cpus, 1) - 1);
    time_make(s, boot);
    sizes_store(s, host);
}

bool ob_cmos_create(ObHost *host, const ObBoot *boot, HwError *error)
{
    static const ObBoot defaults;
    HwInstance *instance;
    Cmos *s;

    if (!host->machine->has_io_ports) {
        return true;
    }
    instance = hw_instance_new(&host->base.api, &cmos_class, NULL, NULL);
    if (!instance) {
        return hw_error_set(error, "cmos: no memory for the device");
    }
    s = HW_DEVICE(Cmos, instance->dev);
    boot = boot ? boot : &defaults;
    content_make(s, host, boot);
    if (!orders_set(s, boot, error)) {
        hw_instance_free(instance);
        return false;
    }
    return ob_host_add_part(host, instance, error);
}
