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
