/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a hostile guest's accesses to a serial port, between a peer's bytes, events and
 * stalls.  The input is a list of 3-byte steps; see step().
 */
#include <glib.h>
#include <stdint.h>

#include "devices/serial/ns16550a-regs.h"
#include "qtest/fuzz/fuzz-host.h"
#include "qtest/machine/board.h"
#include "qtest/machine/chardev/test-chardev.h"
#include "qtest/machine/core/host.h"

#define STEP_SIZE 3 /* operation, register, value */
#define PORTS     0x3e8

static ObHost *host_new(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption options[] = { { "chardev", "c" }, { "carrier", "on" } };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !ob_test_chardev_add(host, "c", &error) ||
        !ob_host_add_device(host, "ns16550a-isa", options, G_N_ELEMENTS(options), &error)) {
        g_error("%s", error.text);
    }
    return host;
}

static void peer_takes(ObHost *host)
{
    HW_ERROR(error, 256);

    g_bytes_unref(ob_test_chardev_take(host, "c", &error));
}

static void step(ObHost *host, const uint8_t *bytes)
{
    static const char *const events[] = { "opened", "closed", "break" };
    uint64_t port = PORTS + bytes[1] % UART_REGISTERS;
    uint64_t status;
    HW_ERROR(error, 256);

    switch (bytes[0] % 16) {
    case 0:
        ob_host_poll(host);
        break;
    case 1:
        ob_host_reset(host);
        break;
    case 2:
        peer_takes(host);
        break;
    case 3:
        ob_test_chardev_send(host, "c", bytes, STEP_SIZE, &error);
        break;
    case 4:
        ob_test_chardev_event(host, "c", events[bytes[1] % G_N_ELEMENTS(events)], &error);
        break;
    case 5:
        ob_host_clock_set(host, ob_host_clock_now(host) + bytes[1] * 1000 * (bytes[2] + 1));
        break;
    case 6:
    case 7:
        fuzz_access();
        ob_host_load(host, HW_SPACE_IO, port, 1u << bytes[2] % 3);
        break;
    default:
        fuzz_access();
        ob_host_store(host, HW_SPACE_IO, port, bytes[2] * 0x01010101u, 1u << bytes[0] / 16 % 3);
        break;
    }
    /* This must hold after each step: an idle transmitter is empty, too. */
    status = ob_host_load(host, HW_SPACE_IO, PORTS + UART_LSR, 1);
    g_assert_false(status & UART_LSR_IDLE && !(status & UART_LSR_EMPTY));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ObHost *host;
    HW_ERROR(error, 256);

    if (!host) {
        host = host_new();
    }
    ob_test_chardev_event(host, "c", "opened", &error);
    ob_host_reset(host);
    peer_takes(host);
    for (; size >= STEP_SIZE; data += STEP_SIZE, size -= STEP_SIZE) {
        step(host, data);
    }
    while (ob_host_poll(host)) {}
    return 0;
}
