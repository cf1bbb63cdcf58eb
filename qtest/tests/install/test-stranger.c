/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of an author who has an installation and no tree: a device of each kind is made, built and
 * tested.  It runs in our host and in stock QEMU, and outboard-lab finds its fault.  The directories
 * have spaces, as people's have.
 */
#include <glib.h>

#include "qtest/tests/install/installation.h"

static const char *const kinds[] = { "", "--pci", "--net", "--i2c", "--display" };

/* Makes a device, and keeps the commands that outboard-new-device prints. */
static ObScratch *device_new(const char *kind)
{
    ObScratch *scratch = installation_new("my files");
    g_autofree char *command = g_strdup_printf("outboard-new-device %s com.acme.door-bell 'my own' "
                                               "| sed '1,/^Then:/d' >commands && test -s commands",
                                               kind);

    installation_use(scratch);
    shell_run(scratch, command);
    return scratch;
}

/* A person ends the host and QEMU by hand: here their monitors do. */
static void test_printed_commands_work(gconstpointer kind)
{
    ObScratch *scratch = device_new(kind);

    shell_run(scratch, "sed -e 's/^ *\\(.*\\) -qtest stdio$/echo quit | \\1 -monitor stdio/' "
                       "-e 's/^ *qemu.*/echo quit | & -S -display none -monitor stdio/' "
                       "commands >steps");
    shell_run(scratch, "test $(grep -c '^echo quit | .*door-bell.so' steps) = 2");
    shell_assert_says(scratch, "sh -e -x ./steps", "ok 2 /door-bell/");
    ob_scratch_free(scratch);
}

static void test_meson_builds(gconstpointer kind)
{
    ObScratch *scratch = device_new(kind);

    shell_run(scratch, "meson setup 'my own/build' 'my own'");
    shell_assert_says(scratch, "meson test -C 'my own/build'", "Fail:               0");
    ob_scratch_free(scratch);
}

/* A mistake: the bit comes back as soon as anything was counted. */
static void test_lab_finds_a_fault(void)
{
    ObScratch *scratch = device_new("");
    static const char *const places[] = { "process", "host", "qemu" };

    shell_run(scratch, "sed -i '/bool pending = /i\\    s->regs[STATUS] |= s->regs[COUNT] ? "
                       "STATUS_PENDING : 0;' 'my own/door-bell.c' && make -C 'my own'");
    shell_assert_refused(scratch,
                         "outboard-lab fuzz --runs 20000 --seed 1 'my own/door-bell.so' "
                         "com.acme.door-bell",
                         "found w1c: STATUS: ones were written to 0x1, and they are still set");
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *run = g_strdup_printf(
            "outboard-lab run --set \"$PWD/my own/door-bell.so\" --in "
            "%s *-w1c-*.qtest",
            places[i]);

        shell_assert_refused(scratch, run, i == 0 ? "found w1c: STATUS" : "the same fault");
    }
    shell_assert_refused(scratch,
                         "mkdir less && outboard-lab minimise --artifacts less --set "
                         "'my own/door-bell.so' *-w1c-*.qtest",
                         "found w1c: STATUS");
    shell_run(scratch, "sed -i '/? STATUS_PENDING : 0/d' 'my own/door-bell.c' && make -C 'my own'");
    shell_assert_says(scratch, "outboard-lab run --set 'my own/door-bell.so' *-w1c-*.qtest",
                      "no fault");
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const char *name = *kinds[i] ? kinds[i] + 2 : "plain";
        g_autofree char *commands = g_strdup_printf("/stranger/%s/printed-commands-work", name);
        g_autofree char *meson = g_strdup_printf("/stranger/%s/meson-builds-and-tests", name);

        g_test_add_data_func(commands, kinds[i], test_printed_commands_work);
        g_test_add_data_func(meson, kinds[i], test_meson_builds);
    }
    g_test_add_func("/stranger/lab/finds-a-fault-and-plays-it-everywhere", test_lab_finds_a_fault);
    return g_test_run();
}
