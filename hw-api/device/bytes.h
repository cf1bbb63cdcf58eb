/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads and stores integers of a fixed byte order, at any alignment. */
#ifndef HW_DEVICE_BYTES_H
#define HW_DEVICE_BYTES_H

#include <stdint.h>

static inline uint16_t hw_load_be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t hw_load_be32(const uint8_t *p)
{
    return (uint32_t)hw_load_be16(p) << 16 | hw_load_be16(p + 2);
}

static inline uint64_t hw_load_be64(const uint8_t *p)
{
    return (uint64_t)hw_load_be32(p) << 32 | hw_load_be32(p + 4);
}

static inline void hw_store_be16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static inline void hw_store_be32(uint8_t *p, uint32_t value)
{
    hw_store_be16(p, (uint16_t)(value >> 16));
    hw_store_be16(p + 2, (uint16_t)value);
}

static inline void hw_store_be64(uint8_t *p, uint64_t value)
{
    hw_store_be32(p, (uint32_t)(value >> 32));
    hw_store_be32(p + 4, (uint32_t)value);
}

/* Loads a big-endian integer of `size` bytes, 1 to 8. */
static inline uint64_t hw_load_be(const uint8_t *p, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++) {
        value = value << 8 | p[i];
    }
    return value;
}

/* Loads a little-endian integer of `size` bytes, 1 to 8. */
static inline uint64_t hw_load_le(const uint8_t *p, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = size; i-- > 0;) {
        value = value << 8 | p[i];
    }
    return value;
}

static inline void hw_store_le(uint8_t *p, uint64_t value, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        p[i] = (uint8_t)(value >> (8 * i));
    }
}

#endif
