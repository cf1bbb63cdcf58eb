/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.i2c/1 - targets on an I2C bus, and controllers that have a bus (NXP UM10204, "I2C").  A draft:
 * it may change or go.
 *
 * A class with an HwI2cTarget is a target.  The host gives its devices the properties "bus" and
 * "address".  Most targets are a register table behind a pointer byte, and need no code for the bus:
 *
 *     static const HwI2cTarget lamp_target = {
 *         .address = 0x48, .register_bytes = 1, .cursor = offsetof(Lamp, cursor),
 *     };
 *     .i2c = &lamp_target,
 *     .regions = HW_ROWS(HwRegion,
 *         { "registers", HW_REGION_REGISTERS, HW_SPACE_NONE, .size = 4 * REGISTERS, ... }),
 *
 * Other targets have hooks.  A host without hw.i2c/1 refuses the devices of both before realize.
 *
 * A controller opens a bus in realize, and drives it as its guest says.  Nothing takes time on the
 * bus: a byte is over when the call returns.
 */
#ifndef HW_EXT_DRAFT_I2C_H
#define HW_EXT_DRAFT_I2C_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_I2C              "hw.i2c/1"

#define HW_I2C_ADDRESS_MIN  0x08u /* I2C 3.1.12: the addresses that are not reserved */
#define HW_I2C_ADDRESS_MAX  0x77u
#define HW_I2C_CURSOR_BYTES 4u

typedef enum HwI2cFlags {
    /* The pointer moves to the next register after a register's last byte. */
    HW_I2C_POINTER_MOVES = 1 << 0,
} HwI2cFlags;

/*
 * A target.  The struct has no HwAbi: its class's minor version tells its size.
 *
 * With registers  The class's first region has them: it is of kind REGISTERS in HW_SPACE_NONE.
 *                 Register n is at offset 4 * n, and the pointer byte selects it.  Each has
 *                 `register_bytes` bytes on the bus, the most significant first, from the low bits of
 *                 its word.  A byte takes effect when it comes, as a byte lane of the register.  More
 *                 bytes begin the register again, or go on to the next one.  A byte that finds no
 *                 register is lost, and reads as the region says: 0, or ones by HW_REGION_ONES.
 * With hooks      `register_bytes` is 0.  A hook may be NULL: writes are acknowledged, reads are 0xff.
 */
struct HwI2cTarget {
    uint32_t address;        /* 7 bits, the property's default: HW_I2C_ADDRESS_MIN to _MAX */
    uint32_t flags;          /* HwI2cFlags; only with registers */
    uint32_t register_bytes; /* 1, 2 or 4; 0: hooks */
    uint32_t
        cursor; /* with registers, the place of uint8_t[HW_I2C_CURSOR_BYTES] in the instance: the
                      * pointer and the place in a register.  The class saves it; any bytes are valid */

    /* The target is addressed, at a start or a repeated start.  False: not acknowledged, and no byte
     * follows.  `update` follows, also after the next three.  [device lock & realized] */
    bool (*start)(HwDevice *dev, bool is_read);

    /* A byte from the controller.  False: not acknowledged.  [device lock & realized] */
    bool (*write)(HwDevice *dev, uint8_t byte);

    /* A byte for the controller.  [device lock & realized] */
    uint8_t (*read)(HwDevice *dev);

    /* The transfer is over.  Also called when the controller ends without a stop.
     * [device lock & realized] */
    void (*stop)(HwDevice *dev);
};

/* The host owns it, and lends it from bus_new() to bus_free(). */
typedef struct HwI2cBus HwI2cBus;

/* For controllers. */
typedef struct HwI2c {
    HwAbi abi;

    /* Makes a bus for targets, `bus=ID` with the device's id.  A device has one.  NULL, with the
     * reason in `error`: out of memory, the name exists, or the device has a bus.
     * [device lock & realize] */
    HwI2cBus *(*bus_new)(HwDevice *dev, HwError *error);

    /* The targets leave first.  NULL is allowed.  [device lock & unrealize] */
    void (*bus_free)(HwI2cBus *bus);

    /* A start, or a repeated start, with an address of 7 bits.  False: nobody acknowledges, and the
     * bus is free.  [device lock & realized] */
    bool (*start)(HwI2cBus *bus, uint8_t address, bool is_read);

    /* A byte to the target.  False: not acknowledged, as on a free bus.  [device lock & realized] */
    bool (*write)(HwI2cBus *bus, uint8_t byte);

    /* A byte from the target; 0xff on a free bus.  [device lock & realized] */
    uint8_t (*read)(HwI2cBus *bus);

    /* Ends the transfer; harmless on a free bus.  A controller's reset calls it too.
     * [device lock & realized] */
    void (*stop)(HwI2cBus *bus);
} HwI2c;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwI2c *hw_i2c(HwDevice *dev)
{
    return (const HwI2c *)dev->host->query(dev->host, HW_I2C);
}

#ifdef __cplusplus
}
#endif

#endif
