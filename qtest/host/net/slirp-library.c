/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/slirp-library.h"

#include <dlfcn.h>
#include <string.h>

#include "hw-api/device/error.h"

#define LIBRARY "libslirp.so.0"

static const struct {
    const char *name;
    size_t place; /* offset in ObSlirpLibrary */
} symbols[] = {
    { "slirp_new", offsetof(ObSlirpLibrary, create) },
    { "slirp_cleanup", offsetof(ObSlirpLibrary, free) },
    { "slirp_input", offsetof(ObSlirpLibrary, input) },
    { "slirp_pollfds_fill", offsetof(ObSlirpLibrary, fill) },
    { "slirp_pollfds_poll", offsetof(ObSlirpLibrary, poll) },
    { "slirp_add_hostfwd", offsetof(ObSlirpLibrary, add_hostfwd) },
    { "slirp_add_exec", offsetof(ObSlirpLibrary, add_command) },
    { "slirp_add_unix", offsetof(ObSlirpLibrary, add_unix) },
    { "slirp_connection_info", offsetof(ObSlirpLibrary, connections) },
};

const ObSlirpLibrary *ob_slirp_load(HwError *error)
{
    static ObSlirpLibrary library;
    static bool loaded;
    void *handle;

    if (loaded) {
        return &library;
    }
    handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        hw_error_set(error,
                     "cannot load " LIBRARY ": %s, expected the package libslirp0 (Debian) or "
                     "libslirp (Fedora) to be installed",
                     dlerror());
        return NULL;
    }
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *symbol = dlsym(handle, symbols[i].name);

        if (!symbol) {
            dlclose(handle);
            hw_error_set(error, LIBRARY " does not have %s, expected libslirp 4.7 or later",
                         symbols[i].name);
            return NULL;
        }
        memcpy((char *)&library + symbols[i].place, &symbol, sizeof(symbol));
    }
    loaded = true;
    return &library;
}
