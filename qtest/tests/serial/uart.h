/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with a serial port, and the port's peer at the other end of a socket.  The port is ours or
 * QEMU's own, at I/O ports or on PCI.  The machine is our program, or a QEMU whose clock runs.
 */
#ifndef TESTS_UART_H
#define TESTS_UART_H

#include "devices/serial/ns16550a-regs.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/client/process/scratch.h"

#define UART_PORTS 0x3e8
#define UART_IRQ   5

typedef struct UartMachine {
    ObClient *c;
    ObScratch *scratch;
    PciBus bus;
    PciBar bar; /* if is_pci */
    uint32_t function;
    bool is_pci;
    bool in_qemu;
    int peer; /* -1: none, or it has gone */
} UartMachine;

/*
 * The environment names OB_PROGRAM and OB_ACCELERATOR; "qtest" is our program.  OB_ARGUMENTS has the way
 * to the device.  OB_DEVICE has the device's options, at UART_PORTS and UART_IRQ or on PCI.  With
 * OB_ALONE there is no peer.
 */
bool uart_is_alone(void);
void uart_machine_start(UartMachine *m);
void uart_machine_end(UartMachine *m);

uint8_t rd(UartMachine *m, uint32_t number);
void wr(UartMachine *m, uint32_t number, uint8_t value);

/* Reads until the bits of `mask` have this value; fails after a while. */
uint8_t rd_until(UartMachine *m, uint32_t number, uint8_t mask, uint8_t value);

/* The level of the port's interrupt, as far as this host shows it; else `expected`. */
bool interrupts(UartMachine *m, bool expected);

void peer_send(UartMachine *m, const void *bytes, size_t size);
void peer_expect(UartMachine *m, const void *bytes, size_t size);
void peer_leave(UartMachine *m);

#endif
