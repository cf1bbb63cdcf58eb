/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that can be put back, a million times a second in process.  It is for fuzzers, and for
 * tests that try many ways from one point.  snapshot.rst lists the parts that come back.
 *
 * Under the device lock, never inside a hook or callback.
 */
#ifndef OB_SNAPSHOT_H
#define OB_SNAPSHOT_H

#include "qtest/machine/core/host.h"

typedef struct ObSnapshot ObSnapshot;

/*
 * Quiesces the host and takes a snapshot.  Returns NULL and sets `error` if a part of the machine
 * can't be put back; the sentence names the part.  The host must outlive the snapshot.  It may have
 * several.
 */
ObSnapshot *ob_snapshot_new(ObHost *host, HwError *error);

/*
 * Puts the machine back.  Work and commands that devices have begun since are dropped.  Returns
 * false and sets `error` if devices have come or gone, or a timer has gone.  Likewise if a TPM does
 * not take its state back; the rest of the machine is then back.
 */
bool ob_snapshot_restore(ObSnapshot *snapshot, HwError *error);

/* The same, but memory that a stream would bring keeps its bytes. */
bool ob_snapshot_restore_around_ram(ObSnapshot *snapshot, HwError *error);

/* The pages of RAM that the last restore has put back. */
uint64_t ob_snapshot_pages(const ObSnapshot *snapshot);

void ob_snapshot_free(ObSnapshot *snapshot); /* NULL is allowed */

#endif
