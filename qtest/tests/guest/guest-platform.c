/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/guest/guest-platform.h"

#include <string.h>

#define OVMF  "/usr/share/OVMF/OVMF_CODE.fd"
#define AAVMF "/usr/share/AAVMF/AAVMF_CODE.fd"

#define FLASH(code, variables)                                      \
    "-drive if=pflash,format=raw,unit=0,readonly=on,file=" code " " \
    "-drive if=pflash,format=raw,unit=1,snapshot=on,file=" variables

/* pc, because on q35 SeaBIOS 1.16 wakes without ACPI's registers. */
#define PC   "-machine pc -m 256 -global PIIX4_PM.disable_s3=0"

#define VIRT "-machine virt -cpu cortex-a57 -m 512 " FLASH(AAVMF, "/usr/share/AAVMF/AAVMF_VARS.fd")

/* clang-format off */
const GuestPlatform guest_platforms[GUEST_PLATFORMS] = {
    {
        .name = "seabios",
        .kernel = "amd64-6.1",
        .program = "OB_GUEST_LOOK_AMD64",
        .machine = PC,
        .crb = "outboard-tpm-crb",
        .vmgenid = "outboard-vmgenid",
        .host_machine = "pc",
        .crb_base = 0xfed40000,
        .sleeps = true,
    },
    {
        .name = "ovmf",
        .kernel = "amd64-6.1",
        .program = "OB_GUEST_LOOK_AMD64",
        .machine = "-machine q35 -m 256 -global ICH9-LPC.disable_s3=0 "
                   FLASH(OVMF, "/usr/share/OVMF/OVMF_VARS.fd"),
        .firmware = OVMF,
        .crb = "outboard-tpm-crb",
        .vmgenid = "outboard-vmgenid",
        .host_machine = "q35",
        .crb_base = 0xfed40000,
        .sleeps = true,
    },
    {
        .name = "aavmf",
        .kernel = "arm64-6.1",
        .program = "OB_GUEST_LOOK_ARM64",
        .machine = VIRT,
        .firmware = AAVMF,
        .crb = "tpm-crb-device",
        .vmgenid = "vmgenid",
        .host_machine = "virt",
        .crb_base = 0x0b000000,
    },
    {
        .name = "device-tree",
        .kernel = "arm64-6.12",     /* Linux has vmgenid by device tree since 6.10 */
        .program = "OB_GUEST_LOOK_ARM64",
        .machine = "-machine virt -cpu cortex-a57 -m 256",
        .vmgenid = "vmgenid,device-tree=on",
    },
    {
        .name = "seabios-linux-7",
        .kernel = "amd64-7",
        .program = "OB_GUEST_LOOK_AMD64",
        .machine = PC,
        .crb = "outboard-tpm-crb",
        .vmgenid = "outboard-vmgenid",
        .crb_base = 0xfed40000,
        .sleeps = true,
    },
    {
        .name = "seabios-linux-backports",
        .kernel = "amd64-backports",
        .program = "OB_GUEST_LOOK_AMD64",
        .machine = PC,
        .crb = "outboard-tpm-crb",
        .vmgenid = "outboard-vmgenid",
        .crb_base = 0xfed40000,
        .sleeps = true,
    },
    {
        .name = "aavmf-linux-7",
        .kernel = "arm64-7",
        .program = "OB_GUEST_LOOK_ARM64",
        .machine = VIRT,
        .firmware = AAVMF,
        .crb = "tpm-crb-device",
        .vmgenid = "vmgenid",
        .crb_base = 0x0b000000,
    },
    {
        .name = "aavmf-linux-backports",
        .kernel = "arm64-backports",
        .program = "OB_GUEST_LOOK_ARM64",
        .machine = VIRT,
        .firmware = AAVMF,
        .crb = "tpm-crb-device",
        .vmgenid = "vmgenid",
        .crb_base = 0x0b000000,
    },
};
/* clang-format on */

bool guest_platform_check(const GuestPlatform *platform)
{
    ObGuestBoot boot = guest_platform_boot(platform, "", NULL);
    g_autofree char *missing = ob_guest_missing(&boot);

    if (!missing && platform->firmware && !g_file_test(platform->firmware, G_FILE_TEST_EXISTS)) {
        missing = g_strdup_printf("%s does not exist: run scripts/setup guest", platform->firmware);
    }
    if (missing) {
        g_test_skip(missing);
    }
    return !missing;
}

const char *guest_platform_tpm_driver(const GuestPlatform *platform)
{
    return strstr(platform->kernel, "-6.") ? "/tpm_crb" : "/tpm_crb_acpi";
}

char *guest_platform_bridge(const GuestPlatform *platform, const char *devices)
{
    return g_strdup_printf("%s -plugin file=%s,libtpms=tpm0 %s", platform->machine,
                           g_getenv("OUTBOARD_BRIDGE"), devices);
}

ObGuestBoot guest_platform_boot(const GuestPlatform *platform, const char *arguments,
                                const char *words)
{
    return (ObGuestBoot) {
        .kernel = platform->kernel,
        .initramfs = g_getenv(platform->program),
        .arguments = arguments,
        .words = words,
        .limit_s = 250,
    };
}
