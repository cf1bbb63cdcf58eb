/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts values of registers, which have the host's byte order, to numbers and back. */
#ifndef HW_HOST_VCPU_VALUE_H
#define HW_HOST_VCPU_VALUE_H

#include <stdint.h>
#include <string.h>

/* The offset of the low `low` bytes of `size` bytes. */
static inline uint32_t hw_vcpu_value_low(uint32_t size, uint32_t low)
{
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? size - low : 0;
}

/* The low 64 bits of a value of `size` bytes. */
static inline uint64_t hw_vcpu_value_load(const uint8_t *value, uint32_t size)
{
    uint64_t number = 0;
    uint32_t low = size < sizeof(number) ? size : sizeof(number);

    memcpy((uint8_t *)&number + hw_vcpu_value_low(sizeof(number), low),
           value + hw_vcpu_value_low(size, low), low);
    return number;
}

/* Stores the low 64 bits; the other bits become 0. */
static inline void hw_vcpu_value_store(uint8_t *value, uint32_t size, uint64_t number)
{
    uint32_t low = size < sizeof(number) ? size : sizeof(number);

    memset(value, 0, size);
    memcpy(value + hw_vcpu_value_low(size, low),
           (const uint8_t *)&number + hw_vcpu_value_low(sizeof(number), low), low);
}

#endif
