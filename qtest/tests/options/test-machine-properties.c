/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each property that a stock QEMU lists for its machines is known to our host: accepted, or refused
 * with a reason. */
#include <string.h>

#include <glib.h>

#include "qtest/host/options/options.h"
#include "qtest/tests/lib/qemu-release.h"

/* QEMU's list has those with parts as one; "type" is the machine itself. */
static const char *const whole[] = { "boot", "memory", "smp", "memory-backend", "type", NULL };

static const struct {
    const char *architecture;
    const char *machine;
} machines[] = { { "x86_64", "pc" }, { "x86_64", "q35" }, { "aarch64", "virt" } };

static void property_expect(const char *architecture, const char *machine, const char *name)
{
    g_autofree char *program = g_strdup_printf("outboard-system-%s", architecture);
    g_autofree char *argument = g_strdup_printf("%s,%s=?", machine, name);
    char *words[] = { program, (char[]) { "-machine" }, argument, NULL };
    HW_ERROR(error, 512);
    ObOptions *options = ob_options_new(3, words, &error);

    if (strstr(error.text, "unknown property")) {
        g_test_message("%s", error.text);
        g_test_fail();
    }
    ob_options_free(options);
}

static void machine_expect(const QemuRelease *release, const char *architecture,
                           const char *machine)
{
    g_autofree char *argument = g_strdup_printf("%s,help", machine);
    g_autofree char *text = qemu_release_answer(release, architecture, "-machine", argument);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
    uint32_t count = 0;

    for (char **line = lines; *line; line++) {
        char *end = strstr(*line, "=<");

        if (!g_str_has_prefix(*line, "  ") || !end) {
            continue;
        }
        *end = 0;
        if (!g_strv_contains(whole, *line + 2)) {
            property_expect(architecture, machine, *line + 2);
        }
        count++;
    }
    g_assert_cmpuint(count, >, 20);
}

static void test_release(gconstpointer data)
{
    const QemuRelease *release = data;

    if (qemu_release_require(release)) {
        for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
            machine_expect(release, machines[i].architecture, machines[i].machine);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        g_autofree char *path = g_strdup_printf("/machine-properties/%s", release->name);

        g_test_add_data_func(path, release, test_release);
    }
    return g_test_run();
}
