/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hot reload: a rebuilt plugin takes over its devices under a running guest (hw-api/host/reload). */
#ifndef BRIDGE_RELOAD_H
#define BRIDGE_RELOAD_H

#include "plugins/qemu-bridge/bridge.h"

/* The last reload that succeeded; zeros: none did. */
typedef struct BridgeReloaded {
    uint32_t devices;
    int64_t pause; /* ns in which no device could be called */
} BridgeReloaded;

extern BridgeReloaded bridge_reloaded;

/*
 * Loads `path` in the place of the plugin that runs; "": its own path.  The file is read once, into
 * a private copy.  Returns false and sets `error`, and all devices are as they were, but for a
 * device that the sentence calls lost: it is removed.
 */
bool bridge_reload(const char *path, HwError *error);

/* reload-object.c: the machine gets the object /outboard, once it is complete. */
void bridge_reload_offer(void);

#endif
