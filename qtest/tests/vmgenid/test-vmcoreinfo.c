/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmcoreinfo in a machine, seen by its guest.  The tests hold for a stock QEMU's device too, and
 * streams of both are the same.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define DEVICE "-device vmcoreinfo"
#define FILE_  "etc/vmcoreinfo"
#define BUFFER UINT64_C(0x20000)
#define SIZE   16
#define NOTE   "\1\0\1\0\0\0\x10\0\0\xff\xff\xff\0\0\0\0"
#define EMPTY  "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void file_expect(ObClient *c, const char *bytes)
{
    g_autoptr(GByteArray) file = fw_cfg_read(c, FILE_);

    g_assert_cmpmem(file->data, file->len, bytes, SIZE);
}

static void note_write(ObClient *c)
{
    ob_client_memwrite(c, BUFFER, NOTE, SIZE);
    g_assert_cmphex(fw_cfg_dma(c, FILE_, FW_CFG_WRITE, 0, BUFFER, SIZE), ==, 0);
}

static void test_guest_writes_its_note(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE);

    (void)data;
    file_expect(c, EMPTY);
    note_write(c);
    file_expect(c, NOTE);
}

static void test_reset_forgets_the_note(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", DEVICE);

    (void)data;
    note_write(c);
    ob_client_reset(c);
    file_expect(c, EMPTY);
}

static void stream_move(VmGenIdMachine *f, const char *from, const char *to)
{
    g_autofree char *arguments = g_strdup_printf(DEVICE " -incoming 'exec:cat %s'", f->path);
    ObClient *c = machine_start(f, from, DEVICE);

    note_write(c);
    vmgenid_save(f, c);
    c = machine_start(f, to, arguments);
    ob_migration_complete(c);
    file_expect(c, NOTE);
}

static void test_note_moves(VmGenIdMachine *f, gconstpointer data)
{
    (void)data;
    stream_move(f, "OB_PROGRAM", "OB_PROGRAM");
}

/* OB_QEMU is a stock QEMU: its section is ours. */
static void test_note_goes_to_qemu_and_back(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf(DEVICE " -incoming unix:%s", f->path);
    ObClient *here = machine_start(f, "OB_PROGRAM", DEVICE), *there, *back;

    (void)data;
    note_write(here);
    there = machine_start(f, "OB_QEMU", arguments);
    vmgenid_migrate(f, here, there);
    file_expect(there, NOTE);
    back = machine_start(f, "OB_PROGRAM", arguments);
    vmgenid_migrate(f, there, back);
    file_expect(back, NOTE);
}

static void test_second_device_is_refused(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *text = machine_refusal(DEVICE " " DEVICE);

    (void)f;
    (void)data;
    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, "vmcoreinfo"));
}

static void add(const char *path, void (*test)(VmGenIdMachine *f, gconstpointer data))
{
    g_test_add(path, VmGenIdMachine, NULL, vmgenid_set_up, test, vmgenid_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vmcoreinfo/guest-writes-its-note", test_guest_writes_its_note);
    add("/vmcoreinfo/reset-forgets-the-note", test_reset_forgets_the_note);
    add("/vmcoreinfo/note-moves-with-the-machine", test_note_moves);
    add("/vmcoreinfo/second-device-is-refused", test_second_device_is_refused);
    if (g_getenv("OB_QEMU")) {
        add("/vmcoreinfo/note-goes-to-qemu-and-back", test_note_goes_to_qemu_and_back);
    }
    return g_test_run();
}
