/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.tpm-backend/1: not there yet.  A set needs the service to be loaded at all. */
#include "plugins/qemu-bridge/services.h"

#include "hw-api/device/error.h"

static HwTpmBackend *tpm_open(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                              HwError *error)
{
    (void)completed;
    hw_error_set(error, "%s: tpmdev: '%s' can't be used: the bridge has no TPM backends yet",
                 dev->id, id);
    return NULL;
}

static void tpm_close(HwTpmBackend *backend)
{
    (void)backend;
}

const HwTpmBackendService bridge_tpm_backend = {
    .abi = HW_ABI(HwTpmBackendService),
    .open = tpm_open,
    .close = tpm_close,
};
