/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linux without ACPI tables finds our vmgenid by the device tree, in the distribution's QEMU. */
#include <string.h>

#include "qtest/guest/guest.h"

#define GUID_1 "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"
#define GUID_2 "9f0bd1d1-7a1c-4b3f-9c43-2a4b9c53d7a1"

/* The first release whose driver reads device trees is 6.10. */
static ObGuestBoot boot_with(const char *arguments, const char *program, const char *words)
{
    return (ObGuestBoot) {
        .kernel = "arm64-6.12",
        .initramfs = g_getenv(program),
        .words = words,
        .arguments = arguments,
        .limit_s = 120,
    };
}

static char *arguments_make(void)
{
    return g_strdup_printf("-machine virt -cpu cortex-a57 -m 256 -plugin file=%s "
                           "-device vmgenid,id=g,device-tree=on,guid=" GUID_1,
                           g_getenv("OUTBOARD_BRIDGE"));
}

/* False: the test is skipped. */
static bool bootable(const ObGuestBoot *boot)
{
    g_autofree char *missing = ob_guest_missing(boot);

    if (missing) {
        g_test_skip(missing);
    }
    return !missing;
}

static void test_driver_binds(void)
{
    g_autofree char *arguments = arguments_make();
    ObGuestBoot boot = boot_with(arguments, "OB_GUEST_LOOK_ARM64",
                                 "link=/sys/bus/platform/devices/b000000.vmgenid/driver");
    HW_ERROR(error, 8192);
    g_autofree char *said = NULL;

    if (!bootable(&boot)) {
        return;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(g_str_has_suffix(g_strstrip(said), "/drivers/vmgenid"));
}

static void guid_set(ObClient *c, const char *guid)
{
    json_t *arguments = json_pack("{s:s, s:s, s:s}", "path", "/machine/peripheral/g", "property",
                                  "guid", "value", guid);

    json_decref(ob_client_qmp(c, "qom-set", arguments, NULL));
}

static void test_fork_is_noticed(void)
{
    g_autofree char *arguments = arguments_make();
    ObGuestBoot boot = boot_with(arguments, "OB_GUEST_HELLO_ARM64", "hang");
    HW_ERROR(error, 8192);
    ObGuest *guest;

    if (!bootable(&boot)) {
        return;
    }
    boot.parameters = "ignore_loglevel";
    guest = ob_guest_start(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(ob_guest_expect(guest, "crng init done", &error));
    g_assert_true(ob_guest_expect(guest, "guest: begins", &error));
    guid_set(ob_guest_client(guest), GUID_2);
    g_assert_true(ob_guest_expect(guest, "crng reseeded due to virtual machine fork", &error));
    ob_guest_free(guest);
}

/* ------------------------------------------------------------------- U-Boot */

#define U_BOOT "/usr/lib/u-boot/qemu_arm64/u-boot.bin"

#define TREE   "/sys/firmware/devicetree/base/"

/* U-Boot starts QEMU's kernel, and passes QEMU's tree on although ACPI is on.  The TPM must not be in
 * this tree: Linux would take it for another kind of TPM. */
static void test_u_boot(void)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine virt -cpu cortex-a57 -m 512 -bios " U_BOOT " -plugin file=%s,libtpms=tpm0 "
        "-device vmgenid,device-tree=on -device tpm-crb-device,tpmdev=tpm0",
        g_getenv("OUTBOARD_BRIDGE"));
    ObGuestBoot boot = boot_with(arguments, "OB_GUEST_LOOK_ARM64",
                                 "link=/sys/bus/platform/devices/b000000.vmgenid/driver "
                                 "text=" TREE "vmgenid@b000000/compatible "
                                 "text=" TREE "tpm@b001000/compatible");
    HW_ERROR(error, 8192);
    g_autofree char *said = NULL;

    if (!bootable(&boot)) {
        return;
    }
    if (!g_file_test(U_BOOT, G_FILE_TEST_EXISTS)) {
        g_test_skip(U_BOOT " is missing: run scripts/setup guest");
        return;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpstr(said, ==,
                    "../../../bus/platform/drivers/vmgenid\nmicrosoft,vmgenid\n"
                    "error: No such file or directory\n");
}

/* --------------------------------------------------------------------- EDK2 */

#define AAVMF          "/usr/share/AAVMF/AAVMF_CODE.fd"

#define MISSING        "error: No such file or directory\n"
#define VMGENID_DRIVER "../../../bus/platform/drivers/vmgenid\n"

#define DRIVER_BY_TREE "/sys/bus/platform/devices/b000000.vmgenid/driver"
#define DRIVER_BY_ACPI "/sys/bus/platform/devices/VMGENCTR:00/driver"

/* Returns the links of vmgenid's two possible drivers, and the name of the first TPM's driver. */
static char *edk2_run(const char *machine)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine %s -cpu cortex-a57 -m 512 -bios " AAVMF " -plugin file=%s,libtpms=tpm0 "
        "-device vmgenid,device-tree=on -device tpm-crb-device,tpmdev=tpm0",
        machine, g_getenv("OUTBOARD_BRIDGE"));
    ObGuestBoot boot = boot_with(arguments, "OB_GUEST_LOOK_ARM64",
                                 "link=" DRIVER_BY_TREE " link=" DRIVER_BY_ACPI
                                 " link=/sys/class/tpm/tpm0/device/driver");
    HW_ERROR(error, 8192);
    char *said;

    if (!g_file_test(AAVMF, G_FILE_TEST_EXISTS)) {
        g_test_skip(AAVMF " is missing: run scripts/setup guest");
        return NULL;
    }
    if (!bootable(&boot)) {
        return NULL;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    return said;
}

/* EDK2 keeps the tree, and Linux finds both devices by ACPI. */
static void test_edk2(void)
{
    g_autofree char *said = edk2_run("virt");

    if (said) {
        g_assert_cmpstr(said, ==, MISSING VMGENID_DRIVER "../../../../bus/acpi/drivers/tpm_crb\n");
    }
}

/* EDK2 passes the tree on.  No Linux has a driver for our TPM there. */
static void test_edk2_without_acpi(void)
{
    g_autofree char *said = edk2_run("virt,acpi=off");

    if (said) {
        g_assert_cmpstr(said, ==, VMGENID_DRIVER MISSING MISSING);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-device-tree/vmgenid/driver-binds", test_driver_binds);
    g_test_add_func("/guest-device-tree/vmgenid/fork-is-noticed", test_fork_is_noticed);
    g_test_add_func("/guest-device-tree/vmgenid/u-boot-passes-the-tree-on", test_u_boot);
    g_test_add_func("/guest-device-tree/vmgenid/edk2-keeps-the-tree", test_edk2);
    g_test_add_func("/guest-device-tree/vmgenid/edk2-passes-the-tree-on-without-acpi",
                    test_edk2_without_acpi);
    return g_test_run();
}
