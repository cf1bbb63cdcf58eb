/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/telnet.h"

#include <stdbool.h>

/* Commands of RFC 854. */
enum { BREAK = 243, WILL = 251, DONT = 254, IAC = 255 };

/* Returns true if the byte is data. */
static bool telnet_byte(ObTelnet *telnet, uint8_t byte, uint32_t *breaks)
{
    switch (telnet->place) {
    case OB_TELNET_DATA:
        telnet->place = byte == IAC ? OB_TELNET_COMMAND : OB_TELNET_DATA;
        return byte != IAC;
    case OB_TELNET_COMMAND:
        *breaks += byte == BREAK;
        telnet->place = byte >= WILL && byte <= DONT ? OB_TELNET_OPTION : OB_TELNET_DATA;
        return byte == IAC; /* twice: the byte itself */
    case OB_TELNET_OPTION:
        telnet->place = OB_TELNET_DATA;
        return false;
    }
    return false;
}

size_t ob_telnet_input(ObTelnet *telnet, const char *from, size_t count, char *to, uint32_t *breaks)
{
    size_t kept = 0;

    *breaks = 0;
    for (size_t i = 0; i < count; i++) {
        if (telnet_byte(telnet, (uint8_t)from[i], breaks)) {
            to[kept++] = from[i];
        }
    }
    return kept;
}
