/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about byte streams. */
#include <string.h>
#include <unistd.h>

#include "qtest/host/chardev/chardev.h"
#include "qtest/host/migration/migration.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/text/json.h"

static void list_add(json_t *list, const char *label, const char *name, bool is_used)
{
    json_array_append_new(list,
                          json_pack("{s:o, s:o, s:b}", "label", ob_json_text(label), "filename",
                                    ob_json_text(name), "frontend-open", is_used));
}

/* QEMU lists a shared stream twice: by its id, and as what is shared. */
static void stream_describe(json_t *list, const ObChardevStream *stream)
{
    const char *id = ob_chardev_id(stream);
    g_autofree char *name = ob_chardev_describe(stream);
    bool is_used = ob_chardev_is_used(stream) || ob_chardev_has_option(stream);
    bool is_shared = ob_chardev_mux(stream);

    list_add(list, id, is_shared ? "mux" : name, is_used);
    if (is_shared) {
        g_autofree char *base = g_strconcat(id, OB_BASE_SUFFIX, NULL);

        list_add(list, base, name, true);
    }
}

/* The other streams have QEMU's names, too. */
static void monitors_describe(json_t *list, const ObOptions *options)
{
    char name[160];

    for (guint i = 0; i < options->monitors->len; i++) {
        const ObMonitor *monitor = options->monitors->pdata[i];

        if (!monitor->chardev) {
            ob_socket_describe(&monitor->address, name, sizeof(name));
            list_add(list, monitor->label, name, true);
        }
    }
}

json_t *ob_qmp_query_chardev(ObQmpCall *call)
{
    json_t *list = json_array();
    const ObChardevStream *stream;

    for (uint32_t i = 0; (stream = ob_chardev_at(call->system->host, i)); i++) {
        stream_describe(list, stream);
    }
    monitors_describe(list, call->system->options);
    return list;
}

json_t *ob_qmp_query_chardev_backends(ObQmpCall *call)
{
    static const char *const names[] = { "socket", "file", "pipe",    "stdio",
                                         "pty",    "null", "ringbuf", "memory" };
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

/* ------------------------------------------------------------ streams that come and go */

/* The members of QMP's backends, and of a socket's address, with spaces between and around them. */
static const char data_members[] =
    " server wait nodelay telnet tn3270 websocket reconnect "
    "reconnect-ms out device append signal size logfile logappend addr ";
static const char addr_members[] = " path abstract host port ipv4 ipv6 keep-alive str ";

/* Adds members in the form of options.  Returns false with the call failed. */
static bool members_add(ObQmpCall *call, json_t *flat, const char *place, json_t *data,
                        const char *known)
{
    const char *name;
    json_t *value;

    json_object_foreach(data, name, value)
    {
        g_autofree char *word = g_strdup_printf(" %s ", name);

        if (strchr(name, ' ') || !strstr(known, word)) {
            ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter 'backend.%s.%s' is unexpected", place,
                        name);
            return false;
        }
        if (strcmp(name, "addr") != 0 && strcmp(name, "str") != 0) {
            bool is_path = strcmp(name, "out") == 0 || strcmp(name, "device") == 0;

            ob_json_set(flat, is_path ? "path" : name, json_incref(value));
        }
    }
    return true;
}

static bool member_missing(ObQmpCall *call, const char *name)
{
    ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter 'backend.%s' is missing", name);
    return false;
}

/* A descriptor has the name that getfd gave it. */
static bool descriptor_take(ObQmpCall *call, json_t *flat, const json_t *name, int *fd)
{
    const char *text = json_string_value(name);

    *fd = text ? ob_migration_take_fd(call->system->migration, text) : -1;
    if (*fd < 0) {
        ob_qmp_fail(call, OB_QMP_GENERIC,
                    "Failed to add chardev '%s': File descriptor named '%s' has not been found",
                    ob_qmp_string(call, "id"), text ? text : "");
        return false;
    }
    return json_object_set_new(flat, "fd", json_integer(*fd)) == 0;
}

static bool address_add(ObQmpCall *call, json_t *flat, const json_t *addr, int *fd)
{
    json_t *data = json_object_get(addr, "data");
    const json_t *name = json_object_get(data, "str");

    if (!json_is_object(data)) {
        return member_missing(call, addr ? "data.addr.data" : "data.addr");
    }
    json_object_set_new(flat, "server", json_true()); /* QMP's default */
    return members_add(call, flat, "data.addr.data", data, addr_members) &&
           (!name || descriptor_take(call, flat, name, fd));
}

static bool backend_flatten(ObQmpCall *call, json_t *flat, int *fd)
{
    const json_t *backend = json_object_get(call->arguments, "backend");
    const char *type = json_string_value(json_object_get(backend, "type"));
    json_t *data = json_object_get(backend, "data");

    if (!json_is_object(data)) {
        return member_missing(call, "data");
    }
    json_object_set_new(flat, "backend", ob_json_text(type));
    json_object_set_new(flat, "id", ob_json_text(ob_qmp_string(call, "id")));
    return (strcmp(type, "socket") != 0 ||
            address_add(call, flat, json_object_get(data, "addr"), fd)) &&
           members_add(call, flat, "data", data, data_members);
}

static void fd_close(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

/* The text of a -chardev, and the descriptor in it, or -1, which the caller owns.  NULL with the call
 * failed. */
static ObKeyval *backend_values(ObQmpCall *call, int *fd)
{
    json_t *flat = json_object();
    HW_ERROR(reason, 512);
    ObKeyval *values = NULL;

    *fd = -1;
    if (backend_flatten(call, flat, fd)) {
        values = ob_keyval_of_json(flat, &reason);
        if (!values) {
            ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
        }
    }
    if (!values) {
        fd_close(*fd);
    }
    json_decref(flat);
    return values;
}

static json_t *done(const ObHost *host, const char *id)
{
    const char *pty = ob_chardev_pty(ob_chardev_find(host, id));

    return pty ? json_pack("{s:o}", "pty", ob_json_text(pty)) : json_object();
}

json_t *ob_qmp_chardev_add(ObQmpCall *call)
{
    const char *id = ob_qmp_string(call, "id");
    ObHost *host = call->system->host;
    HW_ERROR(reason, 512);
    ObKeyval *values;
    int fd;

    if (ob_chardev_find(host, id)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Chardev with id '%s' already exists", id);
    }
    values = backend_values(call, &fd);
    if (!values) {
        return NULL;
    }
    if (!ob_chardev_create(call->system->loop, host, values, &reason)) {
        fd_close(fd);
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Failed to add chardev '%s': %s", id, reason.text);
    }
    return done(host, id);
}

json_t *ob_qmp_chardev_change(ObQmpCall *call)
{
    const char *id = ob_qmp_string(call, "id");
    ObChardevStream *stream = ob_chardev_find(call->system->host, id);
    HW_ERROR(reason, 512);
    ObKeyval *values;
    int fd;

    if (!stream) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Chardev '%s' does not exist", id);
    }
    if (ob_chardev_has_option(stream) || ob_chardev_mux(stream)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Chardev user does not support chardev hotswap");
    }
    values = backend_values(call, &fd);
    if (!values) {
        return NULL;
    }
    if (!ob_chardev_change(stream, values, &reason)) {
        fd_close(fd);
        return ob_qmp_fail(call, OB_QMP_GENERIC, "%s", reason.text);
    }
    return done(call->system->host, id);
}

/* The stream that the call names; NULL: none, with the call failed. */
static ObChardevStream *stream_named(ObQmpCall *call)
{
    const char *id = ob_qmp_string(call, "id");
    ObChardevStream *stream = ob_chardev_find(call->system->host, id);

    if (!stream) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "Chardev '%s' not found", id);
    }
    return stream;
}

json_t *ob_qmp_chardev_remove(ObQmpCall *call)
{
    ObChardevStream *stream = stream_named(call);

    if (!stream) {
        return NULL;
    }
    if (ob_chardev_is_used(stream) || ob_chardev_has_option(stream)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "Chardev '%s' is busy", ob_chardev_id(stream));
    }
    ob_chardev_remove(call->system->host, stream);
    return json_object();
}

json_t *ob_qmp_chardev_send_break(ObQmpCall *call)
{
    ObChardevStream *stream = stream_named(call);

    if (!stream) {
        return NULL;
    }
    ob_chardev_event(stream, HW_CHARDEV_BREAK);
    return json_object();
}
