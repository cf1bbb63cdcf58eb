/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams of keyboard and mouse that lie: each is refused, or leaves a device that works. */
#include <string.h>

#include "devices/input/altera-ps2-regs.h"
#include "qtest/client/client.h"
#include "qtest/machine/board.h"
#include "qtest/machine/input/input.h"
#include "qtest/tests/lib/host-stream.h"

#define BASE     UINT64_C(0xfe000000)
#define KEYBOARD "altera-ps2-keyboard"
#define MOUSE    "altera-ps2-mouse"

typedef struct Machine {
    ObHost *host;
    ObClient *c;
} Machine;

static Machine machine_new(const char *device)
{
    static const ObOption options[] = { { "addr", "0xfe000000" } };
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    HW_ERROR(error, 512);
    Machine m = { .host = ob_host_new(&config, &error) };

    if (!m.host || !ob_host_load_plugins(m.host, g_getenv("OUTBOARD_SET"), &error) ||
        !ob_host_add_device(m.host, device, options, G_N_ELEMENTS(options), &error)) {
        g_error("%s", error.text);
    }
    m.c = ob_client_in_process(m.host);
    return m;
}

static void machine_free(Machine *m)
{
    ob_client_free(m->c);
    ob_host_free(m->host);
}

/* The fields of the device's section, behind its name, instance and version. */
static uint8_t *payload(const GByteArray *stream, const char *device)
{
    return host_stream_behind(stream, device, strlen(device), 8);
}

/* Whatever a stream has brought, the guest's reset gives a device that answers. */
static void works(Machine *m, const char *device)
{
    const HwInputEvent events[] = { { HW_INPUT_KEY, 30, 1 },
                                    { HW_INPUT_BUTTON, HW_INPUT_LEFT, 1 },
                                    { HW_INPUT_RELATIVE, HW_INPUT_X, 1000 } };

    for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
        ob_input_send(m->host, &events[i]);
    }
    ob_input_sync(m->host);
    for (uint32_t i = 0; i < 4 * PS2_FIFO && ob_client_readl(m->c, BASE + PS2_DATA); i++) {}
    g_assert_cmphex(ob_client_readl(m->c, BASE + PS2_DATA), ==, 0);
    ob_client_writel(m->c, BASE + PS2_DATA, PS2_RESET);
    ob_client_writel(m->c, BASE + PS2_DATA, PS2_RESET);
    while (ob_client_readl(m->c, BASE + PS2_DATA)) {}
    ob_client_writel(m->c, BASE + PS2_DATA, PS2_GET_ID);
    g_assert_cmphex(ob_client_readl(m->c, BASE + PS2_DATA) & 0xff, ==, PS2_ACKNOWLEDGE);
    g_assert_cmphex(ob_client_readl(m->c, BASE + PS2_DATA) & 0xff, ==,
                    g_str_equal(device, KEYBOARD) ? 0xab : 0);
}

/* Each byte behind the FIFO is set to ones. */
static void test_ones(gconstpointer device)
{
    enum { CONTROL = 1, LENGTH = 4 };
    Machine from = machine_new(device), to = machine_new(device);
    g_autoptr(GByteArray) stream = host_stream_save(from.host);
    uint8_t *place = payload(stream, device);
    size_t fields = g_str_equal(device, KEYBOARD) ? 38 : 27;

    for (size_t i = 0; i < fields; i++) {
        uint8_t *byte = place + CONTROL + LENGTH + i;
        uint8_t before = *byte;

        *byte = 0xff;
        host_stream_load(to.host, stream);
        works(&to, device);
        *byte = before;
    }
    memset(place + CONTROL + LENGTH, 0xff, fields);
    host_stream_load(to.host, stream);
    works(&to, device);
    machine_free(&from);
    machine_free(&to);
}

/* A FIFO with more bytes than it has. */
static void test_length(gconstpointer device)
{
    Machine from = machine_new(device), to = machine_new(device);
    g_autoptr(GByteArray) stream = host_stream_save(from.host);
    g_autofree char *refusal = NULL;

    payload(stream, device)[3] = 2; /* 512 bytes */
    ob_client_writel(to.c, BASE + PS2_CONTROL, PS2_INTERRUPTS);
    refusal = host_stream_refusal(to.host, stream);
    g_assert_nonnull(refusal);
    g_assert_cmphex(ob_client_readl(to.c, BASE + PS2_CONTROL), ==, PS2_INTERRUPTS);
    works(&to, device);
    machine_free(&from);
    machine_free(&to);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ps2-state/keyboard/fields-of-ones", KEYBOARD, test_ones);
    g_test_add_data_func("/ps2-state/keyboard/fifo-too-long", KEYBOARD, test_length);
    g_test_add_data_func("/ps2-state/mouse/fields-of-ones", MOUSE, test_ones);
    g_test_add_data_func("/ps2-state/mouse/fifo-too-long", MOUSE, test_length);
    return g_test_run();
}
