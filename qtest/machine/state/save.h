/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host's state as a migration stream: RAM in pieces while the machine runs, then, once
 * it stands still, what is left of RAM and the devices.  Under the device lock.
 */
#ifndef OB_SAVE_H
#define OB_SAVE_H

#include "qtest/machine/core/host.h"
#include "qtest/stream/codec/writer.h"

typedef struct ObSave ObSave;

/* What a stream needs to know of the machine that the host does not. */
#define OB_GLOBAL_STATE         "globalstate"
#define OB_GLOBAL_STATE_VERSION 1u
#define OB_RUNSTATE_LENGTH      100u

/*
 * Begins, and hands `sink` the stream's start.  From here on changes of RAM are tracked:
 * one save of a host at a time, and no device comes or goes.  NULL with a sentence.
 */
ObSave *ob_save_new(ObHost *host, ObVmSink *sink, void *opaque, HwError *error);

/* Ends the tracking.  NULL is allowed. */
void ob_save_free(ObSave *save);

/* Sends up to `pages` of the pages that have changed, from where the last call ended.
 * True once it came to the end of RAM: the next call begins another pass. */
bool ob_save_pass(ObSave *save, uint64_t pages);

/* Bytes of RAM still to be sent. */
uint64_t ob_save_remaining(const ObSave *save);

/*
 * The rest.  Finishes everything in flight in the devices first; nothing may change the
 * machine until this has returned.  `runstate`: what the machine is to be when loaded,
 * "running".  False with a sentence, or without one if the sink has failed.
 */
bool ob_save_finish(ObSave *save, const char *runstate, HwError *error);

typedef struct ObSaveCounts {
    uint64_t total;             /* bytes of all blocks */
    uint64_t normal;            /* pages sent */
    uint64_t zero;              /* pages sent as zeros */
    uint64_t passes;
} ObSaveCounts;
ObSaveCounts ob_save_counts(const ObSave *save);

#endif
