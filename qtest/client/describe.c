/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes an access as a line for people. */
#include "qtest/client/client.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/host/run/region.h"

static void describe_verb(GString *text, const ObAccess *access)
{
    static const char *const memory[][2] = {
        { "readb", "writeb" },
        { "readw", "writew" },
        { "readl", "writel" },
        { "readq", "writeq" },
    };
    static const char *const ports[][2] = {
        { "inb", "outb" },
        { "inw", "outw" },
        { "inl", "outl" },
        { "inq", "outq" },
    };
    static const char *const strings[] = {
        [OB_ACCESS_READ] = "memread", [OB_ACCESS_WRITE] = "memwrite", [OB_ACCESS_FILL] = "memset"
    };
    const char *verb;

    if (access->kind > OB_ACCESS_STORE) {
        verb = strings[access->kind];
    } else {
        uint32_t width = (uint32_t)g_bit_nth_lsf(access->size, -1);

        verb = (access->space == HW_SPACE_IO ? ports : memory)[width & 3][access->kind];
    }
    g_string_append_printf(text, "%-8s 0x%" PRIx64, verb, access->address);
}

static void describe_value(GString *text, const ObAccess *access)
{
    bool from_host = access->kind == OB_ACCESS_LOAD || access->kind == OB_ACCESS_READ;

    if (access->kind > OB_ACCESS_STORE) {
        g_string_append_printf(text, " %" PRIu64 " bytes", access->size);
    }
    if (from_host && !access->done) {
        g_string_append(text, " -> no answer");
        return;
    }
    g_string_append(text, from_host ? " -> " : " <- ");
    if (access->kind == OB_ACCESS_READ || access->kind == OB_ACCESS_WRITE) {
        for (size_t i = 0; i < MIN(access->size, sizeof(access->bytes)); i++) {
            g_string_append_printf(text, "%02x", access->bytes[i]);
        }
        g_string_append(text, access->size > sizeof(access->bytes) ? "..." : "");
    } else {
        g_string_append_printf(text, "0x%" PRIx64, access->value);
    }
    g_string_append(text, access->done ? "" : ", no answer");
}

char *ob_client_describe(ObClient *c, const ObAccess *access)
{
    GString *text = g_string_new(NULL);
    const char *device = NULL;
    const HwRegister *reg = NULL;
    char value[256];

    describe_verb(text, access);
    describe_value(text, access);
    if (access->kind <= OB_ACCESS_STORE) {
        reg = ob_client_register_at(c, (HwSpace)access->space, access->address, &device);
    }
    if (reg) {
        g_string_append_printf(text, "%*s", (int)MAX(2, 44 - (int)text->len), "");
        g_string_append_printf(text, "%s %s", device, reg->name);
    }
    if (reg && reg->fields.count && access->value) {
        uint32_t lanes = 8 * (uint32_t)(access->address & 3);

        hw_register_format(reg, (uint32_t)access->value << lanes, value, sizeof(value));
        g_string_append(text, strchr(value, ' ') ? strchr(value, ' ') : "");
    }
    if (access->repeats > 0) {
        g_string_append_printf(text, ", %" PRIu32 " times", access->repeats + 1);
    }
    return g_string_free(text, FALSE);
}
