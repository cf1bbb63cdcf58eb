/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stream sockets in the file system.  Each function returns -1 and sets errno on failure. */
#ifndef OB_UNIX_SOCKET_H
#define OB_UNIX_SOCKET_H

#include <stdint.h>

int ob_unix_listen(const char *path);

/* Connects.  If the peer's queue stays full for `timeout_ms`, errno is EAGAIN; 0 waits forever. */
int ob_unix_connect(const char *path, uint32_t timeout_ms);

/* Lets child processes inherit the descriptor.  Descriptors made here close on exec. */
void ob_unix_inherit(int fd);

#endif
