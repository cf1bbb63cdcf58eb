/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/i2c/i2c.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/qemu/pci/pci.h"
#include "plugins/qemu-bridge/qemu/running.h"
#include "plugins/qemu-bridge/qemu/symbols.h"

static bool symbols_are_there(HwError *error)
{
    const char *missing = qemu_symbol_missing(qemu_i2c_symbols);

    return !missing || hw_error_set(error,
                                    "this emulator doesn't export what I2C devices need: %s is "
                                    "missing",
                                    missing);
}

/* A target's state has QEMU's as a field, as a PCI device's has. */
bool qemu_i2c_learn(HwError *error)
{
    static bool is_learned;

    is_learned = is_learned || (symbols_are_there(error) && qemu_pci_learn(error) &&
                                qemu_running_learn_i2c(error));
    return is_learned;
}

void qemu_i2c_class_hook(QemuObjectClass *cls, const QemuI2cHooks *hooks)
{
    uint8_t *members = (uint8_t *)cls;

    memcpy(members + qemu_layout->i2c.send, &hooks->send, sizeof(hooks->send));
    memcpy(members + qemu_layout->i2c.receive, &hooks->receive, sizeof(hooks->receive));
    memcpy(members + qemu_layout->i2c.event, &hooks->event, sizeof(hooks->event));
}
