/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * After any use of a machine a snapshot puts everything back.  Two judges: a sum over all bytes of
 * devices and RAM; and the same steps, which must read the same values each time.  The second one
 * also sees state that the first one does not know.  OB_ROUNDS: the rounds of each machine.
 */
#include <stdlib.h>
#include <string.h>

#include "qtest/machine/snapshot/snapshot.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/tests/lab/random-steps.h"
#include "qtest/tests/lib/device-options.h"

#define RAM     (UINT64_C(4) << 20)
#define WARM_UP 60
#define STEPS   24
#define LOOK_AT 16 /* rounds between two looks at all bytes */

typedef struct Row {
    const char *path;
    const char *architecture;
    const char *machine;
    const char *devices[4]; /* "class" or "class,options" */
    bool tpm;
} Row;

/* Classes without HW_CLASS_FLAT are put back by their state tables. */
static const Row rows[] = {
    { "/snapshot/sound/machine-pc", "x86_64", "pc", { NULL } },
    { "/snapshot/sound/machine-q35", "x86_64", "q35", { NULL } },
    { "/snapshot/sound/machine-virt", "aarch64", "virt", { NULL } },
    { "/snapshot/sound/beacon", "x86_64", "q35", { "beacon,addr=0xfed80000" } },
    { "/snapshot/sound/beacon-on-virt", "aarch64", "virt", { "beacon,addr=0xc000000" } },
    { "/snapshot/sound/sand-glass", "x86_64", "q35", { "sand-glass,addr=0xfed80000" } },
    { "/snapshot/sound/vmcoreinfo", "x86_64", "q35", { "vmcoreinfo" } },
    { "/snapshot/sound/vmgenid", "x86_64", "q35", { "vmgenid" } },
    { "/snapshot/sound/vmclock", "x86_64", "q35", { "vmclock" } },
    { "/snapshot/sound/vmgenid-and-vmclock", "x86_64", "q35", { "vmgenid", "vmclock" } },
    { "/snapshot/sound/tpm-crb", "x86_64", "q35", { "tpm-crb,tpmdev=tpm0" }, true },
    { "/snapshot/sound/tpm-crb-chunks",
      "x86_64",
      "q35",
      { "tpm-crb,tpmdev=tpm0,cap-chunk=on" },
      true },
    { "/snapshot/sound/tpm-crb-device",
      "aarch64",
      "virt",
      { "tpm-crb-device,tpmdev=tpm0,addr=0xc000000,ppi=on" },
      true },
    { "/snapshot/sound/tpm-tis", "x86_64", "q35", { "tpm-tis,tpmdev=tpm0" }, true },
    { "/snapshot/sound/pci-beacon", "x86_64", "q35", { "pci-beacon" } },
    { "/snapshot/sound/pci-beacon-behind-a-port",
      "x86_64",
      "q35",
      { "pcie-root-port,id=port", "pci-beacon,bus=port" } },
    { "/snapshot/sound/edu", "x86_64", "q35", { "edu" } },
    { "/snapshot/sound/edu-on-virt", "aarch64", "virt", { "edu" } },
    { "/snapshot/sound/several",
      "x86_64",
      "q35",
      { "tpm-crb,tpmdev=tpm0", "beacon,addr=0xfed80000", "vmgenid", "vmclock" },
      true },
};

/* A snapshot does not bring devices back: no step may eject one by ACPI. */
static ObHost *host_new(const Row *row)
{
    const ObHostConfig config = { .architecture = row->architecture,
                                  .machine = row->machine,
                                  .acpi_bridges = { .is_given = true },
                                  .ram_size = RAM };
    HW_ERROR(error, 400);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    if (row->tpm) {
        hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(row->devices) && row->devices[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(row->devices[i], ",", 2);

        device_with_options(host, parts[0], parts[1] ? parts[1] : "", &error);
    }
    g_assert_cmpstr(error.text, ==, "");
    return host;
}

static void sum_add(GChecksum *sum, const void *bytes, uint64_t size)
{
    g_checksum_update(sum, bytes, (gssize)size);
}

/* All bytes that a guest or a device can change. */
static char *bytes_sum(const ObHost *host)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
    const int64_t times[] = { ob_host_clock_now(host), ob_host_clock_next(host) };
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_instance_at(host, i)); i++) {
        if (instance->cls->table.flags & HW_CLASS_FLAT) {
            sum_add(sum, instance->dev, instance->cls->table.instance_size);
        }
    }
    for (guint i = 0; i < host->blocks->len; i++) {
        const ObRamBlock *block = host->blocks->pdata[i];

        sum_add(sum, block->memory, block->length);
    }
    sum_add(sum, host->irqs.lines, host->irqs.count * sizeof(ObIrqLine));
    sum_add(sum, times, sizeof(times));
    return g_strdup(g_checksum_get_string(sum));
}

static uint32_t rounds_wanted(void)
{
    const char *text = g_getenv("OB_ROUNDS");

    return text ? (uint32_t)atoi(text) : 200;
}

static void restore(ObSnapshot *snapshot)
{
    HW_ERROR(error, 400);

    ob_snapshot_restore(snapshot, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void round_run(ObHost *host, ObSnapshot *snapshot, uint32_t round, const char *bytes,
                      uint64_t answers)
{
    random_steps(host, round, STEPS);
    restore(snapshot);
    if (round % LOOK_AT == 0) {
        g_autofree char *now = bytes_sum(host);

        g_assert_cmpstr(now, ==, bytes);
    }
    g_assert_cmphex(random_steps(host, UINT32_MAX, STEPS), ==, answers);
    restore(snapshot);
}

static void test_sound(gconstpointer data)
{
    ObHost *host = host_new(data);
    ObSnapshot *snapshot;
    g_autofree char *bytes = NULL;
    uint64_t answers;
    HW_ERROR(error, 400);

    if (ob_host_pci(host)) {
        ob_firmware_boot(host, NULL, NULL); /* BARs get addresses */
    }
    random_steps(host, 12345, WARM_UP);
    snapshot = ob_snapshot_new(host, &error);
    g_assert_cmpstr(error.text, ==, "");
    bytes = bytes_sum(host);
    answers = random_steps(host, UINT32_MAX, STEPS);
    restore(snapshot);
    for (uint32_t round = 0; round < rounds_wanted(); round++) {
        round_run(host, snapshot, round, bytes, answers);
    }
    ob_snapshot_free(snapshot);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_add_data_func(rows[i].path, &rows[i], test_sound);
    }
    return g_test_run();
}
