/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/default-plugin.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/run/no-memory.h"

/* Seen from the host's own directory.  The build defines the way from bindir to libdir. */
static const char *const places[] = {
    "outboard-devices.so",
    "outboard/outboard-devices.so", /* from a module in libdir */
    HW_BINDIR_TO_LIBDIR "/outboard/outboard-devices.so",
};

/* "DIRECTORY/PLACE", which the caller frees. */
static char *path_join(const char *directory, size_t length, const char *place)
{
    size_t size = length + strlen(place) + 1;
    char *path = malloc(size);

    if (!path) {
        hw_no_memory();
    }
    snprintf(path, size, "%.*s%s", (int)length, directory, place);
    return path;
}

/* The kernel's link to the program has no further links in it. */
static char *own_path(const char *file)
{
    char target[PATH_MAX];
    ssize_t length = strcmp(file, HW_OWN_PROGRAM) ? -1 : readlink(file, target, sizeof(target));

    return length > 0 && length < (ssize_t)sizeof(target) ? strndup(target, (size_t)length)
                                                          : realpath(file, NULL);
}

char *hw_default_plugin(const char *file)
{
    char *own = own_path(file);
    const char *slash = own ? strrchr(own, '/') : NULL;
    size_t length = slash ? (size_t)(slash - own) + 1 : 0;
    char *found = NULL;

    if (!own && errno == ENOMEM) {
        hw_no_memory();
    }
    for (size_t i = 0; !found && i < sizeof(places) / sizeof(places[0]); i++) {
        char *path = path_join(own, length, places[i]);

        if (access(path, R_OK) == 0) {
            found = path;
        } else {
            free(path);
        }
    }
    if (!found) {
        found = path_join(own, length, places[0]);
    }
    free(own);
    return found;
}
