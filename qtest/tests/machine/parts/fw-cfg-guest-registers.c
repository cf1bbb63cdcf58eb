/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg's registers, by all widths of access. */
#include "qtest/tests/machine/parts/fw-cfg-guest.h"

static void test_signature(const ObFwCfgPort *port)
{
    fw_cfg_select(port, SIGNATURE);
    data_reads(port, "QEMU\0\0", 6);
}

static void test_id_has_dma(const ObFwCfgPort *port)
{
    g_assert_cmphex(item(port, ID, 4), ==, 3);
}

static void test_reset_selects_the_signature(const ObFwCfgPort *port)
{
    fw_cfg_select(port, RAM_SIZE_KEY);
    fw_cfg_read(port, &(uint8_t) { 0 }, 1);
    ob_client_reset(port->client);
    data_reads(port, "QEMU", 4);
}

static void test_selection_starts_anew(const ObFwCfgPort *port)
{
    uint16_t key = word_key(port);

    fw_cfg_select(port, key);
    data_reads(port, "ABC", 3);
    fw_cfg_select(port, key);
    data_reads(port, "AB", 2);
}

static void test_data_ends_in_zeros(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    data_reads(port, CONTENT "\0\0\0", 11);
}

static void test_key_beyond_reads_zeros(const ObFwCfgPort *port)
{
    fw_cfg_select(port, BEYOND);
    data_reads(port, "\0\0", 2);
    fw_cfg_select(port, BEYOND - 1);
    data_reads(port, "\0\0", 2);
    fw_cfg_select(port, 0x3fff);
    data_reads(port, "\0\0", 2);
}

static void test_write_channel_bit_is_ignored(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port) | WRITE_CHANNEL);
    data_reads(port, CONTENT, 8);
}

static void test_arch_local_keys_are_others(const ObFwCfgPort *port)
{
    fw_cfg_select(port, SIGNATURE | ARCH_LOCAL);
    data_reads(port, "\0\0", 2);
    fw_cfg_select(port, word_key(port) | ARCH_LOCAL);
    data_reads(port, "\0\0", 2);
    g_assert_cmphex(item(port, ARCH_LOCAL | 2, 4), ==, is_pc() ? 1 : 0);
    g_assert_cmphex(item(port, ARCH_LOCAL | WRITE_CHANNEL | 2, 4), ==, is_pc() ? 1 : 0);
}

static void test_data_register_takes_nothing(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    if (is_pc()) {
        ob_client_outb(port->client, FW_CFG_PORT + 1, 'x');
        ob_client_outb(port->client, FW_CFG_PORT, 'x');
    } else {
        ob_client_writeb(port->client, port->base + FW_CFG_DATA, 'x');
        ob_client_writeq(port->client, port->base + FW_CFG_DATA, UINT64_MAX);
    }
    data_reads(port, CONTENT, 8);
}

static void test_dma_register_shows_itself(const ObFwCfgPort *port)
{
    if (is_pc()) {
        g_assert_cmphex(ob_client_inl(port->client, FW_CFG_PORT_DMA), ==, 0x554d4551);
        g_assert_cmphex(ob_client_inl(port->client, FW_CFG_PORT_DMA + 4), ==, 0x47464320);
        g_assert_cmphex(ob_client_inw(port->client, FW_CFG_PORT_DMA + 2), ==, 0x554d);
        g_assert_cmphex(ob_client_inb(port->client, FW_CFG_PORT_DMA + 7), ==, 'G');
    } else {
        g_assert_cmphex(ob_client_readq(port->client, port->base + FW_CFG_DMA), ==,
                        0x47464320554d4551);
        g_assert_cmphex(ob_client_readl(port->client, port->base + FW_CFG_DMA + 4), ==, 0x47464320);
        g_assert_cmphex(ob_client_readb(port->client, port->base + FW_CFG_DMA + 1), ==, 'E');
    }
}

static void test_pc_widths(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    g_assert_cmphex(ob_client_inw(port->client, FW_CFG_PORT), ==, 0);
    g_assert_cmphex(ob_client_inb(port->client, FW_CFG_PORT), ==, 'A');
    g_assert_cmphex(ob_client_inb(port->client, FW_CFG_PORT + 1), ==, 'B');
}

static void test_virt_widths(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    g_assert_cmphex(ob_client_readw(port->client, port->base), ==, 0x4241);
    g_assert_cmphex(ob_client_readl(port->client, port->base), ==, 0x46454443);
    g_assert_cmphex(ob_client_readl(port->client, port->base + 4), ==, 0);
    g_assert_cmphex(ob_client_readb(port->client, port->base + 1), ==, 0);
    g_assert_cmphex(ob_client_readq(port->client, port->base), ==, 0x4847);
    fw_cfg_select(port, word_key(port));
    g_assert_cmphex(ob_client_readq(port->client, port->base), ==, 0x4847464544434241);
    g_assert_cmphex(ob_client_readw(port->client, port->base + FW_CFG_SELECTOR), ==, 0);
}

static void test_virt_selector_takes_words_alone(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    ob_client_writeb(port->client, port->base + FW_CFG_SELECTOR, 0);
    ob_client_writeb(port->client, port->base + FW_CFG_SELECTOR + 1, 0);
    data_reads(port, "AB", 2);
}

/* An access that is wider than the selector is not split into two accesses. */
static void test_pc_wide_access_does_nothing(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    ob_client_outl(port->client, FW_CFG_PORT, SIGNATURE);
    g_assert_cmphex(ob_client_inl(port->client, FW_CFG_PORT), ==, 0);
    data_reads(port, "A", 1);
}

static void test_virt_wide_access_does_nothing(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    ob_client_writel(port->client, port->base + FW_CFG_SELECTOR, SIGNATURE);
    ob_client_writeq(port->client, port->base + FW_CFG_SELECTOR, SIGNATURE);
    g_assert_cmphex(ob_client_readl(port->client, port->base + FW_CFG_SELECTOR), ==, 0);
    data_reads(port, "A", 1);
}

static void test_pc_ports_behind_are_not_there(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    ob_client_outw(port->client, FW_CFG_PORT + 2, SIGNATURE);
    g_assert_cmphex(ob_client_inw(port->client, FW_CFG_PORT + 2), ==, 0xffff);
    g_assert_cmphex(ob_client_inb(port->client, FW_CFG_PORT + 3), ==, 0xff);
    data_reads(port, "A", 1);
}

static void test_virt_words_behind_the_selector_do_nothing(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    ob_client_writew(port->client, port->base + FW_CFG_SELECTOR + 2, SIGNATURE);
    g_assert_cmphex(ob_client_readw(port->client, port->base + FW_CFG_SELECTOR + 2), ==, 0);
    data_reads(port, "A", 1);
}

const FwCfgTest fw_cfg_register_tests[] = {
    { "register/signature", test_signature, NULL },
    { "register/id-has-dma", test_id_has_dma, NULL },
    { "register/reset-selects-the-signature", test_reset_selects_the_signature, NULL },
    { "register/selection-starts-anew", test_selection_starts_anew, NULL },
    { "register/data-ends-in-zeros", test_data_ends_in_zeros, NULL },
    { "register/key-beyond-reads-zeros", test_key_beyond_reads_zeros, NULL },
    { "register/write-channel-bit-is-ignored", test_write_channel_bit_is_ignored, NULL },
    { "register/arch-local-keys-are-others", test_arch_local_keys_are_others, NULL },
    { "register/data-takes-nothing", test_data_register_takes_nothing, NULL },
    { "register/dma-shows-itself", test_dma_register_shows_itself, NULL },
    { "register/widths-of-ports", test_pc_widths, "x86_64" },
    { "register/widths-in-memory", test_virt_widths, "aarch64" },
    { "register/selector-takes-words-alone", test_virt_selector_takes_words_alone, "aarch64" },
    { "register/wide-access-to-ports-does-nothing", test_pc_wide_access_does_nothing, "x86_64" },
    { "register/wide-access-to-selector-does-nothing", test_virt_wide_access_does_nothing,
      "aarch64" },
    { "register/ports-behind-are-not-there", test_pc_ports_behind_are_not_there, "x86_64" },
    { "register/words-behind-the-selector-do-nothing",
      test_virt_words_behind_the_selector_do_nothing, "aarch64" },
    { NULL, NULL, NULL },
};
