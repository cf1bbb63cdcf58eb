/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two programs send each other frames, over each wire that QEMU has too.  OB_PROGRAM is ours,
 * OB_PEER ours or a stock QEMU with its own card.  Each is at either end.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"
#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/net-machine.h"

static const uint8_t mac_of[2][6] = { { 0x52, 0x54, 0, 0, 0, 1 }, { 0x52, 0x54, 0, 0, 0, 2 } };

/* In the texts $D is a directory, and $P and $Q are free ports.  The first end starts first. */
typedef struct Wire {
    const char *name;
    const char *ends[2];
    const char *infos[2]; /* a part of info network once both are there */
} Wire;

static const Wire wires[] = {
    { "stream-unix",
      { "stream,id=n,server=on,addr.type=unix,addr.path=$D/net",
        "stream,id=n,server=off,addr.type=unix,addr.path=$D/net" },
      { "n: index=0,type=stream,unix:$D/net\n", "n: index=0,type=stream,unix:$D/net\n" } },
    { "stream-inet",
      { "stream,id=n,server=on,addr.type=inet,addr.host=127.0.0.1,addr.port=$P",
        "stream,id=n,server=off,addr.type=inet,addr.host=127.0.0.1,addr.port=$P" },
      { "n: index=0,type=stream,tcp:127.0.0.1:", "n: index=0,type=stream,tcp:127.0.0.1:$P\n" } },
    { "dgram-inet",
      { "dgram,id=n,local.type=inet,local.host=127.0.0.1,local.port=$P,remote.type=inet,"
        "remote.host=localhost,remote.port=$Q",
        "dgram,id=n,local.type=inet,local.host=127.0.0.1,local.port=$Q,remote.type=inet,"
        "remote.host=127.0.0.1,remote.port=$P" },
      { "n: index=0,type=dgram,udp=127.0.0.1:$P/127.0.0.1:$Q\n",
        "n: index=0,type=dgram,udp=127.0.0.1:$Q/127.0.0.1:$P\n" } },
    { "dgram-unix",
      { "dgram,id=n,local.type=unix,local.path=$D/a,remote.type=unix,remote.path=$D/b",
        "dgram,id=n,local.type=unix,local.path=$D/b,remote.type=unix,remote.path=$D/a" },
      { "n: index=0,type=dgram,udp=$D/a:$D/b\n", "n: index=0,type=dgram,udp=$D/b:$D/a\n" } },
    { "socket-listen-and-connect",
      { "socket,id=n,listen=127.0.0.1:$P", "socket,id=n,connect=127.0.0.1:$P" },
      { "n: index=0,type=socket,socket: connection from 127.0.0.1:",
        "n: index=0,type=socket,socket: connect to 127.0.0.1:$P\n" } },
    { "socket-listen-and-stream",
      { "socket,id=n,listen=127.0.0.1:$P",
        "stream,id=n,server=off,addr.type=inet,addr.host=127.0.0.1,addr.port=$P" },
      { "n: index=0,type=socket,socket: connection from 127.0.0.1:",
        "n: index=0,type=stream,tcp:127.0.0.1:$P\n" } },
    { "socket-udp",
      { "socket,id=n,udp=127.0.0.1:$P,localaddr=127.0.0.1:$Q",
        "socket,id=n,udp=127.0.0.1:$Q,localaddr=127.0.0.1:$P" },
      { "n: index=0,type=socket,socket: udp=127.0.0.1:$P\n",
        "n: index=0,type=socket,socket: udp=127.0.0.1:$Q\n" } },
    { "hub-of-two-streams",
      { "hubport,id=n,hubid=1 -netdev stream,id=s,server=on,addr.type=unix,addr.path=$D/net "
        "-netdev hubport,id=p,hubid=1,netdev=s",
        "stream,id=n,server=off,addr.type=unix,addr.path=$D/net" },
      { "hub 1\n \\ p: s: index=0,type=stream,unix:$D/net\n \\ n: ",
        "n: index=0,type=stream,unix:$D/net\n" } },
};

/* A port that no other socket of this kind has. */
static char *port_find(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int fds[2] = { socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                   socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };

    g_assert_cmpint(bind(fds[0], (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(getsockname(fds[0], (struct sockaddr *)&address, &length), ==, 0);
    g_assert_cmpint(bind(fds[1], (struct sockaddr *)&address, length), ==, 0);
    close(fds[0]);
    close(fds[1]);
    return g_strdup_printf("%u", ntohs(address.sin_port));
}

typedef struct Places {
    ObScratch *scratch;
    char *ports[2];
} Places;

static char *text_with(const char *text, const Places *places)
{
    g_autoptr(GString) result = g_string_new(text);

    g_string_replace(result, "$D", ob_scratch_path(places->scratch), 0);
    g_string_replace(result, "$P", places->ports[0], 0);
    g_string_replace(result, "$Q", places->ports[1], 0);
    return g_strdup(result->str);
}

static NetMachine end_start(const char *program, const Wire *wire, const Places *places, int end)
{
    const uint8_t *mac = mac_of[end];
    g_autofree char *netdev = text_with(wire->ends[end], places);
    g_autofree char *arguments = g_strdup_printf(
        "-netdev %s -device ne2k_pci,netdev=n,mac=%02x:%02x:%02x:%02x:%02x:%02x", netdev, mac[0],
        mac[1], mac[2], mac[3], mac[4], mac[5]);

    return net_machine_start(program, arguments);
}

static void frame_pass(const NetMachine *from, const NetMachine *to, int end, size_t size)
{
    uint8_t frame[1514];
    uint8_t got[2048];

    frame_make(frame, size, mac_of[!end], mac_of[end], (uint8_t)size);
    card_send(&from->card, frame, size);
    g_assert_cmpuint(card_receive(&to->card, got), ==, size);
    g_assert_cmpmem(got, size, frame, size);
}

static void wire_run(const Wire *wire, const char *first, const char *second)
{
    Places places = { ob_scratch_new(), { port_find(), port_find() } };
    const char *programs[2] = { first, second };
    NetMachine ends[2];

    for (int i = 0; i < 2; i++) {
        ends[i] = end_start(programs[i], wire, &places, i);
    }
    for (int i = 0; i < 2; i++) {
        g_autofree char *info = text_with(wire->infos[i], &places);

        net_hmp_await(ends[i].c, "info network", info);
        net_machine_open_card(&ends[i]);
    }
    for (int round = 0; round < 3; round++) {
        frame_pass(&ends[0], &ends[1], 0, 60 + 727 * (size_t)round);
        frame_pass(&ends[1], &ends[0], 1, 1514 - 727 * (size_t)round);
    }
    ob_client_quit(ends[0].c); /* a peer that ends leaves the other one alone */
    net_hmp_await(ends[1].c, "info network", "n: ");
    ob_client_quit(ends[1].c);
    for (int i = 0; i < 2; i++) {
        g_free(places.ports[i]);
    }
    ob_scratch_free(places.scratch);
}

static void test_wire(gconstpointer data)
{
    const char *ours = g_getenv("OB_PROGRAM");
    const char *peer = g_getenv("OB_PEER");

    wire_run(data, ours, peer);
    if (strcmp(ours, peer) != 0) {
        wire_run(data, peer, ours);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(wires); i++) {
        g_autofree char *path = g_strdup_printf("/net-wires/%s/carries-frames-both-ways",
                                                wires[i].name);

        g_test_add_data_func(path, &wires[i], test_wire);
    }
    return g_test_run();
}
