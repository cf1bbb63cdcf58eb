/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PC's RAM that its chipset hides: PAM registers, SMRAM, TSEG. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/pci/pci-host.h"

enum {
    SMBASE = 0x9c, /* registers of q35 */
    SMRAM = 0x9d,
    ESMRAMC = 0x9e,
    OPEN = 0x40,
    LOCK = 0x10,
    ON = 0x08,
    HIGH = 0x80,
    TSEG_ON = 0x01,
    READ = 1,
    READ_WRITE = 3,
};

#define HIGH_SMRAM 0xfeda0000u
#define RAM_END    0x1000000u

static uint32_t pam_of(const PciHost *f)
{
    return pci_config_read(&f->bus, 0, 2, 2) == 0x1237 ? 0x59 : 0x90;
}

/* Area 0 is the BIOS's, from 1 on each has 16 KiB from 0xc0000 on. */
static void area_set(const PciHost *f, uint32_t area, uint32_t mode)
{
    uint32_t offset = pam_of(f) + (area + 1) / 2;
    uint32_t shift = area & 1 ? 0 : 4;
    uint32_t other = pci_config_read(&f->bus, 0, offset, 1) & (0xf0u >> shift);

    pci_config_write(&f->bus, 0, offset, other | mode << shift, 1);
}

static uint32_t area_start(uint32_t area)
{
    return area ? 0xc0000 + (area - 1) * 0x4000 : 0xf0000;
}

static uint32_t area_last(uint32_t area)
{
    return area_start(area) + (area ? 0x3fff : 0xffff);
}

static void test_areas_hide_ram(PciHost *f, gconstpointer data)
{
    (void)data;
    for (uint32_t area = 0; area < 13; area++) {
        uint32_t start = area_start(area), last = area_last(area);

        ob_client_writeb(f->client, start, 0x11);
        g_assert_cmphex(ob_client_readb(f->client, start), ==, 0);
        area_set(f, area, READ_WRITE);
        g_assert_cmphex(ob_client_readb(f->client, start), ==, 0);
        ob_client_writeb(f->client, start, 0x42);
        ob_client_writeb(f->client, last, 0x43);
        g_assert_cmphex(ob_client_readb(f->client, start), ==, 0x42);
        area_set(f, area, READ);
        ob_client_writeb(f->client, start, 0x55);
        ob_client_memset(f->client, last, 0x56, 1);
        g_assert_cmphex(ob_client_readb(f->client, start), ==, 0x42);
        g_assert_cmphex(ob_client_readb(f->client, last), ==, 0x43);
        area_set(f, area, 2); /* writes alone: in QEMU reads, too */
        g_assert_cmphex(ob_client_readb(f->client, last), ==, 0x43);
        area_set(f, area, 0);
        g_assert_cmphex(ob_client_readb(f->client, start), ==, 0);
    }
    ob_client_writeb(f->client, 0x9ffff, 7); /* the neighbours are never hidden */
    ob_client_writeb(f->client, 0x100000, 8);
    g_assert_cmphex(ob_client_readb(f->client, 0x9ffff), ==, 7);
    g_assert_cmphex(ob_client_readb(f->client, 0x100000), ==, 8);
}

static void test_an_access_crosses_areas(PciHost *f, gconstpointer data)
{
    (void)data;
    area_set(f, 1, READ_WRITE);
    area_set(f, 2, READ_WRITE);
    ob_client_writeq(f->client, 0xc3ffc, 0x8877665544332211);
    area_set(f, 2, 0);
    g_assert_cmphex(ob_client_readq(f->client, 0xc3ffc), ==, 0x44332211);
    ob_client_writeq(f->client, 0xc3ffc, 0);
    area_set(f, 2, READ);
    g_assert_cmphex(ob_client_readq(f->client, 0xc3ffc), ==, 0x8877665500000000);
}

static void test_a_bar_shows_in_a_hole(PciHost *f, gconstpointer data)
{
    uint32_t slot;

    (void)data;
    function_add(f, "lantern", "addr=4");
    slot = lantern_find(f, LANTERN_DEVICE);
    pci_config_write(&f->bus, slot, 0x10, 0xd0000, 4);
    pci_config_write(&f->bus, slot, 0x04, 6, 2);
    area_set(f, 5, READ_WRITE);
    ob_client_writel(f->client, 0xd0000 + LANTERN_DATA, 5);
    area_set(f, 5, 0);
    ob_client_writel(f->client, 0xd0000 + LANTERN_DATA, 6);
    g_assert_cmphex(ob_client_readl(f->client, 0xd0000 + LANTERN_DATA), ==, 6);
    area_set(f, 5, READ);
    g_assert_cmphex(ob_client_readl(f->client, 0xd0000 + LANTERN_DATA), ==, 5);
}

static void test_dma_does_not_reach_hidden_ram(PciHost *f, gconstpointer data)
{
    (void)data;
    g_assert_null(ob_host_ram_pointer(f->host, 0xf0000, 4));
    area_set(f, 0, READ);
    g_assert_null(ob_host_ram_pointer(f->host, 0xf0000, 4));
    area_set(f, 0, READ_WRITE);
    g_assert_nonnull(ob_host_ram_pointer(f->host, 0xf0000, 4));
}

static void test_reset_hides_it_again(PciHost *f, gconstpointer data)
{
    (void)data;
    area_set(f, 3, READ_WRITE);
    ob_client_writel(f->client, 0xc8000, 0x12345678);
    ob_client_reset(f->client);
    g_assert_cmphex(pci_config_read(&f->bus, 0, pam_of(f) + 2, 1), ==, 0);
    g_assert_cmphex(ob_client_readl(f->client, 0xc8000), ==, 0);
    area_set(f, 3, READ);
    g_assert_cmphex(ob_client_readl(f->client, 0xc8000), ==, 0x12345678);
}

static void test_dirty_pages(PciHost *f, gconstpointer data)
{
    ObRamBlock *block = g_ptr_array_index(f->host->blocks, 0);
    uint64_t page = 0;

    (void)data;
    ob_ram_track(f->host, f);
    area_set(f, 3, READ_WRITE);
    ob_client_writel(f->client, 0xc8000, 1);
    g_assert_true(ob_ram_block_take(block, f, &page));
    g_assert_cmphex(page, ==, 0xc8000);
    area_set(f, 3, READ);
    ob_client_writel(f->client, 0xc9000, 1);
    ob_client_memset(f->client, 0xca000, 1, 16);
    area_set(f, 3, 0);
    ob_client_writel(f->client, 0xcb000, 1);
    g_assert_cmpuint(ob_ram_block_dirty(block, f), ==, 0);
    ob_ram_untrack(f->host, f);
}

static void test_high_smram(PciHost *f, gconstpointer data)
{
    (void)data;
    pci_config_write(&f->bus, 0, SMRAM, OPEN, 1);
    ob_client_writel(f->client, 0xa1000, 0xcafe);
    g_assert_cmphex(ob_client_readl(f->client, HIGH_SMRAM + 0x1000), ==, 0);
    pci_config_write(&f->bus, 0, ESMRAMC, HIGH, 1);
    g_assert_cmphex(ob_client_readl(f->client, HIGH_SMRAM + 0x1000), ==, 0xcafe);
    ob_client_writel(f->client, HIGH_SMRAM + 0x1ffff - 3, 0xbeef);
    pci_config_write(&f->bus, 0, SMRAM, LOCK, 1);
    g_assert_cmphex(ob_client_readl(f->client, HIGH_SMRAM + 0x1000), ==, 0);
    g_assert_cmphex(ob_client_readl(f->client, 0xbfffc), ==, 0xbeef);
}

static void test_tseg(PciHost *f, gconstpointer data)
{
    static const uint32_t mib[] = { 1, 2, 8 }; /* the fourth would be all RAM */

    (void)data;
    for (uint32_t i = 0; i < G_N_ELEMENTS(mib); i++) {
        uint32_t start = RAM_END - mib[i] * 0x100000;

        ob_client_writel(f->client, start, 0x11111111 * (i + 1));
        pci_config_write(&f->bus, 0, ESMRAMC, TSEG_ON | i << 1, 1);
        g_assert_cmphex(ob_client_readl(f->client, start), ==, 0x11111111 * (i + 1));
        pci_config_write(&f->bus, 0, SMRAM, ON, 1);
        g_assert_cmphex(ob_client_readl(f->client, start), ==, 0xffffffff);
        g_assert_cmphex(ob_client_readq(f->client, RAM_END - 8), ==, UINT64_MAX);
        g_assert_cmphex(ob_client_readb(f->client, start - 1), ==, 0);
        ob_client_writel(f->client, start, 0);
        pci_config_write(&f->bus, 0, SMRAM, 0, 1);
        g_assert_cmphex(ob_client_readl(f->client, start), ==, 0x11111111 * (i + 1));
    }
}

static void test_firmware_asks_for_the_size_of_tseg(PciHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x50, 2), ==, 16);
    pci_config_write(&f->bus, 0, 0x50, 0x1234, 2);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x50, 2), ==, 0x1234);
    pci_config_write(&f->bus, 0, 0x50, 0xffff, 2);
    g_assert_cmphex(pci_config_read(&f->bus, 0, 0x50, 2), ==, 16);
}

static void test_smbase(PciHost *f, gconstpointer data)
{
    (void)data;
    ob_client_writel(f->client, 0x30000, 0x32323232);
    pci_config_write(&f->bus, 0, SMBASE, 2, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, SMBASE, 1), ==, 0);
    pci_config_write(&f->bus, 0, SMBASE, 0xff, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, SMBASE, 1), ==, 1);
    g_assert_cmphex(ob_client_readl(f->client, 0x30000), ==, 0x32323232);
    pci_config_write(&f->bus, 0, SMBASE, 2, 1);
    pci_config_write(&f->bus, 0, SMBASE, 0, 1);
    g_assert_cmphex(pci_config_read(&f->bus, 0, SMBASE, 1), ==, 2);
    g_assert_cmphex(ob_client_readl(f->client, 0x30000), ==, 0xffffffff);
    g_assert_cmphex(ob_client_readl(f->client, 0x4fffc), ==, 0xffffffff);
    g_assert_cmphex(ob_client_readl(f->client, 0x50000), ==, 0);
    ob_client_reset(f->client);
    g_assert_cmphex(ob_client_readl(f->client, 0x30000), ==, 0x32323232);
}

/* Options give TSEG's fourth size, and take SMRAM at SMBASE away. */
static void test_options(void)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .ram_size = 64 << 20,
                                  .smbase_smram = { true, false },
                                  .tseg_mbytes = { true, 24 } };
    HW_ERROR(error, 200);
    ObHost *host = ob_host_new(&config, &error);
    ObClient *client = ob_client_in_process(host);
    PciBus bus = pci_of_pc(client);

    pci_config_write(&bus, 0, SMBASE, 0xff, 1);
    g_assert_cmphex(pci_config_read(&bus, 0, SMBASE, 1), ==, 0xff);
    pci_config_write(&bus, 0, 0x50, 0xffff, 2);
    g_assert_cmphex(pci_config_read(&bus, 0, 0x50, 2), ==, 24);
    pci_config_write(&bus, 0, ESMRAMC, TSEG_ON | 6, 1);
    pci_config_write(&bus, 0, SMRAM, ON, 1);
    g_assert_cmphex(ob_client_readl(client, 40 << 20), ==, 0xffffffff);
    g_assert_cmphex(ob_client_readl(client, (40 << 20) - 4), ==, 0);
    ob_client_free(client);
    ob_host_free(host);
}

/* ---------------------------------------------------------------------- streams */

typedef struct Pair {
    PciHost from;
    PciHost to;
} Pair;

static void pair_set_up(Pair *p, gconstpointer machine)
{
    pci_host_set_up(&p->from, machine);
    pci_host_set_up(&p->to, machine);
}

static void pair_tear_down(Pair *p, gconstpointer machine)
{
    pci_host_tear_down(&p->from, machine);
    pci_host_tear_down(&p->to, machine);
}

static void pair_move(Pair *p)
{
    g_autoptr(GByteArray) stream = host_stream_save(p->from.host);

    host_stream_load(p->to.host, stream);
}

static void test_areas_travel(Pair *p, gconstpointer data)
{
    (void)data;
    area_set(&p->from, 3, READ_WRITE);
    ob_client_writel(p->from.client, 0xc8000, 0x1234);
    ob_client_writel(p->to.client, 0x100, 1);
    pair_move(p);
    g_assert_cmphex(ob_client_readl(p->to.client, 0xc8000), ==, 0x1234);
    g_assert_cmphex(ob_client_readl(p->to.client, 0xc4000), ==, 0);
    area_set(&p->from, 3, READ);
    pair_move(p);
    ob_client_writel(p->to.client, 0xc8000, 5);
    g_assert_cmphex(ob_client_readl(p->to.client, 0xc8000), ==, 0x1234);
}

static void test_locks_travel(Pair *p, gconstpointer data)
{
    PciHost *to = &p->to;

    (void)data;
    pci_config_write(&p->from.bus, 0, SMBASE, 0xff, 1);
    pair_move(p);
    g_assert_cmphex(pci_config_read(&to->bus, 0, SMBASE, 1), ==, 1);
    pci_config_write(&to->bus, 0, SMBASE, 2, 1);
    g_assert_cmphex(ob_client_readl(to->client, 0x30000), ==, 0xffffffff);
    pci_config_write(&p->from.bus, 0, SMBASE, 2, 1);
    pci_config_write(&p->from.bus, 0, ESMRAMC, TSEG_ON, 1);
    pci_config_write(&p->from.bus, 0, SMRAM, LOCK | ON, 1);
    ob_client_reset(to->client);
    pair_move(p);
    pci_config_write(&to->bus, 0, SMBASE, 0xff, 1);
    pci_config_write(&to->bus, 0, SMRAM, OPEN, 1);
    g_assert_cmphex(pci_config_read(&to->bus, 0, SMBASE, 1), ==, 2);
    g_assert_cmphex(ob_client_readl(to->client, 0x30000), ==, 0xffffffff);
    g_assert_cmphex(ob_client_readl(to->client, RAM_END - 4), ==, 0xffffffff);
    ob_client_reset(to->client);
    g_assert_cmphex(ob_client_readl(to->client, RAM_END - 4), ==, 0);
}

static uint8_t *bridge_payload(const GByteArray *stream)
{
    static const char name[] = "0000:00:00.0/I440FX\0\0\0"; /* and instance 0 */

    return host_stream_behind(stream, name, sizeof(name), 4);
}

/* QEMU: a version, the space, four pins, a byte. */
static void test_section_has_qemus_form(PciHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) quiet = host_stream_save(f->host);
    g_autoptr(GByteArray) stream = NULL;
    const uint8_t *bytes;

    (void)data;
    g_assert_null(memmem(quiet->data, quiet->len, "I440FX", 6));
    area_set(f, 3, READ);
    stream = host_stream_save(f->host);
    bytes = bridge_payload(stream);
    g_assert_cmphex(hw_load_be32(bytes), ==, 2);
    g_assert_cmphex(hw_load_le(bytes + 4, 4), ==, 0x12378086);
    g_assert_cmphex(bytes[4 + 0x5b], ==, READ);
}

static void refuse(PciHost *f, uint32_t offset, uint8_t value, const char *sentence)
{
    g_autoptr(GByteArray) stream = NULL;
    g_autofree char *refusal = NULL;

    area_set(f, 3, READ_WRITE);
    stream = host_stream_save(f->host);
    area_set(f, 3, 0);
    bridge_payload(stream)[offset] = value;
    refusal = host_stream_refusal(f->host, stream);
    g_assert_nonnull(strstr(refusal, sentence));
    g_assert_cmphex(pci_config_read(&f->bus, 0, pam_of(f) + 2, 1), ==, 0);
}

static void test_refuses_a_newer_struct(PciHost *f, gconstpointer data)
{
    (void)data;
    refuse(f, 3, 3, "I440FX: PCI state has version 3, expected at most 2");
}

static void test_refuses_another_bridge(PciHost *f, gconstpointer data)
{
    (void)data;
    refuse(f, 4 + 2, 0x38, "I440FX: the function is 8086:1238, expected 8086:1237");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PCI_TEST("/pci/memory/pc/areas-hide-ram", "pc", test_areas_hide_ram);
    PCI_TEST("/pci/memory/q35/areas-hide-ram", "q35", test_areas_hide_ram);
    PCI_TEST("/pci/memory/an-access-crosses-areas", "pc", test_an_access_crosses_areas);
    PCI_TEST("/pci/memory/a-bar-shows-in-a-hole", "pc", test_a_bar_shows_in_a_hole);
    PCI_TEST("/pci/memory/pc/dma-does-not-reach-hidden-ram", "pc",
             test_dma_does_not_reach_hidden_ram);
    PCI_TEST("/pci/memory/q35/dma-does-not-reach-hidden-ram", "q35",
             test_dma_does_not_reach_hidden_ram);
    PCI_TEST("/pci/memory/pc/reset-hides-it-again", "pc", test_reset_hides_it_again);
    PCI_TEST("/pci/memory/q35/reset-hides-it-again", "q35", test_reset_hides_it_again);
    PCI_TEST("/pci/memory/writes-that-are-lost-mark-no-page", "pc", test_dirty_pages);
    PCI_TEST("/pci/memory/high-smram", "q35", test_high_smram);
    PCI_TEST("/pci/memory/tseg-hides-the-end-of-ram", "q35", test_tseg);
    PCI_TEST("/pci/memory/firmware-asks-for-the-size-of-tseg", "q35",
             test_firmware_asks_for_the_size_of_tseg);
    PCI_TEST("/pci/memory/smram-at-smbase-is-locked-until-reset", "q35", test_smbase);
    g_test_add_func("/pci/memory/options-choose-tseg-and-smbase", test_options);
    g_test_add("/pci/memory/stream/pc/areas-travel", Pair, "pc", pair_set_up, test_areas_travel,
               pair_tear_down);
    g_test_add("/pci/memory/stream/q35/areas-travel", Pair, "q35", pair_set_up, test_areas_travel,
               pair_tear_down);
    g_test_add("/pci/memory/stream/locks-travel", Pair, "q35", pair_set_up, test_locks_travel,
               pair_tear_down);
    PCI_TEST("/pci/memory/stream/section-has-qemus-form", "pc", test_section_has_qemus_form);
    PCI_TEST("/pci/memory/stream/refuses-a-newer-struct", "pc", test_refuses_a_newer_struct);
    PCI_TEST("/pci/memory/stream/refuses-another-bridge", "pc", test_refuses_another_bridge);
    return g_test_run();
}
