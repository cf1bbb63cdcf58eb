/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest profiles: a table of the ways in which the drivers of real guests access a CRB. */
#ifndef OB_PROFILES_H
#define OB_PROFILES_H

#include "qtest/client/drivers/crb.h"

typedef struct ObGuestProfile {
    const char *name;
    uint32_t register_width; /* size of one access to a register, in bytes */
    uint32_t store_width;    /* largest access when the command is stored */
    uint32_t load_width;     /* largest access when the response is loaded */
    bool byte_tail;          /* the tail of either is copied by bytes, not by halves */
    bool pairs;              /* 64-bit registers, and identification, by pairs of loads */
} ObGuestProfile;

/* Returns NULL after the last profile. */
const ObGuestProfile *ob_guest_profile_at(uint32_t index);

/*
 * Sends one command as the profile's driver does, from the request of the locality to its
 * release: identification, cmdReady, the buffer, start, the wait, goIdle.
 */
ObCrbResult ob_guest_transfer(const ObCrb *crb, const ObGuestProfile *profile, const void *command,
                              size_t command_size, void *response, size_t capacity,
                              size_t *response_size);

#endif
