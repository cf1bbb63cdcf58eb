/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script that firmware runs over files of ACPI tables, QEMU's "etc/table-loader".  Each
 * entry is one command; its numbers are little-endian.
 */
#ifndef HW_HOST_ACPI_LOADER_SCRIPT_H
#define HW_HOST_ACPI_LOADER_SCRIPT_H

#include "hw-api/host/acpi/buffer.h"

enum { HW_LOADER_ENTRY_SIZE = 128, HW_LOADER_NAME_SIZE = 56 };

/* The first 4 bytes of an entry.  Firmware skips entries with other values. */
typedef enum HwLoaderCommand {
    HW_LOADER_ALLOCATE = 1,
    HW_LOADER_ADD_POINTER = 2,
    HW_LOADER_ADD_CHECKSUM = 3,
    HW_LOADER_WRITE_POINTER = 4,
} HwLoaderCommand;

/* Offsets of an entry's arguments.  Names end with a zero. */
enum {
    HW_LOADER_FILE = 4, /* all commands: the file that the command changes */

    HW_LOADER_ALLOCATE_ALIGNMENT = 60, /* 4 bytes */
    HW_LOADER_ALLOCATE_ZONE = 64,      /* 1 byte, an HwAcpiZone */

    HW_LOADER_SOURCE = 60,               /* both pointer commands: the pointer's target file */
    HW_LOADER_POINTER_OFFSET = 116,      /* 4 bytes; in the file */
    HW_LOADER_ADD_SIZE = 120,            /* 1 byte */
    HW_LOADER_WRITE_SOURCE_OFFSET = 120, /* 4 bytes */
    HW_LOADER_WRITE_SIZE = 124,          /* 1 byte */

    HW_LOADER_CHECKSUM_OFFSET = 60, /* 4 bytes each */
    HW_LOADER_CHECKSUM_START = 64,
    HW_LOADER_CHECKSUM_LENGTH = 68,
};

/* Each appends one entry; names are cut to fit. */
void hw_loader_allocate(HwAcpiBuffer *script, const char *file, uint32_t alignment, uint32_t zone);
void hw_loader_add_pointer(HwAcpiBuffer *script, const char *file, uint32_t offset, uint32_t size,
                           const char *source);
void hw_loader_add_checksum(HwAcpiBuffer *script, const char *file, uint32_t offset, uint32_t start,
                            uint32_t length);
void hw_loader_write_pointer(HwAcpiBuffer *script, const char *file, uint32_t offset, uint32_t size,
                             const char *source, uint32_t source_offset);

#endif
