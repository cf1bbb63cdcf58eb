/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/acpi/buffer.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_LIMIT (UINT32_C(1) << 30)

static bool buffer_reserve(HwAcpiBuffer *buffer, uint32_t size)
{
    uint32_t capacity = buffer->capacity ? buffer->capacity : 1024;
    uint8_t *bytes;

    if (buffer->failed || size > SIZE_LIMIT - buffer->size) {
        buffer->failed = true;
        return false;
    }
    while (capacity < buffer->size + size) {
        capacity *= 2;
    }
    if (capacity != buffer->capacity) {
        bytes = realloc(buffer->bytes, capacity);
        if (!bytes) {
            buffer->failed = true;
            return false;
        }
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    return true;
}

uint8_t *hw_acpi_buffer_append(HwAcpiBuffer *buffer, const void *from, uint32_t size)
{
    uint8_t *at;

    if (!buffer_reserve(buffer, size)) {
        return NULL;
    }
    at = buffer->bytes + buffer->size;
    if (from && size > 0) {
        memcpy(at, from, size);
    } else {
        memset(at, 0, size);
    }
    buffer->size += size;
    return at;
}

void hw_acpi_buffer_align(HwAcpiBuffer *buffer, uint32_t alignment)
{
    hw_acpi_buffer_append(buffer, NULL, (alignment - buffer->size % alignment) % alignment);
}

void hw_acpi_buffer_clear(HwAcpiBuffer *buffer)
{
    free(buffer->bytes);
    *buffer = (HwAcpiBuffer) { 0 };
}
