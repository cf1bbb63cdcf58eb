/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/tpm.h"

#include "hw-api/device/error.h"
#include "hw-api/host/run/host-base.h"
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/tpm/backend.h"
#include "hw-api/host/tpm/scripted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const HwTpmDriver *const drivers[] = { &hw_tpm_libtpms, &hw_tpm_emulator, &hw_tpm_scripted };

struct HwTpmDrivers {
    HwExecutor *executor;
    HwTpmLog log;
    HwTpmBackend **backends;
    uint32_t count;
    bool incoming;
};

HwTpmDrivers *hw_tpm_new(HwExecutor *executor,
                         void (*log)(void *opaque, uint32_t level, const char *text), void *opaque)
{
    HwTpmDrivers *tpms = calloc(1, sizeof(*tpms));

    if (!tpms) {
        hw_no_memory();
    }
    tpms->executor = executor;
    tpms->log = (HwTpmLog) { log, opaque };
    return tpms;
}

void hw_tpm_free(HwTpmDrivers *tpms)
{
    if (!tpms) {
        return;
    }
    for (uint32_t i = 0; i < tpms->count; i++) {
        hw_tpm_backend_free(tpms->backends[i]);
    }
    free(tpms->backends);
    free(tpms);
}

void hw_tpm_set_incoming(HwTpmDrivers *tpms)
{
    tpms->incoming = true;
}

static const HwTpmDriver *driver_find(const char *type)
{
    for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
        if (strcmp(drivers[i]->type, type) == 0) {
            return drivers[i];
        }
    }
    return NULL;
}

/* The options that each driver has. */
static bool driver_has_common_key(const HwTpmDriver *driver, const char *key)
{
    return strcmp(key, HW_TPM_AUTO_SHUTDOWN) == 0 ||
           (driver != &hw_tpm_scripted && strcmp(key, HW_TPM_SCRIPT) == 0);
}

static bool driver_has_key(const HwTpmDriver *driver, const char *key)
{
    for (const char *const *known = driver->keys; *known; known++) {
        if (strcmp(*known, key) == 0) {
            return true;
        }
    }
    return driver_has_common_key(driver, key);
}

/* Writes the driver's keys: "path, timeout, reconnect, auto-shutdown". */
static const char *driver_keys(const HwTpmDriver *driver, char *text, size_t capacity)
{
    size_t length = 0;

    for (const char *const *key = driver->keys; *key; key++) {
        length += (size_t)snprintf(text + length, capacity - length, "%s, ", *key);
    }
    snprintf(text + length, capacity - length, "%s%s", HW_TPM_AUTO_SHUTDOWN,
             driver_has_common_key(driver, HW_TPM_SCRIPT) ? ", " HW_TPM_SCRIPT : "");
    return text;
}

static HwTpmBackend *backend_find(const HwTpmDrivers *tpms, const char *id)
{
    for (uint32_t i = 0; i < tpms->count; i++) {
        if (strcmp(hw_tpm_backend_info(tpms->backends[i]).id, id) == 0) {
            return tpms->backends[i];
        }
    }
    return NULL;
}

const char *hw_tpm_option(const HwTpmOptions *options, const char *key)
{
    for (uint32_t i = options->count; i-- > 0;) {
        if (strcmp(options->options[i].key, key) == 0) {
            return options->options[i].value;
        }
    }
    return NULL;
}

bool hw_tpm_option_on(const HwTpmOptions *options, const char *key, bool *on, HwError *error)
{
    const char *value = hw_tpm_option(options, key);

    *on = !value || strcmp(value, "on") == 0;
    return *on || strcmp(value, "off") == 0 ||
           hw_error_set(error, "%s: invalid value '%s': expected on or off", key, value);
}

/* Opens the TPM with its script, if it has one; *driver becomes the driver to call. */
static void *tpm_open(const HwTpmDriver **driver, const HwTpmOptions *options, HwError *error)
{
    const char *script = hw_tpm_option(options, HW_TPM_SCRIPT);
    const HwTpmDriver *below = *driver;
    void *tpm = below->open(options, error);
    void *scripted;

    if (!tpm || !script) {
        return tpm;
    }
    scripted = hw_tpm_script_wrap(below, tpm, script, driver, error);
    if (!scripted) {
        below->close(tpm);
    }
    return scripted;
}

bool hw_tpm_add(HwTpmDrivers *tpms, const char *type, const char *id, const HwTpmOption *options,
                uint32_t option_count, HwError *error)
{
    const HwTpmDriver *driver = driver_find(type);
    char known[128];
    HW_ERROR(inner, 512);
    const HwTpmOptions all = { options, option_count, tpms->incoming };
    HwTpmBackend **grown;
    bool auto_shutdown;
    void *tpm;

    if (!driver) {
        return hw_error_set(error,
                            "%s: unknown TPM backend type: '%s', "
                            "expected libtpms, emulator or script",
                            id, type);
    }
    if (backend_find(tpms, id)) {
        return hw_error_set(error, "%s: a TPM backend with this id already exists", id);
    }
    for (uint32_t i = 0; i < option_count; i++) {
        if (!driver_has_key(driver, options[i].key)) {
            return hw_error_set(error, "%s: unknown option of type %s: '%s', expected %s", id, type,
                                options[i].key, driver_keys(driver, known, sizeof(known)));
        }
    }
    if (!hw_tpm_option_on(&all, HW_TPM_AUTO_SHUTDOWN, &auto_shutdown, &inner) ||
        !(tpm = tpm_open(&driver, &all, &inner))) {
        return hw_error_set(error, "%s: %s", id, inner.text);
    }
    grown = realloc(tpms->backends, (tpms->count + 1) * sizeof(*grown));
    if (!grown) {
        hw_no_memory();
    }
    tpms->backends = grown;
    tpms->backends[tpms->count++] = hw_tpm_backend_new(tpms->executor, &tpms->log, driver, tpm, id,
                                                       auto_shutdown);
    return true;
}

uint32_t hw_tpm_count(const HwTpmDrivers *tpms)
{
    return tpms->count;
}

HwTpmInfo hw_tpm_info(const HwTpmDrivers *tpms, uint32_t index)
{
    return hw_tpm_backend_info(tpms->backends[index]);
}

HwTpmBackend *hw_tpm_backend_at(const HwTpmDrivers *tpms, uint32_t index)
{
    return tpms->backends[index];
}

static HwTpmBackend *service_open(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                                  HwError *error)
{
    const HwTpmDrivers *tpms = hw_host_base_of(dev)->tpms;
    HwTpmBackend *backend = tpms && id ? backend_find(tpms, id) : NULL;

    if (!backend) {
        hw_error_set(error, "%s: tpmdev: no TPM backend has this id: '%s', expected %s", dev->id,
                     id ? id : "",
                     tpms && tpms->count > 0 ? hw_tpm_backend_info(tpms->backends[0]).id
                                             : "that of a -tpmdev");
        return NULL;
    }
    return hw_tpm_backend_attach(backend, dev, completed, error) ? backend : NULL;
}

static void service_stir(HwDevice *dev, const void *entropy, uint32_t size)
{
    const HwTpmDrivers *tpms = hw_host_base_of(dev)->tpms;

    for (uint32_t i = 0; tpms && i < tpms->count; i++) {
        hw_tpm_backend_stir(tpms->backends[i], entropy, size);
    }
}

const HwTpmBackendService *hw_tpm_service(void)
{
    static const HwTpmBackendService service = {
        .abi = HW_ABI(HwTpmBackendService),
        .open = service_open,
        .close = hw_tpm_backend_detach,
        .version = hw_tpm_backend_version,
        .buffer_size = hw_tpm_backend_buffer_size,
        .restart = hw_tpm_backend_restart,
        .submit = hw_tpm_backend_submit,
        .cancel = hw_tpm_backend_cancel,
        .finish = hw_tpm_backend_finish,
        .established = hw_tpm_backend_established,
        .stir = service_stir,
    };

    return &service;
}
