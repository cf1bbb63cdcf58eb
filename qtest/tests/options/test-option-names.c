/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our host knows each option in the help of a stock QEMU, and each item of its -d.  It honours,
 * accepts or refuses them. */
#include <string.h>

#include <glib.h>

#include "qtest/host/options/options.h"
#include "qtest/tests/lib/qemu-release.h"

static const char *const architectures[] = { "x86_64", "aarch64" };

/* Most options refuse it, for its own sake. */
#define ANY_ARGUMENT "none"

/* `unknown` is the sentence about a name that nobody knows. */
static void known_expect(const char *architecture, const char *option, const char *argument,
                         const char *unknown)
{
    g_autofree char *program = g_strdup_printf("outboard-system-%s", architecture);
    char *words[] = { program, (char *)option, (char *)argument, NULL };
    HW_ERROR(error, 512);
    ObOptions *options = ob_options_new(3, words, &error);

    if (strstr(error.text, unknown)) {
        g_test_message("%s", error.text);
        g_test_fail();
    }
    ob_options_free(options);
}

/* "-name string1[,...": the help of each option starts a line. */
static void test_options(gconstpointer data)
{
    const QemuRelease *release = data;

    if (!qemu_release_require(release)) {
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(architectures); i++) {
        g_autofree char *text = qemu_release_answer(release, architectures[i], "-help", NULL);
        g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
        uint32_t count = 0;

        for (char **line = lines; *line; line++) {
            if (**line == '-') {
                (*line)[strcspn(*line, " ,/\t")] = 0;
                known_expect(architectures[i], *line, ANY_ARGUMENT, "unknown option, ");
                count++;
            }
        }
        g_assert_cmpuint(count, >, 100);
    }
}

/* A name, spaces, and its help.  The help's further lines start with names of nothing. */
static bool is_item(const char *line)
{
    size_t name = strcspn(line, " ");

    return name && name < 16 && g_ascii_islower(*line) && line[name] == ' ' &&
           strspn(line + name, " ") + name >= 16;
}

static void test_log_items(gconstpointer data)
{
    const QemuRelease *release = data;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    uint32_t count = 0;

    if (!qemu_release_require(release)) {
        return;
    }
    text = qemu_release_answer(release, "x86_64", "-d", "help");
    lines = g_strsplit(text, "\n", 0);
    for (char **line = lines; *line; line++) {
        if (is_item(*line)) {
            (*line)[strcspn(*line, " ")] = 0;
            known_expect("x86_64", "-d", *line, "unknown item");
            count++;
        }
    }
    g_assert_cmpuint(count, >, 15);
}

static void tests_add(const QemuRelease *release)
{
    static const struct {
        const char *name;
        void (*run)(gconstpointer data);
    } rows[] = { { "options", test_options }, { "log-items", test_log_items } };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/%s-of-qemu/%s/known", rows[i].name,
                                                release->name);

        g_test_add_data_func(path, release, rows[i].run);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        tests_add(release);
    }
    return g_test_run();
}
