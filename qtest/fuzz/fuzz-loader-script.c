/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: the firmware stand-in with a hostile loader script, and then its resume with a
 * hostile record of a boot.  The input is a list of 16-byte commands, see command_add().  The bytes
 * behind a command 0xff are used as the script, unchanged.
 */
#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/acpi/loader-script.h"
#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"

#define STEP_SIZE 16 /* command, file, source, size, four numbers of 3 bytes */
#define NOTE      0xf0000u
#define NOTE_SIZE 0x800u

static uint8_t blob[0x1000], writable[16];
static ObHost *host;

static void file_add(const char *name, uint8_t *bytes, uint32_t size, bool guest_writable)
{
    const ObFwCfgFile file = {
        .name = name, .bytes = bytes, .size = size, .guest_writable = guest_writable
    };

    if (!ob_fw_cfg_add(ob_host_fw_cfg(host), &file, NULL)) {
        g_error("no room for %s", name);
    }
}

static void host_start(void)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .ram_size = 16 << 20 };

    host = ob_host_new(&config, NULL);
    file_add("etc/blob", blob, sizeof(blob), false);
    file_add("etc/writable", writable, sizeof(writable), true);
    file_add("etc/huge", NULL, UINT32_MAX, false);
}

static const char *name_of(uint8_t index)
{
    static const char *const names[] = {
        "etc/blob", "etc/writable", "etc/huge", OB_ACPI_TABLES, OB_ACPI_RSDP, "etc/none", "",
    };

    return names[index % G_N_ELEMENTS(names)];
}

static uint32_t number_of(const uint8_t *bytes)
{
    uint32_t number = (uint32_t)hw_load_le(bytes, 2);

    return bytes[2] & 0x80 ? UINT32_MAX - number : number;
}

static void command_add(HwAcpiBuffer *script, const uint8_t *step)
{
    const char *file = name_of(step[1]), *source = name_of(step[2]);
    uint32_t a = number_of(step + 4), b = number_of(step + 7), c = number_of(step + 10);

    switch (step[0] % 5) {
    case 0:
        hw_loader_allocate(script, file, UINT32_C(1) << (a % 32), step[3] % 4);
        break;
    case 1:
        hw_loader_add_pointer(script, file, a, step[3] % 10, source);
        break;
    case 2:
        hw_loader_add_checksum(script, file, a, b, c);
        break;
    case 3:
        hw_loader_write_pointer(script, file, a, step[3] % 10, source, b);
        break;
    default:
        hw_loader_allocate(script, file, a, b);
    }
}

static void script_build(HwAcpiBuffer *script, const uint8_t *data, size_t size)
{
    for (; size >= STEP_SIZE && data[0] != 0xff; data += STEP_SIZE, size -= STEP_SIZE) {
        command_add(script, data);
    }
    if (size > 0 && data[0] == 0xff) {
        hw_acpi_buffer_append(script, data + 1, (uint32_t)size - 1);
    }
}

/* A refused script or record must leave no result. */
static void nothing_left_unless(bool done)
{
    for (size_t i = 0; i < sizeof(writable) && !done; i++) {
        g_assert_cmphex(writable[i], ==, 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HwAcpiBuffer script = { 0 };
    ObFirmwareReport report;
    bool done;

    if (!host) {
        host_start();
    }
    memset(blob, 0, sizeof(blob));
    memset(writable, 0, sizeof(writable));
    script_build(&script, data, size);
    hw_acpi_buffer_append(&script, NULL, 0);
    ob_fw_cfg_replace(ob_host_fw_cfg(host), OB_ACPI_LOADER, script.bytes, script.size);
    done = ob_firmware_boot(host, &report, NULL);
    nothing_left_unless(done);
    g_assert_true(!done || ob_firmware_resume(host, NULL, NULL));
    ob_host_write(host, NOTE, data, MIN(size, NOTE_SIZE));
    memset(writable, 0, sizeof(writable));
    nothing_left_unless(ob_firmware_resume(host, NULL, NULL));
    hw_acpi_buffer_clear(&script);
    return 0;
}
