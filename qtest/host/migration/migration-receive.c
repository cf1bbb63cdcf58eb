/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receives a machine. */
#include "qtest/host/migration/migration-internal.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"

#include <errno.h>
#include <string.h>

#define PIECE    (256u << 10)         /* read in one turn of the loop */
#define DROP_MAX (UINT64_C(64) << 20) /* bytes after the stream's end that are read and dropped */

void ob_migration_receive_clear(ObMigration *m)
{
    g_clear_pointer(&m->load, ob_load_free);
    g_clear_pointer(&m->piece, g_free);
}

static void receive_end(ObMigration *m)
{
    ob_migration_receive_clear(m);
    ob_migration_close(m);
}

/* Reports the error in QEMU's form: the message, then a line with the system's text. */
static void receive_fail(ObMigration *m, const char *sentence, const char *word)
{
    ob_report_error("%s", sentence);
    ob_report_error("load of migration failed: %s", word);
    ob_migration_set_failed(m, sentence);
    receive_end(m);
    if (m->exit_on_error) {
        m->system->exit_status = 1;
        ob_loop_quit(m->system->loop);
    }
}

static void receive_refused(ObMigration *m)
{
    char sentence[1024];

    ob_load_explain(m->load, sentence, sizeof(sentence));
    receive_fail(m, sentence, ob_load_strerror(m->load));
}

/* This machine runs if the sender was running, or if its state is unknown.  It does not run
 * if -S or `stop` was given meanwhile. */
static void machine_start(ObMigration *m)
{
    ObSystem *system = m->system;
    const char *runstate = ob_load_runstate(m->load);

    if (*runstate == '\0' || !strcmp(runstate, ob_runstate_name(OB_RUNSTATE_RUNNING))) {
        system->state = OB_RUNSTATE_PAUSED;
        if (system->autostart) {
            ob_system_cont(system);
        }
    } else {
        system->state = !strcmp(runstate, ob_runstate_name(OB_RUNSTATE_PRELAUNCH))
                            ? OB_RUNSTATE_PRELAUNCH
                        : !strcmp(runstate, ob_runstate_name(OB_RUNSTATE_SUSPENDED))
                            ? OB_RUNSTATE_SUSPENDED
                            : OB_RUNSTATE_PAUSED;
        system->boot_is_due = system->state == OB_RUNSTATE_PRELAUNCH;
    }
}

/* Completes at the stream's end, since the sender may hang up late. */
static void receive_complete(ObMigration *m)
{
    m->received = true;
    m->ended = g_get_monotonic_time();
    ob_migration_set_status(m, OB_MIGRATION_COMPLETED);
    machine_start(m);
}

/* A command may still have work to do after the stream. */
static void child_ready(void *opaque, uint32_t events)
{
    ObMigration *m = opaque;
    int status;

    (void)events;
    if (ob_channel_reap(&m->channel, &status)) {
        receive_end(m);
    }
}

static void receive_hang_up(ObMigration *m)
{
    ob_migration_receive_clear(m);
    g_clear_pointer(&m->watch, ob_watch_free);
    ob_channel_hang_up(&m->channel);
    if (m->channel.child) {
        m->watch = ob_watch_new(m->system->loop, m->channel.child_fd, EPOLLIN, child_ready, m);
    } else {
        receive_end(m);
    }
}

static void receive_finish(ObMigration *m)
{
    const char *warning;

    if (!ob_load_finish(m->load) && !m->received) {
        receive_refused(m);
        return;
    }
    if (!m->received) {
        receive_complete(m);
    }
    warning = ob_load_warning(m->load);
    if (warning) {
        ob_report_warning("%s", warning);
    }
    receive_hang_up(m);
}

/* A connection may break after the machine has been loaded: then it counts as ended. */
static void receive_broken(ObMigration *m, int cause)
{
    if (m->received) {
        receive_finish(m);
    } else {
        g_autofree char *sentence = g_strdup_printf("Unable to read from %s: %s", m->channel.kind,
                                                    g_strerror(cause));

        receive_fail(m, sentence, g_strerror(cause));
    }
}

static void receive_bytes(ObMigration *m, const uint8_t *bytes, size_t size)
{
    m->sent += size;
    if (!ob_load_feed(m->load, bytes, size) && !m->received) {
        receive_refused(m);
        return;
    }
    if (!m->received && ob_load_done(m->load)) {
        receive_complete(m);
        m->sent = 0;
    }
    if (m->received && m->sent > DROP_MAX) {
        receive_hang_up(m);
    }
}

static void receive_ready(void *opaque, uint32_t events)
{
    ObMigration *m = opaque;
    ssize_t n = ob_channel_read(&m->channel, m->piece, PIECE);
    int cause = errno;

    (void)events;
    if (n > 0) {
        receive_bytes(m, m->piece, (size_t)n);
    } else if (n == 0) {
        receive_finish(m);
    } else if (cause != EAGAIN && cause != EWOULDBLOCK) {
        receive_broken(m, cause);
    }
}

static void receive_begin(ObMigration *m)
{
    m->load = ob_load_new(m->system->host);
    if (!m->channel.is_socket) {
        ob_load_set_local(m->load);
    }
    m->piece = g_malloc(PIECE);
    m->watch = ob_watch_new(m->system->loop, m->channel.fd, EPOLLIN, receive_ready, m);
    ob_migration_set_status(m, OB_MIGRATION_ACTIVE);
}

static void peer_ready(void *opaque, uint32_t events)
{
    ObMigration *m = opaque;

    (void)events;
    if (ob_channel_accept(&m->channel)) {
        g_clear_pointer(&m->watch, ob_watch_free);
        receive_begin(m);
    }
}

bool ob_migration_receive(ObMigration *migration, const char *uri, bool exit_on_error,
                          bool inherited, HwError *error)
{
    ObMigration *m = migration;
    bool opened;

    m->inherited = inherited;
    opened = ob_migration_open(m, uri, OB_INCOMING, error);
    m->inherited = false;
    if (!opened) {
        return false;
    }
    m->exit_on_error = exit_on_error;
    m->received = false;
    m->sent = 0;
    ob_migration_set_status(m, OB_MIGRATION_SETUP);
    if (m->channel.listener >= 0) {
        m->watch = ob_watch_new(m->system->loop, m->channel.listener, EPOLLIN, peer_ready, m);
    } else {
        receive_begin(m);
    }
    return true;
}
