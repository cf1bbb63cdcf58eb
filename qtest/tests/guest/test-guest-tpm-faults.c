/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux's tpm_crb with our CRB in the distribution's QEMU, before a TPM that fails by a script.  The
 * driver works on after each failure but a fatal one.  The script names commands that neither
 * firmware nor Linux sends by itself.
 */
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/guest/guest-platform.h"

#define READ_CLOCK "tpm=80010000000a00000181"
/* TPM2_HashSequenceStart: Linux waits 750 ms for it, and 5 minutes for most other commands. */
#define HASH_START "tpm=80010000000e000001860000000b"

static const struct {
    const char *word;
    const char *rule;
    const char *line;  /* NULL: a response with */
    uint32_t response; /* this code */
} steps[] = {
    { READ_CLOCK, "ReadClock 1-2 pass", NULL, TPM_RC_SUCCESS },
    { READ_CLOCK, "any 100000 pass", NULL, TPM_RC_SUCCESS },
    /* TPM_RC_RETRY: the driver sends the command again. */
    { READ_CLOCK, "ReadClock 3-5 error 0x922", NULL, TPM_RC_SUCCESS },
    { READ_CLOCK, "ReadClock 7 error 0x101", NULL, TPM_RC_FAILURE },
    /* Longer than the driver's first looks, shorter than its patience. */
    { HASH_START, "HashSequenceStart 1 delay 300ms", NULL, TPM_RC_SUCCESS },
    { HASH_START, "HashSequenceStart 2 hang", "Timer expired", 0 },
    /* Linux does not await the end of a command that it cancels: a command that came at once could
     * get its answer, TPM_RC_CANCELED. */
    { "kmsg=not+there", "# for some seconds", "no", 0 },
    { HASH_START, "HashSequenceStart 3 pass", NULL, TPM_RC_SUCCESS },
    { READ_CLOCK, "ReadClock 8 cut 12 put 2 0000000c", NULL, TPM_RC_SUCCESS },
    /* tpmSts, a fatal error, stays until a reset (PC Client PTP, TPM_CRB_CTRL_STS). */
    { READ_CLOCK, "ReadClock 9 fail", "Input/output error", 0 },
    { READ_CLOCK, "any pass", "Input/output error", 0 },
};

/* Returns the lines that the guest prints for the steps. */
static char **guest_ask(const GuestPlatform *platform)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *script = g_build_filename(ob_scratch_path(scratch), "script", NULL);
    g_autofree char *arguments = g_strdup_printf(
        "%s -plugin file=%s,libtpms=tpm0,libtpms-script=%s -device %s,tpmdev=tpm0",
        platform->machine, g_getenv("OUTBOARD_BRIDGE"), script, platform->crb);
    g_autoptr(GString) words = g_string_new(NULL);
    g_autoptr(GString) rules = g_string_new(NULL);
    HW_ERROR(error, 8192);
    g_autofree char *said = NULL;
    ObGuestBoot boot;

    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_string_append_printf(words, " %s", steps[i].word);
        g_string_append_printf(rules, "%s\n", steps[i].rule);
    }
    g_assert_true(g_file_set_contents(script, rules->str, -1, NULL));
    boot = guest_platform_boot(platform, arguments, words->str);
    said = ob_guest_run(&boot, &error);
    ob_scratch_free(scratch);
    g_assert_cmpstr(error.text, ==, "");
    return g_strsplit(said, "\n", 0);
}

static void test_driver_recovers(gconstpointer data)
{
    const GuestPlatform *platform = data;
    g_auto(GStrv) lines = NULL;

    if (!guest_platform_check(platform)) {
        return;
    }
    lines = guest_ask(platform);
    g_assert_cmpuint(g_strv_length(lines), ==, G_N_ELEMENTS(steps) + 1);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(GBytes) response = ob_guest_bytes(lines[i]);

        g_test_message("%s: %s", steps[i].rule, lines[i]);
        if (steps[i].line) {
            g_assert_nonnull(strstr(lines[i], steps[i].line));
        } else {
            g_assert_nonnull(response);
            g_assert_cmphex(hw_tpm2_code(g_bytes_get_data(response, NULL)), ==, steps[i].response);
        }
    }
}

int main(int argc, char **argv)
{
    static const char *const names[] = { "seabios", "aavmf", "seabios-linux-7" };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < GUEST_PLATFORMS; i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(names); j++) {
            if (strcmp(guest_platforms[i].name, names[j]) == 0) {
                g_autofree char *path = g_strdup_printf("/guest-tpm-faults/%s/driver-recovers",
                                                        names[j]);

                g_test_add_data_func(path, &guest_platforms[i], test_driver_recovers);
            }
        }
    }
    return g_test_run();
}
