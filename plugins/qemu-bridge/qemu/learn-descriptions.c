/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Learns VMStateDescription and VMStateField from descriptions whose contents are known. */
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn.h"
#include "plugins/qemu-bridge/qemu/signs.h"

/* No release's VMStateDescription or VMStateField is larger. */
#define DESCRIPTION_END 0x80
#define FIELD_END       0x100
#define WORD            8
#define FIELDS_MAX      200
#define NAME_AT         0

static bool unknown(HwError *error, const char *member, const char *signs)
{
    return hw_error_set(error, "this emulator's layout of %s can't be learned: %s don't show it",
                        member, signs);
}

/* ----------------------------------------------------------------- the lists */

static bool descriptions_are_named(const QemuDescriptions *known, HwError *error)
{
    const struct {
        const void *description;
        const char *name;
    } names[] = {
        { known->fifo8, "Fifo8" },   { known->usb_device, "USBDevice" },
        { known->serial, "serial" }, { known->cpu_common, "cpu_common" },
        { known->clock, "clock" },   { known->i2c_slave, "I2CSlave" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const uint8_t *description = names[i].description;

        if (!qemu_sign_is_beside(description + DESCRIPTION_END, description) ||
            !qemu_sign_is_text(description, NAME_AT, names[i].name, description)) {
            hw_error_set(error,
                         "this emulator's layout of VMStateDescription.name can't be learned: "
                         "'%s' does not show it",
                         names[i].name);
            return false;
        }
    }
    return true;
}

/* True if the pointer at `at` leads to an object whose first member is this name. */
static bool leads_to_name(const void *object, uint32_t at, const char *name)
{
    const void *first = qemu_sign_pointer(object, at);

    return qemu_sign_is_beside(first, object) && qemu_sign_is_text(first, NAME_AT, name, object);
}

static bool is_subsection(const void *description, uint32_t at, const char *name)
{
    const void *list = qemu_sign_pointer(description, at);

    return qemu_sign_is_beside(list, description) && leads_to_name(list, 0, name);
}

static bool learn_lists(const QemuDescriptions *known, QemuDescriptionLayout *layout,
                        HwError *error)
{
    for (uint32_t at = WORD; at < DESCRIPTION_END; at += WORD) {
        if (leads_to_name(known->fifo8, at, "data") &&
            leads_to_name(known->usb_device, at, "addr")) {
            layout->fields = at;
        }
        if (is_subsection(known->cpu_common, at, "cpu_common/exception_index") &&
            is_subsection(known->clock, at, "clock/muldiv")) {
            layout->subsections = at;
        }
    }
    return (layout->fields ||
            unknown(error, "VMStateDescription.fields", "the lists of 'Fifo8' and 'USBDevice'")) &&
           (layout->subsections || unknown(error, "VMStateDescription.subsections",
                                           "the lists of 'cpu_common' and 'clock'"));
}

static bool learn_versions(const QemuDescriptions *known, QemuDescriptionLayout *layout,
                           HwError *error)
{
    const QemuSign version[] = { { known->serial, 3 }, { known->fifo8, 1 }, { known->clock, 0 } };
    const QemuSign minimum[] = { { known->serial, 2 }, { known->fifo8, 1 }, { known->clock, 0 } };

    layout->version_id = qemu_signs_place(version, 3, sizeof(int), WORD, layout->fields);
    layout->minimum_version_id = qemu_signs_place(minimum, 3, sizeof(int), WORD, layout->fields);
    if (layout->minimum_version_id != layout->version_id + sizeof(int)) {
        layout->minimum_version_id = 0;
    }
    return (layout->version_id || unknown(error, "VMStateDescription.version_id",
                                          "'serial' 3, 'Fifo8' 1 and 'clock' 0")) &&
           (layout->minimum_version_id || unknown(error, "VMStateDescription.minimum_version_id",
                                                  "'serial' 2, 'Fifo8' 1 and 'clock' 0"));
}

/* ----------------------------------------------------------------- the hooks */

/* A bit for each word before `fields` that has a pointer. */
typedef uint32_t Hooks;

static Hooks hooks_of(const void *description, const QemuDescriptionLayout *layout)
{
    uint32_t start = (layout->minimum_version_id + 2 * (uint32_t)sizeof(int)) & ~(WORD - 1u);
    Hooks hooks = 0;

    for (uint32_t at = start; at < layout->fields; at += WORD) {
        hooks |= qemu_sign_pointer(description, at) ? 1u << (at / WORD) : 0;
    }
    return hooks;
}

static Hooks first_subsection_hooks(const void *description, const QemuDescriptionLayout *layout)
{
    const void *list = qemu_sign_pointer(description, layout->subsections);

    return hooks_of(qemu_sign_pointer(list, 0), layout);
}

/* Returns the offset of the only hook, or 0. */
static uint32_t only(Hooks hooks)
{
    return hooks && (hooks & (hooks - 1)) == 0 ? (uint32_t)__builtin_ctz(hooks) * WORD : 0;
}

static uint32_t only_if(Hooks hooks, bool condition)
{
    return condition ? only(hooks) : 0;
}

/* Each hook is the only one in two descriptions, or is left when the others are taken away. */
static bool learn_hooks(const QemuDescriptions *known, QemuDescriptionLayout *layout,
                        HwError *error)
{
    Hooks post_load = hooks_of(known->usb_device, layout);
    Hooks pre_load = hooks_of(known->clock, layout);
    Hooks cpu = hooks_of(known->cpu_common, layout);
    Hooks serial = hooks_of(known->serial, layout);
    Hooks needed = first_subsection_hooks(known->clock, layout);

    layout->post_load = only_if(post_load, post_load == hooks_of(known->i2c_slave, layout));
    layout->pre_load = only_if(pre_load, cpu == (pre_load | post_load));
    layout->pre_save = only_if(serial & ~cpu, (serial & cpu) == cpu);
    layout->needed = only_if(needed, needed == first_subsection_hooks(known->cpu_common, layout));
    return (layout->post_load || unknown(error, "VMStateDescription.post_load",
                                         "the only hooks of 'USBDevice' and 'I2CSlave'")) &&
           (layout->pre_load || unknown(error, "VMStateDescription.pre_load",
                                        "the hooks of 'clock' and 'cpu_common'")) &&
           (layout->pre_save || unknown(error, "VMStateDescription.pre_save",
                                        "the hooks of 'serial' and 'cpu_common'")) &&
           (layout->needed ||
            unknown(error, "VMStateDescription.needed",
                    "the hooks of 'clock/muldiv' and 'cpu_common/exception_index'"));
}

/* The hooks in words from pre_load on.  Later releases have a hook that reports errors beside
 * each that can fail: the number of words tells if they are there. */
static const struct {
    uint32_t words; /* from pre_load to fields */
    uint32_t post_load;
    uint32_t pre_save;
    uint32_t needed;
} orders[] = {
    { 6, 1, 2, 4 },
    { 9, 2, 4, 7 },
};

static bool hooks_are_in_order(const QemuDescriptionLayout *layout, HwError *error)
{
    uint32_t words = (layout->fields - layout->pre_load) / WORD;

    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        if (orders[i].words == words &&
            layout->post_load == layout->pre_load + orders[i].post_load * WORD &&
            layout->pre_save == layout->pre_load + orders[i].pre_save * WORD &&
            layout->needed == layout->pre_load + orders[i].needed * WORD) {
            return true;
        }
    }
    return hw_error_set(error,
                        "this emulator's VMStateDescription has its hooks in an unknown order: "
                        "pre_load, post_load, pre_save, needed and fields are at %u, %u, %u, %u "
                        "and %u",
                        layout->pre_load, layout->post_load, layout->pre_save, layout->needed,
                        layout->fields);
}

/* ---------------------------------------------------------------- the fields */

static bool learn_field_size(const uint8_t *fields, QemuFieldLayout *layout, HwError *error)
{
    for (uint32_t size = WORD; size < FIELD_END && !layout->size; size += WORD) {
        if (qemu_sign_is_text(fields + size, NAME_AT, "head", fields) &&
            qemu_sign_is_text(fields + 2 * size, NAME_AT, "num", fields)) {
            layout->size = size;
        }
    }
    return layout->size || unknown(error, "VMStateField", "the second and third field of 'Fifo8'");
}

const void *qemu_learn_field(const QemuLayout *layout, const void *description, const char *name)
{
    const uint8_t *field = qemu_sign_pointer(description, layout->description.fields);

    for (int i = 0; i < FIELDS_MAX; i++, field += layout->field.size) {
        if (!qemu_sign_pointer(field, NAME_AT)) {
            return name ? NULL : field;
        }
        if (!qemu_sign_is_beside(qemu_sign_pointer(field, NAME_AT), field)) {
            return NULL;
        }
        if (name && strcmp(qemu_sign_pointer(field, NAME_AT), name) == 0) {
            return field;
        }
    }
    return NULL;
}

typedef struct KnownFields {
    const void *data; /* in Fifo8 */
    const void *head;
    const void *num;
    const void *fifo_end;
    const void *addr; /* in USBDevice */
    const void *setup_buf;
    const void *usb_end;
    const void *fcr; /* in serial, since its version 3 */
} KnownFields;

static bool known_fields_find(const QemuDescriptions *known, const QemuLayout *layout,
                              KnownFields *fields, HwError *error)
{
    *fields = (KnownFields) {
        .data = qemu_learn_field(layout, known->fifo8, "data"),
        .head = qemu_learn_field(layout, known->fifo8, "head"),
        .num = qemu_learn_field(layout, known->fifo8, "num"),
        .fifo_end = qemu_learn_field(layout, known->fifo8, NULL),
        .addr = qemu_learn_field(layout, known->usb_device, "addr"),
        .setup_buf = qemu_learn_field(layout, known->usb_device, "setup_buf"),
        .usb_end = qemu_learn_field(layout, known->usb_device, NULL),
        .fcr = qemu_learn_field(layout, known->serial, "fcr_vmstate"),
    };
    return (fields->data && fields->head && fields->num && fields->fifo_end && fields->addr &&
            fields->setup_buf && fields->usb_end && fields->fcr) ||
           unknown(error, "VMStateField", "the fields of 'Fifo8', 'USBDevice' and 'serial'");
}

typedef struct Member {
    const char *name;
    const char *signs;
    uint32_t *place;
    uint32_t width; /* QEMU's member has so many bytes */
    QemuSign known[4];
} Member;

static bool learn_member(const Member *member, uint32_t field_size, HwError *error)
{
    size_t count = 0;

    while (count < 4 && member->known[count].object) {
        count++;
    }
    *member->place = qemu_signs_place(member->known, count, member->width, WORD, field_size);
    return *member->place || unknown(error, member->name, member->signs);
}

/* clang-format off */
static bool learn_members(const KnownFields *f, const void *info, QemuFieldLayout *layout,
                          HwError *error)
{
    uint64_t uint32_info = (uintptr_t)info;
    const Member members[] = {
        { "VMStateField.offset", "'head' 12 and 'num' 16 of 'Fifo8'", &layout->offset, 8,
          { { f->head, 12 }, { f->num, 16 } } },
        { "VMStateField.size", "'head' 4 and 'num' 4 of 'Fifo8' and 'addr' 1 of 'USBDevice'",
          &layout->element_size, 8, { { f->head, 4 }, { f->num, 4 }, { f->addr, 1 } } },
        { "VMStateField.num", "'setup_buf' 8 and 'addr' 0 of 'USBDevice'", &layout->count, 4,
          { { f->setup_buf, 8 }, { f->addr, 0 }, { f->head, 0 }, { f->num, 0 } } },
        { "VMStateField.info", "'head' and 'num' of 'Fifo8'", &layout->info, 8,
          { { f->head, uint32_info }, { f->num, uint32_info } } },
        { "VMStateField.flags", "'head' 1 of 'Fifo8' and 'setup_buf' 4 of 'USBDevice'",
          &layout->flags, 4,
          { { f->head, QEMU_VMS_SINGLE }, { f->num, QEMU_VMS_SINGLE },
            { f->setup_buf, QEMU_VMS_ARRAY } } },
        { "VMStateField.version_id", "'data' 1 of 'Fifo8' and 'fcr_vmstate' 3 of 'serial'",
          &layout->version_id, 4,
          { { f->data, 1 }, { f->fcr, 3 }, { f->head, 0 }, { f->num, 0 } } },
    };

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (!learn_member(&members[i], layout->size, error)) {
            return false;
        }
    }
    return true;
}
/* clang-format on */

/* Early releases end a list by its name alone, later ones by a flag that no field has. */
static bool learn_end(const KnownFields *f, QemuFieldLayout *layout, HwError *error)
{
    uint32_t flags = (uint32_t)qemu_sign_value(f->fifo_end, layout->flags, sizeof(int));
    bool is_flag = flags >= 0x8000 && (flags & (flags - 1)) == 0;

    layout->end_flag = flags;
    return ((flags == 0 || is_flag) &&
            qemu_sign_value(f->usb_end, layout->flags, sizeof(int)) == flags) ||
           unknown(error, "the end of VMStateField's lists", "the ends of 'Fifo8' and 'USBDevice'");
}

bool qemu_learn_descriptions(const QemuDescriptions *known, QemuLayout *layout, HwError *error)
{
    QemuDescriptionLayout *description = &layout->description;
    KnownFields fields;

    *description = (QemuDescriptionLayout) { 0 };
    layout->field = (QemuFieldLayout) { 0 };
    return descriptions_are_named(known, error) && learn_lists(known, description, error) &&
           learn_versions(known, description, error) && learn_hooks(known, description, error) &&
           hooks_are_in_order(description, error) &&
           learn_field_size(qemu_sign_pointer(known->fifo8, description->fields), &layout->field,
                            error) &&
           known_fields_find(known, layout, &fields, error) &&
           learn_members(&fields, known->info_uint32, &layout->field, error) &&
           learn_end(&fields, &layout->field, error);
}
