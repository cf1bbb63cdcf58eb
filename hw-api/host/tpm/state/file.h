/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM's permanent state in a file.  After a crash, the file has either the old or the new
 * content; record.h has its form.  The file has one user at a time.  The user locks the inode, so
 * another name of the file is locked, too.
 *
 * A write replaces the file, if possible.  It goes into the file if the file is a block device, is
 * mounted by itself, or has several names.  The same holds if the directory cannot be written.
 */
#ifndef HW_HOST_TPM_STATE_FILE_H
#define HW_HOST_TPM_STATE_FILE_H

#include "hw-api/host/tpm/state/record.h"
#include "hw-api/hw-api.h"

#define HW_STATE_FILE_MAX HW_STATE_CONTENT_MAX /* bytes of content */

/* In the sentence of a refusal: another process has the file, and may let go of it. */
#define HW_STATE_IN_USE "state: in use by another TPM"

typedef struct HwStateFile HwStateFile;

typedef enum HwStateFileUser {
    HW_STATE_FILE_OWNER,
    HW_STATE_FILE_SUCCESSOR, /* opens a file that is in use, too; it is then not held */
} HwStateFileUser;

/*
 * Locks and reads `path`; symbolic links are resolved once, now.  An empty file or a block device of
 * zeros has no content yet, and a file that does not exist is made.  *content is malloc()ed and the
 * caller's; NULL if there is none.  Returns NULL with a sentence if the file is in use, cannot be
 * written or is not a state file; the file is then unchanged.
 */
HwStateFile *hw_state_file_open(const char *path, HwStateFileUser user, uint8_t **content,
                                uint32_t *size, HwError *error);

/* Unlocks the file for another user, as the sender of a migration does. */
void hw_state_file_let_go(HwStateFile *file);

/* True if nobody else can use the file. */
bool hw_state_file_is_held(const HwStateFile *file);

/*
 * Locks the file again.  With `content`, the file must still have this content; without, the caller
 * replaces the content.  False with a sentence, and no lock.
 */
bool hw_state_file_take(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error);

/* Replaces the content, which is on the disk on return.  False with a sentence; the file then has
 * the old content.  Any thread, one at a time. */
bool hw_state_file_save(HwStateFile *file, const uint8_t *content, uint32_t size, HwError *error);

/* Removes a file that `open` has made and that has no content yet.  NULL is allowed. */
void hw_state_file_close(HwStateFile *file);

#endif
