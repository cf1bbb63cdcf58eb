/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rebuilt plugin takes over devices that run.  Each device gets the new class of the same name.  It
 * keeps its id, properties, registers, state, memory, place and backends.  reload.rst says in detail
 * which of these can be kept, and which plugins are refused.  Any host can use it.
 */
#ifndef HW_HOST_RELOAD_H
#define HW_HOST_RELOAD_H

#include "hw-api/host/run/instance.h"

/* The host's part. */
typedef struct HwReloadHost {
    void *opaque;

    /* Finishes what is in flight in each device, then calls hw_instance_quiesce(). */
    void (*quiesce)(void *opaque);

    /* The instance is about to be unrealized: no callback of its device may come after this. */
    void (*leaves)(void *opaque, HwInstance *instance);

    /* The instance has another class and another HwDevice, which is not realized yet.  Nothing of the
     * host may point at `old` afterwards. */
    void (*moved)(void *opaque, HwInstance *instance, HwDevice *old);
} HwReloadHost;

typedef struct HwReloadResult {
    uint32_t devices;
    int64_t pause; /* ns in which no device could be called */
    bool is_lost;  /* a device took neither the new class nor its old one: `lost` */
    HwInstance *lost;
} HwReloadResult;

/*
 * Gives the instances the classes of `now`.  If one of them can't have its class, all stay as they
 * were.  Then the result is false, with a sentence that names class and member.  The old plugin must
 * stay until this returns true; after false, nothing refers to `now`.
 *
 * An instance can be lost if memory is short: it took the new class, refused, and could not be put
 * back.  The sentence says so, and `lost` is the instance.  It is unrealized; the host removes it.
 *
 * Under the device lock, never inside a hook or callback.
 */
bool hw_reload(const HwReloadHost *host, HwInstance *const *instances, uint32_t count,
               const HwPluginSet *now, HwReloadResult *result, HwError *error);

#endif
