/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The RAM blocks of QEMU's ACPI files, and the sizes that firmware reads from fw_cfg's directory.
 * QEMU fills the blocks when the machine is made, and again when firmware asks for one of the
 * files after a reset.
 */
#ifndef BRIDGE_ACPI_BLOCK_H
#define BRIDGE_ACPI_BLOCK_H

#include "hw-api/hw-api.h"
#include "plugins/qemu-bridge/qemu/api.h"

/* QEMU's fw_cfg files. */
#define ACPI_TABLES_FILE "etc/acpi/tables"
#define ACPI_RSDP_FILE   "etc/acpi/rsdp"
#define ACPI_SCRIPT_FILE "etc/table-loader"

typedef struct AcpiBlock {
    const char *file;
    QemuMemoryRegion *region;
    uint8_t *bytes;
    uint64_t size; /* the block's, without spare room */
} AcpiBlock;

/* Returns false if the machine does not have the file.  fw_cfg's port must be open. */
bool acpi_block_find(AcpiBlock *block, const char *file);

/* The file's size in the directory; 0: there is no such file. */
uint64_t acpi_block_told(const char *file);

/*
 * Gives the file `size` bytes in the directory: the first `has` bytes as they are, then zeros.
 * `used` bytes will be in use, and migrate with the block.
 */
bool acpi_block_tell(AcpiBlock *block, uint64_t size, uint64_t has, uint64_t used, HwError *error);

#endif
