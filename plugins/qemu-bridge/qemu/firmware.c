/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/firmware.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/machine-api.h"

/* UEFI Platform Initialization 1.7, volume 3, 3.2.1: the header of a firmware volume.  EDK2 has
 * its first volume behind a page with the reset vector. */
#define SIGNATURE       "_FVH"
#define SIGNATURE_PLACE 40
#define VOLUME_STEP     0x1000u
#define BEGIN_SIZE      0x10000u

/* QEMU's flash for firmware, and its memory region. */
#define FLASH "virt.flash0"

static bool begins_with_volume(const uint8_t *bytes, uint64_t size)
{
    for (uint64_t at = SIGNATURE_PLACE; at + strlen(SIGNATURE) <= size; at += VOLUME_STEP) {
        if (memcmp(bytes + at, SIGNATURE, strlen(SIGNATURE)) == 0) {
            return true;
        }
    }
    return false;
}

/* QEMU copies this file into the flash at reset, after devices are realized. */
static bool file_is_uefi(const char *name)
{
    static uint8_t bytes[BEGIN_SIZE];
    char *path = qemu_find_file(QEMU_FILE_TYPE_BIOS, name);
    FILE *file = path ? fopen(path, "rb") : NULL;
    size_t size = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

    if (file) {
        fclose(file);
    }
    free(path);
    return begins_with_volume(bytes, size);
}

/* A drive's bytes are in the flash from its realize on. */
static bool flash_is_uefi(void)
{
    QemuObject *flash = object_resolve_path_component(qdev_get_machine(), FLASH);
    QemuMemoryRegion *region = flash
                                   ? (QemuMemoryRegion *)object_resolve_path_component(flash,
                                                                                       FLASH "[0]")
                                   : NULL;

    return region && memory_region_size(region) >= BEGIN_SIZE &&
           begins_with_volume(memory_region_get_ram_ptr(region), BEGIN_SIZE);
}

bool bridge_firmware_is_uefi(void)
{
    char *name = object_property_get_str(qdev_get_machine(), "firmware", NULL);
    bool is_uefi = name && name[0] ? file_is_uefi(name) : flash_is_uefi();

    free(name);
    return is_uefi;
}
