/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP commands about byte streams. */
#include "qtest/host/chardev/chardev.h"
#include "qtest/host/qmp/hmp-internal.h"

void ob_hmp_info_chardev(ObHmpCall *call)
{
    const ObChardevStream *stream;

    for (uint32_t i = 0; (stream = ob_chardev_at(call->system->host, i)); i++) {
        g_autofree char *name = ob_chardev_describe(stream);

        ob_hmp_print(call, "%s: filename=%s\n", ob_chardev_id(stream), name);
    }
}

/* Shows control characters and the backslash by QEMU's escapes. */
void ob_hmp_ringbuf_read(ObHmpCall *call)
{
    json_t *answer = ob_hmp_call_qmp(call, "ringbuf-read", json_incref(call->arguments));
    const char *text = json_string_value(answer);

    for (const char *c = text; c && *c; c++) {
        if (*c == '\\') {
            ob_hmp_print(call, "\\\\");
        } else if (((uint8_t)*c < 0x20 && *c != '\n') || *c == 0x7f) {
            ob_hmp_print(call, "\\u%04X", (unsigned)(uint8_t)*c);
        } else {
            ob_hmp_print(call, "%c", *c);
        }
    }
    if (text) {
        ob_hmp_print(call, "\n");
    }
    json_decref(answer);
}

/* The text of a -chardev with an id; NULL with a sentence printed. */
static ObKeyval *values_of(ObHmpCall *call, const char *text)
{
    HW_ERROR(error, 512);
    ObKeyval *values = ob_keyval_new(text, "backend", &error);

    if (!values) {
        ob_hmp_print(call, "Error: %s\n", error.text);
    }
    return values;
}

/* QEMU's words. */
static void pty_print(ObHmpCall *call, const char *id)
{
    const ObChardevStream *stream = ob_chardev_find(call->system->host, id);
    const char *pty = ob_chardev_pty(stream);

    if (pty) {
        ob_hmp_print(call, "char device redirected to %s (label %s)\n", pty, id);
    }
}

void ob_hmp_chardev_add(ObHmpCall *call)
{
    ObKeyval *values = values_of(call, ob_hmp_string(call, "args"));
    g_autofree char *id = values ? g_strdup(ob_keyval_get(values, "id")) : NULL;
    HW_ERROR(error, 512);

    if (!values) {
        return;
    }
    if (ob_chardev_create(call->system->loop, call->system->host, values, &error)) {
        pty_print(call, id);
    } else {
        ob_hmp_print(call, "Error: %s\n", error.text);
    }
}

void ob_hmp_chardev_change(ObHmpCall *call)
{
    const char *id = ob_hmp_string(call, "id");
    g_autofree char *text = ob_keyval_extend(ob_hmp_string(call, "args"), "id", id);
    ObChardevStream *stream = ob_chardev_find(call->system->host, id);
    HW_ERROR(error, 512);
    ObKeyval *values;

    if (!stream) {
        ob_hmp_print(call, "Error: Chardev '%s' does not exist\n", id);
        return;
    }
    if (ob_chardev_has_option(stream)) {
        ob_hmp_print(call, "Error: Chardev user does not support chardev hotswap\n");
        return;
    }
    values = values_of(call, text);
    if (!values) {
        return;
    }
    if (ob_chardev_change(stream, values, &error)) {
        pty_print(call, id);
    } else {
        ob_hmp_print(call, "Error: %s\n", error.text);
    }
}
