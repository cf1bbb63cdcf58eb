/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/fw-cfg.h"

#include <string.h>

#include "hw-api/device/bytes.h"

#define VIRT_BASE     UINT64_C(0x09020000)
#define VIRT_RAM      UINT64_C(0x40000000)
#define DESCRIPTOR    0x10000

#define KEY_DIRECTORY 0x19
#define ENTRY_SIZE    64 /* u32 size, u16 key, u16 0, name; big-endian */
#define ENTRY_NAME    8

ObFwCfgPort fw_cfg_of_pc(ObClient *client)
{
    return (ObFwCfgPort) { .client = client, .descriptor = DESCRIPTOR };
}

ObFwCfgPort fw_cfg_of_virt(ObClient *client)
{
    return (
        ObFwCfgPort) { .client = client, .base = VIRT_BASE, .descriptor = VIRT_RAM + DESCRIPTOR };
}

void fw_cfg_select(const ObFwCfgPort *port, uint16_t key)
{
    if (port->base) {
        ob_client_writew(port->client, port->base + FW_CFG_SELECTOR, GUINT16_SWAP_LE_BE(key));
    } else {
        ob_client_outw(port->client, FW_CFG_PORT, key);
    }
}

void fw_cfg_read(const ObFwCfgPort *port, void *buffer, size_t size)
{
    uint8_t *bytes = buffer;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = port->base ? ob_client_readb(port->client, port->base + FW_CFG_DATA)
                              : ob_client_inb(port->client, FW_CFG_PORT + 1);
    }
}

static void dma_store(const ObFwCfgPort *port, uint32_t offset, uint32_t value)
{
    uint32_t swapped = GUINT32_SWAP_LE_BE(value);

    if (port->base) {
        ob_client_writel(port->client, port->base + FW_CFG_DMA + offset, swapped);
    } else {
        ob_client_outl(port->client, (uint16_t)(FW_CFG_PORT_DMA + offset), swapped);
    }
}

void fw_cfg_dma_start(const ObFwCfgPort *port, uint64_t descriptor)
{
    dma_store(port, 0, (uint32_t)(descriptor >> 32));
    dma_store(port, 4, (uint32_t)descriptor);
}

uint32_t fw_cfg_dma(const ObFwCfgPort *port, uint32_t control, uint64_t address, uint32_t length)
{
    uint8_t bytes[16];

    hw_store_be32(bytes, control);
    hw_store_be32(bytes + 4, length);
    hw_store_be32(bytes + 8, (uint32_t)(address >> 32));
    hw_store_be32(bytes + 12, (uint32_t)address);
    ob_client_memwrite(port->client, port->descriptor, bytes, sizeof(bytes));
    fw_cfg_dma_start(port, port->descriptor);
    ob_client_memread(port->client, port->descriptor, bytes, 4);
    return hw_load_be32(bytes);
}

uint16_t fw_cfg_find(const ObFwCfgPort *port, const char *name, uint32_t *size)
{
    uint8_t entry[ENTRY_SIZE];
    uint32_t count;

    fw_cfg_select(port, KEY_DIRECTORY);
    fw_cfg_read(port, entry, 4);
    count = hw_load_be32(entry);
    for (uint32_t i = 0; i < count && !ob_client_failed(port->client); i++) {
        fw_cfg_read(port, entry, ENTRY_SIZE);
        if (strncmp((const char *)entry + ENTRY_NAME, name, ENTRY_SIZE - ENTRY_NAME) == 0) {
            if (size) {
                *size = hw_load_be32(entry);
            }
            return hw_load_be16(entry + 4);
        }
    }
    return 0;
}
