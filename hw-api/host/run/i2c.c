/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/i2c.h"

#include "hw-api/host/run/running.h"

/* The bytes of a cursor.  A stream may bring any. */
enum {
    POINTER,  /* the register */
    POSITION, /* the byte of the register that comes next, 0: the most significant */
    PHASE,    /* EXPECTS_POINTER, or anything else: bytes of registers */
};

#define EXPECTS_POINTER 1

static uint8_t *cursor_of(const HwInstance *instance)
{
    return (uint8_t *)instance->dev + hw_i2c_target(instance)->cursor;
}

/* The next byte's place in the region. */
static uint64_t offset_of(const HwInstance *instance)
{
    const uint8_t *cursor = cursor_of(instance);
    uint32_t bytes = hw_i2c_target(instance)->register_bytes;

    return UINT64_C(4) * cursor[POINTER] + bytes - 1 - cursor[POSITION] % bytes;
}

static void cursor_advance(const HwInstance *instance)
{
    const HwI2cTarget *target = hw_i2c_target(instance);
    uint8_t *cursor = cursor_of(instance);

    cursor[POSITION] = (uint8_t)((cursor[POSITION] % target->register_bytes + 1) %
                                 target->register_bytes);
    if (cursor[POSITION] == 0 && (target->flags & HW_I2C_POINTER_MOVES)) {
        cursor[POINTER]++;
    }
}

/* -------------------------------------------------------------------- registers */

static bool registers_write(HwInstance *instance, uint8_t byte)
{
    uint8_t *cursor = cursor_of(instance);

    if (cursor[PHASE] == EXPECTS_POINTER) {
        cursor[POINTER] = byte;
        cursor[PHASE] = 0;
        return true;
    }
    hw_region_write(&instance->regions[0], offset_of(instance), byte, 1);
    cursor_advance(instance);
    return true;
}

static uint8_t registers_read(HwInstance *instance)
{
    HwRegionState *region = &instance->regions[0];
    uint64_t offset = offset_of(instance);
    uint8_t byte = region->table->flags & HW_REGION_ONES ? 0xff : 0;

    if (offset < region->size) {
        byte = (uint8_t)hw_region_read(region, offset, 1);
    }
    cursor_advance(instance);
    return byte;
}

/* ------------------------------------------------------------------------ calls */

bool hw_i2c_start(HwInstance *instance, bool is_read)
{
    const HwI2cTarget *target = hw_i2c_target(instance);
    bool acknowledged = true;

    if (target->register_bytes) {
        cursor_of(instance)[POSITION] = 0;
        cursor_of(instance)[PHASE] = is_read ? 0 : EXPECTS_POINTER;
    } else if (target->start) {
        HW_RUN_HOOK(instance, "start", acknowledged = target->start(instance->dev, is_read));
        hw_instance_update(instance);
    }
    return acknowledged;
}

bool hw_i2c_write(HwInstance *instance, uint8_t byte)
{
    const HwI2cTarget *target = hw_i2c_target(instance);
    bool acknowledged = true;

    if (target->register_bytes) {
        return registers_write(instance, byte);
    }
    if (target->write) {
        HW_RUN_HOOK(instance, "write", acknowledged = target->write(instance->dev, byte));
        hw_instance_update(instance);
    }
    return acknowledged;
}

uint8_t hw_i2c_read(HwInstance *instance)
{
    const HwI2cTarget *target = hw_i2c_target(instance);
    uint8_t byte = 0xff;

    if (target->register_bytes) {
        return registers_read(instance);
    }
    if (target->read) {
        HW_RUN_HOOK(instance, "read", byte = target->read(instance->dev));
        hw_instance_update(instance);
    }
    return byte;
}

void hw_i2c_stop(HwInstance *instance)
{
    const HwI2cTarget *target = hw_i2c_target(instance);

    if (target->stop) {
        HW_RUN_HOOK(instance, "stop", target->stop(instance->dev));
        hw_instance_update(instance);
    }
}
