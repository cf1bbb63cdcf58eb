/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transfers between a file and the guest's RAM.  A descriptor in RAM describes them. */
#include "hw-api/device/bytes.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg-internal.h"

/* struct FWCfgDmaAccess, big-endian. */
enum {
    DMA_CONTROL = 0, /* u32 */
    DMA_LENGTH = 4,  /* u32 */
    DMA_ADDRESS = 8, /* u64 */
    DMA_SIZE = 16,
};

#define CONTROL_ERROR     HW_BIT(0)
#define CONTROL_READ      HW_BIT(1)
#define CONTROL_SKIP      HW_BIT(2)
#define CONTROL_SELECT    HW_BIT(3)
#define CONTROL_WRITE     HW_BIT(4)
#define CONTROL_KEY_SHIFT 16

static void memory_clear(ObMap *memory, uint64_t address, uint64_t size)
{
    static const uint8_t zeros[4096];

    for (uint64_t piece; size > 0; address += piece, size -= piece) {
        piece = MIN(size, sizeof(zeros));
        ob_map_write(memory, address, zeros, piece);
    }
}

/* Bytes beyond the item's end read as zeros. */
static bool dma_read(ObFwCfg *s, ObMap *memory, uint64_t address, uint32_t length)
{
    const FwCfgItem *item = ob_fw_cfg_current(s);
    uint32_t there = item && item->file.bytes ? MIN(length, ob_fw_cfg_left(s)) : 0;

    if (!ob_map_is_ram(memory, address, length)) {
        return false;
    }
    if (there) {
        ob_map_write(memory, address, item->file.bytes + s->cur_offset, there);
    }
    memory_clear(memory, address + there, length - there);
    return true;
}

static bool dma_write(ObFwCfg *s, ObMap *memory, uint64_t address, uint32_t length)
{
    uint8_t *to = ob_fw_cfg_store_at(s, length);

    if (!to || !ob_map_is_ram(memory, address, length)) {
        return false;
    }
    ob_map_read(memory, address, to, length);
    ob_fw_cfg_written(s, length);
    return true;
}

/* A transfer is done whole or not at all, but the offset moves on either way. */
static bool dma_transfer(ObFwCfg *s, ObMap *memory, uint32_t control, uint64_t address,
                         uint32_t length)
{
    uint32_t end = s->cur_offset + MIN(length, ob_fw_cfg_left(s));
    bool good = true;

    if (length == 0) {
        return true;
    }
    if (control & CONTROL_READ) {
        good = dma_read(s, memory, address, length);
    } else if (control & CONTROL_WRITE) {
        good = dma_write(s, memory, address, length);
    } else if (!(control & CONTROL_SKIP)) {
        return true;
    }
    s->cur_offset = end;
    return good;
}

static bool dma_obey(ObFwCfg *s, ObMap *memory, const uint8_t *descriptor)
{
    uint32_t control = hw_load_be32(descriptor + DMA_CONTROL);
    uint64_t address = (uint64_t)hw_load_be32(descriptor + DMA_ADDRESS) << 32 |
                       hw_load_be32(descriptor + DMA_ADDRESS + 4);

    if (control & CONTROL_SELECT) {
        ob_fw_cfg_select(s, (uint16_t)(control >> CONTROL_KEY_SHIFT));
    }
    return dma_transfer(s, memory, control, address, hw_load_be32(descriptor + DMA_LENGTH));
}

void ob_fw_cfg_dma_run(ObFwCfg *s)
{
    ObMap *memory = &ob_host_of(&s->dev)->maps[HW_SPACE_MEMORY];
    uint64_t address = s->dma_addr;
    uint8_t descriptor[DMA_SIZE];
    uint8_t result[4];
    bool good = false;

    s->dma_addr = 0;
    if (ob_map_is_ram(memory, address, DMA_SIZE)) {
        ob_map_read(memory, address, descriptor, DMA_SIZE);
        good = dma_obey(s, memory, descriptor);
    }
    hw_store_be32(result, good ? 0 : CONTROL_ERROR);
    if (ob_map_is_ram(memory, address + DMA_CONTROL, sizeof(result))) {
        ob_map_write(memory, address + DMA_CONTROL, result, sizeof(result));
    }
}
