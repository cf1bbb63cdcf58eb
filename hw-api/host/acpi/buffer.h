/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A buffer that grows at its end.  It remembers if memory ran out: check `failed` once. */
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

/* Copies `size` bytes to the end; `from` NULL: zeros.  Returns their address, which is valid until
 * the next call; NULL: no memory. */
uint8_t *hw_acpi_buffer_append(HwAcpiBuffer *buffer, const void *from, uint32_t size);

/* Appends zeros until the size is a multiple of `alignment`. */
void hw_acpi_buffer_align(HwAcpiBuffer *buffer, uint32_t alignment);
void hw_acpi_buffer_clear(HwAcpiBuffer *buffer);

#endif
