/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Learns I2CSlaveClass from QEMU's own targets. */
#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn.h"
#include "plugins/qemu-bridge/qemu/signs.h"

#define WORD 8

/* The members behind DeviceClass, in words. */
enum { SEND, SEND_LATER, RECEIVE, EVENT, MATCH, MEMBERS };

/* Not each build has all of these types: any two suffice. */
static const char *const targets[] = { "smbus-device", "i2c-ddc", "tmp105", "at24c-eeprom",
                                       "smbus-ipmi" };

static bool is_function(const QemuClasses *known, const void *cls, uint32_t at, int member)
{
    const void *function = qemu_sign_pointer(cls, at + WORD * (uint32_t)member);

    return function && qemu_sign_is_beside(function, known->file);
}

static bool is_null(const void *cls, uint32_t at, int member)
{
    return !qemu_sign_pointer(cls, at + WORD * (uint32_t)member);
}

/* The base class matches addresses, and leaves all else to its targets. */
static bool base_fits(const QemuClasses *known, const void *base, uint32_t at)
{
    return is_null(base, at, SEND) && is_null(base, at, SEND_LATER) && is_null(base, at, RECEIVE) &&
           is_null(base, at, EVENT) && is_function(known, base, at, MATCH);
}

static bool target_fits(const QemuClasses *known, const void *cls, uint32_t at)
{
    return is_function(known, cls, at, SEND) && is_null(cls, at, SEND_LATER) &&
           is_function(known, cls, at, RECEIVE) && is_function(known, cls, at, EVENT);
}

bool qemu_learn_i2c(const QemuClasses *known, QemuLayout *layout, HwError *error)
{
    const void *base = known->find("i2c-slave");
    uint32_t at = qemu_learn_class_size(known, "device");
    uint32_t fitting = 0;

    layout->i2c = (QemuI2cLayout) { 0 };
    if (base && at && qemu_learn_class_size(known, "i2c-slave") == at + WORD * MEMBERS &&
        base_fits(known, base, at)) {
        for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
            const void *cls = known->find(targets[i]);

            fitting += cls && target_fits(known, cls, at);
        }
    }
    if (fitting < 2) {
        return hw_error_set(error,
                            "this emulator's layout of I2CSlaveClass can't be learned: the size of "
                            "'i2c-slave' and two of its targets don't show it");
    }
    layout->i2c = (QemuI2cLayout) { at + WORD * SEND, at + WORD * RECEIVE, at + WORD * EVENT };
    return true;
}
