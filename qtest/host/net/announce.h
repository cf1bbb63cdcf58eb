/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * announce-self: network cards tell switches their place for the guest, some times and with growing
 * gaps, as after a migration.  The time is the host's.  For the loop's thread.
 */
#ifndef OB_ANNOUNCE_H
#define OB_ANNOUNCE_H

#include "qtest/host/io/loop.h"
#include "qtest/machine/core/host.h"

#include <glib.h>

typedef struct ObAnnouncer ObAnnouncer;

/* QEMU's AnnounceParameters. */
typedef struct ObAnnounce {
    int64_t initial, max, step; /* ms */
    int64_t rounds;             /* 0: end the one under way */
    GStrv cards;                /* names; NULL: all */
} ObAnnounce;

ObAnnouncer *ob_announcer_new(ObLoop *loop, ObHost *host);
void ob_announcer_free(ObAnnouncer *announcer); /* NULL is allowed */

/* The first round is at once.  Takes the place of the announcement under way with this id, which
 * may be "".  Takes `announce->cards`. */
void ob_announce(ObAnnouncer *announcer, const char *id, const ObAnnounce *announce);

#endif
