/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/versions.h"

#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"

typedef void Function(void);

/* Before 9.1 an int was in the place of the two bools; the other members did not move. */
typedef struct Description {
    const char *name;
    bool unmigratable;
    bool early_setup;
    int version_id;
    int minimum_version_id;
    int priority;
    Function *pre_load;
    Function *post_load;
    Function *pre_save;
    Function *post_save;
    Function *needed;
    Function *dev_unplug_pending;
    const void *fields;
    const void *subsections;
} Description;

/* This layout has the hooks that report errors, between the others. */
typedef struct DescriptionErrp {
    const char *name;
    bool unmigratable;
    bool early_setup;
    int version_id;
    int minimum_version_id;
    int priority;
    Function *pre_load;
    Function *pre_load_errp;
    Function *post_load;
    Function *post_load_errp;
    Function *pre_save;
    Function *pre_save_errp;
    Function *post_save;
    Function *needed;
    Function *dev_unplug_pending;
    const void *fields;
    const void *subsections;
} DescriptionErrp;

typedef struct Field {
    const char *name;
    const char *err_hint;
    size_t offset;
    size_t size;
    size_t start;
    int num;
    size_t num_offset;
    size_t size_offset;
    const void *info;
    int flags;
    const void *vmsd;
    int version_id;
    int struct_version_id;
    Function *field_exists;
} Field;

typedef struct Indirect {
    uint32_t offset;
    uint8_t size;
} Indirect;

typedef struct FieldIndirect {
    const char *name;
    size_t offset;
    size_t size;
    Indirect size_at;
    Indirect num_at;
    size_t start;
    int num;
    const void *info;
    int flags;
    const void *vmsd;
    int version_id;
    int struct_version_id;
    Function *field_exists;
} FieldIndirect;

/* clang-format off */
#define DESCRIPTION_LAYOUT(Type)                                             \
    { .size = sizeof(Type),                                                  \
      .name = offsetof(Type, name),                                          \
      .version_id = offsetof(Type, version_id),                              \
      .minimum_version_id = offsetof(Type, minimum_version_id),              \
      .pre_load = offsetof(Type, pre_load),                                  \
      .post_load = offsetof(Type, post_load),                                \
      .pre_save = offsetof(Type, pre_save),                                  \
      .needed = offsetof(Type, needed),                                      \
      .fields = offsetof(Type, fields),                                      \
      .subsections = offsetof(Type, subsections) }

#define FIELD_LAYOUT(Type, end)                                              \
    { .size = sizeof(Type),                                                  \
      .name = offsetof(Type, name),                                          \
      .offset = offsetof(Type, offset),                                      \
      .element_size = offsetof(Type, size),                                  \
      .count = offsetof(Type, num),                                          \
      .info = offsetof(Type, info),                                          \
      .flags = offsetof(Type, flags),                                        \
      .version_id = offsetof(Type, version_id),                              \
      .end_flag = (end) }
/* clang-format on */

const QemuVersion *qemu_version_running;

static const QemuDescriptionLayout description = DESCRIPTION_LAYOUT(Description);
static const QemuDescriptionLayout description_errp = DESCRIPTION_LAYOUT(DescriptionErrp);
static const QemuFieldLayout field_7_2 = FIELD_LAYOUT(Field, 0);
static const QemuFieldLayout field_10_0 = FIELD_LAYOUT(Field, 0x10000);
static const QemuFieldLayout field_11_1 = FIELD_LAYOUT(FieldIndirect, 0x20000);

/* The rows are in the order of release. */
static const QemuVersion versions[] = {
    { "7.2", 7, 2, .plugin_api = 1, .module_init_qom = 3, &description, &field_7_2,
      .device_class = { 96, 112, 128, 129 }, .load_setup = 0x58, .interface_class_size = 112 },
    { "10.0", 10, 0, .plugin_api = 4, .module_init_qom = 3, &description, &field_10_0,
      .device_class = { 96, 112, 130, 131 }, .load_setup = 0x78, .interface_class_size = 104 },
    { "11.1", 11, 1, .plugin_api = 7, .module_init_qom = 4, &description_errp, &field_11_1,
      .device_class = { 96, 112, 130, 131 }, .load_setup = 0x70, .interface_class_size = 104 },
};

#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

const QemuVersion *qemu_version_find(unsigned major, unsigned minor)
{
    for (size_t i = 0; i < VERSIONS; i++) {
        if (versions[i].major == major && versions[i].minor == minor) {
            return &versions[i];
        }
    }
    return NULL;
}

const QemuVersion *qemu_version_nearest(unsigned major, unsigned minor)
{
    size_t nearest = 0;

    for (size_t i = 1; i < VERSIONS; i++) {
        if (versions[i].major < major ||
            (versions[i].major == major && versions[i].minor <= minor)) {
            nearest = i;
        }
    }
    return &versions[nearest];
}

const QemuVersion *qemu_version_require(unsigned major, unsigned minor, HwError *error)
{
    const QemuVersion *version = qemu_version_find(major, minor);
    char known[64] = "";

    if (version) {
        return version;
    }
    for (size_t i = 0; i < VERSIONS; i++) {
        size_t length = strlen(known);

        snprintf(known + length, sizeof(known) - length, "%s%s",
                 i == 0              ? ""
                 : i + 1 == VERSIONS ? " or "
                                     : ", ",
                 versions[i].name);
    }
    hw_error_set(error,
                 "QEMU %u.%u is unknown to this bridge, expected %s "
                 "(qemu-version=any tries it as %s, at your own risk)",
                 major, minor, known, qemu_version_nearest(major, minor)->name);
    return NULL;
}
