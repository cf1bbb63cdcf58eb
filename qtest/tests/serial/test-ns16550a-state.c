/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial port in process: its forms at an address, its state in streams, and streams that lie. */
#include <string.h>

#include "devices/serial/ns16550a-regs.h"
#include "qtest/client/client.h"
#include "qtest/machine/board.h"
#include "qtest/machine/chardev/test-chardev.h"
#include "qtest/tests/lib/host-stream.h"

#define BASE UINT64_C(0xfe000000)

/* Places in the section, behind its name, instance and version. */
enum { SAVED_FCR = 1, SAVED_RX_COUNT = 8, SAVED_TX_COUNT = 9, SAVED_DEADLINE = 17 };

typedef struct Port {
    ObHost *host;
    ObClient *c;
} Port;

static bool port_add(ObHost *host, const char *reg_shift, const char *tree, HwError *error)
{
    const ObOption options[] = { { "chardev", "c" },
                                 { "addr", "0xfe000000" },
                                 { "reg-shift", reg_shift },
                                 { "device-tree", tree },
                                 { "carrier", "on" } };

    return ob_host_add_device(host, "ns16550a", options, G_N_ELEMENTS(options), error) != NULL;
}

static ObHost *host_new(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    HW_ERROR(error, 512);
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !ob_test_chardev_add(host, "c", &error)) {
        g_error("%s", error.text);
    }
    return host;
}

static Port port_new(const char *reg_shift)
{
    Port p = { .host = host_new() };
    HW_ERROR(error, 512);

    if (!port_add(p.host, reg_shift, "off", &error)) {
        g_error("%s", error.text);
    }
    p.c = ob_client_in_process(p.host);
    ob_client_poll(p.c);
    return p;
}

static void port_free(Port *p)
{
    ob_client_free(p->c);
    ob_host_free(p->host);
}

static uint8_t rd(Port *p, uint32_t number)
{
    return ob_client_readb(p->c, BASE + number);
}

static void wr(Port *p, uint32_t number, uint8_t value)
{
    ob_client_writeb(p->c, BASE + number, value);
}

/* ---------------------------------------------------------------------- addresses */

static void test_reg_shift(gconstpointer data)
{
    const char *shift = data;
    uint32_t step = 1u << atoi(shift);
    Port p = port_new(shift);

    ob_client_writeb(p.c, BASE + UART_SCR * step, 0x5a);
    g_assert_cmphex(ob_client_readb(p.c, BASE + UART_SCR * step), ==, 0x5a);
    for (uint32_t size = 2; size <= step; size *= 2) { /* wider accesses reach one register */
        ob_client_store(p.c, BASE + UART_SCR * step, 0x1122334455667700 + size, size);
        g_assert_cmphex(ob_client_load(p.c, BASE + UART_SCR * step, size), ==, size);
    }
    g_assert_cmphex(ob_client_readb(p.c, BASE + UART_MCR * step), ==, UART_MCR_OUT2);
    g_assert_cmphex(ob_client_readb(p.c, BASE + 8 * step - (step > 1)), ==, 0);
    port_free(&p);
}

static bool isa_port_add(ObHost *host, const char *iobase, HwError *error)
{
    const ObOption options[] = { { "chardev", "c" }, { "iobase", iobase } };

    return ob_host_add_device(host, "ns16550a-isa", options, G_N_ELEMENTS(options), error) != NULL;
}

/* There are 0x10000 ports. */
static void test_last_ports(void)
{
    ObHost *host = host_new();
    HW_ERROR(error, 512);

    g_assert_false(isa_port_add(host, "0xfff9", &error));
    g_assert_cmpstr(error.text, ==,
                    "ns16550a-isa: iobase: 0xfff9 is out of range, expected 0 to 65528");
    g_assert_true(isa_port_add(host, "0xfff8", &error));
    ob_host_free(host);
}

static void test_tree_refused(void)
{
    ObHost *host = host_new();
    HW_ERROR(error, 512);

    g_assert_false(port_add(host, "0", "on", &error));
    g_assert_cmpstr(error.text, ==,
                    "ns16550a: device-tree: invalid value 'on': expected off on a machine "
                    "without a device tree for its guest");
    error.text[0] = '\0';
    g_assert_true(port_add(host, "0", "off", &error)); /* the stream is free */
    ob_host_free(host);
}

/* -------------------------------------------------------------------------- state */

static uint8_t *payload(const GByteArray *stream)
{
    static const char name[] = "\x08ns16550a\0\0\0";

    return host_stream_behind(stream, name, sizeof(name), 4);
}

/* The peer was slow: its byte and the FIFO travel, and the new host's peer gets them. */
static void test_slow_byte_travels(void)
{
    Port from = port_new("0"), to = port_new("0");
    g_autofree uint8_t *bytes = NULL;
    g_autoptr(GByteArray) stream = NULL;
    size_t size;

    for (uint32_t i = 0; i < OB_TEST_CHARDEV_SENT_MAX; i++) {
        wr(&from, UART_DATA, 0);
    }
    wr(&from, UART_FCR, UART_FCR_ENABLE);
    for (const char *c = "abc"; *c; c++) {
        wr(&from, UART_DATA, (uint8_t)*c);
    }
    g_assert_cmphex(rd(&from, UART_LSR), ==, 0);
    stream = host_stream_save(from.host);
    host_stream_load(to.host, stream);
    bytes = ob_client_chardev_receive(to.c, "c", &size);
    g_assert_cmpmem(bytes, size, "abc", 3);
    g_assert_cmphex(rd(&to, UART_LSR), ==, UART_LSR_EMPTY | UART_LSR_IDLE);
    port_free(&from);
    port_free(&to);
}

/* The new host's stream has no peer: the guest learns of the lost carrier. */
static void test_carrier_lost_by_a_move(void)
{
    Port from = port_new("0"), to = port_new("0");
    g_autoptr(GByteArray) stream = NULL;

    g_assert_cmphex(rd(&from, UART_MSR) & 0xf0, ==, UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD);
    wr(&from, UART_IER, UART_IER_MODEM);
    stream = host_stream_save(from.host);
    g_assert_true(ob_client_chardev_event(to.c, "c", "closed"));
    host_stream_load(to.host, stream);
    g_assert_cmphex(rd(&to, UART_IIR), ==, UART_IIR_MODEM);
    g_assert_cmphex(rd(&to, UART_MSR), ==, UART_MSR_CTS | UART_MSR_DSR | 0x08);
    g_assert_cmphex(rd(&to, UART_IIR), ==, UART_IIR_NONE);
    port_free(&from);
    port_free(&to);
}

static const struct {
    const char *name;
    uint32_t place;
    uint8_t value;
    const char *sentence; /* NULL: loaded */
} lies[] = {
    { "too-many-received", SAVED_RX_COUNT, 2,
      "ns16550a: 2 bytes received and 0 to send, expected at most 1" },
    { "too-many-to-send", SAVED_TX_COUNT, 255,
      "ns16550a: 0 bytes received and 255 to send, expected at most 1" },
    { "trigger-without-fifos", SAVED_FCR, 0xc0, NULL },
    { "deadline-long-ago", SAVED_DEADLINE, 0xff, NULL },
};

static void test_lie(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    Port from = port_new("0"), to = port_new("0");
    g_autoptr(GByteArray) stream = host_stream_save(from.host);
    g_autofree char *reason = NULL;

    wr(&to, UART_SCR, 0x77);
    payload(stream)[lies[i].place] = lies[i].value;
    reason = host_stream_refusal(to.host, stream);
    if (lies[i].sentence) {
        g_assert_nonnull(reason);
        if (!strstr(reason, lies[i].sentence)) {
            g_error("'%s' is not in: %s", lies[i].sentence, reason);
        }
        g_assert_cmphex(rd(&to, UART_SCR), ==, 0x77); /* nothing was adopted */
    } else {
        g_assert_null(reason);
        ob_client_clock_step(to.c, 1000000000);
        wr(&to, UART_MCR, UART_MCR_LOOP);
        wr(&to, UART_DATA, 0x31);
        g_assert_cmphex(rd(&to, UART_DATA), ==, 0x31);
    }
    port_free(&from);
    port_free(&to);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ns16550a-state/reg-shift/0", "0", test_reg_shift);
    g_test_add_data_func("/ns16550a-state/reg-shift/1", "1", test_reg_shift);
    g_test_add_data_func("/ns16550a-state/reg-shift/2", "2", test_reg_shift);
    g_test_add_data_func("/ns16550a-state/reg-shift/3", "3", test_reg_shift);
    g_test_add_func("/ns16550a-state/ports/last-ones-are-0xfff8", test_last_ports);
    g_test_add_func("/ns16550a-state/device-tree/refused-on-a-pc", test_tree_refused);
    g_test_add_func("/ns16550a-state/moves/byte-of-a-slow-peer", test_slow_byte_travels);
    g_test_add_func("/ns16550a-state/moves/carrier-lost", test_carrier_lost_by_a_move);
    for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
        g_autofree char *path = g_strconcat("/ns16550a-state/lies/", lies[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_lie);
    }
    return g_test_run();
}
