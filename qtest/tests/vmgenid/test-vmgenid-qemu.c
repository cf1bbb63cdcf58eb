/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with vmgenid migrates from a stock QEMU to our program, or to our device in a stock
 * QEMU, and back. */
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define DEVICE   "-device vmgenid,id=gen,guid="
#define THIRD    "0f0e0d0c-0b0a-0908-0706-050403020100"
#define THIRD_LE "\x0c\x0d\x0e\x0f\x0a\x0b\x08\x09\x07\x06\x05\x04\x03\x02\x01\x00"

static ObClient *listen_at(VmGenIdMachine *f, const char *program, const char *device)
{
    g_autofree char *arguments = g_strdup_printf("%s -incoming unix:%s", device, f->path);

    return machine_start(f, program, arguments);
}

/* Each target gives the guest its own GUID, and the address stays. */
static void test_round_trip(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *origin, *here, *back;

    (void)data;
    origin = machine_start(f, "OB_QEMU", DEVICE GUID);
    guest_boot(origin);
    here = listen_at(f, "OB_PROGRAM", DEVICE OTHER);
    vmgenid_migrate(f, origin, here);
    memory_expect(here, AT, OTHER_LE);
    g_assert_cmphex(guest_address(here), ==, AT);
    back = listen_at(f, "OB_QEMU", DEVICE THIRD);
    vmgenid_migrate(f, here, back);
    memory_expect(back, AT, THIRD_LE);
    g_assert_cmphex(guest_address(back), ==, AT);
}

/* With on-migrate=keep our program keeps the guest's GUID. */
static void test_kept_here(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *origin, *here;

    (void)data;
    origin = machine_start(f, "OB_QEMU", DEVICE GUID);
    guest_boot(origin);
    here = listen_at(f, "OB_PROGRAM", DEVICE OTHER ",on-migrate=keep");
    vmgenid_migrate(f, origin, here);
    memory_expect(here, AT, GUID_LE);
    guid_expect(here, GUID);
}

static void test_from_here(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *here, *there;

    (void)data;
    here = machine_start(f, "OB_PROGRAM", DEVICE GUID);
    guest_boot(here);
    there = listen_at(f, "OB_QEMU", DEVICE OTHER);
    vmgenid_migrate(f, here, there);
    memory_expect(there, AT, OTHER_LE);
    g_assert_cmphex(guest_address(there), ==, AT);
}

static void add(const char *path, void (*function)(VmGenIdMachine *f, gconstpointer data))
{
    g_test_add(path, VmGenIdMachine, NULL, vmgenid_set_up, function, vmgenid_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vmgenid-qemu/round-trip", test_round_trip);
    add("/vmgenid-qemu/kept-here", test_kept_here);
    add("/vmgenid-qemu/from-here", test_from_here);
    return g_test_run();
}
