/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of libslirp, which is loaded when a network first needs it: a host without one
 * starts faster and smaller. */
#ifndef OB_SLIRP_LIBRARY_H
#define OB_SLIRP_LIBRARY_H

#include "hw-api/hw-api.h"

#include <slirp/libslirp.h>

typedef struct ObSlirpLibrary {
    __typeof__(slirp_new) *create;
    __typeof__(slirp_cleanup) *free;
    __typeof__(slirp_input) *input;
    __typeof__(slirp_pollfds_fill) *fill;
    __typeof__(slirp_pollfds_poll) *poll;
    __typeof__(slirp_add_hostfwd) *add_hostfwd;
    __typeof__(slirp_add_exec) *add_command;
    __typeof__(slirp_add_unix) *add_unix;
    __typeof__(slirp_add_guestfwd) *add_forward;
    __typeof__(slirp_socket_can_recv) *can_receive;
    __typeof__(slirp_socket_recv) *receive;
    __typeof__(slirp_connection_info) *connections;
    __typeof__(slirp_state_version) *state_version;
    __typeof__(slirp_state_save) *state_save;
    __typeof__(slirp_state_load) *state_load;
} ObSlirpLibrary;

/* Loads libslirp, which then stays loaded.  NULL with a sentence. */
const ObSlirpLibrary *ob_slirp_load(HwError *error);

#endif
