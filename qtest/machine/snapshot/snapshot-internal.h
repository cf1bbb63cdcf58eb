/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the snapshot: each has a part of the machine. */
#ifndef OB_SNAPSHOT_INTERNAL_H
#define OB_SNAPSHOT_INTERNAL_H

#include "hw-api/host/run/instance.h"
#include "qtest/machine/snapshot/snapshot.h"
#include "qtest/machine/core/host-internal.h"

/* ----------------------------------------------------------- device.c */

/* A device, or a part of the machine. */
typedef struct ObKeptDevice ObKeptDevice;

/* Sets `kept` to NULL if another file keeps the instance.  Returns false with a sentence if it can't
 * be put back. */
bool ob_kept_device_new(HwInstance *instance, ObKeptDevice **kept, HwError *error);
void ob_kept_device_restore(ObKeptDevice *kept);
void ob_kept_device_free(ObKeptDevice *kept);

/* -------------------------------------------------------------- ram.c */

/* The pages of a block that were ever written.  `owner` tracks the block. */
typedef struct ObKeptRam ObKeptRam;

ObKeptRam *ob_kept_ram_new(ObRamBlock *block, const void *owner);

/* Returns the number of pages. */
uint64_t ob_kept_ram_restore(ObKeptRam *kept);
void ob_kept_ram_free(ObKeptRam *kept);

#endif
