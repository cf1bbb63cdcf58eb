/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Field "virtio" in dump and diff. */
#include <string.h>

#include "qtest/stream/section/virtio.h"
#include "qtest/stream/tool/tool.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

static GPtrArray *lines_of(const char *section, const ObVmValue *value)
{
    g_autofree ObVirtio *virtio = g_new(ObVirtio, 1);

    return strcmp(value->type, OB_VIRTIO_TYPE) == 0 && value->count == 1 &&
                   ob_virtio_parse(virtio, section, value->bytes, value->size)
               ? ob_virtio_lines(virtio)
               : NULL;
}

bool tool_virtio_print(const ObModelSection *section, const ObVmValue *value)
{
    g_autoptr(GPtrArray) lines = lines_of(section->name, value);

    for (guint i = 0; lines && i < lines->len; i += 2) {
        ob_text_printf("    %s.%s = %s\n", value->path, (char *)lines->pdata[i],
                       (char *)lines->pdata[i + 1]);
    }
    return lines != NULL;
}

json_t *tool_virtio_json(const ObModelSection *section, const ObVmValue *value)
{
    g_autoptr(GPtrArray) lines = lines_of(section->name, value);
    json_t *object = lines ? json_object() : NULL;

    for (guint i = 0; lines && i < lines->len; i += 2) {
        ob_json_set(object, lines->pdata[i], ob_json_text(lines->pdata[i + 1]));
    }
    return object;
}

static const char *line_find(const GPtrArray *lines, const char *key)
{
    for (guint i = 0; i < lines->len; i += 2) {
        if (strcmp(lines->pdata[i], key) == 0) {
            return lines->pdata[i + 1];
        }
    }
    return NULL;
}

static void line_add(ToolDiffList *list, const char *owner, const char *path, const char *key,
                     const char *first, const char *second)
{
    g_autofree char *whole = g_strdup_printf("%s.%s", path, key);

    tool_diff_add(list, owner, whole, first, second);
}

bool tool_virtio_diff(ToolDiffList *list, const ObModelSection *section, const char *owner,
                      const ObVmValue *a, const ObVmValue *b)
{
    g_autoptr(GPtrArray) first = lines_of(section->name, a);
    g_autoptr(GPtrArray) second = lines_of(section->name, b);
    bool any = false;

    for (guint i = 0; first && second && i < first->len; i += 2) {
        const char *other = line_find(second, first->pdata[i]);

        if (g_strcmp0(first->pdata[i + 1], other) != 0) {
            line_add(list, owner, a->path, first->pdata[i], first->pdata[i + 1], other);
            any = true;
        }
    }
    for (guint i = 0; first && second && i < second->len; i += 2) {
        if (!line_find(first, second->pdata[i])) {
            line_add(list, owner, a->path, second->pdata[i], NULL, second->pdata[i + 1]);
            any = true;
        }
    }
    return any;
}
