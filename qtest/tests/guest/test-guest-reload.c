/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin is reloaded again and again in a stock QEMU, while Linux works its TPM.  Every command is
 * answered, each extends the PCR once, and the kernel has nothing to say about it.
 */
#include <string.h>

#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/guest/guest-platform.h"

#define PCR     16 /* the PCR for debugging, which no firmware extends */
#define EXTENDS 10 /* each is followed by 200 commands */
#define RELOADS 100

enum { BEGIN, WORK, END = WORK + 2 * EXTENDS, PCR_VALUE, WARNED, LINES };

static const uint8_t measured[TPM2_SHA256_DIGEST_SIZE] = "what a guest measures into a PCR";

static void command_add(GString *words, const char *verb, TpmCommand command)
{
    g_string_append_printf(words, " %s=", verb);
    for (size_t i = 0; i < command.size; i++) {
        g_string_append_printf(words, "%02x", command.bytes[i]);
    }
}

static char *words_make(void)
{
    GString *words = g_string_new("cue=begin");

    for (int i = 0; i < EXTENDS; i++) {
        command_add(words, "tpm", tpm_pcr_extend(PCR, measured));
        command_add(words, "rate", tpm_get_random(32));
    }
    g_string_append(words, " cue=end");
    command_add(words, "tpm", tpm_pcr_read(PCR));
    g_string_append(words, " warned=tpm");
    return g_string_free(words, FALSE);
}

static void good(bool result, const HwError *error)
{
    if (!result) {
        g_error("%s", error->text);
    }
}

static void reload(ObClient *c)
{
    json_t *error = NULL;

    json_decref(ob_client_qmp(c, "qom-set",
                              json_pack("{s:s, s:s, s:s}", "path", "/outboard", "property",
                                        "reload", "value", ""),
                              &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, NULL);
}

/* Reloads until the guest has done its work.  Returns how often. */
static unsigned reload_until_end(ObGuest *guest)
{
    unsigned count = 0;
    bool is_over = false;

    while (!is_over) {
        g_autofree char *said = NULL;

        reload(ob_guest_client(guest));
        count++;
        said = ob_guest_said(guest);
        is_over = strstr(said, "end\n") != NULL;
    }
    return count;
}

/* The PCR began with zeros.  Its value tells that each command was answered once. */
static void pcr_assert_extended(const char *line)
{
    g_autoptr(GBytes) response = ob_guest_bytes(line);
    uint8_t expected[TPM2_SHA256_DIGEST_SIZE] = { 0 };
    gsize size = sizeof(expected);
    TPM2B_DIGEST value;

    for (int i = 0; i < EXTENDS; i++) {
        GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

        g_checksum_update(sum, expected, sizeof(expected));
        g_checksum_update(sum, measured, sizeof(measured));
        g_checksum_get_digest(sum, expected, &size);
        g_checksum_free(sum);
    }
    g_assert_true(
        tpm_parse_pcr(g_bytes_get_data(response, NULL), g_bytes_get_size(response), &value));
    g_assert_cmpmem(value.buffer, value.size, expected, sizeof(expected));
}

/* Without the empty lines that the console echoes for each cue. */
static char **lines_of(const char *said)
{
    g_auto(GStrv) all = g_strsplit(said, "\n", 0);
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();

    for (char **line = all; *line; line++) {
        if (**line) {
            g_strv_builder_add(lines, *line);
        }
    }
    return g_strv_builder_end(lines);
}

static void lines_assert(char **lines)
{
    g_assert_cmpuint(g_strv_length(lines), ==, LINES);
    for (int i = 0; i < 2 * EXTENDS; i++) {
        g_assert_true(g_ascii_isdigit(lines[WORK + i][0])); /* a response or times, and no error */
    }
    pcr_assert_extended(lines[PCR_VALUE]);
    g_assert_cmpstr(lines[WARNED], ==, "0");
}

static void test_reload(gconstpointer data)
{
    const GuestPlatform *platform = data;
    g_autofree char *words = words_make();
    g_autofree char *devices = g_strdup_printf("-device %s,tpmdev=tpm0 -device %s -device beacon",
                                               platform->crb, platform->vmgenid);
    g_autofree char *arguments = NULL;
    ObGuestBoot boot;
    HW_ERROR(error, 8192);
    ObGuest *guest;
    g_autofree char *said = NULL;
    g_auto(GStrv) lines = NULL;
    unsigned reloads;

    if (!guest_platform_check(platform)) {
        return;
    }
    arguments = guest_platform_bridge(platform, devices);
    boot = guest_platform_boot(platform, arguments, words);
    guest = ob_guest_start(&boot, &error);
    good(guest != NULL, &error);
    good(ob_guest_expect(guest, "begin\n", &error), &error);
    good(ob_guest_type(guest, "", &error), &error);
    reloads = reload_until_end(guest);
    g_test_message("%u reloads", reloads);
    g_assert_cmpuint(reloads, >=, RELOADS);
    good(ob_guest_type(guest, "", &error), &error);
    said = ob_guest_finish(guest, &error);
    good(said != NULL, &error);
    lines = lines_of(said);
    lines_assert(lines);
    ob_guest_free(guest);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/guest-reload/pc/tpm-works", &guest_platforms[0], test_reload);
    g_test_add_data_func("/guest-reload/virt/tpm-works", &guest_platforms[2], test_reload);
    return g_test_run();
}
