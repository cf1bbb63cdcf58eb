/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU gives a backend one client, which can't change, and expects a device with the
 * interface "tpm-if".  Our client is a plain object outside of QEMU's tree.  QEMU would ask a
 * device with this interface for a TPM's properties, and our devices don't have them.  The client
 * is in the tree only while the machine is made: there it keeps QEMU's own TPMs out.
 *
 * A backend takes the next command only after the last command's completion has returned.  So
 * a command that waits for fresh entropy is delivered from a bottom half.
 */
#include "plugins/qemu-bridge/service/qemu-tpm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"
#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "hw-api/host/tpm/stir.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"
#include "plugins/qemu-bridge/qemu/layout.h"

#define CLIENT     "outboard-tpm-client"
#define BUFFER_MAX 4096
#define SENTENCE   512

/* A machine has at most one TPM. */
static struct {
    QemuTpm *tpm;   /* NULL: not open */
    const char *id; /* the backend's id; the device has the string until unrealize */
    QemuObject *client;
    HwDevice *dev;
    HwTpmCompleted *completed;
    bool running; /* a command of the device has not completed */
    bool cancelled;
    uint32_t buffer_size;
    QemuTpmCommand command;
    uint8_t request[BUFFER_MAX];
    uint8_t response[BUFFER_MAX];

    HwTpmStir stir; /* entropy that waits for the next command */
    bool stirring;  /* the backend has the entropy; `command` comes next */
    QemuTpmCommand stir_command;
    uint8_t stir_request[HW_TPM_STIR_HEADER + HW_TPM_STIR_MAX];
    uint8_t stir_response[64];
    QemuBottomHalf *stirred;
} s;

/* ------------------------------------------------------------ fresh entropy */

static bool stir_deliver(void)
{
    if (s.stir.size == 0) {
        return false;
    }
    memset(s.stir_response, 0, sizeof(s.stir_response));
    s.stir_command = (QemuTpmCommand) {
        .command = s.stir_request,
        .command_size = hw_tpm_stir_command(&s.stir, s.stir_request),
        .response = s.stir_response,
        .response_capacity = sizeof(s.stir_response),
    };
    s.stir = (HwTpmStir) { 0 };
    s.stirring = true;
    tpm_backend_deliver_request(s.tpm, &s.stir_command);
    return true;
}

static void stir_completed(int result)
{
    if (result != 0 || !hw_tpm_stir_taken(s.stir_response)) {
        hw_log(s.dev, HW_LOG_WARNING,
               "the TPM refuses fresh entropy: result %d, response code "
               "0x%x, expected 0",
               result, hw_tpm2_code(s.stir_response));
    }
    if (s.running) {
        qemu_bh_schedule(s.stirred);
    } else {
        s.stirring = false;
    }
}

static void complete(const uint8_t *response, uint32_t size)
{
    HwDevice *dev = s.dev;

    s.running = false;
    s.completed(dev, response, size);
    hw_device_update(dev);
}

static void complete_cancelled(void)
{
    complete(s.response, hw_tpm2_answer(s.response, TPM_RC_CANCELED));
}

/* Delivers the command that has waited for the entropy. */
static void stir_done(void *opaque)
{
    (void)opaque;
    if (!s.stirring) {
        return;
    }
    s.stirring = false;
    if (s.running && s.cancelled) {
        complete_cancelled();
    } else if (s.running) {
        tpm_backend_deliver_request(s.tpm, &s.command);
    }
}

/* ------------------------------------------------------------------- client */

static void client_completed(QemuObject *client, int result)
{
    uint32_t size = hw_tpm2_size(s.response);
    bool valid = result == 0 && size >= HW_TPM2_HEADER_SIZE && size <= s.command.response_capacity;

    (void)client;
    if (s.stirring) {
        stir_completed(result);
        return;
    }
    if (!s.running) {
        return;
    }
    if (!valid) {
        hw_log(s.dev, HW_LOG_ERROR, "the TPM backend failed: result %d, a response of %u bytes",
               result, size);
    }
    complete(valid ? s.response : NULL, valid ? size : 0);
}

static int client_version(QemuObject *client)
{
    (void)client;
    return QEMU_TPM_VERSION_2_0;
}

static void client_class_init(QemuObjectClass *cls, const void *data)
{
    uint8_t *interface = (uint8_t *)object_class_dynamic_cast(cls, "tpm-if");

    (void)data;
    *(QemuTpmClient *)(interface + qemu_layout->interface_class_size) = (QemuTpmClient) {
        .model = QEMU_TPM_MODEL_CRB,
        .completed = client_completed,
        .version = client_version,
    };
}

static bool client_make(void)
{
    static const char *const interfaces[] = { "tpm-if", NULL };

    if (!object_class_by_name("tpm-if")) {
        return false;
    }
    if (!s.client) {
        type_register_static(&(QemuTypeInfo) {
            .name = CLIENT,
            .parent = "object",
            .class_init = client_class_init,
            .interfaces = interfaces,
        });
        s.client = object_new(CLIENT);
        s.stirred = aio_bh_new_full(qemu_get_aio_context(), stir_done, NULL, "outboard-tpm", NULL);
    }
    return true;
}

/* ------------------------------------------------------------- the only TPM */

/* Runs before QEMU's own notifiers, which describe the TPM of the tree to the guest. */
static void machine_done(QemuNotifier *notifier, void *data)
{
    (void)notifier;
    (void)data;
    object_unparent(s.client);
}

void bridge_qemu_tpm_occupy(void)
{
    static QemuNotifier done = { .notify = machine_done };

    if (!client_make() || done.link[1]) {
        return;
    }
    object_property_add_child(qdev_get_machine(), CLIENT, s.client);
    qemu_add_machine_init_done_notifier(&done);
}

bool bridge_qemu_tpm_is_occupied(void)
{
    bool several = false;

    return object_class_by_name("tpm-if") &&
           (object_resolve_path_type("", "tpm-if", &several) || several);
}

/* ------------------------------------------------------------------ service */

bool bridge_qemu_tpm_exists(const char *id)
{
    return id && qemu_find_tpm_be(id);
}

bool bridge_qemu_tpm_owns(const HwTpmBackend *backend)
{
    return backend && (const void *)backend == (const void *)s.tpm;
}

static void user_set(HwDevice *dev, const char *id, HwTpmCompleted *completed)
{
    s.id = id;
    s.dev = dev;
    s.completed = completed;
}

static HwTpmBackend *tpm_take(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                              HwError *error)
{
    QemuTpm *tpm = qemu_find_tpm_be(id);
    QemuError *failed = NULL;
    size_t size;

    if (!client_make() || s.tpm) {
        hw_error_set(error, "%s: tpmdev: '%s' can't be used: %s", dev->id, id,
                     s.tpm ? "another device uses a backend" : "this QEMU has no TPMs");
        return NULL;
    }
    if (tpm_backend_init(tpm, s.client, &failed) < 0) {
        hw_error_set(error, "%s: tpmdev: %s", dev->id,
                     failed ? error_get_pretty(failed) : "the backend can't be initialized");
        error_free(failed);
        return NULL;
    }
    if (tpm_backend_get_tpm_version(tpm) != QEMU_TPM_VERSION_2_0) {
        hw_error_set(error, "%s: tpmdev: '%s' is not a TPM 2.0", dev->id, id);
        return NULL;
    }
    /* To learn the size QEMU stops a swtpm.  It has not started yet, so it is safe now. */
    size = tpm_backend_get_buffer_size(tpm);
    s.buffer_size = size < BUFFER_MAX ? (uint32_t)size : BUFFER_MAX;
    s.tpm = tpm;
    user_set(dev, id, completed);
    return (HwTpmBackend *)tpm;
}

/* The next class of a device has the TPM, which keeps its power. */
static HwTpmBackend *qemu_tpm_open(HwDevice *dev, const char *id, HwTpmCompleted *completed,
                                   HwError *error)
{
    HwTpmBackend *backend = hw_shelf_take(hw_instance_of(dev)->shelf, &bridge_qemu_tpm);

    if (!backend) {
        return tpm_take(dev, id, completed, error);
    }
    user_set(dev, id, completed);
    return backend;
}

/* QEMU keeps its side: it can't change a backend's client.  When QEMU ends, it has already
 * freed its backends. */
static void tpm_end(void *backend)
{
    s.running = false;
    if (qemu_find_tpm_be(s.id) == s.tpm) {
        tpm_backend_finish_sync(backend);
    }
    s.stirring = false;
    s.tpm = NULL;
}

static void qemu_tpm_close(HwTpmBackend *backend)
{
    if (!hw_shelf_put(hw_instance_of(s.dev)->shelf, &bridge_qemu_tpm, backend, tpm_end)) {
        tpm_end(backend);
    }
}

static uint32_t qemu_tpm_version(HwTpmBackend *backend)
{
    (void)backend;
    return HW_TPM_VERSION_2_0;
}

static uint32_t qemu_tpm_buffer_size(HwTpmBackend *backend)
{
    (void)backend;
    return s.buffer_size;
}

/* QEMU's own devices end QEMU here, too: a guest must not run on without its TPM. */
static void qemu_tpm_restart(HwTpmBackend *backend, uint32_t buffer_size)
{
    char sentence[SENTENCE];

    s.running = false;
    tpm_backend_reset((QemuTpm *)backend);
    s.stirring = false;
    s.stir = (HwTpmStir) { 0 }; /* a TPM seeds itself when it starts */
    if (tpm_backend_startup_tpm((QemuTpm *)backend, buffer_size) < 0) {
        snprintf(sentence, sizeof(sentence), "%s: the TPM '%s' can't be started: see swtpm's log",
                 s.dev->id, s.id);
        bridge_report(sentence);
        exit(1);
    }
}

static bool qemu_tpm_submit(HwTpmBackend *backend, uint8_t locality, const uint8_t *command,
                            uint32_t size, uint32_t capacity)
{
    if (s.running || size > sizeof(s.request)) {
        return false;
    }
    memcpy(s.request, command, size);
    memset(s.response, 0, HW_TPM2_HEADER_SIZE);
    s.command = (QemuTpmCommand) {
        .locality = locality,
        .command = s.request,
        .command_size = size,
        .response = s.response,
        .response_capacity = capacity < sizeof(s.response) ? capacity : sizeof(s.response),
    };
    s.running = true;
    s.cancelled = false;
    if (!stir_deliver()) {
        tpm_backend_deliver_request((QemuTpm *)backend, &s.command);
    }
    return true;
}

static void qemu_tpm_cancel(HwTpmBackend *backend)
{
    s.cancelled = true;
    if (!s.stirring) {
        tpm_backend_cancel_cmd((QemuTpm *)backend);
    }
}

/* Called before each save: the stream has no field for entropy that waits. */
static void qemu_tpm_finish(HwTpmBackend *backend)
{
    tpm_backend_finish_sync((QemuTpm *)backend);
    stir_done(NULL);
    tpm_backend_finish_sync((QemuTpm *)backend);
    if (stir_deliver()) {
        tpm_backend_finish_sync((QemuTpm *)backend);
    }
}

/*
 * A swtpm that waits for incoming state has not started.  It answers with fewer bytes than
 * QEMU waits for.  It is asked again when the machine runs.
 */
static bool qemu_tpm_established(HwTpmBackend *backend)
{
    return !runstate_check(QEMU_RUN_STATE_INMIGRATE) &&
           tpm_backend_get_tpm_established_flag((QemuTpm *)backend);
}

static void qemu_tpm_stir(HwDevice *dev, const void *entropy, uint32_t size)
{
    (void)dev;
    if (s.tpm) {
        hw_tpm_stir_add(&s.stir, entropy, size);
    }
}

const HwTpmBackendService bridge_qemu_tpm = {
    .abi = HW_ABI(HwTpmBackendService),
    .open = qemu_tpm_open,
    .close = qemu_tpm_close,
    .version = qemu_tpm_version,
    .buffer_size = qemu_tpm_buffer_size,
    .restart = qemu_tpm_restart,
    .submit = qemu_tpm_submit,
    .cancel = qemu_tpm_cancel,
    .finish = qemu_tpm_finish,
    .established = qemu_tpm_established,
    .stir = qemu_tpm_stir,
};
