/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/guest-crb.h"

#include <glib.h>
#include <stdint.h>

#include "qtest/client/scratch.h"

struct ObGuestCrb {
    ObScratch *scratch;
    char *arguments;
};

/*
 * The bridge brings no tables yet.  TPM2 (TCG ACPI Specification 1.3, 8): the control area at
 * 0xfed40040, start method 7.
 */
static const uint8_t table_tpm2[] = {
    0, 0, 0, 0, 0x40, 0x00, 0xd4, 0xfe, 0, 0, 0, 0, 7, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

/*
 * Scope (\_SB) { Device (TPM) { Name (_HID, "MSFT0101") Name (_STA, 0x0f)
 *     Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0xfed40000, 0x1000) }) } }
 */
static const uint8_t table_ssdt[] =
    "\x10\x3a\\_SB_\x5b\x82\x32TPM_\x08_HID\x0dMSFT0101\0\x08_STA\x0a\x0f"
    "\x08_CRS\x11\x11\x0a\x0e\x86\x09\x00\x01\x00\x00\xd4\xfe\x00\x10\x00\x00\x79\x00";

static char *table_option(const ObScratch *scratch, const char *signature, uint32_t revision,
                          const void *bytes, size_t size)
{
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), signature, NULL);

    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
    return g_strdup_printf("-acpitable sig=%s,rev=%u,data=%s", signature, revision, path);
}

ObGuestCrb *guest_crb_new(void)
{
    ObGuestCrb *crb = g_new0(ObGuestCrb, 1);
    g_autofree char *tpm2 = NULL;
    g_autofree char *ssdt = NULL;

    crb->scratch = ob_scratch_new();
    g_assert_nonnull(crb->scratch);
    tpm2 = table_option(crb->scratch, "TPM2", 4, table_tpm2, sizeof(table_tpm2));
    ssdt = table_option(crb->scratch, "SSDT", 2, table_ssdt, sizeof(table_ssdt) - 1);
    crb->arguments = g_strdup_printf(
        "-plugin file=%s,libtpms=tpm0 -device outboard-tpm-crb,tpmdev=tpm0 %s %s",
        g_getenv("OUTBOARD_BRIDGE"), tpm2, ssdt);
    return crb;
}

const char *guest_crb_arguments(const ObGuestCrb *crb)
{
    return crb->arguments;
}

void guest_crb_free(ObGuestCrb *crb)
{
    ob_scratch_free(crb->scratch);
    g_free(crb->arguments);
    g_free(crb);
}
