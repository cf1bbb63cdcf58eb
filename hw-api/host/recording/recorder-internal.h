/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the recorder: recorder.c and services-*.c. */
#ifndef HW_HOST_RECORDER_INTERNAL_H
#define HW_HOST_RECORDER_INTERNAL_H

#include "hw-api/host/recording/recorder.h"
#include "hw-api/host/recording/shadows.h"
#include "hw-api/host/recording/writer.h"

/* Lines of higher numbers are written at each call, others at changes. */
#define HW_RECORDED_LINES 1024u

typedef struct HwRecordedLines {
    uint64_t known[HW_RECORDED_LINES / 64];
    uint64_t level[HW_RECORDED_LINES / 64];
} HwRecordedLines;

/* True if the level is new. */
bool hw_recorded_line_changes(HwRecordedLines *lines, uint32_t line, bool level);

/* A device in the recording. */
typedef struct HwRecorded {
    HwWatch watch; /* first */
    struct HwRecorded *next;
    HwRecorder *recorder;
    HwInstance *instance;   /* NULL: it has left */
    const HwPlugin *plugin; /* NULL: none */
    HwShadows *shadows;     /* from realize on */
    uint32_t number;
    bool has_come;        /* it was realized */
    uint32_t depth;       /* inputs that have begun and not ended */
    uint32_t selected;    /* file + 1 whose content follows; 0: none */
    const void *response; /* the TPM's, in the outermost input; NULL: none */
    uint32_t response_size;
    uint32_t timers; /* made so far */
    uint32_t posts;  /* calls; any thread */
    uint32_t tpms;   /* opened so far */
    HwRecordedLines lines;
} HwRecorded;

struct HwRecorder {
    HwRecordingWriter *writer;
    const HwHost *host;
    HwRecorded *devices;
    uint32_t device_count;
    uint32_t open; /* inputs of all devices that have begun and not ended */
    bool has_head;
    HwRecorded *realizing;
    char refusal[256]; /* for the device that was realized last; empty: none */
};

/* The entry with what the guest reads of the file that it has selected.  False: the file has no bytes, or
 * too many. */
bool hw_recorded_content(const HwInstance *instance, uint64_t number, HwEntry *entry);

/* Begins the watch.  Every access goes the long way from here on, through region.c. */
void hw_recorded_watch(HwInstance *instance, HwWatch *watch);

/* hw_entry_place() for the memories of the device's regions, whose numbers begin at 1. */
void hw_recorded_place(const HwInstance *instance, HwEntry *entry);

/* NULL: the device is in no recording. */
HwRecorded *hw_recorded_of(const HwDevice *dev);

/* Writes a call of the device.  Does nothing for NULL, and where no input is under way: a property is
 * shown, or the stream saved. */
void hw_recorded_call(HwRecorded *device, HwEntry *entry);

/* Bytes of an access in an entry: too many for one end the recording. */
static inline uint32_t hw_recorded_size(uint64_t size)
{
    return size > HW_ENTRY_BYTES_MAX ? HW_ENTRY_BYTES_MAX + 1 : (uint32_t)size;
}

/* The tables of the services that a recording has, around the host's. */
typedef struct HwRecordedService {
    const char *name;
    const void *table;
    const void **inner; /* gets the host's table */
} HwRecordedService;
extern const HwRecordedService
    hw_recorded_machine[]; /* services-machine.c; ends with a NULL name */
extern const HwRecordedService hw_recorded_firmware[];
extern const HwRecordedService hw_recorded_tpm[];
extern const HwRecordedService hw_recorded_loop[];

#endif
