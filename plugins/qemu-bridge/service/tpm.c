/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.tpm-backend/1: an id names one of QEMU's -tpmdev, else our libtpms.  Each call looks up
 * which of the two it is, since a device has one service for both.
 */
#include "plugins/qemu-bridge/service/services.h"

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"
#include "plugins/qemu-bridge/service/qemu-tpm.h"
#include "plugins/qemu-bridge/service/tpm-state.h"

#define SENTENCE 512

static void drivers_log(void *opaque, uint32_t level, const char *text)
{
    (void)opaque;
    bridge_log_line(level, text);
}

bool bridge_tpm_add(const char *id, const HwTpmOption *options, uint32_t count, HwError *error)
{
    bridge_host.tpms = hw_tpm_new(bridge_executor(), drivers_log, NULL);
    if (runstate_check(QEMU_RUN_STATE_INMIGRATE)) {
        hw_tpm_set_incoming(bridge_host.tpms);
    }
    return hw_tpm_add(bridge_host.tpms, "libtpms", id, options, count, error);
}

void bridge_tpm_end(void)
{
    hw_tpm_free(bridge_host.tpms);
    bridge_host.tpms = NULL;
}

/* ------------------------------------------------------------------ service */

static const HwTpmBackendService *service_of(const HwTpmBackend *backend)
{
    return bridge_qemu_tpm_owns(backend) ? &bridge_qemu_tpm : hw_tpm_service();
}

/* QEMU saves the state of its own backends, and the bridge saves the state of its libtpms. */
static HwTpmBackend *libtpms_open(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                                  HwError *error)
{
    HW_ERROR(why, SENTENCE);
    HwTpmBackend *backend = hw_tpm_service()->open(dev, id, completed, error);

    if (backend && !bridge_tpm_state_attach(bridge_host.tpms, &why)) {
        hw_tpm_service()->close(backend);
        hw_error_set(error, "%s: tpmdev: %s", dev->id, why.text);
        return NULL;
    }
    return backend;
}

static HwTpmBackend *tpm_open(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                              HwError *error)
{
    return (bridge_qemu_tpm_exists(id) ? bridge_qemu_tpm.open : libtpms_open)(dev, id, completed,
                                                                              error);
}

static void tpm_close(HwTpmBackend *backend)
{
    if (!bridge_qemu_tpm_owns(backend)) {
        bridge_tpm_state_detach();
    }
    service_of(backend)->close(backend);
}

static uint32_t tpm_version(HwTpmBackend *backend)
{
    return service_of(backend)->version(backend);
}

static uint32_t tpm_buffer_size(HwTpmBackend *backend)
{
    return service_of(backend)->buffer_size(backend);
}

static void tpm_restart(HwTpmBackend *backend, uint32_t buffer_size)
{
    service_of(backend)->restart(backend, buffer_size);
}

static bool tpm_submit(HwTpmBackend *backend, uint8_t locality, const uint8_t *command,
                       uint32_t size, uint32_t capacity)
{
    return service_of(backend)->submit(backend, locality, command, size, capacity);
}

static void tpm_cancel(HwTpmBackend *backend)
{
    service_of(backend)->cancel(backend);
}

static void tpm_finish(HwTpmBackend *backend)
{
    service_of(backend)->finish(backend);
}

static bool tpm_established(HwTpmBackend *backend)
{
    return service_of(backend)->established(backend);
}

static void tpm_stir(HwDevice *dev, const void *entropy, uint32_t size)
{
    bridge_qemu_tpm.stir(dev, entropy, size);
    hw_tpm_service()->stir(dev, entropy, size);
}

const HwTpmBackendService bridge_tpm_backend = {
    .abi = HW_ABI(HwTpmBackendService),
    .open = tpm_open,
    .close = tpm_close,
    .version = tpm_version,
    .buffer_size = tpm_buffer_size,
    .restart = tpm_restart,
    .submit = tpm_submit,
    .cancel = tpm_cancel,
    .finish = tpm_finish,
    .established = tpm_established,
    .stir = tpm_stir,
};
