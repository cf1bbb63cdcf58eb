/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/i2c/i2c-guest.h"

ObClient *i2c_guest_start(const char *devices)
{
    const char *more = g_getenv("OB_ARGUMENTS");
    g_autofree char *arguments = g_strdup_printf(
        "-M q35 -nodefaults %s -device i2c-ocores,id=i2c0,addr=0x%x,irq-line=11 %s",
        more ? more : "", (unsigned)I2C_GUEST_BASE, devices);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    i2c_wr(c, OCORES_CONTROL, OCORES_ENABLE);
    return c;
}

void i2c_wr(ObClient *c, uint32_t reg, uint32_t value)
{
    ob_client_writeb(c, I2C_GUEST_BASE + (reg << OCORES_WORD_SHIFT), (uint8_t)value);
}

uint32_t i2c_rd(ObClient *c, uint32_t reg)
{
    return ob_client_readb(c, I2C_GUEST_BASE + (reg << OCORES_WORD_SHIFT));
}

uint32_t i2c_command(ObClient *c, uint32_t command)
{
    i2c_wr(c, OCORES_COMMAND, command);
    return i2c_rd(c, OCORES_COMMAND);
}

bool i2c_address(ObClient *c, uint32_t address, bool is_read)
{
    i2c_wr(c, OCORES_DATA, address << 1 | is_read);
    return !(i2c_command(c, OCORES_START | OCORES_WRITE) & OCORES_NO_ACK);
}

bool i2c_send(ObClient *c, uint8_t byte)
{
    i2c_wr(c, OCORES_DATA, byte);
    return !(i2c_command(c, OCORES_WRITE) & OCORES_NO_ACK);
}

uint8_t i2c_receive(ObClient *c)
{
    i2c_command(c, OCORES_READ);
    return (uint8_t)i2c_rd(c, OCORES_DATA);
}

void i2c_stop(ObClient *c)
{
    i2c_command(c, OCORES_STOP);
}

bool i2c_write_register(ObClient *c, uint32_t address, uint8_t pointer, uint32_t value,
                        uint32_t count)
{
    bool acknowledged = i2c_address(c, address, false) && i2c_send(c, pointer);

    while (acknowledged && count-- > 0) {
        acknowledged = i2c_send(c, (uint8_t)(value >> (8 * count)));
    }
    i2c_stop(c);
    return acknowledged;
}

uint32_t i2c_read_register(ObClient *c, uint32_t address, uint8_t pointer, uint32_t count)
{
    uint32_t value = 0;

    g_assert_true(i2c_address(c, address, false) && i2c_send(c, pointer));
    g_assert_true(i2c_address(c, address, true));
    while (count-- > 0) {
        value = value << 8 | i2c_receive(c);
    }
    i2c_stop(c);
    return value;
}
