/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop stores its next request in `wanted`, and the worker takes the whole request.  So
 * restarts and commands that follow a hanging command replace each other instead of piling up.
 * Each restart and detach begins a new generation; a command of an older generation is neither
 * started nor completed.
 */
#include "hw-api/host/tpm/backend.h"

#include "hw-api/device/error.h"
#include "hw-api/device/tpm2.h"
#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/no-memory.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/tpm/deadline-io.h"
#include "hw-api/host/tpm/execute.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Request {
    bool restart;
    bool command;
    bool cancelled;
    uint8_t locality;
    uint8_t slot; /* index of the command's bytes in `command`, also before submit */
    uint32_t generation;
    uint32_t buffer_size; /* restart: the device's buffer size */
    int64_t restart_since;
    int64_t command_since;
    uint32_t size;
    uint32_t capacity;
} Request;

struct HwTpmBackend {
    const HwTpmLog *log;
    const HwTpmDriver *driver;
    void *tpm;
    char *id;
    HwQueue *queue;
    bool threaded;

    /* Only for the loop. */
    HwDevice *dev;
    HwTpmCompleted *completed;
    bool busy; /* a command of this generation has not completed yet */
    HwTpmWait wait;

    pthread_mutex_t lock; /* guards the next group */
    Request wanted;
    HwTpmStir stir; /* goes with the next command */
    bool scheduled; /* work that will take `wanted` waits in the queue */
    bool running;   /* the driver has a command */
    uint32_t generation;
    bool completed_ready;
    uint32_t completed_generation;
    uint32_t completed_size;
    HwTpmLate completed_late;
    HwTpmNote note; /* the next line for the log */

    atomic_bool cancelled; /* the running command is cancelled */

    /* Only for the worker, with two exceptions.  A slot belongs to the loop until the worker takes
     * it.  The response belongs to the loop from completion to the next submit. */
    HwTpmNote worker_note;
    HwTpmShutdown shutdown;
    bool has_worked; /* since hw_tpm_backend_forget() */
    uint8_t command[2][HW_TPM_BUFFER_MAX];
    uint8_t response[HW_TPM_BUFFER_MAX];
};

/* Stepped, the worker is the loop's own thread, and a lock would only cost. */
static void backend_lock(HwTpmBackend *s)
{
    if (s->threaded) {
        pthread_mutex_lock(&s->lock);
    }
}

static void backend_unlock(HwTpmBackend *s)
{
    if (s->threaded) {
        pthread_mutex_unlock(&s->lock);
    }
}

/* Returns the response's size; 0: no response that the device could take. */
static uint32_t backend_transfer(HwTpmBackend *s, const Request *request, const HwTpmStir *stir,
                                 HwTpmLate *late)
{
    HwTpmTransfer transfer = {
        .locality = request->locality,
        .command = s->command[request->slot],
        .size = request->size,
        .response = s->response,
        .capacity = request->capacity,
        .cancelled = &s->cancelled,
        .since = request->command_since,
        .late = late,
    };
    uint32_t size;

    if (stir->size > 0) {
        hw_tpm_execute_stir(s->driver, s->tpm, stir, request->command_since, &s->worker_note);
    }
    if (request->cancelled) {
        atomic_store(&s->cancelled, true);
    }
    size = hw_tpm_execute(s->driver, s->tpm, &transfer, &s->worker_note);
    if (size > 0) {
        hw_tpm_shutdown_follow(&s->shutdown, transfer.command, s->response);
    }
    return size;
}

static void backend_work(void *opaque)
{
    HwTpmBackend *s = opaque;
    Request request;
    HwTpmStir stir; /* rarely used, so copied only if needed */
    HwTpmLate late = { 0 };
    uint32_t size = 0;

    stir.size = 0;
    backend_lock(s);
    request = s->wanted;
    s->wanted.restart = false;
    s->wanted.command = false;
    s->wanted.slot ^= request.command; /* the request's slot is now the worker's */
    if (request.command && s->stir.size > 0) {
        stir = s->stir;
        s->stir = (HwTpmStir) { 0 };
    }
    s->scheduled = false;
    s->running = request.command;
    atomic_store_explicit(&s->cancelled, false, memory_order_relaxed);
    backend_unlock(s);

    s->has_worked = true;
    if (request.restart) {
        hw_tpm_shutdown_send(&s->shutdown, s->driver, s->tpm, request.restart_since,
                             &s->worker_note);
        s->driver->restart(s->tpm, request.buffer_size, request.restart_since, &s->worker_note);
    }
    if (request.command) {
        size = backend_transfer(s, &request, &stir, &late);
    }

    backend_lock(s);
    s->running = false;
    if (request.command) {
        s->completed_ready = true;
        s->completed_generation = request.generation;
        s->completed_size = size;
        s->completed_late = late;
    }
    if (s->worker_note.text[0]) {
        s->note = s->worker_note;
        s->worker_note.text[0] = '\0';
    }
    backend_unlock(s);
}

void hw_tpm_backend_log(const HwTpmBackend *s, const HwTpmNote *note)
{
    char line[sizeof(note->text) + 64];

    if (note->text[0]) {
        snprintf(line, sizeof(line), "%s: %s", s->id, note->text);
        s->log->log(s->log->opaque, note->level, line);
    }
}

/* `update` of the device follows. */
static void backend_complete(void *opaque, uint32_t size)
{
    HwTpmBackend *s = opaque;
    HwDevice *dev = s->dev;

    s->busy = false;
    HW_RUN_HOOK(hw_instance_of(dev), "completed",
                s->completed(dev, size ? s->response : NULL, size));
}

static void backend_done(void *opaque)
{
    HwTpmBackend *s = opaque;
    HwTpmNote note;
    HwTpmLate late;
    bool ready;
    uint32_t size;

    backend_lock(s);
    ready = s->completed_ready && s->completed_generation == s->generation;
    size = s->completed_size;
    late = s->completed_late;
    s->completed_ready = false;
    note.text[0] = '\0';
    if (s->note.text[0]) {
        note = s->note;
        s->note.text[0] = '\0';
    }
    backend_unlock(s);

    hw_tpm_backend_log(s, &note);
    if (ready && s->dev && !hw_tpm_wait_begin(&s->wait, size, &late)) {
        HwDevice *dev = s->dev;

        backend_complete(s, size);
        hw_device_update(dev);
    }
}

static int64_t backend_now(const HwTpmBackend *s)
{
    return s->driver->timed ? hw_stream_now() : 0;
}

/* Call after a change of `wanted`; releases the lock. */
static void backend_schedule(HwTpmBackend *s)
{
    bool scheduled = s->scheduled;

    s->scheduled = true;
    backend_unlock(s);
    if (!scheduled) {
        hw_queue_run(s->queue, backend_work, backend_done, s);
    }
}

/* Call with the lock held. */
static void backend_cancel_running(HwTpmBackend *s)
{
    if (s->running) {
        atomic_store(&s->cancelled, true);
        s->driver->cancel(s->tpm);
    }
}

/* Drops running and waiting requests.  Call with the lock held. */
static void backend_next_generation(HwTpmBackend *s)
{
    s->generation++;
    s->wanted.command = false;
    s->busy = false;
    hw_tpm_wait_drop(&s->wait);
    backend_cancel_running(s);
}

HwTpmBackend *hw_tpm_backend_new(HwExecutor *executor, const HwTpmLog *log,
                                 const HwTpmDriver *driver, void *tpm, const char *id,
                                 bool auto_shutdown)
{
    HwTpmBackend *s = calloc(1, sizeof(*s));

    if (!s) {
        hw_no_memory();
    }
    s->log = log;
    s->driver = driver;
    s->tpm = tpm;
    s->shutdown.enabled = auto_shutdown;
    s->id = strdup(id);
    s->queue = hw_queue_new(executor);
    s->threaded = hw_executor_is_threaded(executor);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void hw_tpm_backend_free(HwTpmBackend *s)
{
    if (s->driver->abandon) {
        s->driver->abandon(s->tpm);
    }
    backend_lock(s);
    backend_next_generation(s);
    backend_unlock(s);
    hw_queue_free(s->queue);
    hw_tpm_shutdown_send(&s->shutdown, s->driver, s->tpm, backend_now(s), &s->worker_note);
    hw_tpm_backend_log(s, &s->worker_note);
    s->driver->close(s->tpm);
    pthread_mutex_destroy(&s->lock);
    free(s->id);
    free(s);
}

HwTpmInfo hw_tpm_backend_info(const HwTpmBackend *s)
{
    return (HwTpmInfo) {
        .id = s->id,
        .type = s->driver->type,
        .model = s->dev ? s->dev->cls->name : NULL,
    };
}

bool hw_tpm_backend_attach(HwTpmBackend *s, HwDevice *dev, HwTpmCompleted *completed,
                           HwError *error)
{
    if (s->dev) {
        return hw_error_set(error,
                            "%s: tpmdev: the TPM backend is in use by '%s': '%s', "
                            "expected one of its own",
                            dev->id, s->dev->id, s->id);
    }
    if (s->driver->version(s->tpm) != HW_TPM_VERSION_2_0) {
        return hw_error_set(error, "%s: tpmdev: the TPM backend is not a TPM 2.0: '%s'", dev->id,
                            s->id);
    }
    if (s->driver->waits && !hw_tpm_wait_open(&s->wait, dev, backend_complete, s)) {
        return hw_error_set(error, "%s: tpmdev: the script of '%s' needs %s", dev->id, s->id,
                            HW_CLOCK);
    }
    s->dev = dev;
    s->completed = completed;
    return true;
}

void hw_tpm_backend_detach(HwTpmBackend *s)
{
    if (!s) {
        return;
    }
    backend_lock(s);
    backend_next_generation(s);
    backend_unlock(s);
    hw_tpm_wait_close(&s->wait);
    s->dev = NULL;
}

uint32_t hw_tpm_backend_version(HwTpmBackend *s)
{
    return s->driver->version(s->tpm);
}

uint32_t hw_tpm_backend_buffer_size(HwTpmBackend *s)
{
    return s->driver->buffer_size(s->tpm);
}

void hw_tpm_backend_restart(HwTpmBackend *s, uint32_t buffer_size)
{
    backend_lock(s);
    backend_next_generation(s);
    s->wanted.restart = true;
    s->wanted.buffer_size = buffer_size;
    s->wanted.restart_since = backend_now(s);
    s->stir = (HwTpmStir) { 0 }; /* a TPM seeds itself when it starts */
    backend_schedule(s);
}

bool hw_tpm_backend_submit(HwTpmBackend *s, uint8_t locality, const uint8_t *command, uint32_t size,
                           uint32_t capacity)
{
    uint32_t copied = size < HW_TPM_BUFFER_MAX ? size : HW_TPM_BUFFER_MAX;
    Request *wanted = &s->wanted;

    if (s->busy) {
        return false;
    }
    s->busy = true;
    backend_lock(s);
    /* GCC would turn a memcpy() of at most 4096 bytes into a string instruction.  Its start takes
     * longer than copying most commands. */
    memmove(s->command[wanted->slot], command, copied);
    wanted->command = true;
    wanted->cancelled = false;
    wanted->generation = s->generation;
    wanted->locality = locality;
    wanted->command_since = backend_now(s);
    wanted->size = copied;
    wanted->capacity = capacity < HW_TPM_BUFFER_MAX ? capacity : HW_TPM_BUFFER_MAX;
    backend_schedule(s);
    return true;
}

void hw_tpm_backend_cancel(HwTpmBackend *s)
{
    backend_lock(s);
    if (s->wanted.command) {
        s->wanted.cancelled = true;
    } else if (s->wait.held && !s->wait.late.deaf) {
        /* A TPM that is cancelled in time answers so. */
        hw_tpm_wait_cut_short(&s->wait, hw_tpm2_answer(s->response, TPM_RC_CANCELED));
    } else if (s->busy) {
        backend_cancel_running(s);
    }
    backend_unlock(s);
}

void hw_tpm_backend_finish(HwTpmBackend *s)
{
    hw_queue_drain(s->queue);
    if (hw_tpm_wait_end(&s->wait)) {
        hw_device_update(s->dev);
    }
}

bool hw_tpm_backend_forget(HwTpmBackend *s)
{
    bool has_worked = s->has_worked;

    hw_queue_forget(s->queue);
    hw_tpm_wait_drop(&s->wait);
    s->has_worked = false;
    s->busy = false;
    s->wanted.restart = false;
    s->wanted.command = false;
    s->scheduled = false;
    s->completed_ready = false;
    s->stir = (HwTpmStir) { 0 };
    s->note.text[0] = '\0';
    return has_worked;
}

void hw_tpm_backend_stir(HwTpmBackend *s, const void *entropy, uint32_t size)
{
    if (s->driver->version(s->tpm) != HW_TPM_VERSION_2_0) {
        return;
    }
    backend_lock(s);
    hw_tpm_stir_add(&s->stir, entropy, size);
    backend_unlock(s);
}

void hw_tpm_backend_stir_now(HwTpmBackend *s, HwTpmNote *note)
{
    HwTpmStir stir = s->stir;

    if (stir.size > 0) {
        s->stir = (HwTpmStir) { 0 };
        hw_tpm_execute_stir(s->driver, s->tpm, &stir, backend_now(s), note);
    }
}

bool hw_tpm_backend_established(HwTpmBackend *s)
{
    return s->driver->established(s->tpm);
}

HwTpmShutdown *hw_tpm_backend_shutdown(HwTpmBackend *s)
{
    return &s->shutdown;
}

const HwTpmDriver *hw_tpm_backend_driver(const HwTpmBackend *s, void **tpm)
{
    *tpm = s->tpm;
    return s->driver;
}
