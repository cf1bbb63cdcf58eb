/* SPDX-License-Identifier: GPL-2.0-or-later */
/* OVMF measures the boot into our CRB's TPM, and Linux sees what it measured. */
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/tests/guest-crb.h"

#define OVMF      "/usr/share/OVMF/OVMF_CODE.fd"
#define OVMF_VARS "/usr/share/OVMF/OVMF_VARS.fd"

#define PCRS         8          /* 0 to 7 are the firmware's: PC Client Platform Firmware 3.3.4 */
#define SHA256_SIZE  32
#define ALG_SHA256   0x000b
#define EV_NO_ACTION 3

typedef uint8_t Digest[SHA256_SIZE];

/* ------------------------------------------------------------------- the event log */

/* TCG PC Client Platform Firmware Profile, 10: little-endian, packed. */
typedef struct Log {
    const uint8_t *at, *end;
} Log;

static const uint8_t *log_take(Log *log, size_t size)
{
    const uint8_t *taken = log->at;

    g_assert_cmpuint(size, <=, (size_t)(log->end - log->at));
    log->at += size;
    return taken;
}

static uint32_t log_number(Log *log, size_t size)
{
    const uint8_t *bytes = log_take(log, size);
    uint32_t number = 0;

    for (size_t i = size; i > 0; i--) {
        number = number << 8 | bytes[i - 1];
    }
    return number;
}

/* TCG_EfiSpecIdEvent in a TCG_PCR_EVENT; digest sizes by algorithm. */
static void log_header(Log *log, uint16_t sizes[UINT16_MAX + 1])
{
    Log event;
    uint32_t count, size;

    log_take(log, 4 + 4 + 20);
    size = log_number(log, 4);
    event.at = log_take(log, size);
    event.end = event.at + size;
    g_assert_cmpmem(log_take(&event, 16), 16, "Spec ID Event03", 16);
    log_take(&event, 4 + 4);
    count = log_number(&event, 4);
    while (count-- > 0) {
        uint32_t algorithm = log_number(&event, 2);

        sizes[algorithm] = (uint16_t)log_number(&event, 2);
    }
}

static void pcr_extend(Digest pcr, const uint8_t *digest)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = SHA256_SIZE;

    g_checksum_update(sum, pcr, SHA256_SIZE);
    g_checksum_update(sum, digest, SHA256_SIZE);
    g_checksum_get_digest(sum, pcr, &size);
}

/* A TCG_PCR_EVENT2: what it did to the PCRs. */
static void log_replay_event(Log *log, const uint16_t *sizes, Digest pcrs[PCRS])
{
    uint32_t pcr = log_number(log, 4);
    uint32_t type = log_number(log, 4);
    uint32_t count = log_number(log, 4);

    while (count-- > 0) {
        uint32_t algorithm = log_number(log, 2);
        const uint8_t *digest = log_take(log, sizes[algorithm]);

        if (algorithm == ALG_SHA256 && type != EV_NO_ACTION && pcr < PCRS) {
            pcr_extend(pcrs[pcr], digest);
        }
    }
    log_take(log, log_number(log, 4));
}

static uint32_t log_replay(const uint8_t *bytes, size_t size, Digest pcrs[PCRS])
{
    g_autofree uint16_t *sizes = g_new0(uint16_t, UINT16_MAX + 1);
    Log log = { bytes, bytes + size };
    uint32_t events = 0;

    log_header(&log, sizes);
    for (; log.at < log.end; events++) {
        log_replay_event(&log, sizes, pcrs);
    }
    return events;
}

/* ----------------------------------------------------------------------- the guest */

static char *words_make(void)
{
    GString *words = g_string_new("hex=/sys/kernel/security/tpm0/binary_bios_measurements");

    for (int pcr = 0; pcr < PCRS; pcr++) {
        g_string_append_printf(words, " text=/sys/class/tpm/tpm0/pcr-sha256/%d", pcr);
    }
    return g_string_free(words, FALSE);
}

/* The event log, then the PCRs; NULL: skipped. */
static char **guest_ask(void)
{
    ObGuestCrb *crb = guest_crb_new();
    g_autofree char *words = words_make();
    g_autofree char *arguments = g_strdup_printf(
        "-machine q35 -m 256 -drive if=pflash,format=raw,unit=0,readonly=on,file=" OVMF
        " -drive if=pflash,format=raw,unit=1,snapshot=on,file=" OVMF_VARS " %s",
        guest_crb_arguments(crb));
    ObGuestBoot boot = {
        .kernel = "amd64-6.1",
        .initramfs = g_getenv("OB_GUEST_LOOK_AMD64"),
        .words = words,
        .arguments = arguments,
        .limit_s = 180,
    };
    g_autofree char *missing = ob_guest_missing(&boot);
    char text[8192] = "";
    HwError error = { text, sizeof(text), 0 };
    g_autofree char *said = NULL;

    if (missing || !g_file_test(OVMF, G_FILE_TEST_EXISTS)) {
        g_test_skip(missing ? missing : "there is no " OVMF ": scripts/setup guest");
    } else {
        said = ob_guest_run(&boot, &error);
    }
    guest_crb_free(crb);
    g_assert_cmpstr(text, ==, "");
    return said ? g_strsplit(said, "\n", 0) : NULL;
}

static GBytes *bytes_of(const char *line)
{
    GBytes *bytes = ob_guest_bytes(line);

    if (!bytes) {
        g_error("no bytes: %s", line);
    }
    return bytes;
}

static void test_measured_boot(void)
{
    g_auto(GStrv) lines = guest_ask();
    static const Digest zero;
    Digest replayed[PCRS] = { 0 };

    if (lines) {
        g_autoptr(GBytes) log = bytes_of(lines[0]);
        gsize size;
        const uint8_t *bytes = g_bytes_get_data(log, &size);

        g_assert_cmpuint(log_replay(bytes, size, replayed), >=, PCRS);
        for (int pcr = 0; pcr < PCRS; pcr++) {
            g_autoptr(GBytes) is = bytes_of(lines[1 + pcr]);

            bytes = g_bytes_get_data(is, &size);
            g_assert_cmpmem(bytes, size, replayed[pcr], SHA256_SIZE);
            g_assert_true(memcmp(bytes, zero, SHA256_SIZE) != 0);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-ovmf/amd64-6.1/measured-boot", test_measured_boot);
    return g_test_run();
}
