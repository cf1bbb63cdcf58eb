/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GUID changes while the guest sleeps in S3.  The guest is notified when it wakes up, in our
 * program and in a stock QEMU with our device, which resets the event's status.
 */
#include "devices/vmgenid-regs.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/vmgenid/vmgenid-sleep.h"

#define DEVICE "-device vmgenid,id=gen,guid="
#define BOOTED "-M pc-q35-7.2,firmware=stand-in "

/* ----------------------------------------------------------------------- tests */

/* At wake-up firmware writes the address again, as its boot script does. */
static void test_set(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = sleeper_start(f, DEVICE GUID);

    (void)data;
    guest_boot(c);
    fall_asleep(c);
    qom_set(c, "gen", "guid", OTHER);
    wake_up(c);
    g_assert_cmphex(guest_address(c), ==, 0);
    guest_write_address(c, AT);
    memory_expect(c, AT, OTHER_LE);
    g_assert_cmphex(ob_client_inl(c, GPE_STATUS), ==, 1 << VMGENID_GPE);
}

static void test_nothing_changes(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = sleeper_start(f, DEVICE GUID);

    (void)data;
    guest_boot(c);
    fall_asleep(c);
    wake_up(c);
    guest_write_address(c, AT);
    memory_expect(c, AT, GUID_LE);
    g_assert_cmphex(ob_client_inl(c, GPE_STATUS), ==, 0);
}

/* The target's firmware writes the address again when the guest wakes up there. */
static void test_migration(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_start(f, "OB_PROGRAM", BOOTED DEVICE GUID);
    g_autofree char *arguments = NULL;
    uint64_t at = guest_address(c);

    (void)data;
    memory_expect(c, at, GUID_LE);
    fall_asleep(c);
    vmgenid_save(f, c);
    arguments = g_strdup_printf(BOOTED DEVICE OTHER " -incoming 'exec:cat %s'", f->path);
    c = machine_start(f, "OB_PROGRAM", arguments);
    ob_migration_complete(c);
    memory_expect(c, at, OTHER_LE);
    wake_up(c);
    g_assert_cmphex(guest_address(c), ==, at);
    memory_expect(c, at, OTHER_LE);
    g_assert_cmphex(ob_client_inl(c, GPE_STATUS), ==, 1 << VMGENID_GPE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/vmgenid-sleep/set", VmGenIdMachine, NULL, vmgenid_set_up, test_set,
               vmgenid_tear_down);
    g_test_add("/vmgenid-sleep/nothing-changes", VmGenIdMachine, NULL, vmgenid_set_up,
               test_nothing_changes, vmgenid_tear_down);
    if (!is_stock()) {
        g_test_add("/vmgenid-sleep/migration", VmGenIdMachine, NULL, vmgenid_set_up, test_migration,
                   vmgenid_tear_down);
    }
    return g_test_run();
}
