/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM backends for any host: what -tpmdev configures, and the service
 * hw.tpm-backend/1 over it.
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

/* The backends of one host.  `log` gets one line for each failure, with the id in
 * front; under the device lock. */
HwTpmDrivers *hw_tpm_new(HwExecutor *executor,
                         void (*log)(void *opaque, uint32_t level, const char *text), void *opaque);
void hw_tpm_free(HwTpmDrivers *tpms);    /* shuts the TPMs down and saves their state */

/* One -tpmdev.  `options` has all the user's keys but type and id. */
typedef struct HwTpmOption {
    const char *key;
    const char *value;
} HwTpmOption;

/*
 * Adds backend `id` of type "libtpms" or "emulator".
 *   libtpms   state=FILE (absent: in memory); one in a process
 *   emulator  path=SOCKET (a host resolves chardev=ID to it),
 *             timeout=SECONDS for each command (default 30; 0.001 to 86400),
 *             reconnect=on|off (default on)
 * Unknown types, keys and values, and a backend that does not start, are refused
 * with a sentence.
 */
bool hw_tpm_add(HwTpmDrivers *tpms, const char *type, const char *id,
                const HwTpmOption *options, uint32_t option_count, HwError *error);

/* What query-tpm shows. */
typedef struct HwTpmInfo {
    const char *id;
    const char *type;
    const char *model;          /* the class name of the device that has it, or NULL */
} HwTpmInfo;
uint32_t hw_tpm_count(const HwTpmDrivers *tpms);
HwTpmInfo hw_tpm_info(const HwTpmDrivers *tpms, uint32_t index);

/*
 * What migrates of a TPM; state-section.h has its form in a stream.  A state moves
 * freely between the types, but one that swtpm has encrypted stays with emulator.
 * Both first wait for what is under way, and block: up to the timeout of each
 * command and then that of the transfer, which load needs twice to undo a failure.
 * The host sends the TPM no restart afterwards: that is a power cycle.
 */

/* Reads the state of backend `index`; its TPM goes on as if nothing was, but that entropy
 * which waits for its next command goes in first.  *state,
 * which need not be initialised, is the caller's to hw_tpm_state_clear().  False
 * with a sentence, and an empty *state. */
bool hw_tpm_save(HwTpmDrivers *tpms, uint32_t index, HwTpmState *state, HwError *error);

/* Whether hw_tpm_load() could take it, as far as can be told while the TPM runs: a
 * host asks before it changes anything.  False with a sentence. */
bool hw_tpm_state_check(const HwTpmDrivers *tpms, uint32_t index, const HwTpmState *state,
                        HwError *error);

/*
 * Checks again, and puts the TPM into exactly that state, which stays the caller's:
 * no TPM2_Startup is due, what was loaded still is.  With state=FILE it is on the
 * disk on return.  False with a sentence, and the TPM is as before; should that
 * fail, too, as when swtpm dies, the sentence says so.
 *
 * Whoever loads a state twice gets two TPMs that think they are one: they give the
 * same random numbers, and make the same keys.  hw.tpm-backend/1's stir sets them apart.
 */
bool hw_tpm_load(HwTpmDrivers *tpms, uint32_t index, const HwTpmState *state, HwError *error);

/* The service, for a host to answer query() with.  It works on the `tpms` of the
 * HwHostBase that the host embeds. */
const HwTpmBackendService *hw_tpm_service(void);

#endif
