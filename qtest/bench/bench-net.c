/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures a frame's way through our host, in process: from the card ne2k_pci to libslirp, and its
 * answer back into the card's ring.
 *
 *   bench-net [--json] PLUGIN
 */
#include <string.h>

#include "devices/net/ne2k-regs.h"
#include "hw-api/host/pci/function.h"
#include "hw-api/host/run/instance.h"
#include "qtest/bench/figures.h"
#include "qtest/host/net/netdev.h"
#include "qtest/machine/board.h"
#include "qtest/machine/pci/pci.h"

enum { ROUNDS = 21, FRAMES = 20000 };
enum { SEND_PAGE = 0x40, RING = 0x46, RING_END = 0xc0, ARP_SIZE = 60 };

typedef struct Bench {
    ObHost *host;
    ObLoop *loop;
    uint64_t ports;
} Bench;

static void out(const Bench *b, uint32_t port, uint32_t value)
{
    ob_host_store(b->host, HW_SPACE_IO, b->ports + port, value & 0xff, 1);
}

static uint32_t in(const Bench *b, uint32_t port)
{
    return (uint32_t)ob_host_load(b->host, HW_SPACE_IO, b->ports + port, 1);
}

static uint32_t ring_next(const Bench *b)
{
    uint32_t page;

    out(b, CR, CR_START | CR_ABORT | 1 << CR_PAGE);
    page = in(b, CURR);
    out(b, CR, CR_START | CR_ABORT);
    return page;
}

static void card_start(const Bench *b)
{
    out(b, CR, CR_STOP | CR_ABORT);
    out(b, PSTART, RING);
    out(b, PSTOP, RING_END);
    out(b, BNRY, RING);
    out(b, RCR, RCR_BROADCAST);
    out(b, CR, CR_STOP | CR_ABORT | 1 << CR_PAGE);
    for (uint32_t i = 0; i < 6; i++) {
        out(b, PAR0 + i, (const uint8_t[]) { 0x52, 0x54, 0, 0x12, 0x34, 0x56 }[i]);
    }
    out(b, CURR, RING + 1);
    out(b, CR, CR_START | CR_ABORT);
}

/* RFC 826: who has 10.0.2.2?  It stays in the card's memory. */
static void frame_store(const Bench *b)
{
    uint8_t frame[ARP_SIZE] = { 255,  255,  255,  255, 255,  255,       0x52, 0x54, 0,
                                0x12, 0x34, 0x56, 8,   6,    0,         1,    8,    0,
                                6,    4,    0,    1,   0x52, 0x54,      0,    0x12, 0x34,
                                0x56, 10,   0,    2,   15,   [38] = 10, 0,    2,    2 };

    out(b, RSAR0, 0);
    out(b, RSAR1, SEND_PAGE);
    out(b, RBCR0, ARP_SIZE);
    out(b, RBCR1, 0);
    out(b, CR, CR_START | CR_WRITE);
    for (size_t i = 0; i < sizeof(frame); i++) {
        out(b, DATA_PORT, frame[i]);
    }
    out(b, TPSR, SEND_PAGE);
    out(b, TBCR0, ARP_SIZE);
    out(b, TBCR1, 0);
}

/* Sends the question, takes the answer.  The main loop would poll the host in the same way. */
static void question(const Bench *b)
{
    uint32_t page = ring_next(b);

    out(b, CR, CR_START | CR_ABORT | CR_TRANSMIT);
    while (ring_next(b) == page) {
        ob_host_poll(b->host);
    }
    out(b, BNRY, page);
}

static void bench_start(Bench *b, const char *plugin)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption options[] = { { "netdev", "u" } };
    HW_ERROR(error, 512);
    ObKeyval *values = ob_keyval_new("user,id=u", "type", &error);

    b->loop = ob_loop_new();
    b->host = ob_host_new(&config, &error);
    if (!b->host || !ob_host_load_plugins(b->host, plugin, &error) ||
        !ob_netdev_new(b->loop, b->host, values, &error) ||
        !ob_host_add_device(b->host, "ne2k_pci", options, G_N_ELEMENTS(options), &error)) {
        g_error("%s", error.text);
    }
    ob_keyval_free(values);
    ob_pci_assign(ob_host_pci(b->host));
    b->ports = ob_host_device_at(b->host, 0)->pci->bars[0].address;
    card_start(b);
    frame_store(b);
    question(b);
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    double taken[ROUNDS];
    Bench b;

    if (argc != 2 + json) {
        g_error("usage: bench-net [--json] PLUGIN");
    }
    bench_start(&b, argv[1 + json]);
    for (int i = 0; i < ROUNDS; i++) {
        gint64 begin = g_get_monotonic_time();

        for (int j = 0; j < FRAMES; j++) {
            question(&b);
        }
        taken[i] = seconds_since(begin) / FRAMES;
    }
    figures_add("ARP from ne2k_pci to libslirp and back, in process", "us",
                1e6 * median(taken, ROUNDS), 0, 3, false);
    figures_print(json);
    ob_host_free(b.host);
    ob_loop_free(b.loop);
    return 0;
}
