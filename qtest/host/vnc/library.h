/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of libvncserver, which is loaded when -vnc is used: a host without it starts faster
 * and smaller. */
#ifndef OB_VNC_LIBRARY_H
#define OB_VNC_LIBRARY_H

#include "hw-api/hw-api.h"

#include <rfb/rfb.h>
#include <rfb/rfbregion.h>

typedef struct ObVncLibrary {
    __typeof__(rfbGetScreen) *screen_new;
    __typeof__(rfbScreenCleanup) *screen_free;
    __typeof__(rfbNewFramebuffer) *screen_resize;
    __typeof__(rfbMarkRectAsModified) *mark;
    __typeof__(rfbNewClient) *client_new;
    __typeof__(rfbProcessEvents) *process;
    __typeof__(rfbEncryptBytes) *encrypt;
    __typeof__(rfbLogEnable) *log_enable;
    __typeof__(sraRgnEmpty) *region_is_empty;
    __typeof__(rfbGetExtensionIterator) *extensions_lock;
    __typeof__(rfbReleaseExtensionIterator) *extensions_unlock;
} ObVncLibrary;

/* Loads libvncserver, which then stays loaded.  NULL with a sentence. */
const ObVncLibrary *ob_vnc_load(HwError *error);

#endif
