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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-device-tree/vmgenid/driver-binds", test_driver_binds);
    g_test_add_func("/guest-device-tree/vmgenid/fork-is-noticed", test_fork_is_noticed);
    g_test_add_func("/guest-device-tree/vmgenid/u-boot-passes-the-tree-on", test_u_boot);
    return g_test_run();
}
