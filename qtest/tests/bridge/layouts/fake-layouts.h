/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects as QEMU's, in any layout. */
#ifndef OB_TEST_FAKE_LAYOUTS_H
#define OB_TEST_FAKE_LAYOUTS_H

#include "plugins/qemu-bridge/qemu/learn.h"

#define FAKE_FIELDS 8

typedef struct FakeDescription {
    uint8_t description[256];
    uint8_t fields[FAKE_FIELDS * 128];
    const void *subsections[2];
} FakeDescription;

typedef enum FakeName {
    FIFO8,
    USB_DEVICE,
    SERIAL,
    CPU_COMMON,
    CLOCK,
    I2C_SLAVE,
    ESP,
    SMBUS_DEVICE,
    PCI_DEVICE,
    FAKE_NAMES
} FakeName;

/* All that qemu_learn_descriptions() and qemu_learn_pci() read. */
typedef struct FakeDescriptions {
    FakeDescription of[FAKE_NAMES]; /* by FakeName */
    FakeDescription exception_index;
    FakeDescription muldiv;
    uint8_t info_uint32;
} FakeDescriptions;

/* Makes the descriptions with QEMU's contents. */
void fake_descriptions_make(FakeDescriptions *fakes, const QemuLayout *layout);
QemuDescriptions fake_descriptions_known(const FakeDescriptions *fakes);
QemuPciDescriptions fake_pci_known(const FakeDescriptions *fakes);

/* The classes for qemu_learn_device_class(), qemu_learn_interface_class() and qemu_learn_i2c().  `with`
 * has the types that this QEMU has, as in "device cpu e1000"; each class is allocated. */
QemuClasses fake_classes_make(const QemuLayout *layout, const char *with);
void fake_classes_free(void);

/* The class of this type, or its TPMIfClass; to be changed by a test. */
uint8_t *fake_class(const char *type);
uint8_t *fake_interface(const char *type);

void fake_put(void *at, uint32_t offset, uint64_t value, uint32_t width);

#endif
