/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/parts/cmos.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"

#define PORT          0x70 /* index, write-only; the data port follows */
#define BYTES         128
#define BOOT_DEVICES  3 /* CMOS has room for three */
#define DEFAULT_ORDER "cad"

/* The MC146818's registers, then the bytes of PC firmware (Ralf Brown's CMOS list, and
 * QEMU's additions from 0x34 on).  Sizes are little-endian. */
enum {
    SECONDS = 0x00, /* BCD, like the next ones */
    MINUTES = 0x02,
    HOURS = 0x04,
    WEEKDAY = 0x06, /* 1: Sunday */
    DAY = 0x07,
    MONTH = 0x08,
    YEAR = 0x09, /* in the century */
    REG_A = 0x0a,
    REG_B = 0x0b,
    REG_C = 0x0c, /* interrupt flags: reading clears them */
    REG_D = 0x0d,
    EQUIPMENT = 0x14,
    BASE_KIB = 0x15,     /* u16 */
    EXTENDED_KIB = 0x17, /* u16 from 1 MiB on; repeated at 0x30 */
    EXTENDED_KIB_2 = 0x30,
    CENTURY = 0x32, /* repeated at 0x37, its place on a PS/2 */
    CENTURY_2 = 0x37,
    ABOVE_16M = 0x34,  /* u16, in 64 KiB, below 4 GiB */
    BOOT_THIRD = 0x38, /* in the upper half; bit 0: don't check for a floppy */
    BOOT_FIRST = 0x3d, /* the second device in the upper half */
    ABOVE_4G = 0x5b,   /* 3 bytes, in 64 KiB */
    MORE_CPUS = 0x5f,  /* the number of CPUs, less one */
};

#define REG_A_DIVIDER   0x26 /* 32768 Hz, periodic rate 1024 Hz */
#define REG_A_UPDATING  HW_BIT(7)
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

    BootOrder order; /* applies from the second reset on */
    uint32_t resets;
} Cmos;

#define NO_TIMER UINT64_MAX

/* ---------------------------------------------------------------- registers */

static uint64_t cmos_read(HwDevice *dev, uint64_t port, uint32_t size)
{
    Cmos *s = HW_DEVICE(Cmos, dev);
    uint8_t value;

    (void)size;
    if (port == 0) {
        return 0xff;
    }
    value = s->cmos_data[s->cmos_index % BYTES];
    if (s->cmos_index == REG_C) {
        s->cmos_data[REG_C] = 0;
    }
    return value;
}

static void data_write(Cmos *s, uint8_t value)
{
    uint8_t index = s->cmos_index % BYTES;

    if (index == REG_A) {
        value = (uint8_t)((value & ~REG_A_UPDATING) | (s->cmos_data[REG_A] & REG_A_UPDATING));
    }
    if (index != REG_C && index != REG_D) {
        s->cmos_data[index] = value;
    }
}

static void cmos_write(HwDevice *dev, uint64_t port, uint64_t value, uint32_t size)
{
    Cmos *s = HW_DEVICE(Cmos, dev);

    (void)size;
    if (port == 0) {
        s->cmos_index = value % BYTES;
    } else {
        data_write(s, (uint8_t)value);
    }
}

/* ------------------------------------------------------------------ content */

static void size_store(Cmos *s, uint32_t index, uint64_t value, uint32_t bytes)
{
    uint64_t largest = (UINT64_C(1) << (8 * bytes)) - 1;

    hw_store_le(&s->cmos_data[index], MIN(value, largest), bytes);
}

static void sizes_store(Cmos *s, const ObHost *host)
{
    uint64_t low = ob_map_from(&host->maps[HW_SPACE_MEMORY], 0)->size;
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
}

static bool cmos_reinject_needed(HwDevice *dev)
{
    return HW_DEVICE(Cmos, dev)->irq_reinject_on_ack_count != 0;
}

/* Keeps the fields of QEMU's clock, for a return to QEMU. */
/* clang-format off */
static const HwState cmos_state = {
    .name = "mc146818rtc",
    .version = 3,
    .minimum_version = 3,
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
        .description = "memory of a PC's clock",
        .instance_size = sizeof(Cmos),
        .regions = HW_ROWS(HwRegion,
            { "ports", HW_REGION_MMIO, HW_SPACE_IO, .size = 2, .offset = PORT, .access_max = 1,
              .read = cmos_read, .write = cmos_write }),
        .state = &cmos_state,
        .reset = cmos_reset,
    },
    .original = &cmos_class.table,
};

static void bcd_store(Cmos *s, uint32_t index, int value)
{
    s->cmos_data[index] = (uint8_t)(value / 10 % 10 << 4 | value % 10);
}

static void time_store(Cmos *s)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();

    s->base_rtc = (uint64_t)g_date_time_to_unix(now);
    s->last_update = s->base_rtc * G_GUINT64_CONSTANT(1000000000) +
                     (uint64_t)g_date_time_get_microsecond(now) * 1000;
    bcd_store(s, SECONDS, g_date_time_get_second(now));
    bcd_store(s, MINUTES, g_date_time_get_minute(now));
    bcd_store(s, HOURS, g_date_time_get_hour(now));
    bcd_store(s, WEEKDAY, g_date_time_get_day_of_week(now) % 7 + 1);
    bcd_store(s, DAY, g_date_time_get_day_of_month(now));
    bcd_store(s, MONTH, g_date_time_get_month(now));
    bcd_store(s, YEAR, g_date_time_get_year(now));
    bcd_store(s, CENTURY, g_date_time_get_year(now) / 100);
    s->cmos_data[CENTURY_2] = s->cmos_data[CENTURY];
}

static void content_make(Cmos *s, const ObHost *host, const ObBoot *boot)
{
    s->cmos_data[REG_A] = REG_A_DIVIDER;
    s->cmos_data[REG_B] = REG_B_24_HOURS;
    s->cmos_data[REG_D] = REG_D_VALID;
    s->cmos_data[EQUIPMENT] = EQUIPMENT_SET;
    s->cmos_data[MORE_CPUS] = (uint8_t)(MAX(boot->cpus, 1) - 1);
    s->periodic_timer = s->update_timer = NO_TIMER;
    time_store(s);
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
