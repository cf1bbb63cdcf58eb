/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware and Linux drive our CRB in the distribution's QEMU; QEMU's own is the oracle. */
#include <string.h>

#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/guest/guest-platform.h"
#include "qtest/tests/guest/tcg-log.h"

#define PCR              16 /* the PCR for debugging, which no firmware extends */
#define RANDOM_BYTES     32

#define START_METHOD_CRB 7

#define PCR_0_FILE       "text=/sys/class/tpm/tpm0/pcr-sha256/0"

/* The questions to Linux, in this order. */
enum {
    DRIVER,
    VERSION,
    TABLE,
    LOG,
    SELF_TEST,
    RANDOM_1,
    RANDOM_2,
    PCR_BEFORE,
    EXTEND,
    PCR_AFTER,
    PCR_0,
    LOOKS = PCR_0 + TCG_PCRS,
};

static const uint8_t measured[TPM2_SHA256_DIGEST_SIZE] = "what a guest measures into a PCR";

/* ------------------------------------------------------------------- the questions */

static void words_add_command(GString *words, TpmCommand command)
{
    g_string_append(words, " tpm=");
    for (size_t i = 0; i < command.size; i++) {
        g_string_append_printf(words, "%02x", command.bytes[i]);
    }
}

static char *words_make(void)
{
    GString *words = g_string_new("link=/sys/class/tpm/tpm0/device/driver "
                                  "text=/sys/class/tpm/tpm0/tpm_version_major "
                                  "hex=/sys/firmware/acpi/tables/TPM2 "
                                  "hex=/sys/kernel/security/tpm0/binary_bios_measurements");

    words_add_command(words, tpm_self_test());
    words_add_command(words, tpm_get_random(RANDOM_BYTES));
    words_add_command(words, tpm_get_random(RANDOM_BYTES));
    words_add_command(words, tpm_pcr_read(PCR));
    words_add_command(words, tpm_pcr_extend(PCR, measured));
    words_add_command(words, tpm_pcr_read(PCR));
    for (int pcr = 0; pcr < TCG_PCRS; pcr++) {
        g_string_append_printf(words, " text=/sys/class/tpm/tpm0/pcr-sha256/%d", pcr);
    }
    return g_string_free(words, FALSE);
}

/* Returns the lines that a guest with these arguments prints. */
static char **guest_ask(const GuestPlatform *platform, const char *arguments)
{
    g_autofree char *words = words_make();
    ObGuestBoot boot = guest_platform_boot(platform, arguments, words);
    HW_ERROR(error, 8192);
    g_autofree char *said = ob_guest_run(&boot, &error);
    char **lines;

    g_assert_cmpstr(error.text, ==, "");
    lines = g_strsplit(said, "\n", 0);
    g_assert_cmpuint(g_strv_length(lines), ==, LOOKS + 1);
    return lines;
}

/* The lines with our CRB; boots once for all tests.  NULL: the guest can't be booted, and the test
 * is skipped. */
static char **ours(const GuestPlatform *platform)
{
    static char **lines[GUEST_PLATFORMS];
    char ***of = &lines[platform - guest_platforms];

    if (!*of && guest_platform_check(platform)) {
        g_autofree char *device = g_strdup_printf("-device %s,tpmdev=tpm0", platform->crb);
        g_autofree char *arguments = guest_platform_bridge(platform, device);

        *of = guest_ask(platform, arguments);
    }
    return *of;
}

/* ------------------------------------------------------------------- the answers */

/* A successful response. */
static GBytes *response_of(const char *line)
{
    GBytes *response = ob_guest_bytes(line);
    gsize size;
    const uint8_t *bytes;

    if (!response) {
        g_error("no response: %s", line);
    }
    bytes = g_bytes_get_data(response, &size);
    g_assert_cmphex(tpm_response_code(bytes, size), ==, TPM2_RC_SUCCESS);
    return response;
}

static TPM2B_DIGEST pcr_of(const char *line)
{
    g_autoptr(GBytes) response = response_of(line);
    TPM2B_DIGEST value;
    gsize size;
    const uint8_t *bytes = g_bytes_get_data(response, &size);

    g_assert_true(tpm_parse_pcr(bytes, size, &value));
    return value;
}

static TPM2B_DIGEST random_of(const char *line)
{
    g_autoptr(GBytes) response = response_of(line);
    TPM2B_DIGEST value;
    gsize size;
    const uint8_t *bytes = g_bytes_get_data(response, &size);

    g_assert_true(tpm_parse_random(bytes, size, &value));
    return value;
}

static void test_driver(gconstpointer platform)
{
    char **lines = ours(platform);

    if (lines) {
        g_assert_true(g_str_has_suffix(lines[DRIVER], guest_platform_tpm_driver(platform)));
        g_assert_cmpstr(lines[VERSION], ==, "2");
    }
}

static GBytes *bytes_of(const char *line)
{
    GBytes *bytes = ob_guest_bytes(line);

    if (!bytes) {
        g_error("no bytes: %s", line);
    }
    return bytes;
}

static uint32_t load_le32(const uint8_t *bytes)
{
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* TCG ACPI Specification 1.3, 8. */
static void test_table(gconstpointer data)
{
    const GuestPlatform *platform = data;
    char **lines = ours(platform);
    uint8_t sum = 0;

    if (lines) {
        g_autoptr(GBytes) table = bytes_of(lines[TABLE]);
        gsize size;
        const uint8_t *bytes = g_bytes_get_data(table, &size);

        g_assert_cmpuint(size, ==, 76);
        g_assert_cmpmem(bytes, 4, "TPM2", 4);
        for (gsize i = 0; i < size; i++) {
            sum = (uint8_t)(sum + bytes[i]);
        }
        g_assert_cmpuint(sum, ==, 0);
        g_assert_cmphex(load_le32(bytes + 40), ==, platform->crb_base + 0x40);
        g_assert_cmphex(load_le32(bytes + 44), ==, 0);
        g_assert_cmpuint(load_le32(bytes + 48), ==, START_METHOD_CRB);
    }
}

/* The TPM's PCRs have the values of the firmware's log. */
static void test_measured_boot(gconstpointer platform)
{
    char **lines = ours(platform);
    static const TcgDigest zero;
    TcgDigest replayed[TCG_PCRS] = { 0 };

    if (lines) {
        g_autoptr(GBytes) log = bytes_of(lines[LOG]);
        gsize size;
        const uint8_t *bytes = g_bytes_get_data(log, &size);

        g_assert_cmpuint(tcg_log_replay(bytes, size, replayed), >=, TCG_PCRS);
        for (int pcr = 0; pcr < TCG_PCRS; pcr++) {
            g_autoptr(GBytes) is = bytes_of(lines[PCR_0 + pcr]);

            bytes = g_bytes_get_data(is, &size);
            g_assert_cmpmem(bytes, size, replayed[pcr], TCG_SHA256_SIZE);
            g_assert_true(memcmp(bytes, zero, TCG_SHA256_SIZE) != 0);
        }
    }
}

static void test_self_test(gconstpointer platform)
{
    char **lines = ours(platform);

    if (lines) {
        g_autoptr(GBytes) response = response_of(lines[SELF_TEST]);

        g_assert_nonnull(response);
    }
}

static void test_random(gconstpointer platform)
{
    char **lines = ours(platform);

    if (lines) {
        TPM2B_DIGEST first = random_of(lines[RANDOM_1]);
        TPM2B_DIGEST second = random_of(lines[RANDOM_2]);

        g_assert_cmpuint(first.size, ==, RANDOM_BYTES);
        g_assert_cmpuint(second.size, ==, RANDOM_BYTES);
        g_assert_true(memcmp(first.buffer, second.buffer, RANDOM_BYTES) != 0);
    }
}

static void test_extend(gconstpointer platform)
{
    char **lines = ours(platform);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    uint8_t expected[TPM2_SHA256_DIGEST_SIZE];
    gsize size = sizeof(expected);

    if (lines) {
        TPM2B_DIGEST before = pcr_of(lines[PCR_BEFORE]);
        TPM2B_DIGEST after = pcr_of(lines[PCR_AFTER]);

        g_checksum_update(sum, before.buffer, before.size);
        g_checksum_update(sum, measured, sizeof(measured));
        g_checksum_get_digest(sum, expected, &size);
        g_assert_cmpmem(after.buffer, after.size, expected, size);
    }
}

/* Compares the lines, except random numbers and the update counter in PCR_Read's response. */
static void assert_same_answers(char **is, char **was)
{
    g_assert_cmpstr(is[DRIVER], ==, was[DRIVER]);
    g_assert_cmpstr(is[VERSION], ==, was[VERSION]);
    g_assert_cmpstr(is[SELF_TEST], ==, was[SELF_TEST]);
    g_assert_cmpstr(is[EXTEND], ==, was[EXTEND]);
    for (int i = RANDOM_1; i <= RANDOM_2; i++) {
        g_assert_cmpuint(strlen(is[i]), ==, strlen(was[i]));
        g_assert_cmpuint(random_of(was[i]).size, ==, RANDOM_BYTES);
    }
    for (int i = PCR_BEFORE; i <= PCR_AFTER; i += PCR_AFTER - PCR_BEFORE) {
        TPM2B_DIGEST a = pcr_of(is[i]), b = pcr_of(was[i]);

        g_assert_cmpmem(a.buffer, a.size, b.buffer, b.size);
    }
}

static void test_as_built_in(gconstpointer platform)
{
    char **is = ours(platform);
    HW_ERROR(error, 1024);
    ObSwtpm *swtpm = is ? ob_swtpm_start(&error) : NULL;

    g_assert_cmpstr(error.text, ==, "");
    if (swtpm) {
        g_autofree char *devices = g_strdup_printf(
            "%s -chardev socket,id=c,path=%s -tpmdev emulator,id=tpm0,chardev=c "
            "-device tpm-crb,tpmdev=tpm0",
            ((const GuestPlatform *)platform)->machine, ob_swtpm_path(swtpm));
        g_auto(GStrv) was = guest_ask(platform, devices);

        assert_same_answers(is, was);
        ob_swtpm_free(swtpm);
    }
}

/* Returns the guest's lines from before and after its sleep. */
static char *guest_sleep(const ObGuestBoot *boot, HwError *error)
{
    ObGuest *guest = ob_guest_start(boot, error);
    json_t *event = guest ? ob_client_qmp_event(ob_guest_client(guest), "SUSPEND", 100000) : NULL;
    char *said;

    g_assert_nonnull(event);
    json_decref(event);
    json_decref(ob_client_qmp(ob_guest_client(guest), "system_wakeup", NULL, NULL));
    said = ob_guest_finish(guest, error);
    ob_guest_free(guest);
    return said;
}

/* After Linux's TPM2_Shutdown(STATE) and firmware's TPM2_Startup(STATE), the TPM answers, and PCR 0
 * still has the boot's measurements.  After TPM2_Startup(CLEAR), PCR 0 would be zeros. */
static void test_sleep(gconstpointer data)
{
    const GuestPlatform *platform = data;
    g_autofree char *device = g_strdup_printf("-device %s,tpmdev=tpm0", platform->crb);
    g_autofree char *arguments = guest_platform_bridge(platform, device);
    GString *words = g_string_new(PCR_0_FILE " write=mem,/sys/power/state " PCR_0_FILE);
    ObGuestBoot boot;
    HW_ERROR(error, 8192);
    g_autofree char *said = NULL;
    g_auto(GStrv) lines = NULL;

    words_add_command(words, tpm_get_random(RANDOM_BYTES));
    boot = guest_platform_boot(platform, arguments, words->str);
    if (guest_platform_check(platform)) {
        said = guest_sleep(&boot, &error);
        g_assert_cmpstr(error.text, ==, "");
        lines = g_strsplit(said, "\n", 0);
        g_assert_cmpuint(g_strv_length(lines), ==, 5);
        g_assert_cmpstr(lines[1], ==, "written");
        g_assert_cmpuint(strlen(lines[0]), ==, 2 * TCG_SHA256_SIZE);
        g_assert_cmpstr(lines[2], ==, lines[0]);
        g_assert_cmpuint(random_of(lines[3]).size, ==, RANDOM_BYTES);
    }
    g_string_free(words, TRUE);
}

static const struct {
    const char *name;
    void (*run)(gconstpointer platform);
    bool has_oracle;
    bool sleeps;
} tests[] = {
    { "driver-binds", test_driver, false, false },
    { "acpi-table", test_table, false, false },
    { "measured-boot", test_measured_boot, false, false },
    { "self-test-passes", test_self_test, false, false },
    { "random", test_random, false, false },
    { "pcr-extend", test_extend, false, false },
    { "answers-as-from-qemu-s-own", test_as_built_in, true, false },
    { "sleep-keeps-what-was-measured", test_sleep, false, true },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < GUEST_PLATFORMS; i++) {
        for (size_t j = 0; guest_platforms[i].crb && j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path = g_strdup_printf("/guest-tpm/%s/%s", guest_platforms[i].name,
                                                    tests[j].name);

            /* QEMU's own CRB is for PCs. */
            if ((!tests[j].has_oracle || g_str_has_prefix(guest_platforms[i].kernel, "amd64")) &&
                (!tests[j].sleeps || guest_platforms[i].sleeps)) {
                g_test_add_data_func(path, &guest_platforms[i], tests[j].run);
            }
        }
    }
    return g_test_run();
}
