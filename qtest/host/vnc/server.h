/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -vnc: shows a screen to viewers of the RFB protocol, by libvncserver.  The loop's thread looks at
 * the screen; each viewer has a thread (client.h).  For the loop's thread.
 */
#ifndef OB_VNC_SERVER_H
#define OB_VNC_SERVER_H

#include "qtest/host/io/loop.h"
#include "qtest/host/options/options.h"
#include "qtest/machine/core/host.h"

#define OB_VNC_CLIENTS 16u

typedef struct ObVncServer ObVncServer;

/* Listens.  `password` is the secret's text, or NULL.  Returns NULL and sets `error` on failure. */
ObVncServer *ob_vnc_server_new(ObLoop *loop, ObHost *host, const ObVncOptions *options,
                               const char *password, HwError *error);

/* Drops all viewers.  NULL is allowed. */
void ob_vnc_server_free(ObVncServer *server);

/* From now on viewers need this password, of which eight bytes count; "": nobody gets in.  False: the
 * server does not ask for one. */
bool ob_vnc_server_set_password(ObVncServer *server, const char *password);

/* `told` hears of viewers that get in and of those that go: QMP's events VNC_INITIALIZED and
 * VNC_DISCONNECTED.  Once, before the loop goes on. */
struct ObVncViewer {
    const char *host, *service; /* "" on a unix socket; valid until the loop goes on */
};
typedef struct ObVncViewer ObVncViewer;
typedef void ObVncTold(void *opaque, const char *event, const ObVncViewer *viewer);
void ob_vnc_server_observe(ObVncServer *server, ObVncTold *told, void *opaque);

/* For those who report. */
typedef struct ObVncStatus {
    const ObSocketAddress *address; /* with the port in use */
    bool password;
} ObVncStatus;
ObVncStatus ob_vnc_server_status(const ObVncServer *server);

/* The viewers that have got in.  False: there are no more. */
bool ob_vnc_server_viewer_at(const ObVncServer *server, uint32_t index, ObVncViewer *viewer);

#endif
