/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the SMBIOS structures and their entry point. */
#include "qtest/machine/parts/smbios.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/parts/smbios-internal.h"

#define MIB (UINT64_C(1) << 20)

typedef struct Builder {
    const ObSmbios *given;
    const ObSmbiosMachine *machine;
    GByteArray *tables;
    bool is_64;
    uint32_t count;
    uint32_t largest; /* bytes of a structure, with its strings */
} Builder;

/* ---------------------------------------------------------------- strings */

typedef struct Strings {
    GByteArray *bytes;
    uint8_t count;
} Strings;

/* Returns the string's number: 1 is the first; 0: none. */
static uint8_t string_add(Strings *strings, const char *text)
{
    if (!text || !*text) {
        return 0;
    }
    g_byte_array_append(strings->bytes, (const uint8_t *)text, (guint)strlen(text) + 1);
    return ++strings->count;
}

static const char *text_of(const Builder *b, const SmbiosField *field, const char *given)
{
    if (given) {
        return given;
    }
    return field->preset == smbios_product   ? b->machine->product
           : field->preset == smbios_version ? b->machine->version
                                             : field->preset;
}

static void texts_store(const Builder *b, SmbiosStructure *s, uint32_t number, Strings *strings)
{
    for (size_t i = 0; i < SMBIOS_FIELDS_MAX && s->form->fields[i].key; i++) {
        const SmbiosField *field = &s->form->fields[i];
        g_autofree char *numbered = NULL;
        const char *text;

        if (field->kind != SMBIOS_TEXT) {
            continue;
        }
        text = text_of(b, field, s->texts[i]);
        if (field->counts) {
            numbered = g_strdup_printf("%s %u", text, number);
            text = numbered;
        }
        s->bytes[field->offset] = string_add(strings, text);
    }
}

/* --------------------------------------------------------------- structures */

/* Appends the structure; `number` counts those of its form. */
static void structure_append(Builder *b, SmbiosStructure *s, uint32_t number, const GPtrArray *more)
{
    static const uint8_t zeros[2];
    Strings strings = { .bytes = g_byte_array_new() };
    guint start = b->tables->len;

    texts_store(b, s, number, &strings);
    for (guint i = 0; more && i < more->len; i++) {
        string_add(&strings, more->pdata[i]);
    }
    hw_store_le(s->bytes + 2, s->form->handle + number, 2);
    g_byte_array_append(b->tables, s->bytes, s->bytes[1]);
    g_byte_array_append(b->tables, strings.bytes->data, strings.bytes->len);
    g_byte_array_append(b->tables, zeros, strings.count ? 1 : 2);
    g_byte_array_unref(strings.bytes);
    b->count++;
    b->largest = MAX(b->largest, b->tables->len - start);
}

/* A copy of the structure that the user gave; else the form's; NULL if it is to be left out. */
static SmbiosStructure *structure_start(const Builder *b, uint8_t type)
{
    const SmbiosForm *form = smbios_form(type);
    SmbiosStructure *copy;

    if (b->given->has_bytes[type]) {
        return NULL;
    }
    copy = smbios_structure_new(form);
    for (guint i = 0; i < b->given->structures->len; i++) {
        const SmbiosStructure *s = b->given->structures->pdata[i];

        if (s->form == form) {
            memcpy(copy->bytes, s->bytes, sizeof(copy->bytes));
            for (size_t j = 0; j < SMBIOS_FIELDS_MAX; j++) {
                copy->texts[j] = g_strdup(s->texts[j]);
            }
        }
    }
    return copy;
}

static void structure_finish(Builder *b, SmbiosStructure *s, uint32_t number)
{
    structure_append(b, s, number, NULL);
    smbios_structure_free(s);
}

static void build_plain(Builder *b, uint8_t type)
{
    SmbiosStructure *s = structure_start(b, type);

    if (s) {
        structure_finish(b, s, 0);
    }
}

static bool is_given(const Builder *b, uint8_t type)
{
    for (guint i = 0; i < b->given->structures->len; i++) {
        const SmbiosStructure *s = b->given->structures->pdata[i];

        if (s->form->type == type) {
            return true;
        }
    }
    return false;
}

static void build_if_given(Builder *b, uint8_t type)
{
    if (is_given(b, type)) {
        build_plain(b, type);
    }
}

/* The first three parts of a UUID are little-endian (DSP0134, section 7.2.1). */
static void build_system(Builder *b)
{
    static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
    SmbiosStructure *s = structure_start(b, SMBIOS_SYSTEM);

    if (s) {
        for (size_t i = 0; i < sizeof(order); i++) {
            s->bytes[8 + i] = b->machine->uuid[order[i]];
        }
        structure_finish(b, s, 0);
    }
}

static void processor_count(uint8_t *byte, uint8_t *word, uint32_t count)
{
    *byte = (uint8_t)MIN(count, UINT8_MAX);
    hw_store_le(word, MIN(count, 0xfffe), 2);
}

static void build_processors(Builder *b)
{
    for (uint32_t i = 0; i < b->machine->sockets; i++) {
        SmbiosStructure *s = structure_start(b, SMBIOS_PROCESSOR);

        if (!s) {
            return;
        }
        if (!hw_load_le(s->bytes + 8, 8)) {
            hw_store_le(s->bytes + 8, b->machine->processor_id, 8);
        }
        processor_count(s->bytes + 0x23, s->bytes + 0x2a, b->machine->cores);
        processor_count(s->bytes + 0x24, s->bytes + 0x2c, b->machine->cores);
        processor_count(s->bytes + 0x25, s->bytes + 0x2e, b->machine->threads);
        s->bytes[1] = b->is_64 ? 48 : 42;
        structure_finish(b, s, i);
    }
}

/* --------------------------------------------------------- many of one type */

static bool function_store(const Builder *b, SmbiosStructure *s, size_t index, HwError *error)
{
    const SmbiosField *field = &s->form->fields[index];
    uint32_t address;

    if (!b->machine->function_find(b->machine->opaque, s->texts[index], &address)) {
        return hw_error_set(error, "type=%u: %s: '%s' is not the id of a PCI function",
                            s->form->type, field->key, s->texts[index]);
    }
    hw_store_le(s->bytes + field->offset, 0, 2);
    s->bytes[field->offset + 2] = (uint8_t)(address >> 8);
    s->bytes[field->offset + 3] = (uint8_t)address;
    return true;
}

static bool functions_store(const Builder *b, SmbiosStructure *s, HwError *error)
{
    for (size_t i = 0; i < SMBIOS_FIELDS_MAX && s->form->fields[i].key; i++) {
        if (s->form->fields[i].kind == SMBIOS_FUNCTION && s->texts[i] &&
            !function_store(b, s, i, error)) {
            return false;
        }
    }
    return true;
}

static bool build_each(Builder *b, uint8_t type, HwError *error)
{
    uint32_t number = 0;

    for (guint i = 0; i < b->given->structures->len; i++) {
        SmbiosStructure *s = b->given->structures->pdata[i];

        if (s->form->type != type) {
            continue;
        }
        if (!functions_store(b, s, error)) {
            return false;
        }
        structure_append(b, s, number++, NULL);
    }
    return true;
}

static void build_strings(Builder *b)
{
    SmbiosStructure *s = b->given->strings->len ? structure_start(b, SMBIOS_STRINGS) : NULL;

    if (s) {
        s->bytes[4] = (uint8_t)b->given->strings->len;
        structure_append(b, s, 0, b->given->strings);
        smbios_structure_free(s);
    }
}

/* ------------------------------------------------------------------- memory */

static uint32_t dimm_count(const ObSmbiosMachine *machine)
{
    return (uint32_t)((machine->ram_size + machine->dimm_size - 1) / machine->dimm_size);
}

/* KiB in 32 bits, else bytes in 64 (DSP0134, section 7.17). */
static void build_array(Builder *b)
{
    SmbiosStructure *s = structure_start(b, SMBIOS_MEMORY_ARRAY);
    uint64_t kib = b->machine->ram_size / 1024;

    if (!s) {
        return;
    }
    if (kib < UINT32_C(0x80000000)) {
        hw_store_le(s->bytes + 7, kib, 4);
    } else {
        hw_store_le(s->bytes + 7, UINT32_C(0x80000000), 4);
        hw_store_le(s->bytes + 15, b->machine->ram_size, 8);
    }
    hw_store_le(s->bytes + 13, dimm_count(b->machine), 2);
    structure_finish(b, s, 0);
}

/* MiB in 15 bits, else in 31 (DSP0134, section 7.18). */
static void build_devices(Builder *b)
{
    uint64_t left = b->machine->ram_size;

    for (uint32_t i = 0; i < dimm_count(b->machine); i++) {
        SmbiosStructure *s = structure_start(b, SMBIOS_MEMORY_DEVICE);
        uint64_t size = MIN(left, b->machine->dimm_size);
        uint64_t mib = (size + MIB - 1) / MIB;

        if (!s) {
            return;
        }
        hw_store_le(s->bytes + 0xc, MIN(mib, 0x7fff), 2);
        hw_store_le(s->bytes + 0x1c, mib < 0x7fff ? 0 : mib, 4);
        structure_finish(b, s, i);
        left -= size;
    }
}

/* First and last KiB in 32 bits, else bytes in 64 (DSP0134, section 7.20). */
static void build_map(Builder *b)
{
    const ObSmbiosMachine *m = b->machine;
    uint64_t start, size;

    for (uint32_t i = 0; m->ram_at(m->opaque, i, &start, &size); i++) {
        SmbiosStructure *s = structure_start(b, SMBIOS_MEMORY_MAP);
        uint64_t last = start + size - 1;

        if (!s) {
            return;
        }
        if (last / 1024 < UINT32_MAX) {
            hw_store_le(s->bytes + 4, start / 1024, 4);
            hw_store_le(s->bytes + 8, last / 1024, 4);
        } else {
            hw_store_le(s->bytes + 4, UINT32_MAX, 4);
            hw_store_le(s->bytes + 8, UINT32_MAX, 4);
            hw_store_le(s->bytes + 0xf, start, 8);
            hw_store_le(s->bytes + 0x17, last, 8);
        }
        structure_finish(b, s, i);
    }
}

/* -------------------------------------------------------------- entry point */

/* The addresses and checksums are the firmware's, which knows them. */
static void anchor_append(const Builder *b, GByteArray *anchor)
{
    uint8_t bytes[31] = { 0 };

    if (b->is_64) { /* DSP0134, section 5.2.2 */
        memcpy(bytes, "_SM3_\0\x18\x03\x00\x00\x01", 11);
        hw_store_le(bytes + 12, b->tables->len, 4);
        g_byte_array_append(anchor, bytes, 24);
        return;
    }
    memcpy(bytes, "_SM_\0\x1f\x02\x08", 8); /* section 5.2.1 */
    hw_store_le(bytes + 8, b->largest, 2);
    memcpy(bytes + 16, "_DMI_", 5);
    hw_store_le(bytes + 22, b->tables->len, 2);
    hw_store_le(bytes + 28, b->count, 2);
    bytes[30] = 0x28;
    g_byte_array_append(anchor, bytes, sizeof(bytes));
}

static bool build(Builder *b, HwError *error)
{
    g_byte_array_append(b->tables, b->given->bytes->data, b->given->bytes->len);
    b->count = b->given->bytes_count;
    b->largest = b->given->bytes_largest;
    build_if_given(b, SMBIOS_FIRMWARE);
    build_system(b);
    build_if_given(b, SMBIOS_BOARD);
    build_plain(b, SMBIOS_CHASSIS);
    build_processors(b);
    if (!build_each(b, SMBIOS_CONNECTOR, error) || !build_each(b, SMBIOS_SLOT, error)) {
        return false;
    }
    build_strings(b);
    build_array(b);
    build_devices(b);
    build_map(b);
    build_plain(b, SMBIOS_BOOT);
    if (!build_each(b, SMBIOS_ONBOARD, error)) {
        return false;
    }
    build_plain(b, SMBIOS_END);
    return true;
}

/* The smaller entry point has bytes for counts, and 16 bits for the length of all. */
static bool fits_32(const Builder *b)
{
    return b->machine->cores < UINT8_MAX && b->machine->threads < UINT8_MAX &&
           b->tables->len <= UINT16_MAX;
}

bool ob_smbios_build(const ObSmbios *given, const ObSmbiosMachine *machine, GByteArray *anchor,
                     GByteArray *tables, HwError *error)
{
    Builder b = { given, machine, tables, machine->entry == OB_SMBIOS_ENTRY_64, 0, 0 };
    guint start = tables->len;

    if (!build(&b, error)) {
        return false;
    }
    if (!b.is_64 && !fits_32(&b)) {
        if (machine->entry == OB_SMBIOS_ENTRY_32) {
            return hw_error_set(error,
                                "smbios-entry-point-type=32 has no room for %u cores, %u "
                                "threads and %u bytes, expected 64",
                                machine->cores, machine->threads, tables->len - start);
        }
        g_byte_array_set_size(tables, start);
        b.is_64 = true;
        if (!build(&b, error)) {
            return false;
        }
    }
    anchor_append(&b, anchor);
    return true;
}
