/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways in which real guests touch a CRB, as a table. */
#ifndef OB_PROFILES_H
#define OB_PROFILES_H

#include "qtest/client/drivers/crb.h"

typedef struct ObGuestProfile {
    const char *name;
    uint32_t register_width;    /* bytes of one access to a register */
    uint32_t store_width;       /* largest access when the command is stored */
    uint32_t load_width;        /* largest access when the response is loaded */
    bool byte_tail;             /* what is left of either goes by bytes, not by halves */
    bool pairs;                 /* 64-bit registers, and identification, by pairs of loads */
} ObGuestProfile;

/* NULL after the last. */
const ObGuestProfile *ob_guest_profile_at(uint32_t index);

/*
 * One command as that guest's driver does it, from the request of the locality to
 * its release: identification, cmdReady, the buffer, start, the wait, goIdle.
 */
ObCrbResult ob_guest_transfer(const ObCrb *crb, const ObGuestProfile *profile,
                              const void *command, size_t command_size,
                              void *response, size_t capacity, size_t *response_size);

#endif
