/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends the machine: RAM in passes while it runs.  The machine stops when the rest can be
 * sent within the downtime limit.  All of the rest is then made at once, so that later
 * qtest commands are not part of the stream.
 */
#include "qtest/host/migration/migration-internal.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#define PAGES_AT_ONCE 64                    /* in one turn of the loop */
#define WINDOW        INT64_C(100000)       /* us over which the bandwidth is limited */
#define REST_MIN      (UINT64_C(256) << 10) /* bytes that may always be sent while stopped, */
#define REST_MAX      (UINT64_C(64) << 20)  /* and the most: they are held in memory */

static void send_ready(void *opaque, uint32_t events);

/* -------------------------------------------------------------------- bytes */

static size_t kept_size(const ObMigration *m)
{
    return m->kept->len - m->kept_start;
}

/* The number of bytes that the peer took. */
static size_t bytes_write(ObMigration *m, const uint8_t *bytes, size_t size)
{
    size_t done = 0;

    while (done < size && !m->write_error) {
        ssize_t n = ob_channel_write(&m->channel, bytes + done, size - done);

        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else {
            m->write_error = errno;
        }
    }
    m->sent += done;
    m->window_bytes += done;
    return done;
}

static bool send_bytes(void *opaque, const uint8_t *bytes, size_t size)
{
    ObMigration *m = opaque;
    size_t done = kept_size(m) ? 0 : bytes_write(m, bytes, size);

    g_byte_array_append(m->kept, bytes + done, (guint)(size - done));
    return !m->write_error;
}

static void kept_write(ObMigration *m)
{
    m->kept_start += bytes_write(m, m->kept->data + m->kept_start, kept_size(m));
    if (kept_size(m) == 0) {
        g_byte_array_set_size(m->kept, 0);
        m->kept_start = 0;
    }
}

/* ---------------------------------------------------------------- the ends */

void ob_migration_send_clear(ObMigration *m)
{
    if (m->save) {
        m->counts = ob_save_counts(m->save);
    }
    g_clear_pointer(&m->save, ob_save_free);
    g_clear_pointer(&m->pace, ob_timer_free);
    g_byte_array_set_size(m->kept, 0);
    m->kept_start = 0;
}

static void send_end(ObMigration *m)
{
    ob_migration_send_clear(m);
    ob_migration_close(m);
    m->ended = g_get_monotonic_time();
}

/* Restores the run state from before the migration. */
static void machine_resume(ObMigration *m)
{
    if (m->stopped && m->system->state == OB_RUNSTATE_FINISH_MIGRATE) {
        m->system->state = m->state_before == OB_RUNSTATE_RUNNING ? OB_RUNSTATE_PAUSED
                                                                  : m->state_before;
        if (m->state_before == OB_RUNSTATE_RUNNING) {
            ob_system_cont(m->system);
        }
    }
}

static void send_fail(ObMigration *m, const char *reason)
{
    ob_report_error("migration failed: %s", reason);
    send_end(m);
    ob_migration_set_failed(m, reason);
    machine_resume(m);
}

static void send_complete(ObMigration *m)
{
    send_end(m);
    if (m->system->state == OB_RUNSTATE_FINISH_MIGRATE) {
        m->system->state = OB_RUNSTATE_POSTMIGRATE;
    }
    ob_migration_set_status(m, OB_MIGRATION_COMPLETED);
}

void ob_migration_cancel(ObMigration *migration)
{
    if (migration->save) {
        ob_migration_set_status(migration, OB_MIGRATION_CANCELLING);
        send_end(migration);
        ob_migration_set_status(migration, OB_MIGRATION_CANCELLED);
        machine_resume(migration);
    }
}

/* A command has taken the stream if it ends with success. */
static void child_ready(void *opaque, uint32_t events)
{
    ObMigration *m = opaque;
    g_autofree char *reason = NULL;
    int status;

    (void)events;
    if (!ob_channel_reap(&m->channel, &status)) {
        return;
    }
    if (status == 0) {
        send_complete(m);
        return;
    }
    reason = WIFEXITED(status)
                 ? g_strdup_printf("Command ended with status %d", WEXITSTATUS(status))
                 : g_strdup_printf("Command was ended by signal %d", WTERMSIG(status));
    send_fail(m, reason);
}

static void stream_sent(ObMigration *m)
{
    g_clear_pointer(&m->watch, ob_watch_free);
    ob_channel_hang_up(&m->channel);
    if (m->channel.child) {
        m->watch = ob_watch_new(m->system->loop, m->channel.child_fd, EPOLLIN, child_ready, m);
    } else {
        send_complete(m);
    }
}

/* ---------------------------------------------------------------- progress */

static void rest_make(ObMigration *m)
{
    ObSystem *system = m->system;
    const char *runstate = ob_runstate_name(system->state);
    HW_ERROR(error, 512);

    m->stopped = true;
    m->stopped_at = g_get_monotonic_time();
    m->sent_running = m->sent;
    m->state_before = system->state;
    if (system->state == OB_RUNSTATE_RUNNING) {
        ob_system_stop(system);
    }
    system->state = OB_RUNSTATE_FINISH_MIGRATE;
    m->finished = true;
    if (!ob_save_finish(m->save, runstate, &error) && !m->write_error) {
        send_fail(m, error.text);
    }
}

/* Estimates the bytes for the downtime limit from the speed so far.  At first that speed
 * only shows the size of the peer's buffers. */
static bool rest_is_small(const ObMigration *m)
{
    int64_t passed = MAX(g_get_monotonic_time() - m->began, WINDOW);
    double speed = (double)m->sent * G_USEC_PER_SEC / passed;
    double fits;

    if (m->settings.max_bandwidth) {
        speed = MIN(speed, m->settings.max_bandwidth);
    }
    fits = speed * m->settings.downtime_limit / 1000;
    return ob_save_remaining(m->save) <= CLAMP(fits, REST_MIN, REST_MAX);
}

static void send_more(ObMigration *m)
{
    if (m->finished) {
        stream_sent(m);
    } else if (rest_is_small(m)) {
        rest_make(m);
    } else {
        ob_save_pass(m->save, PAGES_AT_ONCE);
        m->counts = ob_save_counts(m->save);
    }
}

static void pace_due(void *opaque)
{
    ObMigration *m = opaque;

    m->watch = ob_watch_new(m->system->loop, m->channel.fd, EPOLLOUT, send_ready, m);
}

/* True if nothing may be sent before the timer is due.  There is no limit when the machine
 * has stopped for the rest. */
static bool pace_holds(ObMigration *m)
{
    int64_t now = g_get_monotonic_time();

    if (!m->settings.max_bandwidth || m->finished) {
        return false;
    }
    if (now - m->window_start >= WINDOW) {
        m->window_start = now;
        m->window_bytes = 0;
    }
    if (m->window_bytes < MAX(m->settings.max_bandwidth / (G_USEC_PER_SEC / WINDOW), 1)) {
        return false;
    }
    g_clear_pointer(&m->watch, ob_watch_free);
    ob_timer_start(m->pace, (m->window_start + WINDOW - now) * 1000);
    return true;
}

static void send_ready(void *opaque, uint32_t events)
{
    ObMigration *m = opaque;

    (void)events;
    if (pace_holds(m)) {
        return;
    }
    kept_write(m);
    if (!m->write_error && kept_size(m) == 0) {
        send_more(m);
    }
    if (m->save && m->write_error) {
        g_autofree char *reason = g_strdup_printf("Unable to write to %s: %s", m->channel.kind,
                                                  g_strerror(m->write_error));
        send_fail(m, reason);
    }
}

/* -------------------------------------------------------------------- start */

static bool send_allowed(const ObMigration *m, HwError *error)
{
    ObRunState state = m->system->state;

    if (ob_migration_busy(m)) {
        return hw_error_set(error, state == OB_RUNSTATE_INMIGRATE
                                       ? "Guest is waiting for an incoming migration"
                                       : "There's a migration process in progress");
    }
    if (state == OB_RUNSTATE_INMIGRATE) {
        return hw_error_set(error, "Guest is waiting for an incoming migration");
    }
    return state != OB_RUNSTATE_POSTMIGRATE ||
           hw_error_set(error, "Can't migrate the vm that was paused due to previous migration");
}

static void send_reset(ObMigration *m)
{
    g_clear_pointer(&m->reason, g_free);
    m->write_error = 0;
    m->finished = m->stopped = false;
    m->window_start = m->stopped_at = m->ended = 0;
    m->window_bytes = m->sent = 0;
    m->began = g_get_monotonic_time();
    m->pace = ob_timer_new(m->system->loop, pace_due, m);
}

bool ob_migration_send(ObMigration *migration, const char *uri, HwError *error)
{
    ObMigration *m = migration;

    if (!send_allowed(m, error)) {
        return false;
    }
    ob_migration_receive_clear(m);
    ob_migration_close(m);
    m->received = false;
    if (!ob_migration_open(m, uri, OB_OUTGOING, error)) {
        return false;
    }
    send_reset(m);
    m->save = ob_save_new(m->system->host, send_bytes, m, error);
    if (!m->save) {
        send_end(m);
        m->began = 0;
        return false;
    }
    if (m->system->options->no_description) {
        ob_save_omit_description(m->save);
    }
    m->counts = ob_save_counts(m->save);
    ob_migration_set_status(m, OB_MIGRATION_SETUP);
    m->watch = ob_watch_new(m->system->loop, m->channel.fd, EPOLLOUT, send_ready, m);
    ob_migration_set_status(m, OB_MIGRATION_ACTIVE);
    return true;
}
