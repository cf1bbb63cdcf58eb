/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that the stock QEMUs of the other tests have the releases that their names say. */
#include <string.h>

#include "qtest/tests/lib/qemu-release.h"

static const char *const architectures[] = { "x86_64", "aarch64" };

static void test_version(gconstpointer data)
{
    const QemuRelease *release = data;
    g_autofree char *version = g_strdup_printf(" version %s.", release->name);

    if (!qemu_release_require(release)) {
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(architectures); i++) {
        g_autofree char *program = qemu_release_program(release, architectures[i]);
        g_autofree char *line = g_strdup_printf("'%s' --version", program);
        g_autofree char *output = NULL;
        int status;

        g_assert_true(g_spawn_command_line_sync(line, &output, NULL, &status, NULL));
        g_assert_cmpint(status, ==, 0);
        g_assert_nonnull(strstr(output, version));
    }
}

/* The release's Debian package has the firmware, and -L finds it. */
static void test_firmware(gconstpointer data)
{
    g_autofree char *path = qemu_release_file(data, "/usr/share/seabios/bios-256k.bin");

    if (qemu_release_require(data)) {
        g_assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        g_autofree char *version = g_strdup_printf("/qemu-releases/%s/programs-are-of-it",
                                                   release->name);
        g_autofree char *firmware = g_strdup_printf("/qemu-releases/%s/firmware-is-with-it",
                                                    release->name);

        g_test_add_data_func(version, release, test_version);
        g_test_add_data_func(firmware, release, test_firmware);
    }
    return g_test_run();
}
