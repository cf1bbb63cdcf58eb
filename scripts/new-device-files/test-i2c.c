/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The target on the bus of an i2c-ocores, in a host that has no CPU: the test is the guest.  OB_PLUGIN is
 * the plugin's path, OB_DEVICES the path of Outboard's own, which has the controller.  OB_HOST is the
 * host's program, by default outboard-system-x86_64.
 */
#include <glib.h>
#include <qtest/client/client.h>

#define BASE    0xfe000000
#define CONTROL (BASE + 0x8)
#define DATA    (BASE + 0xc)
#define COMMAND (BASE + 0x10)

#define ENABLE  0x80u
#define START   0x80u
#define STOP    0x40u
#define READ    0x20u
#define WRITE   0x10u
#define NO_ACK  0x80u /* in a read of COMMAND */

#define ADDRESS 0x48 /* the default of the property */

enum { TEMPERATURE, CONFIGURATION, HYSTERESIS, LIMIT };

static ObClient *host_start(void)
{
    const char *program = g_getenv("OB_HOST");
    g_autofree char *arguments = g_strdup_printf(
        "-machine pc -plugin-set '%s' -plugin-set '%s' -device i2c-ocores,id=i2c0,addr=0x%x "
        "-device %name%,bus=i2c0,temperature=-12.5",
        g_getenv("OB_DEVICES"), g_getenv("OB_PLUGIN"), BASE);
    ObStart start = { .program = program ? program : "outboard-system-x86_64",
                      .arguments = arguments };
    HW_ERROR(error, 1024);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_writeb(c, CONTROL, ENABLE);
    return c;
}

static bool byte_send(ObClient *c, uint8_t byte, uint8_t command)
{
    ob_client_writeb(c, DATA, byte);
    ob_client_writeb(c, COMMAND, command);
    return !(ob_client_readb(c, COMMAND) & NO_ACK);
}

static uint8_t byte_receive(ObClient *c, uint8_t command)
{
    ob_client_writeb(c, COMMAND, command);
    return ob_client_readb(c, DATA);
}

static uint32_t register_read(ObClient *c, uint8_t pointer)
{
    uint32_t value;

    g_assert_true(byte_send(c, ADDRESS << 1, START | WRITE) && byte_send(c, pointer, WRITE));
    g_assert_true(byte_send(c, ADDRESS << 1 | 1, START | WRITE));
    value = (uint32_t)byte_receive(c, READ) << 8;
    return value | byte_receive(c, READ | STOP);
}

static void test_reads_the_temperature(void)
{
    ObClient *c = host_start();

    g_assert_cmphex(register_read(c, TEMPERATURE), ==, 0xf380);
    ob_client_quit(c);
}

static void test_keeps_a_limit(void)
{
    ObClient *c = host_start();

    g_assert_true(byte_send(c, ADDRESS << 1, START | WRITE) && byte_send(c, LIMIT, WRITE));
    g_assert_true(byte_send(c, 0x12, WRITE) && byte_send(c, 0x80, WRITE | STOP));
    g_assert_cmphex(register_read(c, LIMIT), ==, 0x1280);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lm75/register/reads-the-temperature", test_reads_the_temperature);
    g_test_add_func("/lm75/register/keeps-a-limit", test_keeps_a_limit);
    return g_test_run();
}
