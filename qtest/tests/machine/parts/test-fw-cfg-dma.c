/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fw_cfg in process: transfers by DMA. */
#include "qtest/tests/machine/parts/fw-cfg-host.h"

static void test_dma_write_stores(GadgetHost *f, gconstpointer data)
{
    uint16_t key = fw_cfg_file_add(f, true);

    (void)data;
    ob_host_write(f->host, BUFFER, "1234", 4);
    g_assert_cmphex(dma(f, selecting(key) | WRITE, 4, BUFFER), ==, 0);
    g_assert_cmphex(dma(f, WRITE, 4, BUFFER), ==, 0);
    g_assert_cmpstr((const char *)content, ==, "12341234");
}

static void dma_fails(GadgetHost *f, uint32_t control, uint32_t length, uint64_t address)
{
    g_assert_cmphex(dma(f, control, length, address), ==, ERROR);
    g_assert_cmpstr((const char *)content, ==, "ABCDEFGH");
}

static void test_dma_write_to_read_only_fails(GadgetHost *f, gconstpointer data)
{
    (void)data;
    dma_fails(f, selecting(fw_cfg_file_add(f, false)) | WRITE, 4, BUFFER);
}

static void test_dma_write_past_the_end_fails(GadgetHost *f, gconstpointer data)
{
    (void)data;
    dma_fails(f, selecting(fw_cfg_file_add(f, true)) | WRITE, 9, BUFFER);
}

static void test_dma_write_at_the_end_fails(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(dma(f, selecting(fw_cfg_file_add(f, true)) | SKIP, 8, 0), ==, 0);
    dma_fails(f, WRITE, 1, BUFFER);
}

static void test_dma_write_from_outside_ram_stores_nothing(GadgetHost *f, gconstpointer data)
{
    uint16_t key = fw_cfg_file_add(f, true);

    (void)data;
    dma_fails(f, selecting(key) | WRITE, 4, RAM_END - 2);
    dma_fails(f, selecting(key) | WRITE, 4, UINT64_MAX - 1);
}

static void test_dma_read_to_outside_ram_stores_nothing(GadgetHost *f, gconstpointer data)
{
    uint16_t key = fw_cfg_file_add(f, false);

    (void)data;
    dma_fails(f, selecting(key) | READ, 4, RAM_END - 2);
    g_assert_cmphex(readl(f, RAM_END - 4), ==, 0);
    dma_fails(f, selecting(key) | READ, 4, UINT64_MAX - 1);
    dma_fails(f, selecting(key) | READ, UINT32_MAX, 0);
}

static void test_dma_does_not_reach_registers(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "addr=0xfed10000");
    dma_fails(f, selecting(fw_cfg_file_add(f, false)) | READ, 4, GADGET_BASE + GADGET_CTRL);
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_CTRL), ==, 0);
    dma_fails(f, selecting(key_of(f, "opt/file")) | WRITE, 4, GADGET_BASE + GADGET_ID);
}

static void test_dma_descriptor_half_in_ram_gets_the_error(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(dma_at(f, RAM_END - 8, READ, 4, BUFFER), ==, ERROR);
}

static void test_dma_descriptor_outside_ram_is_harmless(GadgetHost *f, gconstpointer data)
{
    (void)data;
    dma_at(f, UINT64_MAX - 3, READ, 4, BUFFER);
    dma_at(f, 0xfee00000, READ, 4, BUFFER);
    g_assert_cmphex(dma(f, selecting(0) | READ, 4, BUFFER), ==, 0);
}

static void test_dma_may_overwrite_its_descriptor(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(dma(f, selecting(fw_cfg_file_add(f, false)) | READ, 8, DESCRIPTOR), ==, 0);
    ram_expect(f, DESCRIPTOR + 4, "EFGH", 4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/fw-cfg/dma/write-stores", NULL, test_dma_write_stores);
    GADGET_TEST("/fw-cfg/dma/write-to-read-only-fails", NULL, test_dma_write_to_read_only_fails);
    GADGET_TEST("/fw-cfg/dma/write-past-the-end-fails", NULL, test_dma_write_past_the_end_fails);
    GADGET_TEST("/fw-cfg/dma/write-at-the-end-fails", NULL, test_dma_write_at_the_end_fails);
    GADGET_TEST("/fw-cfg/dma/write-from-outside-ram-stores-nothing", NULL,
                test_dma_write_from_outside_ram_stores_nothing);
    GADGET_TEST("/fw-cfg/dma/read-to-outside-ram-stores-nothing", NULL,
                test_dma_read_to_outside_ram_stores_nothing);
    GADGET_TEST("/fw-cfg/dma/does-not-reach-registers", NULL, test_dma_does_not_reach_registers);
    GADGET_TEST("/fw-cfg/dma/descriptor-half-in-ram-gets-the-error", NULL,
                test_dma_descriptor_half_in_ram_gets_the_error);
    GADGET_TEST("/fw-cfg/dma/descriptor-outside-ram-is-harmless", NULL,
                test_dma_descriptor_outside_ram_is_harmless);
    GADGET_TEST("/fw-cfg/dma/may-overwrite-its-descriptor", NULL,
                test_dma_may_overwrite_its_descriptor);
    return g_test_run();
}
