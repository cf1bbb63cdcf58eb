/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serial ports that come and go on QEMU's own chardevs, which come and go too.  OB_PROGRAM names the QEMU,
 * OB_ARGUMENTS has its way to the device.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/serial/ns16550a-regs.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/text/json.h"

#define TIMEOUT_US (30 * G_USEC_PER_SEC)

enum { DECODE_IO = 1 };

typedef struct Hot {
    ObClient *c;
    ObScratch *scratch;
    char *path;
    PciBus bus;
    PciBar bar;
    uint32_t function;
    bool has_carrier; /* the port shows its peer */
} Hot;

static void set_up(Hot *f, gconstpointer data)
{
    g_autofree char *arguments = g_strconcat("-M pc -nodefaults ", g_getenv("OB_ARGUMENTS"), NULL);
    const ObStart s = { .program = g_getenv("OB_PROGRAM"),
                        .accelerator = "tcg",
                        .arguments = arguments,
                        .halts = true };
    HW_ERROR(error, 4096);

    (void)data;
    f->scratch = ob_scratch_new();
    f->path = g_build_filename(ob_scratch_path(f->scratch), "line", NULL);
    f->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->bus = pci_of_pc(f->c);
}

static void tear_down(Hot *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
    g_free(f->path);
    ob_scratch_free(f->scratch);
}

static json_t *id_of(const char *id)
{
    return json_pack("{s:o}", "id", ob_json_text(id));
}

static void chardev_add(Hot *f)
{
    json_decref(
        ob_client_qmp(f->c, "chardev-add",
                      json_pack("{s:s, s:{s:s, s:{s:{s:s, s:{s:o}}, s:b, s:b}}}", "id", "c",
                                "backend", "type", "socket", "data", "addr", "type", "unix", "data",
                                "path", ob_json_text(f->path), "server", true, "wait", false),
                      NULL));
}

static void refused(Hot *f, const char *command, json_t *arguments, const char *words)
{
    json_t *error = NULL;
    const char *text;

    g_assert_null(ob_client_qmp(f->c, command, arguments, &error));
    text = json_string_value(json_object_get(error, "desc"));
    if (!strstr(text, words)) {
        g_error("'%s' is not in: %s", words, text);
    }
    json_decref(error);
}

static json_t *port_of(const char *id)
{
    return json_pack("{s:s, s:o, s:s, s:s}", "driver", "ns16550a-pci", "id", ob_json_text(id),
                     "chardev", "c", "bus", "pci.0");
}

static void plug(Hot *f)
{
    json_t *port = port_of("u");

    json_object_set_new(port, "carrier", json_boolean(f->has_carrier));
    json_decref(ob_client_qmp(f->c, "device_add", port, NULL));
    f->function = pci_find(&f->bus, 0x1b36, 0x0002, 0);
    g_assert_cmphex(f->function, !=, PCI_NOT_FOUND);
    f->bar = pci_bar_map(&f->bus, f->function, 0);
    pci_command(&f->bus, f->function, DECODE_IO);
}

static void unplug(Hot *f)
{
    json_t *event;

    json_decref(ob_client_qmp(f->c, "device_del", id_of("u"), NULL));
    pci_acpi_eject(&f->bus, f->function >> 3);
    event = ob_client_qmp_event(f->c, "DEVICE_DELETED", 30000);
    g_assert_nonnull(event);
    json_decref(event);
}

static int peer_connect(Hot *f)
{
    const struct timeval limit = { .tv_sec = 30 };
    int peer = ob_unix_connect(f->path, 0);

    g_assert_cmpint(peer, >=, 0);
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    return peer;
}

/* The peer speaks first: an answer shows that the port knows of it. */
static void talk(Hot *f, int peer)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    char byte = 0;

    g_assert_cmpint(send(peer, "q", 1, MSG_NOSIGNAL), ==, 1);
    while (!(pci_bar_read(&f->bar, UART_LSR, 1) & UART_LSR_READY)) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    g_assert_cmphex(pci_bar_read(&f->bar, UART_DATA, 1), ==, 'q');
    pci_bar_write(&f->bar, UART_DATA, 'a', 1);
    g_assert_cmpint(recv(peer, &byte, 1, 0), ==, 1);
    g_assert_cmpint(byte, ==, 'a');
}

static void test_chardev_stays(Hot *f, gconstpointer data)
{
    int peer;

    (void)data;
    refused(f, "device_add", port_of("u"), "chardev 'c' does not exist");
    chardev_add(f);
    plug(f);
    peer = peer_connect(f);
    talk(f, peer);
    refused(f, "device_add", port_of("v"), "chardev 'c' is in use");
    refused(f, "chardev-remove", id_of("c"), "busy");
    refused(f, "chardev-change",
            json_pack("{s:s, s:{s:s, s:{}}}", "id", "c", "backend", "type", "null", "data"),
            "hotswap");
    talk(f, peer);
    unplug(f);
    json_decref(ob_client_qmp(f->c, "chardev-remove", id_of("c"), NULL));
    refused(f, "device_add", port_of("u"), "chardev 'c' does not exist");
    close(peer);
}

static void test_again(Hot *f, gconstpointer data)
{
    (void)data;
    chardev_add(f);
    for (int i = 0; i < 3; i++) {
        int peer = peer_connect(f);

        plug(f);
        talk(f, peer);
        close(peer);
        peer = peer_connect(f); /* a second peer of the same port */
        talk(f, peer);
        unplug(f);
        close(peer);
    }
}

/* ---------------------------------------------------------------- a peer that waits */

/* Waits until the register has these bits of the mask. */
static void await(Hot *f, uint32_t reg, uint8_t mask, uint8_t bits)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;

    while ((pci_bar_read(&f->bar, reg, 1) & mask) != bits) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
}

/* Sends numbers until the peer's socket is full.  Returns their count. */
static uint32_t fill(Hot *f)
{
    uint32_t sent = 0;

    while (pci_bar_read(&f->bar, UART_LSR, 1) & UART_LSR_EMPTY) {
        pci_bar_write(&f->bar, UART_DATA, sent % 251, 1);
        g_assert_cmpuint(sent++, <, 4 * 1024 * 1024);
    }
    return sent;
}

static int plug_with_peer(Hot *f)
{
    int peer;

    chardev_add(f);
    plug(f);
    peer = peer_connect(f);
    talk(f, peer);
    return peer;
}

static void test_peer_reads_again(Hot *f, gconstpointer data)
{
    int peer = plug_with_peer(f);
    uint32_t sent = fill(f);

    (void)data;
    for (uint32_t i = 0; i < sent; i++) {
        uint8_t byte;

        g_assert_cmpint(recv(peer, &byte, 1, 0), ==, 1);
        g_assert_cmpuint(byte, ==, i % 251);
    }
    await(f, UART_LSR, UART_LSR_EMPTY, UART_LSR_EMPTY);
    talk(f, peer);
    close(peer);
}

static void test_full_peer_goes(Hot *f, gconstpointer data)
{
    int peer = plug_with_peer(f);

    (void)data;
    fill(f);
    close(peer);
    await(f, UART_LSR, UART_LSR_EMPTY, UART_LSR_EMPTY);
    peer = peer_connect(f);
    talk(f, peer);
    close(peer);
}

/* The port goes while its peer floods and takes nothing. */
static void test_unplug_under_load(Hot *f, gconstpointer data)
{
    static char flood[4096];
    int peer = plug_with_peer(f);

    (void)data;
    while (send(peer, flood, sizeof(flood), MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {}
    fill(f);
    unplug(f);
    close(peer);
    json_decref(ob_client_qmp(f->c, "query-chardev", NULL, NULL));
}

/* ------------------------------------------------------------------------- events */

static void test_break(Hot *f, gconstpointer data)
{
    int peer = plug_with_peer(f);

    (void)data;
    g_assert_cmphex(pci_bar_read(&f->bar, UART_LSR, 1) & UART_LSR_BREAK, ==, 0);
    json_decref(ob_client_qmp(f->c, "chardev-send-break", id_of("c"), NULL));
    await(f, UART_LSR, UART_LSR_BREAK, UART_LSR_BREAK);
    close(peer);
}

static void test_carrier(Hot *f, gconstpointer data)
{
    int peer;

    (void)data;
    f->has_carrier = true;
    chardev_add(f);
    plug(f);
    g_assert_cmphex(pci_bar_read(&f->bar, UART_MSR, 1) & UART_MSR_DCD, ==, 0);
    peer = peer_connect(f);
    await(f, UART_MSR, UART_MSR_DCD, UART_MSR_DCD);
    close(peer);
    await(f, UART_MSR, UART_MSR_DCD, 0);
}

#define TEST(path, function) \
    g_test_add("/chardev-hot/" path, Hot, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("chardev/stays-while-a-port-has-it", test_chardev_stays);
    TEST("port/comes-and-goes-on-one-chardev", test_again);
    TEST("port/goes-while-its-peer-floods", test_unplug_under_load);
    TEST("port/sends-when-a-full-peer-reads-again", test_peer_reads_again);
    TEST("port/sends-when-a-full-peer-has-gone", test_full_peer_goes);
    TEST("port/hears-a-break", test_break);
    TEST("port/carrier-is-its-peer", test_carrier);
    return g_test_run();
}
