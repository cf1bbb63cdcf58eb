/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's graphic consoles.  11.x has other names for the functions that earlier releases have. */
#ifndef BRIDGE_QEMU_CONSOLE_H
#define BRIDGE_QEMU_CONSOLE_H

#include "plugins/qemu-bridge/qemu/api.h"

typedef struct QemuConsole QemuConsole;
typedef struct QemuSurface QemuSurface;

/* The members that the bridge leaves NULL follow: releases have different ones. */
typedef struct QemuConsoleHooks {
    int (*get_flags)(void *opaque);
    void (*invalidate)(void *opaque);
    /* Somebody looks.  11.x looks at the answer, true: the surface is current; others don't. */
    bool (*update)(void *opaque);
    void *others[16];
} QemuConsoleHooks;

typedef struct QemuConsoles {
    /* A console lives until QEMU ends; close() gives it to the next device.  `hooks` stays. */
    QemuConsole *(*create)(QemuObject *device, uint32_t head, const QemuConsoleHooks *hooks,
                           void *opaque);
    void (*close)(QemuConsole *console);
    /* Takes the surface over; NULL: a picture that says that there is none. */
    void (*set_surface)(QemuConsole *console, QemuSurface *surface);
    void (*update)(QemuConsole *console, int x, int y, int width, int height);
    /* `pixels` stay the caller's.  Aborts if pixman refuses. */
    QemuSurface *(*surface_from)(int width, int height, uint32_t pixman_format, int stride,
                                 uint8_t *pixels);
} QemuConsoles;

/* NULL: this QEMU lacks one of the functions. */
const QemuConsoles *qemu_consoles(void);

#endif
