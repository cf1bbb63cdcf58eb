/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records all that goes into devices and comes out of them, for outboard-lab replay.  A host has at most
 * one recorder.  Under the device lock.
 *
 * recording.rst says what a recording has, and what it can't have.
 */
#ifndef HW_HOST_RECORDER_H
#define HW_HOST_RECORDER_H

#include "hw-api/host/run/instance.h"

typedef struct HwRecorder HwRecorder;

/* Makes the file.  `host` is the devices' host.  Returns NULL and sets `error` on failure. */
HwRecorder *hw_recorder_new(const char *path, const HwHost *host, HwError *error);

/* Follows the device, before hw_instance_realize().  `plugin` has its class; NULL: no plugin.
 * Returns false and sets `error` if a recording can't have such a device. */
bool hw_recorder_follow(HwRecorder *recorder, HwInstance *instance, const HwPlugin *plugin,
                        HwError *error);

/* Returns false and sets `error` if the device that was realized last can't be in a recording. */
bool hw_recorder_accepts(const HwRecorder *recorder, HwError *error);

/* The table that a device gets instead of the host's own, for HwHost.query.  A recorder or a table
 * that is NULL is allowed. */
const void *hw_recorder_service(HwRecorder *recorder, const char *name, const void *table);

/* The host calls it in HwHost.irq_set and for changes of HwInstance.outputs. */
void hw_recorder_irq(const HwDevice *dev, uint32_t line, bool level);
void hw_recorder_output(const HwInstance *instance, uint32_t number, bool level);

/* Ends the file.  Devices that are still there get no more entries.  Returns false and sets `error` if the
 * file is not complete.  NULL is allowed. */
bool hw_recorder_free(HwRecorder *recorder, HwError *error);

/* True for a service whose calls a recording has. */
bool hw_recording_has_service(const char *name);

#endif
