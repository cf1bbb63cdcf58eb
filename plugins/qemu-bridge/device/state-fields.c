/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of state tables as QEMU's VMStateFields. */
#include "plugins/qemu-bridge/device/state-fields.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/load/tables.h"
#include "hw-api/host/run/state.h"
#include "plugins/qemu-bridge/qemu/layout.h"

/* QEMU passes its field, which leads to its info, and so to ours. */
typedef struct FieldInfo {
    QemuVmstateInfo info;
    const HwStateField *field;
} FieldInfo;

static const HwStateField *field_of(const void *qemu_field)
{
    const FieldInfo *info;

    memcpy(&info, (const uint8_t *)qemu_field + qemu_layout->field.info, sizeof(info));
    return info->field;
}

/* ------------------------------------------------------------------- bytes */

/*
 * QEMU's own byte arrays use GLib's memory, which instances don't have.  This function
 * refuses a length that exceeds the field; QEMU would not notice it.
 */
static int bytes_get(QemuFile *file, void *value, size_t size, const void *qemu_field)
{
    const HwStateField *field = field_of(qemu_field);
    uint32_t length = qemu_get_be32(file);
    size_t bytes = (size_t)length * field->size;

    (void)size;
    if (length > field->count) {
        error_report("%s: byte array too large: %u, expected at most %u", field->name, length,
                     field->count);
        return -EINVAL;
    }
    if (qemu_get_buffer(file, (uint8_t *)value + sizeof(length), bytes) != bytes) {
        return -EIO;
    }
    memcpy(value, &length, sizeof(length));
    return 0;
}

static int bytes_put(QemuFile *file, void *value, size_t size, const void *qemu_field,
                     void *description)
{
    const HwStateField *field = field_of(qemu_field);
    uint32_t length;

    (void)size;
    (void)description;
    memcpy(&length, value, sizeof(length));
    length = length < field->count ? length : field->count;
    qemu_put_be32(file, length);
    qemu_put_buffer(file, (const uint8_t *)value + sizeof(length), (size_t)length * field->size);
    return 0;
}

/* ------------------------------------------------------------------- zeros */

#define PIECE 256

static int zeros_get(QemuFile *file, void *value, size_t size, const void *field)
{
    uint8_t piece[PIECE];

    (void)value, (void)field;
    for (size_t done = 0; done < size; done += PIECE) {
        size_t next = size - done < PIECE ? size - done : PIECE;

        if (qemu_get_buffer(file, piece, next) != next) {
            return -EIO;
        }
    }
    return 0;
}

static int zeros_put(QemuFile *file, void *value, size_t size, const void *field, void *description)
{
    static const uint8_t piece[PIECE];

    (void)value, (void)field, (void)description;
    for (size_t done = 0; done < size; done += PIECE) {
        qemu_put_buffer(file, piece, size - done < PIECE ? size - done : PIECE);
    }
    return 0;
}

static const QemuVmstateInfo zeros_info = { "unused_buffer", zeros_get, zeros_put, NULL, NULL };

/* -------------------------------------- numbers with fixed bits, and those that may be absent */

/* The functions of QEMU's own infos differ by release. */
static int number_get(QemuFile *file, void *value, size_t size, const void *qemu_field)
{
    const HwStateField *field = field_of(qemu_field);
    uint8_t bytes[8];
    uint64_t number;

    if (!hw_state_is_given((uint8_t *)value - field->offset, field)) {
        memset(value, 0, size);
        return 0;
    }
    if (qemu_get_buffer(file, bytes, size) != size) {
        return -EIO;
    }
    number = hw_load_be(bytes, (uint32_t)size);
    if ((number ^ field->value) & field->fixed) {
        error_report("%s: 0x%" PRIx64 ", expected 0x%" PRIx64 " in the bits 0x%" PRIx64,
                     field->name, number, field->value, field->fixed);
        return -EINVAL;
    }
    hw_state_element_load(value, bytes, (uint32_t)size);
    return 0;
}

static int number_put(QemuFile *file, void *value, size_t size, const void *qemu_field,
                      void *description)
{
    const HwStateField *field = field_of(qemu_field);
    uint8_t bytes[8];

    (void)description;
    if (hw_state_is_given((uint8_t *)value - field->offset, field)) {
        hw_state_element_store(bytes, value, (uint32_t)size);
        qemu_put_buffer(file, bytes, size);
    }
    return 0;
}

static const QemuVmstateInfo *plain_info(uint32_t size)
{
    switch (size) {
    case 1:
        return &vmstate_info_uint8;
    case 2:
        return &vmstate_info_uint16;
    case 4:
        return &vmstate_info_uint32;
    default:
        return &vmstate_info_uint64;
    }
}

/* -------------------------------------------------------------------------- all */

static const void *info_new(BridgeDescriptions *owner, const HwStateField *field,
                            const QemuVmstateInfo *functions, HwError *error)
{
    FieldInfo *info = bridge_keep(owner, calloc(1, sizeof(*info)), field->name, error);

    if (info) {
        *info = (FieldInfo) { *functions, field };
    }
    return info;
}

static const void *info_of(BridgeDescriptions *owner, const HwStateField *field, HwError *error)
{
    const QemuVmstateInfo bytes = { "GByteArray", bytes_get, bytes_put, NULL, NULL };
    const QemuVmstateInfo number = { plain_info(field->size)->name, number_get, number_put, NULL,
                                     NULL };

    switch (field->type) {
    case HW_STATE_BYTES:
        return info_new(owner, field, &bytes, error);
    case HW_STATE_ZEROS:
        return &zeros_info;
    default:
        return field->fixed || field->given ? info_new(owner, field, &number, error)
                                            : plain_info(field->size);
    }
}

bool bridge_describe_field(BridgeDescriptions *owner, const HwStateField *field,
                           QemuField *described, HwError *error)
{
    *described = (QemuField) {
        .name = field->name,
        .offset = field->offset,
        .size = field->type == HW_STATE_BYTES   ? hw_state_extent(field)
                : field->type == HW_STATE_ZEROS ? field->count
                                                : field->size,
        .count = field->type == HW_STATE_UINT ? field->count : 1,
        .version_id = (int)field->since,
        .info = info_of(owner, field, error),
    };
    return described->info != NULL;
}
