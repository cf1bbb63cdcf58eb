/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about byte streams. */
#include <string.h>

#include "qtest/host/chardev/chardev.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

static bool monitor_uses(const ObOptions *options, const char *id)
{
    for (guint i = 0; i < options->monitors->len; i++) {
        const ObMonitor *monitor = options->monitors->pdata[i];

        if (g_strcmp0(monitor->chardev, id) == 0) {
            return true;
        }
    }
    return g_strcmp0(options->qtest_chardev, id) == 0;
}

static json_t *stream_describe(const ObOptions *options, const ObChardevStream *stream)
{
    const char *id = ob_chardev_id(stream);
    g_autofree char *name = ob_chardev_describe(stream);

    return json_pack("{s:o, s:o, s:b}", "label", ob_json_text(id), "filename", ob_json_text(name),
                     "frontend-open", ob_chardev_is_used(stream) || monitor_uses(options, id));
}

json_t *ob_qmp_query_chardev(ObQmpCall *call)
{
    json_t *list = json_array();
    const ObChardevStream *stream;

    for (uint32_t i = 0; (stream = ob_chardev_at(call->system->host, i)); i++) {
        json_array_append_new(list, stream_describe(call->system->options, stream));
    }
    return list;
}

json_t *ob_qmp_query_chardev_backends(ObQmpCall *call)
{
    static const char *const names[] = { "socket", "file",    "stdio", "pty",
                                         "null",   "ringbuf", "memory" };
    json_t *list = json_array();

    (void)call;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        json_array_append_new(list, json_pack("{s:o}", "name", ob_json_text(names[i])));
    }
    return list;
}

/* -------------------------------------------------------------------- ringbuf */

/* The ring that the call names; NULL: none, with the call failed. */
static ObRing *ring_of(ObQmpCall *call)
{
    const char *id = ob_qmp_string(call, "device");
    const ObChardevStream *stream = ob_chardev_find(call->system->host, id);
    ObRing *ring = stream ? ob_chardev_ring(stream) : NULL;

    if (!stream) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "Device '%s' not found", id);
    } else if (!ring) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "%s is not a ringbuf device", id);
    }
    return ring;
}

static bool is_base64(const ObQmpCall *call)
{
    return g_strcmp0(ob_qmp_string(call, "format"), "base64") == 0;
}

json_t *ob_qmp_ringbuf_write(ObQmpCall *call)
{
    const char *text = ob_qmp_string(call, "data");
    ObRing *ring = ring_of(call);
    g_autofree guchar *bytes = NULL;
    gsize size = strlen(text);

    if (!ring) {
        return NULL;
    }
    if (!is_base64(call)) {
        ob_ring_put(ring, text, size);
        return json_object();
    }
    if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != size) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Base64 data contains invalid characters");
    }
    bytes = g_base64_decode(text, &size);
    ob_ring_put(ring, bytes, size);
    return json_object();
}

json_t *ob_qmp_ringbuf_read(ObQmpCall *call)
{
    json_int_t size = json_integer_value(json_object_get(call->arguments, "size"));
    ObRing *ring = ring_of(call);
    g_autofree char *bytes = NULL;
    g_autofree char *coded = NULL;
    size_t count;

    if (!ring) {
        return NULL;
    }
    if (size <= 0) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "size must be greater than zero");
    }
    bytes = ob_ring_take(ring, (size_t)size, &count);
    if (!is_base64(call)) {
        return ob_json_text(bytes);
    }
    coded = g_base64_encode((const guchar *)bytes, count);
    return ob_json_text(coded);
}
