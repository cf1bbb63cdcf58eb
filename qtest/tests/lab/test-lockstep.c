/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our devices beside QEMU's own, or beside themselves by the bridge.  The other program is
 * OB_QEMU_PROGRAM.  The same random steps have the same answers, interrupt lines and streams.
 * OB_KNOWN has files with the known differences.
 */
#include <glib.h>

#include "qtest/tests/lib/shell.h"

typedef struct Row {
    const char *path;
    const char *words; /* for outboard-lab lockstep */
    const char *known; /* the file's name; NULL: none */
} Row;

#define GUID    "vmgenid,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"
#define CARD    "ne2k_pci,mac=52:54:00:12:34:56"
#define SCREEN  "bochs-display,edid=off" /* an EDID names its maker */
#define TPM     "tpm-crb,tpmdev=tpm0"
#define OWN(d)  d " --own " d
#define FEW     " --steps 2500" /* each round begins with new machines */
#define BRIDGED " --steps 5000"

static const Row rows[] = {
    { "/lockstep/own/tpm-crb", OWN(TPM) " --tpm libtpms", "tpm-crb" },
    { "/lockstep/own/vmgenid", OWN(GUID) " --steps 10000", "vmgenid" },
    { "/lockstep/own/fw_cfg", "fw_cfg --own none", "fw_cfg" },
    { "/lockstep/own/fw_cfg-files", "fw_cfg " OWN(GUID) " --steps 10000", "fw_cfg-files" },
    { "/lockstep/own/edu", OWN("edu") FEW, "edu" },
    { "/lockstep/own/ne2k_pci", OWN(CARD) FEW, "ne2k_pci" },
    { "/lockstep/own/bochs-display", OWN(SCREEN) " --steps 60000", NULL },
    { "/lockstep/bridged/beacon", "beacon" BRIDGED, NULL },
    { "/lockstep/bridged/pci-beacon", "pci-beacon" BRIDGED, NULL },
    { "/lockstep/bridged/tpm-crb", TPM " --tpm libtpms" BRIDGED, "bridged-tpm-crb" },
    { "/lockstep/bridged/vmgenid", GUID BRIDGED, NULL },
    { "/lockstep/bridged/pci-testdev", "pci-testdev" BRIDGED, NULL },
    { "/lockstep/bridged/ne2k_pci", CARD BRIDGED, NULL },
    { "/lockstep/bridged/bochs-display", "bochs-display" BRIDGED, NULL },
};

/* QEMU's memory for physical presence has what malloc() gives: without meson's perturbation, zeros. */
static void test_row(gconstpointer data)
{
    const Row *row = data;
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *command = g_strdup_printf(
        "unset MALLOC_PERTURB_; $OB_LAB lockstep --seed 1 --beside qemu=$OB_QEMU_PROGRAM --bridge "
        "$OUTBOARD_BRIDGE "
        "%s%s%s $OUTBOARD_SET %s",
        row->known ? "--known $OB_KNOWN/" : "", row->known ? row->known : "",
        row->known ? ".known" : "", row->words);

    shell_assert_says(scratch, command, "no difference from qemu ");
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_add_data_func(rows[i].path, &rows[i], test_row);
    }
    return g_test_run();
}
