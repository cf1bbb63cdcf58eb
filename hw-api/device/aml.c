/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/device/aml-internal.h"

#include <ctype.h>
#include <string.h>

#include "hw-api/device/bytes.h"

/* ACPI 6.4, section 20.2. */
enum {
    BYTE_PREFIX = 0x0a,
    WORD_PREFIX = 0x0b,
    DWORD_PREFIX = 0x0c,
    STRING_PREFIX = 0x0d,
    QWORD_PREFIX = 0x0e,
    BUFFER_OP = 0x11,
    PACKAGE_OP = 0x12,
};

void hw_aml_init(HwAml *aml, void *buffer, uint32_t capacity)
{
    *aml = (HwAml) { .bytes = (uint8_t *)buffer, .capacity = capacity };
}

bool hw_aml_done(const HwAml *aml)
{
    return !aml->failed && aml->depth == 0;
}

/* ---------------------------------------------------------------------- bytes */

/* Makes room for `size` bytes at `place`; NULL if the buffer is full. */
static uint8_t *aml_insert(HwAml *aml, uint32_t place, uint32_t size)
{
    uint8_t *at = aml->bytes + place;

    if (aml->failed || size > aml->capacity - aml->size) {
        aml->failed = true;
        return NULL;
    }
    memmove(at + size, at, aml->size - place);
    aml->size += size;
    return at;
}

void hw_aml_append(HwAml *aml, const void *bytes, uint32_t size)
{
    uint8_t *at = aml_insert(aml, aml->size, size);

    if (at && size > 0) {
        memcpy(at, bytes, size);
    }
}

void hw_aml_number(HwAml *aml, uint64_t value, uint32_t size)
{
    uint8_t bytes[8];

    hw_store_le(bytes, value, size);
    hw_aml_append(aml, bytes, size);
}

void hw_aml_op(HwAml *aml, uint32_t op)
{
    if (op > 0xff) {
        hw_aml_number(aml, op >> 8, 1);
    }
    hw_aml_number(aml, op & 0xff, 1);
}

/* --------------------------------------------------------------------- lengths */

/* ACPI 6.4, 20.2.4: 6 bits in one byte, or 4 bits in the first and 8 in each of 1 to 3 more. */
uint32_t hw_aml_length(uint8_t *bytes, uint32_t length)
{
    uint32_t more = length < 0x40 ? 0 : length < 0x1000 ? 1 : length < 0x100000 ? 2 : 3;

    bytes[0] = (uint8_t)(more ? more << 6 | (length & 0x0f) : length);
    hw_store_le(bytes + 1, length >> 4, more);
    return 1 + more;
}

/* A PkgLength counts the bytes of its own encoding. */
static uint32_t length_encode_own(uint8_t *bytes, uint32_t length)
{
    uint32_t size = 1;

    while (hw_aml_length(bytes, length + size) > size) {
        size++;
    }
    return size;
}

void hw_aml_begin(HwAml *aml, uint32_t op, HwAmlTerm kind)
{
    hw_aml_op(aml, op);
    if (aml->failed || aml->depth == HW_AML_DEPTH_MAX) {
        aml->failed = true;
        return;
    }
    aml->kinds[aml->depth] = (uint8_t)kind;
    aml->starts[aml->depth] = aml->size;
    aml->depth++;
}

static uint32_t integer_encode(uint8_t *bytes, uint64_t value)
{
    uint32_t size = value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffffff ? 4 : 8;

    if (value <= 1) {
        bytes[0] = (uint8_t)(value ? HW_AML_ONE : HW_AML_ZERO);
        return 1;
    }
    bytes[0] = (uint8_t)(size == 1   ? BYTE_PREFIX
                         : size == 2 ? WORD_PREFIX
                         : size == 4 ? DWORD_PREFIX
                                     : QWORD_PREFIX);
    hw_store_le(bytes + 1, value, size);
    return 1 + size;
}

/* A template is a buffer: its size goes before the descriptors, an end tag without checksum
 * behind them. */
static void resources_finish(HwAml *aml, uint32_t start)
{
    uint8_t size[9];
    uint32_t length;
    uint8_t *at;

    hw_aml_number(aml, 0x0079, 2);
    length = integer_encode(size, aml->size - start);
    at = aml_insert(aml, start, length);
    if (at) {
        memcpy(at, size, length);
    }
}

void hw_aml_end(HwAml *aml)
{
    uint8_t bytes[4];
    uint32_t start;
    uint32_t size;
    uint8_t *at;

    if (aml->failed || aml->depth == 0) {
        aml->failed = true;
        return;
    }
    aml->depth--;
    start = aml->starts[aml->depth];
    if (aml->kinds[aml->depth] == HW_AML_TERM_RESOURCES) {
        resources_finish(aml, start);
    }
    size = length_encode_own(bytes, aml->size - start);
    at = aml_insert(aml, start, size);
    if (at) {
        memcpy(at, bytes, size);
    }
}

/* ---------------------------------------------------------------- data objects */

void hw_aml_integer(HwAml *aml, uint64_t value)
{
    uint8_t bytes[9];

    hw_aml_append(aml, bytes, integer_encode(bytes, value));
}

static uint32_t aml_fixed(HwAml *aml, uint8_t prefix, uint64_t value, uint32_t size)
{
    uint32_t place;

    aml->failed |= aml->depth > 0;
    hw_aml_op(aml, prefix);
    place = aml->size;
    hw_aml_number(aml, value, size);
    return place;
}

uint32_t hw_aml_fixed_dword(HwAml *aml, uint32_t value)
{
    return aml_fixed(aml, DWORD_PREFIX, value, 4);
}

uint32_t hw_aml_fixed_qword(HwAml *aml, uint64_t value)
{
    return aml_fixed(aml, QWORD_PREFIX, value, 8);
}

/* AML's strings are ASCII (ACPI 6.4, 20.2.3). */
static bool is_ascii(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text > 0x7f) {
            return false;
        }
    }
    return true;
}

void hw_aml_string(HwAml *aml, const char *text)
{
    aml->failed |= !is_ascii(text);
    hw_aml_op(aml, STRING_PREFIX);
    hw_aml_append(aml, text, (uint32_t)strlen(text) + 1);
}

void hw_aml_unicode(HwAml *aml, const char *text)
{
    uint32_t count = (uint32_t)strlen(text) + 1;

    aml->failed |= !is_ascii(text);
    hw_aml_begin(aml, BUFFER_OP, HW_AML_TERM_PLAIN);
    hw_aml_integer(aml, 2 * count);
    for (uint32_t i = 0; i < count; i++) {
        hw_aml_number(aml, (unsigned char)text[i], 2);
    }
    hw_aml_end(aml);
}

static bool is_hex(const char *text, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!isxdigit((unsigned char)text[i])) {
            return false;
        }
    }
    return true;
}

static uint32_t hex_digit(char c)
{
    return (uint32_t)(isdigit((unsigned char)c) ? c - '0' : toupper((unsigned char)c) - 'A' + 10);
}

/* ACPI 6.4, 19.3.4: three letters of 5 bits, four digits of 4, most significant first. */
void hw_aml_eisa_id(HwAml *aml, const char *id)
{
    uint8_t bytes[4];
    uint32_t value = 0;

    for (uint32_t i = 0; i < 3; i++) {
        aml->failed |= id[i] < 'A' || id[i] > 'Z';
        if (aml->failed) {
            return;
        }
        value = value << 5 | (uint32_t)(id[i] - '@');
    }
    aml->failed |= !is_hex(id + 3, 4) || id[7] != '\0';
    for (uint32_t i = 3; i < 7 && !aml->failed; i++) {
        value = value << 4 | hex_digit(id[i]);
    }
    hw_store_be32(bytes, value);
    hw_aml_op(aml, DWORD_PREFIX);
    hw_aml_append(aml, bytes, sizeof(bytes));
}

/* ToUUID (ACPI 6.4, 19.6.142): the first three groups are little-endian numbers. */
void hw_aml_uuid(HwAml *aml, const char *uuid)
{
    static const uint8_t order[16] = { 6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34 };
    uint8_t bytes[16];

    aml->failed |= strlen(uuid) != 36 || uuid[8] != '-' || uuid[13] != '-' || uuid[18] != '-' ||
                   uuid[23] != '-';
    for (uint32_t i = 0; i < 16 && !aml->failed; i++) {
        aml->failed |= !is_hex(uuid + order[i], 2);
        bytes[i] = (uint8_t)(hex_digit(uuid[order[i]]) << 4 | hex_digit(uuid[order[i] + 1]));
    }
    if (!aml->failed) {
        hw_aml_buffer(aml, bytes, sizeof(bytes));
    }
}

void hw_aml_buffer(HwAml *aml, const void *bytes, uint32_t size)
{
    hw_aml_begin(aml, BUFFER_OP, HW_AML_TERM_PLAIN);
    hw_aml_integer(aml, size);
    hw_aml_append(aml, bytes, size);
    hw_aml_end(aml);
}

void hw_aml_package(HwAml *aml, uint8_t count)
{
    hw_aml_begin(aml, PACKAGE_OP, HW_AML_TERM_PLAIN);
    hw_aml_number(aml, count, 1);
}
