/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Learns DeviceClass and InterfaceClass from classes whose contents are known. */
#include <malloc.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn.h"
#include "plugins/qemu-bridge/qemu/signs.h"

/* A class begins with a pointer to its type, and a type with its name and its class's size. */
#define CLASS_TYPE      0
#define TYPE_NAME       0
#define TYPE_CLASS_SIZE 8

#define WORD            8
#define SIGNS_MAX       8
#define ROUNDING        48 /* the C library gives at most so much more than it is asked for */

static bool unknown(HwError *error, const char *member, const char *signs)
{
    return hw_error_set(error, "this emulator's layout of %s can't be learned: %s don't show it",
                        member, signs);
}

/* The size of the allocation confirms the size that the type says. */
uint32_t qemu_learn_class_size(const QemuClasses *known, const char *name)
{
    const void *cls = known->find(name);
    const void *type = cls ? qemu_sign_pointer(cls, CLASS_TYPE) : NULL;
    size_t room = cls ? malloc_usable_size((void *)(uintptr_t)cls) : 0;
    uint64_t size;

    if (!type || qemu_sign_pointer(type, TYPE_NAME) != known->name(cls)) {
        return 0;
    }
    size = qemu_sign_value(type, TYPE_CLASS_SIZE, sizeof(size));
    return size <= room && size + ROUNDING > room ? (uint32_t)size : 0;
}

/* ------------------------------------------------------------------- devices */

/* Device types of most builds: any two of them suffice. */
typedef struct KnownDevice {
    const char *type;
    const char *description;
    uint32_t category; /* the number of the bit */
} KnownDevice;

static const KnownDevice known_devices[] = {
    { "e1000", "Intel Gigabit Ethernet", 3 },
    { "pxb-pcie", "PCI Express Expander Bridge", 0 },
    { "AC97", "Intel 82801AA AC97 Audio", 6 },
    { "pcie-root-port", "PCI Express Root Port", 0 },
    { "ich9-intel-hda", "Intel HD Audio Controller (ich9)", 6 },
};

static const char *const not_hotpluggable[] = { "VGA", "pxb-pcie", "vmgenid", "pxb",
                                                "virtio-iommu-pci" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool device_fits(const void *cls, const KnownDevice *device, uint32_t categories,
                        uint32_t description, const void *file)
{
    return qemu_sign_is_text(cls, description, device->description, file) &&
           (qemu_sign_value(cls, categories, WORD) & (1ull << device->category));
}

/* The categories come first in DeviceClass, behind ObjectClass. */
static bool learn_description(const QemuClasses *known, uint32_t size,
                              QemuDeviceClassLayout *layout, HwError *error)
{
    layout->categories = qemu_learn_class_size(known, "object");
    for (uint32_t at = layout->categories; layout->categories && at < size; at += WORD) {
        int fitting = 0;

        for (size_t i = 0; i < COUNT(known_devices); i++) {
            const void *cls = known->find(known_devices[i].type);

            fitting += cls &&
                       device_fits(cls, &known_devices[i], layout->categories, at, known->file);
        }
        if (fitting >= 2) {
            layout->description = at;
            return true;
        }
    }
    return unknown(error, "DeviceClass.categories and desc",
                   "two of 'e1000', 'pxb-pcie', 'AC97', 'pcie-root-port' and 'ich9-intel-hda'");
}

static bool learn_switches(const QemuClasses *known, uint32_t size, QemuDeviceClassLayout *layout,
                           HwError *error)
{
    const void *device = known->find("device");
    QemuSign user[] = { { device, 1 },
                        { known->find("sys-bus-device"), 0 },
                        { known->find("cpu"), 0 } };
    QemuSign hot[SIGNS_MAX] = { { device, 1 }, { known->find("sys-bus-device"), 1 } };
    size_t count = 2;

    for (size_t i = 0; i < COUNT(not_hotpluggable); i++) {
        const void *cls = known->find(not_hotpluggable[i]);

        if (cls) {
            hot[count++] = (QemuSign) { cls, 0 };
        }
    }
    if (user[1].object && user[2].object) {
        layout->user_creatable = qemu_signs_place(user, 3, 1, layout->description, size);
    }
    if (user[1].object && count >= 4) {
        layout->hotpluggable = qemu_signs_place(hot, count, 1, layout->description, size);
    }
    return (layout->user_creatable ||
            unknown(error, "DeviceClass.user_creatable", "'device', 'sys-bus-device' and 'cpu'")) &&
           (layout->hotpluggable ||
            unknown(error, "DeviceClass.hotpluggable",
                    "two of 'VGA', 'pxb-pcie', 'vmgenid', 'pxb' and 'virtio-iommu-pci'"));
}

bool qemu_learn_device_class(const QemuClasses *known, QemuLayout *layout, HwError *error)
{
    uint32_t size = qemu_learn_class_size(known, "device");

    layout->device_class = (QemuDeviceClassLayout) { 0 };
    if (size <= qemu_learn_class_size(known, "object")) {
        return unknown(error, "DeviceClass", "the sizes of 'object' and 'device'");
    }
    return learn_description(known, size, &layout->device_class, error) &&
           learn_switches(known, size, &layout->device_class, error);
}

/* ---------------------------------------------------------------------- TPMs */

/* QEMU's own front ends, and their TpmModel. */
static const struct {
    const char *type;
    uint32_t model;
} front_ends[] = {
    { "tpm-crb", 1 },
    { "tpm-tis", 0 },
    { "tpm-tis-device", 0 },
    { "tpm-spapr", 2 },
};

/* TPMIfClass has a model and two functions behind its InterfaceClass, and its base none. */
static bool front_end_fits(const QemuClasses *known, const void *interface, uint32_t at,
                           uint32_t model)
{
    const void *base = known->find("tpm-if");

    for (uint32_t word = at + WORD; word <= at + 2 * WORD; word += WORD) {
        if (qemu_sign_pointer(base, word) ||
            !qemu_sign_is_beside(qemu_sign_pointer(interface, word), known->file)) {
            return false;
        }
    }
    return qemu_sign_value(interface, at, sizeof(model)) == model;
}

bool qemu_learn_interface_class(const QemuClasses *known, QemuLayout *layout, HwError *error)
{
    uint32_t size = qemu_learn_class_size(known, "interface");
    bool fits = false;

    layout->interface_class_size = 0;
    if (!known->find("tpm-if")) {
        return true;
    }
    if (!size || qemu_learn_class_size(known, "tpm-if") < size + 3 * WORD) {
        return unknown(error, "TPMIfClass", "the sizes of 'interface' and 'tpm-if'");
    }
    for (size_t i = 0; i < COUNT(front_ends); i++) {
        const void *cls = known->find(front_ends[i].type);
        const void *interface = cls ? known->interface(cls, "tpm-if") : NULL;

        if (interface && !front_end_fits(known, interface, size, front_ends[i].model)) {
            hw_error_set(error,
                         "this emulator's layout of TPMIfClass can't be learned: '%s' doesn't "
                         "show a model and two functions at %u",
                         front_ends[i].type, size);
            return false;
        }
        fits |= interface != NULL;
    }
    layout->interface_class_size = size;
    return fits || unknown(error, "TPMIfClass", "the front ends 'tpm-crb' and 'tpm-tis'");
}
