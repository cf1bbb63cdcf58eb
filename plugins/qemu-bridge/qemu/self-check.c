/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/self-check.h"

#include <dlfcn.h>
#include <string.h>

#include "hw-api/device/error.h"

#define FIFO_NAME    "Fifo8"
#define FIFO_VERSION 1
#define FIFO_FIELDS  3

static const void *pointer_at(const void *base, size_t offset)
{
    const void *value;

    memcpy(&value, (const uint8_t *)base + offset, sizeof(value));
    return value;
}

static int int_at(const void *base, size_t offset)
{
    int value;

    memcpy(&value, (const uint8_t *)base + offset, sizeof(value));
    return value;
}

/*
 * True if both pointers lie in the same loaded file.  With a wrong row a pointer may be any
 * value.  dladdr() is too slow: it searches all of QEMU's symbols at each call.  The range that
 * _dl_find_object() finds doesn't do either: on arm64 segments lie apart, and it is one segment.
 */
static bool is_beside(const void *pointer, const void *other)
{
    struct dl_find_object here, there;

    return _dl_find_object((void *)(uintptr_t)pointer, &here) == 0 &&
           _dl_find_object((void *)(uintptr_t)other, &there) == 0 &&
           here.dlfo_link_map == there.dlfo_link_map;
}

static bool is_named(const void *base, size_t offset, const char *name)
{
    const char *text = pointer_at(base, offset);

    return is_beside(text, base) && strncmp(text, name, strlen(name) + 1) == 0;
}

static bool field_is_uint32(const QemuFieldLayout *layout, const uint8_t *field, const char *name,
                            const void *uint32)
{
    return is_named(field, layout->name, name) && pointer_at(field, layout->info) == uint32 &&
           int_at(field, layout->flags) == QEMU_VMS_SINGLE;
}

static bool fields_match(const QemuFieldLayout *layout, const uint8_t *fields, const void *uint32)
{
    const uint8_t *end = fields + FIFO_FIELDS * layout->size;

    return field_is_uint32(layout, fields + layout->size, "head", uint32) &&
           field_is_uint32(layout, fields + 2 * layout->size, "num", uint32) &&
           !pointer_at(end, layout->name) && int_at(end, layout->flags) == (int)layout->end_flag;
}

bool bridge_check_state_layout(const QemuVersion *version, const void *fifo, const void *uint32,
                               HwError *error)
{
    const QemuDescriptionLayout *layout = version->description;
    const void *fields = pointer_at(fifo, layout->fields);

    if (!is_named(fifo, layout->name, FIFO_NAME) ||
        int_at(fifo, layout->version_id) != FIFO_VERSION ||
        int_at(fifo, layout->minimum_version_id) != FIFO_VERSION || !is_beside(fields, fifo) ||
        !fields_match(version->field, fields, uint32)) {
        return hw_error_set(error,
                            "this emulator's state descriptions differ from QEMU %s's: "
                            "'" FIFO_NAME "' is not as expected",
                            version->name);
    }
    return true;
}

bool bridge_check_device_layout(const QemuVersion *version, const void *device, HwError *error)
{
    const uint8_t *bytes = device;
    uint8_t user_creatable = bytes[version->device_class.user_creatable];
    uint8_t hotpluggable = bytes[version->device_class.hotpluggable];

    if (user_creatable != 1 || hotpluggable != 1) {
        return hw_error_set(error,
                            "this emulator's class 'device' has another layout than "
                            "QEMU %s's: its switches are %u and %u, expected 1 and 1",
                            version->name, user_creatable, hotpluggable);
    }
    return true;
}
