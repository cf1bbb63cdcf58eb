/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer by libvncclient, and a machine with a screen behind -vnc. */
#ifndef OB_TESTS_VNC_VIEWER_H
#define OB_TESTS_VNC_VIEWER_H

#include <rfb/rfbclient.h>

#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"
#include "qtest/picture/picture.h"

typedef struct VncMachine {
    ObClient *c;
    ObScratch *scratch;
    char *socket; /* the server's */
    uint16_t key; /* the screen's file in fw_cfg */
} VncMachine;

/* The program with a ramfb and -vnc unix:SOCKET; `options` follow the address. */
void vnc_machine_start(VncMachine *machine, const char *options);
void vnc_machine_end(VncMachine *machine);

/* The screen's size and place; `pixel` is its first one, 0x00RRGGBB, the others are noise. */
#define VNC_PIXELS UINT64_C(0x200000)
void vnc_machine_show(VncMachine *machine, uint32_t width, uint32_t height, uint32_t seed);

typedef struct VncViewer {
    rfbClient *client;
    const char *password; /* NULL: none */
    uint32_t updates;
    uint32_t left, top, right, bottom; /* around the rectangles since vnc_viewer_forget() */
} VncViewer;

/* False: the server did not let it in.  `encodings` are libvncclient's words, "raw" or "zrle". */
bool vnc_viewer_open(VncViewer *viewer, const char *address, const char *encodings);
void vnc_viewer_close(VncViewer *viewer);
void vnc_viewer_forget(VncViewer *viewer);

/* Waits until the viewer has the machine's picture. */
void vnc_viewer_expect(VncViewer *viewer, ObClient *c);

#endif
