/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/acpi-block.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"

#define CHILD_SIZE 128
#define PAGE_SIZE  4096u

/* The block is a child of fw_cfg, "/rom@FILE[0]"; the slashes in its name are escaped. */
static void child_name(char *child, const char *file)
{
    size_t at = (size_t)sprintf(child, "\\x2from@");

    for (const char *from = file; *from && at < CHILD_SIZE - 8; from++) {
        at += (size_t)sprintf(child + at, *from == '/' ? "\\x2f" : "%c", *from);
    }
    strcpy(child + at, "[0]");
}

bool acpi_block_find(AcpiBlock *block, const char *file)
{
    char child[CHILD_SIZE];

    child_name(child, file);
    block->file = file;
    block->region = (QemuMemoryRegion *)object_resolve_path_component(fw_cfg_port_device(), child);
    if (!block->region) {
        return false;
    }
    block->bytes = memory_region_get_ram_ptr(block->region);
    block->size = memory_region_size(block->region);
    return true;
}

uint64_t acpi_block_told(const char *file)
{
    FwCfgFile found = { 0 };

    return fw_cfg_port_find(file, &found, NULL) ? found.size : 0;
}

static bool block_resize(AcpiBlock *block, uint64_t size, HwError *error)
{
    QemuError *failed = NULL;

    if (size == block->size) {
        return true;
    }
    memory_region_ram_resize(block->region, size, &failed);
    if (failed) {
        hw_error_set(error, "'%s' can't have %" PRIu64 " bytes: %s", block->file, size,
                     error_get_pretty(failed));
        error_free(failed);
        return false;
    }
    block->size = size;
    return true;
}

/* QEMU maps a block's largest size at once, and does not tell that size.  So a size that it once
 * accepted is mapped. */
static bool block_can_have(AcpiBlock *block, uint64_t size, HwError *error)
{
    static struct {
        const char *file;
        uint64_t size;
    } known[] = { { ACPI_TABLES_FILE, 0 }, { ACPI_SCRIPT_FILE, 0 } };
    uint64_t *largest = &known[strcmp(block->file, ACPI_SCRIPT_FILE) == 0].size;
    uint64_t old = block->size;

    if (size > old && size > *largest) {
        if (!block_resize(block, size, error) || !block_resize(block, old, error)) {
            return false;
        }
        *largest = size;
    }
    return true;
}

/*
 * The block itself grows only when it has to.  QEMU ends a migration while a block gets more pages,
 * and a guest may reboot at any time.  If a block's last page is not full, QEMU has stored its
 * content since we did.
 */
bool acpi_block_tell(AcpiBlock *block, uint64_t size, uint64_t has, uint64_t used, HwError *error)
{
    uint64_t pages = (block->size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;

    if (!block_resize(block, used > pages ? size : pages, error) ||
        !block_can_have(block, size, error)) {
        return false;
    }
    if (size > has) {
        memset(block->bytes + has, 0, size - has);
    }
    fw_cfg_modify_file(fw_cfg_find(), block->file, block->bytes, size);
    return true;
}
