/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One viewer, in a thread of its own.  libvncserver waits up to OB_VNC_PATIENCE for a viewer that
 * stops in the middle of a message, or that does not take what it is sent.  So no other thread calls
 * it: a viewer that stalls holds up itself alone.
 */
#ifndef OB_VNC_CLIENT_H
#define OB_VNC_CLIENT_H

#include <glib.h>
#include <pthread.h>

#include "qtest/host/io/loop.h"
#include "qtest/host/vnc/hands.h"
#include "qtest/host/vnc/library.h"
#include "qtest/picture/frame.h"

/* For a message to end, for output to go on, and for the whole handshake. */
#define OB_VNC_PATIENCE_MS  10000
#define OB_VNC_PASSWORD_MAX 8 /* bytes that the protocol's cipher takes */

/* The parts of the server that its clients' threads use. */
typedef struct ObVncShared {
    const ObVncLibrary *library;
    ObFrame *frame;
    ObLoop *loop;         /* woken with `attention` */
    gint attention;       /* atomic: a client has got in, acted or ended, or wants a picture */
    pthread_mutex_t gate; /* the library's list of security types is not for two threads */
    pthread_mutex_t lock; /* the password's */
    bool wants_password;
    char password[OB_VNC_PASSWORD_MAX + 1]; /* "": nobody gets in */
} ObVncShared;

/* A place for a client.  The library's screen in it is made before any client comes: it resets a
 * mutex of all clients. */
typedef struct ObVncClient {
    ObVncShared *shared;
    rfbScreenInfo *screen;
    ObFrameCopy copy;
    ObVncHands hands;
    pthread_t thread;
    int socket;   /* kept until the thread has ended; -1: the place is free */
    int event;    /* wakes the thread */
    gint ended;   /* atomic: the thread may be joined */
    gint wants;   /* atomic: the client waits for a change */
    gint entered; /* atomic: the handshake is done */
    bool told;    /* the server has said so */
    char *host;   /* the peer's, for people; "" on a unix socket */
    char *service;
} ObVncClient;

/* Returns false and sets `error` on failure. */
bool ob_vnc_client_init(ObVncClient *client, ObVncShared *shared, HwError *error);
void ob_vnc_client_clear(ObVncClient *client);

/* Serves the peer of this socket, which it takes.  False if that can't be. */
bool ob_vnc_client_begin(ObVncClient *client, int fd);

/* Wakes the thread: the frame has changed. */
void ob_vnc_client_wake(ObVncClient *client);

/* Drops the peer and joins the thread, which takes no time; the place is free then. */
void ob_vnc_client_end(ObVncClient *client);

#endif
