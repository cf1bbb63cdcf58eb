/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Internal snapshots of a stock QEMU with our devices.  The monitor's savevm and loadvm run in one
 * process, on a disk image that QEMU makes itself.
 */
#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/bridge/bridged-qemu.h"
#include "qtest/tests/bridge/snapshot-disk.h"

#define PCR         16

#define BEACON_SIZE 0x1000 /* virt's second device comes after the beacon */

typedef struct Fixture {
    SnapshotDisk disk;
    ObClient *c;
    ObCrb crb;
} Fixture;

/* ------------------------------------------------------------------ fixture */

static void set_up(Fixture *f, gconstpointer data)
{
    g_autofree char *devices = g_strdup_printf(",libtpms=t -device beacon -device %s,tpmdev=t",
                                               machine->is_pc ? machine->crb : "tpm-crb-device");

    (void)data;
    f->c = qemu_start_with(devices);
    f->crb = crb_at_pc_address(f->c);
    f->crb.base = machine->is_pc ? f->crb.base : machine->base + BEACON_SIZE;
    snapshot_disk_add(&f->disk, f->c);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
    snapshot_disk_clear(&f->disk);
}

/* -------------------------------------------------------------------- tests */

static void test_registers(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_client_writel(f->c, machine->base + BEACON_CTRL, CTRL_RING);
    monitor(f->c, "savevm one");
    ob_client_writel(f->c, machine->base + BEACON_CTRL, CTRL_RING);
    g_assert_cmphex(ob_client_readl(f->c, machine->base + BEACON_COUNT), ==, 2);
    monitor(f->c, "loadvm one");
    g_assert_cmphex(ob_client_readl(f->c, machine->base + BEACON_COUNT), ==, 1);
}

static size_t transfer(Fixture *f, TpmCommand command, uint8_t response[CRB_BUFFER_SIZE])
{
    size_t size;

    g_assert_cmpint(crb_transfer(&f->crb, command.bytes, command.size, response, CRB_BUFFER_SIZE,
                                 &size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    return size;
}

static void tpm_start(Fixture *f)
{
    uint8_t response[CRB_BUFFER_SIZE];

    g_assert_cmpint(crb_request_locality(&f->crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&f->crb), ==, OB_CRB_OK);
    transfer(f, tpm_startup(TPM2_SU_CLEAR), response);
}

static void pcr_extend(Fixture *f)
{
    static const uint8_t digest[TPM2_SHA256_DIGEST_SIZE] = "measured";
    uint8_t response[CRB_BUFFER_SIZE];

    transfer(f, tpm_pcr_extend(PCR, digest), response);
}

static TPM2B_DIGEST pcr_read(Fixture *f)
{
    uint8_t response[CRB_BUFFER_SIZE];
    TPM2B_DIGEST value = { 0 };

    g_assert_true(tpm_parse_pcr(response, transfer(f, tpm_pcr_read(PCR), response), &value));
    return value;
}

/* The guest has started its TPM before the snapshot, and does not start it again. */
static void test_tpm(Fixture *f, gconstpointer data)
{
    TPM2B_DIGEST before;
    TPM2B_DIGEST after;

    (void)data;
    tpm_start(f);
    pcr_extend(f);
    before = pcr_read(f);
    monitor(f->c, "savevm one");
    pcr_extend(f);
    monitor(f->c, "loadvm one");
    after = pcr_read(f);
    g_assert_cmpmem(before.buffer, before.size, after.buffer, after.size);
}

/* A command that runs when the machine is saved has ended in the snapshot. */
static void test_under_way(Fixture *f, gconstpointer data)
{
    TpmCommand command = tpm_create_primary_rsa();
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    (void)data;
    tpm_start(f);
    g_assert_cmpint(crb_write_command(&f->crb, command.bytes, command.size), ==, OB_CRB_OK);
    crb_start(&f->crb);
    monitor(f->c, "savevm one");
    pcr_extend(f);
    monitor(f->c, "loadvm one");
    g_assert_cmpint(crb_read_response(&f->crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    pcr_read(f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridged_qemu_init()) {
        return 0;
    }
    g_test_add("/bridge-snapshot/registers-go-back", Fixture, NULL, set_up, test_registers,
               tear_down);
    g_test_add("/bridge-snapshot/libtpms/goes-back", Fixture, NULL, set_up, test_tpm, tear_down);
    g_test_add("/bridge-snapshot/libtpms/command-under-way-is-done-in-it", Fixture, NULL, set_up,
               test_under_way, tear_down);
    return g_test_run();
}
