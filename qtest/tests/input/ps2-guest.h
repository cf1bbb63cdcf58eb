/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with a PS/2 port and its guest's driver.  OB_PROGRAM names the program, OB_ARGUMENTS has its
 * way to the devices.  Without OB_PROGRAM the machine is in this process.
 */
#ifndef PS2_GUEST_H
#define PS2_GUEST_H

#include "devices/input/altera-ps2-regs.h"
#include "qtest/client/client.h"

#define PS2_GUEST_BASE UINT64_C(0xfe000000)
#define PS2_GUEST_IRQ  11

/* Starts q35, running, with this device at PS2_GUEST_BASE, with the id "ps2". */
ObClient *ps2_guest_start(const char *device);

/* Sends a byte to the device. */
void ps2_guest_send(ObClient *c, uint8_t byte);

/* Asserts that the FIFO has these bytes and no others, and takes them. */
void ps2_guest_expect(ObClient *c, const uint8_t *bytes, uint32_t count);

/* PS2_EXPECT(c, 0xfa, 0xaa) */
#define PS2_EXPECT(c, ...)                                   \
    ps2_guest_expect((c), (const uint8_t[]) { __VA_ARGS__ }, \
                     (uint32_t)sizeof((uint8_t[]) { __VA_ARGS__ }))

/* Takes all bytes, and returns their number. */
uint32_t ps2_guest_drain(ObClient *c);

/* A command of QMP without an answer; jansson's format.  It must succeed. */
void ps2_guest_do(ObClient *c, const char *command, json_t *arguments);

/* input-send-event with one key. */
void ps2_guest_key(ObClient *c, const char *name, bool down);

#endif
