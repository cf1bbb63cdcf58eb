/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux drives our CRB on QEMU's microvm, in each QEMU release.  QEMU makes no TPM2 table for its own
 * CRB there.  The firmware is qboot: it runs the loader script, but knows no TPM, so Linux starts ours.
 */
#include <string.h>

#include "qtest/client/drivers/tpm-command.h"
#include "qtest/guest/guest.h"

#define START_METHOD_CRB 7
#define CONTROL_AREA     0xfed40040

/* With acpi=on there is no PIT, and the guest then has no clock of known speed.  On a busy host
 * Linux can't measure the TSC by the PIT and waits forever, so the clocks follow the instructions. */
#define MICROVM "-icount shift=1 -machine microvm,acpi=on,pit=on,pic=on,rtc=on"

enum { DRIVER, TABLE, RANDOM, LOOKS };

static const struct {
    const char *name;
    const char *kernel;
    const char *machine;
    const char *driver;
} machines[] = {
    { "linux-6.1", "amd64-6.1", MICROVM, "/tpm_crb" },
    { "pcie-linux-backports", "amd64-backports", MICROVM ",pcie=on", "/tpm_crb_acpi" },
};

static char *arguments_make(const char *machine, const char *devices)
{
    return g_strdup_printf("%s -m 256 -bios %s -plugin file=%s,libtpms=tpm0 %s", machine,
                           g_getenv("OB_QBOOT"), g_getenv("OUTBOARD_BRIDGE"), devices);
}

static uint32_t load_le32(const uint8_t *bytes)
{
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void assert_table(const char *line)
{
    g_autoptr(GBytes) table = ob_guest_bytes(line);
    gsize size = 0;
    const uint8_t *bytes = table ? g_bytes_get_data(table, &size) : NULL;

    g_assert_cmpuint(size, ==, 76);
    g_assert_cmpmem(bytes, 4, "TPM2", 4);
    g_assert_cmphex(load_le32(bytes + 40), ==, CONTROL_AREA);
    g_assert_cmphex(load_le32(bytes + 48), ==, START_METHOD_CRB);
}

static void assert_random(const char *line)
{
    g_autoptr(GBytes) response = ob_guest_bytes(line);
    TPM2B_DIGEST value;
    gsize size = 0;
    const uint8_t *bytes = response ? g_bytes_get_data(response, &size) : NULL;

    g_assert_nonnull(bytes);
    g_assert_cmphex(tpm_response_code(bytes, size), ==, TPM2_RC_SUCCESS);
    g_assert_true(tpm_parse_random(bytes, size, &value));
    g_assert_cmpuint(value.size, ==, 32);
}

static void test_tpm(gconstpointer index)
{
    g_autofree char *arguments = arguments_make(machines[GPOINTER_TO_UINT(index)].machine,
                                                "-device outboard-tpm-crb,tpmdev=tpm0");
    const ObGuestBoot boot = { .kernel = machines[GPOINTER_TO_UINT(index)].kernel,
                               .initramfs = g_getenv("OB_GUEST_LOOK_AMD64"),
                               .words = "link=/sys/class/tpm/tpm0/device/driver "
                                        "hex=/sys/firmware/acpi/tables/TPM2 "
                                        "tpm=80010000000c0000017b0020",
                               .arguments = arguments,
                               .limit_s = 200 };
    HW_ERROR(error, 8192);
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;
    g_auto(GStrv) lines = NULL;

    if (missing) {
        g_test_skip(missing);
        return;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    lines = g_strsplit(said, "\n", 0);
    g_assert_cmpuint(g_strv_length(lines), ==, LOOKS + 1);
    g_assert_true(g_str_has_suffix(lines[DRIVER], machines[GPOINTER_TO_UINT(index)].driver));
    assert_table(lines[TABLE]);
    assert_random(lines[RANDOM]);
}

/* No general purpose event reaches a guest there.  QEMU takes its own vmgenid, and tells the guest
 * nothing. */
static void test_vmgenid(void)
{
    g_autofree char *arguments = arguments_make(MICROVM, "-device outboard-vmgenid");
    const ObGuestBoot boot = { .kernel = "amd64-6.1",
                               .initramfs = g_getenv("OB_GUEST_LOOK_AMD64"),
                               .arguments = arguments,
                               .limit_s = 60 };
    HW_ERROR(error, 8192);
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;

    if (missing) {
        g_test_skip(missing);
        return;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_null(said);
    g_assert_nonnull(strstr(error.text, "vmgenid: this machine has no way to notify its guest"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strdup_printf("/guest-microvm/%s/tpm", machines[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_tpm);
    }
    g_test_add_func("/guest-microvm/vmgenid-is-refused", test_vmgenid);
    return g_test_run();
}
