/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Internal snapshots of a stock QEMU with our devices.  The monitor's savevm and loadvm run in one
 * process, on a disk image that QEMU makes itself.
 */
#include <glib/gstdio.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/bridge/bridged-qemu.h"

#define DEADLINE_S 20
#define DISK_SIZE  0x1000000
#define PCR        16

#define BEACON_SIZE 0x1000      /* virt's second device comes after the beacon */

typedef struct Fixture {
    char *directory;
    char *path;
    ObClient *c;
    ObCrb crb;
} Fixture;

/* --------------------------------------------------------------------- disk */

/* Returns true if the job has ended without an error, and then removes it. */
static bool job_ended(ObClient *c)
{
    json_t *jobs = ob_client_qmp(c, "query-jobs", NULL, NULL);
    json_t *job = json_array_get(jobs, 0);
    bool ended = g_strcmp0(json_string_value(json_object_get(job, "status")), "concluded") == 0;

    if (ended) {
        g_assert_cmpstr(json_string_value(json_object_get(job, "error")), ==, NULL);
        json_decref(ob_client_qmp(c, "job-dismiss", json_pack("{s:s}", "id", "job"), NULL));
    }
    json_decref(jobs);
    return ended;
}

static void create(ObClient *c, json_t *options)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

    json_decref(ob_client_qmp(c, "blockdev-create", json_pack("{s:s, s:o}", "job-id", "job",
                                                              "options", options), NULL));
    while (!job_ended(c)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(1000);
    }
}

static void disk_add(Fixture *f)
{
    create(f->c, json_pack("{s:s, s:s, s:i}", "driver", "file", "filename", f->path, "size", 0));
    json_decref(ob_client_qmp(f->c, "blockdev-add", json_pack("{s:s, s:s, s:s}", "driver", "file",
                                                              "filename", f->path, "node-name",
                                                              "file"), NULL));
    create(f->c, json_pack("{s:s, s:s, s:i}", "driver", "qcow2", "file", "file", "size",
                           DISK_SIZE));
    json_decref(ob_client_qmp(f->c, "blockdev-add", json_pack("{s:s, s:s, s:s}", "driver", "qcow2",
                                                              "file", "file", "node-name", "disk"),
                              NULL));
}

/* Executes a command of QEMU's monitor that must print nothing. */
static void monitor(ObClient *c, const char *command)
{
    json_t *answer = ob_client_qmp(c, "human-monitor-command",
                                   json_pack("{s:s}", "command-line", command), NULL);

    g_assert_cmpstr(json_string_value(answer), ==, "");
    json_decref(answer);
}

/* ------------------------------------------------------------------ fixture */

static void set_up(Fixture *f, gconstpointer data)
{
    g_autofree char *devices = g_strdup_printf(",libtpms=t -device beacon -device %s,tpmdev=t",
                                               machine->is_pc ? machine->crb : "tpm-crb-device");

    (void)data;
    f->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "disk", NULL);
    f->c = qemu_start_with(devices);
    f->crb = crb_at_pc_address(f->c);
    f->crb.base = machine->is_pc ? f->crb.base : machine->base + BEACON_SIZE;
    disk_add(f);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
    g_unlink(f->path);
    g_rmdir(f->directory);
    g_free(f->path);
    g_free(f->directory);
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
                                 &size), ==, OB_CRB_OK);
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
