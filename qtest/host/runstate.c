/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/runstate.h"

#include "qtest/host/loop.h"
#include "qtest/host/qmp.h"
#include "qtest/host/system.h"

#include <time.h>

const char *const ob_runstate_names[] = {
    [OB_RUNSTATE_PRELAUNCH] = "prelaunch",
    [OB_RUNSTATE_INMIGRATE] = "inmigrate",
    [OB_RUNSTATE_PAUSED] = "paused",
    [OB_RUNSTATE_RUNNING] = "running",
    [OB_RUNSTATE_FINISH_MIGRATE] = "finish-migrate",
    [OB_RUNSTATE_POSTMIGRATE] = "postmigrate",
    [OB_RUNSTATE_SHUTDOWN] = "shutdown",
    NULL,
};

const char *ob_runstate_name(ObRunState state)
{
    return ob_runstate_names[state];
}

void ob_system_stop(ObSystem *system)
{
    system->autostart &= system->state != OB_RUNSTATE_INMIGRATE;
    if (system->state == OB_RUNSTATE_RUNNING) {
        ob_host_quiesce(system->host);
        system->state = OB_RUNSTATE_PAUSED;
        ob_qmp_event(system, "STOP", NULL);
    }
}

/* A machine that waits for a stream runs once it has come. */
void ob_system_cont(ObSystem *system)
{
    system->autostart |= system->state == OB_RUNSTATE_INMIGRATE;
    if (system->state == OB_RUNSTATE_PRELAUNCH || system->state == OB_RUNSTATE_PAUSED ||
        system->state == OB_RUNSTATE_POSTMIGRATE) {
        system->state = OB_RUNSTATE_RUNNING;
        ob_qmp_event(system, "RESUME", NULL);
    }
}

static json_t *cause(const char *reason)
{
    return json_pack("{s:b, s:s}", "guest", 0, "reason", reason);
}

void ob_system_reset(ObSystem *system, const char *reason)
{
    ob_host_reset(system->host);
    ob_qmp_event(system, "RESET", cause(reason));
}

void ob_system_quit(ObSystem *system, const char *reason)
{
    if (system->state == OB_RUNSTATE_SHUTDOWN) {
        return;
    }
    system->state = OB_RUNSTATE_SHUTDOWN;
    ob_qmp_event(system, "SHUTDOWN", cause(reason));
    ob_loop_quit(system->loop);
}

/* ------------------------------------------------------------------- clock */

struct ObRunClock {
    ObSystem *system;
    ObIdle *idle;
    ObTimer *timer;
    int64_t real;               /* real time at the last look */
};

static int64_t real_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static bool clock_follow(void *opaque)
{
    ObRunClock *clock = opaque;
    ObHost *host = clock->system->host;
    int64_t now = real_time();
    int64_t passed = now - clock->real;
    int64_t next;

    clock->real = now;
    if (clock->system->state != OB_RUNSTATE_RUNNING) {
        ob_timer_stop(clock->timer);
        return false;
    }
    ob_host_clock_set(host, ob_host_clock_now(host) + passed);
    next = ob_host_clock_next(host);
    if (next >= 0) {
        int64_t left = next - ob_host_clock_now(host);
        ob_timer_start(clock->timer, left > 0 ? left : 0);
    } else {
        ob_timer_stop(clock->timer);
    }
    return false;
}

/* The idle hook does the rest. */
static void clock_due(void *opaque)
{
    (void)opaque;
}

ObRunClock *ob_run_clock_new(ObSystem *system)
{
    ObRunClock *clock = g_new0(ObRunClock, 1);

    clock->system = system;
    clock->real = real_time();
    clock->timer = ob_timer_new(system->loop, clock_due, clock);
    clock->idle = ob_idle_new(system->loop, clock_follow, clock);
    return clock;
}

void ob_run_clock_free(ObRunClock *clock)
{
    if (clock) {
        ob_idle_free(clock->idle);
        ob_timer_free(clock->timer);
        g_free(clock);
    }
}
