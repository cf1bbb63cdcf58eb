/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The description at a stream's end ("vmdesc"): JSON that names the fields of each
 * device's section with their sizes, and so cuts the sections.
 */
#ifndef OB_VM_DESCRIPTION_H
#define OB_VM_DESCRIPTION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ObVmDescription ObVmDescription;

/* A description's text; NULL if it is no JSON.  Sets *values to the number of its values,
 * about, and doesn't parse more than OB_VM_VALUES_MAX: they take a hundred times the memory of
 * the text. */
#define OB_VM_VALUES_MAX (256u << 10)
json_t *ob_vm_description_parse(const char *text, size_t size, size_t *values);

/* Takes over `root`; NULL if that is no description, and `root` is released. */
ObVmDescription *ob_vm_description_new(json_t *root);
void ob_vm_description_free(ObVmDescription *description);  /* NULL is allowed */

/* What is said of a device, the description's own; NULL: nothing.  *size: bytes of its
 * section's payload, subsections included, or OB_VM_SIZE_UNKNOWN if that can't be told. */
#define OB_VM_SIZE_UNKNOWN UINT64_MAX
const json_t *ob_vm_description_device(const ObVmDescription *description,
                                       const char *name, uint32_t instance, uint64_t *size);

/* Where a subsection of the device itself is in its payload, header included; *index:
 * its place among the subsections.  False if it has none of this name. */
bool ob_vm_description_subsection(const json_t *device, const char *name, size_t *index,
                                  uint64_t *offset, uint64_t *size);

/* Elements of a field, 1 unless it is an array. */
uint64_t ob_vm_field_count(const json_t *field);

/* Bytes of one element. */
uint64_t ob_vm_field_size(const json_t *field);

/* NULL-safe look-ups: "" and 0 where the member is missing or of another type. */
const char *ob_vm_json_text(const json_t *object, const char *member);
uint64_t ob_vm_json_number(const json_t *object, const char *member);

#endif
