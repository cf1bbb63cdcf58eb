/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of the device "follower", for its tests. */
#ifndef TESTS_FOLLOWER_H
#define TESTS_FOLLOWER_H

/* A page of memory to a guest that reads. */
enum {
    FOLLOWER_COUNT = 0x0,   /* calls into the device that changed its state; saved.  Bit 0
                             * drives the interrupt line */
    FOLLOWER_SEEN = 0x4,    /* COUNT as the last `update` found it */
    FOLLOWER_COMMAND = 0x8, /* write-only: one of those below; `written` counts too */
    FOLLOWER_CHECKED = 0xc, /* calls of post_load, loaded and load_undone */
    FOLLOWER_LOADED = 0x10,
    FOLLOWER_UNDONE = 0x14,
    FOLLOWER_WORDS = 6,
    FOLLOWER_PAST = 0x100,  /* a store here reaches the page's write callback */
    FOLLOWER_MMIO = 0x1000, /* a page of callbacks */
};

enum {
    FOLLOWER_TIMER = 1, /* one that fires in 1 us */
    FOLLOWER_POST = 2,
    FOLLOWER_RUN = 3,       /* work, then a call */
    FOLLOWER_RUN_ALONE = 4, /* work without a call */
    FOLLOWER_REFUSE = 5,    /* a state that is saved now will be refused */
};

#define FOLLOWER_FILE  "etc/follower" /* 4 bytes, guest-writable */
#define FOLLOWER_RESET 2              /* COUNT after a reset */

#endif
