/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings that tests make in process. */
#ifndef OB_TESTS_RECORDED_H
#define OB_TESTS_RECORDED_H

#include "hw-api/host/recording/recorder.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/lab/replay/replay.h"

/* A host with a recorder and a folder for the file. */
typedef struct Recorded {
    ObHost *host;
    HwRecorder *recorder;
    char *folder;
    char *path;
    ObReplaySet *set;     /* the last replay's; NULL: none */
    const char *set_name; /* the argument of recorded_replay(), which must stay */
} Recorded;

/* A host of machine pc with the plugin of this environment variable, and libtpms as tpm0. */
void recorded_begin(Recorded *r, const char *set);
HwInstance *recorded_add(Recorded *r, const char *cls, const ObOption *options, uint32_t count);

/* Ends the recording and the host; the file stays. */
void recorded_end(Recorded *r);
void recorded_clear(Recorded *r);

/* The file's entries, unpacked; the caller frees them. */
uint8_t *recorded_bytes(const Recorded *r, size_t *size);

/* Stores other bytes in the file. */
void recorded_store(const Recorded *r, const uint8_t *bytes, size_t size);

/* All that the device lantern can do. */
void recorded_lantern(Recorded *r);

ObReplayEnd recorded_replay(Recorded *r, const char *set, ObReplayResult *result);

/* The replay ends so, with these words in its sentence. */
void recorded_assert(Recorded *r, const char *set, ObReplayEnd end, const char *words);

#endif
