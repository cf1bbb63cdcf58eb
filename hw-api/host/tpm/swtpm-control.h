/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * swtpm's control channel: requests as swtpm_ioctls(3) lists them, over a Unix
 * stream socket.  A request is a command code and its arguments, a reply a TPM
 * result code and, if that is 0, more: all big-endian.  swtpm takes all bytes that
 * wait for one request, so the next one is sent when the reply has come.
 *
 * The functions return false with a sentence.  With `lost` set the connection is then
 * of no more use, because what is still to come cannot be told from the next reply;
 * else swtpm has refused the request.
 */
#ifndef HW_HOST_TPM_SWTPM_CONTROL_H
#define HW_HOST_TPM_SWTPM_CONTROL_H

#include "hw-api/host/tpm/deadline-io.h"
#include "hw-api/host/tpm/state/blobs.h"
#include "hw-api/hw-api.h"

typedef struct HwSwtpmControl {
    int fd;
    HwStreamLimit limit;
    bool lost;
    uint8_t owed;               /* bytes of the reply to a CMD_CANCEL_TPM_CMD to come */
} HwSwtpmControl;

/* Has to be the first request; swtpm gets a duplicate of `data`. */
bool hw_swtpm_set_data_fd(HwSwtpmControl *control, int data, HwError *error);

/* Checks that swtpm has every request that we use. */
bool hw_swtpm_check_capabilities(HwSwtpmControl *control, HwError *error);

/* Power off, and on: what is volatile is lost, unless `resume`. */
bool hw_swtpm_stop(HwSwtpmControl *control, HwError *error);
bool hw_swtpm_init(HwSwtpmControl *control, bool resume, HwError *error);

/* While the TPM is on.  *blob, which has no bytes, is the caller's to clear, also
 * after a failure; swtpm's --key is undone. */
bool hw_swtpm_get_blob(HwSwtpmControl *control, HwTpmBlobKind kind, HwTpmBlob *blob,
                       HwError *error);

/* While stopped; swtpm has it checked against what it got before: permanent first. */
bool hw_swtpm_set_blob(HwSwtpmControl *control, HwTpmBlobKind kind, const HwTpmBlob *blob,
                       HwError *error);

/* While stopped.  0 asks only.  *largest: the largest that swtpm can do. */
bool hw_swtpm_set_buffer_size(HwSwtpmControl *control, uint32_t size, uint32_t *largest,
                              HwError *error);

bool hw_swtpm_set_locality(HwSwtpmControl *control, uint8_t locality, HwError *error);
bool hw_swtpm_get_established(HwSwtpmControl *control, bool *established, HwError *error);

/*
 * While a command runs on the data channel.  Does not wait for the reply, as
 * swtpm 0.7 looks at its control channel between commands only; does nothing
 * while the reply to the one before is owed.
 */
void hw_swtpm_cancel(HwSwtpmControl *control);

/* swtpm ends. */
bool hw_swtpm_shutdown(HwSwtpmControl *control, HwError *error);

/* "no answer in time" for an errno value of stream.h. */
const char *hw_swtpm_failure(int number);

#endif
