/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of firmware's images: -bios, -drive if=pflash, -pflash, and -machine pflash0= with the
 * name of a -blockdev or the id of a -drive. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"

#include <inttypes.h>
#include <string.h>

#define FIRMWARE_MOST (UINT64_C(16) << 20) /* QEMU's limit of max-fw-size */

/* -------------------------------------------------------------------- drives */

static bool unit_take(const ObKeyval *keyval, int64_t *unit, HwError *error)
{
    const char *index = ob_keyval_get(keyval, "index");
    const char *number = ob_keyval_get(keyval, "unit");
    const char *bus = ob_keyval_get(keyval, "bus");
    int64_t bus_number = 0;

    *unit = -1;
    if (index && (number || bus)) {
        return hw_error_set(error, "index cannot be used with bus and unit");
    }
    if ((bus && !ob_integer_parse("bus", bus, 0, INT32_MAX, &bus_number, error)) ||
        (index && !ob_integer_parse("index", index, 0, INT32_MAX, unit, error)) ||
        (number && !ob_integer_parse("unit", number, 0, INT32_MAX, unit, error))) {
        return false;
    }
    return bus_number == 0 ||
           hw_error_set(error,
                        "machine type does not support if=pflash,bus=%" PRId64 ",unit=%" PRId64,
                        bus_number, MAX(*unit, 0));
}

/* Without a number the drive gets the next free unit. */
static bool unit_choose(const ObOptions *options, const ObKeyval *keyval, int64_t *unit,
                        HwError *error)
{
    if (!unit_take(keyval, unit, error)) {
        return false;
    }
    if (*unit < 0) {
        for (*unit = 0; *unit < OB_FLASHES && options->flash[*unit].path;) {
            ++*unit;
        }
    }
    if (*unit >= OB_FLASHES) {
        return hw_error_set(error, "machine type does not support if=pflash,bus=0,unit=%" PRId64,
                            *unit);
    }
    return !options->flash[*unit].path ||
           hw_error_set(error, "drive with bus=0, unit=%" PRId64 " exists", *unit);
}

static bool is_on(const ObKeyval *keyval, const char *key)
{
    const char *value = ob_keyval_get(keyval, key);
    bool flag = false;

    return value && ob_boolean_parse(value, &flag, NULL) && flag;
}

bool ob_option_flash_drive(ObOptions *options, const ObKeyval *keyval, HwError *error)
{
    const char *path = ob_keyval_get(keyval, "file");
    int64_t unit;

    if (!unit_choose(options, keyval, &unit, error)) {
        return false;
    }
    if (!path || !*path) {
        return hw_error_set(error, "A block device must be specified for \"file\"");
    }
    options->flash[unit] = (ObImageFile) {
        .option = "-drive",
        .path = path,
        .is_read_only = is_on(keyval, "readonly"),
        .is_temporary = is_on(keyval, "snapshot"),
    };
    return true;
}

bool ob_option_pflash(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, "if=pflash", NULL, error);
    ObKeyval *drive = keyval ? ob_keyval_with(keyval, "file", argument) : NULL;

    if (!drive) {
        return false;
    }
    g_ptr_array_add(options->keyvals, drive);
    return ob_option_flash_drive(options, drive, error);
}

bool ob_option_bios(ObOptions *options, const char *argument, HwError *error)
{
    (void)error;
    options->bios = argument;
    return true;
}

/* --------------------------------------------------------------------- nodes */

static const ObKeyval *node_find(const ObOptions *options, const char *name)
{
    for (guint i = 0; i < options->nodes->len; i++) {
        if (strcmp(ob_keyval_get(options->nodes->pdata[i], "node-name"), name) == 0) {
            return options->nodes->pdata[i];
        }
    }
    return NULL;
}

/* The keys of a node that change nothing here come first. */
static const char *const node_keys[] = {
    "aio",
    "cache.direct",
    "cache.no-flush",
    "detect-zeroes",
    "discard",
    "force-share",
    "locking",
    "file.aio",
    "file.cache.direct",
    "file.cache.no-flush",
    "file.discard",
    "file.locking",
    "driver",
    "node-name",
    "read-only",
    "auto-read-only",
    "filename",
    "file",
    "file.driver",
    "file.filename",
    "file.node-name",
    "file.read-only",
    "file.auto-read-only",
    NULL,
};

static bool node_check(const ObOptions *options, const ObKeyval *keyval, HwError *error)
{
    const char *driver = ob_keyval_get(keyval, "driver");
    const char *name = ob_keyval_get(keyval, "node-name");
    const char *below = ob_keyval_get(keyval, "file.driver");

    if (g_strcmp0(driver, "file") != 0 && g_strcmp0(driver, "raw") != 0) {
        return hw_error_set(error, "driver: invalid value '%s': expected file or raw",
                            driver ? driver : "");
    }
    if (below && strcmp(below, "file") != 0) {
        return hw_error_set(error, "file.driver: invalid value '%s': expected file", below);
    }
    if (!name) {
        return hw_error_set(error, "'node-name' must be specified for the root node");
    }
    if (node_find(options, name)) {
        return hw_error_set(error, "Duplicate nodes with node-name='%s'", name);
    }
    return ob_id_check(name, error);
}

/* The node below was defined before. */
static bool node_image_check(const ObOptions *options, const ObKeyval *keyval, HwError *error)
{
    bool is_raw = strcmp(ob_keyval_get(keyval, "driver"), "raw") == 0;
    const char *file = ob_keyval_get(keyval, "file");
    const char *path = ob_keyval_get(keyval, is_raw ? "file.filename" : "filename");

    if (is_raw && file) {
        return node_find(options, file) ||
               hw_error_set(error, "Cannot find device='%s' nor node-name='%s'", file, file);
    }
    return (path && *path) || hw_error_set(error, "%s= is missing", is_raw ? "file" : "filename");
}

bool ob_option_blockdev(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval_or_json(options, argument, "driver", error);

    if (!keyval || !ob_keyval_check(keyval, node_keys, error) ||
        !node_check(options, keyval, error) || !node_image_check(options, keyval, error)) {
        return false;
    }
    g_ptr_array_add(options->nodes, keyval);
    return true;
}

/* A node is written only if all nodes below it are. */
static void node_resolve(const ObOptions *options, const ObKeyval *node, ObImageFile *file)
{
    for (; node; node = node_find(options, ob_keyval_get(node, "file"))) {
        bool is_file = strcmp(ob_keyval_get(node, "driver"), "file") == 0;

        file->is_read_only |= is_on(node, "read-only") || is_on(node, "file.read-only");
        file->may_be_read_only |= is_on(node, "auto-read-only") ||
                                  is_on(node, "file.auto-read-only");
        file->path = ob_keyval_get(node, is_file ? "filename" : "file.filename");
        if (file->path) {
            return;
        }
    }
}

/* -machine pflash0= names a node, or a drive. */
static bool chip_resolve(ObOptions *options, uint32_t unit, HwError *error)
{
    const char *name = options->flash_nodes[unit];
    const ObKeyval *node, *drive;
    ObImageFile file = { .option = "-machine" };

    if (!name) {
        return true;
    }
    if (options->flash[unit].path) {
        return hw_error_set(error, "-drive: pflash%u clashes with -machine", unit);
    }
    node = node_find(options, name);
    drive = ob_option_drive_find(options, name);
    if (node) {
        node_resolve(options, node, &file);
    } else if (drive) {
        file.path = ob_keyval_get(drive, "file");
        file.is_read_only = is_on(drive, "readonly");
        file.is_temporary = is_on(drive, "snapshot");
    }
    options->flash[unit] = file;
    return (file.path && *file.path) ||
           hw_error_set(error, "-machine: Property 'cfi.pflash01.drive' can't find value '%s'",
                        name);
}

bool ob_option_flash_end(ObOptions *options, HwError *error)
{
    for (uint32_t i = 0; i < OB_FLASHES; i++) {
        if (!chip_resolve(options, i, error)) {
            return false;
        }
    }
    return options->firmware_most <= FIRMWARE_MOST ||
           hw_error_set(error,
                        "-machine: User specified max allowed firmware size %" PRIu64
                        " is greater than 16MiB",
                        options->firmware_most);
}
