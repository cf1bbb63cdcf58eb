/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VMStateDescription in the layout of the QEMU that runs (qemu_version_running). */
#ifndef BRIDGE_QEMU_DESCRIPTION_H
#define BRIDGE_QEMU_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct QemuField {
    const char *name;
    size_t offset;              /* in what the description is registered for */
    size_t size;                /* of an element */
    uint32_t count;             /* more than 1: an array */
    int version_id;             /* the section's since which there is the field */
    const void *info;           /* VMStateInfo */
} QemuField;

typedef struct QemuDescription {
    const char *name;
    int version_id;
    int minimum_version_id;
    int (*pre_save)(void *opaque);
    int (*pre_load)(void *opaque);
    int (*post_load)(void *opaque, int version);
    bool (*needed)(void *opaque);       /* of a subsection; NULL: always */
    const QemuField *fields;            /* copied */
    uint32_t field_count;
    const void **subsections;           /* ends with NULL; NULL: none */
} QemuDescription;

/* For good, as strings, infos and subsections must be.  NULL: no memory. */
void *qemu_description_new(const QemuDescription *table);

#endif
