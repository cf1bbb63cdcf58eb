/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resource descriptors (ACPI 6.4, section 6.4.3), and events, whose devices need them. */
#include "hw-api/device/aml-internal.h"

#include <stdio.h>

#include "hw-api/device/bytes.h"

enum {
    BUFFER_OP = 0x11,
    IO_PORTS = 0x47, /* a small descriptor: its length is in the tag */
    MEMORY32_FIXED = 0x86,
    DWORD_ADDRESS_SPACE = 0x87,
    WORD_ADDRESS_SPACE = 0x88,
    EXTENDED_INTERRUPT = 0x89,
    QWORD_ADDRESS_SPACE = 0x8a,

    IO_DECODES_16_BITS = 1 << 0,
    ADDRESS_MINIMUM_FIXED = 1 << 2,
    ADDRESS_MAXIMUM_FIXED = 1 << 3,
    INTERRUPT_CONSUMER = 1 << 0,
    MEMORY_CACHEABLE = 1 << 1,
    TYPE_IO = 1, /* the kind of address space; 0 is memory */
    TYPE_BUS_NUMBERS = 2,
    IO_ENTIRE_RANGE = 3,
};

#define NOTIFY_STATUS_CHANGE 0x80

void hw_aml_resources(HwAml *aml)
{
    hw_aml_begin(aml, BUFFER_OP, HW_AML_TERM_RESOURCES);
}

/* A descriptor is not a term: it belongs to the open resource template. */
static void descriptor_write(HwAml *aml, uint8_t tag, const uint8_t *body, uint32_t size)
{
    hw_aml_number(aml, tag, 1);
    hw_aml_number(aml, size, 2);
    hw_aml_append(aml, body, size);
}

void hw_aml_memory32_fixed(HwAml *aml, uint32_t base, uint32_t size, bool writable)
{
    uint8_t body[9] = { writable };

    hw_store_le(body + 1, base, 4);
    hw_store_le(body + 5, size, 4);
    descriptor_write(aml, MEMORY32_FIXED, body, sizeof(body));
}

void hw_aml_io_ports(HwAml *aml, uint16_t base, uint8_t count)
{
    uint8_t bytes[8] = { IO_PORTS, IO_DECODES_16_BITS };

    hw_store_le(bytes + 2, base, 2);
    hw_store_le(bytes + 4, base, 2);
    bytes[7] = count;
    hw_aml_append(aml, bytes, sizeof(bytes));
}

static void memory64(HwAml *aml, uint64_t base, uint64_t size, uint8_t flags)
{
    uint8_t body[43] = { 0, ADDRESS_MINIMUM_FIXED | ADDRESS_MAXIMUM_FIXED, flags };

    hw_store_le(body + 11, base, 8);
    hw_store_le(body + 19, base + size - 1, 8);
    hw_store_le(body + 35, size, 8);
    descriptor_write(aml, QWORD_ADDRESS_SPACE, body, sizeof(body));
}

void hw_aml_memory64(HwAml *aml, uint64_t base, uint64_t size, bool writable)
{
    memory64(aml, base, size, writable);
}

void hw_aml_cacheable64(HwAml *aml, uint64_t base, uint64_t size, bool writable)
{
    memory64(aml, base, size, (uint8_t)(MEMORY_CACHEABLE | writable));
}

void hw_aml_bus_numbers(HwAml *aml, uint16_t first, uint16_t last)
{
    uint8_t body[13] = { TYPE_BUS_NUMBERS, ADDRESS_MINIMUM_FIXED | ADDRESS_MAXIMUM_FIXED };

    hw_store_le(body + 5, first, 2);
    hw_store_le(body + 7, last, 2);
    hw_store_le(body + 11, last - first + 1u, 2);
    descriptor_write(aml, WORD_ADDRESS_SPACE, body, sizeof(body));
}

void hw_aml_io_window(HwAml *aml, uint32_t first, uint32_t last, uint32_t translation)
{
    uint8_t body[23] = { TYPE_IO, ADDRESS_MINIMUM_FIXED | ADDRESS_MAXIMUM_FIXED, IO_ENTIRE_RANGE };

    hw_store_le(body + 7, first, 4);
    hw_store_le(body + 11, last, 4);
    hw_store_le(body + 15, translation, 4);
    hw_store_le(body + 19, last - first + 1u, 4);
    descriptor_write(aml, DWORD_ADDRESS_SPACE, body, sizeof(body));
}

void hw_aml_interrupt(HwAml *aml, uint32_t gsi, uint8_t flags)
{
    uint8_t body[6] = { (uint8_t)(INTERRUPT_CONSUMER | flags), 1 };

    hw_store_le(body + 2, gsi, 4);
    descriptor_write(aml, EXTENDED_INTERRUPT, body, sizeof(body));
}

/* ---------------------------------------------------------------------- events */

static void notify(HwAml *aml, const char *device)
{
    hw_aml_op(aml, HW_AML_NOTIFY);
    hw_aml_reference(aml, device);
    hw_aml_integer(aml, NOTIFY_STATUS_CHANGE);
}

static void gpe_handler(HwAml *aml, uint32_t bit, const char *device)
{
    char path[16];

    snprintf(path, sizeof(path), "\\_GPE._E%02X", (unsigned)(bit & 0xff));
    hw_aml_method(aml, path, 0);
    notify(aml, device);
    hw_aml_end(aml);
}

/* ACPI 6.4, 5.6.9: an interrupt of _CRS calls _EVT with the interrupt's number. */
static void ged_handler(HwAml *aml, uint32_t gsi, const char *device)
{
    char name[8];

    snprintf(name, sizeof(name), "G%03X", (unsigned)(gsi & 0xfff));
    hw_aml_scope(aml, "\\_SB");
    hw_aml_device(aml, name);
    hw_aml_name_string(aml, "_HID", "ACPI0013");
    hw_aml_name_integer(aml, "_UID", gsi);
    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    hw_aml_interrupt(aml, gsi, HW_AML_INTERRUPT_EDGE);
    hw_aml_end(aml);
    hw_aml_method(aml, "_EVT", 1 | HW_AML_SERIALIZED);
    hw_aml_if(aml);
    hw_aml_op(aml, HW_AML_EQUAL);
    hw_aml_op(aml, HW_AML_ARG0);
    hw_aml_integer(aml, gsi);
    notify(aml, device);
    hw_aml_end(aml);
    hw_aml_end(aml);
    hw_aml_end(aml);
    hw_aml_end(aml);
}

void hw_aml_event_handler(HwAml *aml, const HwAcpiEvent *event, const char *device)
{
    if (event->kind == HW_ACPI_EVENT_GPE && event->number <= 0xff) {
        gpe_handler(aml, event->number, device);
    } else if (event->kind == HW_ACPI_EVENT_GED && event->number <= 0xfff) {
        ged_handler(aml, event->number, device);
    } else {
        aml->failed = true;
    }
}
