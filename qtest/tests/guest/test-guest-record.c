/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots that the bridge records, and that replay the same at once.  The files of qtest/tests/data/boots
 * were made here: OB_WRITE_BOOTS=1 makes them again.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "hw-api/device/error.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/lab/replay/replay.h"
#include "qtest/tests/guest/guest-platform.h"

#define GUID  "01234567-89ab-cdef-0123-456789abcdef"
#define WORDS "link=/sys/class/tpm/tpm0/device/driver text=/sys/class/tpm/tpm0/tpm_version_major"

typedef struct Boot {
    const char *firmware; /* a platform's name */
    const char *kernel;
} Boot;

static const Boot boots[] = {
    { "seabios", "amd64-6.1" }, { "seabios", "amd64-6.16" }, { "seabios", "amd64-7" },
    { "ovmf", "amd64-6.1" },    { "ovmf", "amd64-6.16" },    { "ovmf", "amd64-7" },
    { "aavmf", "arm64-6.1" },   { "aavmf", "arm64-6.12" },   { "aavmf", "arm64-7" },
};

static GuestPlatform platform_of(const Boot *boot)
{
    GuestPlatform platform;
    size_t i = 0;

    while (strcmp(guest_platforms[i].name, boot->firmware) != 0) {
        i++;
    }
    platform = guest_platforms[i];
    platform.kernel = boot->kernel;
    return platform;
}

static char *words_make(void)
{
    TpmCommand command = tpm_get_random(32);
    GString *words = g_string_new(WORDS " tpm=");

    for (size_t i = 0; i < command.size; i++) {
        g_string_append_printf(words, "%02x", command.bytes[i]);
    }
    return g_string_free(words, FALSE);
}

static void guest_record(const GuestPlatform *platform, const char *path)
{
    g_autofree char *devices = g_strdup_printf("-device %s,tpmdev=tpm0 -device %s,guid=" GUID,
                                               platform->crb, platform->vmgenid);
    g_autofree char *plain = guest_platform_bridge(platform, devices);
    g_autoptr(GString) arguments = g_string_new(plain);
    g_autofree char *record = g_strdup_printf("libtpms=tpm0,record=%s", path);
    g_autofree char *words = words_make();
    g_autofree char *said = NULL;
    ObGuestBoot boot;
    ObGuest *guest;
    HW_ERROR(error, 8192);

    g_string_replace(arguments, "libtpms=tpm0", record, 1);
    boot = guest_platform_boot(platform, arguments->str, words);
    guest = ob_guest_start(&boot, &error);
    said = guest ? ob_guest_finish(guest, &error) : NULL;
    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(strstr(said, "tpm_crb"));
    ob_guest_quit(guest); /* the recording ends */
    ob_guest_free(guest);
}

static void replay(const char *path)
{
    HW_ERROR(error, 400);
    ObReplaySet *set = ob_replay_set_load(g_getenv("OUTBOARD_SET"), &error);
    ObReplayResult result;

    g_assert_nonnull(set);
    ob_replay(set, path, &result);
    g_assert_cmpstr(result.text, ==, "");
    g_assert_cmpuint(result.responses, >, 3);
    ob_replay_set_free(set);
}

static void keep(const char *path, const char *name)
{
    g_autofree char *stored = g_build_filename(g_getenv("OB_BOOTS"), name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    if (g_getenv("OB_WRITE_BOOTS")) {
        g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        g_assert_true(g_file_set_contents(stored, bytes, (gssize)size, NULL));
    }
    g_assert_true(g_file_test(stored, G_FILE_TEST_EXISTS));
}

static void test_boot(gconstpointer data)
{
    const Boot *boot = data;
    const GuestPlatform platform = platform_of(boot);
    g_autofree char *folder = NULL;
    g_autofree char *path = NULL;
    g_autofree char *name = g_strdup_printf("%s-%s.rec", boot->firmware, boot->kernel);

    if (!guest_platform_check(&platform)) {
        return;
    }
    folder = g_dir_make_tmp("outboard-record-XXXXXX", NULL);
    path = g_build_filename(folder, name, NULL);
    guest_record(&platform, path);
    replay(path);
    keep(path, name);
    g_unlink(path);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(boots); i++) {
        g_autofree char *path = g_strdup_printf("/guest-record/%s/%s", boots[i].firmware,
                                                boots[i].kernel);

        g_test_add_data_func(path, &boots[i], test_boot);
    }
    return g_test_run();
}
