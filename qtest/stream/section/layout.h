/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the layouts of two sections of one name, by the descriptions of their fields.  QEMU has
 * no length in front of a section: a destination whose fields have other sizes reads on in the next
 * section, and says "Missing section footer".
 */
#ifndef OB_VM_LAYOUT_H
#define OB_VM_LAYOUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ObVmLayoutSide {
    const json_t *description;
    const uint8_t *payload;
    size_t size;
} ObVmLayoutSide;

/*
 * Returns the first difference in words, "array cpu[2] here, cpu[1] in the stream", or NULL if the
 * destination reads the stream's fields to their end.  The caller frees it.  A size may differ if a
 * field in front of it tells the size.  *certain: false if the difference is a field of one side
 * alone, and another field may tell if it comes.  QEMU describes no array of 0 elements.
 */
char *ob_vm_layout_compare(const ObVmLayoutSide *stream, const ObVmLayoutSide *own, bool *certain);

#endif
