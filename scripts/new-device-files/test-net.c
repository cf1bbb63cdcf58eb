/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device in a host that has no CPU: the test is the guest, and the network.  OB_PLUGIN is the
 * plugin's path.  OB_HOST is the host's program, by default outboard-system-x86_64.
 */
#include <glib.h>
#include <qtest/client/client.h>

#define BASE       0xfe000000
#define CTRL       (BASE + 0x4)
#define STATUS     (BASE + 0x8)
#define SEND_AT    (BASE + 0xc)
#define SEND_SIZE  (BASE + 0x10)
#define RECEIVE_AT (BASE + 0x14)
#define RECEIVED   (BASE + 0x18)

#define ENABLE     1u
#define SEND       2u
#define A_FRAME    1u
#define FAILED     2u
#define LINE       5 /* the default of irq-line */

#define OUT        0x8000 /* in RAM */
#define IN         0x9000
#define SIZE       60

static ObClient *host_start(void)
{
    const char *program = g_getenv("OB_HOST");
    g_autofree char *arguments = g_strdup_printf(
        "-machine pc -plugin-set '%s' -netdev test,id=n -device %name%,netdev=n,addr=0x%x",
        g_getenv("OB_PLUGIN"), BASE);
    ObStart start = { .program = program ? program : "outboard-system-x86_64",
                      .arguments = arguments };
    HW_ERROR(error, 1024);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_irq_intercept_in(c, "ioapic");
    return c;
}

static void to_device(ObClient *c, uint8_t number)
{
    uint8_t frame[SIZE] = { [14] = number };

    g_assert_true(ob_client_net_send(c, "n", frame, sizeof(frame)));
}

static void test_frame_is_sent(void)
{
    ObClient *c = host_start();
    uint8_t frame[SIZE] = { 1, 2, 3, [SIZE - 1] = 9 };
    g_autofree uint8_t *sent = NULL;
    size_t size;

    ob_client_memwrite(c, OUT, frame, SIZE);
    ob_client_writel(c, SEND_AT, OUT);
    ob_client_writel(c, SEND_SIZE, SIZE);
    ob_client_writel(c, CTRL, SEND);
    sent = ob_client_net_receive(c, "n", &size);
    g_assert_cmpmem(sent, size, frame, SIZE);
    ob_client_writel(c, SEND_SIZE, 100000);
    ob_client_writel(c, CTRL, SEND);
    g_assert_cmphex(ob_client_readl(c, STATUS), ==, FAILED);
    ob_client_quit(c);
}

static void test_frame_is_stored(void)
{
    ObClient *c = host_start();

    to_device(c, 7); /* it waits for a place */
    ob_client_writel(c, CTRL, ENABLE);
    g_assert_false(ob_client_irq_get(c, LINE));
    ob_client_writel(c, RECEIVE_AT, IN);
    g_assert_true(ob_client_irq_get(c, LINE));
    g_assert_cmphex(ob_client_readl(c, STATUS), ==, A_FRAME);
    g_assert_cmpuint(ob_client_readl(c, RECEIVED), ==, SIZE);
    g_assert_cmphex(ob_client_readb(c, IN + 14), ==, 7);
    ob_client_quit(c);
}

static void test_next_frame_waits(void)
{
    ObClient *c = host_start();

    ob_client_writel(c, RECEIVE_AT, IN);
    to_device(c, 1);
    to_device(c, 2);
    g_assert_cmphex(ob_client_readb(c, IN + 14), ==, 1);
    ob_client_writel(c, STATUS, A_FRAME);
    g_assert_cmphex(ob_client_readl(c, STATUS), ==, A_FRAME);
    g_assert_cmphex(ob_client_readb(c, IN + 14), ==, 2);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/beacon/frame/is-sent", test_frame_is_sent);
    g_test_add_func("/beacon/frame/is-stored", test_frame_is_stored);
    g_test_add_func("/beacon/frame/next-one-waits", test_next_frame_waits);
    return g_test_run();
}
