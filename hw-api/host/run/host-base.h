/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host embeds this struct: the core table that its devices see, followed by the data
 * for the services of hw-api/host.  A host fills it before it loads a plugin, and passes
 * `api` to each instance.
 */
#ifndef HW_HOST_BASE_H
#define HW_HOST_BASE_H

#include "hw-api/hw-api.h"

typedef struct HwHostBase {
    HwHost api;                /* first: a device's `host` points to it */
    struct HwTpmDrivers *tpms; /* for hw_tpm_service(); NULL: no TPM backend */
    struct HwVcpus *vcpus;     /* for hw_vcpu_registers_service(), which needs it */
} HwHostBase;

static inline const HwHostBase *hw_host_base_of(const HwDevice *dev)
{
    return (const HwHostBase *)dev->host;
}

#endif
