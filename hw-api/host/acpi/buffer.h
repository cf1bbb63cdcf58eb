/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that grow at their end.  No memory is remembered: check `failed` once. */
#ifndef HW_HOST_ACPI_BUFFER_H
#define HW_HOST_ACPI_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct HwAcpiBuffer {
    uint8_t *bytes;
    uint32_t size;
    uint32_t capacity;
    bool failed;
} HwAcpiBuffer;

/* Copies `size` bytes to the end; `from` NULL: zeros.  Returns where they begin, NULL if
 * there is no memory.  Valid until the next call. */
uint8_t *hw_acpi_buffer_append(HwAcpiBuffer *buffer, const void *from, uint32_t size);

/* Zeros up to a size that is a multiple of `alignment`. */
void hw_acpi_buffer_align(HwAcpiBuffer *buffer, uint32_t alignment);
void hw_acpi_buffer_clear(HwAcpiBuffer *buffer);

#endif
