/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/serial/uart.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/process/unix-socket.h"

#define TIMEOUT_US (30 * G_USEC_PER_SEC)

enum { STATUS = 0x06, INTERRUPT = 1 << 3 };

/* Without a peer: a stream that two programs can have at a time, for moves. */
static char *chardev_make(UartMachine *m, int *listener)
{
    g_autofree char *path = g_build_filename(ob_scratch_path(m->scratch), "line", NULL);

    *listener = -1;
    if (uart_is_alone()) {
        return g_strdup("null,id=c");
    }
    *listener = ob_unix_listen(path);
    g_assert_cmpint(*listener, >=, 0);
    return g_strdup_printf("socket,id=c,path=%s", path);
}

static void peer_accept(UartMachine *m, int listener)
{
    const struct timeval limit = { .tv_sec = 30 };

    m->peer = -1;
    if (listener >= 0) {
        m->peer = accept(listener, NULL, NULL);
        close(listener);
        setsockopt(m->peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    }
}

bool uart_is_alone(void)
{
    return g_getenv("OB_ALONE") != NULL;
}

static void port_find(UartMachine *m)
{
    m->bus = pci_of_pc(m->c);
    m->function = pci_find(&m->bus, 0x1b36, 0x0002, 0);
    g_assert_cmphex(m->function, !=, PCI_NOT_FOUND);
    m->bar = pci_bar_map(&m->bus, m->function, 0);
}

void uart_machine_start(UartMachine *m)
{
    ObStart s = { .program = g_getenv("OB_PROGRAM"), .accelerator = g_getenv("OB_ACCELERATOR") };
    g_autofree char *arguments = NULL;
    g_autofree char *chardev = NULL;
    HW_ERROR(error, 4096);
    int listener;

    m->scratch = ob_scratch_new();
    chardev = chardev_make(m, &listener);
    arguments = g_strdup_printf("-M q35 -nodefaults %s -chardev %s -device %s,id=u,chardev=c",
                                g_getenv("OB_ARGUMENTS"), chardev, g_getenv("OB_DEVICE"));
    s.arguments = arguments;
    m->in_qemu = strcmp(s.accelerator, "qtest") != 0;
    s.halts = m->in_qemu;
    m->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    peer_accept(m, listener);
    m->is_pci = strstr(g_getenv("OB_DEVICE"), "pci") != NULL;
    if (m->is_pci) {
        port_find(m);
    } else if (!m->in_qemu) {
        g_assert_true(ob_client_irq_intercept_in(m->c, "ioapic"));
    }
}

void uart_machine_end(UartMachine *m)
{
    peer_leave(m);
    ob_client_quit(m->c);
    ob_scratch_free(m->scratch);
}

uint8_t rd(UartMachine *m, uint32_t number)
{
    return m->is_pci ? (uint8_t)pci_bar_read(&m->bar, number, 1)
                     : ob_client_inb(m->c, (uint16_t)(UART_PORTS + number));
}

void wr(UartMachine *m, uint32_t number, uint8_t value)
{
    if (m->is_pci) {
        pci_bar_write(&m->bar, number, value, 1);
    } else {
        ob_client_outb(m->c, (uint16_t)(UART_PORTS + number), value);
    }
}

uint8_t rd_until(UartMachine *m, uint32_t number, uint8_t mask, uint8_t value)
{
    int64_t end = g_get_monotonic_time() + TIMEOUT_US;
    uint8_t seen;

    do {
        seen = rd(m, number);
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    } while ((seen & mask) != value);
    return seen;
}

bool interrupts(UartMachine *m, bool expected)
{
    if (m->is_pci) {
        return pci_config_read(&m->bus, m->function, STATUS, 2) & INTERRUPT;
    }
    return m->in_qemu ? expected : ob_client_irq_get(m->c, UART_IRQ);
}

void peer_send(UartMachine *m, const void *bytes, size_t size)
{
    g_assert_cmpint(send(m->peer, bytes, size, MSG_NOSIGNAL), ==, (gssize)size);
}

void peer_expect(UartMachine *m, const void *bytes, size_t size)
{
    g_autofree uint8_t *got = g_malloc(size);

    g_assert_cmpint(recv(m->peer, got, size, MSG_WAITALL), ==, (gssize)size);
    g_assert_cmpmem(got, size, bytes, size);
}

void peer_leave(UartMachine *m)
{
    if (m->peer >= 0) {
        close(m->peer);
        m->peer = -1;
    }
}
