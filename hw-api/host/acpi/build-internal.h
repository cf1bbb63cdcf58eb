/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of a build: build.c takes a device's calls, build-ask.c checks all of them
 * together, and build-layout.c writes the result. */
#ifndef HW_HOST_ACPI_BUILD_INTERNAL_H
#define HW_HOST_ACPI_BUILD_INTERNAL_H

#include "hw-api/host/acpi/build.h"

/* Limits far above the needs of all devices of a machine. */
enum {
    TABLES_MAX = 64,
    COMMANDS_MAX = 256,
    BYTES_MAX = 1 << 20,  /* for all tables together, and for all AML */
    ALIGNMENT_MAX = 4096, /* EDK2 accepts at most a page */
};

typedef struct HwAcpiTable {
    char signature[5];
    char oem_table_id[9];
    bool has_oem_table_id;
    uint32_t revision;
    uint32_t size;  /* the body's */
    uint32_t body;  /* offset of the body in `bodies` */
    uint32_t place; /* offset in the file, after the layout */
} HwAcpiTable;

typedef struct HwAcpiCommand {
    HwLoaderCommand kind;
    char file[HW_LOADER_NAME_SIZE];   /* ALLOCATE, WRITE_POINTER */
    char source[HW_LOADER_NAME_SIZE]; /* both pointers */
    uint32_t alignment;
    uint32_t zone;
    uint32_t table; /* ADD_POINTER */
    uint32_t offset;
    uint32_t size;
    uint32_t source_offset;
} HwAcpiCommand;

/* The build's sizes before the current device was asked. */
typedef struct HwAcpiMark {
    uint32_t tables;
    uint32_t commands;
    uint32_t bodies;
    uint32_t aml;
} HwAcpiMark;

struct HwAcpiBuild {
    HwAcpiFindFile *find;
    void *find_opaque;
    HwDevice *dev; /* the device that is asked; NULL: none, calls are dropped */
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

/* Drops the device's contribution at the end of its hook; the first reason is kept.  Always
 * false. */
bool hw_acpi_refuse(HwAcpiBuild *build, const char *format, ...) HW_PRINTF(2, 3);

#endif
