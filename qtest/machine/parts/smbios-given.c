/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SMBIOS structures and values that a user gives. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/parts/smbios-internal.h"

ObSmbios *ob_smbios_new(void)
{
    ObSmbios *smbios = g_new0(ObSmbios, 1);

    smbios->structures = g_ptr_array_new_with_free_func(smbios_structure_free);
    smbios->strings = g_ptr_array_new_with_free_func(g_free);
    smbios->bytes = g_byte_array_new();
    return smbios;
}

void ob_smbios_free(ObSmbios *smbios)
{
    if (smbios) {
        g_ptr_array_unref(smbios->structures);
        g_ptr_array_unref(smbios->strings);
        g_byte_array_unref(smbios->bytes);
        g_free(smbios);
    }
}

/* ------------------------------------------------------------------ values */

static bool number_read(const ObOption *option, uint32_t size, uint64_t *value, HwError *error)
{
    uint64_t most = size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
    char *end = NULL;

    *value = g_ascii_strtoull(option->value, &end, 0);
    if (!g_ascii_isdigit(*option->value) || *end || *value > most) {
        return hw_error_set(error, "%s: invalid value '%s': expected a number from 0 to %" PRIu64,
                            option->key, option->value, most);
    }
    return true;
}

static bool release_store(uint8_t *to, const ObOption *option, HwError *error)
{
    unsigned major, minor;
    char end;

    if (sscanf(option->value, "%3u.%3u%c", &major, &minor, &end) != 2 || major > 255 ||
        minor > 255) {
        return hw_error_set(error, "%s: invalid value '%s': expected two numbers, such as 1.2",
                            option->key, option->value);
    }
    to[0] = (uint8_t)major;
    to[1] = (uint8_t)minor;
    return true;
}

static bool flag_store(uint8_t *to, uint8_t mask, const ObOption *option, HwError *error)
{
    bool on = !strcmp(option->value, "on");

    if (!on && strcmp(option->value, "off") != 0) {
        return hw_error_set(error, "%s: invalid value '%s': expected on or off", option->key,
                            option->value);
    }
    *to = (uint8_t)(on ? *to | mask : *to & ~mask);
    return true;
}

/* DSP0134, section 7.42.2; the device is enabled. */
static bool device_store(uint8_t *to, const ObOption *option, HwError *error)
{
    static const char *const kinds[] = { "other",     "unknown", "video", "scsi", "ethernet",
                                         "tokenring", "sound",   "pata",  "sata", "sas" };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i], option->value) == 0) {
            *to = (uint8_t)(0x80 | (i + 1));
            return true;
        }
    }
    return hw_error_set(error,
                        "%s: invalid value '%s': expected other, unknown, video, scsi, ethernet, "
                        "tokenring, sound, pata, sata or sas",
                        option->key, option->value);
}

static bool field_store(SmbiosStructure *s, size_t index, const ObOption *option, HwError *error)
{
    const SmbiosField *field = &s->form->fields[index];
    uint8_t *to = s->bytes + field->offset;
    uint64_t number;

    switch (field->kind) {
    case SMBIOS_NUMBER:
        if (!number_read(option, field->size, &number, error)) {
            return false;
        }
        hw_store_le(to, number, field->size);
        if (field->copy) {
            hw_store_le(s->bytes + field->copy, number, field->size);
        }
        return true;
    case SMBIOS_FLAG:
        return flag_store(to, field->mask, option, error);
    case SMBIOS_RELEASE:
        return release_store(to, option, error);
    case SMBIOS_DEVICE:
        return device_store(to, option, error);
    case SMBIOS_TEXT:
    case SMBIOS_FUNCTION:
        g_free(s->texts[index]);
        s->texts[index] = g_strdup(option->value);
        return true;
    }
    return false;
}

/* -------------------------------------------------------------- structures */

static bool field_give(SmbiosStructure *s, const ObOption *option, HwError *error)
{
    const SmbiosField *fields = s->form->fields;
    g_autoptr(GString) keys = g_string_new(NULL);

    for (size_t i = 0; i < SMBIOS_FIELDS_MAX && fields[i].key; i++) {
        if (strcmp(fields[i].key, option->key) == 0) {
            return field_store(s, i, option, error);
        }
        g_string_append_printf(keys, "%s%s", i ? ", " : "", fields[i].key);
    }
    return hw_error_set(error, "unknown key '%s', expected one of: %s", option->key, keys->str);
}

static bool strings_give(ObSmbios *smbios, const ObOption *fields, uint32_t count, HwError *error)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(fields[i].key, "value") != 0) {
            return hw_error_set(error, "unknown key '%s', expected one of: value, path",
                                fields[i].key);
        }
        if (smbios->strings->len == UINT8_MAX) {
            return hw_error_set(error, "value: more than 255 strings");
        }
        if (*fields[i].value) {
            g_ptr_array_add(smbios->strings, g_strdup(fields[i].value));
        }
    }
    return true;
}

/* The structure that gets the fields: a new one, or the only one of its form. */
static SmbiosStructure *structure_take(ObSmbios *smbios, const SmbiosForm *form)
{
    SmbiosStructure *structure;

    for (guint i = 0; !form->many && i < smbios->structures->len; i++) {
        structure = smbios->structures->pdata[i];
        if (structure->form == form) {
            return structure;
        }
    }
    structure = smbios_structure_new(form);
    g_ptr_array_add(smbios->structures, structure);
    return structure;
}

bool ob_smbios_give(ObSmbios *smbios, uint32_t type, const ObOption *fields, uint32_t count,
                    HwError *error)
{
    const SmbiosForm *form = smbios_form(type);
    SmbiosStructure *structure;

    if (!form || (!form->fields[0].key && type != SMBIOS_STRINGS)) {
        return hw_error_set(error, "type: %u has no fields, expected 0 to 4, 8, 9, 11, 17 or 41",
                            type);
    }
    if (smbios->has_bytes[type]) {
        return hw_error_set(error, "type: a file= has given the whole structure %u", type);
    }
    if (type == SMBIOS_STRINGS) {
        return strings_give(smbios, fields, count, error);
    }
    structure = structure_take(smbios, form);
    for (uint32_t i = 0; i < count; i++) {
        if (!field_give(structure, &fields[i], error)) {
            return false;
        }
    }
    return true;
}

static bool has_fields(const ObSmbios *smbios, uint8_t type)
{
    for (guint i = 0; i < smbios->structures->len; i++) {
        const SmbiosStructure *structure = smbios->structures->pdata[i];

        if (structure->form->type == type) {
            return true;
        }
    }
    return type == SMBIOS_STRINGS && smbios->strings->len > 0;
}

/* A structure ends with the first two zeros behind its fields (DSP0134, section 6.1.3). */
static bool is_structure(const uint8_t *bytes, size_t size)
{
    size_t end = size < SMBIOS_HEADER ? 0 : bytes[1];

    if (end < SMBIOS_HEADER) {
        return false;
    }
    while (end + 2 <= size && (bytes[end] || bytes[end + 1])) {
        end++;
    }
    return end + 2 == size;
}

bool ob_smbios_give_bytes(ObSmbios *smbios, const uint8_t *bytes, size_t size, HwError *error)
{
    if (size > UINT16_MAX || !is_structure(bytes, size)) {
        return hw_error_set(error,
                            "it is not one structure, expected a header, its length of bytes, "
                            "strings and two zeros");
    }
    if (has_fields(smbios, bytes[0])) {
        return hw_error_set(error, "fields of type %u were given before", bytes[0]);
    }
    smbios->has_bytes[bytes[0]] = true;
    smbios->bytes_count++;
    smbios->bytes_largest = MAX(smbios->bytes_largest, (uint16_t)size);
    g_byte_array_append(smbios->bytes, bytes, (guint)size);
    return true;
}
