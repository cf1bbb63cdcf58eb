/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's stream on QEMU's character devices, without a QEMU: each answer that QEMU may give. */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/chardev/chardev-api.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

/* ----------------------------------------------------------------------- the fake */

static FakeDevice fake;
static bool runs;                     /* the machine */
static bool is_free;                  /* the chardev */
static bool can_watch;                /* the chardev tells when it takes bytes */
static int chardev_word, device_word; /* places in QEMU's structure; -1: nowhere */
static int far_word;                  /* QEMU also fills this word; -1: none */
static int taken, taken_errno;
static void (*in_write)(void); /* the chardev does this from inside, or NULL */
static uint32_t room;          /* the device's */

static struct {
    int (*can_read)(void *opaque);
    void (*read)(void *opaque, const uint8_t *bytes, int size);
    void (*event)(void *opaque, int event);
    void *opaque;
    int (*writable)(void *unused, int condition, void *opaque);
    void *watch;
    void (*running)(void *opaque, bool running, int state);
    void *running_opaque;
} qemu;

static QemuChardev *const chardev = (QemuChardev *)&qemu;
static uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

bool runstate_is_running(void)
{
    return runs;
}

QemuStateHandler *qemu_add_vm_change_state_handler(void (*changed)(void *opaque, bool running,
                                                                   int state),
                                                   void *opaque)
{
    qemu.running = changed;
    qemu.running_opaque = opaque;
    return (QemuStateHandler *)&runs;
}

void qemu_del_vm_change_state_handler(QemuStateHandler *handler)
{
    g_assert_true((void *)handler == &runs);
    tell("unwatch");
}

QemuChardev *qemu_chr_find(const char *id)
{
    return strcmp(id, "ser0") == 0 ? chardev : NULL;
}

bool qemu_chr_fe_init(QemuFrontend *frontend, QemuChardev *its, QemuError **error)
{
    g_assert_true(its == chardev);
    if (!is_free) {
        fake_error(error, "in use");
        return false;
    }
    if (chardev_word >= 0) {
        frontend->words[chardev_word] = its;
    }
    if (far_word >= 0) {
        frontend->words[far_word] = &far_word;
    }
    return true;
}

void qemu_chr_fe_set_handlers(QemuFrontend *frontend, int (*can_read)(void *opaque),
                              void (*read)(void *opaque, const uint8_t *bytes, int size),
                              void (*event)(void *opaque, int event), int (*changed)(void *opaque),
                              void *opaque, void *context, bool set_open)
{
    g_assert_null(changed);
    g_assert_null(context);
    g_assert_true(set_open);
    qemu.can_read = can_read;
    qemu.read = read;
    qemu.event = event;
    qemu.opaque = opaque;
    if (device_word >= 0) {
        frontend->words[device_word] = opaque;
    }
}

void qemu_chr_fe_accept_input(QemuFrontend *frontend)
{
    (void)frontend;
    tell("accept");
}

int qemu_chr_fe_write(QemuFrontend *frontend, const uint8_t *from, int size)
{
    (void)frontend;
    tell("write %d %u", size, from[0]);
    if (in_write) {
        in_write();
    }
    errno = taken_errno;
    return taken;
}

unsigned qemu_chr_fe_add_watch(QemuFrontend *frontend, int condition,
                               int (*ready)(void *unused, int condition, void *opaque),
                               void *opaque)
{
    (void)frontend;
    g_assert_cmpint(condition, ==, 4 | 16); /* G_IO_OUT and G_IO_HUP */
    tell("watch");
    qemu.writable = ready;
    qemu.watch = opaque;
    return can_watch;
}

void qemu_chr_fe_deinit(QemuFrontend *frontend, bool delete_chardev)
{
    (void)frontend;
    g_assert_false(delete_chardev);
    if (qemu.event) {
        qemu.event(qemu.opaque, QEMU_CHARDEV_CLOSED); /* nothing may reach the device */
        g_assert_cmpint(qemu.can_read(qemu.opaque), ==, 0);
    }
    tell("deinit");
}

/* --------------------------------------------------------------------- the device */

static uint32_t device_can_receive(HwDevice *dev)
{
    (void)dev;
    return room;
}

static void device_receive(HwDevice *dev, const uint8_t *from, uint32_t size)
{
    tell("%s in %u %u", dev->id, size, from[0]);
}

static void device_writable(HwDevice *dev)
{
    tell("%s writable", dev->id);
}

static void device_event(HwDevice *dev, uint32_t event)
{
    static const char *const names[] = { "", "opened", "closed", "break" };

    tell("%s %s", dev->id, names[event]);
}

static const HwChardevClient device_client = { .abi = HW_ABI(HwChardevClient),
                                               .can_receive = device_can_receive,
                                               .receive = device_receive,
                                               .writable = device_writable,
                                               .event = device_event };
static const HwChardevClient no_client = { .abi = HW_ABI(HwChardevClient) };

/* -------------------------------------------------------------------------- tests */

static void begin(void)
{
    runs = is_free = can_watch = true;
    chardev_word = 0;
    device_word = 6;
    far_word = -1;
    taken = 3;
    taken_errno = 0;
    in_write = NULL;
    room = 5;
    fake_device_begin(&fake);
}

static HwChardevPort *open_port(const char *id)
{
    HW_ERROR(error, 256);
    HwChardevPort *port = bridge_chardev()->open(&fake.bare.dev, id, &device_client, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(port);
    return port;
}

/* A port with a peer of which the device knows. */
static HwChardevPort *open_with_peer(void)
{
    HwChardevPort *port = open_port("ser0");

    qemu.event(qemu.opaque, QEMU_CHARDEV_OPENED);
    EXPECT_TOLD("dev0 opened");
    g_assert_true(bridge_chardev()->has_peer(port));
    return port;
}

static void end(HwChardevPort *port)
{
    bridge_chardev()->close(port);
    EXPECT_TOLD("unwatch deinit");
    fake_device_end(&fake);
}

static void run(bool running)
{
    runs = running;
    qemu.running(qemu.running_opaque, running, 0);
}

static int reads(void)
{
    return qemu.can_read(qemu.opaque);
}

#define MISFIT                                                                            \
    "dev0: this emulator's front end of a chardev is not as expected: 16 words with the " \
    "chardev and the device's own"

static void test_refusals(void)
{
    static const struct {
        int chardev_word, device_word, far_word;
        bool fits;
    } rows[] = {
        { 0, 15, -1, true },  { 15, 0, -1, true },  { 0, 16, -1, false },
        { 16, 0, -1, false }, { -1, 0, -1, false }, { 0, -1, -1, false },
        { 0, 1, 15, true },   { 0, 1, 16, false },  { 0, 1, 31, false },
    };
    const HwChardev *service = bridge_chardev();
    HwDevice *dev = &fake.bare.dev;

    begin();
    qemu.event = NULL;
    EXPECT_FAILURE(service->open(dev, NULL, &no_client, &error),
                   "dev0: its HwChardevClient does not have can_receive and receive");
    EXPECT_FAILURE(service->open(dev, "ser1", &device_client, &error),
                   "dev0: chardev 'ser1' does not exist");
    is_free = false;
    EXPECT_FAILURE(service->open(dev, "ser0", &device_client, &error),
                   "dev0: chardev 'ser0' is in use");
    is_free = true;
    fake_no_memory = 1;
    EXPECT_FAILURE(service->open(dev, "ser0", &device_client, &error), "dev0: out of memory");
    EXPECT_TOLD("");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        chardev_word = rows[i].chardev_word;
        device_word = rows[i].device_word;
        far_word = rows[i].far_word;
        if (rows[i].fits) {
            service->close(open_port("ser0"));
        } else {
            EXPECT_FAILURE(service->open(dev, "ser0", &device_client, &error), MISFIT);
        }
        EXPECT_TOLD("unwatch deinit");
    }
    fake_device_end(&fake);
}

static void test_without_chardev(void)
{
    const HwChardev *service = bridge_chardev();
    HwChardevPort *port;

    begin();
    port = open_port(NULL);
    g_assert_false(service->has_peer(port));
    g_assert_cmpuint(service->write(port, bytes, 8), ==, 8);
    service->ready(port);
    service->close(port);
    service->close(NULL);
    fake_device_poll(&fake);
    fake_device_end(&fake);
}

static void test_read(void)
{
    const HwChardev *service = bridge_chardev();
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    g_assert_cmpint(reads(), ==, 5);
    qemu.read(qemu.opaque, bytes, 5);
    qemu.read(qemu.opaque, bytes, 6); /* the chardev has not asked */
    qemu.read(qemu.opaque, bytes, 1);
    EXPECT_TOLD("dev0 in 5 1 dev0 in 5 1 dev0 in 1 1");
    qemu.read(qemu.opaque, bytes, 0);
    service->ready(port);
    fake_device_poll(&fake);
    EXPECT_TOLD(""); /* nothing waits */

    room = UINT32_MAX;
    g_assert_cmpint(reads(), ==, INT32_MAX);
    room = INT32_MAX - 1u;
    g_assert_cmpint(reads(), ==, INT32_MAX - 1);
    room = 0;
    qemu.read(qemu.opaque, bytes, 1); /* lost */
    g_assert_cmpint(reads(), ==, 0);
    service->ready(port);
    service->ready(port);
    EXPECT_TOLD("");
    fake_device_poll(&fake);
    EXPECT_TOLD("accept");
    service->ready(port);
    g_assert_false(fake_device_poll(&fake));
    EXPECT_TOLD("");
    g_assert_cmpint(reads(), ==, 0);
    service->ready(port);
    fake_device_poll(&fake);
    EXPECT_TOLD("accept");
    room = 1;
    qemu.read(qemu.opaque, bytes, 2);
    EXPECT_TOLD("dev0 in 1 1");
    end(port);
}

/* The device hears of it when the machine runs again. */
static void test_stopped(void)
{
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    run(false);
    g_assert_cmpint(reads(), ==, 0);
    qemu.event(qemu.opaque, QEMU_CHARDEV_BREAK);
    qemu.event(qemu.opaque, QEMU_CHARDEV_CLOSED);
    bridge_chardev()->ready(port);
    fake_device_poll(&fake);
    EXPECT_TOLD("");
    qemu.running(qemu.running_opaque, false, 0);
    runs = true;
    qemu.running(qemu.running_opaque, false, 0);
    EXPECT_TOLD("");
    run(true);
    EXPECT_TOLD("dev0 closed dev0 break accept");
    run(true);
    EXPECT_TOLD("");
    fake.bare.instance.phase = HW_PHASE_CREATED; /* nothing is due, so nothing comes later */
    run(true);
    g_assert_false(fake_device_poll(&fake));
    end(port);
}

static void test_events(void)
{
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    qemu.event(qemu.opaque, QEMU_CHARDEV_BREAK);
    EXPECT_TOLD("dev0 break");
    qemu.event(qemu.opaque, 2); /* a multiplexer's focus */
    qemu.event(qemu.opaque, 3);
    EXPECT_TOLD("");
    qemu.event(qemu.opaque, QEMU_CHARDEV_CLOSED);
    EXPECT_TOLD("dev0 closed");
    g_assert_false(bridge_chardev()->has_peer(port));
    g_assert_cmpuint(bridge_chardev()->write(port, bytes, 8), ==, 8);
    EXPECT_TOLD("");

    /* A device that is not realized yet gets them later. */
    fake.bare.instance.phase = HW_PHASE_CREATED;
    qemu.event(qemu.opaque, QEMU_CHARDEV_OPENED);
    EXPECT_TOLD("");
    fake.bare.instance.phase = HW_PHASE_REALIZED;
    fake_device_poll(&fake);
    EXPECT_TOLD("dev0 opened");
    end(port);
}

static void peer_goes(void)
{
    qemu.event(qemu.opaque, QEMU_CHARDEV_CLOSED);
}

static void test_write(void)
{
    const HwChardev *service = bridge_chardev();
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    g_assert_cmpuint(service->write(port, bytes, 0), ==, 0);
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 3);
    EXPECT_TOLD("write 3 1");
    taken = INT32_MAX;
    g_assert_cmpuint(service->write(port, bytes, INT32_MAX + 1u), ==, INT32_MAX);
    EXPECT_TOLD("write 2147483647 1 watch");
    g_assert_cmpint(qemu.writable(NULL, 0, qemu.watch), ==, 0);
    EXPECT_TOLD("dev0 writable");

    taken = 2;
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 2);
    taken = -1;
    taken_errno = EAGAIN;
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 0);
    EXPECT_TOLD("write 3 1 watch write 3 1"); /* one watch */
    qemu.writable(NULL, 0, qemu.watch);
    EXPECT_TOLD("dev0 writable");
    taken_errno = EIO;
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 3);
    EXPECT_TOLD("write 3 1");
    qemu.event(qemu.opaque, QEMU_CHARDEV_CLOSED);
    EXPECT_TOLD("dev0 closed"); /* no `writable`, for which nothing waits */
    end(port);
}

static void test_write_to_slow_peers(void)
{
    const HwChardev *service = bridge_chardev();
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    taken = 0;
    can_watch = false; /* the bytes are lost */
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 3);
    fake_no_memory = 1;
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 3);
    EXPECT_TOLD("write 3 1 watch write 3 1");

    can_watch = true;
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 0);
    peer_goes();
    EXPECT_TOLD("write 3 1 watch dev0 closed dev0 writable");
    qemu.event(qemu.opaque, QEMU_CHARDEV_OPENED);
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 0);
    qemu.writable(NULL, 0, qemu.watch);
    EXPECT_TOLD("dev0 opened write 3 1 dev0 writable");

    in_write = peer_goes; /* the device hears of it after its call */
    g_assert_cmpuint(service->write(port, bytes, 3), ==, 3);
    EXPECT_TOLD("write 3 1");
    fake_device_poll(&fake);
    EXPECT_TOLD("dev0 closed");
    end(port);
}

/* QEMU calls a watch that it has after the port. */
static void test_watch_outlives_port(void)
{
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    taken = 1;
    g_assert_cmpuint(bridge_chardev()->write(port, bytes, 3), ==, 1);
    EXPECT_TOLD("write 3 1 watch");
    bridge_chardev()->close(port);
    g_assert_cmpint(qemu.writable(NULL, 0, qemu.watch), ==, 0);
    EXPECT_TOLD("unwatch deinit");
    fake_device_end(&fake);
}

/* QEMU has freed its chardevs by then. */
static void test_qemu_ends(void)
{
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    bridge.is_ending = true;
    bridge_chardev()->close(port);
    g_assert_cmpint(reads(), ==, 0);
    qemu.event(qemu.opaque, QEMU_CHARDEV_BREAK);
    fake_device_poll(&fake);
    fake_device_end(&fake);
    g_free(port);
}

/* The next class has the port, the peer and what is due. */
static void test_exchange(void)
{
    const HwChardev *service = bridge_chardev();
    HwDevice *dev = &fake.bare.dev;
    HwChardevPort *port;

    begin();
    port = open_with_peer();
    for (int round = 0; round < 3; round++) {
        room = round == 0 ? 0 : 5;
        reads();
        fake.bare.instance.phase = round == 1 ? HW_PHASE_CREATED : HW_PHASE_REALIZED;
        if (round == 1) {
            qemu.event(qemu.opaque, QEMU_CHARDEV_BREAK);
        }
        service->ready(port);
        fake_device_exchange(&fake, true);
        service->close(port);
        hw_deferred_free(fake.device.deferred); /* with the call that was posted */
        fake.device.deferred = hw_deferred_new(fake.executor, dev);
        EXPECT_FAILURE(service->open(dev, "ser0", &no_client, &error),
                       "dev0: its HwChardevClient does not have can_receive and receive");
        g_assert_true(open_port("other") == port);
        fake_device_exchange(&fake, false);
        fake.bare.instance.phase = HW_PHASE_REALIZED;
        EXPECT_TOLD("");
        fake_device_poll(&fake);
        EXPECT_TOLD(round == 0 ? "accept" : round == 1 ? "dev0 break" : "");
    }
    fake_device_exchange(&fake, true);
    service->close(port);
    EXPECT_TOLD("");
    hw_shelf_clear(&fake.shelf);
    EXPECT_TOLD("unwatch deinit");
    fake_device_end(&fake);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-chardev/refusals", test_refusals);
    g_test_add_func("/bridge-chardev/without-chardev", test_without_chardev);
    g_test_add_func("/bridge-chardev/read", test_read);
    g_test_add_func("/bridge-chardev/stopped", test_stopped);
    g_test_add_func("/bridge-chardev/events", test_events);
    g_test_add_func("/bridge-chardev/write", test_write);
    g_test_add_func("/bridge-chardev/write-to-slow-peers", test_write_to_slow_peers);
    g_test_add_func("/bridge-chardev/watch-outlives-port", test_watch_outlives_port);
    g_test_add_func("/bridge-chardev/qemu-ends", test_qemu_ends);
    g_test_add_func("/bridge-chardev/exchange", test_exchange);
    return g_test_run();
}
