/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a chip describes itself (JEDEC JESD68.01, Common Flash Interface), with the values of QEMU's
 * cfi.pflash01. */
#include <string.h>

#include "qtest/machine/flash/flash-internal.h"

enum {
    QUERY_SIZE = 0x52,
    TEXT = 0x10, /* "QRY" */
    COMMANDS = 0x13,
    EXTENDED_AT = 0x15,
    VOLTAGES = 0x1b,
    TIMEOUTS = 0x1f, /* exponents: of typical times, then of the longest */
    CHIP_SIZE = 0x27,
    INTERFACE = 0x28,
    BLOCK_SIZE = 0x2a,
    REGIONS = 0x2c, /* the number of different sectors; then their number and size */
    SECTORS = 0x2d,
    SECTOR_SIZE = 0x2f, /* in units of 256 bytes */
    EXTENDED = 0x31,    /* "PRI" and version "10" */
    PROTECTION = 0x3f,
    INTEL = 1,
    X8_X16 = 2,
};

static uint32_t chips(const ObFlashShape *shape)
{
    return shape->device_width ? shape->width / shape->device_width : 1;
}

static void u16_put(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void table_fill(uint8_t *table, const ObFlashShape *shape, uint64_t size)
{
    static const uint8_t voltages[] = { 0x45, 0x55 };
    static const uint8_t timeouts[] = { 7, 7, 10, 0, 4, 4, 4, 0 };
    uint32_t sector = shape->sector / chips(shape);
    uint32_t block = shape->block / chips(shape);

    memset(table, 0, QUERY_SIZE);
    memcpy(table + TEXT, "QRY", 3);
    table[COMMANDS] = INTEL;
    table[EXTENDED_AT] = EXTENDED;
    memcpy(table + VOLTAGES, voltages, sizeof(voltages));
    memcpy(table + TIMEOUTS, timeouts, sizeof(timeouts));
    table[CHIP_SIZE] = (uint8_t)__builtin_ctzll(size / chips(shape));
    table[INTERFACE] = X8_X16;
    table[BLOCK_SIZE] = (uint8_t)__builtin_ctz(block);
    table[REGIONS] = 1;
    u16_put(table + SECTORS, (uint32_t)(size / shape->sector - 1));
    u16_put(table + SECTOR_SIZE, sector >> 8);
    memcpy(table + EXTENDED, "PRI10", 5);
    table[PROTECTION] = 1;
}

/* A chip counts its own words.  QEMU's old way knows 256 places. */
static uint64_t place(const ObFlashShape *shape, uint64_t offset)
{
    return shape->device_width ? offset / shape->width : (offset & 0xff) / shape->width;
}

/* Each chip gives the same answer on its part of the bus. */
static uint32_t all_chips(const ObFlashShape *shape, uint32_t answer)
{
    for (uint32_t i = shape->device_width; i && i < shape->width; i += shape->device_width) {
        answer |= answer << 8 * i;
    }
    return answer;
}

uint32_t ob_flash_id(const ObFlashShape *shape, uint64_t offset)
{
    switch (place(shape, offset) & 0xff) {
    case 0:
        return all_chips(shape, shape->maker);
    case 1:
        return all_chips(shape, shape->model);
    default:
        return 0;
    }
}

uint32_t ob_flash_query(const ObFlashShape *shape, uint64_t size, uint64_t offset)
{
    uint8_t table[QUERY_SIZE];
    uint64_t at = place(shape, offset);

    if (at >= QUERY_SIZE) {
        return 0;
    }
    table_fill(table, shape, size);
    return all_chips(shape, table[at]);
}
