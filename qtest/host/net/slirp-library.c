/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/slirp-library.h"

#include "hw-api/host/library/library.h"

static const HwLibrarySymbol symbols[] = {
    { "slirp_new", offsetof(ObSlirpLibrary, create) },
    { "slirp_cleanup", offsetof(ObSlirpLibrary, free) },
    { "slirp_input", offsetof(ObSlirpLibrary, input) },
    { "slirp_pollfds_fill", offsetof(ObSlirpLibrary, fill) },
    { "slirp_pollfds_poll", offsetof(ObSlirpLibrary, poll) },
    { "slirp_add_hostfwd", offsetof(ObSlirpLibrary, add_hostfwd) },
    { "slirp_add_exec", offsetof(ObSlirpLibrary, add_command) },
    { "slirp_add_unix", offsetof(ObSlirpLibrary, add_unix) },
    { "slirp_add_guestfwd", offsetof(ObSlirpLibrary, add_forward) },
    { "slirp_socket_can_recv", offsetof(ObSlirpLibrary, can_receive) },
    { "slirp_socket_recv", offsetof(ObSlirpLibrary, receive) },
    { "slirp_connection_info", offsetof(ObSlirpLibrary, connections) },
    { "slirp_state_version", offsetof(ObSlirpLibrary, state_version) },
    { "slirp_state_save", offsetof(ObSlirpLibrary, state_save) },
    { "slirp_state_load", offsetof(ObSlirpLibrary, state_load) },
};

const ObSlirpLibrary *ob_slirp_load(HwError *error)
{
    static ObSlirpLibrary table;
    static HwLibrary library = { .file = "libslirp.so.0",
                                 .package = "libslirp0 (Debian) or libslirp (Fedora)",
                                 .release = "libslirp 4.7",
                                 .symbols = symbols,
                                 .count = sizeof(symbols) / sizeof(symbols[0]),
                                 .table = &table };

    return hw_library_load(&library, error) ? &table : NULL;
}
