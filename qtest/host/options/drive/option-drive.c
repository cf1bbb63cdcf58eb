/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -drive and -device ide-hd: a disk whose first sector the firmware stand-in boots.  The machine
 * has no controller, and a guest can't read the disk.  With if=pflash it is a flash chip. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

#include <string.h>

/* Keys with one meaning here, and the values that they may have; NULL: any. */
static const struct {
    const char *key;
    const char *values; /* with spaces between and around them */
} drive_keys[] = {
    { "id", NULL },
    { "file", NULL },
    { "if", " none pflash " },
    { "format", " raw " },
    { "media", " disk " },
    { "index", NULL },
    { "cache", " none writeback unsafe directsync writethrough " },
    { "aio", " threads native io_uring " },
    { "readonly", " on off yes no true false " },
    { "snapshot", " on off yes no true false " },
    { "unit", NULL },
    { "bus", NULL },
};

static bool drive_values_check(const ObKeyval *keyval, HwError *error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(drive_keys); i++) {
        const char *value = ob_keyval_get(keyval, drive_keys[i].key);
        const char *values = drive_keys[i].values;
        g_autofree char *word = g_strdup_printf(" %s ", value ? value : "");

        if (value && values && (strchr(value, ' ') || !strstr(values, word))) {
            return hw_error_set(error, "%s: invalid value '%s': expected%s%.*s", drive_keys[i].key,
                                value, strchr(values + 1, ' ')[1] ? " one of:" : "",
                                (int)strlen(values) - 1, values);
        }
    }
    return true;
}

const ObKeyval *ob_option_drive_find(const ObOptions *options, const char *id)
{
    for (guint i = 0; i < options->drives->len; i++) {
        if (strcmp(ob_keyval_get(options->drives->pdata[i], "id"), id) == 0) {
            return options->drives->pdata[i];
        }
    }
    return NULL;
}

bool ob_option_drive(ObOptions *options, const char *argument, HwError *error)
{
    const char *keys[G_N_ELEMENTS(drive_keys) + 1] = { NULL };
    ObKeyval *keyval = ob_option_keyval(options, argument, NULL, error);
    const char *id;

    for (size_t i = 0; i < G_N_ELEMENTS(drive_keys); i++) {
        keys[i] = drive_keys[i].key;
    }
    if (!keyval || !ob_keyval_check(keyval, keys, error) || !drive_values_check(keyval, error)) {
        return false;
    }
    if (g_strcmp0(ob_keyval_get(keyval, "if"), "pflash") == 0) {
        return ob_option_flash_drive(options, keyval, error);
    }
    if (g_strcmp0(ob_keyval_get(keyval, "if"), "none") != 0) {
        return hw_error_set(error,
                            "the machine has no disk controller, expected if=none or if=pflash");
    }
    if (!ob_option_id(keyval, &id, error)) {
        return false;
    }
    if (ob_option_drive_find(options, id)) {
        return hw_error_set(error, "id '%s' is in use by another -drive", id);
    }
    g_ptr_array_add(options->drives, keyval);
    return true;
}

bool ob_option_is_disk(const char *driver)
{
    return strcmp(driver, "ide-hd") == 0;
}

bool ob_option_disk(ObOptions *options, ObKeyval *keyval, HwError *error)
{
    static const char *const keys[] = { "driver", "id", "drive", "bus", "unit", "bootindex", NULL };

    if (strcmp(options->architecture, "x86_64") != 0) {
        return hw_error_set(error, "ide-hd: the machine has no disks");
    }
    if (!ob_keyval_check(keyval, keys, error)) {
        return false;
    }
    if (options->disk) {
        return hw_error_set(error, "ide-hd: given twice, expected one disk to boot");
    }
    options->disk = keyval;
    return true;
}

/* A disk boots, so it has firmware unless the user says that there is none. */
bool ob_option_drive_end(ObOptions *options, HwError *error)
{
    const char *id = options->disk ? ob_keyval_get(options->disk, "drive") : NULL;
    const ObKeyval *drive;

    if (!options->disk) {
        return true;
    }
    if (!id) {
        return hw_error_set(error, "-device: ide-hd: drive= is missing");
    }
    drive = ob_option_drive_find(options, id);
    if (!drive) {
        return hw_error_set(error,
                            "-device: ide-hd: drive '%s' is unknown, expected the id of a "
                            "-drive",
                            id);
    }
    options->boot_disk = ob_keyval_get(drive, "file");
    if (!options->boot_disk || !*options->boot_disk) {
        return hw_error_set(error, "-drive: %s: file= is missing", id);
    }
    options->firmware_stand_in = options->firmware_stand_in || !options->firmware_off;
    return true;
}
