/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's functions and structures for character devices, continued from api.h.  The bridge works
 * without them: then it does not offer hw.chardev/1.
 */
#ifndef BRIDGE_QEMU_CHARDEV_API_H
#define BRIDGE_QEMU_CHARDEV_API_H

#include "plugins/qemu-bridge/qemu/machine-api.h"

typedef struct QemuChardev QemuChardev;

#define QEMU_FRONTEND_WORDS 32
#define QEMU_FRONTEND_USED  16 /* at most; 7 in the tested releases */

/* CharBackend, or CharFrontend in later releases.  QEMU fills it in and looks at it alone. */
typedef struct QemuFrontend {
    void *words[QEMU_FRONTEND_WORDS];
} QemuFrontend;

/* QEMUChrEvent */
#define QEMU_CHARDEV_BREAK  0
#define QEMU_CHARDEV_OPENED 1
#define QEMU_CHARDEV_CLOSED 4

/* GIOCondition */
#define QEMU_IO_OUT 4
#define QEMU_IO_HUP 16

QEMU_WEAK QemuChardev *qemu_chr_find(const char *id);
/* Fails if the chardev has another front end. */
QEMU_WEAK bool qemu_chr_fe_init(QemuFrontend *frontend, QemuChardev *chardev, QemuError **error);
/* A front end with the last three functions but without `changed` keeps its chardev: chardev-change is
 * refused.  Calls `event` for a peer that is there. */
QEMU_WEAK void qemu_chr_fe_set_handlers(QemuFrontend *frontend, int (*can_read)(void *opaque),
                                        void (*read)(void *opaque, const uint8_t *bytes, int size),
                                        void (*event)(void *opaque, int event),
                                        int (*changed)(void *opaque), void *opaque, void *context,
                                        bool set_open);
QEMU_WEAK void qemu_chr_fe_accept_input(QemuFrontend *frontend);
/* Returns the number of bytes written; -1 and errno: none. */
QEMU_WEAK int qemu_chr_fe_write(QemuFrontend *frontend, const uint8_t *bytes, int size);
/* Calls `ready` once the chardev takes bytes, and again as long as it returns 1; never, if the chardev
 * ends before.  Returns 0 if the chardev can't tell. */
QEMU_WEAK unsigned qemu_chr_fe_add_watch(QemuFrontend *frontend, int condition,
                                         int (*ready)(void *unused, int condition, void *opaque),
                                         void *opaque);
QEMU_WEAK void qemu_chr_fe_deinit(QemuFrontend *frontend, bool delete_chardev);

#endif
