/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state file that belongs to a path: the file itself, or one beside swtpm's file. */
#ifndef HW_HOST_TPM_STATE_IMPORT_H
#define HW_HOST_TPM_STATE_IMPORT_H

#include "hw-api/host/tpm/state/file.h"

#define HW_STATE_IMPORT_SUFFIX ".outboard"

/*
 * Does the work of hw_state_file_open().  If `path` is swtpm's tpm2-00.permall, the state file is
 * PATH.outboard.  A new state file starts from the content of swtpm's file, which stays unchanged
 * and is not read again later.  *stored: the state file has the content.
 */
HwStateFile *hw_state_open(const char *path, HwStateFileUser user, uint8_t **content,
                           uint32_t *size, bool *stored, HwError *error);

#endif
