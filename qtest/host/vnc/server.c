/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/vnc/server.h"

#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"
#include "qtest/host/run/screens.h"
#include "qtest/host/vnc/client.h"

/* A dark screen has QEMU's size. */
#define DARK_WIDTH  640u
#define DARK_HEIGHT 480u

/* Between two looks at a screen: longer with each look that sees no change. */
#define PERIOD_MIN  INT64_C(8000000) /* ns */
#define PERIOD_STEP INT64_C(1000000)
#define PERIOD_MAX  INT64_C(128000000)

struct ObVncServer {
    ObVncShared shared;
    ObLoop *loop;
    ObHost *host;
    ObSocketAddress address;
    char *device; /* NULL: the first screen */
    uint32_t head;
    int listener; /* -1: none */
    ObSocketFile file;
    ObWatch *watch;
    ObIdle *idle;
    ObTimer *timer;
    bool timer_runs;
    int64_t period;
    ObVncTold *told; /* NULL: nobody hears */
    void *told_opaque;
    bool warned; /* once: the screen can't be shown */
    ObVncClient clients[OB_VNC_CLIENTS];
};

/* ----------------------------------------------------------------------- picture */

/* The lines that may have changed. */
static ObFrameRows screen_look(ObVncServer *server, HwImage *image)
{
    HwScreen *screen = server->device
                           ? ob_screen_find(server->host, server->device, server->head, NULL, NULL)
                           : ob_screen_first(server->host);
    HwScreenPart part = { .bottom = DARK_HEIGHT };

    if (screen && hw_screen_look(screen, image)) {
        part = hw_screen_take_changed(screen);
    }
    return (ObFrameRows) { part.top, part.bottom - part.top };
}

/* All lines of a dark screen are the same one. */
static HwImage dark_image(void)
{
    static uint32_t line[DARK_WIDTH];

    return (HwImage) { .pixman = hw_pixel_format(HW_PIXELS_XRGB8888)->pixman,
                       .width = DARK_WIDTH,
                       .height = DARK_HEIGHT,
                       .pixels = (uint8_t *)line };
}

static void clients_wake(ObVncServer *server)
{
    for (uint32_t i = 0; i < OB_VNC_CLIENTS; i++) {
        if (server->clients[i].socket >= 0) {
            ob_vnc_client_wake(&server->clients[i]);
        }
    }
}

/* True if the picture has changed. */
static bool picture_take(ObVncServer *server)
{
    HwImage image = dark_image();
    ObFrameRows rows = screen_look(server, &image);
    bool changed = false;
    HW_ERROR(error, 256);

    if (!ob_frame_take(server->shared.frame, &image, rows, &changed, &error) && !server->warned) {
        ob_report_warning("-vnc: %s", error.text);
        server->warned = true;
    }
    if (changed) {
        clients_wake(server);
    }
    return changed;
}

static bool clients_want(const ObVncServer *server)
{
    for (uint32_t i = 0; i < OB_VNC_CLIENTS; i++) {
        if (g_atomic_int_get(&server->clients[i].wants)) {
            return true;
        }
    }
    return false;
}

/* Nobody looks at a screen that nobody waits for. */
static void timer_due(void *opaque)
{
    ObVncServer *server = opaque;

    server->timer_runs = clients_want(server);
    if (server->timer_runs) {
        server->period = picture_take(server) ? PERIOD_MIN
                                              : MIN(server->period + PERIOD_STEP, PERIOD_MAX);
        ob_timer_start(server->timer, server->period);
    }
}

/* ----------------------------------------------------------------------- viewers */

static ObVncViewer viewer_of(const ObVncClient *client)
{
    return (ObVncViewer) { client->host, client->service };
}

static void news_tell(const ObVncServer *server, const ObVncClient *client, const char *event)
{
    ObVncViewer viewer = viewer_of(client);

    if (server->told) {
        server->told(server->told_opaque, event, &viewer);
    }
}

static void client_attend(ObVncServer *server, ObVncClient *client)
{
    ob_vnc_hands_serve(&client->hands, server->host);
    if (g_atomic_int_get(&client->entered) && !client->told) {
        client->told = true;
        news_tell(server, client, "VNC_INITIALIZED");
    }
    if (!g_atomic_int_get(&client->ended)) {
        return;
    }
    if (client->told) {
        news_tell(server, client, "VNC_DISCONNECTED");
    }
    ob_vnc_hands_leave(&client->hands, server->host);
    ob_vnc_client_end(client);
    ob_watch_change(server->watch, EPOLLIN);
}

static bool server_attend(void *opaque)
{
    ObVncServer *server = opaque;

    if (!g_atomic_int_compare_and_exchange(&server->shared.attention, 1, 0)) {
        return false;
    }
    for (uint32_t i = 0; i < OB_VNC_CLIENTS; i++) {
        client_attend(server, &server->clients[i]);
    }
    if (!server->timer_runs && clients_want(server)) {
        server->timer_runs = true;
        ob_timer_start(server->timer, server->period);
    }
    return false;
}

static ObVncClient *place_find(ObVncServer *server)
{
    for (uint32_t i = 0; i < OB_VNC_CLIENTS; i++) {
        if (server->clients[i].socket < 0) {
            return &server->clients[i];
        }
    }
    return NULL;
}

/* A viewer without a place waits in the listener's queue. */
static void peer_come(void *opaque, uint32_t events)
{
    ObVncServer *server = opaque;
    ObVncClient *place = place_find(server);
    int fd = place ? ob_socket_accept(server->listener) : -1;

    (void)events;
    if (fd >= 0) {
        picture_take(server); /* a viewer may be unable to follow another size later */
        server->period = PERIOD_MIN;
        ob_vnc_client_begin(place, fd);
    }
    if (!place_find(server)) {
        ob_watch_change(server->watch, 0);
    }
}

/* -------------------------------------------------------------------------- life */

static bool listener_open(ObVncServer *server, uint16_t last_port, HwError *error)
{
    server->listener = ob_socket_listen(&server->address, error);
    while (server->listener < 0 && server->address.kind == OB_SOCKET_TCP &&
           server->address.port < last_port) {
        server->address.port++;
        server->listener = ob_socket_listen(&server->address, error);
    }
    if (server->listener < 0) {
        return false;
    }
    if (server->address.kind == OB_SOCKET_UNIX) {
        ob_socket_file_note(&server->file, server->address.path);
    }
    server->watch = ob_watch_new(server->loop, server->listener, EPOLLIN, peer_come, server);
    return true;
}

/* The library sets some things up at its first use.  That is here, in one thread. */
static bool shared_init(ObVncShared *shared, ObLoop *loop, bool wants_password,
                        const char *password, HwError *error)
{
    pthread_mutex_init(&shared->gate, NULL);
    pthread_mutex_init(&shared->lock, NULL);
    shared->loop = loop;
    shared->wants_password = wants_password;
    g_strlcpy(shared->password, password ? password : "", sizeof(shared->password));
    shared->library = ob_vnc_load(error);
    if (!shared->library) {
        return false;
    }
    shared->library->log_enable(0);
    shared->library->extensions_lock();
    shared->library->extensions_unlock();
    shared->frame = ob_frame_new(DARK_WIDTH, DARK_HEIGHT, error);
    return shared->frame != NULL;
}

static bool clients_init(ObVncServer *server, HwError *error)
{
    bool done = true;

    for (uint32_t i = 0; done && i < OB_VNC_CLIENTS; i++) {
        done = ob_vnc_client_init(&server->clients[i], &server->shared, error);
    }
    return done;
}

static bool screen_check(const ObHost *host, const ObVncOptions *options, HwError *error)
{
    return !options->device || ob_screen_find(host, options->device, options->head, NULL, error);
}

ObVncServer *ob_vnc_server_new(ObLoop *loop, ObHost *host, const ObVncOptions *options,
                               const char *password, HwError *error)
{
    ObVncServer *server = g_new0(ObVncServer, 1);

    server->loop = loop;
    server->host = host;
    server->address = options->address;
    server->device = g_strdup(options->device);
    server->head = options->head;
    server->listener = -1;
    server->period = PERIOD_MIN;
    server->timer = ob_timer_new(loop, timer_due, server);
    server->idle = ob_idle_new(loop, server_attend, server);
    if (!shared_init(&server->shared, loop, options->password, password, error) ||
        !clients_init(server, error) || !screen_check(host, options, error) ||
        !listener_open(server, options->last_port, error)) {
        ob_vnc_server_free(server);
        return NULL;
    }
    return server;
}

void ob_vnc_server_free(ObVncServer *server)
{
    if (!server) {
        return;
    }
    for (uint32_t i = 0; i < OB_VNC_CLIENTS; i++) {
        ob_vnc_client_clear(&server->clients[i]);
    }
    ob_watch_free(server->watch);
    ob_idle_free(server->idle);
    ob_timer_free(server->timer);
    if (server->listener >= 0) {
        ob_socket_file_remove(&server->file, server->address.path);
        close(server->listener);
    }
    ob_frame_free(server->shared.frame);
    pthread_mutex_destroy(&server->shared.gate);
    pthread_mutex_destroy(&server->shared.lock);
    g_free(server->device);
    g_free(server);
}

bool ob_vnc_server_set_password(ObVncServer *server, const char *password)
{
    pthread_mutex_lock(&server->shared.lock);
    g_strlcpy(server->shared.password, password, sizeof(server->shared.password));
    pthread_mutex_unlock(&server->shared.lock);
    return server->shared.wants_password;
}

void ob_vnc_server_observe(ObVncServer *server, ObVncTold *told, void *opaque)
{
    server->told = told;
    server->told_opaque = opaque;
}

ObVncStatus ob_vnc_server_status(const ObVncServer *server)
{
    return (ObVncStatus) { .address = &server->address, .password = server->shared.wants_password };
}

bool ob_vnc_server_viewer_at(const ObVncServer *server, uint32_t index, ObVncViewer *viewer)
{
    for (uint32_t i = 0; i < OB_VNC_CLIENTS; i++) {
        if (g_atomic_int_get(&server->clients[i].entered) && index-- == 0) {
            *viewer = viewer_of(&server->clients[i]);
            return true;
        }
    }
    return false;
}
