/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware and Linux's stock driver tpm_tis drive our tpm-tis in the distribution's QEMU; QEMU's own is
 * the oracle.  Debian's kernels for Arm lack the driver.
 */
#include <string.h>

#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/guest/guest-platform.h"

#define PCR           16 /* the PCR for debugging, which no firmware extends */
#define PCR_FILE(pcr) "text=/sys/class/tpm/tpm0/pcr-sha256/" G_STRINGIFY(pcr)

static const uint8_t measured[TPM2_SHA256_DIGEST_SIZE] = "what a guest measures into a PCR";

/* The names of guest_platforms. */
static const char *const platforms[] = { "seabios", "ovmf", "seabios-linux-7" };

static const GuestPlatform *platform_of(const char *name)
{
    for (int i = 0; i < GUEST_PLATFORMS; i++) {
        if (g_str_equal(guest_platforms[i].name, name)) {
            return &guest_platforms[i];
        }
    }
    g_assert_not_reached();
}

static void words_add_command(GString *words, TpmCommand command)
{
    g_string_append(words, " tpm=");
    for (size_t i = 0; i < command.size; i++) {
        g_string_append_printf(words, "%02x", command.bytes[i]);
    }
}

enum { DRIVER, VERSION, SELF_TEST, EXTEND, PCR_AFTER, PCR_OF_FIRMWARE, LINES };

static char **guest_ask(const GuestPlatform *platform, const char *arguments)
{
    g_autoptr(GString) words = g_string_new("link=/sys/class/tpm/tpm0/device/driver "
                                            "text=/sys/class/tpm/tpm0/tpm_version_major");
    HW_ERROR(error, 8192);
    g_autofree char *said = NULL;
    ObGuestBoot boot;
    char **lines;

    words_add_command(words, tpm_self_test());
    words_add_command(words, tpm_pcr_extend(PCR, measured));
    g_string_append(words, " " PCR_FILE(16) " " PCR_FILE(0));
    boot = guest_platform_boot(platform, arguments, words->str);
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    lines = g_strsplit(said, "\n", 0);
    g_assert_cmpuint(g_strv_length(lines), ==, LINES + 1);
    return lines;
}

static void assert_succeeds(const char *line)
{
    g_autoptr(GBytes) response = ob_guest_bytes(line);
    gsize size;
    const uint8_t *bytes;

    if (!response) {
        g_error("no response: %s", line);
    }
    bytes = g_bytes_get_data(response, &size);
    g_assert_cmphex(tpm_response_code(bytes, size), ==, TPM2_RC_SUCCESS);
}

/* A PCR that was zeros. */
static void assert_extended(const char *line)
{
    static const uint8_t zeros[TPM2_SHA256_DIGEST_SIZE];
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *is = g_ascii_strdown(line, -1);

    g_checksum_update(sum, zeros, sizeof(zeros));
    g_checksum_update(sum, measured, sizeof(measured));
    g_assert_cmpstr(is, ==, g_checksum_get_string(sum));
}

static void assert_works(char **lines)
{
    g_assert_true(g_str_has_suffix(lines[DRIVER], "/tpm_tis"));
    g_assert_cmpstr(lines[VERSION], ==, "2");
    assert_succeeds(lines[SELF_TEST]);
    assert_succeeds(lines[EXTEND]);
    assert_extended(lines[PCR_AFTER]);
    g_assert_cmpuint(strspn(lines[PCR_OF_FIRMWARE], "0"), <, 2 * TPM2_SHA256_DIGEST_SIZE);
}

static void test_driver_works(gconstpointer name)
{
    const GuestPlatform *platform = platform_of(name);
    g_autofree char *arguments = guest_platform_bridge(platform,
                                                       "-device outboard-tpm-tis,tpmdev=tpm0");
    g_auto(GStrv) lines = NULL;

    if (guest_platform_check(platform)) {
        lines = guest_ask(platform, arguments);
        assert_works(lines);
    }
}

static void test_qemus_own(gconstpointer name)
{
    const GuestPlatform *platform = platform_of(name);
    HW_ERROR(error, 1024);
    ObSwtpm *swtpm = guest_platform_check(platform) ? ob_swtpm_start(&error) : NULL;

    g_assert_cmpstr(error.text, ==, "");
    if (swtpm) {
        g_autofree char *arguments = g_strdup_printf(
            "%s -chardev socket,id=c,path=%s -tpmdev emulator,id=tpm0,chardev=c "
            "-device tpm-tis,tpmdev=tpm0",
            platform->machine, ob_swtpm_path(swtpm));
        g_auto(GStrv) lines = guest_ask(platform, arguments);

        assert_works(lines);
        ob_swtpm_free(swtpm);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(platforms); i++) {
        g_autofree char *path = g_strdup_printf("/guest-tis/%s/firmware-and-linux-drive-it",
                                                platforms[i]);

        g_test_add_data_func(path, platforms[i], test_driver_works);
    }
    g_test_add_data_func("/guest-tis/seabios/as-they-drive-qemu-s-own", "seabios", test_qemus_own);
    return g_test_run();
}
