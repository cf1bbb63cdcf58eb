/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stream sockets in the file system.  Each returns -1 with errno if it fails. */
#ifndef OB_UNIX_SOCKET_H
#define OB_UNIX_SOCKET_H

int ob_unix_listen(const char *path);
int ob_unix_connect(const char *path);

/* Lets children have the descriptor; those made here are closed on exec. */
void ob_unix_inherit(int fd);

#endif
