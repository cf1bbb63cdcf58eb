/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Learns VMStateField.vmsd and PCIDevice.config from descriptions whose contents are known. */
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn.h"
#include "plugins/qemu-bridge/qemu/signs.h"

#define WORD          8
#define CONVENTIONAL  256 /* bytes of configuration space */
#define EXPRESS       4096

#define DESCRIBES_MAX 8

/* Not each build has all of these devices: any two suffice. */
static bool learn_vmsd(const QemuPciDescriptions *known, QemuLayout *layout, HwError *error)
{
    const struct {
        const void *outer;
        const char *field;
        const void *inner;
    } describes[] = {
        { known->esp, "fifo", known->fifo8 },
        { known->esp, "cmdfifo", known->fifo8 },
        { known->smbus_device, "i2c", known->i2c_slave },
        { known->u2f_key, "dev", known->usb_device },
    };
    QemuSign signs[DESCRIBES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < sizeof(describes) / sizeof(describes[0]); i++) {
        const void *field = describes[i].outer
                                ? qemu_learn_field(layout, describes[i].outer, describes[i].field)
                                : NULL;

        if (field) {
            signs[count++] = (QemuSign) { field, (uintptr_t)describes[i].inner };
        }
    }
    if (count >= 2) {
        layout->pci.vmsd = qemu_signs_place(signs, count, WORD, WORD, layout->field.size);
    }
    return layout->pci.vmsd ||
           hw_error_set(error,
                        "this emulator's layout of VMStateField.vmsd can't be learned: two of "
                        "'fifo' and 'cmdfifo' of 'esp', 'i2c' of 'smbus_device' and 'dev' of "
                        "'u2f-key' don't show it");
}

/* The list has the configuration space twice: for conventional and for PCI Express devices. */
static bool learn_config(const QemuPciDescriptions *known, QemuLayout *layout, HwError *error)
{
    const QemuFieldLayout *field = &layout->field;
    const uint8_t *first = qemu_learn_field(layout, known->pci_device, "config");
    const uint8_t *second = first ? first + field->size : NULL;

    if (second && qemu_sign_is_text(second, 0, "config", second) &&
        qemu_sign_value(first, field->element_size, WORD) == CONVENTIONAL &&
        qemu_sign_value(second, field->element_size, WORD) == EXPRESS &&
        qemu_sign_value(first, field->offset, WORD) ==
            qemu_sign_value(second, field->offset, WORD)) {
        layout->pci.config = (uint32_t)qemu_sign_value(first, field->offset, WORD);
    }
    return layout->pci.config ||
           hw_error_set(error,
                        "this emulator's layout of PCIDevice.config can't be learned: 'config' of "
                        "256 and 'config' of 4096 bytes in 'PCIDevice' don't show it");
}

bool qemu_learn_pci(const QemuPciDescriptions *known, QemuLayout *layout, HwError *error)
{
    layout->pci = (QemuPciLayout) { 0 };
    return learn_vmsd(known, layout, error) && learn_config(known, layout, error);
}
