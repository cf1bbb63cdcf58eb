/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values in a section's payload, found with the stream's description of its fields. */
#ifndef OB_VM_FIELDS_H
#define OB_VM_FIELDS_H

#include "qtest/stream/codec/description.h"

typedef struct ObVmValue {
    const char *path; /* "env.segs[2].base", "tpm-crb/chunk: response_offset" */
    const char *type; /* QEMU's name: "uint32", "buffer" */
    uint64_t size;    /* bytes of an element */
    uint64_t count;
    const uint8_t *bytes;
    uint64_t offset; /* in the payload */
} ObVmValue;

typedef void ObVmValueFunction(void *opaque, const ObVmValue *value);

/* Calls `each` for every value in the payload's order; a struct gives one call a field.  False
 * if the payload is shorter than its description, or a path longer than OB_VM_NAME_MAX. */
bool ob_vm_fields_each(const json_t *device, const uint8_t *payload, size_t size,
                       ObVmValueFunction *each, void *opaque);

/* True if the elements are integers or booleans. */
bool ob_vm_value_is_number(const ObVmValue *value);

/* An element as an unsigned integer, sign-extended if its type is signed. */
uint64_t ob_vm_value_number(const ObVmValue *value, uint64_t index);

/* The text of a value: "0x82", "-1", "[0, 0x10]", "\"prelaunch\"", "00 ff ... (1321 bytes)".
 * The caller frees it.  `most` is the number of elements or bytes to show, 0: all. */
char *ob_vm_value_format(const ObVmValue *value, uint64_t most);

#endif
