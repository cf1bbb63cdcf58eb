/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saves a host's state as a migration stream.  RAM goes in pieces while the machine runs;
 * the rest of RAM and the devices follow when it has stopped.  Under the device lock.
 */
#ifndef OB_SAVE_H
#define OB_SAVE_H

#include "qtest/machine/core/host.h"
#include "qtest/stream/codec/writer.h"

typedef struct ObSave ObSave;

/* The section for facts about the machine that the host does not know. */
#define OB_GLOBAL_STATE         "globalstate"
#define OB_GLOBAL_STATE_VERSION 1u
#define OB_RUNSTATE_LENGTH      100u

/*
 * Begins to save, and hands `sink` the stream's start.  From here on changes of RAM are
 * tracked: only one save of a host may exist, and no device may be added or removed.
 * Returns NULL and sets `error` on failure.
 */
ObSave *ob_save_new(ObHost *host, ObVmSink *sink, void *opaque, HwError *error);

/* The stream gets no description of its devices.  Before ob_save_finish(). */
void ob_save_omit_description(ObSave *save);

/* Ends the tracking.  NULL is allowed. */
void ob_save_free(ObSave *save);

/* Sends up to `pages` of the changed pages, from the place where the last call ended.
 * Returns true at the end of RAM: the next call begins another pass. */
bool ob_save_pass(ObSave *save, uint64_t pages);

/* Bytes of RAM still to be sent. */
uint64_t ob_save_remaining(const ObSave *save);

/*
 * Sends the rest.  First finishes everything in flight in the devices; nothing may change
 * the machine until this call returns.  `runstate` is the state of the machine after the
 * load, "running".  Returns false on failure.  It sets `error`, unless the sink has failed.
 */
bool ob_save_finish(ObSave *save, const char *runstate, HwError *error);

typedef struct ObSaveCounts {
    uint64_t total;  /* bytes of all blocks */
    uint64_t normal; /* pages sent */
    uint64_t zero;   /* pages sent as zeros */
    uint64_t passes;
} ObSaveCounts;
ObSaveCounts ob_save_counts(const ObSave *save);

#endif
