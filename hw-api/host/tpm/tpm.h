/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM backends for any host: the TPMs that -tpmdev configures, and the service hw.tpm-backend/1
 * over them.
 *
 *   libtpms   a TPM 2.0 in this process (libtpms, loaded when first used)
 *   emulator  a swtpm behind its control channel
 *
 * A backend's driver is plain blocking code (driver.h); backend.c runs it on an
 * executor's queue.
 */
#ifndef HW_HOST_TPM_H
#define HW_HOST_TPM_H

#include "hw-api/ext/tpm-backend.h"
#include "hw-api/host/run/executor.h"
#include "hw-api/host/tpm/state/blobs.h"

typedef struct HwTpmDrivers HwTpmDrivers;

/* The backends of one host.  `log` gets one line for each failure, with the id in front.  It is
 * called under the device lock. */
HwTpmDrivers *hw_tpm_new(HwExecutor *executor,
                         void (*log)(void *opaque, uint32_t level, const char *text), void *opaque);
void hw_tpm_free(HwTpmDrivers *tpms); /* shuts the TPMs down and saves their state */

/* The backends that are added from now on wait for a migration stream.  Its sender may still use
 * their state files; they then get the files when they load their states. */
void hw_tpm_set_incoming(HwTpmDrivers *tpms);

/* An option of a -tpmdev: one of the user's keys, except type and id. */
typedef struct HwTpmOption {
    const char *key;
    const char *value;
} HwTpmOption;

/*
 * Adds backend `id` of type "libtpms", "emulator" or "script".
 *   libtpms   state=FILE (absent: in memory); one per process
 *   emulator  path=SOCKET (a host resolves chardev=ID to it),
 *             timeout=SECONDS for each command (default 30; 0.001 to 86400),
 *             reconnect=on|off (default on)
 *   script    file=FILE: a TPM that only answers as the file says
 *   all       auto-shutdown=on|off (default on): before a power cut that the guest has not
 *             announced, TPM2_Shutdown is sent to the TPM; but for type script,
 *             script=FILE: the file may change the TPM's answers
 * Unknown types, keys and values, and a backend that does not start, are refused
 * with a sentence.
 */
bool hw_tpm_add(HwTpmDrivers *tpms, const char *type, const char *id, const HwTpmOption *options,
                uint32_t option_count, HwError *error);

/* The result of query-tpm. */
typedef struct HwTpmInfo {
    const char *id;
    const char *type;
    const char *model; /* the class name of the device that uses it, or NULL */
} HwTpmInfo;
uint32_t hw_tpm_count(const HwTpmDrivers *tpms);
HwTpmInfo hw_tpm_info(const HwTpmDrivers *tpms, uint32_t index);

/*
 * A TPM's state for migration; state/section.h has its form in a stream.  A state can be loaded
 * into another type, but a state that swtpm has encrypted only into type emulator.
 *
 * hw_tpm_save() and hw_tpm_load() first wait for running commands, and block: up to each
 * command's timeout, and then up to the timeout of the state's transfer.  An undo after a failed
 * load needs the transfer's timeout again.  The host must not call restart after a load: a restart
 * is a power cycle.
 */

/* Reads the state of backend `index`.  Pending entropy is mixed in first; the TPM then continues
 * unchanged.  A state that hw_tpm_load() would refuse is refused here.  *state need not be initialised; the caller passes it to hw_tpm_state_clear().  False
 * with a sentence, and an empty *state. */
bool hw_tpm_save(HwTpmDrivers *tpms, uint32_t index, HwTpmState *state, HwError *error);

/* Follows hw_tpm_save() when the state goes to a receiver: lets it have the state file.  The TPM
 * takes the file back before its next command or restart.  It fails if the receiver has the file. */
void hw_tpm_let_go(HwTpmDrivers *tpms, uint32_t index);

/* Checks if hw_tpm_load() would accept the state, as far as possible while the TPM runs.  A host
 * calls this before it changes any state.  False with a sentence. */
bool hw_tpm_state_check(const HwTpmDrivers *tpms, uint32_t index, const HwTpmState *state,
                        HwError *error);

/*
 * Checks again, and puts the TPM into exactly this state, which stays the caller's.  The guest
 * need not send TPM2_Startup, and loaded keys stay loaded.  With state=FILE, the state is on the
 * disk on return.  False with a sentence, and the TPM has its old state.  If going back fails,
 * too, for example because swtpm has died, the sentence says so.
 *
 * A state that is loaded twice makes two identical TPMs: they return the same random numbers and
 * make the same keys.  `stir` of hw.tpm-backend/1 makes them different.
 */
bool hw_tpm_load(HwTpmDrivers *tpms, uint32_t index, const HwTpmState *state, HwError *error);

/*
 * A copy of a TPM that a host puts back in its own process, any number of times.  _keep is called
 * after hw_tpm_backend_finish() of the backend's device, and blocks as hw_tpm_save(); NULL with a
 * sentence.  _put_back drops what the device has asked for since.  If the TPM has worked since, it
 * loads the TPM's state and blocks as hw_tpm_load().  Only in a stepped executor.
 */
typedef struct HwTpmKept HwTpmKept;
HwTpmKept *hw_tpm_keep(HwTpmDrivers *tpms, uint32_t index, HwError *error);
bool hw_tpm_put_back(HwTpmDrivers *tpms, const HwTpmKept *kept, HwError *error);
void hw_tpm_kept_free(HwTpmKept *kept); /* NULL is allowed */

/* The service that a host's query() returns.  It uses the `tpms` of the HwHostBase that the host
 * embeds. */
const HwTpmBackendService *hw_tpm_service(void);

#endif
