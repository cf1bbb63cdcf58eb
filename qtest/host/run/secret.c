/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/secret.h"

#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/options/option-table.h"
#include "qtest/host/run/objects.h"

static const ObObject *secret_find(const struct ObSystem *system, const char *id, HwError *error)
{
    const ObObject *object = ob_objects_find(system, id);

    if (!object || strcmp(object->type->name, "secret") != 0) {
        hw_error_set(error, "no secret with id '%s', expected -object secret,id=%s,...", id, id);
        return NULL;
    }
    if (ob_keyval_get(object->values, "keyid")) {
        hw_error_set(error, "secret '%s': keyid is not offered, expected data= or file=", id);
        return NULL;
    }
    return object;
}

static char *content_read(const ObObject *object, HwError *error)
{
    const char *file = ob_keyval_get(object->values, "file");
    HW_ERROR(reason, 512);
    char *content;
    size_t size;

    if (!file) {
        return g_strdup(ob_keyval_get(object->values, "data"));
    }
    content = ob_option_file_text(file, &size, &reason);
    if (!content) {
        hw_error_set(error, "secret '%s': %s", object->id, reason.text);
    }
    return content;
}

/* A text ends at its first zero byte. */
static char *content_decode(const ObObject *object, char *content)
{
    gsize size;
    guchar *bytes;
    char *text;

    if (g_strcmp0(ob_keyval_get(object->values, "format"), "base64") != 0) {
        return content;
    }
    bytes = g_base64_decode(content, &size);
    text = g_strndup((const char *)bytes, size);
    g_free(bytes);
    g_free(content);
    return text;
}

char *ob_secret_text(const struct ObSystem *system, const char *id, HwError *error)
{
    const ObObject *object = secret_find(system, id, error);
    char *content = object ? content_read(object, error) : NULL;

    return content ? content_decode(object, content) : NULL;
}
