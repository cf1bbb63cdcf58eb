/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a VMStateDescription in the layout of the running QEMU (qemu_layout). */
#ifndef BRIDGE_QEMU_DESCRIPTION_H
#define BRIDGE_QEMU_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct QemuField {
    const char *name;
    size_t offset;    /* in the object for which the description is registered */
    size_t size;      /* size of one element */
    uint32_t count;   /* more than 1: an array */
    int version_id;   /* the section's first version that has the field */
    const void *info; /* VMStateInfo */
    const void *vmsd; /* instead of `info`: the field is a pointer to an object with this
                       * VMStateDescription.  After qemu_pci_learn() */
    bool is_inside;   /* with `vmsd`: the object itself is at `offset`, not a pointer to it */
} QemuField;

typedef struct QemuDescription {
    const char *name;
    int version_id;
    int minimum_version_id;
    int (*pre_save)(void *opaque);
    int (*pre_load)(void *opaque);
    int (*post_load)(void *opaque, int version);
    bool (*needed)(void *opaque); /* for a subsection; NULL: always needed */
    const QemuField *fields;      /* copied */
    uint32_t field_count;
    const void **subsections; /* array that ends with NULL; NULL: none */
} QemuDescription;

/* The caller frees the result once QEMU does not know it any more; strings, infos and subsections
 * must live as long.  Returns NULL if out of memory. */
void *qemu_description_new(const QemuDescription *table);

#endif
