/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/vnc/library.h"

#include "hw-api/host/library/library.h"

static ObVncLibrary vnc;

static const HwLibrarySymbol symbols[] = {
    { "rfbGetScreen", offsetof(ObVncLibrary, screen_new) },
    { "rfbScreenCleanup", offsetof(ObVncLibrary, screen_free) },
    { "rfbNewFramebuffer", offsetof(ObVncLibrary, screen_resize) },
    { "rfbMarkRectAsModified", offsetof(ObVncLibrary, mark) },
    { "rfbNewClient", offsetof(ObVncLibrary, client_new) },
    { "rfbProcessEvents", offsetof(ObVncLibrary, process) },
    { "rfbEncryptBytes", offsetof(ObVncLibrary, encrypt) },
    { "rfbLogEnable", offsetof(ObVncLibrary, log_enable) },
    { "sraRgnEmpty", offsetof(ObVncLibrary, region_is_empty) },
    { "rfbGetExtensionIterator", offsetof(ObVncLibrary, extensions_lock) },
    { "rfbReleaseExtensionIterator", offsetof(ObVncLibrary, extensions_unlock) },
};

const ObVncLibrary *ob_vnc_load(HwError *error)
{
    static HwLibrary library = { .file = "libvncserver.so.1",
                                 .package = "libvncserver1 (Debian) or libvncserver (Fedora)",
                                 .release = "libvncserver 0.9",
                                 .symbols = symbols,
                                 .count = sizeof(symbols) / sizeof(symbols[0]),
                                 .table = &vnc };

    return hw_library_load(&library, error) ? &vnc : NULL;
}
