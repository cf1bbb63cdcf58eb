/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/vmgenid/vmgenid-sleep.h"

#include <string.h>

#define PM1_CONTROL 0x604
#define SLEEP_S3    (1 << 13 | 1 << 10)

static char *halting_firmware(const char *path)
{
    static const char halt[] = "\xf4\xeb\xfd"; /* hlt, and a jmp back to it */
    g_autofree char *image = g_malloc0(0x10000);

    memcpy(image + 0xfff0, halt, sizeof(halt) - 1);
    g_assert_true(g_file_set_contents(path, image, 0x10000, NULL));
    return g_strdup_printf(" -bios %s", path);
}

ObClient *sleeper_start(VmGenIdMachine *f, const char *arguments)
{
    g_autofree char *path = vmgenid_firmware_path(f);
    g_autofree char *firmware = is_stock() ? halting_firmware(path) : g_strdup("");
    g_autofree char *all = g_strconcat(arguments, firmware, NULL);

    return machine_start(f, "OB_PROGRAM", all);
}

void registers_place(ObClient *c)
{
    if (is_stock()) {
        ob_client_outl(c, 0xcf8, 0x8000f840); /* PMBASE of the LPC bridge */
        ob_client_outl(c, 0xcfc, 0x601);
        ob_client_outl(c, 0xcf8, 0x8000f844); /* ACPI_CNTL: enable them */
        ob_client_outl(c, 0xcfc, 0x80);
    }
}

void fall_asleep(ObClient *c)
{
    registers_place(c);
    json_decref(vmgenid_qmp(c, "cont", NULL));
    ob_client_outw(c, PM1_CONTROL, SLEEP_S3);
    expect_event(c, "SUSPEND", NULL, NULL);
}

void wake_up(ObClient *c)
{
    json_decref(vmgenid_qmp(c, "system_wakeup", NULL));
    expect_event(c, "WAKEUP", NULL, NULL);
    registers_place(c);
}
