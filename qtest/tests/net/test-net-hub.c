/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -netdev hubport, and the group of -netdev dgram and socket, in our program. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/net-machine.h"

static const uint8_t first_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

/* The test's own networks t and u behind a hub, and a card at it. */
#define HUB                                                                           \
    "-netdev test,id=t -netdev test,id=u -netdev hubport,id=pt,hubid=-7,netdev=t "    \
    "-netdev hubport,id=pu,hubid=-7,netdev=u -netdev hubport,id=pc,hubid=-7 -device " \
    "ne2k_pci,netdev=pc,id=nic "

static bool has_frame(ObClient *c, const char *id, const uint8_t *frame, size_t size)
{
    size_t got_size = 0;
    g_autofree uint8_t *got = ob_client_net_receive(c, id, &got_size);

    return got && got_size == size && memcmp(got, frame, size) == 0;
}

static void test_all_others(void)
{
    NetMachine m = net_machine_start(NULL, HUB);
    uint8_t frame[100];
    uint8_t got[2048];

    net_machine_open_card(&m);
    frame_make(frame, sizeof(frame), broadcast, first_mac, 1);
    g_assert_true(ob_client_net_send(m.c, "t", frame, sizeof(frame)));
    g_assert_true(has_frame(m.c, "u", frame, sizeof(frame)));
    g_assert_false(has_frame(m.c, "t", frame, sizeof(frame)));
    g_assert_cmpuint(card_receive(&m.card, got), ==, sizeof(frame));
    frame_make(frame, sizeof(frame), broadcast, first_mac, 2);
    card_send(&m.card, frame, sizeof(frame));
    g_assert_true(has_frame(m.c, "t", frame, sizeof(frame)));
    g_assert_true(has_frame(m.c, "u", frame, sizeof(frame)));
    g_assert_false(card_has_frame(&m.card));
    ob_client_quit(m.c);
}

static void hubport_refused(ObClient *c, const char *behind, const char *sentence)
{
    net_qmp_refused(c, "netdev_add",
                    json_pack("{s:s, s:s, s:i, s:s}", "type", "hubport", "id", "x", "hubid", 3,
                              "netdev", behind),
                    sentence);
}

static void test_monitors(void)
{
    NetMachine m = net_machine_start(NULL, "-M pc " HUB
                                           "-netdev hubport,id=other,hubid=2 -netdev test,id=w "
                                           "-device ne2k_pci,netdev=w,id=second");
    uint8_t frame[100] = { 0 };

    net_hmp_is(m.c, "info network",
               "hub 2\n \\ other\nhub -7\n"
               " \\ pc: nic: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n"
               " \\ pu: u: index=0,type=test\n \\ pt: t: index=0,type=test\n"
               "second: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:57\n"
               " \\ w: index=0,type=test\n");
    hubport_refused(m.c, "u", "netdev 'u' is in use by 'pu'");
    hubport_refused(m.c, "w", "netdev 'w' is in use by 'second'");
    hubport_refused(m.c, "other", "netdev 'other' is a port of a hub, expected another network");
    hubport_refused(m.c, "x", "netdev 'x' does not exist");
    net_qmp_refused(m.c, "device_add",
                    json_pack("{s:s, s:s, s:s}", "driver", "ne2k_pci", "id", "n", "netdev", "u"),
                    "n: netdev 'u' is in use by 'pu'");
    net_qmp(m.c, "netdev_del", json_pack("{s:s}", "id", "pu")); /* u is free, and gets nothing */
    g_assert_true(ob_client_net_send(m.c, "t", frame, sizeof(frame)));
    g_assert_false(has_frame(m.c, "u", frame, sizeof(frame)));
    net_qmp(m.c, "netdev_del", json_pack("{s:s}", "id", "t")); /* its port stays */
    net_qmp(m.c, "netdev_del", json_pack("{s:s}", "id", "other"));
    net_hmp_is(m.c, "info network",
               "hub -7\n"
               " \\ pc: nic: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n \\ pt\n"
               "second: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:57\n"
               " \\ w: index=0,type=test\nu: index=0,type=test\n");
    net_qmp(m.c, "netdev_add",
            json_pack("{s:s, s:s, s:i, s:s}", "type", "hubport", "id", "pu", "hubid", -7, "netdev",
                      "u"));
    net_qmp(m.c, "netdev_del", json_pack("{s:s}", "id", "pc"));
    net_qmp(m.c, "netdev_del", json_pack("{s:s}", "id", "pt"));
    net_qmp(m.c, "netdev_del", json_pack("{s:s}", "id", "pu"));
    net_qmp(m.c, "netdev_del", json_pack("{s:s}", "id", "u"));
    ob_client_quit(m.c);
}

/* A card that is full makes the hub keep its frames, and loses none of the first 1024. */
static void test_full_card(void)
{
    NetMachine m = net_machine_start(NULL, HUB);
    uint8_t frame[100];
    uint8_t got[2048];

    net_machine_open_card(&m);
    for (int i = 0; i < 300; i++) {
        frame_make(frame, sizeof(frame), broadcast, first_mac, (uint8_t)i);
        g_assert_true(ob_client_net_send(m.c, "t", frame, sizeof(frame)));
        g_assert_true(has_frame(m.c, "u", frame, sizeof(frame)));
    }
    for (int i = 0; i < 300; i++) {
        frame_make(frame, sizeof(frame), broadcast, first_mac, (uint8_t)i);
        g_assert_cmpuint(card_receive(&m.card, got), ==, sizeof(frame));
        g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
    }
    ob_client_quit(m.c);
}

/* ------------------------------------------------------------------------- the group */

/* A port of a group that no socket has. */
static uint16_t group_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
    close(fd);
    return ntohs(address.sin_port);
}

/* Each member gets the frames of the others, and not its own. */
static void test_group(void)
{
    uint16_t port = group_port();
    NetMachine members[3];
    uint8_t frame[100];
    uint8_t got[2048];

    for (int i = 0; i < 3; i++) {
        g_autofree char *dgram = g_strdup_printf(
            "-netdev dgram,id=n,remote.type=inet,remote.host=230.0.0.1,remote.port=%u "
            "-device ne2k_pci,netdev=n",
            port);
        g_autofree char *socket = g_strdup_printf(
            "-netdev socket,id=n,mcast=230.0.0.1:%u -device ne2k_pci,netdev=n", port);
        g_autofree char *info = g_strdup_printf(i % 2
                                                    ? "n: index=0,type=socket,socket: "
                                                      "mcast=230.0.0.1:%u\n"
                                                    : "n: index=0,type=dgram,mcast=230.0.0.1:%u\n",
                                                port);

        members[i] = net_machine_start(NULL, i % 2 ? socket : dgram);
        net_hmp_await(members[i].c, "info network", info);
        net_machine_open_card(&members[i]);
    }
    for (int i = 0; i < 3; i++) {
        frame_make(frame, sizeof(frame), broadcast, first_mac, (uint8_t)i);
        card_send(&members[i].card, frame, sizeof(frame));
        for (int j = 1; j < 3; j++) {
            g_assert_cmpuint(card_receive(&members[(i + j) % 3].card, got), ==, sizeof(frame));
            g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
        }
        g_assert_false(card_has_frame(&members[i].card));
    }
    for (int i = 0; i < 3; i++) {
        ob_client_quit(members[i].c);
    }
}

/* Datagrams of other sizes than a frame's are lost, and so is a flood.  The card goes on. */
static void test_odd_datagrams(void)
{
    const size_t sizes[] = { 0, 1, 13, 14, 65507 };
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    uint16_t port = group_port();
    uint16_t own = group_port();
    g_autofree char *arguments = g_strdup_printf(
        "-netdev socket,id=n,udp=127.0.0.1:%u,localaddr=127.0.0.1:%u -device ne2k_pci,netdev=n",
        own, port);
    g_autofree uint8_t *bytes = g_malloc0(65507);
    NetMachine m = net_machine_start(NULL, arguments);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    uint8_t frame[100];
    uint8_t got[2048];

    net_machine_open_card(&m);
    to.sin_port = htons(own);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&to, sizeof(to)), ==, 0);
    to.sin_port = htons(port);
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_assert_cmpint(sendto(fd, bytes, sizes[i], 0, (struct sockaddr *)&to, sizeof(to)), ==,
                        (gssize)sizes[i]);
    }
    frame_make(frame, sizeof(frame), broadcast, first_mac, 7);
    for (int i = 0; i < 5000; i++) {
        sendto(fd, frame, sizeof(frame), MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
    }
    g_assert_cmpuint(card_receive(&m.card, got), ==, sizeof(frame));
    g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
    close(fd);
    card_send(&m.card, frame, sizeof(frame)); /* nobody listens */
    card_send(&m.card, frame, sizeof(frame));
    ob_client_quit(m.c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/net-hub/a-frame-leaves-by-all-other-ports", test_all_others);
    g_test_add_func("/net-hub/monitors-show-and-delete-ports", test_monitors);
    g_test_add_func("/net-hub/a-full-card-keeps-frames", test_full_card);
    g_test_add_func("/net-group/each-member-gets-the-others-frames", test_group);
    g_test_add_func("/net-datagrams/odd-ones-are-lost", test_odd_datagrams);
    return g_test_run();
}
