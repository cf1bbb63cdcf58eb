/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources of input events on QEMU's handlers, without a QEMU. */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/service/input-event.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

/* ----------------------------------------------------------------------- the fake */

static FakeDevice fake;
static bool are_known;
static const QemuInputHandler *handlers[3]; /* in the order of their registration */
static QemuObject *objects[3];
static int count;

bool bridge_input_events_are_known(void)
{
    return are_known;
}

uint32_t bridge_input_mask(uint32_t kinds)
{
    return kinds << 8;
}

void bridge_input_add(HwInputSide *side, const QemuInputEvent *event)
{
    const HwInputEvent out = { .kind = HW_INPUT_KEY, .code = (uint16_t)event->type };

    hw_input_side_add(side, &out);
}

QemuInputHandlerState *qemu_input_handler_register(QemuObject *device,
                                                   const QemuInputHandler *handler)
{
    handlers[count] = handler;
    objects[count] = device;
    tell("register '%s' 0x%x", handler->name, handler->mask);
    return GINT_TO_POINTER(++count);
}

void qemu_input_handler_activate(QemuInputHandlerState *state)
{
    tell("activate %d", GPOINTER_TO_INT(state));
}

void qemu_input_handler_unregister(QemuInputHandlerState *state)
{
    tell("unregister %d", GPOINTER_TO_INT(state));
}

/* -------------------------------------------------------------------------- tests */

static void keys(HwDevice *dev, const HwInputEvent *events, uint32_t events_count)
{
    tell("%s keys %u of %u", dev->id, events[0].code, events_count);
}

static void next_keys(HwDevice *dev, const HwInputEvent *events, uint32_t events_count)
{
    tell("next");
    keys(dev, events, events_count);
}

static const HwInputClient client = {
    .abi = HW_ABI(HwInputClient), .name = "keys", .kinds = HW_BIT(HW_INPUT_KEY), .events = keys
};
static const HwInputClient next_client = { .abi = HW_ABI(HwInputClient),
                                           .name = "next",
                                           .kinds = HW_BIT(HW_INPUT_KEY) | HW_BIT(HW_INPUT_BUTTON),
                                           .events = next_keys };
static const HwInputClient no_client = { .abi = HW_ABI(HwInputClient), .name = "none" };

static void begin(void)
{
    are_known = true;
    count = 0;
    fake_device_begin(&fake);
}

static HwInputSource *open_source(const HwInputClient *its)
{
    HW_ERROR(error, 256);
    HwInputSource *source = bridge_input()->open(&fake.bare.dev, its, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(source);
    return source;
}

/* Two events, and their end, for one of the handlers. */
static void send(int handler)
{
    const QemuInputEvent first = { .type = 30 }, second = { .type = 31 };

    handlers[handler]->event(objects[handler], NULL, &first);
    handlers[handler]->event(objects[handler], NULL, &second);
    handlers[handler]->sync(objects[handler]);
}

static void test_refusals(void)
{
    begin();
    are_known = false;
    g_assert_null(bridge_input());
    are_known = true;
    fake_no_memory = 1;
    EXPECT_FAILURE(bridge_input()->open(&fake.bare.dev, &client, &error), "dev0: out of memory");
    EXPECT_FAILURE(bridge_input()->open(&fake.bare.dev, &no_client, &error),
                   "dev0: its HwInputClient does not have name, kinds and events");
    bridge_input()->close(NULL);
    fake_device_end(&fake);
}

/* QEMU names the object, and only its source gets the events. */
static void test_sources(void)
{
    HwInputSource *sources[3];
    char other[2];

    begin();
    for (int i = 0; i < 3; i++) {
        fake.device.object = (QemuObject *)(i ? &other[i - 1] : (char *)&fake);
        sources[i] = open_source(&client);
    }
    EXPECT_TOLD("register 'keys' 0x100 activate 1 register 'keys' 0x100 activate 2 "
                "register 'keys' 0x100 activate 3");
    send(1);
    EXPECT_TOLD("dev0 keys 30 of 2");
    bridge_input()->close(sources[1]);
    send(0);
    send(2);
    bridge_input()->close(sources[2]);
    send(0);
    bridge_input()->close(sources[0]);
    EXPECT_TOLD("unregister 2 dev0 keys 30 of 2 dev0 keys 30 of 2 unregister 3 dev0 keys 30 of 2 "
                "unregister 1");
    fake_device_end(&fake);
}

/* The next class has the handler, which QEMU knows under its new name. */
static void test_exchange(void)
{
    HwDevice *dev = &fake.bare.dev;
    HwInputSource *source;

    begin();
    source = open_source(&client);
    EXPECT_TOLD("register 'keys' 0x100 activate 1");
    fake_device_exchange(&fake, true);
    bridge_input()->close(source);
    EXPECT_FAILURE(bridge_input()->open(dev, &no_client, &error),
                   "dev0: its HwInputClient does not have name, kinds and events");
    g_assert_true(open_source(&next_client) == source);
    g_assert_cmpstr(handlers[0]->name, ==, "next");
    g_assert_cmphex(handlers[0]->mask, ==, next_client.kinds << 8);
    send(0);
    EXPECT_TOLD("next dev0 keys 30 of 2");
    bridge_input()->close(source);
    EXPECT_TOLD("");
    hw_shelf_clear(&fake.shelf);
    EXPECT_TOLD("unregister 1");
    fake_device_end(&fake);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-input/refusals", test_refusals);
    g_test_add_func("/bridge-input/sources", test_sources);
    g_test_add_func("/bridge-input/exchange", test_exchange);
    return g_test_run();
}
