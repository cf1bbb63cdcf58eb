/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SMBIOS: the structures by which firmware describes the machine to a guest (DSP0134, the System
 * Management BIOS reference specification).  They are QEMU 11.1's for the same machine and options,
 * byte for byte.
 */
#ifndef OB_SMBIOS_H
#define OB_SMBIOS_H

#include "qtest/machine/core/host.h"

#define OB_SMBIOS_ANCHOR "etc/smbios/smbios-anchor" /* the entry point; firmware stores addresses */
#define OB_SMBIOS_TABLES "etc/smbios/smbios-tables"

/* The structures and values that a user gave. */
typedef struct ObSmbios ObSmbios;

ObSmbios *ob_smbios_new(void);
void ob_smbios_free(ObSmbios *smbios); /* NULL is allowed */

/*
 * Takes fields of a structure of this type by QEMU's names; the values are copied.  A later value
 * wins; types 8, 9 and 41 get one more structure by each call, and type 11 more strings.  Returns
 * false and sets `error` if the type or a name is unknown, or a value does not fit.
 */
bool ob_smbios_give(ObSmbios *smbios, uint32_t type, const ObOption *fields, uint32_t count,
                    HwError *error);

/* Takes one whole structure with its strings, which replaces the machine's own of this type.
 * Returns false and sets `error` if the bytes are not one structure, or if fields of the type were
 * given. */
bool ob_smbios_give_bytes(ObSmbios *smbios, const uint8_t *bytes, size_t size, HwError *error);

/* The form of the entry point. */
typedef enum ObSmbiosEntry {
    OB_SMBIOS_ENTRY_AUTO, /* the smaller one if the structures fit in */
    OB_SMBIOS_ENTRY_32,   /* SMBIOS 2.8 */
    OB_SMBIOS_ENTRY_64,   /* SMBIOS 3.0 */
} ObSmbiosEntry;

/* The machine as the structures tell it. */
typedef struct ObSmbiosMachine {
    const char *product;
    const char *version;
    const uint8_t *uuid;   /* 16 bytes, in the order of its text */
    uint64_t processor_id; /* CPUID 1: EAX, then EDX */
    uint32_t sockets;
    uint32_t cores;   /* in each socket */
    uint32_t threads; /* in each socket */
    uint64_t ram_size;
    uint64_t dimm_size; /* largest memory device */
    ObSmbiosEntry entry;

    /* The pieces of RAM, in the order of addresses: calls with 0, 1, ... until it returns false. */
    bool (*ram_at)(void *opaque, uint32_t index, uint64_t *start, uint64_t *size);
    /* The address of the PCI function with this id: bus << 8 | device << 3 | function. */
    bool (*function_find)(void *opaque, const char *id, uint32_t *address);
    void *opaque;
} ObSmbiosMachine;

/* Appends both files.  Returns false and sets `error` if a PCI function does not exist, or if the
 * machine does not fit into the entry point. */
bool ob_smbios_build(const ObSmbios *given, const ObSmbiosMachine *machine, GByteArray *anchor,
                     GByteArray *tables, HwError *error);

#endif
