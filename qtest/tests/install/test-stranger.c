/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of an author who has an installation and no tree: a device of each kind is made, built and
 * tested.  It runs in our host and in stock QEMU, and outboard-lab finds its fault.  The directories
 * have spaces, as people's have.
 */
#include <glib.h>

#include "qtest/tests/install/installation.h"
#include "qtest/tests/install/page.h"

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

/* The guest of the page: its lines, and the program's, are both in the output. */
static const char machine_script[] =
    "mkfifo in out; exec 3<>in 4<>out; $MACHINE <in >out 2>&1 & "
    "say() { echo \"$1\"; echo \"$1\" >&3; }; "
    "await() { while read -r line <&4; do echo \"$line\"; "
    "          case $line in *\"$1\"*) return;; esac; done; }; "
    "say 'writel 0xfe000004 0x2'; await OK; $EDIT && $MAKE; await 'reloaded for'; "
    "say 'readl 0xfe000008'; await OK; kill $!; wait";

static const char *words(const GPtrArray *commands, guint index)
{
    return ((PageCommand *)commands->pdata[index])->words;
}

/* The commands that end by themselves. */
static void commands_run(const ObScratch *scratch, const GPtrArray *commands, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        g_autofree char *command = g_strdup_printf("%s || test $? = 1", words(commands, i));
        g_autofree char *output = shell_output(scratch, command);

        page_assert_output(commands->pdata[i], output);
    }
}

enum { SPOIL, MAKE, FUZZ, MINIMISE, IN_QEMU, MACHINE, MEND, MAKE_AGAIN, RUN, COMMANDS };

/* The page's machine runs while its device is mended. */
static void machine_run(const ObScratch *scratch, const GPtrArray *commands)
{
    g_autofree char *script = g_strdup(machine_script);
    g_autoptr(GString) text = g_string_new(script);
    g_autofree char *output = NULL;

    g_string_replace(text, "$MACHINE", words(commands, MACHINE), 1);
    g_string_replace(text, "$EDIT", words(commands, MEND), 1);
    g_string_replace(text, "$MAKE", words(commands, MAKE_AGAIN), 1);
    output = shell_output(scratch, text->str);
    page_assert_output(commands->pdata[MACHINE], output);
    page_assert_output(commands->pdata[MAKE_AGAIN], output);
}

static void test_page_leads_from_fault_to_repair(void)
{
    g_autofree char *page = g_build_filename(g_getenv("OB_SOURCE"), "scripts/new-device.rst", NULL);
    g_autoptr(GPtrArray) commands = page_commands(page, "From a fault to its repair");
    ObScratch *scratch = installation_new("installed");

    g_assert_cmpuint(commands->len, ==, COMMANDS);
    installation_use(scratch);
    shell_run(scratch, "outboard-new-device com.example.sand-glass sand-glass");
    commands_run(scratch, commands, SPOIL, MACHINE);
    machine_run(scratch, commands);
    commands_run(scratch, commands, RUN, COMMANDS);
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
    g_test_add_func("/stranger/page/leads-from-a-fault-to-its-repair",
                    test_page_leads_from_fault_to_repair);
    return g_test_run();
}
