/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stock QEMU releases that tests run on.  OB_QEMU_RELEASES is the output of
 * scripts/qemu-releases.  A release that could not be fetched is missing.
 */
#ifndef OB_TESTS_LIB_QEMU_RELEASE_H
#define OB_TESTS_LIB_QEMU_RELEASE_H

#include <stdbool.h>

#include <glib.h>

typedef struct QemuRelease {
    char *name; /* "10.0" */
    char *root; /* the start of its files' paths; "" for the installed QEMU */
} QemuRelease;

/* The reason why a test of a release is skipped; its argument is a path. */
#define QEMU_RELEASE_MISSING "%s does not exist: run scripts/setup qemu, scripts/qemu-releases"

/* All releases in their order; a name of NULL ends the table.  It lives as long as the process. */
const QemuRelease *qemu_releases(void);

/* The release with this name; NULL: it is not in the table. */
const QemuRelease *qemu_release_named(const char *name);

/* The program or firmware of a release: "x86_64", "/usr/share/OVMF/...".  The caller frees it. */
char *qemu_release_program(const QemuRelease *release, const char *architecture);
char *qemu_release_file(const QemuRelease *release, const char *path);

/* The program's standard output for one option and its argument, which may be NULL.  The caller
 * frees it. */
char *qemu_release_answer(const QemuRelease *release, const char *architecture, const char *option,
                          const char *argument);

/* True if the release was fetched or installed. */
bool qemu_release_exists(const QemuRelease *release);

/* True if the release exists.  Otherwise the current test is skipped, and must return. */
bool qemu_release_require(const QemuRelease *release);

#endif
