/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM's permanent state in a file: there is the old content or the new one,
 * whatever happens in between, and one user at a time.
 *
 * Layout, big-endian: the 8 bytes "HWTPM2NV", u32 version 1, u32 length of the
 * content, u32 CRC-32 of the content (IEEE 802.3), the content.
 */
#ifndef HW_HOST_TPM_STATE_FILE_H
#define HW_HOST_TPM_STATE_FILE_H

#include "hw-api/hw-api.h"

#define HW_STATE_FILE_MAX (1 << 20)     /* bytes of content */

typedef struct HwStateFile HwStateFile;

/*
 * Locks and reads `path`; a symbolic link is followed once, now.  *content is
 * malloc()ed and the caller's; NULL if there is no such file yet.  NULL with a
 * sentence, and the file as it was, if it is in use or not such a file.
 */
HwStateFile *hw_state_file_open(const char *path, uint8_t **content, uint32_t *size,
                                HwError *error);

/* Replaces the content; it is on the disk on return.  False with a sentence, and
 * the old content in place.  Any thread, one at a time. */
bool hw_state_file_save(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error);

/* NULL is allowed. */
void hw_state_file_close(HwStateFile *file);

#endif
