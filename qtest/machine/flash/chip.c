/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flash chips with Intel's commands (Intel StrataFlash 28F128J3A, "Command Definitions"), as QEMU's
 * cfi.pflash01: a command takes effect at once, and the chip is always ready.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/flash/flash-internal.h"

enum {
    READ_ARRAY = 0x00, /* QEMU's own; the chip's is 0xff */
    PROGRAM_OLD = 0x10,
    ERASE = 0x20,
    ERASE_OTHER = 0x28, /* no write begins it, but a stream may bring it */
    PROGRAM = 0x40,
    CLEAR_STATUS = 0x50,
    LOCK = 0x60,
    READ_STATUS = 0x70,
    READ_ID = 0x90,
    QUERY = 0x98,
    BLOCK = 0xe8,
    CONFIRM = 0xd0,  /* the second write, or the last: do it */
    SET_LOCK = 0x01, /* the second write of LOCK; the chip has no locks */
    LEAVE = 0xff,    /* the second write: do nothing */
    IS_READY = 0x80, /* bits of the status */
    NO_ERASE = 0x20,
    NO_PROGRAM = 0x10,
};

#define LARGEST (UINT64_C(1) << 30)

static ObFlash *flash_of(HwDevice *dev)
{
    return HW_DEVICE(ObFlash, dev);
}

static HwRegionState *memory_of(ObFlash *s)
{
    return &hw_instance_of(&s->dev)->regions[OB_FLASH_MEMORY];
}

/* -------------------------------------------------------------------- reads */

static uint32_t status_read(const ObFlash *s, uint32_t size)
{
    return size > 2 ? s->status | (uint32_t)s->status << 16 : s->status;
}

static uint64_t chip_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    ObFlash *s = flash_of(dev);

    switch (s->command) {
    case PROGRAM_OLD:
    case ERASE:
    case ERASE_OTHER:
    case PROGRAM:
    case CLEAR_STATUS:
    case LOCK:
    case READ_STATUS:
    case BLOCK:
        return status_read(s, size);
    case READ_ID:
        return ob_flash_id(s->shape, offset);
    case QUERY:
        return ob_flash_query(s->shape, s->size, offset);
    default:
        return hw_load_le(memory_of(s)->ram + offset, size);
    }
}

/* ------------------------------------------------------------------- memory */

/* The bytes have changed. */
static void memory_changed(ObFlash *s, uint64_t offset, uint64_t size)
{
    HwRegionState *memory = memory_of(s);

    memory->stored(memory, offset, size);
    if (s->changed) {
        s->changed(s->changed_opaque, offset, memory->ram + offset, size);
    }
}

static void read_array(ObFlash *s)
{
    s->step = 0;
    s->command = READ_ARRAY;
}

static void sector_erase(ObFlash *s, uint64_t offset)
{
    uint64_t sector = offset - offset % s->shape->sector;

    if (s->is_read_only) {
        s->status |= NO_ERASE;
    } else {
        memset(memory_of(s)->ram + sector, 0xff, s->shape->sector);
        memory_changed(s, sector, s->shape->sector);
    }
    s->status |= IS_READY;
}

/* QEMU stores the value as it is, where a chip can only clear bits. */
static void program(ObFlash *s, uint64_t offset, uint64_t value, uint32_t size)
{
    if (s->is_read_only) {
        s->status |= NO_PROGRAM;
    } else {
        hw_store_le(memory_of(s)->ram + offset, value, size);
        memory_changed(s, offset, size);
    }
    s->status |= IS_READY;
    s->step = 0;
}

/* ------------------------------------------------------------- block writes */

static bool block_begun(const ObFlash *s)
{
    return s->block_at != (uint32_t)OB_FLASH_NOWHERE;
}

static void block_drop(ObFlash *s)
{
    s->block_at = (uint32_t)OB_FLASH_NOWHERE;
    memset(s->block_bytes, 0, sizeof(s->block_bytes));
}

/* The first write chooses the block, whose other bytes stay. */
static void block_begin(ObFlash *s, uint64_t offset)
{
    s->block_at = (uint32_t)(offset - offset % s->shape->block);
    memcpy(s->block_bytes, memory_of(s)->ram + s->block_at, s->shape->block);
}

static bool block_has(const ObFlash *s, uint64_t offset, uint32_t size)
{
    return block_begun(s) && offset >= s->block_at &&
           offset + size <= (uint64_t)s->block_at + s->shape->block;
}

/* QEMU begins no block for a single write, so that this fails. */
static void block_write(ObFlash *s, uint64_t offset, uint64_t value, uint32_t size)
{
    if (!block_begun(s) && s->counter) {
        block_begin(s, offset);
    }
    if (!s->is_read_only && block_has(s, offset, size)) {
        hw_store_le(s->block_bytes + (offset - s->block_at), value, size);
    } else {
        s->status |= NO_PROGRAM;
    }
    s->status |= IS_READY;
    if (s->counter) {
        s->counter--;
    } else {
        s->step++;
    }
}

static void block_end(ObFlash *s, uint8_t confirmation)
{
    if (confirmation != CONFIRM || (s->status & NO_PROGRAM) || !block_begun(s)) {
        block_drop(s);
        read_array(s);
        return;
    }
    memcpy(memory_of(s)->ram + s->block_at, s->block_bytes, s->shape->block);
    memory_changed(s, s->block_at, s->shape->block);
    block_drop(s);
    s->status |= IS_READY;
    s->step = 0;
}

/* ------------------------------------------------------------------- writes */

static void command_begin(ObFlash *s, uint64_t offset, uint8_t command)
{
    switch (command) {
    case ERASE:
        sector_erase(s, offset); /* QEMU does not wait for the confirmation */
        break;
    case BLOCK:
        s->status |= IS_READY;
        break;
    case PROGRAM_OLD:
    case PROGRAM:
    case LOCK:
    case QUERY:
        break;
    case READ_STATUS:
    case READ_ID:
        s->command = command;
        return;
    case CLEAR_STATUS:
        s->status = 0;
        read_array(s);
        return;
    default:
        read_array(s);
        return;
    }
    s->command = command;
    s->step = 1;
}

/* The second write of a command that has to be confirmed. */
static void confirm(ObFlash *s, bool confirmed)
{
    if (confirmed) {
        s->status |= IS_READY;
        s->step = 0;
    } else {
        read_array(s);
    }
}

static void command_continue(ObFlash *s, uint64_t offset, uint64_t value, uint32_t size)
{
    const ObFlashShape *shape = s->shape;
    uint8_t second = (uint8_t)value;

    switch (s->command) {
    case PROGRAM_OLD:
    case PROGRAM:
        program(s, offset, value, size);
        break;
    case ERASE:
    case ERASE_OTHER:
        confirm(s, second == CONFIRM);
        break;
    case LOCK:
        confirm(s, second == CONFIRM || second == SET_LOCK);
        break;
    case BLOCK:
        s->counter = value & (shape->device_width > 1 ? UINT16_MAX : UINT8_MAX);
        s->step = 2;
        break;
    case QUERY:
        if (second == LEAVE) {
            read_array(s);
        }
        break;
    default:
        read_array(s);
    }
}

static void chip_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    ObFlash *s = flash_of(dev);

    if (s->step == 0) {
        command_begin(s, offset, (uint8_t)value);
    } else if (s->step == 1) {
        command_continue(s, offset, value, size);
    } else if (s->step == 2 && s->command == BLOCK) {
        block_write(s, offset, value, size);
    } else {
        block_end(s, s->step == 3 && s->command == BLOCK ? (uint8_t)value : LEAVE);
    }
}

/* -------------------------------------------------------- the place below 1 MiB */

static uint64_t alias_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    const ObFlash *s = flash_of(dev);

    return chip_read(dev, s->size - s->isa_size + offset, size);
}

static void alias_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

/* -------------------------------------------------------------------- state */

static bool block_needed(HwDevice *dev)
{
    return block_begun(flash_of(dev));
}

/* Before the state's hook, and only if the stream has the block. */
static bool block_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    (void)error;
    flash_of(dev)->block_came = true;
    return true;
}

static bool flash_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    ObFlash *s = flash_of(dev);
    bool came = s->block_came;

    (void)version;
    s->block_came = false;
    if (!came) {
        block_drop(s);
    } else if (s->block_at % s->shape->block || s->block_at >= s->size) {
        return hw_error_set(error,
                            "pflash_cfi01: blk_offset: invalid value 0x%x, expected a multiple of "
                            "0x%x below 0x%llx",
                            s->block_at, s->shape->block, (unsigned long long)s->size);
    }
    return true;
}

/* The file has what this chip had before. */
static void flash_loaded(HwDevice *dev)
{
    ObFlash *s = flash_of(dev);

    if (!s->is_read_only) {
        memory_changed(s, 0, s->size);
    }
}

static void flash_reset(HwDevice *dev)
{
    ObFlash *s = flash_of(dev);

    read_array(s);
    block_drop(s);
    s->status = IS_READY;
}

/* QEMU sends the block that a write has begun, as large as the chips' blocks are. */
#define STATE(block_size)                                                                     \
    {                                                                                         \
        .name = "pflash_cfi01", .version = 1, .minimum_version = 1,                           \
        .fields = HW_ROWS(HwStateField, HW_SAVED_AS("wcycle", ObFlash, step, 0),              \
                          HW_SAVED_AS("cmd", ObFlash, command, 0), HW_SAVED(ObFlash, status), \
                          HW_SAVED(ObFlash, counter)),                                        \
        .post_load = flash_post_load,                                                         \
        .subsections = HW_ROWS(                                                               \
            HwState, { .name = "pflash_cfi01_blk_write",                                      \
                       .version = 1,                                                          \
                       .minimum_version = 1,                                                  \
                       .fields = HW_ROWS(HwStateField,                                        \
                                         { .name = "blk_bytes",                               \
                                           .type = HW_STATE_UINT,                             \
                                           .offset = offsetof(ObFlash, block_bytes),          \
                                           .size = 1,                                         \
                                           .count = block_size },                             \
                                         HW_SAVED_AS("blk_offset", ObFlash, block_at, 0)),    \
                       .post_load = block_post_load,                                          \
                       .needed = block_needed }),                                             \
    }

static const HwState pc_state = STATE(OB_FLASH_PC_BLOCK);
static const HwState virt_state = STATE(OB_FLASH_VIRT_BLOCK);

/* -------------------------------------------------------------------- class */

/* clang-format off */
#define CHIP(block)                                                                             \
    { "memory", HW_REGION_RAM, HW_SPACE_NONE, .size = LARGEST,                                  \
      .size_from = offsetof(ObFlash, size), .ram_block = block },                               \
    { "chip", HW_REGION_MMIO, HW_SPACE_NONE, .size = LARGEST,                                   \
      .size_from = offsetof(ObFlash, size), .read = chip_read, .write = chip_write }
#define BELOW_1_MIB                                                                             \
    { "isa-copy", HW_REGION_RAM, HW_SPACE_NONE, .size = OB_ISA_BIOS,                            \
      .size_from = offsetof(ObFlash, isa_size), .enabled = offsetof(ObFlash, has_isa_copy),     \
      .ram_block = "isa-bios" },                                                                \
    { "isa-alias", HW_REGION_MMIO, HW_SPACE_NONE, .size = OB_ISA_BIOS,                          \
      .size_from = offsetof(ObFlash, isa_size), .enabled = offsetof(ObFlash, has_isa_alias),    \
      .read = alias_read, .write = alias_write }
#define CLASS(itself, state_, ...)                                                              \
    {                                                                                           \
        .table = {                                                                              \
            .abi = HW_ABI(HwDeviceClass),                                                       \
            .name = "cfi.pflash01",                                                             \
            .description = "flash with firmware",                                               \
            .instance_size = sizeof(ObFlash),                                                   \
            .flags = HW_CLASS_FLAT,                                                             \
            .regions = HW_ROWS(HwRegion, __VA_ARGS__),                                          \
            .state = &state_,                                                                   \
            .reset = flash_reset,                                                               \
            .loaded = flash_loaded,                                                             \
        },                                                                                      \
        .original = &(itself).table,                                                            \
    }

const HwClass ob_flash_pc_classes[OB_FLASHES] = {
    CLASS(ob_flash_pc_classes[0], pc_state, CHIP("system.flash0"), BELOW_1_MIB),
    CLASS(ob_flash_pc_classes[1], pc_state, CHIP("system.flash1")),
};

const HwClass ob_flash_virt_classes[OB_FLASHES] = {
    CLASS(ob_flash_virt_classes[0], virt_state, CHIP("virt.flash0")),
    CLASS(ob_flash_virt_classes[1], virt_state, CHIP("virt.flash1")),
};
/* clang-format on */
