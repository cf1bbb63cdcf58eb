/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GUID changes while the guest sleeps in S3.  The guest is notified when it wakes up, in our
 * program and in a stock QEMU with our device, which resets the event's status.
 */
#include <string.h>

#include "devices/vmgenid-regs.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define DEVICE      "-device vmgenid,id=gen,guid="
#define BOOTED      "-M pc-q35-7.2,firmware=stand-in "
#define GPE_STATUS  0x620 /* QEMU's firmware puts ICH9's register there */
#define PM1_CONTROL 0x604
#define SLEEP_S3    (1 << 13 | 1 << 10)

/* ------------------------------------------------------------------- a machine */

/* Makes firmware for QEMU's CPU that halts at the reset vector: the CPU must not disturb the
 * test. */
static char *halting_firmware(VmGenIdMachine *f)
{
    static const char halt[] = "\xf4\xeb\xfd"; /* hlt, and a jmp back to it */
    char *image = g_malloc0(0x10000);

    memcpy(image + 0xfff0, halt, sizeof(halt) - 1);
    g_assert_true(g_file_set_contents(f->path, image, 0x10000, NULL));
    g_free(image);
    return g_strdup_printf(" -bios %s", f->path);
}

static ObClient *stock_start(VmGenIdMachine *f)
{
    g_autofree char *firmware = halting_firmware(f);
    g_autofree char *arguments = g_strconcat(DEVICE GUID, firmware, NULL);

    return machine_start(f, "OB_PROGRAM", arguments);
}

/* Puts ICH9's registers at the addresses that QEMU's firmware chooses.  In our machine they are
 * always there. */
static void registers_place(ObClient *c)
{
    if (is_stock()) {
        ob_client_outl(c, 0xcf8, 0x8000f840); /* PMBASE of the LPC bridge */
        ob_client_outl(c, 0xcfc, 0x601);
        ob_client_outl(c, 0xcf8, 0x8000f844); /* ACPI_CNTL: enable them */
        ob_client_outl(c, 0xcfc, 0x80);
    }
}

static void fall_asleep(ObClient *c)
{
    registers_place(c);
    json_decref(vmgenid_qmp(c, "cont", NULL));
    ob_client_outw(c, PM1_CONTROL, SLEEP_S3);
    expect_event(c, "SUSPEND", NULL, NULL);
}

static void wake_up(ObClient *c)
{
    json_decref(vmgenid_qmp(c, "system_wakeup", NULL));
    expect_event(c, "WAKEUP", NULL, NULL);
    registers_place(c);
}

/* ----------------------------------------------------------------------- tests */

/* At wake-up firmware writes the address again, as its boot script does. */
static void test_set(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = is_stock() ? stock_start(f) : machine_start(f, "OB_PROGRAM", DEVICE GUID);

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
    ObClient *c = is_stock() ? stock_start(f) : machine_start(f, "OB_PROGRAM", DEVICE GUID);

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
