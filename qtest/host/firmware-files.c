/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/firmware-files.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/machine/parts/fw-cfg.h"

typedef struct Contents {
    char *bytes;
    gsize size;
} Contents;

/* The caller frees `contents`. */
static bool contents_read(const char *path, Contents *contents, HwError *error)
{
    g_autoptr(GError) reason = NULL;

    if (!g_file_get_contents(path, &contents->bytes, &contents->size, &reason)) {
        return hw_error_set(error, "%s", reason->message);
    }
    if (contents->size > UINT32_MAX) {
        g_clear_pointer(&contents->bytes, g_free);
        return hw_error_set(error, "'%s' has %" G_GSIZE_FORMAT " bytes, expected less than 4 GiB",
                            path, contents->size);
    }
    return true;
}

static bool contents_add(ObFwCfg *fw_cfg, const char *name, const Contents *contents,
                         HwError *error)
{
    return ob_fw_cfg_add_copy(fw_cfg, name, contents->bytes, (uint32_t)contents->size, error);
}

/* ------------------------------------------------------------------ -fw_cfg */

static bool file_add(ObFwCfg *fw_cfg, const ObKeyval *keyval, HwError *error)
{
    const char *name = ob_keyval_get(keyval, "name");
    const char *file = ob_keyval_get(keyval, "file");
    Contents contents = { 0 };
    bool added;

    if (!file || !*file) {
        const char *string = ob_keyval_get(keyval, "string");

        contents = (Contents) { g_strdup(string), strlen(string) };
    } else if (!contents_read(file, &contents, error)) {
        return false;
    }
    added = contents_add(fw_cfg, name, &contents, error);
    g_free(contents.bytes);
    return added;
}

static bool files_add(ObSystem *system, HwError *error)
{
    const GPtrArray *files = system->options->fw_cfg_files;
    ObFwCfg *fw_cfg = ob_host_fw_cfg(system->host);
    HW_ERROR(reason, 512);

    if (files->len && !fw_cfg) {
        return hw_error_set(error, "-fw_cfg: machine '%s' has no fw_cfg",
                            ob_host_machine(system->host)->name);
    }
    for (guint i = 0; i < files->len; i++) {
        const char *name = ob_keyval_get(files->pdata[i], "name");

        if (!g_str_has_prefix(name, "opt/")) {
            ob_report_warning("-fw_cfg: %s: such names are for the host itself, expected a name "
                              "that starts with opt/",
                              name);
        }
        if (!file_add(fw_cfg, files->pdata[i], &reason)) {
            return hw_error_set(error, "-fw_cfg: %s", reason.text);
        }
    }
    return true;
}

/* ------------------------------------------------------------- -boot splash */

#define BMP_BITS 28 /* u16 in BITMAPFILEHEADER and BITMAPINFOHEADER */

static const char *splash_name(const Contents *picture)
{
    const uint8_t *bytes = (const uint8_t *)picture->bytes;

    if (picture->size > 2 && bytes[0] == 0xff && bytes[1] == 0xd8) {
        return "bootsplash.jpg";
    }
    if (picture->size >= BMP_BITS + 2 && !memcmp(bytes, "BM", 2) &&
        hw_load_le(bytes + BMP_BITS, 2) == 24) {
        return "bootsplash.bmp";
    }
    return NULL;
}

static bool splash_add(ObSystem *system, HwError *error)
{
    const char *path = system->options->boot_splash;
    ObFwCfg *fw_cfg = ob_host_fw_cfg(system->host);
    Contents picture = { 0 };
    HW_ERROR(reason, 512);
    const char *name;
    bool added;

    if (!path || !fw_cfg) {
        return true;
    }
    if (!contents_read(path, &picture, &reason)) {
        return hw_error_set(error, "-boot: splash: %s", reason.text);
    }
    name = splash_name(&picture);
    if (!name) {
        hw_error_set(&reason,
                     "'%s' is not a picture that firmware shows, expected JPEG or BMP "
                     "of 24 bits",
                     path);
    }
    added = name && contents_add(fw_cfg, name, &picture, &reason);
    g_free(picture.bytes);
    return added || hw_error_set(error, "-boot: splash: %s", reason.text);
}

bool ob_firmware_files_add(ObSystem *system, HwError *error)
{
    return files_add(system, error) && splash_add(system, error);
}
