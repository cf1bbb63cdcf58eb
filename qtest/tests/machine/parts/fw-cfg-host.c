/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/machine/parts/fw-cfg-host.h"

#include <string.h>

#include "hw-api/device/bytes.h"

uint32_t dma_at(GadgetHost *f, uint64_t descriptor, uint32_t control, uint32_t length,
                uint64_t address)
{
    uint8_t bytes[16];
    uint8_t result[4];

    hw_store_be32(bytes, control);
    hw_store_be32(bytes + 4, length);
    hw_store_be32(bytes + 8, (uint32_t)(address >> 32));
    hw_store_be32(bytes + 12, (uint32_t)address);
    ob_host_write(f->host, descriptor, bytes, sizeof(bytes));
    ob_host_store(f->host, HW_SPACE_IO, DMA, GUINT32_SWAP_LE_BE((uint32_t)(descriptor >> 32)), 4);
    ob_host_store(f->host, HW_SPACE_IO, DMA + 4, GUINT32_SWAP_LE_BE((uint32_t)descriptor), 4);
    ob_host_read(f->host, descriptor, result, sizeof(result));
    return hw_load_be32(result);
}

uint32_t dma(GadgetHost *f, uint32_t control, uint32_t length, uint64_t address)
{
    return dma_at(f, DESCRIPTOR, control, length, address);
}

uint32_t selecting(uint16_t key)
{
    return SELECT | (uint32_t)key << 16;
}

void port_select(GadgetHost *f, uint16_t key)
{
    ob_host_store(f->host, HW_SPACE_IO, SELECTOR, key, 2);
}

uint8_t port_read(GadgetHost *f)
{
    return (uint8_t)ob_host_load(f->host, HW_SPACE_IO, DATA, 1);
}

ObFwCfg *fw_cfg(GadgetHost *f)
{
    return ob_host_fw_cfg(f->host);
}

uint16_t key_of(GadgetHost *f, const char *name)
{
    uint16_t key = ob_fw_cfg_key(fw_cfg(f), name);

    g_assert_cmphex(key, !=, 0);
    return key;
}

void ram_expect(GadgetHost *f, uint64_t address, const void *bytes, size_t size)
{
    g_autofree uint8_t *there = g_malloc(size);

    ob_host_read(f->host, address, there, size);
    g_assert_cmpmem(there, size, bytes, size);
}

uint8_t content[9] = "ABCDEFGH"; /* the file has the first 8 bytes */

uint16_t fw_cfg_file_add(GadgetHost *f, bool writable)
{
    const ObFwCfgFile file = {
        .name = "opt/file", .bytes = content, .size = 8, .guest_writable = writable
    };

    memcpy(content, "ABCDEFGH", sizeof(content));
    g_assert_true(ob_fw_cfg_add(fw_cfg(f), &file, &f->error));
    return key_of(f, "opt/file");
}
