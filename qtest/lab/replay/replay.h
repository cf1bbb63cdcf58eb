/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plays a recording (hw-api/host/recording) to the devices of a plugin, and compares all that comes out
 * of them with the recording.  The recording is their host: it has the answers of memory, clock and
 * TPMs.  So a replay needs none of them, and no machine.
 *
 * Under the device lock.
 */
#ifndef OB_REPLAY_H
#define OB_REPLAY_H

#include "hw-api/host/load/plugin-set.h"

typedef enum ObReplayEnd {
    OB_REPLAY_SAME,
    OB_REPLAY_DIFFERS,
    OB_REPLAY_TROUBLE, /* the recording can't be played */
} ObReplayEnd;

typedef struct ObReplayResult {
    char text[1024];  /* DIFFERS, TROUBLE: a sentence */
    char note[256];   /* about the plugin's version; empty: none */
    uint64_t entries; /* played */
    uint64_t reads, writes, responses, calls;
} ObReplayResult;

/* The plugin that a replay uses. */
typedef struct ObReplaySet ObReplaySet;

/* Loads the plugin.  Returns NULL and sets `error` on failure. */
ObReplaySet *ob_replay_set_load(const char *path, HwError *error);
void ob_replay_set_free(ObReplaySet *set); /* NULL is allowed */

ObReplayEnd ob_replay(ObReplaySet *set, const char *path, ObReplayResult *result);

#endif
