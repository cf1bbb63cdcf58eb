/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The properties of -machine: the host's own, and QEMU's from 7.2 to 11.1. */
#ifndef OB_MACHINE_PROPERTY_H
#define OB_MACHINE_PROPERTY_H

#include <stdint.h>

typedef enum ObPropertyKind {
    OB_PROPERTY_WORD,    /* one of `values` */
    OB_PROPERTY_FLAG,    /* on or off, by QEMU's words */
    OB_PROPERTY_NUMBER,  /* up to `most` */
    OB_PROPERTY_SIZE,    /* bytes, up to `most`; 0: any */
    OB_PROPERTY_TEXT,    /* up to `most` characters */
    OB_PROPERTY_REFUSED, /* `values` is the reason */
} ObPropertyKind;

typedef struct ObMachineProperty {
    const char *name;
    const char *architecture; /* NULL: each */
    ObPropertyKind kind;
    const char *values; /* words with spaces between and around them */
    uint64_t most;
} ObMachineProperty;

/* In the order of names within each architecture; NULL after the last. */
const ObMachineProperty *ob_machine_property(uint32_t index);

#endif
