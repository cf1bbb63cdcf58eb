/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device in a host that has no CPU: the test is the guest.  OB_PLUGIN is the plugin's path.
 * OB_HOST is the host's program, by default outboard-system-x86_64.
 */
#include <glib.h>
#include <qtest/client/client.h>

#define BASE    0xfe000000
#define CTRL    (BASE + 0x4)
#define STATUS  (BASE + 0x8)
#define COUNT   (BASE + 0xc)

#define ENABLE  1u
#define RING    2u
#define PENDING 1u
#define LINE    5 /* the default of irq-line */

static ObClient *host_start(void)
{
    const char *program = g_getenv("OB_HOST");
    g_autofree char *arguments = g_strdup_printf(
        "-machine pc -plugin-set '%s' -device %name%,addr=0x%x", g_getenv("OB_PLUGIN"), BASE);
    ObStart start = { .program = program ? program : "outboard-system-x86_64",
                      .arguments = arguments };
    HW_ERROR(error, 1024);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_irq_intercept_in(c, "ioapic");
    return c;
}

static void test_ring_counts(void)
{
    ObClient *c = host_start();

    ob_client_writel(c, CTRL, RING);
    ob_client_writel(c, CTRL, RING);
    g_assert_cmpuint(ob_client_readl(c, COUNT), ==, 2);
    ob_client_quit(c);
}

static void test_ring_raises_the_line_if_enabled(void)
{
    ObClient *c = host_start();

    ob_client_writel(c, CTRL, RING);
    g_assert_false(ob_client_irq_get(c, LINE));
    ob_client_writel(c, CTRL, ENABLE);
    g_assert_true(ob_client_irq_get(c, LINE));
    ob_client_writel(c, STATUS, PENDING);
    g_assert_false(ob_client_irq_get(c, LINE));
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/beacon/ring/counts", test_ring_counts);
    g_test_add_func("/beacon/ring/raises-the-line-if-enabled",
                    test_ring_raises_the_line_if_enabled);
    return g_test_run();
}
