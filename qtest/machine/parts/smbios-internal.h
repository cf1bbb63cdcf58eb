/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms of structures, and those that were given. */
#ifndef OB_SMBIOS_INTERNAL_H
#define OB_SMBIOS_INTERNAL_H

#include <glib.h>

#include "qtest/machine/parts/smbios.h"

enum {
    SMBIOS_HEADER = 4, /* type, length, handle */
    SMBIOS_FIELDS_MAX = 10,
    SMBIOS_LENGTH_MAX = 48,

    /* structures, DSP0134 chapter 7 */
    SMBIOS_FIRMWARE = 0,
    SMBIOS_SYSTEM = 1,
    SMBIOS_BOARD = 2,
    SMBIOS_CHASSIS = 3,
    SMBIOS_PROCESSOR = 4,
    SMBIOS_CONNECTOR = 8,
    SMBIOS_SLOT = 9,
    SMBIOS_STRINGS = 11,
    SMBIOS_MEMORY_ARRAY = 16,
    SMBIOS_MEMORY_DEVICE = 17,
    SMBIOS_MEMORY_MAP = 19,
    SMBIOS_BOOT = 32,
    SMBIOS_ONBOARD = 41,
    SMBIOS_END = 127,
};

typedef enum SmbiosKind {
    SMBIOS_TEXT,
    SMBIOS_NUMBER,
    SMBIOS_FLAG,     /* the bits of `mask` */
    SMBIOS_RELEASE,  /* two bytes: "1.2" */
    SMBIOS_DEVICE,   /* the kind of an onboard device */
    SMBIOS_FUNCTION, /* a PCI function's address: segment, bus, device and function */
} SmbiosKind;

typedef struct SmbiosField {
    const char *key; /* NULL: after the last */
    SmbiosKind kind;
    uint8_t offset;
    uint8_t size;       /* bytes, for a number */
    uint8_t mask;       /* bits, for a flag */
    uint8_t copy;       /* a number's second offset; 0: none */
    const char *preset; /* a text, if none is given; may be NULL */
    bool counts;        /* the text ends in the structure's number */
} SmbiosField;

extern const char smbios_product[], smbios_version[]; /* presets that stand for the machine's */

typedef struct SmbiosForm {
    uint8_t type;
    uint8_t length;
    uint16_t handle; /* the first structure's */
    bool many;       /* each use of the option gives one */
    const char *bytes;
    SmbiosField fields[SMBIOS_FIELDS_MAX];
} SmbiosForm;

/* NULL: no structure of this type is known. */
const SmbiosForm *smbios_form(uint32_t type);

/* A structure before its strings got numbers. */
typedef struct SmbiosStructure {
    const SmbiosForm *form;
    uint8_t bytes[SMBIOS_LENGTH_MAX];
    char *texts[SMBIOS_FIELDS_MAX]; /* by field; NULL: not given */
} SmbiosStructure;

struct ObSmbios {
    GPtrArray *structures; /* SmbiosStructure, in the order of options */
    GPtrArray *strings;    /* char *, of type 11 */
    GByteArray *bytes;     /* whole structures */
    uint32_t bytes_count;
    uint16_t bytes_largest;
    bool has_bytes[256];
};

SmbiosStructure *smbios_structure_new(const SmbiosForm *form);
void smbios_structure_free(void *structure);

#endif
