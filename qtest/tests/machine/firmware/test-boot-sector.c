/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot sector that the firmware stand-in follows. */
#include "qtest/machine/firmware/boot-sector.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"

#define LOADED 0x7c00

typedef struct Sector {
    const char *name;
    const char *code; /* hexadecimal digits */
    uint64_t address; /* the word there afterwards is: */
    uint16_t word;
    const char *sentence; /* NULL: no error */
} Sector;

static ObHost *machine(void)
{
    HW_ERROR(error, 512);
    const ObHostConfig config = { .architecture = "x86_64", .ram_size = 2 << 20 };
    ObHost *host = ob_host_new(&config, &error);

    g_assert_nonnull(host);
    return host;
}

static void sector_fill(uint8_t *sector, const char *code)
{
    memset(sector, 0, OB_BOOT_SECTOR_SIZE);
    for (size_t i = 0; code[2 * i]; i++) {
        sector[i] = (uint8_t)(g_ascii_xdigit_value(code[2 * i]) << 4 |
                              g_ascii_xdigit_value(code[2 * i + 1]));
    }
    hw_store_le(sector + 510, 0xaa55, 2);
}

static void test_sector(gconstpointer opaque)
{
    const Sector *row = opaque;
    uint8_t sector[OB_BOOT_SECTOR_SIZE];
    ObHost *host = machine();
    HW_ERROR(error, 512);

    sector_fill(sector, row->code);
    g_assert_cmpint(ob_firmware_boot_sector(host, sector, &error), ==, !row->sentence);
    g_assert_cmpstr(error.text, ==, row->sentence ? row->sentence : "");
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, row->address, 2), ==, row->word);
    ob_host_free(host);
}

static void test_loaded_whole(void)
{
    uint8_t sector[OB_BOOT_SECTOR_SIZE], memory[OB_BOOT_SECTOR_SIZE];
    ObHost *host = machine();

    sector_fill(sector, "f4");
    sector[300] = 7;
    g_assert_true(ob_firmware_boot_sector(host, sector, NULL));
    ob_host_read(host, LOADED, memory, sizeof(memory));
    g_assert_cmpmem(memory, sizeof(memory), sector, sizeof(sector));
    ob_host_free(host);
}

static void test_signature(void)
{
    uint8_t sector[OB_BOOT_SECTOR_SIZE];
    ObHost *host = machine();
    HW_ERROR(error, 512);

    sector_fill(sector, "f4");
    sector[510] = 0;
    g_assert_false(ob_firmware_boot_sector(host, sector, &error));
    g_assert_cmpstr(error.text, ==, "boot sector: the signature is 0xaa00, expected 0xaa55");
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, LOADED, 1), ==, 0);
    ob_host_free(host);
}

/* clang-format off */
static const Sector sectors[] = {
    { "mov-of-a-word", "b83412a30005f4", 0x500, 0x1234, NULL },
    { "mov-of-a-byte", "b83412b078a20005f4", 0x500, 0x0078, NULL },
    { "mov-of-both-halves", "b83412b078a30005f4", 0x500, 0x1278, NULL },
    { "segment", "b800108ed8b83412a30005f4", 0x10500, 0x1234, NULL },
    { "jump-forwards", "b83412eb01f4a30005f4", 0x500, 0x1234, NULL },
    { "jump-backwards", "eb07b83412a30005f4ebf7", 0x500, 0x1234, NULL },
    { "nothing", "90fafbb83412a30005f4", 0x500, 0x1234, NULL },
    { "end-of-a-segment", "b800008ed8b83412a3fffff4", 0xffff, 0x1234, NULL },
    { "unknown-instruction", "b83412a3000531c0", 0x500, 0x1234, "boot sector: the instruction 0x31 "
      "at 0x7c06 is not known: no CPU runs here" },
    { "endless-loop", "ebfe", 0x500, 0, "boot sector: no HLT after 1000 instructions" },
};
/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(sectors); i++) {
        g_autofree char *path = g_strconcat("/boot-sector/", sectors[i].name, NULL);

        g_test_add_data_func(path, &sectors[i], test_sector);
    }
    g_test_add_func("/boot-sector/loaded-whole", test_loaded_whole);
    g_test_add_func("/boot-sector/signature-missing", test_signature);
    return g_test_run();
}
