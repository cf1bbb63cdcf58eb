/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The places of firmware's images, as QEMU's machines have them. */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/flash/flash-internal.h"

#define KIB             UINT64_C(0x400)
#define MIB             UINT64_C(0x100000)
#define GIB_4           UINT64_C(0x100000000)
#define FIRMWARE_MOST   (8 * MIB) /* a PC's chips together, by default */
#define ROM_UNIT        (64 * KIB)
#define ROM_MOST        (1024 * MIB)
#define ISA_ALIAS_SINCE 901 /* the machines of QEMU 9.1 */

struct ObFlashBoard {
    const HwClass *classes; /* for OB_FLASHES chips */
    ObFlashShape shape;
    uint64_t size; /* each chip has it, one behind the other from 0 on; 0: a PC */
};

const ObFlashBoard ob_flash_pc = {
    .classes = ob_flash_pc_classes,
    .shape = { .width = 1, .sector = 4096, .block = OB_FLASH_PC_BLOCK },
};

const ObFlashBoard ob_flash_virt = {
    .classes = ob_flash_virt_classes,
    .shape = { .width = 4,
               .device_width = 2,
               .sector = 256 * KIB,
               .block = OB_FLASH_VIRT_BLOCK,
               .maker = 0x89,
               .model = 0x18 },
    .size = 64 * MIB,
};

/* ------------------------------------------------------------------- places */

/* Shows a part of a region from `offset` on; without `is_chip` the guest can't write it. */
static void show(ObHost *host, HwRegionState *region, bool is_chip, uint64_t start, uint64_t offset,
                 uint64_t size)
{
    const ObRange range = {
        .start = start,
        .size = size,
        .load = is_chip ? NULL : region->ram + offset,
        .region = is_chip ? region : NULL,
        .offset = offset,
        .name = "firmware",
    };

    if (!host->background) {
        host->background = g_array_new(FALSE, FALSE, sizeof(ObRange));
    }
    g_array_append_val(host->background, range);
}

/* ---------------------------------------------------------------------- ROM */

typedef struct Rom {
    HwDevice dev;
    uint64_t size;
} Rom;

static const HwClass rom_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "firmware-rom",
        .description = "firmware of a PC",
        .instance_size = sizeof(Rom),
        .flags = HW_CLASS_FLAT,
        .regions = HW_ROWS(HwRegion,
                           { "rom", HW_REGION_RAM, HW_SPACE_NONE, .size = ROM_MOST,
                             .size_from = offsetof(Rom, size), .ram_block = "pc.bios" }),
    },
    .original = &rom_class.table,
};

static bool rom_create(ObHost *host, const ObImage *image, HwError *error)
{
    uint64_t isa_size = MIN(image->size, (uint64_t)OB_ISA_BIOS);
    HwInstance *instance;

    if (!image->size || image->size % ROM_UNIT || image->size > ROM_MOST) {
        return hw_error_set(error,
                            "could not load PC BIOS '%s': %" PRIu64
                            " bytes, expected a multiple of 65536",
                            image->name, image->size);
    }
    instance = hw_instance_new(&host->base.api, &rom_class, NULL, NULL);
    if (!instance) {
        return hw_error_set(error, "machine: no memory for the firmware");
    }
    HW_DEVICE(Rom, instance->dev)->size = image->size;
    if (!ob_host_add_part(host, instance, error)) {
        return false;
    }
    memcpy(instance->regions[0].ram, image->bytes, image->size);
    show(host, &instance->regions[0], false, MIB - isa_size, image->size - isa_size, isa_size);
    show(host, &instance->regions[0], false, GIB_4 - image->size, 0, image->size);
    return true;
}

/* -------------------------------------------------------------------- chips */

static HwInstance *chip_new(ObHost *host, uint32_t unit, const ObImage *image, uint64_t size,
                            HwError *error)
{
    const ObFlashBoard *board = host->machine->flash;
    HwInstance *instance = hw_instance_new(&host->base.api, &board->classes[unit], NULL, NULL);
    ObFlash *s;

    if (!instance) {
        hw_error_set(error, "machine: no memory for flash");
        return NULL;
    }
    s = HW_DEVICE(ObFlash, instance->dev);
    s->size = size;
    s->isa_size = MIN(size, (uint64_t)OB_ISA_BIOS);
    s->has_isa_alias = host->version >= ISA_ALIAS_SINCE;
    s->has_isa_copy = !s->has_isa_alias;
    s->shape = &board->shape;
    s->is_read_only = image->is_read_only;
    s->changed = image->changed;
    s->changed_opaque = image->opaque;
    if (!ob_host_add_part(host, instance, error)) {
        return NULL;
    }
    if (image->is_given) {
        memcpy(instance->regions[OB_FLASH_MEMORY].ram, image->bytes, image->size);
    }
    return instance;
}

static bool chip_add(ObHost *host, uint32_t unit, const ObImage *image, uint64_t start,
                     uint64_t size, HwError *error)
{
    HwInstance *instance = chip_new(host, unit, image, size, error);

    if (instance) {
        show(host, &instance->regions[OB_FLASH_CHIP], true, start, 0, size);
    }
    return instance != NULL;
}

/* The first chip is seen below 1 MiB, too.  Older machines have a copy there. */
static void isa_show(ObHost *host)
{
    HwInstance *instance = g_ptr_array_index(host->parts, host->parts->len - 1);
    const ObFlash *s = HW_DEVICE(ObFlash, instance->dev);
    HwRegionState *copy = &instance->regions[OB_FLASH_ISA_COPY];

    if (s->has_isa_copy) {
        memcpy(copy->ram, instance->regions[OB_FLASH_MEMORY].ram + s->size - s->isa_size,
               s->isa_size);
    }
    show(host, s->has_isa_copy ? copy : &instance->regions[OB_FLASH_ISA_ALIAS], !s->has_isa_copy,
         MIB - s->isa_size, 0, s->isa_size);
}

static bool pc_size_check(const ObFlashBoard *board, const ObImage *image, uint32_t unit,
                          uint64_t total, uint64_t most, HwError *error)
{
    if (!image->size || image->size % board->shape.sector) {
        return hw_error_set(error,
                            "system firmware block device pflash%u has invalid size %" PRIu64
                            ": its size must be a non-zero multiple of 0x%x",
                            unit, image->size, board->shape.sector);
    }
    return image->size <= most - total ||
           hw_error_set(error, "combined size of system firmware exceeds %" PRIu64 " bytes", most);
}

/* From 4 GiB downwards.  With chips there is no ROM. */
static bool pc_chips_create(ObHost *host, const ObHostConfig *config, HwError *error)
{
    const ObFlashBoard *board = host->machine->flash;
    uint64_t most = config->firmware_most ? config->firmware_most : FIRMWARE_MOST;
    uint64_t total = 0;

    for (uint32_t i = 0; i < OB_FLASHES && config->flash[i].is_given; i++) {
        const ObImage *image = &config->flash[i];

        if (!pc_size_check(board, image, i, total, most, error) ||
            !chip_add(host, i, image, GIB_4 - total - image->size, image->size, error)) {
            return false;
        }
        if (i == 0) {
            isa_show(host);
        }
        total += image->size;
    }
    return true;
}

static bool pc_create(ObHost *host, const ObHostConfig *config, HwError *error)
{
    if (config->flash[1].is_given && !config->flash[0].is_given) {
        return hw_error_set(error, "pflash1 requires pflash0");
    }
    return config->flash[0].is_given ? pc_chips_create(host, config, error)
                                     : rom_create(host, &config->rom, error);
}

/* -bios fills the first chip.  A chip without an image is blank, and its bytes are kept nowhere. */
static bool virt_create(ObHost *host, const ObHostConfig *config, HwError *error)
{
    const ObFlashBoard *board = host->machine->flash;

    if (config->rom.is_given && config->flash[0].is_given) {
        return hw_error_set(error, "The contents of the first flash device may be specified with "
                                   "-bios or with -drive if=pflash, but you cannot use both "
                                   "options at once");
    }
    if (config->rom.is_given && config->rom.size > board->size) {
        return hw_error_set(error,
                            "Could not load ROM image '%s': %" PRIu64
                            " bytes, expected up to %" PRIu64,
                            config->rom.name, config->rom.size, board->size);
    }
    for (uint32_t i = 0; i < OB_FLASHES; i++) {
        const ObImage *image = &config->flash[i];

        if (image->is_given && image->size != board->size) {
            return hw_error_set(error,
                                "device requires %" PRIu64 " bytes, pflash%u provides %" PRIu64
                                " bytes",
                                board->size, i, image->size);
        }
        image = i == 0 && config->rom.is_given ? &config->rom : image;
        if (!chip_add(host, i, image, i * board->size, board->size, error)) {
            return false;
        }
    }
    return true;
}

bool ob_flash_create(ObHost *host, const ObHostConfig *config, HwError *error)
{
    const ObFlashBoard *board = host->machine->flash;
    bool is_given = config->rom.is_given;

    for (uint32_t i = 0; i < OB_FLASHES; i++) {
        is_given = is_given || config->flash[i].is_given;
    }
    if (!is_given || !board) {
        return true;
    }
    return board->size ? virt_create(host, config, error) : pc_create(host, config, error);
}

bool ob_flash_describe(const ObHost *host, uint64_t *size, uint32_t *width)
{
    const ObFlashBoard *board = host->machine->flash;

    if (!board || !board->size || !host->background) {
        return false;
    }
    *size = board->size;
    *width = board->shape.width;
    return true;
}
