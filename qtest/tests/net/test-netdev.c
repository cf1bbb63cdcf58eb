/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The networks of our program: -netdev user, stream and test behind a card, and the monitors. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/net-machine.h"

#define MS INT64_C(1000000)

static const uint8_t card_mac_first[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

static NetMachine start(const char *arguments)
{
    return net_machine_start(NULL, arguments);
}

/* ---------------------------------------------------------------- -netdev test */

static void test_verbs(void)
{
    NetMachine m = start("-netdev test,id=t -device ne2k_pci,netdev=t");
    g_autofree uint8_t *huge = g_malloc0(65551);
    uint8_t frame[1500];
    uint8_t got[2048];
    g_autofree uint8_t *sent = NULL;
    size_t size;

    net_machine_open_card(&m);
    frame_make(frame, sizeof(frame), card_mac_first, broadcast, 3);
    g_assert_true(ob_client_net_send(m.c, "t", frame, sizeof(frame)));
    g_assert_true(card_has_frame(&m.card)); /* at once */
    g_assert_cmpuint(card_receive(&m.card, got), ==, sizeof(frame));
    g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
    g_assert_null(ob_client_net_receive(m.c, "t", &size));
    card_send(&m.card, frame, sizeof(frame));
    sent = ob_client_net_receive(m.c, "t", &size);
    g_assert_cmpmem(sent, size, frame, sizeof(frame));
    g_assert_false(ob_client_net_send(m.c, "t", huge, 0));
    g_assert_false(ob_client_net_send(m.c, "t", huge, 13));
    g_assert_false(ob_client_net_send(m.c, "t", huge, 65551));
    g_assert_false(ob_client_net_send(m.c, "x", huge, 60));
    g_assert_true(ob_client_net_send(m.c, "t", huge, 65550)); /* taken, and not for the card */
    g_assert_false(card_has_frame(&m.card));
    ob_client_quit(m.c);
}

static void answer_is(ObClient *c, const char *line, const char *answer)
{
    g_autofree char *got = ob_client_qtest(c, line);

    g_assert_cmpstr(got, ==, answer);
}

static void test_words(void)
{
    NetMachine m = start("-netdev test,id=t");

    answer_is(m.c, "net_send t 0x1",
              "FAIL net_send: data: expected 0x and pairs of hexadecimal "
              "digits");
    answer_is(m.c, "net_send t zz",
              "FAIL net_send: data: expected 0x and pairs of hexadecimal "
              "digits");
    answer_is(m.c, "net_send t", "FAIL net_send: data: missing");
    answer_is(m.c, "net_send t 0x00", "FAIL net_send: a frame of 1 bytes, expected 14 to 65550");
    answer_is(m.c, "net_receive x", "FAIL net_receive: netdev 'x' does not exist");
    answer_is(m.c, "net_receive t", "OK");
    ob_client_quit(m.c);
}

/* ---------------------------------------------------------------- -netdev user */

/* RFC 826: who has 10.0.2.2? */
static void arp_ask(const NetMachine *m)
{
    uint8_t frame[60] = { [12] = 8, 6,         0, 1, 8,  0,         6, 4, 0,
                          1,        [28] = 10, 0, 2, 15, [38] = 10, 0, 2, 2 };

    memcpy(frame, broadcast, 6);
    memcpy(frame + 6, card_mac_first, 6);
    memcpy(frame + 22, card_mac_first, 6);
    card_send(&m->card, frame, sizeof(frame));
}

static void test_arp(void)
{
    const uint8_t gateway[4] = { 10, 0, 2, 2 };
    NetMachine m = start("-netdev user,id=u -device ne2k_pci,netdev=u");
    uint8_t got[2048];

    net_machine_open_card(&m);
    arp_ask(&m);
    do { /* libslirp may send others, such as router advertisements: not to this station */
        g_assert_cmpuint(card_receive(&m.card, got), >=, 60);
    } while (got[12] != 8 || got[13] != 6);
    g_assert_cmpuint(got[21], ==, 2); /* the answer */
    g_assert_cmpmem(got + 28, 4, gateway, 4);
    g_assert_cmpmem(got, 6, card_mac_first, 6);
    ob_client_quit(m.c);
}

static uint16_t sum_of(uint32_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

/* A UDP datagram to port `port` of the gateway, which is this computer (RFC 768, RFC 791). */
static void udp_send(const NetMachine *m, uint16_t port, const char *text)
{
    size_t length = strlen(text);
    uint8_t frame[128] = { 0x52,
                           0x55,
                           10,
                           0,
                           2,
                           2,
                           [12] = 8,
                           0,
                           0x45,
                           0,
                           0,
                           (uint8_t)(28 + length),
                           [22] = 64,
                           17,
                           [26] = 10,
                           0,
                           2,
                           15,
                           10,
                           0,
                           2,
                           2,
                           0x30,
                           0x39,
                           (uint8_t)(port >> 8),
                           (uint8_t)port,
                           0,
                           (uint8_t)(8 + length) };
    uint16_t sum = sum_of(0, frame + 14, 20);

    frame[24] = (uint8_t)(sum >> 8);
    frame[25] = (uint8_t)sum;
    memcpy(frame + 6, card_mac_first, 6);
    memcpy(frame + 42, text, length);
    card_send(&m->card, frame, MAX(60, 42 + length));
}

/* The outside: a socket of this computer gets the datagram, and its answer reaches the card. */
static void test_udp(void)
{
    const struct timeval limit = { .tv_sec = WIRE_TIMEOUT_S };
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    NetMachine m = start("-netdev user,id=u -device ne2k_pci,netdev=u");
    uint8_t got[2048];
    char text[64] = "";

    net_machine_open_card(&m);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
    arp_ask(&m); /* libslirp learns the card's address */
    udp_send(&m, ntohs(address.sin_port), "knock");
    g_assert_cmpint(recvfrom(fd, text, sizeof(text), 0, (struct sockaddr *)&address, &length), ==,
                    5);
    g_assert_cmpstr(text, ==, "knock");
    g_assert_cmpint(sendto(fd, "come in", 7, 0, (struct sockaddr *)&address, length), ==, 7);
    do {
        card_receive(&m.card, got);
    } while (got[12] != 8 || got[13] != 0 || got[23] != 17 || got[36] != 0x30);
    g_assert_cmpmem(got + 42, 7, "come in", 7);
    close(fd);
    ob_client_quit(m.c);
}

/* A TCP connection to a forwarded port brings the guest a SYN.  Without an answer, libslirp sends it
 * again after 6 s of the machine's clock. */
static void syn_expect(const NetMachine *m)
{
    uint8_t got[2048];

    do {
        card_receive(&m->card, got);
    } while (got[12] != 8 || got[13] != 0 || got[23] != 6);
    g_assert_cmphex(got[14 + 20 + 13], ==, 0x02);
    g_assert_cmpuint(got[14 + 20 + 2] << 8 | got[14 + 20 + 3], ==, 7);
}

static int port_find(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void test_host_forward(void)
{
    int port = port_find();
    g_autofree char *arguments = g_strdup_printf(
        "-netdev user,id=u,ipv6=off,hostfwd=tcp::%d-:7 -device ne2k_pci,netdev=u", port);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    NetMachine m = start(arguments);

    net_machine_open_card(&m);
    arp_ask(&m);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    syn_expect(&m);
    for (int i = 0; i < 20 && !card_has_frame(&m.card); i++) {
        ob_client_clock_step(m.c, 1000 * MS);
    }
    syn_expect(&m);
    close(fd);
    ob_client_quit(m.c);
}

/* ------------------------------------------------------------------- monitors */

static void test_monitors(void)
{
    NetMachine m = start(
        "-M pc -netdev user,id=u -device ne2k_pci,netdev=u,id=nic -netdev test,id=t");

    net_hmp_is(m.c, "info network",
               "nic: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n"
               " \\ u: index=0,type=user,net=10.0.2.0,restrict=off\n"
               "t: index=0,type=test\n");
    net_hmp_is(m.c, "set_link nic off", "");
    net_hmp_is(m.c, "netdev_del t", "");
    net_hmp_is(m.c, "netdev_add user,id=v,net=192.168.7.0/24,restrict=on", "");
    net_hmp_is(m.c, "netdev_del u", "");
    net_hmp_is(m.c, "info network",
               "nic: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56,link=down\n"
               "v: index=0,type=user,net=192.168.7.0,restrict=on\n");
    json_decref(ob_client_qmp(m.c, "netdev_add",
                              json_pack("{s:s, s:s, s:[{s:s}]}", "type", "user", "id", "w",
                                        "hostfwd", "str", "tcp::0-:22"),
                              NULL));
    json_decref(ob_client_qmp(m.c, "device_add",
                              json_pack("{s:s, s:s, s:s}", "driver", "ne2k_pci", "id", "other",
                                        "netdev", "w"),
                              NULL));
    net_qmp_refused(m.c, "device_add",
                    json_pack("{s:s, s:s, s:s}", "driver", "ne2k_pci", "id", "third", "netdev",
                              "w"),
                    "third: netdev 'w' is in use by 'other'");
    net_qmp_refused(m.c, "netdev_add", json_pack("{s:s, s:s}", "type", "test", "id", "w"),
                    "netdev 'w' already exists");
    net_qmp_refused(m.c, "netdev_add", json_pack("{s:s, s:s}", "type", "tap", "id", "x"),
                    "unknown type 'tap', see -netdev help");
    net_qmp_refused(m.c, "netdev_add",
                    json_pack("{s:s, s:s, s:{s:{}}}", "type", "stream", "id", "x", "addr", "a"),
                    "Invalid parameter type for 'addr'");
    net_qmp_refused(m.c, "netdev_del", json_pack("{s:s}", "id", "x"), "Device 'x' not found");
    net_qmp_refused(m.c, "set_link", json_pack("{s:s, s:b}", "name", "x", "up", 1),
                    "Device 'x' not found");
    ob_client_quit(m.c);
}

static uint32_t word_at(const char *bytes, size_t at)
{
    uint32_t word;

    memcpy(&word, bytes + at, sizeof(word));
    return word;
}

/* Two frames, the second one cut; then the filter ends. */
static void test_dump(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "pcap", NULL);
    g_autofree char *arguments = g_strdup_printf(
        "-netdev test,id=t -device ne2k_pci,netdev=t "
        "-object filter-dump,id=d,netdev=t,file=%s,maxlen=100",
        file);
    NetMachine m = start(arguments);
    g_autofree char *bytes = NULL;
    uint8_t frame[200];
    gsize size;

    net_machine_open_card(&m);
    frame_make(frame, sizeof(frame), card_mac_first, broadcast, 1);
    ob_client_clock_step(m.c, 3500 * MS);
    g_assert_true(ob_client_net_send(m.c, "t", frame, 60));
    card_send(&m.card, frame, 200);
    net_qmp_refused(m.c, "object-add",
                    json_pack("{s:s, s:s, s:s, s:s}", "qom-type", "filter-dump", "id", "e",
                              "netdev", "x", "file", file),
                    "filter-dump: netdev 'x' does not exist");
    json_decref(ob_client_qmp(m.c, "object-del", json_pack("{s:s}", "id", "d"), NULL));
    g_assert_true(ob_client_net_send(m.c, "t", frame, 60));
    g_assert_true(g_file_get_contents(file, &bytes, &size, NULL));
    g_assert_cmpuint(size, ==, 24 + 16 + 60 + 16 + 100);
    g_assert_cmphex(word_at(bytes, 0), ==, 0xa1b2c3d4);
    g_assert_cmpuint(word_at(bytes, 20), ==, 1);
    g_assert_cmpuint(word_at(bytes, 24), ==, 3);
    g_assert_cmpuint(word_at(bytes, 28), ==, 500000);
    g_assert_cmpuint(word_at(bytes, 32), ==, 60);
    g_assert_cmpmem(bytes + 40, 60, frame, 60);
    g_assert_cmpuint(word_at(bytes, 108), ==, 100);
    g_assert_cmpuint(word_at(bytes, 112), ==, 200);
    g_assert_cmpmem(bytes + 116, 100, frame, 100);
    ob_client_quit(m.c);
    ob_scratch_free(scratch);
}

/* A stopped machine keeps frames until it continues. */
static void test_stop(void)
{
    NetMachine m = start("-netdev test,id=t -device ne2k_pci,netdev=t");
    uint8_t frame[60];

    net_machine_open_card(&m);
    frame_make(frame, sizeof(frame), card_mac_first, broadcast, 3);
    json_decref(ob_client_qmp(m.c, "stop", NULL, NULL));
    g_assert_true(ob_client_net_send(m.c, "t", frame, sizeof(frame)));
    g_assert_false(card_has_frame(&m.card));
    json_decref(ob_client_qmp(m.c, "cont", NULL, NULL));
    g_assert_cmpuint(card_receive(&m.card, frame), ==, 60);
    ob_client_quit(m.c);
}

/* ---------------------------------------------------------------- -netdev stream */

/* Two of our programs, one behind the other's socket. */
static void test_two_programs(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *one = g_strdup_printf(
        "-netdev stream,id=s,server=on,addr.type=unix,addr.path=%s/net -device ne2k_pci,netdev=s",
        ob_scratch_path(scratch));
    g_autofree char *two = g_strdup_printf(
        "-netdev stream,id=s,addr.type=unix,addr.path=%s/net -device ne2k_pci,netdev=s,"
        "mac=52:54:00:00:00:02",
        ob_scratch_path(scratch));
    NetMachine first = start(one);
    NetMachine second = start(two);
    const uint8_t second_mac[6] = { 0x52, 0x54, 0, 0, 0, 2 };
    uint8_t frame[1514];
    uint8_t got[2048];

    net_machine_open_card(&first);
    net_machine_open_card(&second);
    for (uint8_t i = 0; i < 3; i++) {
        frame_make(frame, sizeof(frame), second_mac, card_mac_first, i);
        card_send(&first.card, frame, sizeof(frame));
        g_assert_cmpuint(card_receive(&second.card, got), ==, sizeof(frame));
        g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
    }
    ob_client_quit(first.c); /* a peer that dies leaves the other one alone */
    card_send(&second.card, frame, sizeof(frame));
    ob_client_quit(second.c);
    ob_scratch_free(scratch);
}

/* Lengths that no frame has: those of a peer that sends nonsense end its frames, not the program. */
static void test_bad_lengths(void)
{
    static const struct {
        uint8_t head[4];
        size_t more;
    } rows[] = { { { 0, 0, 0, 0 }, 0 }, { { 0, 1, 0, 15 }, 0 }, { { 255, 255, 255, 255 }, 64 } };
    uint8_t bytes[64] = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        ObScratch *scratch = ob_scratch_new();
        g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "net", NULL);
        g_autofree char *arguments = g_strdup_printf(
            "-netdev stream,id=s,addr.type=unix,addr.path=%s -device ne2k_pci,netdev=s", path);
        int listener = ob_unix_listen(path);
        NetMachine m = start(arguments);
        int fd = wire_accept(listener);
        uint8_t frame[60];

        net_machine_open_card(&m);
        frame_make(frame, sizeof(frame), card_mac_first, broadcast, 1);
        wire_send(fd, frame, 13); /* a short one comes padded */
        g_assert_cmpuint(card_receive(&m.card, bytes), ==, 60);
        wire_send(fd, frame, sizeof(frame));
        g_assert_cmpuint(card_receive(&m.card, bytes), ==, 60);
        g_assert_cmpint(send(fd, rows[i].head, 4, MSG_NOSIGNAL), ==, 4);
        g_assert_cmpint(send(fd, bytes, rows[i].more, MSG_NOSIGNAL), ==, (gssize)rows[i].more);
        card_send(&m.card, frame, sizeof(frame)); /* the other direction goes on */
        wire_expect(fd, frame, sizeof(frame));
        close(fd);
        ob_client_quit(m.c);
        ob_scratch_free(scratch);
    }
}

/* The peer of an inherited socket has a name, and a frame that is too long is told. */
static void test_inherited_socket(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *log = g_build_filename(ob_scratch_path(scratch), "log", NULL);
    g_autofree char *arguments = NULL, *info = NULL, *told = NULL;
    int ends[2];
    NetMachine m;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    ob_unix_inherit(ends[1]);
    arguments = g_strdup_printf("-netdev socket,id=n,fd=%d 2>%s", ends[1], log);
    info = g_strdup_printf("n: index=0,type=socket,socket: fd=%d\n", ends[1]);
    m = start(arguments);
    close(ends[1]);
    net_hmp_is(m.c, "info network", info);
    g_assert_cmpint(send(ends[0], "\0\1\0\x0f", 4, MSG_NOSIGNAL), ==, 4); /* 65551 */
    close(ends[0]);
    net_hmp_await(m.c, "info network", "n: index=0,type=socket,\n");
    ob_client_quit(m.c);
    g_assert_true(g_file_get_contents(log, &told, NULL, NULL));
    g_assert_cmpstr(told, ==,
                    "outboard-system-x86_64: warning: netdev 'n': the peer sent a frame of 65551 "
                    "bytes, expected 1 to 65550: its further bytes are lost\n");
    ob_scratch_free(scratch);
}

/* Two sockets for datagrams, connected to each other. */
static void datagrams_connect(int family, int ends[2])
{
    struct sockaddr_in names[2];
    socklen_t size = sizeof(names[0]);

    if (family == AF_UNIX) {
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), ==, 0);
        return;
    }
    for (int i = 0; i < 2; i++) {
        names[i] = (struct sockaddr_in) { .sin_family = AF_INET,
                                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        ends[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        g_assert_cmpint(bind(ends[i], (struct sockaddr *)&names[i], size), ==, 0);
        g_assert_cmpint(getsockname(ends[i], (struct sockaddr *)&names[i], &size), ==, 0);
    }
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint(connect(ends[i], (struct sockaddr *)&names[1 - i], size), ==, 0);
    }
}

static const struct {
    const char *name, *netdev; /* % is the descriptor */
    int family;
    const char *info;
} inherited[] = {
    { "socket-unix", "socket,id=n,fd=%", AF_UNIX, "type=socket,socket: fd=% unix" },
    { "socket-inet", "socket,id=n,fd=%", AF_INET, "type=socket,socket: fd=% inet" },
    { "dgram-unix", "dgram,id=n,local.type=fd,local.str=%", AF_UNIX, "type=dgram,fd=% unix" },
    { "dgram-inet", "dgram,id=n,local.type=fd,local.str=%", AF_INET, "type=dgram,fd=% inet" },
};

/* The descriptor in place of %; the caller frees the text. */
static char *with_fd(const char *text, int fd)
{
    g_autofree char *number = g_strdup_printf("%d", fd);
    g_autoptr(GString) whole = g_string_new(text);

    g_string_replace(whole, "%", number, 0);
    return g_strdup(whole->str);
}

/* Frames pass in both directions. */
static void test_inherited_datagrams(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *netdev = NULL, *arguments = NULL, *part = NULL, *info = NULL;
    uint8_t frame[60], bytes[2048];
    int ends[2];
    NetMachine m;

    datagrams_connect(inherited[row].family, ends);
    ob_unix_inherit(ends[1]);
    netdev = with_fd(inherited[row].netdev, ends[1]);
    arguments = g_strdup_printf("-netdev %s -device ne2k_pci,netdev=n", netdev);
    part = with_fd(inherited[row].info, ends[1]);
    info = g_strdup_printf(" \\ n: index=0,%s\n", part);
    m = start(arguments);
    close(ends[1]);
    net_hmp_await(m.c, "info network", info);
    net_machine_open_card(&m);
    frame_make(frame, sizeof(frame), card_mac_first, broadcast, 1);
    g_assert_cmpint(send(ends[0], frame, sizeof(frame), 0), ==, sizeof(frame));
    g_assert_cmpuint(card_receive(&m.card, bytes), ==, sizeof(frame));
    card_send(&m.card, frame, sizeof(frame));
    g_assert_cmpint(recv(ends[0], bytes, sizeof(bytes), 0), ==, sizeof(frame));
    g_assert_cmpmem(bytes, sizeof(frame), frame, sizeof(frame));
    close(ends[0]);
    ob_client_quit(m.c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/netdev/test/the-client-sends-and-receives", test_verbs);
    g_test_add_func("/netdev/test/words-of-the-protocol", test_words);
    g_test_add_func("/netdev/user/answers-arp", test_arp);
    g_test_add_func("/netdev/user/reaches-a-socket-of-this-computer", test_udp);
    g_test_add_func("/netdev/user/sends-again-on-the-machines-clock", test_host_forward);
    g_test_add_func("/netdev/monitors/add-show-and-delete", test_monitors);
    g_test_add_func("/netdev/filter-dump/writes-pcap", test_dump);
    g_test_add_func("/netdev/stopped/keeps-frames", test_stop);
    g_test_add_func("/netdev/stream/two-programs", test_two_programs);
    g_test_add_func("/netdev/stream/bad-lengths", test_bad_lengths);
    g_test_add_func("/netdev/socket/inherited-socket-has-a-name", test_inherited_socket);
    for (guint i = 0; i < G_N_ELEMENTS(inherited); i++) {
        g_autofree char *path = g_strconcat("/netdev/inherited-datagrams/", inherited[i].name,
                                            NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_inherited_datagrams);
    }
    return g_test_run();
}
