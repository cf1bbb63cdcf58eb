/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's main loop: file descriptors, host-time timers, idle hooks and a wake from
 * other threads, over epoll.  One thread uses a loop and runs all callbacks.  Two functions
 * may be called from other threads; their comments say so.
 *
 * A callback may remove any watch, timer or hook, its own included, and may call
 * ob_loop_iterate().
 */
#ifndef OB_LOOP_H
#define OB_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

typedef struct ObLoop ObLoop;
typedef struct ObWatch ObWatch;
typedef struct ObTimer ObTimer;
typedef struct ObIdle ObIdle;

/* Aborts if the system has no descriptor left. */
ObLoop *ob_loop_new(void);

/* Also frees the remaining watches, timers and hooks, but closes no watched descriptor.
 * Never call it from a callback.  NULL is allowed. */
void ob_loop_free(ObLoop *loop);

/*
 * Calls `ready` for as long as one of `events` holds (EPOLLIN, EPOLLOUT; EPOLLHUP and
 * EPOLLERR are always included).  Regular files, which epoll refuses, are always ready.
 * Free the watch before you close `fd`.
 *
 * EPOLLET among the events calls `ready` on changes only, and saves the kernel a check at
 * each wait.  After a change of events, and after ob_watch_again(), events that hold count
 * as changed.
 */
typedef void ObWatchFunction(void *opaque, uint32_t events);
ObWatch *ob_watch_new(ObLoop *loop, int fd, uint32_t events, ObWatchFunction *ready, void *opaque);
void ob_watch_change(ObWatch *watch, uint32_t events);
void ob_watch_again(ObWatch *watch);
void ob_watch_free(ObWatch *watch); /* NULL is allowed */

/* A timer calls `due` once for each start; starting it again moves the deadline. */
typedef void ObTimerFunction(void *opaque);
ObTimer *ob_timer_new(ObLoop *loop, ObTimerFunction *due, void *opaque);
void ob_timer_start(ObTimer *timer, int64_t delay); /* ns from now; host time */
void ob_timer_stop(ObTimer *timer);
void ob_timer_free(ObTimer *timer); /* NULL is allowed */

/* A hook is called before each wait.  It returns true if it has more to do: then the loop
 * checks its descriptors without waiting and calls the hook again. */
typedef bool ObIdleFunction(void *opaque);
ObIdle *ob_idle_new(ObLoop *loop, ObIdleFunction *idle, void *opaque);
void ob_idle_free(ObIdle *idle); /* NULL is allowed */

/* Ends the wait under way, or the next wait, so that the hooks are called.  Any thread;
 * safe in a signal handler. */
void ob_loop_wake(ObLoop *loop);

/* Waits up to `timeout` ns (-1: for ever, rounded up to ms) and makes the callbacks that
 * are due.  Returns true if something was ready. */
bool ob_loop_iterate(ObLoop *loop, int64_t timeout);

/* Iterates until ob_loop_quit(); an earlier ob_loop_quit() counts too. */
void ob_loop_run(ObLoop *loop);

/* Any thread; safe in a signal handler. */
void ob_loop_quit(ObLoop *loop);
bool ob_loop_quitting(const ObLoop *loop);

#endif
