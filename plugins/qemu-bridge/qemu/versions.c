/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/versions.h"

#include <string.h>

#include "hw-api/device/error.h"

const QemuLayout *qemu_layout;

typedef struct Row {
    unsigned major;
    unsigned minor;
    QemuLayout layout;
} Row;

/* clang-format off */
#define DESCRIPTION      { 12, 16, 24, 32, 40, 56, 72, 80 }
/* With the hooks that report errors, between the others. */
#define DESCRIPTION_ERRP { 12, 16, 24, 40, 56, 80, 96, 104 }

#define FIELD(end)          { 104, 16, 24, 40, 64, 72, 88, (end) }
#define FIELD_INDIRECT(end) { 96, 8, 16, 48, 56, 64, 80, (end) }

static const Row rows[] = {
#ifndef BRIDGE_WITHOUT_ROWS
    { 7, 2, { DESCRIPTION, FIELD(0), { 96, 112, 128, 129 }, 112, 0x58, { 0, 3 }, { 80, 168 }, { 176, 192, 200 } } },
    { 10, 0, { DESCRIPTION, FIELD(0x10000), { 96, 112, 130, 131 }, 104, 0x78, { 32, 4 }, { 80, 160 }, { 184, 200, 208 } } },
    { 11, 1, { DESCRIPTION_ERRP, FIELD_INDIRECT(0x20000), { 96, 112, 130, 131 }, 104, 0x70, { 32, 4 }, { 72, 168 }, { 184, 200, 208 } } },
#endif
    { 0 },
};

#define MEMBER(name) { #name, offsetof(QemuLayout, name) }

/* The members in the order of QemuLayout. */
static const struct {
    const char *name;
    size_t at;
} members[] = {
    MEMBER(description.version_id),
    MEMBER(description.minimum_version_id),
    MEMBER(description.pre_load),
    MEMBER(description.post_load),
    MEMBER(description.pre_save),
    MEMBER(description.needed),
    MEMBER(description.fields),
    MEMBER(description.subsections),
    MEMBER(field.size),
    MEMBER(field.offset),
    MEMBER(field.element_size),
    MEMBER(field.count),
    MEMBER(field.info),
    MEMBER(field.flags),
    MEMBER(field.version_id),
    MEMBER(field.end_flag),
    MEMBER(device_class.categories),
    MEMBER(device_class.description),
    MEMBER(device_class.user_creatable),
    MEMBER(device_class.hotpluggable),
    MEMBER(interface_class_size),
    MEMBER(load_setup),
    MEMBER(attributes.unspecified),
    MEMBER(attributes.memory),
    MEMBER(pci.vmsd),
    MEMBER(pci.config),
    MEMBER(i2c.send),
    MEMBER(i2c.receive),
    MEMBER(i2c.event),
};
/* clang-format on */

#define MEMBERS (sizeof(members) / sizeof(members[0]))

_Static_assert(MEMBERS * sizeof(uint32_t) == sizeof(QemuLayout), "each member is compared");

const QemuLayout *qemu_version_find(unsigned major, unsigned minor)
{
    for (const Row *row = rows; row->major; row++) {
        if (row->major == major && row->minor == minor) {
            return &row->layout;
        }
    }
    return NULL;
}

static uint32_t member(const QemuLayout *layout, size_t at)
{
    uint32_t value;

    memcpy(&value, (const uint8_t *)layout + at, sizeof(value));
    return value;
}

bool qemu_version_agrees(unsigned major, unsigned minor, const QemuLayout *learned, HwError *error)
{
    const QemuLayout *known = qemu_version_find(major, minor);

    for (size_t i = 0; known && i < MEMBERS; i++) {
        uint32_t value = member(learned, members[i].at);

        if (members[i].at >= offsetof(QemuLayout, pci) && !value) {
            continue; /* this emulator has no PCI functions, or no I2C */
        }
        if (value != member(known, members[i].at)) {
            return hw_error_set(error,
                                "%s: this emulator shows 0x%x, expected 0x%x as in QEMU %u.%u",
                                members[i].name, value, member(known, members[i].at), major, minor);
        }
    }
    return true;
}
