/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names (ACPI 6.4, 20.2.2), and the terms that begin with one. */
#include "hw-api/device/aml-internal.h"

enum {
    NAME_OP = 0x08,
    SCOPE_OP = 0x10,
    METHOD_OP = 0x14,
    DUAL_NAME_PREFIX = 0x2e,
    MULTI_NAME_PREFIX = 0x2f,
    IF_OP = 0xa0,
    ELSE_OP = 0xa1,
    REGION_OP = 0x5b80,
    FIELD_OP = 0x5b81,
    DEVICE_OP = 0x5b82,
};

enum { SEGMENT = 4, SEGMENTS_MAX = 255 };

static bool is_name_character(char c, bool first)
{
    return (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

/* Writes one segment, padded, and returns the text that follows it. */
static const char *segment_write(HwAml *aml, const char *text)
{
    char segment[SEGMENT] = { '_', '_', '_', '_' };
    uint32_t length = 0;

    while (length < SEGMENT && is_name_character(text[length], length == 0)) {
        segment[length] = text[length];
        length++;
    }
    aml->failed |= length == 0;
    hw_aml_append(aml, segment, SEGMENT);
    return text + length;
}

static uint32_t segment_count(const char *text)
{
    uint32_t count = *text != '\0';

    for (; *text; text++) {
        count += *text == '.';
    }
    return count;
}

void hw_aml_reference(HwAml *aml, const char *path)
{
    uint32_t count;

    for (; *path == '\\' || *path == '^'; path++) {
        hw_aml_append(aml, path, 1);
    }
    count = segment_count(path);
    aml->failed |= count > SEGMENTS_MAX;
    if (count == 0) {
        hw_aml_op(aml, 0x00);
    } else if (count == 2) {
        hw_aml_op(aml, DUAL_NAME_PREFIX);
    } else if (count > 2) {
        hw_aml_op(aml, MULTI_NAME_PREFIX);
        hw_aml_number(aml, count, 1);
    }
    for (uint32_t i = 0; i < count && !aml->failed; i++) {
        path = segment_write(aml, path);
        aml->failed |= *path != (i + 1 < count ? '.' : '\0');
        path++;
    }
}

void hw_aml_name(HwAml *aml, const char *path)
{
    hw_aml_op(aml, NAME_OP);
    hw_aml_reference(aml, path);
}

void hw_aml_name_integer(HwAml *aml, const char *path, uint64_t value)
{
    hw_aml_name(aml, path);
    hw_aml_integer(aml, value);
}

void hw_aml_name_string(HwAml *aml, const char *path, const char *text)
{
    hw_aml_name(aml, path);
    hw_aml_string(aml, text);
}

void hw_aml_scope(HwAml *aml, const char *path)
{
    hw_aml_begin(aml, SCOPE_OP, HW_AML_TERM_PLAIN);
    hw_aml_reference(aml, path);
}

void hw_aml_device(HwAml *aml, const char *path)
{
    hw_aml_begin(aml, DEVICE_OP, HW_AML_TERM_PLAIN);
    hw_aml_reference(aml, path);
}

void hw_aml_method(HwAml *aml, const char *path, uint32_t arguments)
{
    aml->failed |= arguments > (7 | HW_AML_SERIALIZED);
    hw_aml_begin(aml, METHOD_OP, HW_AML_TERM_PLAIN);
    hw_aml_reference(aml, path);
    hw_aml_number(aml, arguments, 1);
}

void hw_aml_if(HwAml *aml)
{
    hw_aml_begin(aml, IF_OP, HW_AML_TERM_PLAIN);
}

void hw_aml_else(HwAml *aml)
{
    hw_aml_begin(aml, ELSE_OP, HW_AML_TERM_PLAIN);
}

/* --------------------------------------------------------------------- regions */

void hw_aml_operation_region(HwAml *aml, const char *path, uint8_t space)
{
    hw_aml_op(aml, REGION_OP);
    hw_aml_reference(aml, path);
    hw_aml_number(aml, space, 1);
}

void hw_aml_field(HwAml *aml, const char *region, uint8_t access)
{
    hw_aml_begin(aml, FIELD_OP, HW_AML_TERM_PLAIN);
    hw_aml_reference(aml, region);
    hw_aml_number(aml, access, 1);
}

/* A field's length has a PkgLength's encoding, but does not count its own bytes. */
static void field_length(HwAml *aml, uint32_t bits)
{
    uint8_t bytes[4];

    aml->failed |= bits >= UINT32_C(1) << 28;
    hw_aml_append(aml, bytes, hw_aml_length(bytes, bits));
}

void hw_aml_field_unit(HwAml *aml, const char *name, uint32_t bits)
{
    aml->failed |= *segment_write(aml, name) != '\0';
    field_length(aml, bits);
}

void hw_aml_field_skip(HwAml *aml, uint32_t bits)
{
    hw_aml_op(aml, 0x00);
    field_length(aml, bits);
}
