/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The description at a stream's end ("vmdesc"): JSON with the names and sizes of the fields
 * of each device's section.  The length of a section is known from it.
 */
#ifndef OB_VM_DESCRIPTION_H
#define OB_VM_DESCRIPTION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ObVmDescription ObVmDescription;

/* Parses a description's text; NULL if it is not JSON.  Sets *values to the approximate
 * number of its values.  A text with more than OB_VM_VALUES_MAX values isn't parsed: parsed
 * values take a hundred times the memory of the text. */
#define OB_VM_VALUES_MAX (256u << 10)
json_t *ob_vm_description_parse(const char *text, size_t size, size_t *values);

/* Takes over `root`.  If `root` is not a description, releases it and returns NULL. */
ObVmDescription *ob_vm_description_new(json_t *root);
void ob_vm_description_free(ObVmDescription *description); /* NULL is allowed */

/* Returns a device's description, which belongs to `description`, or NULL if it has none.
 * `occurrence` counts the sections of this name and instance from 0: before 8.2 QEMU sends some
 * sections twice, and describes them twice.
 * *size: bytes of the section's payload, subsections included, or OB_VM_SIZE_UNKNOWN. */
#define OB_VM_SIZE_UNKNOWN UINT64_MAX
const json_t *ob_vm_description_device(const ObVmDescription *description, const char *name,
                                       uint32_t instance, uint32_t occurrence, uint64_t *size);

/* The number of a field's elements, 1 unless the field is an array. */
uint64_t ob_vm_field_count(const json_t *field);

/* The size of one element in bytes. */
uint64_t ob_vm_field_size(const json_t *field);

/* NULL-safe look-ups: "" and 0 where the member is missing or of another type. */
const char *ob_vm_json_text(const json_t *object, const char *member);
uint64_t ob_vm_json_number(const json_t *object, const char *member);

/* True if an array of pointers is described as if all were NULL, as QEMU 7.2 describes s390_css:
 * its elements may be larger. */
bool ob_vm_description_is_short(const json_t *device);

#endif
