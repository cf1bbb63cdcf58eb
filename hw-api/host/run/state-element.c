/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of a state: in the host's byte order in the instance, big-endian in a stream. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/state.h"

typedef union Element {
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
} Element;

void hw_state_element_load(void *to, const uint8_t *from, uint32_t size)
{
    Element value = { 0 };

    switch (size) {
    case 1:
        value.u8 = *from;
        break;
    case 2:
        value.u16 = hw_load_be16(from);
        break;
    case 4:
        value.u32 = hw_load_be32(from);
        break;
    default:
        value.u64 = hw_load_be64(from);
    }
    memcpy(to, &value, size);
}

void hw_state_element_store(uint8_t *to, const void *from, uint32_t size)
{
    Element value;

    memcpy(&value, from, size);
    switch (size) {
    case 1:
        *to = value.u8;
        break;
    case 2:
        hw_store_be16(to, value.u16);
        break;
    case 4:
        hw_store_be32(to, value.u32);
        break;
    default:
        hw_store_be64(to, value.u64);
    }
}

bool hw_state_is_given(const void *instance, const HwStateField *field)
{
    uint32_t number = 0;

    if (field->given) {
        memcpy(&number, (const uint8_t *)instance + field->given, sizeof(number));
    }
    return !field->given || number & field->given_bits;
}
