/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's driver for i2c-ocores, and the machine with one.  OB_PROGRAM names the program,
 * OB_ARGUMENTS has its way to the devices. */
#ifndef I2C_GUEST_H
#define I2C_GUEST_H

#include "devices/i2c/i2c-ocores-regs.h"
#include "qtest/client/client.h"

#define I2C_GUEST_BASE UINT64_C(0xfe000000)

/* Starts q35 with i2c-ocores as i2c0 at I2C_GUEST_BASE, switched on; `devices` are shell words. */
ObClient *i2c_guest_start(const char *devices);

void i2c_wr(ObClient *c, uint32_t reg, uint32_t value);
uint32_t i2c_rd(ObClient *c, uint32_t reg);

/* Gives one command, and returns the status. */
uint32_t i2c_command(ObClient *c, uint32_t command);

/* Return false if nobody acknowledges.  The first leaves the bus busy. */
bool i2c_address(ObClient *c, uint32_t address, bool is_read);
bool i2c_send(ObClient *c, uint8_t byte);
uint8_t i2c_receive(ObClient *c);
void i2c_stop(ObClient *c);

/* Whole transfers: `count` bytes behind a pointer byte, the first most significant. */
bool i2c_write_register(ObClient *c, uint32_t address, uint8_t pointer, uint32_t value,
                        uint32_t count);
uint32_t i2c_read_register(ObClient *c, uint32_t address, uint8_t pointer, uint32_t count);

#endif
