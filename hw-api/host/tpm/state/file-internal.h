/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An open state file; shared by file.c and file-write.c. */
#ifndef HW_HOST_TPM_STATE_FILE_INTERNAL_H
#define HW_HOST_TPM_STATE_FILE_INTERNAL_H

#include "hw-api/host/tpm/state/file.h"

#include <limits.h>

struct HwStateFile {
    char *path;    /* for messages */
    int fd;        /* holds the lock; -1: not held */
    int directory; /* so names stay valid if the host changes its directory; -1: don't replace */
    bool made;     /* the file did not exist, and has no content yet */
    bool in_use;   /* the lock was refused, as another user holds it */
    bool in_place; /* the file cannot be replaced */
    bool has_record;
    uint32_t slot;     /* the place of the record that counts */
    uint32_t sequence; /* the number of this record */
    char name[NAME_MAX + 1];
    char new_name[NAME_MAX + 1];
};

/* False, with "state: WHAT: 'PATH': " and the text of the errno value. */
bool hw_state_file_error(const HwStateFile *file, HwError *error, const char *what, int number);

#endif
