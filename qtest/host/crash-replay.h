/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command that replays the accesses of a crash report (hw-api/host/run/crash/crash.h). */
#ifndef OB_CRASH_REPLAY_H
#define OB_CRASH_REPLAY_H

/*
 * Returns the program's command line, quoted for a shell, with the qtest protocol on standard
 * input.  Options that name sockets and files of the first run are left out.  The caller frees it
 * with g_free().
 */
char *ob_crash_replay(int argc, char *const *argv);

#endif
