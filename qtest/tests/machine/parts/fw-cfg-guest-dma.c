/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transfers between an item and the guest's RAM. */
#include "qtest/tests/machine/parts/fw-cfg-guest.h"

#include "hw-api/device/bytes.h"

#define ERROR FW_CFG_DMA_ERROR
#define READ  FW_CFG_DMA_READ
#define SKIP  FW_CFG_DMA_SKIP
#define WRITE FW_CFG_DMA_WRITE

/* The buffer's address in RAM, behind the descriptor. */
static uint64_t buffer_of(const ObFwCfgPort *port)
{
    return port->descriptor + 0x1000;
}

static uint64_t ram_end(void)
{
    return (is_pc() ? 0 : UINT64_C(0x40000000)) + RAM_SIZE;
}

static void buffer_fill(const ObFwCfgPort *port)
{
    ob_client_memset(port->client, buffer_of(port), '.', 32);
}

static void buffer_expect(const ObFwCfgPort *port, const char *bytes, size_t size)
{
    char there[32];

    ob_client_memread(port->client, buffer_of(port), there, size);
    g_assert_cmpmem(there, size, bytes, size);
}

/* Reads to the buffer, and expects these bytes in it. */
static void dma_reads(const ObFwCfgPort *port, uint32_t control, uint32_t length, const char *bytes,
                      size_t size)
{
    buffer_fill(port);
    g_assert_cmphex(fw_cfg_dma(port, control, buffer_of(port), length), ==, 0);
    buffer_expect(port, bytes, size);
}

/* ---------------------------------------------------------------- transfers */

static void test_dma_reads(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | READ, 8, CONTENT "..", 10);
}

static void test_dma_goes_on(const ObFwCfgPort *port)
{
    uint16_t key = word_key(port);

    dma_reads(port, fw_cfg_dma_key(key) | READ, 3, "ABC.", 4);
    dma_reads(port, READ, 2, "DE.", 3);
    data_reads(port, "F", 1);
    dma_reads(port, READ, 1, "G.", 2);
}

static void test_dma_fills_with_zeros(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | READ, 12, CONTENT "\0\0\0\0.", 13);
    dma_reads(port, READ, 2, "\0\0.", 3);
}

static void test_dma_key_beyond_reads_zeros(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(BEYOND) | READ, 4, "\0\0\0\0.", 5);
    dma_reads(port, fw_cfg_dma_key(0xffff) | READ, 4, "\0\0\0\0.", 5);
}

static void test_dma_skips(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | SKIP, 6, "....", 4);
    dma_reads(port, READ, 2, "GH.", 3);
}

static void test_dma_skips_past_the_end(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | SKIP, 0, UINT32_MAX), ==, 0);
    dma_reads(port, READ, 1, "\0.", 2);
}

static void test_dma_selects_alone(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)), 100, "....", 4);
    data_reads(port, "A", 1);
}

static void test_dma_without_a_task_moves_nothing(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    dma_reads(port, 0, 4, "....", 4);
    dma_reads(port, 0xffe0, 4, "....", 4); /* only undefined bits */
    data_reads(port, "A", 1);
}

static void test_dma_read_wins(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | READ | SKIP | WRITE | ERROR, 2, "AB.", 3);
}

static void test_dma_write_wins_over_skip(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | WRITE | SKIP, buffer_of(port), 1), ==, ERROR);
}

static void test_dma_of_no_bytes(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | READ, UINT64_MAX, 0), ==, 0);
    g_assert_cmphex(fw_cfg_dma(port, select | WRITE, UINT64_MAX, 0), ==, 0);
}

static void test_dma_write_to_read_only(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    buffer_fill(port);
    g_assert_cmphex(fw_cfg_dma(port, select | WRITE, buffer_of(port), 2), ==, ERROR);
    data_reads(port, "C", 1); /* the offset has still moved on */
    g_assert_cmphex(fw_cfg_dma(port, select | SKIP, 0, 8), ==, 0);
    g_assert_cmphex(fw_cfg_dma(port, WRITE, buffer_of(port), 1), ==, ERROR);
    dma_reads(port, select | READ, 8, CONTENT, 8);
}

static void test_dma_write_to_no_file(const ObFwCfgPort *port)
{
    g_assert_cmphex(fw_cfg_dma(port, fw_cfg_dma_key(BEYOND) | WRITE, buffer_of(port), 1), ==,
                    ERROR);
    g_assert_cmphex(fw_cfg_dma(port, fw_cfg_dma_key(SIGNATURE) | WRITE, buffer_of(port), 1), ==,
                    ERROR);
}

static void test_dma_to_no_memory(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | READ, ram_end(), 4), ==, ERROR);
    data_reads(port, "E", 1); /* the offset has moved on again */
    g_assert_cmphex(fw_cfg_dma(port, select | READ, ram_end() - 2, 4), ==, ERROR);
    g_assert_cmphex(fw_cfg_dma(port, fw_cfg_dma_key(BEYOND) | READ, ram_end(), 4), ==, ERROR);
}

static void test_dma_descriptor_in_no_memory(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    fw_cfg_dma_start(port, ram_end());
    fw_cfg_dma_start(port, UINT64_C(0xfffffffffffff000));
    dma_reads(port, select | READ, 8, CONTENT, 8);
}

static void test_dma_descriptor_at_the_end_of_ram(const ObFwCfgPort *port)
{
    uint8_t control[4];

    ob_client_memset(port->client, ram_end() - 8, 0, 8);
    fw_cfg_dma_start(port, ram_end() - 8);
    ob_client_memread(port->client, ram_end() - 8, control, 4);
    g_assert_cmphex(hw_load_be32(control), ==, ERROR);
}

static void test_dma_high_half_alone_waits(const ObFwCfgPort *port)
{
    uint8_t descriptor[16] = { 0, 0, 0, READ, 0, 0, 0, 1 };

    ob_client_memwrite(port->client, port->descriptor, descriptor, sizeof(descriptor));
    if (is_pc()) {
        ob_client_outl(port->client, FW_CFG_PORT_DMA, 0);
        ob_client_outw(port->client, FW_CFG_PORT_DMA + 4, 1);
        ob_client_outb(port->client, FW_CFG_PORT_DMA + 7, 1);
    } else {
        ob_client_writel(port->client, port->base + FW_CFG_DMA, 0);
        ob_client_writew(port->client, port->base + FW_CFG_DMA + 4, 1);
        ob_client_writeb(port->client, port->base + FW_CFG_DMA + 7, 1);
    }
    g_assert_cmphex(ob_client_readb(port->client, port->descriptor + 3), ==, READ);
}

static void test_dma_address_is_taken_once(const ObFwCfgPort *port)
{
    uint32_t low = GUINT32_SWAP_LE_BE((uint32_t)port->descriptor);

    fw_cfg_dma_start(port, UINT64_C(0x7fffffff00000000) + port->descriptor);
    ob_client_memset(port->client, port->descriptor, 0, 16);
    ob_client_memset(port->client, port->descriptor + 2, 0xff, 1); /* undefined bits */
    if (is_pc()) {
        ob_client_outl(port->client, FW_CFG_PORT_DMA + 4, low);
    } else {
        ob_client_writel(port->client, port->base + FW_CFG_DMA + 4, low);
    }
    g_assert_cmphex(ob_client_readl(port->client, port->descriptor), ==, 0);
}

static void test_virt_dma_address_in_one(const ObFwCfgPort *port)
{
    uint8_t descriptor[16] = { 0, 0, 0, 0x08 | READ, 0, 0, 0, 1 };

    hw_store_be32(descriptor + 12, (uint32_t)buffer_of(port));
    buffer_fill(port);
    ob_client_memwrite(port->client, port->descriptor, descriptor, sizeof(descriptor));
    ob_client_writeq(port->client, port->base + FW_CFG_DMA, GUINT64_SWAP_LE_BE(port->descriptor));
    g_assert_cmphex(ob_client_readl(port->client, port->descriptor), ==, 0);
    buffer_expect(port, "Q.", 2);
}

const FwCfgTest fw_cfg_dma_tests[] = {
    { "dma/reads", test_dma_reads, NULL },
    { "dma/goes-on-where-it-ended", test_dma_goes_on, NULL },
    { "dma/fills-with-zeros", test_dma_fills_with_zeros, NULL },
    { "dma/key-beyond-reads-zeros", test_dma_key_beyond_reads_zeros, NULL },
    { "dma/skips", test_dma_skips, NULL },
    { "dma/skips-past-the-end", test_dma_skips_past_the_end, NULL },
    { "dma/selects-alone", test_dma_selects_alone, NULL },
    { "dma/without-a-task-moves-nothing", test_dma_without_a_task_moves_nothing, NULL },
    { "dma/read-wins", test_dma_read_wins, NULL },
    { "dma/write-wins-over-skip", test_dma_write_wins_over_skip, NULL },
    { "dma/of-no-bytes", test_dma_of_no_bytes, NULL },
    { "dma/write-to-read-only-fails", test_dma_write_to_read_only, NULL },
    { "dma/write-to-no-file-fails", test_dma_write_to_no_file, NULL },
    { "dma/to-no-memory-fails", test_dma_to_no_memory, NULL },
    { "dma/descriptor-in-no-memory-is-survived", test_dma_descriptor_in_no_memory, NULL },
    { "dma/descriptor-at-the-end-of-ram-gets-the-error", test_dma_descriptor_at_the_end_of_ram,
      NULL },
    { "dma/high-half-alone-waits", test_dma_high_half_alone_waits, NULL },
    { "dma/address-is-taken-once", test_dma_address_is_taken_once, NULL },
    { "dma/address-in-one-access", test_virt_dma_address_in_one, "aarch64" },
    { NULL, NULL, NULL },
};
