/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines, firmware and kernels in which guests meet our devices, in a stock QEMU. */
#ifndef OB_TESTS_GUEST_GUEST_PLATFORM_H
#define OB_TESTS_GUEST_GUEST_PLATFORM_H

#include "qtest/guest/guest.h"

typedef struct GuestPlatform {
    const char *name;           /* its firmware's, or what there is instead */
    const char *kernel;
    const char *program;        /* look.c: a variable of the environment */
    const char *machine;        /* QEMU's arguments, firmware's among them */
    const char *firmware;       /* file that must be there, NULL: it comes with QEMU */
    const char *crb;            /* our devices' names; NULL: it can't be seen there */
    const char *vmgenid;
    const char *host_machine;   /* of our own host that is most like it, NULL: it has no ACPI */
    uint64_t crb_base;
    bool sleeps;                /* to RAM, and wakes */
} GuestPlatform;

#define GUEST_PLATFORMS 4
extern const GuestPlatform guest_platforms[GUEST_PLATFORMS];

/* True if it can be booted here; else the test is skipped. */
bool guest_platform_check(const GuestPlatform *platform);

/* Arguments with the bridge, a TPM "tpm0" in QEMU's process, and this; to be freed. */
char *guest_platform_bridge(const GuestPlatform *platform, const char *devices);

/* A boot of it, with arguments as made above. */
ObGuestBoot guest_platform_boot(const GuestPlatform *platform, const char *arguments,
                                const char *words);

#endif
