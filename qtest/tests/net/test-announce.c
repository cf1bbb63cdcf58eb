/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards that our program announces: which of them, and how often. */
#include <string.h>

#include "qtest/client/client.h"

enum { FRAME = 60, SOURCE = 6, TYPE = 12, RARP = 0x8035 };

static ObClient *machine_start(void)
{
    HW_ERROR(error, 4096);
    const ObStart start = {
        .program = g_getenv("OB_PROGRAM"),
        .arguments = "-machine pc -netdev test,id=m -netdev test,id=n "
                     "-device ne2k_pci,netdev=m,id=first,mac=52:54:00:12:34:01 "
                     "-device ne2k_pci,netdev=n,id=second,mac=52:54:00:12:34:02",
    };
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* True if the network got a frame, which is an announcement of this address. */
static bool got(ObClient *c, const char *netdev, uint8_t last_of_mac)
{
    const uint8_t mac[] = { 0x52, 0x54, 0, 0x12, 0x34, last_of_mac };
    size_t size;
    g_autofree uint8_t *frame = ob_client_net_receive(c, netdev, &size);

    if (!frame) {
        return false;
    }
    g_assert_cmpuint(size, ==, FRAME);
    g_assert_cmpmem(frame + SOURCE, sizeof(mac), mac, sizeof(mac));
    g_assert_cmpuint(frame[TYPE] << 8 | frame[TYPE + 1], ==, RARP);
    return true;
}

static void say(ObClient *c, const char *command, json_t *arguments)
{
    json_t *answer = ob_client_qmp(c, command, arguments, NULL);

    g_assert_nonnull(answer);
    json_decref(answer);
}

static void hmp(ObClient *c, const char *line)
{
    say(c, "human-monitor-command", json_pack("{s:s}", "command-line", line));
}

static void announce(ObClient *c, int initial, int rounds, const char *id)
{
    say(c, "announce-self",
        json_pack("{s:i, s:i, s:i, s:i, s:s}", "initial", initial, "max", initial, "rounds", rounds,
                  "step", 0, "id", id));
}

static void test_each_card(void)
{
    ObClient *c = machine_start();

    announce(c, 1, 1, "x");
    g_assert_true(got(c, "m", 1));
    g_assert_true(got(c, "n", 2));
    g_assert_false(got(c, "m", 1));
    ob_client_quit(c);
}

static void test_named_cards(void)
{
    ObClient *c = machine_start();

    hmp(c, "announce_self second x");
    g_assert_false(got(c, "m", 1));
    g_assert_true(got(c, "n", 2));
    hmp(c, "announce_self first,second y");
    g_assert_true(got(c, "m", 1));
    g_assert_true(got(c, "n", 2));
    hmp(c, "announce_self nobody z");
    g_assert_false(got(c, "m", 1));
    ob_client_quit(c);
}

static void test_rounds(void)
{
    ObClient *c = machine_start();
    guint count = 0;

    announce(c, 1, 3, "x");
    while (count < 3) {
        count += got(c, "m", 1);
    }
    ob_client_quit(c);
}

/* The next round would come after an hour. */
static void test_ends(void)
{
    ObClient *c = machine_start();

    announce(c, 3600000, 2, "x");
    g_assert_true(got(c, "m", 1));
    announce(c, 3600000, 2, "x"); /* in place of the first */
    g_assert_true(got(c, "m", 1));
    announce(c, 0, 0, "x");
    announce(c, 0, -1, "nobody");
    g_assert_false(got(c, "m", 1));
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/announce/each-card", test_each_card);
    g_test_add_func("/announce/named-cards", test_named_cards);
    g_test_add_func("/announce/rounds", test_rounds);
    g_test_add_func("/announce/ends-without-rounds", test_ends);
    return g_test_run();
}
