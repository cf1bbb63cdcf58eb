/* SPDX-License-Identifier: GPL-2.0-or-later */
/* max-ram-below-4g: where RAM lies, and all that firmware learns of it, beside a stock QEMU. */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/client.h"
#include "qtest/client/drivers/fw-cfg.h"

enum {
    E820_ENTRY = 20,
    E820_RAM = 1,
    ACPI_HEADER = 36,
    CMOS_INDEX = 0x70,
    CMOS_DATA = 0x71,
    MAPPED_ADDRESS = 19, /* the SMBIOS type of a piece of RAM */
};

static const uint8_t cmos_sizes[] = { 0x15, 0x16, 0x17, 0x18, 0x30, 0x31,
                                      0x34, 0x35, 0x5b, 0x5c, 0x5d };

static ObClient *start(const char *program, const char *accelerator, const char *arguments)
{
    ObStart how = { .program = program, .arguments = arguments, .accelerator = accelerator };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&how, &error);

    if (!c) {
        g_error("%s", error.text);
    }
    return c;
}

static GByteArray *file_read(ObClient *c, const char *name)
{
    const ObFwCfgPort port = fw_cfg_of_pc(c);
    uint32_t size = 0;
    uint16_t key = fw_cfg_find(&port, name, &size);
    GByteArray *bytes = g_byte_array_new();

    g_assert_cmpuint(key, !=, 0);
    g_byte_array_set_size(bytes, size);
    fw_cfg_select(&port, key);
    fw_cfg_read(&port, bytes->data, size);
    return bytes;
}

/* ------------------------------------------------------------- stories of firmware */

/* QEMU's table has reserved ranges, too. */
static void e820_tell(ObClient *c, GString *story)
{
    g_autoptr(GByteArray) table = file_read(c, "etc/e820");

    for (guint i = 0; i + E820_ENTRY <= table->len; i += E820_ENTRY) {
        const uint8_t *entry = table->data + i;

        if (hw_load_le(entry + 16, 4) == E820_RAM) {
            g_string_append_printf(story, "e820 %#" PRIx64 " %#" PRIx64 "\n", hw_load_le(entry, 8),
                                   hw_load_le(entry + 8, 8));
        }
    }
}

static void cmos_tell(ObClient *c, GString *story)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cmos_sizes); i++) {
        ob_client_outb(c, CMOS_INDEX, cmos_sizes[i]);
        g_string_append_printf(story, "cmos %#x %#x\n", cmos_sizes[i], ob_client_inb(c, CMOS_DATA));
    }
}

/* A file of many KiB, whose tables follow one another: the rest behind SRAT is not read. */
static void srat_tell(ObClient *c, GString *story)
{
    const ObFwCfgPort port = fw_cfg_of_pc(c);
    bool found = false;
    uint32_t size;

    fw_cfg_select(&port, fw_cfg_find(&port, "etc/acpi/tables", &size));
    while (!found) {
        uint8_t head[8]; /* signature, length */
        g_autofree uint8_t *rest = NULL;
        uint64_t length;

        fw_cfg_read(&port, head, sizeof(head));
        length = hw_load_le(head + 4, 4);
        g_assert_cmpuint(length, >, sizeof(head));
        g_assert_cmpuint(length, <, size);
        rest = g_malloc(length);
        fw_cfg_read(&port, rest, (uint32_t)(length - sizeof(head)));
        found = memcmp(head, "SRAT", 4) == 0;
        for (uint64_t i = ACPI_HEADER - sizeof(head); found && i < length - sizeof(head); i++) {
            g_string_append_printf(story, " %02x", rest[i]);
        }
    }
    g_string_append_c(story, '\n');
}

static void smbios_tell(ObClient *c, GString *story)
{
    g_autoptr(GByteArray) tables = file_read(c, "etc/smbios/smbios-tables");
    const uint8_t *at = tables->data;

    while (at[0] != 127) { /* the end */
        const uint8_t *strings = at + at[1];

        if (at[0] == MAPPED_ADDRESS) {
            g_string_append(story, "SMBIOS");
            for (uint32_t i = 4; i < at[1]; i++) {
                g_string_append_printf(story, " %02x", at[i]);
            }
            g_string_append_c(story, '\n');
        }
        while (strings[0] || strings[1]) {
            strings++;
        }
        at = strings + 2;
    }
}

/* A byte in each gibibyte and a last one, for where RAM is. */
static void ram_tell(ObClient *c, GString *story)
{
    static const uint64_t places[] = { 0x2000000,   0x3fff000,   0x4000000,  0x8000000,
                                       0x9ffff000,  0xa0000000,  0xb0000000, 0xbffff000,
                                       0x100000000, 0x102000000, 0x140000000 };

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        ob_client_writeb(c, places[i], 0x5a);
        g_string_append_printf(story, "RAM at %#" PRIx64 ": %s\n", places[i],
                               ob_client_readb(c, places[i]) == 0x5a ? "yes" : "no");
    }
}

static char *story_of(const char *program, const char *accelerator, const char *arguments)
{
    GString *story = g_string_new(NULL);
    ObClient *c = start(program, accelerator, arguments);

    e820_tell(c, story);
    cmos_tell(c, story);
    if (strstr(arguments, "-numa")) {
        srat_tell(c, story);
    }
    smbios_tell(c, story);
    ram_tell(c, story);
    ob_client_quit(c);
    return g_string_free(story, FALSE);
}

/* clang-format off */
#define NODES \
    " -m 2600M -smp 2,sockets=2 -object memory-backend-ram,id=a,size=1000M " \
    "-object memory-backend-ram,id=b,size=1600M -numa node,memdev=a -numa node,memdev=b"
/* clang-format on */
static const char *const machines[] = {
    "-M pc -m 2600M",
    "-M pc,max-ram-below-4g=2G -m 2600M",
    "-M pc,max-ram-below-4g=2560M -m 2600M",
    "-M pc,max-ram-below-4g=2560M -m 2560M",
    "-M pc,max-ram-below-4g=3456M -m 3500M",
    "-M pc,max-ram-below-4g=64M -m 128M",
    "-M pc,max-ram-below-4g=1M -m 96M",
    "-M pc,max-ram-below-4g=4G -m 3600M",
    "-M pc,max-ram-below-4g=0 -m 3600M",
    "-M pc,max-ram-below-4g=1G" NODES,
    "-M pc" NODES,
    "-M q35 -m 2900M",
    "-M q35,max-ram-below-4g=2560M -m 2600M",
    "-M q35,max-ram-below-4g=2560M -m 3000M",
    "-M q35,max-ram-below-4g=1G -m 3000M",
    "-M q35,max-ram-below-4g=4G -m 3000M",
    "-M q35,max-ram-below-4g=512M" NODES,
    "-M q35" NODES,
};

static void test_same(gconstpointer arguments)
{
    g_autofree char *ours = story_of(g_getenv("OB_PROGRAM"), NULL, arguments);
    g_autofree char *theirs = story_of(g_getenv("OB_PEER"), "tcg", arguments);

    g_assert_cmpstr(ours, ==, theirs);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strdup_printf("/low-ram/as-qemu/%zu", i);

        g_test_add_data_func(path, machines[i], test_same);
    }
    return g_test_run();
}
