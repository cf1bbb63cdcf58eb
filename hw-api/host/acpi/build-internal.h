/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a build share: build.c takes the devices' calls, build-ask.c checks what
 * they add up to, build-layout.c writes it. */
#ifndef HW_HOST_ACPI_BUILD_INTERNAL_H
#define HW_HOST_ACPI_BUILD_INTERNAL_H

#include "hw-api/host/acpi/build.h"

/* More than all devices of a machine have any use for. */
enum {
    TABLES_MAX = 64,
    COMMANDS_MAX = 256,
    BYTES_MAX = 1 << 20,        /* of all tables, and of all AML */
    ALIGNMENT_MAX = 4096,       /* EDK2 takes no more than a page */
};

typedef struct HwAcpiTable {
    char signature[5];
    char oem_table_id[9];
    bool has_oem_table_id;
    uint32_t revision;
    uint32_t size;              /* of the body */
    uint32_t body;              /* its place among the bodies */
    uint32_t place;             /* in the file, once it is laid out */
} HwAcpiTable;

typedef struct HwAcpiCommand {
    HwLoaderCommand kind;
    char file[HW_LOADER_NAME_SIZE];     /* ALLOCATE, WRITE_POINTER */
    char source[HW_LOADER_NAME_SIZE];   /* both pointers */
    uint32_t alignment;
    uint32_t zone;
    uint32_t table;             /* ADD_POINTER */
    uint32_t offset;
    uint32_t size;
    uint32_t source_offset;
} HwAcpiCommand;

/* How far a build had got before the device that is asked. */
typedef struct HwAcpiMark {
    uint32_t tables;
    uint32_t commands;
    uint32_t bodies;
    uint32_t aml;
} HwAcpiMark;

struct HwAcpiBuild {
    HwAcpiFindFile *find;
    void *find_opaque;
    HwDevice *dev;              /* that is asked; NULL: none, so that calls are dropped */
    HwAcpiMark mark;
    bool refused;
    char reason[256];
    uint32_t table_count;
    uint32_t command_count;
    HwAcpiBuffer bodies;
    HwAcpiBuffer aml;
    HwAcpiTable tables[TABLES_MAX];
    HwAcpiCommand commands[COMMANDS_MAX];
};

/* Drops the device once it is done; the first reason is kept.  Always false. */
bool hw_acpi_refuse(HwAcpiBuild *build, const char *format, ...) HW_PRINTF(2, 3);

#endif
