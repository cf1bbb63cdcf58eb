/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Byte strings over the qtest protocol: short ones in hexadecimal, long ones in base64. */
#include "qtest/client/transport/socket.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LONGEST_HEX   64        /* bytes */
#define LONGEST_PIECE (1 << 20) /* bytes in one line */

static size_t request_string(ObSocket *s, const char *verb, uint64_t address, size_t size,
                             const char *after)
{
    return (size_t)snprintf(s->request, sizeof(s->request), "%s 0x%" PRIx64 " 0x%zx%s", verb,
                            address, size, after);
}

static bool decode_hex(const char *text, uint8_t *bytes, size_t size)
{
    if (strlen(text) != 2 + 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int high = g_ascii_xdigit_value(text[2 + 2 * i]);
        int low = g_ascii_xdigit_value(text[3 + 2 * i]);

        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool decode_base64(const char *text, uint8_t *bytes, size_t size)
{
    size_t length;
    g_autofree uint8_t *decoded = g_base64_decode(text, &length);

    if (length == size) {
        memcpy(bytes, decoded, size);
    }
    return length == size;
}

static void socket_read_piece(ObSocket *s, uint64_t address, uint8_t *bytes, size_t size)
{
    bool hex = size <= LONGEST_HEX;
    size_t length = request_string(s, hex ? "read" : "b64read", address, size, "\n");
    const char *answer = ob_socket_expect(s, length, NULL, 0);

    if (!answer) {
        memset(bytes, 0, size);
    } else if (!(hex ? decode_hex : decode_base64)(answer, bytes, size)) {
        ob_socket_fail_refused(s, answer);
    }
}

void ob_socket_read(void *link, uint64_t address, void *buffer, size_t size)
{
    uint8_t *bytes = buffer;

    for (size_t piece; size > 0; size -= piece, address += piece, bytes += piece) {
        piece = MIN(size, LONGEST_PIECE);
        socket_read_piece(link, address, bytes, piece);
    }
}

static void socket_write_piece(ObSocket *s, uint64_t address, const uint8_t *bytes, size_t size)
{
    GString *data = g_string_new(NULL);
    size_t length;

    if (size <= LONGEST_HEX) {
        length = request_string(s, "write", address, size, " 0x");
        for (size_t i = 0; i < size; i++) {
            g_string_append_printf(data, "%02x", bytes[i]);
        }
    } else {
        g_autofree char *text = g_base64_encode(bytes, size);

        length = request_string(s, "b64write", address, size, " ");
        g_string_append(data, text);
    }
    g_string_append_c(data, '\n');
    ob_socket_expect(s, length, data->str, data->len);
    g_string_free(data, TRUE);
}

void ob_socket_write(void *link, uint64_t address, const void *buffer, size_t size)
{
    const uint8_t *bytes = buffer;

    for (size_t piece; size > 0; size -= piece, address += piece, bytes += piece) {
        piece = MIN(size, LONGEST_PIECE);
        socket_write_piece(link, address, bytes, piece);
    }
}

void ob_socket_fill(void *link, uint64_t address, uint8_t byte, size_t size)
{
    char value[8];

    snprintf(value, sizeof(value), " 0x%02x\n", byte);
    ob_socket_expect(link, request_string(link, "memset", address, size, value), NULL, 0);
}
