/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PS/2 port, which the keyboard and the mouse share.  Specified in altera-ps2.rst.
 */
#ifndef ALTERA_PS2_H
#define ALTERA_PS2_H

#include "devices/input/altera-ps2-regs.h"
#include "hw-api/ext/draft/input.h"

/* The device behind a port: a constant. */
typedef struct Ps2Behind {
    HwInputClient client;
    void (*written)(HwDevice *dev, uint8_t byte); /* the guest has sent a byte */
    void (*drained)(HwDevice *dev);               /* the guest has taken a byte; or NULL */
} Ps2Behind;

typedef struct Ps2Port {
    HwDevice dev;

    /* state */
    uint8_t control;
    uint32_t count; /* bytes in the FIFO */
    uint8_t fifo[PS2_FIFO];

    uint64_t base;
    uint32_t irq_line;
    const Ps2Behind *behind;
    HwInputSource *source;
} Ps2Port;

/* Puts all bytes into the FIFO; or none, and returns false, unless `keep` bytes still fit then. */
bool ps2_put(Ps2Port *port, const uint8_t *bytes, uint32_t count, uint32_t keep);

/* An answer of the device; bytes that do not fit are lost, with a guest error. */
void ps2_answer(Ps2Port *port, const uint8_t *bytes, uint32_t count, uint32_t keep);

/* For the classes' tables.  The first is called in their realize. */
bool ps2_realize(Ps2Port *port, const Ps2Behind *behind, HwError *error);
void ps2_unrealize(HwDevice *dev);
void ps2_reset(Ps2Port *port);
void ps2_update(HwDevice *dev);
uint64_t ps2_read(HwDevice *dev, uint64_t offset, uint32_t size);
void ps2_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);
const char *ps2_place_name(uint64_t offset);

/* ps2-keys.c: a key's codes of set 2.  Returns their number, up to PS2_KEY_BYTES; 0: the key has none. */
#define PS2_KEY_BYTES 8u
#define PS2_RELEASE   6u /* at most so many for a key that goes up */
uint32_t ps2_key_codes(uint32_t key, bool down, uint8_t bytes[PS2_KEY_BYTES]);

/* clang-format off */
#define PS2_REGIONS(Struct)                                                                      \
    HW_ROWS(HwRegion,                                                                            \
        { "registers", HW_REGION_MMIO, .size = PS2_SIZE,                                         \
          .base = HW_MEMBER(Struct, port.base, uint64_t), .read = ps2_read, .write = ps2_write,  \
          .access_min = 4, .access_max = 4, .place_name = ps2_place_name })

#define PS2_PROPERTIES(Struct)                                                                   \
    HW_PROP_ADDRESS("addr", Struct, port.base, HW_ADDRESS_AUTO, "address of the registers"),     \
    HW_PROP_U32("irq-line", Struct, port.irq_line, 0, "interrupt line that it drives; 0: none")

#define PS2_SAVED(Struct)                                                                        \
    HW_SAVED_AS("control", Struct, port.control, 0),                                             \
    HW_SAVED_BYTES("fifo", Struct, port.count, port.fifo)
/* clang-format on */

#endif
