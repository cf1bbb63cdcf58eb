/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware's images: a PC's ROM and flash, virt's flash.  test-flash-qemu compares them with QEMU's. */
#include <string.h>

#include "qtest/client/drivers/pci.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/lib/lantern.h"
#include "qtest/tests/lib/device-options.h"

enum {
    KIB = 0x400,
    SECTOR = 0x1000,
    BLOCK = 0x100,
    PAM = 0x59,
    READY = 0x80,
    NO_ERASE = 0x20,
    NO_PROGRAM = 0x10,
};

#define CHIP 0xfffe0000u /* 128 KiB at a PC's end */

typedef struct Firmware {
    uint8_t *bytes;
    ObHost *host;
    ObClient *client;
    GString *changed; /* "OFFSET+SIZE " */
} Firmware;

static void changed(void *opaque, uint64_t offset, const uint8_t *bytes, uint64_t size)
{
    g_assert_nonnull(bytes);
    g_string_append_printf(opaque, "%x+%x ", (unsigned)offset, (unsigned)size);
}

/* Byte i is a number that tells its 4 KiB from others. */
static uint8_t *bytes_new(uint64_t size)
{
    uint8_t *bytes = g_malloc(size);

    for (uint64_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(i ^ i >> 8 ^ i >> 12);
    }
    return bytes;
}

static ObImage image(Firmware *f, uint64_t size)
{
    f->bytes = bytes_new(size ? size : 1);
    return (ObImage) { .is_given = true, .name = "file", .bytes = f->bytes, .size = size };
}

static void start(Firmware *f, ObHostConfig *config, const char *machine)
{
    HW_ERROR(error, 512);

    config->machine = machine;
    config->architecture = strcmp(machine, "virt") ? "x86_64" : "aarch64";
    config->ram_size = config->ram_size ? config->ram_size : 16 << 20;
    f->host = ob_host_new(config, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->client = ob_client_in_process(f->host);
}

static void start_rom(Firmware *f, const char *machine, uint64_t size)
{
    ObHostConfig config = { .rom = image(f, size) };

    start(f, &config, machine);
}

static void start_chip(Firmware *f, const char *machine, bool is_read_only)
{
    ObHostConfig config = { .flash[0] = image(f, 128 * KIB) };

    f->changed = g_string_new(NULL);
    config.flash[0].is_read_only = is_read_only;
    config.flash[0].changed = is_read_only ? NULL : changed;
    config.flash[0].opaque = f->changed;
    start(f, &config, machine);
}

static void end(Firmware *f)
{
    ob_client_free(f->client);
    ob_host_free(f->host);
    g_free(f->bytes);
    if (f->changed) {
        g_string_free(f->changed, TRUE);
    }
    *f = (Firmware) { 0 };
}

static void shows(Firmware *f, uint64_t address, uint64_t offset, uint64_t size)
{
    g_autofree uint8_t *seen = g_malloc(size);

    ob_client_memread(f->client, address, seen, size);
    g_assert_cmpmem(seen, size, f->bytes + offset, size);
}

/* ---------------------------------------------------------------------- ROM */

static void test_rom_places(gconstpointer machine)
{
    static const struct {
        uint32_t size, low;
    } rows[] = { { 64 * KIB, 64 * KIB }, { 128 * KIB, 128 * KIB }, { 256 * KIB, 128 * KIB } };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Firmware f = { 0 };

        start_rom(&f, machine, rows[i].size);
        shows(&f, UINT64_C(0x100000000) - rows[i].size, 0, rows[i].size);
        shows(&f, 0x100000 - rows[i].low, rows[i].size - rows[i].low, rows[i].low);
        g_assert_cmphex(ob_client_readb(f.client, 0xfffff - rows[i].low), ==, 0);
        g_assert_cmphex(ob_client_readb(f.client, 0xffffffff - rows[i].size), ==, 0);
        end(&f);
    }
}

static void test_rom_keeps_its_bytes(gconstpointer machine)
{
    Firmware f = { 0 };

    start_rom(&f, machine, 64 * KIB);
    ob_client_writel(f.client, 0xffff0000, 0);
    ob_client_memset(f.client, 0xf0000, 0, 64);
    ob_client_memset(f.client, 0xfffffff0, 0, 16);
    shows(&f, 0xf0000, 0, 64 * KIB);
    shows(&f, 0xffff0000, 0, 64 * KIB);
    end(&f);
}

static uint32_t pam_of(const PciBus *bus)
{
    return pci_config_read(bus, 0, 2, 2) == 0x1237 ? PAM : 0x90;
}

/* Firmware copies itself to the RAM below it, and locks that. */
static void test_ram_shadows_the_image(gconstpointer machine)
{
    Firmware f = { 0 };
    PciBus bus;

    start_rom(&f, machine, 64 * KIB);
    bus = pci_of_pc(f.client);
    pci_config_write(&bus, 0, pam_of(&bus), 0x10, 1);
    g_assert_cmphex(ob_client_readl(f.client, 0xf0000), ==, 0);
    pci_config_write(&bus, 0, pam_of(&bus), 0x30, 1);
    ob_client_writel(f.client, 0xf0000, 0x12345678);
    g_assert_cmphex(ob_client_readl(f.client, 0xf0000), ==, 0x12345678);
    shows(&f, 0xffff0000, 0, 64 * KIB);
    pci_config_write(&bus, 0, pam_of(&bus), 0x00, 1);
    shows(&f, 0xf0000, 0, 64 * KIB);
    ob_client_writel(f.client, 0xf0000, 0x11111111);
    pci_config_write(&bus, 0, pam_of(&bus), 0x10, 1);
    g_assert_cmphex(ob_client_readl(f.client, 0xf0000), ==, 0x12345678);
    end(&f);
}

static void test_a_bar_hides_the_image(void)
{
    Firmware f = { 0 };
    HW_ERROR(error, 256);
    PciBus bus;

    start_rom(&f, "pc", 64 * KIB);
    g_assert_true(ob_host_add_class(f.host, &lantern_class, &error));
    g_assert_nonnull(device_with_options(f.host, "lantern", "addr=4", &error));
    bus = pci_of_pc(f.client);
    pci_config_write(&bus, 4 << 3, 0x10, 0xffff0000, 4);
    pci_config_write(&bus, 4 << 3, 0x04, 2, 2);
    ob_client_writel(f.client, 0xffff0000 + LANTERN_DATA, 0x5a);
    g_assert_cmphex(ob_client_readl(f.client, 0xffff0000 + LANTERN_DATA), ==, 0x5a);
    pci_config_write(&bus, 4 << 3, 0x04, 0, 2);
    shows(&f, 0xffff0000, 0, 64 * KIB);
    end(&f);
}

static void test_virt_rom_is_in_the_first_chip(void)
{
    Firmware f = { 0 };

    start_rom(&f, "virt", 1000);
    shows(&f, 0, 0, 1000);
    g_assert_cmphex(ob_client_readl(f.client, 1000), ==, 0);
    ob_client_writel(f.client, 0, 0x00400040);
    ob_client_writel(f.client, 0x40, 0x12345678);
    ob_client_writel(f.client, 0, 0x00ff00ff);
    g_assert_cmphex(ob_client_readl(f.client, 0x40), ==, 0x12345678);
    ob_client_writel(f.client, 0x4000000, 0x00900090);
    g_assert_cmphex(ob_client_readl(f.client, 0x4000000), ==, 0x00890089);
    g_assert_cmphex(ob_client_readl(f.client, 0x8000000), !=, 0x00890089);
    end(&f);
}

static void test_no_image_no_part(gconstpointer machine)
{
    ObHostConfig config = { 0 };
    Firmware f = { 0 };

    start(&f, &config, machine);
    g_assert_null(f.host->background);
    end(&f);
}

/* --------------------------------------------------------------------- chips */

static void test_program(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    ob_client_writeb(f.client, CHIP, 0x40);
    g_assert_cmphex(ob_client_readb(f.client, CHIP), ==, READY);
    ob_client_writew(f.client, CHIP + 0x234, 0xbeef);
    ob_client_writeb(f.client, CHIP, 0xff);
    g_assert_cmphex(ob_client_readw(f.client, CHIP + 0x234), ==, 0xbeef);
    shows(&f, CHIP, 0, 0x234);
    shows(&f, CHIP + 0x236, 0x236, 0x1000);
    g_assert_cmpstr(f.changed->str, ==, "234+2 ");
    end(&f);
}

static void test_erase(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    ob_client_writeb(f.client, CHIP + 0x1234, 0x20);
    ob_client_writeb(f.client, CHIP + 0x1234, 0xd0);
    g_assert_cmphex(ob_client_readb(f.client, CHIP), ==, READY);
    ob_client_writeb(f.client, CHIP, 0xff);
    shows(&f, CHIP, 0, SECTOR);
    g_assert_cmphex(ob_client_readq(f.client, CHIP + SECTOR), ==, UINT64_MAX);
    g_assert_cmphex(ob_client_readq(f.client, CHIP + 2 * SECTOR - 8), ==, UINT64_MAX);
    shows(&f, CHIP + 2 * SECTOR, 2 * SECTOR, SECTOR);
    g_assert_cmpstr(f.changed->str, ==, "1000+1000 ");
    end(&f);
}

static void block_begin(const Firmware *f, uint32_t place, uint8_t writes)
{
    ob_client_writeb(f->client, place, 0xe8);
    ob_client_writeb(f->client, place, (uint8_t)(writes - 1));
}

static void test_block(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    block_begin(&f, CHIP, 2);
    ob_client_writel(f.client, CHIP + 0x340, 0x11111111);
    ob_client_writel(f.client, CHIP + 0x3fc, 0x22222222);
    g_assert_cmpstr(f.changed->str, ==, "");
    ob_client_writeb(f.client, CHIP, 0xd0);
    g_assert_cmpstr(f.changed->str, ==, "300+100 ");
    ob_client_writeb(f.client, CHIP, 0xff);
    g_assert_cmphex(ob_client_readl(f.client, CHIP + 0x340), ==, 0x11111111);
    g_assert_cmphex(ob_client_readl(f.client, CHIP + 0x3fc), ==, 0x22222222);
    shows(&f, CHIP + 0x300, 0x300, 0x40);
    end(&f);
}

/* Another block's address, or no confirmation. */
static void test_block_fails(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    block_begin(&f, CHIP, 2);
    ob_client_writel(f.client, CHIP, 0);
    ob_client_writel(f.client, CHIP + BLOCK, 0);
    g_assert_cmphex(ob_client_readb(f.client, CHIP), ==, READY | NO_PROGRAM);
    ob_client_writeb(f.client, CHIP, 0xd0);
    shows(&f, CHIP, 0, SECTOR);
    ob_client_writeb(f.client, CHIP, 0x50);
    block_begin(&f, CHIP, 2);
    ob_client_writel(f.client, CHIP, 0);
    ob_client_writel(f.client, CHIP + 4, 0);
    ob_client_writeb(f.client, CHIP, 0x70);
    shows(&f, CHIP, 0, SECTOR);
    g_assert_cmpstr(f.changed->str, ==, "");
    end(&f);
}

static void test_read_only(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", true);
    ob_client_writeb(f.client, CHIP, 0x40);
    ob_client_writeb(f.client, CHIP, 0x00);
    g_assert_cmphex(ob_client_readb(f.client, CHIP), ==, READY | NO_PROGRAM);
    ob_client_writeb(f.client, CHIP, 0x20);
    ob_client_writeb(f.client, CHIP, 0xd0);
    g_assert_cmphex(ob_client_readb(f.client, CHIP), ==, READY | NO_PROGRAM | NO_ERASE);
    ob_client_writeb(f.client, CHIP, 0x50);
    block_begin(&f, CHIP, 2);
    ob_client_writel(f.client, CHIP, 0);
    ob_client_writel(f.client, CHIP + 4, 0);
    ob_client_writeb(f.client, CHIP, 0xd0);
    shows(&f, CHIP, 0, 128 * KIB);
    end(&f);
}

static void test_query(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    ob_client_writeb(f.client, CHIP, 0x98);
    g_assert_cmphex(ob_client_readb(f.client, CHIP + 0x10), ==, 'Q');
    g_assert_cmphex(ob_client_readb(f.client, CHIP + 0x27), ==, 17);
    g_assert_cmphex(ob_client_readb(f.client, CHIP + 0x2d), ==, 31);
    g_assert_cmphex(ob_client_readb(f.client, CHIP + 0x52), ==, 0);
    ob_client_writeb(f.client, CHIP, 0xff);
    shows(&f, CHIP, 0, SECTOR);
    end(&f);
}

static void test_reset_ends_a_command(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    block_begin(&f, CHIP, 3);
    ob_client_writel(f.client, CHIP, 0);
    ob_client_reset(f.client);
    shows(&f, CHIP, 0, SECTOR);
    ob_client_writeb(f.client, CHIP, 0x70);
    g_assert_cmphex(ob_client_readb(f.client, CHIP), ==, READY);
    end(&f);
}

/* Machines of QEMU 9.1 show the chip itself below 1 MiB. */
static void test_copy_or_alias(void)
{
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    ob_client_writeb(f.client, CHIP, 0x70);
    shows(&f, 0xe0000, 0, 128 * KIB);
    g_assert_true(ob_ram_has(f.host, "isa-bios"));
    end(&f);
    start_chip(&f, "pc-i440fx-9.1", false);
    shows(&f, 0xe0000, 0, 128 * KIB);
    ob_client_writeb(f.client, 0xe0000, 0x98);
    shows(&f, 0xe0000, 0, 128 * KIB);
    ob_client_writeb(f.client, CHIP, 0x70);
    g_assert_cmphex(ob_client_readb(f.client, 0xe0000), ==, READY);
    g_assert_false(ob_ram_has(f.host, "isa-bios"));
    end(&f);
}

static void test_two_chips_end_at_4_gib(void)
{
    Firmware f = { 0 };
    ObHostConfig config = { .flash[0] = image(&f, 128 * KIB) };

    config.flash[1] = config.flash[0];
    config.flash[1].size = 64 * KIB;
    start(&f, &config, "q35");
    shows(&f, CHIP, 0, 128 * KIB);
    shows(&f, CHIP - 64 * KIB, 0, 64 * KIB);
    shows(&f, 0xe0000, 0, 128 * KIB);
    end(&f);
}

/* ------------------------------------------------------------------- streams */

static void test_programmed_pages_are_dirty(void)
{
    ObRamBlock *block = NULL;
    Firmware f = { 0 };
    uint64_t page = 0;

    start_chip(&f, "pc", false);
    for (guint i = 0; i < f.host->blocks->len; i++) {
        ObRamBlock *other = g_ptr_array_index(f.host->blocks, i);

        block = strcmp(other->name, "system.flash0") ? block : other;
    }
    ob_ram_track(f.host, &f);
    while (ob_ram_block_take(block, &f, &page)) {}
    ob_client_writeb(f.client, CHIP, 0x40);
    ob_client_writeb(f.client, CHIP + 0x5678, 0);
    page = 0;
    g_assert_true(ob_ram_block_take(block, &f, &page));
    g_assert_cmphex(page, ==, 0x5000);
    ob_ram_untrack(f.host, &f);
    end(&f);
}

/* The file gets what the stream brought. */
static void test_a_block_travels(void)
{
    g_autoptr(GByteArray) stream = NULL;
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    block_begin(&f, CHIP, 2);
    ob_client_writel(f.client, CHIP + 0x200, 0x11111111);
    stream = host_stream_save(f.host);
    end(&f);
    start_chip(&f, "pc", false);
    host_stream_load(f.host, stream);
    g_assert_cmpstr(f.changed->str, ==, "0+20000 ");
    ob_client_writel(f.client, CHIP + 0x204, 0x22222222);
    ob_client_writeb(f.client, CHIP, 0xd0);
    ob_client_writeb(f.client, CHIP, 0xff);
    g_assert_cmphex(ob_client_readq(f.client, CHIP + 0x200), ==, 0x2222222211111111);
    host_stream_load(f.host, stream);
    ob_client_reset(f.client);
    shows(&f, CHIP, 0, SECTOR);
    end(&f);
}

/* A stream of a chip without a block ends a block that was begun. */
static void test_no_block_travels(void)
{
    g_autoptr(GByteArray) stream = NULL;
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    block_begin(&f, CHIP, 2);
    stream = host_stream_save(f.host);
    ob_client_writel(f.client, CHIP + 0x200, 0x11111111);
    host_stream_load(f.host, stream);
    ob_client_writel(f.client, CHIP + 0x400, 0x33333333);
    ob_client_writel(f.client, CHIP + 0x404, 0x44444444);
    ob_client_writeb(f.client, CHIP, 0xd0);
    ob_client_writeb(f.client, CHIP, 0xff);
    shows(&f, CHIP + 0x200, 0x200, BLOCK);
    g_assert_cmphex(ob_client_readq(f.client, CHIP + 0x400), ==, 0x4444444433333333);
    end(&f);
}

typedef struct Forgery {
    uint8_t place[4]; /* big-endian */
    const char *sentence;
} Forgery;

static const Forgery odd_place = {
    { 0, 0, 0, 1 },
    "pflash_cfi01: blk_offset: invalid value 0x1, expected a multiple of 0x100 below 0x20000"
};
static const Forgery place_behind = {
    { 0, 2, 0, 0 },
    "pflash_cfi01: blk_offset: invalid value 0x20000, expected a multiple of 0x100 below 0x20000"
};

static void test_forged_block(gconstpointer data)
{
    const Forgery *forgery = data;
    g_autoptr(GByteArray) stream = NULL;
    Firmware f = { 0 };

    start_chip(&f, "pc", false);
    block_begin(&f, CHIP, 2);
    ob_client_writel(f.client, CHIP, 0x11111111);
    stream = host_stream_save(f.host);
    memcpy(host_stream_behind(stream, "pflash_cfi01_blk_write", 22, 4 + BLOCK), forgery->place, 4);
    host_stream_refused(f.host, stream, forgery->sentence);
    ob_client_writel(f.client, CHIP + 4, 0x22222222);
    ob_client_writeb(f.client, CHIP, 0xd0);
    ob_client_writeb(f.client, CHIP, 0xff);
    g_assert_cmphex(ob_client_readq(f.client, CHIP), ==, 0x2222222211111111);
    end(&f);
}

/* No step of no command harms: the next write ends it. */
static void test_forged_command(void)
{
    g_autoptr(GByteArray) stream = NULL;
    static const uint8_t steps[] = { 0, 1, 2, 3, 4, 255 };
    Firmware f = { 0 };
    uint8_t *fields;

    start_chip(&f, "pc", false);
    stream = host_stream_save(f.host);
    fields = host_stream_behind(stream, "pflash_cfi01", 12, 8);
    for (uint32_t step = 0; step < G_N_ELEMENTS(steps); step++) {
        for (uint32_t code = 0; code < 256; code += 8) {
            fields[0] = steps[step];
            fields[1] = (uint8_t)code;
            host_stream_load(f.host, stream);
            ob_client_readq(f.client, CHIP);
            ob_client_writel(f.client, CHIP + 0x1fffc, 0xd0);
            ob_client_writel(f.client, CHIP + 0x1fffc, 0xd0);
        }
    }
    end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/flash/pc/rom-ends-at-4-gib-and-at-1-mib", "pc", test_rom_places);
    g_test_add_data_func("/flash/q35/rom-ends-at-4-gib-and-at-1-mib", "q35", test_rom_places);
    g_test_add_data_func("/flash/pc/rom-keeps-its-bytes", "pc", test_rom_keeps_its_bytes);
    g_test_add_data_func("/flash/pc/ram-shadows-the-image", "pc", test_ram_shadows_the_image);
    g_test_add_data_func("/flash/q35/ram-shadows-the-image", "q35", test_ram_shadows_the_image);
    g_test_add_func("/flash/pc/a-bar-hides-the-image", test_a_bar_hides_the_image);
    g_test_add_func("/flash/virt/rom-is-in-the-first-chip", test_virt_rom_is_in_the_first_chip);
    g_test_add_data_func("/flash/pc/no-image-no-part", "pc", test_no_image_no_part);
    g_test_add_data_func("/flash/virt/no-image-no-part", "virt", test_no_image_no_part);
    g_test_add_func("/flash/program", test_program);
    g_test_add_func("/flash/erase", test_erase);
    g_test_add_func("/flash/block-is-programmed-when-confirmed", test_block);
    g_test_add_func("/flash/block-that-fails-changes-nothing", test_block_fails);
    g_test_add_func("/flash/read-only-chip-reports-errors", test_read_only);
    g_test_add_func("/flash/query", test_query);
    g_test_add_func("/flash/reset-ends-a-command", test_reset_ends_a_command);
    g_test_add_func("/flash/below-1-mib-is-a-copy-or-the-chip", test_copy_or_alias);
    g_test_add_func("/flash/q35/two-chips-end-at-4-gib", test_two_chips_end_at_4_gib);
    g_test_add_func("/flash/programmed-pages-are-dirty", test_programmed_pages_are_dirty);
    g_test_add_func("/flash/stream/a-block-travels", test_a_block_travels);
    g_test_add_func("/flash/stream/without-a-block-none-is-left", test_no_block_travels);
    g_test_add_data_func("/flash/stream/block-at-odd-place-refused", &odd_place, test_forged_block);
    g_test_add_data_func("/flash/stream/block-behind-the-end-refused", &place_behind,
                         test_forged_block);
    g_test_add_func("/flash/stream/any-command-is-harmless", test_forged_command);
    return g_test_run();
}
