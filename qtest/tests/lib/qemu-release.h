/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stock QEMU releases that tests run on, from OB_QEMU_RELEASES as scripts/qemu-releases
 * prints it.  A release may not be there, where it could not be fetched.
 */
#ifndef OB_TESTS_LIB_QEMU_RELEASE_H
#define OB_TESTS_LIB_QEMU_RELEASE_H

#include <stdbool.h>

#include <glib.h>

typedef struct QemuRelease {
    char *name;                 /* "10.0" */
    char *root;                 /* what its files' paths begin with; "" for this machine's own */
} QemuRelease;

/* Why a test of a release is skipped; its argument is a path. */
#define QEMU_RELEASE_MISSING "there is no %s: run scripts/setup qemu, scripts/qemu-releases"

/* In order of release, up to one whose name is NULL.  They live as long as the process. */
const QemuRelease *qemu_releases(void);

/* NULL without a release of this name. */
const QemuRelease *qemu_release_named(const char *name);

/* The program or firmware of a release, to be freed: "x86_64", "/usr/share/OVMF/...". */
char *qemu_release_program(const QemuRelease *release, const char *architecture);
char *qemu_release_file(const QemuRelease *release, const char *path);

/* Whether the release is there; else the test that runs is skipped, and is to return. */
bool qemu_release_require(const QemuRelease *release);

#endif
