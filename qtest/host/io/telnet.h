/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The telnet protocol of a server (RFC 854), as far as QEMU has it.  A client is asked for single characters
 * without an echo.  Its commands are taken out of the input. */
#ifndef OB_TELNET_H
#define OB_TELNET_H

#include <stddef.h>
#include <stdint.h>

/* The server's first bytes, which offer ECHO, SUPPRESS-GO-AHEAD and both sides' BINARY. */
#define OB_TELNET_GREETING \
    ((const char[]) { '\xff', '\xfb', 1, '\xff', '\xfb', 3, '\xff', '\xfb', 0, '\xff', '\xfd', 0 })
#define OB_TELNET_GREETING_SIZE 12u

typedef enum ObTelnetPlace {
    OB_TELNET_DATA,
    OB_TELNET_COMMAND, /* behind IAC */
    OB_TELNET_OPTION,  /* behind IAC and a command */
} ObTelnetPlace;

/* All zeros: a peer has just come. */
typedef struct ObTelnet {
    ObTelnetPlace place;
} ObTelnet;

/* Copies the data among `count` bytes of input to `to`, which may be `from`.  Returns their number; `breaks`
 * gets that of the client's breaks. */
size_t ob_telnet_input(ObTelnet *telnet, const char *from, size_t count, char *to,
                       uint32_t *breaks);

#endif
