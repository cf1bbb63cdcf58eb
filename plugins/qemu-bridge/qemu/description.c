/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/description.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/layout.h"

static void put_pointer(void *at, const void *value)
{
    memcpy(at, &value, sizeof(value));
}

static void put_int(void *at, int value)
{
    memcpy(at, &value, sizeof(value));
}

static void put_size(void *at, size_t value)
{
    memcpy(at, &value, sizeof(value));
}

static int flags_of(const QemuField *field)
{
    return field->is_inside   ? QEMU_VMS_STRUCT
           : field->vmsd      ? QEMU_VMS_STRUCT | QEMU_VMS_POINTER
           : field->count > 1 ? QEMU_VMS_ARRAY
                              : QEMU_VMS_SINGLE;
}

static void put_field(uint8_t *at, const QemuField *field)
{
    const QemuFieldLayout *layout = &qemu_layout->field;
    bool is_array = field->count > 1;

    put_pointer(at, field->name);
    put_size(at + layout->offset, field->offset);
    put_size(at + layout->element_size, field->size);
    put_int(at + layout->count, is_array ? (int)field->count : 0);
    put_pointer(at + layout->info, field->info);
    put_int(at + layout->flags, flags_of(field));
    if (field->vmsd) {
        put_pointer(at + qemu_layout->pci.vmsd, field->vmsd);
    }
    put_int(at + layout->version_id, field->version_id);
}

static void put_fields(uint8_t *at, const QemuField *fields, uint32_t count)
{
    const QemuFieldLayout *layout = &qemu_layout->field;

    for (uint32_t i = 0; i < count; i++) {
        put_field(at + i * layout->size, &fields[i]);
    }
    put_int(at + count * layout->size + layout->flags, (int)layout->end_flag);
}

/* The fields follow in the same memory. */
void *qemu_description_new(const QemuDescription *table)
{
    const QemuDescriptionLayout *layout = &qemu_layout->description;
    size_t field_room = (table->field_count + 1) * (size_t)qemu_layout->field.size;
    uint8_t *at = calloc(1, QEMU_DESCRIPTION_ROOM + field_room);

    if (!at) {
        return NULL;
    }
    put_fields(at + QEMU_DESCRIPTION_ROOM, table->fields, table->field_count);
    put_pointer(at, table->name);
    put_int(at + layout->version_id, table->version_id);
    put_int(at + layout->minimum_version_id, table->minimum_version_id);
    memcpy(at + layout->pre_save, &table->pre_save, sizeof(table->pre_save));
    memcpy(at + layout->pre_load, &table->pre_load, sizeof(table->pre_load));
    memcpy(at + layout->post_load, &table->post_load, sizeof(table->post_load));
    memcpy(at + layout->needed, &table->needed, sizeof(table->needed));
    put_pointer(at + layout->fields, at + QEMU_DESCRIPTION_ROOM);
    put_pointer(at + layout->subsections, table->subsections);
    return at;
}
