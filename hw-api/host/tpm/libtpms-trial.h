/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets libtpms start from a state in a child process first.
 *
 * libtpms does not check all lengths in a state: a forged one makes libtpms 0.9 read up to 64 KiB
 * behind its buffer.  A stream's sender, or the writer of a file, then crashes the host or fills
 * the TPM with other memory of the host.  So the state meets libtpms in a jail first, in which the
 * memory behind the state can't be read.
 */
#ifndef HW_HOST_TPM_LIBTPMS_TRIAL_H
#define HW_HOST_TPM_LIBTPMS_TRIAL_H

#include "hw-api/host/tpm/libtpms-tpm.h"
#include "hw-api/host/tpm/state/blob-format.h"

#define HW_LIBTPMS_TRIAL_MILLISECONDS 10000

/*
 * Starts a fork of `tpm` from the state, has it execute a command and save its state again.
 * `permanent` or `volatile_state` may be without bytes.  `local` says that the state comes from a
 * file of this machine: tpm->trust then may excuse it from a trial that is not possible.  False
 * with a sentence; the TPM is untouched.
 */
bool hw_libtpms_try(HwLibtpmsTpm *tpm, HwTpmBytes permanent, HwTpmBytes volatile_state, bool local,
                    HwError *error);

/* Reads the option trust=files|all|none.  False with a sentence. */
bool hw_libtpms_trust_parse(const HwTpmOptions *options, HwLibtpmsTrust *trust, HwError *error);

#endif
