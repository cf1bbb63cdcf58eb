/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * swtpm's control channel, a Unix stream socket: the requests of swtpm_ioctls(3).  A request is
 * a command code and its arguments.  A reply is a TPM result code; if it is 0, more values follow.
 * All numbers are big-endian.  swtpm reads all waiting bytes as one request, so the next request
 * is sent after the reply has come.
 *
 * On failure, the functions return false with a sentence.  If `lost` is set, the connection must
 * then be closed, because the rest of this reply cannot be told from the next reply.  Otherwise
 * swtpm has refused the request.
 */
#ifndef HW_HOST_TPM_SWTPM_CONTROL_H
#define HW_HOST_TPM_SWTPM_CONTROL_H

#include "hw-api/host/tpm/deadline-io.h"
#include "hw-api/host/tpm/state/blobs.h"
#include "hw-api/hw-api.h"

typedef struct HwSwtpmControl {
    int fd;
    HwStreamLimit limit;
    uint32_t capabilities; /* set by hw_swtpm_check_capabilities() */
    bool lost;
    uint8_t owed;    /* pending bytes of the reply to CMD_CANCEL_TPM_CMD */
    bool unanswered; /* the host's end came before the result of the last request */
} HwSwtpmControl;

/* Must be the first request; swtpm gets a duplicate of `data`. */
bool hw_swtpm_set_data_fd(HwSwtpmControl *control, int data, HwError *error);

/* Checks that swtpm has every request that we use. */
bool hw_swtpm_check_capabilities(HwSwtpmControl *control, HwError *error);

/* Power the TPM off and on; volatile state is lost unless `resume`. */
bool hw_swtpm_stop(HwSwtpmControl *control, HwError *error);
bool hw_swtpm_init(HwSwtpmControl *control, bool resume, HwError *error);

/* Call while the TPM is on.  *blob is empty before; the caller clears it, also after a failure.
 * swtpm decrypts a state that is encrypted with its --key. */
bool hw_swtpm_get_blob(HwSwtpmControl *control, HwTpmBlobKind kind, HwTpmBlob *blob,
                       HwError *error);

/* Call while the TPM is stopped, and with permanent state first: libtpms checks the other blobs
 * against it. */
bool hw_swtpm_set_blob(HwSwtpmControl *control, HwTpmBlobKind kind, const HwTpmBlob *blob,
                       HwError *error);

/* Call while the TPM is stopped.  Size 0 changes nothing.  *largest gets swtpm's largest size. */
bool hw_swtpm_set_buffer_size(HwSwtpmControl *control, uint32_t size, uint32_t *largest,
                              HwError *error);

/*
 * Since version 0.8, swtpm locks its state when it starts the TPM, and lets go of the lock when the
 * savestate blob is read.  --migration changes both.  Lock again before the TPM goes on.  swtpm tries
 * it `retries` times more, each 10 ms after the last.  Does nothing with a swtpm without locks.
 */
bool hw_swtpm_locks_storage(const HwSwtpmControl *control);
bool hw_swtpm_lock_storage(HwSwtpmControl *control, uint32_t retries, HwError *error);

bool hw_swtpm_set_locality(HwSwtpmControl *control, uint8_t locality, HwError *error);
bool hw_swtpm_get_established(HwSwtpmControl *control, bool *established, HwError *error);

/*
 * Call while a command runs on the data channel.  It does not wait for the reply, since swtpm 0.7
 * reads its control channel only between commands.  It does nothing while the reply to the last
 * CMD_CANCEL_TPM_CMD is pending.
 */
void hw_swtpm_cancel(HwSwtpmControl *control);

/* Ends swtpm.  An unanswered request gets its reply before: swtpm would take both requests for one,
 * or write its last reply to a closed connection. */
bool hw_swtpm_shutdown(HwSwtpmControl *control, HwError *error);

/* The text for an errno value of deadline-io.h, such as "no answer in time". */
const char *hw_swtpm_failure(int number);

#endif
