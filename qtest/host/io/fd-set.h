/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fdsets, QEMU's word: descriptors that this process was given by -add-fd and QMP's add-fd.  A path
 * "/dev/fdset/NUMBER" opens one of them.
 *
 * Fdsets are the process's, as its descriptors are.  For the loop's thread.
 */
#ifndef OB_FD_SET_H
#define OB_FD_SET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <glib.h>

typedef struct ObFdMember {
    int fd;
    char *text; /* the giver's name of it; NULL: none */
} ObFdMember;

typedef struct ObFdSet {
    int64_t id;
    GPtrArray *members; /* ObFdMember */
} ObFdSet;

/* Adds a descriptor to the fdset `id`, which then owns it.  -1: to a new one, with the lowest free id.
 * Returns the fdset. */
const ObFdSet *ob_fd_set_add(int64_t id, int fd, const char *text);

/* Closes a descriptor of an fdset, -1: all.  Files that were opened by them stay.  Returns false if
 * there is none. */
bool ob_fd_set_remove(int64_t id, int fd);

/* Fdsets by their ids; NULL after the last. */
const ObFdSet *ob_fd_set_at(uint32_t index);

/* The same as open(), with close-on-exec.  For a path of an fdset it returns another descriptor for the
 * member that has the access mode of `flags`.  Without such a member, errno is EACCES. */
int ob_file_open(const char *path, int flags, mode_t mode);

#endif
