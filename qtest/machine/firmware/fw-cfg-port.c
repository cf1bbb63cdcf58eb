/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg from the guest's side: by its registers, data by DMA. */
#include "qtest/machine/firmware/stand-in-internal.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <string.h>

#define PORT_DMA        0x514
#define MEMORY_DMA      0x10
#define SIGNATURE       UINT64_C(0x47464320554d4551) /* "QEMU CFG" in memory */

#define KEY_DIRECTORY   0x19
#define DIRECTORY_ENTRY 64u
#define DIRECTORY_NAME  8

#define DMA_ERROR       HW_BIT(0)
#define DMA_READ        HW_BIT(1)
#define DMA_SKIP        HW_BIT(2)
#define DMA_SELECT      HW_BIT(3)
#define DMA_WRITE       HW_BIT(4)

enum { DESCRIPTOR_SIZE = 16, DATA = DESCRIPTOR_SIZE }; /* at the scratch address */

G_STATIC_ASSERT(DATA + FIRMWARE_FILES_MAX * DIRECTORY_ENTRY <= FIRMWARE_SCRATCH_SIZE);

/* ----------------------------------------------------------------------- DMA */

static HwSpace dma_space(const Firmware *f)
{
    return ob_host_machine(f->host)->has_io_ports ? HW_SPACE_IO : HW_SPACE_MEMORY;
}

static uint64_t dma_register(const Firmware *f)
{
    const ObMachine *machine = ob_host_machine(f->host);

    return machine->has_io_ports ? PORT_DMA : machine->fw_cfg_base + MEMORY_DMA;
}

/* Makes two 32-bit big-endian stores; the second store starts the transfer. */
static bool dma_run(Firmware *f, uint32_t control, uint32_t length, uint64_t address)
{
    uint64_t port = dma_register(f);
    uint8_t descriptor[DESCRIPTOR_SIZE];

    hw_store_be32(descriptor, control);
    hw_store_be32(descriptor + 4, length);
    hw_store_be32(descriptor + 8, (uint32_t)(address >> 32));
    hw_store_be32(descriptor + 12, (uint32_t)address);
    ob_host_write(f->host, f->scratch, descriptor, sizeof(descriptor));
    ob_host_store(f->host, dma_space(f), port, GUINT32_SWAP_LE_BE((uint32_t)(f->scratch >> 32)), 4);
    ob_host_store(f->host, dma_space(f), port + 4, GUINT32_SWAP_LE_BE((uint32_t)f->scratch), 4);
    return firmware_load(f, f->scratch, 4) == 0;
}

bool firmware_file_read(Firmware *f, const FirmwareFile *file, uint64_t address)
{
    return dma_run(f, (uint32_t)file->key << 16 | DMA_SELECT | DMA_READ, file->size, address);
}

bool firmware_item_write(Firmware *f, const FirmwareWrite *write)
{
    firmware_store(f, f->scratch + DATA, write->value, write->size);
    return dma_run(f, (uint32_t)write->key << 16 | DMA_SELECT | DMA_SKIP, write->offset, 0) &&
           dma_run(f, DMA_WRITE, write->size, f->scratch + DATA);
}

/* ------------------------------------------------------------------ directory */

static uint32_t directory_count(Firmware *f)
{
    uint8_t count[4];

    dma_run(f, KEY_DIRECTORY << 16 | DMA_SELECT | DMA_READ, sizeof(count), f->scratch + DATA);
    ob_host_read(f->host, f->scratch + DATA, count, sizeof(count));
    return hw_load_be32(count);
}

/* Skips a name without an end, since no script could name its file. */
static void directory_entry_take(Firmware *f, const uint8_t *entry)
{
    FirmwareFile *file = &f->files[f->file_count];

    if (entry[DIRECTORY_ENTRY - 1] == '\0') {
        file->size = hw_load_be32(entry);
        file->key = hw_load_be16(entry + 4);
        memcpy(file->name, entry + DIRECTORY_NAME, HW_LOADER_NAME_SIZE);
        f->file_count++;
    }
}

bool firmware_fw_cfg_check(const Firmware *f, HwError *error)
{
    return ob_host_load(f->host, dma_space(f), dma_register(f), 8) == SIGNATURE ||
           hw_error_set(error, "fw_cfg: there is no DMA register, expected a register that reads "
                               "'QEMU CFG'");
}

bool firmware_directory_read(Firmware *f, HwError *error)
{
    uint8_t entries[FIRMWARE_FILES_MAX * DIRECTORY_ENTRY];
    uint32_t count = directory_count(f);

    if (count > FIRMWARE_FILES_MAX) {
        return hw_error_set(error, "fw_cfg: the directory has %u files, expected at most %d", count,
                            FIRMWARE_FILES_MAX);
    }
    /* The directory is still selected, at the offset of its first entry. */
    dma_run(f, DMA_READ, count * DIRECTORY_ENTRY, f->scratch + DATA);
    ob_host_read(f->host, f->scratch + DATA, entries, count * DIRECTORY_ENTRY);
    for (uint32_t i = 0; i < count; i++) {
        directory_entry_take(f, entries + i * DIRECTORY_ENTRY);
    }
    return true;
}

const FirmwareFile *firmware_file(const Firmware *f, const char *name)
{
    for (uint32_t i = 0; i < f->file_count; i++) {
        if (strcmp(f->files[i].name, name) == 0) {
            return &f->files[i];
        }
    }
    return NULL;
}
