/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM's permanent state in a file.  After a crash, the file has either the old or the new
 * content.  The file has one user at a time.
 *
 * Layout, big-endian: the 8 bytes "HWTPM2NV", u32 version 1, u32 length of the
 * content, u32 CRC-32 of the content (IEEE 802.3), the content.
 */
#ifndef HW_HOST_TPM_STATE_FILE_H
#define HW_HOST_TPM_STATE_FILE_H

#include "hw-api/hw-api.h"

#define HW_STATE_FILE_MAX (1 << 20) /* bytes of content */

typedef struct HwStateFile HwStateFile;

/*
 * Locks and reads `path`; a symbolic link is resolved once, now.  *content is malloc()ed and the
 * caller's; NULL if the file does not exist yet.  Returns NULL with a sentence if the file is in
 * use or not a state file; the file is then unchanged.
 */
HwStateFile *hw_state_file_open(const char *path, uint8_t **content, uint32_t *size,
                                HwError *error);

/* Replaces the content, which is on the disk on return.  False with a sentence; the file then has
 * the old content.  Any thread, one at a time. */
bool hw_state_file_save(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error);

/* NULL is allowed. */
void hw_state_file_close(HwStateFile *file);

#endif
