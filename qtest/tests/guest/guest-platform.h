/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines, firmware and kernels that use our devices in a stock QEMU. */
#ifndef OB_TESTS_GUEST_GUEST_PLATFORM_H
#define OB_TESTS_GUEST_GUEST_PLATFORM_H

#include "qtest/guest/guest.h"

typedef struct GuestPlatform {
    const char *name; /* the firmware's name, or the name of its replacement */
    const char *kernel;
    const char *program;  /* the environment variable with look.c's program */
    const char *machine;  /* QEMU's arguments, also for firmware */
    const char *firmware; /* the firmware's file; NULL: it comes with QEMU */
    const char *crb;      /* our devices' names; NULL: the guest can't see the device */
    const char *vmgenid;
    const char *host_machine; /* our own host's most similar machine; NULL: without ACPI */
    uint64_t crb_base;
    bool sleeps; /* the guest can suspend to RAM and wake up */
} GuestPlatform;

#define GUEST_PLATFORMS 8
extern const GuestPlatform guest_platforms[GUEST_PLATFORMS];

/* True if the platform can be booted here; else the test is skipped. */
bool guest_platform_check(const GuestPlatform *platform);

/* QEMU's arguments: the bridge, a TPM "tpm0" in QEMU's process, and `devices`.  The caller frees
 * them. */
char *guest_platform_bridge(const GuestPlatform *platform, const char *devices);

/* The TPM's driver.  Since Linux 7 it is a platform driver with another name. */
const char *guest_platform_tpm_driver(const GuestPlatform *platform);

/* A boot of the platform with arguments of guest_platform_bridge(). */
ObGuestBoot guest_platform_boot(const GuestPlatform *platform, const char *arguments,
                                const char *words);

#endif
