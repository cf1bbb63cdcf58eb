/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.chardev/1 on QEMU's own character devices (-chardev).  QEMU reads from a peer only as much as the
 * device has room for, so nothing is kept here.
 */
#include "plugins/qemu-bridge/service/services.h"

#include <errno.h>
#include <stdlib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/chardev.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "plugins/qemu-bridge/qemu/chardev/chardev-api.h"
#include "plugins/qemu-bridge/qemu/symbols.h"

/* A watch may outlive its port. */
typedef struct Watch {
    HwChardevPort *port; /* NULL: it has gone */
} Watch;

struct HwChardevPort {
    HwChardevSide side;
    QemuFrontend frontend;
    bool is_attached;
    QemuStateHandler *state_handler;
    Watch *watch;    /* until the chardev takes bytes; NULL: none */
    uint32_t inside; /* calls of HwChardev under way: no hook may be called */
    bool refused;    /* QEMU was told of no room */
    bool posted;     /* port_serve_later() comes */
    bool closing;
};

static const HwChardev service;

/* -------------------------------------------------------------- towards the device */

static void port_serve_later(HwDevice *dev, void *opaque);

static bool can_call(const HwChardevPort *port)
{
    return !port->inside && !port->closing && hw_chardev_side_is_alive(&port->side) &&
           runstate_is_running();
}

static void port_post(HwChardevPort *port)
{
    if (!port->posted && !port->closing) {
        port->posted = true;
        hw_deferred_post(bridge_device_of_instance(port->side.dev)->deferred, port_serve_later,
                         port);
    }
}

/* Calls that are due while the machine is stopped wait until it runs again. */
static void port_serve(HwChardevPort *port)
{
    if (!hw_chardev_side_is_due(&port->side) && !port->refused) {
        return;
    }
    if (!can_call(port)) {
        if (runstate_is_running()) {
            port_post(port);
        }
        return;
    }
    hw_chardev_side_tell(&port->side);
    if (port->refused) {
        port->refused = false;
        qemu_chr_fe_accept_input(&port->frontend);
    }
}

static void port_serve_later(HwDevice *dev, void *opaque)
{
    HwChardevPort *port = opaque;

    (void)dev;
    port->posted = false;
    port_serve(port);
}

static void run_state_changed(void *opaque, bool running, int state)
{
    (void)state;
    if (running) {
        port_serve(opaque);
    }
}

static int chardev_can_read(void *opaque)
{
    HwChardevPort *port = opaque;
    uint32_t room = can_call(port) ? hw_chardev_side_room(&port->side) : 0;

    port->refused |= !room;
    return room < INT32_MAX ? (int)room : INT32_MAX;
}

/* A chardev that has not asked loses the bytes without room. */
static void chardev_read(void *opaque, const uint8_t *bytes, int size)
{
    HwChardevPort *port = opaque;
    int room = chardev_can_read(port);

    if (size > 0 && room > 0) {
        hw_chardev_side_receive(&port->side, bytes, (uint32_t)(size < room ? size : room));
    }
}

static void chardev_event(void *opaque, int event)
{
    HwChardevPort *port = opaque;

    switch (event) {
    case QEMU_CHARDEV_BREAK:
        hw_chardev_side_note(&port->side, HW_CHARDEV_BREAK);
        break;
    case QEMU_CHARDEV_OPENED:
        hw_chardev_side_note(&port->side, HW_CHARDEV_OPENED);
        break;
    case QEMU_CHARDEV_CLOSED:
        hw_chardev_side_note(&port->side, HW_CHARDEV_CLOSED);
        hw_chardev_side_note_writable(&port->side);
        break;
    default:
        return; /* a multiplexer's focus */
    }
    port_serve(port);
}

static int chardev_writable(void *unused, int condition, void *opaque)
{
    Watch *watch = opaque;
    HwChardevPort *port = watch->port;

    (void)unused;
    (void)condition;
    free(watch);
    if (port) {
        port->watch = NULL;
        hw_chardev_side_note_writable(&port->side);
        port_serve(port);
    }
    return 0;
}

/* ----------------------------------------------------------------------------- open */

static bool frontend_has(const QemuFrontend *frontend, const void *word)
{
    for (int i = 0; i < QEMU_FRONTEND_USED; i++) {
        if (frontend->words[i] == word) {
            return true;
        }
    }
    return false;
}

/* Shows that QEMU's structure fits into ours. */
static bool frontend_prove(const HwChardevPort *port, const QemuChardev *chardev, HwError *error)
{
    bool fits = frontend_has(&port->frontend, chardev) && frontend_has(&port->frontend, port);

    for (int i = QEMU_FRONTEND_USED; i < QEMU_FRONTEND_WORDS; i++) {
        fits = fits && !port->frontend.words[i];
    }
    return fits || hw_error_set(error,
                                "%s: this emulator's front end of a chardev is not as expected: "
                                "%d words with the chardev and the device's own",
                                port->side.dev->id, QEMU_FRONTEND_USED);
}

static bool port_attach(HwChardevPort *port, const char *id, HwError *error)
{
    QemuChardev *chardev = qemu_chr_find(id);
    QemuError *failed = NULL;

    if (!chardev) {
        return hw_error_set(error, "%s: chardev '%s' does not exist", port->side.dev->id, id);
    }
    if (!qemu_chr_fe_init(&port->frontend, chardev, &failed)) {
        error_free(failed);
        return hw_error_set(error, "%s: chardev '%s' is in use", port->side.dev->id, id);
    }
    port->is_attached = true;
    port->state_handler = qemu_add_vm_change_state_handler(run_state_changed, port);
    qemu_chr_fe_set_handlers(&port->frontend, chardev_can_read, chardev_read, chardev_event, NULL,
                             port, NULL, true);
    return frontend_prove(port, chardev, error);
}

/* When QEMU ends, it has freed the chardevs and still has our structure. */
static void port_end(void *opaque)
{
    HwChardevPort *port = opaque;

    port->closing = true;
    if (bridge.is_ending) {
        return;
    }
    if (port->watch) {
        port->watch->port = NULL;
    }
    if (port->is_attached) {
        qemu_del_vm_change_state_handler(port->state_handler);
        qemu_chr_fe_deinit(&port->frontend, false);
    }
    free(port);
}

/* The next class of the device has the port, its peer and the bytes that wait. */
static bool port_adopt(HwChardevPort *port, HwDevice *dev, const HwChardevClient *client,
                       HwError *error)
{
    if (!hw_chardev_side_adopt(&port->side, dev, client, error)) {
        return false;
    }
    port->posted = false;
    if (hw_chardev_side_is_due(&port->side) || port->refused) {
        port_post(port);
    }
    return true;
}

static HwChardevPort *port_new(HwDevice *dev, const char *id, const HwChardevClient *client,
                               HwError *error)
{
    HwChardevPort *port = calloc(1, sizeof(*port));

    if (!port) {
        hw_error_set(error, "%s: out of memory", dev->id);
        return NULL;
    }
    if (!hw_chardev_side_init(&port->side, dev, client, error) ||
        (id && !port_attach(port, id, error))) {
        port_end(port);
        return NULL;
    }
    return port;
}

static HwChardevPort *chardev_open(HwDevice *dev, const char *id, const HwChardevClient *client,
                                   HwError *error)
{
    HwShelf *shelf = hw_instance_of(dev)->shelf;
    HwChardevPort *port = hw_shelf_take(shelf, &service);

    if (port && !port_adopt(port, dev, client, error)) {
        hw_shelf_put(shelf, &service, port, port_end);
        return NULL;
    }
    return port ? port : port_new(dev, id, client, error);
}

static void chardev_close(HwChardevPort *port)
{
    if (port && !hw_shelf_put(hw_instance_of(port->side.dev)->shelf, &service, port, port_end)) {
        port_end(port);
    }
}

/* ---------------------------------------------------------------------- the service */

static bool chardev_has_peer(HwChardevPort *port)
{
    return port->side.has_peer;
}

/* A chardev that can't tell when it takes bytes loses them. */
static bool port_watch(HwChardevPort *port)
{
    Watch *watch;

    if (port->watch) {
        return true;
    }
    watch = calloc(1, sizeof(*watch));
    if (!watch || !qemu_chr_fe_add_watch(&port->frontend, QEMU_IO_OUT | QEMU_IO_HUP,
                                         chardev_writable, watch)) {
        free(watch);
        return false;
    }
    watch->port = port;
    port->watch = watch;
    return true;
}

static uint32_t chardev_write(HwChardevPort *port, const void *bytes, uint32_t size)
{
    int taken;

    if (!port->side.has_peer || !size) {
        return size;
    }
    port->inside++;
    taken = qemu_chr_fe_write(&port->frontend, bytes, size < INT32_MAX ? (int)size : INT32_MAX);
    port->inside--;
    if (taken < 0) {
        taken = errno == EAGAIN ? 0 : (int)size;
    }
    if (!port->side.has_peer || ((uint32_t)taken < size && !port_watch(port))) {
        return size;
    }
    port->side.waits |= (uint32_t)taken < size;
    return (uint32_t)taken;
}

static void chardev_ready(HwChardevPort *port)
{
    if (port->refused) {
        port_post(port);
    }
}

static const HwChardev service = {
    .abi = HW_ABI(HwChardev),
    .open = chardev_open,
    .close = chardev_close,
    .has_peer = chardev_has_peer,
    .write = chardev_write,
    .ready = chardev_ready,
};

const HwChardev *bridge_chardev(void)
{
    return qemu_symbol_missing(qemu_chardev_symbols) ? NULL : &service;
}
