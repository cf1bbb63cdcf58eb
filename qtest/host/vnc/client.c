/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/vnc/client.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/vnc/keysyms.h"

#define VERSION_SIZE   12 /* RFC 6143, 7.1.1 */
#define CHALLENGE_SIZE 16 /* 7.2.2 */

static void attention_ask(ObVncShared *shared)
{
    g_atomic_int_set(&shared->attention, 1);
    ob_loop_wake(shared->loop);
}

/* ------------------------------------------------------------------------- hands */

/* The library's hooks. */
static void key_moved(rfbBool down, rfbKeySym keysym, rfbClientPtr peer)
{
    ObVncClient *client = peer->screen->screenData;
    const ObVncAct act = { .is_key = true, .down = down, .code = ob_vnc_key((uint32_t)keysym) };

    if (act.code) {
        ob_vnc_hands_keep(&client->hands, &act);
        attention_ask(client->shared);
    }
}

static void pointer_moved(int buttons, int x, int y, rfbClientPtr peer)
{
    ObVncClient *client = peer->screen->screenData;
    const ObVncAct act = { .buttons = (uint8_t)buttons,
                           .x = (uint32_t)x,
                           .y = (uint32_t)y,
                           .width = client->copy.width,
                           .height = client->copy.height };

    ob_vnc_hands_keep(&client->hands, &act);
    attention_ask(client->shared);
}

/* ------------------------------------------------------------------------ screen */

/* Compares in the same time for each answer. */
static bool bytes_are(const uint8_t *a, const uint8_t *b, size_t count)
{
    uint8_t other = 0;

    for (size_t i = 0; i < count; i++) {
        other |= a[i] ^ b[i];
    }
    return other == 0;
}

/* The library's hook.  The cipher is its own. */
static rfbBool password_check(rfbClientPtr peer, const char *response, int length)
{
    ObVncShared *shared = ((ObVncClient *)peer->screen->screenData)->shared;
    uint8_t expected[CHALLENGE_SIZE];
    bool known;

    memcpy(expected, peer->authChallenge, CHALLENGE_SIZE);
    pthread_mutex_lock(&shared->lock);
    known = *shared->password != '\0';
    shared->library->encrypt(expected, shared->password);
    pthread_mutex_unlock(&shared->lock);
    return known && length == CHALLENGE_SIZE &&
           bytes_are(expected, (const uint8_t *)response, CHALLENGE_SIZE);
}

bool ob_vnc_client_init(ObVncClient *client, ObVncShared *shared, HwError *error)
{
    rfbScreenInfo *screen = shared->library->screen_new(NULL, NULL, 64, 64, 8, 3, 4);

    *client = (ObVncClient) { .shared = shared, .screen = screen, .socket = -1, .event = -1 };
    if (!screen) {
        return hw_error_set(error, "out of memory");
    }
    ob_vnc_hands_init(&client->hands);
    screen->screenData = client;
    screen->kbdAddEvent = key_moved;
    screen->ptrAddEvent = pointer_moved;
    screen->desktopName = "Outboard";
    screen->cursor = NULL; /* the library would draw one into the picture */
    screen->deferUpdateTime = 0;
    screen->alwaysShared = TRUE;
    screen->maxClientWait = OB_VNC_PATIENCE_MS;
    screen->permitFileTransfer = FALSE;
    screen->ignoreSIGPIPE = FALSE;
    if (shared->wants_password) {
        screen->authPasswdData = shared->password;
        screen->passwordCheck = password_check;
    }
    return true;
}

void ob_vnc_client_clear(ObVncClient *client)
{
    if (client->screen) {
        ob_vnc_client_end(client);
        client->shared->library->screen_free(client->screen);
        client->screen = NULL;
        ob_vnc_hands_clear(&client->hands);
    }
}

/* ----------------------------------------------------------------------- picture */

static void rectangle_mark(void *opaque, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
    ObVncClient *client = opaque;

    client->shared->library->mark(client->screen, (int)x, (int)y, (int)(x + width),
                                  (int)(y + height));
}

/* The library puts red into the lowest byte of its own accord, with each new memory. */
static void memory_use(ObVncClient *client, rfbClientRec *peer)
{
    rfbScreenInfo *screen = client->screen;

    client->shared->library->screen_resize(screen, (char *)client->copy.pixels,
                                           (int)client->copy.width, (int)client->copy.height, 8, 3,
                                           4);
    screen->serverFormat.redShift = 16;
    screen->serverFormat.greenShift = 8;
    screen->serverFormat.blueShift = 0;
    if (peer) {
        screen->setTranslateFunction(peer);
    }
}

/* A viewer that can't follow a new size gets what fits into the old one. */
static bool size_follow(ObVncClient *client, rfbClientRec *peer)
{
    uint32_t *old = client->copy.pixels;

    if (old && (!ob_frame_resized(client->shared->frame, &client->copy) ||
                (peer && !peer->useNewFBSize))) {
        return true;
    }
    if (!ob_frame_resize(client->shared->frame, &client->copy)) {
        return false;
    }
    memory_use(client, peer);
    free(old);
    return true;
}

static bool picture_follow(ObVncClient *client, rfbClientRec *peer)
{
    const ObFrameFollower follower = { .changed = rectangle_mark, .opaque = client };

    if (!size_follow(client, peer)) {
        return false;
    }
    ob_frame_follow(client->shared->frame, &client->copy, &follower);
    return true;
}

/* ------------------------------------------------------------------------ thread */

static void wants_set(ObVncClient *client, const rfbClientRec *peer)
{
    bool wants = peer && !client->shared->library->region_is_empty(peer->requestedRegion);

    if (wants != (g_atomic_int_get(&client->wants) != 0)) {
        g_atomic_int_set(&client->wants, wants);
        if (wants) {
            attention_ask(client->shared);
        }
    }
}

/* The library reads a whole message at once.  The first one is read under the gate, so it must
 * be there. */
static bool version_has_come(int fd)
{
    char bytes[VERSION_SIZE];

    return recv(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT) == VERSION_SIZE;
}

/* Lets the library read and write.  Returns the peer; NULL: it has gone. */
static rfbClientRec *peer_serve(ObVncClient *client, rfbClientRec *peer)
{
    ObVncShared *shared = client->shared;
    bool gated = peer->state == RFB_PROTOCOL_VERSION;

    if (gated) {
        pthread_mutex_lock(&shared->gate);
    }
    shared->library->process(client->screen, 0);
    if (gated) {
        pthread_mutex_unlock(&shared->gate);
    }
    return client->screen->clientHead;
}

/* Waits for the peer, or for a wake.  False if the peer has taken too long for its handshake. */
static bool events_wait(const ObVncClient *client, const rfbClientRec *peer, gint64 deadline)
{
    bool starts = peer->state != RFB_NORMAL;
    gint64 left = (deadline - g_get_monotonic_time()) / 1000;
    struct pollfd events[2] = { { .fd = client->event, .events = POLLIN },
                                { .fd = client->socket, .events = POLLIN } };
    eventfd_t unused;

    if (starts && left <= 0) {
        return false;
    }
    poll(events, 2, starts ? (int)left : -1);
    if (events[0].revents) {
        eventfd_read(client->event, &unused);
    }
    return true;
}

/* Part of a version is waited for without the gate, and a peer that closes is let through. */
static bool version_waits(const ObVncClient *client, const rfbClientRec *peer)
{
    struct pollfd event = { .fd = client->socket, .events = POLLRDHUP };

    if (peer->state != RFB_PROTOCOL_VERSION || version_has_come(client->socket)) {
        return false;
    }
    return poll(&event, 1, 10) == 0;
}

static void peer_run(ObVncClient *client, rfbClientRec *peer)
{
    gint64 deadline = g_get_monotonic_time() + OB_VNC_PATIENCE_MS * 1000;

    while (peer && events_wait(client, peer, deadline) && picture_follow(client, peer)) {
        if (!version_waits(client, peer)) {
            peer = peer_serve(client, peer);
        }
        wants_set(client, peer);
        if (peer && peer->state == RFB_NORMAL && !g_atomic_int_get(&client->entered)) {
            g_atomic_int_set(&client->entered, 1);
            attention_ask(client->shared);
        }
    }
}

/* A browser's page could reach a WebSocket here, whoever made the page. */
static bool peer_is_browser(const rfbClientRec *peer)
{
    return peer->wsctx != NULL;
}

/* The library waits with select(), which knows no higher descriptors, and closes its own. */
static rfbClientRec *peer_new(ObVncClient *client)
{
    int fd = fcntl(client->socket, F_DUPFD_CLOEXEC, 0);

    if (fd >= FD_SETSIZE) {
        close(fd);
        return NULL;
    }
    return fd < 0 ? NULL : client->shared->library->client_new(client->screen, fd);
}

static void *client_run(void *opaque)
{
    ObVncClient *client = opaque;
    const ObVncLibrary *library = client->shared->library;
    rfbClientRec *peer = size_follow(client, NULL) ? peer_new(client) : NULL;

    if (peer && !peer_is_browser(peer)) {
        peer_run(client, peer);
    }
    shutdown(client->socket, SHUT_RDWR);
    while (client->screen->clientHead) {
        library->process(client->screen, 0);
    }
    g_atomic_int_set(&client->wants, 0);
    g_atomic_int_set(&client->ended, 1);
    attention_ask(client->shared);
    return NULL;
}

/* ----------------------------------------------------------------- the loop's side */

static void peer_name(ObVncClient *client)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof(name);
    char host[64] = "", service[16] = "";

    if (getpeername(client->socket, (struct sockaddr *)&name, &size) == 0 &&
        name.ss_family != AF_UNIX) {
        getnameinfo((struct sockaddr *)&name, size, host, sizeof(host), service, sizeof(service),
                    NI_NUMERICHOST | NI_NUMERICSERV);
    }
    client->host = g_strdup(host);
    client->service = g_strdup(service);
}

/* The program's signals are for the loop's thread. */
static bool thread_start(ObVncClient *client)
{
    sigset_t all, old;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    failed = pthread_create(&client->thread, NULL, client_run, client);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return !failed;
}

static void place_free(ObVncClient *client)
{
    close(client->socket);
    if (client->event >= 0) {
        close(client->event);
    }
    free(client->copy.pixels);
    g_clear_pointer(&client->host, g_free);
    g_clear_pointer(&client->service, g_free);
    client->copy = (ObFrameCopy) { 0 };
    client->socket = client->event = -1;
    client->ended = client->wants = client->entered = 0;
    client->told = false;
}

bool ob_vnc_client_begin(ObVncClient *client, int fd)
{
    client->socket = fd;
    client->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    peer_name(client);
    if (client->event >= 0 && thread_start(client)) {
        return true;
    }
    place_free(client);
    return false;
}

void ob_vnc_client_wake(ObVncClient *client)
{
    eventfd_write(client->event, 1);
}

void ob_vnc_client_end(ObVncClient *client)
{
    if (client->socket >= 0) {
        shutdown(client->socket, SHUT_RDWR);
        ob_vnc_client_wake(client);
        pthread_join(client->thread, NULL);
        place_free(client);
    }
}
