/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM whose answers follow a script. */
#ifndef HW_HOST_TPM_SCRIPTED_H
#define HW_HOST_TPM_SCRIPTED_H

#include "hw-api/host/tpm/driver.h"

#define HW_TPM_SCRIPT "script" /* an option of each driver but hw_tpm_scripted */

/*
 * Puts the script in `path` before the TPM that `driver` has opened.  *wrapped is the driver for the
 * TPM that is returned, and lives as long as that TPM, which owns `tpm`.  Its type and options are
 * those of `driver`.  NULL with a sentence; `tpm` is then still the caller's.
 */
void *hw_tpm_script_wrap(const HwTpmDriver *driver, void *tpm, const char *path,
                         const HwTpmDriver **wrapped, HwError *error);

#endif
