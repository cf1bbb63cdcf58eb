/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linux drives our CRB in the distribution's QEMU, and QEMU's own as the oracle. */
#include <string.h>

#include "qtest/client/swtpm.h"
#include "qtest/client/tpm-command.h"
#include "qtest/guest/guest.h"
#include "qtest/tests/guest-crb.h"

#define PCR 16                  /* for debugging: no firmware extends it */
#define RANDOM_BYTES 32

/* What Linux is asked, in this order. */
enum {
    DRIVER, VERSION, SELF_TEST, RANDOM_1, RANDOM_2, PCR_BEFORE, EXTEND, PCR_AFTER, LOOKS,
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
                                  "text=/sys/class/tpm/tpm0/tpm_version_major");

    words_add_command(words, tpm_self_test());
    words_add_command(words, tpm_get_random(RANDOM_BYTES));
    words_add_command(words, tpm_get_random(RANDOM_BYTES));
    words_add_command(words, tpm_pcr_read(PCR));
    words_add_command(words, tpm_pcr_extend(PCR, measured));
    words_add_command(words, tpm_pcr_read(PCR));
    return g_string_free(words, FALSE);
}

/* The lines of a guest with these devices, or NULL: skipped, or failed. */
static char **guest_ask(const char *devices)
{
    g_autofree char *words = words_make();
    g_autofree char *arguments = g_strdup_printf("-machine q35 -m 256 %s", devices);
    ObGuestBoot boot = {
        .kernel = "amd64-6.1",
        .initramfs = g_getenv("OB_GUEST_LOOK_AMD64"),
        .words = words,
        .arguments = arguments,
        .limit_s = 120,
    };
    g_autofree char *missing = ob_guest_missing(&boot);
    char text[8192] = "";
    HwError error = { text, sizeof(text), 0 };
    g_autofree char *said = NULL;
    char **lines;

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(text, ==, "");
    lines = g_strsplit(said, "\n", 0);
    g_assert_cmpuint(g_strv_length(lines), ==, LOOKS + 1);
    return lines;
}

/* Booted once for all tests; NULL: not to be had, and the test is skipped. */
static char **ours(void)
{
    static char **lines;

    if (!lines) {
        ObGuestCrb *crb = guest_crb_new();

        lines = guest_ask(guest_crb_arguments(crb));
        guest_crb_free(crb);
    }
    return lines;
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

static void test_driver(void)
{
    char **lines = ours();

    if (lines) {
        g_assert_true(g_str_has_suffix(lines[DRIVER], "/tpm_crb"));
        g_assert_cmpstr(lines[VERSION], ==, "2");
    }
}

static void test_self_test(void)
{
    char **lines = ours();

    if (lines) {
        g_autoptr(GBytes) response = response_of(lines[SELF_TEST]);

        g_assert_nonnull(response);
    }
}

static void test_random(void)
{
    char **lines = ours();

    if (lines) {
        TPM2B_DIGEST first = random_of(lines[RANDOM_1]);
        TPM2B_DIGEST second = random_of(lines[RANDOM_2]);

        g_assert_cmpuint(first.size, ==, RANDOM_BYTES);
        g_assert_cmpuint(second.size, ==, RANDOM_BYTES);
        g_assert_true(memcmp(first.buffer, second.buffer, RANDOM_BYTES) != 0);
    }
}

static void test_extend(void)
{
    char **lines = ours();
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

/* Line by line, but for the random numbers and the update counter in what PCR_Read says. */
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

static void test_as_built_in(void)
{
    char **is = ours();
    char text[1024] = "";
    HwError error = { text, sizeof(text), 0 };
    ObSwtpm *swtpm = is ? ob_swtpm_start(&error) : NULL;

    g_assert_cmpstr(text, ==, "");
    if (swtpm) {
        g_autofree char *devices = g_strdup_printf(
            "-chardev socket,id=c,path=%s -tpmdev emulator,id=tpm0,chardev=c "
            "-device tpm-crb,tpmdev=tpm0", ob_swtpm_path(swtpm));
        g_auto(GStrv) was = guest_ask(devices);

        assert_same_answers(is, was);
        ob_swtpm_free(swtpm);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-tpm/amd64-6.1/driver-binds", test_driver);
    g_test_add_func("/guest-tpm/amd64-6.1/self-test-passes", test_self_test);
    g_test_add_func("/guest-tpm/amd64-6.1/random", test_random);
    g_test_add_func("/guest-tpm/amd64-6.1/pcr-extend", test_extend);
    g_test_add_func("/guest-tpm/amd64-6.1/answers-as-from-qemu-s-own", test_as_built_in);
    return g_test_run();
}
