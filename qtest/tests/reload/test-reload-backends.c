/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The backends of a device do not notice a reload. */
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/host/run/property.h"
#include "hw-api/host/run/screen.h"
#include "qtest/machine/board.h"
#include "qtest/machine/chardev/test-chardev.h"
#include "qtest/machine/core/reload.h"
#include "qtest/machine/input/input.h"
#include "qtest/machine/net/test-net.h"
#include "qtest/tests/lib/device-options.h"

#define CRB         UINT64_C(0xfed40000)
#define CRB_COMMAND 12 /* bytes of each command here */
#define UART_READY  1  /* in the status */
#define FRAME       60
#define GUID        "11111111-2222-3333-4444-555555555555"
#define OTHER_GUID  "99999999-2222-3333-4444-555555555555"

typedef struct Fixture {
    ObHost *host;
    char text[400];
    HwError error;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 4 << 20 };

    (void)data;
    *f = (Fixture) { .error = { f->text, sizeof(f->text), 0 } };
    f->host = ob_host_new(&config, &f->error);
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_host_free(f->host);
}

static HwInstance *add(Fixture *f, const char *name, const char *options)
{
    HwInstance *instance = device_with_options(f->host, name, options, &f->error);

    g_assert_cmpstr(f->text, ==, "");
    return instance;
}

static void reload(Fixture *f)
{
    HwReloadResult result;

    ob_host_reload_plugin(f->host, NULL, NULL, &result, &f->error);
    g_assert_cmpstr(f->text, ==, "");
}

/* -------------------------------------------------------------------------- TPM */

static void poke(Fixture *f, uint64_t offset, uint32_t value)
{
    ob_host_store(f->host, HW_SPACE_MEMORY, CRB + offset, value, 4);
}

static void command_begin(Fixture *f, const uint8_t *command)
{
    poke(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    ob_host_write(f->host, CRB + CRB_BUFFER, command, CRB_COMMAND);
    poke(f, CRB_CTRL_START, CTRL_START_START);
}

/* The last byte of its response code. */
static uint8_t command_end(Fixture *f)
{
    uint8_t response[10];

    while (ob_host_poll(f->host)) {}
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_MEMORY, CRB + CRB_CTRL_START, 4), ==, 0);
    ob_host_read(f->host, CRB + CRB_BUFFER, response, sizeof(response));
    return response[9];
}

static const uint8_t startup[CRB_COMMAND] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };
static const uint8_t get_random[CRB_COMMAND] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7b, 0, 16 };

/* A TPM that had lost its power would want TPM2_Startup. */
static void test_tpm_keeps_its_power(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(hw_tpm_add(ob_host_tpms(f->host), "libtpms", "tpm0", NULL, 0, &f->error));
    add(f, "tpm-crb", "tpmdev=tpm0");
    poke(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    command_begin(f, startup);
    g_assert_cmphex(command_end(f), ==, 0);
    reload(f);
    command_begin(f, get_random);
    reload(f); /* the command under way is finished before */
    g_assert_cmphex(command_end(f), ==, 0);
}

/* ------------------------------------------------------------------ byte streams */

static void test_stream_keeps_its_bytes(Fixture *f, gconstpointer data)
{
    char sent[100], came[100];
    uint64_t uart;

    (void)data;
    for (size_t i = 0; i < sizeof(sent); i++) {
        sent[i] = (char)i;
    }
    ob_test_chardev_add(f->host, "peer", &f->error);
    uart = add(f, "ns16550a-isa", "chardev=peer")->regions[0].address;
    ob_host_store(f->host, HW_SPACE_IO, uart + 3, 3, 1); /* 8 bits */
    g_assert_true(ob_test_chardev_send(f->host, "peer", sent, sizeof(sent), &f->error));
    for (size_t i = 0; i < sizeof(came); i++) {
        while (ob_host_poll(f->host)) {}
        ob_host_clock_set(f->host, ob_host_clock_now(f->host) + 1000000000);
        if (i % 7 == 0) {
            reload(f);
        }
        while (ob_host_poll(f->host)) {}
        g_assert_true(ob_host_load(f->host, HW_SPACE_IO, uart + 5, 1) & UART_READY);
        came[i] = (char)ob_host_load(f->host, HW_SPACE_IO, uart, 1);
    }
    g_assert_cmpmem(came, sizeof(came), sent, sizeof(sent));
}

/* ---------------------------------------------------------------------- networks */

static void test_network_keeps_card(Fixture *f, gconstpointer data)
{
    static const uint8_t frame[FRAME] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    const HwNetPort *port;
    ObNetdev *netdev;

    (void)data;
    netdev = ob_test_net_add(f->host, "wire", &f->error);
    add(f, "virtio-net-mmio", "netdev=wire,mac=52:54:00:00:00:07");
    port = ob_net_port_at(f->host, 0);
    reload(f);
    g_assert_true(ob_net_port_at(f->host, 0) == port);
    g_assert_null(ob_net_port_at(f->host, 1));
    g_assert_true(ob_net_port_netdev(port) == netdev);
    g_assert_cmphex(ob_net_port_mac(port)[5], ==, 7);
    g_assert_true(ob_net_port_device(port) == ob_host_device_at(f->host, 0)->dev);
    g_assert_true(ob_test_net_send(f->host, "wire", frame, sizeof(frame), &f->error));
    while (ob_host_poll(f->host)) {}
}

/* ----------------------------------------------------------- screens and keyboards */

static void shown(HwScreen *screen)
{
    ++*(int *)screen->owner;
}

static void test_screen_keeps_its_viewer(Fixture *f, gconstpointer data)
{
    HwInstance *card;
    HwScreen *screen;
    HwImage image;
    int news = 0;

    (void)data;
    card = add(f, "simple-framebuffer", "width=64,height=48");
    screen = hw_screen_at(card, 0);
    g_assert_nonnull(screen);
    screen->shown = shown;
    screen->owner = &news;
    reload(f);
    g_assert_true(hw_screen_at(card, 0) == screen);
    g_assert_null(hw_screen_at(card, 1));
    g_assert_true(hw_screen_look(screen, &image));
    g_assert_cmpuint(image.width, ==, 64);
}

static void test_keyboard_keeps_its_place(Fixture *f, gconstpointer data)
{
    ObInputTaker before, after;

    (void)data;
    add(f, "altera-ps2-mouse", "addr=0xfed81000");
    add(f, "altera-ps2-keyboard", "addr=0xfed80000");
    g_assert_true(ob_input_prefer_pointer(f->host, 1));
    for (uint32_t i = 0; i < 2; i++) {
        g_assert_true(ob_input_taker_at(f->host, i, &before));
        reload(f);
        g_assert_true(ob_input_taker_at(f->host, i, &after));
        g_assert_cmpuint(after.number, ==, before.number);
    }
}

/* ------------------------------------------------------------------- generation ID */

static void property_is(const HwInstance *instance, const char *name, const char *expected)
{
    char text[64];

    hw_instance_get(instance, hw_instance_property(instance, name), text, sizeof(text));
    g_assert_cmpstr(text, ==, expected);
}

/* Nothing was loaded: the guest is the same guest. */
static void test_generation_stays(Fixture *f, gconstpointer data)
{
    HwInstance *instance;

    (void)data;
    instance = add(f, "vmgenid", "guid=" GUID);
    add(f, "vmclock", "counter=7");
    g_assert_true(hw_instance_set(instance, "guid", OTHER_GUID, &f->error));
    g_assert_true(hw_instance_set(instance, "next-load", "clone", &f->error));
    reload(f);
    property_is(instance, "guid", OTHER_GUID);
    property_is(instance, "next-load", "clone");
    property_is(ob_host_device_at(f->host, 1), "next-load", "clone");
    property_is(ob_host_device_at(f->host, 1), "counter", "0x0000000000000007");
}

#define TEST(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/reload/tpm-keeps-its-power", test_tpm_keeps_its_power);
    TEST("/reload/stream-keeps-its-bytes", test_stream_keeps_its_bytes);
    TEST("/reload/network-keeps-its-card", test_network_keeps_card);
    TEST("/reload/screen-keeps-its-viewer", test_screen_keeps_its_viewer);
    TEST("/reload/keyboard-keeps-its-place", test_keyboard_keeps_its_place);
    TEST("/reload/generation-stays", test_generation_stays);
    return g_test_run();
}
