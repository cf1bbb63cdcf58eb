/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -smbios: fields of the structures that describe the machine, or whole structures. */
#include "qtest/host/options/option-table.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/parts/smbios.h"

enum { TYPE_SYSTEM = 1, TYPE_STRINGS = 11, STRING_MAX = 32768 };

/* The machine's UUID is one of the fields; fw_cfg has it, too. */
static bool uuid_take(ObOptions *options, ObKeyval *keyval, uint32_t type, HwError *error)
{
    const char *uuid = type == TYPE_SYSTEM ? ob_keyval_take(keyval, "uuid") : NULL;
    HW_ERROR(reason, 256);

    return !uuid || ob_option_uuid(options, uuid, &reason) ||
           hw_error_set(error, "uuid: %s", reason.text);
}

/* A file of a string: all of it but a zero byte, which no string can have. */
static bool path_take(ObOptions *options, ObKeyval *keyval, uint32_t type, HwError *error)
{
    const char *path = type == TYPE_STRINGS ? ob_keyval_take(keyval, "path") : NULL;
    g_autoptr(GByteArray) text = g_byte_array_new();

    if (!path) {
        return true;
    }
    if (!ob_option_file_append(text, path, STRING_MAX, error)) {
        return false;
    }
    if (text->len > STRING_MAX || memchr(text->data, 0, text->len)) {
        return hw_error_set(error, "path: %s is not a string, expected up to %d bytes of text",
                            path, STRING_MAX);
    }
    g_byte_array_append(text, (const uint8_t *)"", 1);
    return ob_smbios_give(options->smbios, type, &(ObOption) { "value", (const char *)text->data },
                          1, error);
}

static bool structure_give(ObOptions *options, const char *path, HwError *error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    HW_ERROR(reason, 256);

    return ob_option_file_append(bytes, path, UINT16_MAX, error) &&
           (ob_smbios_give_bytes(options->smbios, bytes->data, bytes->len, &reason) ||
            hw_error_set(error, "file %s: %s", path, reason.text));
}

bool ob_option_smbios(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    const char *file, *type;
    int64_t number;

    if (!keyval) {
        return false;
    }
    file = ob_keyval_take(keyval, "file");
    type = ob_keyval_take(keyval, "type");
    if (!file == !type) {
        return hw_error_set(error, "expected one of type= and file=");
    }
    if (file) {
        return ob_keyval_check(keyval, (const char *const[]) { NULL }, error) &&
               structure_give(options, file, error);
    }
    return ob_integer_parse("type", type, 0, UINT8_MAX, &number, error) &&
           uuid_take(options, keyval, (uint32_t)number, error) &&
           path_take(options, keyval, (uint32_t)number, error) &&
           ob_smbios_give(options->smbios, (uint32_t)number, keyval->options, keyval->count, error);
}

void ob_option_smbios_entry(ObOptions *options, const char *value)
{
    options->has_smbios_entry = true;
    options->smbios_entry = strcmp(value, "32") == 0   ? OB_SMBIOS_ENTRY_32
                            : strcmp(value, "64") == 0 ? OB_SMBIOS_ENTRY_64
                                                       : OB_SMBIOS_ENTRY_AUTO;
}
