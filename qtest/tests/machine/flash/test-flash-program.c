/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of firmware's images: options that name them, and what a guest leaves in them. */
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"

enum { SIZE = 0x10000, SHORT = 4000 };

#define START  0xffff0000u
#define SECOND 0xfffe0000u

typedef struct Machine {
    ObScratch *scratch;
    char *file, *other;
    ObClient *client;
} Machine;

static void file_write(const char *path, uint8_t byte, gssize size)
{
    g_autofree char *bytes = g_malloc((gsize)size);

    memset(bytes, byte, (gsize)size);
    g_assert_true(g_file_set_contents(path, bytes, size, NULL));
}

static void set_up(Machine *m, gconstpointer data)
{
    (void)data;
    m->scratch = ob_scratch_new();
    m->file = g_build_filename(ob_scratch_path(m->scratch), "file", NULL);
    m->other = g_build_filename(ob_scratch_path(m->scratch), "other", NULL);
    file_write(m->file, 0x11, SIZE);
    file_write(m->other, 0x22, SIZE);
}

static void tear_down(Machine *m, gconstpointer data)
{
    (void)data;
    g_free(m->file);
    g_free(m->other);
    ob_scratch_free(m->scratch);
}

/* FILE and OTHER in the arguments are the paths. */
static void start(Machine *m, const char *arguments)
{
    g_auto(GStrv) files = g_strsplit(arguments, "FILE", -1);
    g_autofree char *with_file = g_strjoinv(m->file, files);
    g_auto(GStrv) others = g_strsplit(with_file, "OTHER", -1);
    g_autofree char *all = g_strjoinv(m->other, others);
    const ObStart options = { .program = g_getenv("OB_PROGRAM"), .arguments = all };
    HW_ERROR(error, 4096);

    m->client = ob_client_start(&options, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void program(const Machine *m, uint32_t address, uint8_t value)
{
    ob_client_writeb(m->client, address, 0x40);
    ob_client_writeb(m->client, address, value);
    ob_client_writeb(m->client, address, 0xff);
}

static uint8_t file_byte(const char *path, gsize offset)
{
    g_autofree char *bytes = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    g_assert_cmpuint(size, >, offset);
    return (uint8_t)bytes[offset];
}

static void test_bios(Machine *m, gconstpointer arguments)
{
    start(m, arguments);
    g_assert_cmphex(ob_client_readl(m->client, START), ==, 0x11111111);
    g_assert_cmphex(ob_client_readl(m->client, 0xf0000), ==, 0x11111111);
    program(m, START, 0);
    g_assert_cmphex(ob_client_readl(m->client, START), ==, 0x11111111);
    ob_client_quit(m->client);
    g_assert_cmphex(file_byte(m->file, 0), ==, 0x11);
}

/* The guest's byte is in the file at once. */
static void test_kept(Machine *m, gconstpointer arguments)
{
    start(m, arguments);
    program(m, START + 0x1234, 0x5a);
    g_assert_cmphex(ob_client_readb(m->client, START + 0x1234), ==, 0x5a);
    g_assert_cmphex(file_byte(m->file, 0x1234), ==, 0x5a);
    ob_client_quit(m->client);
    g_assert_cmphex(file_byte(m->file, 0x1233), ==, 0x11);
}

static void test_read_only(Machine *m, gconstpointer arguments)
{
    start(m, arguments);
    program(m, START, 0x5a);
    g_assert_cmphex(ob_client_readb(m->client, START), ==, 0x11);
    ob_client_quit(m->client);
    g_assert_cmphex(file_byte(m->file, 0), ==, 0x11);
}

static void test_temporary(Machine *m, gconstpointer arguments)
{
    start(m, arguments);
    program(m, START, 0x5a);
    g_assert_cmphex(ob_client_readb(m->client, START), ==, 0x5a);
    ob_client_quit(m->client);
    g_assert_cmphex(file_byte(m->file, 0), ==, 0x11);
}

static void test_two(Machine *m, gconstpointer arguments)
{
    start(m, arguments);
    g_assert_cmphex(ob_client_readb(m->client, START), ==, 0x11);
    g_assert_cmphex(ob_client_readb(m->client, SECOND), ==, 0x22);
    program(m, SECOND, 0x5a);
    ob_client_quit(m->client);
    g_assert_cmphex(file_byte(m->file, 0), ==, 0x11);
    g_assert_cmphex(file_byte(m->other, 0), ==, 0x5a);
}

/* A disk has whole sectors of 512 bytes. */
static void test_short(Machine *m, gconstpointer data)
{
    (void)data;
    file_write(m->file, 0x33, SHORT);
    start(m, "-M pc -drive if=pflash,format=raw,file=FILE");
    g_assert_cmphex(ob_client_readb(m->client, 0xfffff000 + SHORT - 1), ==, 0x33);
    g_assert_cmphex(ob_client_readb(m->client, 0xfffff000 + SHORT), ==, 0);
    program(m, 0xffffffff, 0x5a);
    ob_client_quit(m->client);
    g_assert_cmphex(file_byte(m->file, 4095), ==, 0x5a);
    g_assert_cmphex(file_byte(m->file, SHORT), ==, 0);
}

#define FLASH_TEST(name, arguments, function) \
    g_test_add("/flash-program/" name, Machine, arguments, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FLASH_TEST("bios", "-M pc -bios FILE", test_bios);
    FLASH_TEST("last-bios-wins", "-M q35 -bios OTHER -bios FILE", test_bios);
    FLASH_TEST("drive-keeps-bytes", "-M pc -drive if=pflash,format=raw,file=FILE", test_kept);
    FLASH_TEST("pflash-keeps-bytes", "-M q35 -pflash FILE", test_kept);
    FLASH_TEST("flash-wins-over-bios", "-M pc -bios OTHER -pflash FILE", test_kept);
    FLASH_TEST("drive-by-id-keeps-bytes",
               "-drive if=none,id=d,format=raw,file=FILE -M pc,pflash0=d", test_kept);
    FLASH_TEST("node-keeps-bytes", "-blockdev file,node-name=n,filename=FILE -M pc,pflash0=n",
               test_kept);
    FLASH_TEST("node-with-its-file-keeps-bytes",
               "-blockdev raw,node-name=n,file.driver=file,file.filename=FILE -M q35,pflash0=n",
               test_kept);
    FLASH_TEST("readonly-drive", "-M pc -drive if=pflash,format=raw,file=FILE,readonly=on",
               test_read_only);
    FLASH_TEST("readonly-drive-by-id",
               "-drive if=none,id=d,format=raw,file=FILE,readonly=on -M pc,pflash0=d",
               test_read_only);
    /* Libvirt defines them so. */
    FLASH_TEST("readonly-node",
               "-blockdev '{\"driver\":\"file\",\"filename\":\"FILE\",\"node-name\":\"s\","
               "\"auto-read-only\":true,\"discard\":\"unmap\"}' "
               "-blockdev '{\"node-name\":\"f\",\"read-only\":true,\"driver\":\"raw\",\"file\":"
               "\"s\"}' -machine q35,pflash0=f",
               test_read_only);
    FLASH_TEST("readonly-node-below",
               "-blockdev file,filename=FILE,node-name=s,read-only=on "
               "-blockdev raw,node-name=f,file=s -machine q35,pflash0=f",
               test_read_only);
    FLASH_TEST("snapshot-forgets-bytes", "-M pc -drive if=pflash,format=raw,file=FILE,snapshot=on",
               test_temporary);
    FLASH_TEST("two-drives",
               "-M pc -drive if=pflash,format=raw,unit=1,file=OTHER "
               "-drive if=pflash,format=raw,file=FILE",
               test_two);
    FLASH_TEST("two-by-index", "-M q35 -drive if=pflash,index=1,file=OTHER -pflash FILE", test_two);
    FLASH_TEST("two-nodes",
               "-blockdev file,filename=FILE,node-name=a -blockdev file,filename=OTHER,node-name=b "
               "-machine q35,pflash1=b,pflash0=a",
               test_two);
    FLASH_TEST("short-file-is-filled", NULL, test_short);
    return g_test_run();
}
