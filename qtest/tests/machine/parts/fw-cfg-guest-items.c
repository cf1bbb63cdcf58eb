/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The content of fw_cfg's items and files. */
#include "qtest/tests/machine/parts/fw-cfg-guest.h"

#include <string.h>

#include "hw-api/device/bytes.h"

static void test_directory_is_sorted(const ObFwCfgPort *port)
{
    char last[56] = "";
    uint8_t entry[64];
    uint32_t count = GUINT32_SWAP_LE_BE((uint32_t)item(port, DIRECTORY, 4));

    g_assert_cmpuint(count, >, 3);
    for (uint32_t i = 0; i < count; i++) {
        fw_cfg_read(port, entry, sizeof(entry));
        g_assert_cmphex(hw_load_be16(entry + 4), ==, 0x20 + i);
        g_assert_cmphex(hw_load_be16(entry + 6), ==, 0);
        g_assert_cmpint(strcmp((const char *)entry + 8, last), >, 0);
        g_strlcpy(last, (const char *)entry + 8, sizeof(last));
    }
    data_reads(port, "\0", 1);
}

static void file_expect(const ObFwCfgPort *port, const char *name, const char *bytes, size_t size)
{
    uint32_t length;
    uint16_t key = fw_cfg_find(port, name, &length);

    g_assert_cmphex(key, !=, 0);
    g_assert_cmpuint(length, ==, size);
    fw_cfg_select(port, key);
    data_reads(port, bytes, size);
}

static void test_files_of_boot(const ObFwCfgPort *port)
{
    file_expect(port, WORD, CONTENT, 8);
    file_expect(port, "etc/boot-fail-wait", "\x0f\0\0\0", 4);
    file_expect(port, "etc/boot-menu-wait", "\x0c\0", 2);
    file_expect(port, "bootorder", "", 0);
}

static void test_items_of_all_machines(const ObFwCfgPort *port)
{
    fw_cfg_select(port, UUID_KEY);
    data_reads(port, (const uint8_t[16])UUID_BYTES, 16);
    g_assert_cmpuint(item(port, NO_GRAPHICS, 2), ==, 0);
    g_assert_cmpuint(item(port, CPUS, 2), ==, 2);
    g_assert_cmpuint(item(port, BOOT_MENU, 2), ==, 1);
}

static void test_items_of_pcs(const ObFwCfgPort *port)
{
    g_assert_cmpuint(item(port, RAM_SIZE_KEY, 8), ==, RAM_SIZE);
    g_assert_cmpuint(item(port, CPU_LIMIT, 2), ==, 4);
    g_assert_cmpuint(item(port, NUMA, 8), ==, 0);
    file_expect(port, "etc/system-states", "\x80\0\0\x81\x82\x80", 6);
}

/* QEMU's table has reserved ranges, too. */
static void test_e820_has_the_ram(const ObFwCfgPort *port)
{
    uint32_t size;
    uint64_t ram = 0;

    fw_cfg_select(port, fw_cfg_find(port, "etc/e820", &size));
    g_assert_cmpuint(size % 20, ==, 0);
    for (uint32_t i = 0; i < size; i += 20) {
        uint8_t entry[20];

        fw_cfg_read(port, entry, sizeof(entry));
        ram += hw_load_le(entry + 16, 4) == 1 ? hw_load_le(entry + 8, 8) : 0;
    }
    g_assert_cmpuint(ram, ==, RAM_SIZE);
}

const FwCfgTest fw_cfg_item_tests[] = {
    { "items/directory-is-sorted", test_directory_is_sorted, NULL },
    { "items/files-of-boot", test_files_of_boot, NULL },
    { "items/of-all-machines", test_items_of_all_machines, NULL },
    { "items/of-pcs", test_items_of_pcs, "x86_64" },
    { "items/e820-has-the-ram", test_e820_has_the_ram, "x86_64" },
    { NULL, NULL, NULL },
};
