/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of a replay:
 *
 *   replay.c    its life, and the loop over the entries
 *   device.c    devices that come and go
 *   inputs.c    what goes into a device
 *   calls.c     what a device does, held against the recording
 *   services-*  the services that a device sees
 *   describe.c  entries as words
 */
#ifndef OB_REPLAY_INTERNAL_H
#define OB_REPLAY_INTERNAL_H

#include <glib.h>
#include <inttypes.h>

#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/tpm-backend.h"
#include "hw-api/host/recording/reader.h"
#include "hw-api/host/recording/recorder-internal.h"
#include "qtest/lab/replay/replay.h"

/* Inputs within inputs, at most. */
#define REPLAY_DEPTH_MAX 32u

typedef struct ReplayDevice ReplayDevice;

struct ObReplaySet {
    HwHost api; /* first */
    HwPluginSet *set;
    GPtrArray *services; /* char *: those of the recording; NULL: all */
    struct ObReplay *replay;
};

typedef struct ObReplay {
    ObReplaySet *set;
    HwRecordingReader *reader;
    ObReplayResult *result;
    ObReplayEnd end;
    bool stops;         /* `end` is known; devices are only freed from here on */
    GPtrArray *devices; /* ReplayDevice or NULL, by number */
    uint32_t open;      /* inputs under way */
    bool is_offered;    /* the next entry is an input that the device has not begun */
    uint64_t played;    /* entries taken */
} ObReplay;

struct ReplayDevice {
    HwWatch watch; /* first */
    ObReplay *replay;
    HwInstance *instance;
    uint32_t number;
    HwShadows *shadows;
    HwRecordedLines lines;
    uint32_t depth;
    uint32_t selected;                 /* file + 1 */
    HwIntake inputs[REPLAY_DEPTH_MAX]; /* under way, without bytes */
    const void *response;              /* the TPM's, in the outermost input; NULL: none */
    uint32_t response_size;
    GPtrArray *calls;  /* ReplayCall; NULL: made */
    GPtrArray *timers; /* ReplayTimer; NULL: freed */
    GPtrArray *tpms;   /* ReplayTpm; NULL: closed */
};

typedef struct ReplayTimer {
    ReplayDevice *device;
    uint64_t number;
    bool is_set;
    void (*fired)(HwDevice *dev, void *opaque);
    void *opaque;
} ReplayTimer;

typedef struct ReplayTpm {
    ReplayDevice *device;
    uint64_t number;
    HwTpmCompleted *completed;
    bool is_busy;
    bool established;  /* the last answer */
    uint32_t capacity; /* the most bytes of the response */
} ReplayTpm;

/* A posted call, or work and what follows it. */
typedef struct ReplayCall {
    void (*work)(void *opaque);                    /* NULL: none */
    void (*function)(HwDevice *dev, void *opaque); /* NULL: none */
    void *opaque;
} ReplayCall;

static inline ReplayDevice *replay_device_of(const HwDevice *dev)
{
    return (ReplayDevice *)hw_instance_of(dev)->owner;
}

/* ---------------------------------------------------------------------- replay.c */

/* The first of these decides how the replay ends. */
void replay_differs(ObReplay *replay, const char *format, ...) G_GNUC_PRINTF(2, 3);
void replay_trouble(ObReplay *replay, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The next entry; NULL: there is none, or the replay stops. */
const HwEntry *replay_peek(ObReplay *replay);
void replay_take(ObReplay *replay);

/* Plays the next entry, which is neither a call nor an END. */
void replay_step(ObReplay *replay, const HwEntry *entry);

/* ---------------------------------------------------------------------- device.c */

/* The entry DEVICE. */
void replay_device_come(ObReplay *replay, const HwEntry *entry);
void replay_device_leave(ReplayDevice *device);

/* NULL, and the replay stops, if there is no such device. */
ReplayDevice *replay_device_at(ObReplay *replay, const HwEntry *entry);

/* ---------------------------------------------------------------------- inputs.c */

void replay_input(ReplayDevice *device, const HwEntry *entry);
void replay_memory(ReplayDevice *device, const HwEntry *entry);

/* ----------------------------------------------------------------------- calls.c */

/*
 * Holds a call of the device against the next entry, and fills the answers in.  Inputs before that
 * entry are played: they came inside of the call.  `answer` gets the bytes of the answer, and has
 * `capacity` bytes.  False: the replay stops, or no input is under way; the answers are zeros.
 */
bool replay_call(ReplayDevice *device, HwEntry *call, void *answer, uint64_t capacity);

/* Expects the end of the device's input. */
void replay_returns(ReplayDevice *device, uint64_t answer);

/* -------------------------------------------------------------------- describe.c */

/* "crb CTRL_STS -> 0x1 (tpmSts)", of a read with this answer. */
void replay_describe_access(const ReplayDevice *device, const HwIntake *input, uint64_t value,
                            char *text, size_t capacity);

/* "byte 0x4 (CTRL_STS)", of the entry's bytes. */
void replay_describe_byte(const ObReplay *replay, const HwEntry *entry, uint32_t at, char *text,
                          size_t capacity);

/* "crb sets interrupt line 0x5 0x1"; NULL: the recording has ended. */
void replay_describe(const ObReplay *replay, const HwEntry *entry, char *text, size_t capacity);

/* -------------------------------------------------------------------- services-*.c */

const void *replay_query(const HwHost *host, const char *service);
void replay_irq_set(HwDevice *dev, uint32_t line, bool level);
void replay_output_changed(HwInstance *instance, uint32_t number, bool level);

extern const HwRecordedService replay_machine_services[];
extern const HwRecordedService replay_tpm_services[];
extern const HwRecordedService replay_loop_services[];

/* The device's call with this number, which the caller frees; NULL: there is none. */
ReplayCall *replay_call_take(ReplayDevice *device, uint64_t number);

#endif
