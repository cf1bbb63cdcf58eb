/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device of ours has for firmware, in the stock QEMU of OB_QEMU_RELEASE and
 * OB_ARCHITECTURE: the set OB_FIRMWARE_PART, carried by OUTBOARD_BRIDGE.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/client.h"
#include "qtest/tests/qemu-release.h"

enum { READ = 2, SKIP = 4, SELECT = 8, WRITE = 16, ERROR = 1 };
enum { DIRECTORY = 0x19 };

typedef struct Machine {
    const char *name;
    uint64_t ram;               /* a page that nothing else uses */
} Machine;

static const Machine q35 = { "q35", 0x10000 };
static const Machine virt = { "virt", 0x40010000 };
static const Machine *machine;
static char *program;

/* ---------------------------------------------------------------- beginnings */

static ObClient *qemu_try(const char *arguments, HwError *error)
{
    g_autofree char *all = g_strdup_printf("-machine %s -m 16 -nodefaults -plugin file=%s,set=%s "
                                           "%s", machine->name, g_getenv("OUTBOARD_BRIDGE"),
                                           g_getenv("OB_FIRMWARE_PART"), arguments);
    ObStart start = { .program = program, .arguments = all, .accelerator = "tcg" };

    return ob_client_start(&start, error);
}

static ObClient *qemu_start(const char *arguments)
{
    char text[4096] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *c = qemu_try(arguments, &error);

    g_assert_cmpstr(text, ==, "");
    g_assert_nonnull(c);
    return c;
}

static void assert_refused(const char *arguments, const char *sentence)
{
    char text[4096] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *c = qemu_try(arguments, &error);

    g_assert_null(c);
    if (!strstr(text, sentence)) {
        g_test_message("expected '%s' in: %s", sentence, text);
        g_test_fail();
    }
}

/* -------------------------------------------------------------------- fw_cfg */

/* One DMA transfer; whether it went well. */
static bool dma(ObClient *c, uint32_t control, uint64_t address, uint32_t length)
{
    uint8_t descriptor[16];

    hw_store_be32(descriptor, control);
    hw_store_be32(descriptor + 4, length);
    hw_store_be32(descriptor + 8, (uint32_t)(address >> 32));
    hw_store_be32(descriptor + 12, (uint32_t)address);
    ob_client_memwrite(c, machine->ram, descriptor, sizeof(descriptor));
    if (machine == &q35) {
        ob_client_outl(c, 0x514, GUINT32_TO_BE((uint32_t)(machine->ram >> 32)));
        ob_client_outl(c, 0x518, GUINT32_TO_BE((uint32_t)machine->ram));
    } else {
        ob_client_writeq(c, 0x9020010, GUINT64_TO_BE(machine->ram));
    }
    ob_client_memread(c, machine->ram, descriptor, 4);
    return hw_load_be32(descriptor) == 0;
}

/* Of what is selected. */
static void cfg_read(ObClient *c, void *bytes, uint32_t size)
{
    g_assert_true(dma(c, READ, machine->ram + 64, size));
    ob_client_memread(c, machine->ram + 64, bytes, size);
}

static void cfg_select(ObClient *c, uint16_t key)
{
    g_assert_true(dma(c, (uint32_t)key << 16 | SELECT, 0, 0));
}

/* Selects a file; its size, or 0 if there is none. */
static uint32_t file_select(ObClient *c, const char *name)
{
    uint8_t entry[64];
    uint32_t count;

    cfg_select(c, DIRECTORY);
    cfg_read(c, entry, 4);
    count = hw_load_be32(entry);
    for (uint32_t i = 0; i < count; i++) {
        cfg_read(c, entry, sizeof(entry));
        if (g_str_equal((char *)entry + 8, name)) {
            cfg_select(c, hw_load_be16(entry + 4));
            return hw_load_be32(entry);
        }
    }
    return 0;
}

static void file_read(ObClient *c, const char *name, void *bytes, uint32_t size)
{
    g_assert_cmpuint(file_select(c, name), ==, size);
    cfg_read(c, bytes, size);
}

/* Whether the write is accepted. */
static bool file_write(ObClient *c, const char *name, uint32_t offset, const void *bytes,
                       uint32_t size)
{
    g_assert_cmpuint(file_select(c, name), >, 0);
    g_assert_true(dma(c, SKIP, 0, offset));
    ob_client_memwrite(c, machine->ram + 64, bytes, size);
    return dma(c, WRITE, machine->ram + 64, size);
}

/* Little-endian numbers that the part keeps of its hooks' calls. */
typedef struct Notes {
    uint32_t selections;
    uint32_t writes;
    uint32_t offset;
    uint32_t length;
} Notes;

static Notes notes_read(ObClient *c)
{
    uint8_t bytes[16];

    file_read(c, "etc/part-notes", bytes, sizeof(bytes));
    return (Notes) { (uint32_t)hw_load_le(bytes, 4), (uint32_t)hw_load_le(bytes + 4, 4),
                     (uint32_t)hw_load_le(bytes + 8, 4), (uint32_t)hw_load_le(bytes + 12, 4) };
}

static void test_selected(void)
{
    ObClient *c = qemu_start("-device firmware-part");

    g_assert_cmpuint(notes_read(c).selections, ==, 1);
    g_assert_cmpuint(notes_read(c).selections, ==, 2);
    ob_client_quit(c);
}

static void test_written(void)
{
    static const uint8_t bytes[] = { 1, 2, 3, 4 };
    ObClient *c = qemu_start("-device firmware-part");
    uint8_t place[8];
    Notes notes;

    g_assert_true(file_write(c, "etc/part-place", 2, bytes, 4));
    notes = notes_read(c);
    g_assert_cmpuint(notes.writes, ==, 1);
    g_assert_cmpuint(notes.offset, ==, 2);
    g_assert_cmpuint(notes.length, ==, 4);
    file_read(c, "etc/part-place", place, sizeof(place));
    g_assert_cmpmem(place, sizeof(place), "\0\0\1\2\3\4\0\0", 8);
    ob_client_quit(c);
}

static void test_read_only(void)
{
    ObClient *c = qemu_start("-device firmware-part");

    g_assert_false(file_write(c, "etc/part-notes", 0, "xxxx", 4));
    g_assert_cmpuint(notes_read(c).writes, ==, 0);
    ob_client_quit(c);
}

static void test_beyond(void)
{
    ObClient *c = qemu_start("-device firmware-part");

    g_assert_false(file_write(c, "etc/part-place", 6, "xxxx", 4));
    g_assert_cmpuint(notes_read(c).writes, ==, 0);
    ob_client_quit(c);
}

static void test_enabled(void)
{
    ObClient *c = qemu_start("-device firmware-part");

    g_assert_cmpuint(file_select(c, "etc/part-zeros"), ==, 0);
    ob_client_quit(c);
    c = qemu_start("-device firmware-part,more=on");
    g_assert_cmpuint(file_select(c, "etc/part-zeros"), ==, 3);
    ob_client_quit(c);
}

static void test_name_taken(void)
{
    assert_refused("-fw_cfg name=etc/part-place,string=x -device firmware-part",
                   "firmware-part: the machine has a fw_cfg file 'etc/part-place' already");
}

static void test_second_device(void)
{
    assert_refused("-device firmware-part -device firmware-part,id=b",
                   "b: the machine has a fw_cfg file 'etc/part-notes' already");
}

static void test_slots(void)
{
    g_autoptr(GString) files = g_string_new(NULL);

    for (unsigned i = 0; i < 20; i++) {
        g_string_append_printf(files, "-fw_cfg name=opt/%u,string=x ", i);
    }
    g_string_append(files, "-device firmware-part");
    assert_refused(files->str, "firmware-part: no room for fw_cfg file 'etc/part-notes' beside ");
}

static void test_no_fw_cfg(void)
{
    const Machine *with = machine;
    const Machine without = { "none", 0 };

    machine = &without;
    assert_refused("-device firmware-part", "firmware-part needs hw.fw-cfg/1: the machine has no "
                   "fw_cfg: 'none-machine'");
    machine = with;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    program = qemu_release_program(qemu_release_named(g_getenv("OB_QEMU_RELEASE")),
                                   g_getenv("OB_ARCHITECTURE"));
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_print("1..0 # SKIP " QEMU_RELEASE_MISSING "\n", program);
        return 0;
    }
    machine = g_str_has_suffix(program, "aarch64") ? &virt : &q35;
    g_test_add_func("/bridge-firmware/fw-cfg/selection-is-told", test_selected);
    g_test_add_func("/bridge-firmware/fw-cfg/write-is-stored-and-told", test_written);
    g_test_add_func("/bridge-firmware/fw-cfg/read-only-file-refuses-a-write", test_read_only);
    g_test_add_func("/bridge-firmware/fw-cfg/write-beyond-the-end-fails", test_beyond);
    g_test_add_func("/bridge-firmware/fw-cfg/file-follows-its-switch", test_enabled);
    g_test_add_func("/bridge-firmware/fw-cfg/name-of-the-machine-is-refused", test_name_taken);
    g_test_add_func("/bridge-firmware/fw-cfg/name-of-another-device-is-refused",
                    test_second_device);
    g_test_add_func("/bridge-firmware/fw-cfg/full-directory-is-refused", test_slots);
    g_test_add_func("/bridge-firmware/fw-cfg/machine-without-is-refused", test_no_fw_cfg);
    return g_test_run();
}
