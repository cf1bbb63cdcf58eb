/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SeaBIOS measures the boot into our TPM, with the accelerator OB_ACCELERATOR.  It finds nothing to
 * boot, and resets: QEMU stops there, and the test reads the PCRs through the same registers.
 */
#include <string.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/guest/guest-platform.h"

#define FIRMWARE_MS   120000
#define COMMAND_MS    10000
#define FIRMWARE_PCRS 8 /* firmware's part of the PCRs */

static ObClient *firmware_run(const char *machine)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine %s -m 32 -nodefaults -boot reboot-timeout=0 -no-reboot -no-shutdown "
        "-plugin file=%s,libtpms=tpm0 -device outboard-tpm-crb,tpmdev=tpm0",
        machine, g_getenv("OUTBOARD_BRIDGE"));
    const ObStart start = { .program = g_getenv("OB_QEMU"),
                            .arguments = arguments,
                            .accelerator = g_getenv("OB_ACCELERATOR") };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);
    json_t *event;

    g_assert_cmpstr(error.text, ==, "");
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    event = ob_client_qmp_event(c, "SHUTDOWN", FIRMWARE_MS);
    g_assert_nonnull(event);
    json_decref(event);
    return c;
}

/* False if the PCR has its value of power-on. */
static bool is_measured(const ObCrb *crb, uint32_t pcr)
{
    static const uint8_t zeros[TPM2_SHA256_DIGEST_SIZE];
    const TpmCommand command = tpm_pcr_read(pcr);
    uint8_t response[CRB_BUFFER_SIZE];
    TPM2B_DIGEST value;
    size_t size;

    g_assert_cmpint(crb_transfer(crb, command.bytes, command.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
    g_assert_true(tpm_parse_pcr(response, size, &value));
    g_assert_cmpuint(value.size, ==, sizeof(zeros));
    return memcmp(value.buffer, zeros, sizeof(zeros)) != 0;
}

static void test_measures(gconstpointer machine)
{
    ObCrb crb = { .base = CRB_PC_ADDRESS, .timeout_ms = COMMAND_MS };
    g_autofree char *program = g_find_program_in_path(g_getenv("OB_QEMU"));
    ObClient *c;

    if (!program) {
        g_test_skip("qemu-system-x86_64 is missing: run scripts/setup guest");
        return;
    }
    c = crb.client = firmware_run(machine);
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    for (uint32_t pcr = 0; pcr < FIRMWARE_PCRS; pcr++) {
        g_assert_true(is_measured(&crb, pcr));
    }
    g_assert_false(is_measured(&crb, 16));
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/guest-firmware/seabios-measures-the-boot-on-pc", "pc", test_measures);
    g_test_add_data_func("/guest-firmware/seabios-measures-the-boot-on-q35", "q35", test_measures);
    return g_test_run();
}
