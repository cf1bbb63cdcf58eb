/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-lab: its options, scripts and refusals. */
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "qtest/tests/lib/shell.h"

typedef struct Row {
    const char *path;
    const char *command;
    const char *text;
} Row;

#define HEAD "printf '# lab: device flawed\\n' >s.qtest; "

static const Row refused[] = {
    { "/lab/program/refused/no-command", "$OB_LAB",
      "outboard-lab: expected fuzz, lockstep, run, minimise, coverage, replay or help" },
    { "/lab/program/refused/unknown-command", "$OB_LAB fly",
      "expected fuzz, lockstep, run, minimise, coverage, replay or help" },
    { "/lab/program/refused/unknown-option", "$OB_LAB run --fly x", "unknown option '--fly'" },
    { "/lab/program/refused/option-of-the-other-command", "$OB_LAB run --seconds 1 x",
      "--seconds: this command does not have it" },
    { "/lab/program/refused/value-missing", "$OB_LAB fuzz --seconds",
      "--seconds: its value is missing" },
    { "/lab/program/refused/no-number", "$OB_LAB fuzz --runs many x y",
      "--runs: invalid number 'many'" },
    { "/lab/program/refused/unknown-rule", "$OB_LAB run --oracle delphi=off x",
      "--oracle: there is no rule 'delphi'" },
    { "/lab/program/refused/rule-neither-on-nor-off", "$OB_LAB run --oracle w1c=maybe x",
      "--oracle: 'w1c=maybe', expected w1c=off or w1c=on" },
    { "/lab/program/refused/crash-off", "$OB_LAB run --oracle crash=off x",
      "--oracle: crash can't be off" },
    { "/lab/program/refused/no-device", "$OB_LAB fuzz $OB_FLAWED",
      "fuzz: expected a plugin and a device" },
    { "/lab/program/refused/no-script", "$OB_LAB run", "run: expected a script" },
    { "/lab/program/refused/nothing-to-minimise", "$OB_LAB minimise",
      "minimise: expected a script" },
    { "/lab/program/refused/no-folder-for-the-script",
      HEAD "$OB_LAB minimise --artifacts not-there s.qtest",
      "--artifacts: invalid value 'not-there': expected a folder" },
    { "/lab/program/refused/two-scripts", "$OB_LAB run a b", "'b': expected one script" },
    { "/lab/program/refused/unknown-place", "$OB_LAB run --in mars a",
      "--in: 'mars', expected process, host or qemu" },
    { "/lab/program/refused/script-is-not-there", "$OB_LAB run not-there.qtest",
      "No such file or directory" },
    { "/lab/program/refused/script-without-a-device", "touch s.qtest; $OB_LAB run s.qtest",
      "s.qtest: the script names no device" },
    { "/lab/program/refused/bad-script", "echo fly >s.qtest; $OB_LAB run s.qtest",
      "s.qtest: script: line 1: the command 'fly'" },
    { "/lab/program/refused/unknown-tpm", HEAD "$OB_LAB run --tpm moon --set $OB_FLAWED s.qtest",
      "tpm0: unknown TPM backend type: 'moon'" },
    { "/lab/program/refused/unknown-machine",
      HEAD "$OB_LAB run --machine mars --set $OB_FLAWED s.qtest",
      "machine: 'mars' does not exist for architecture 'x86_64'" },
    { "/lab/program/refused/no-machine-in-the-host", HEAD "$OB_LAB run --in host s.qtest",
      "--in host: expected --machine, or '# lab: machine' in the script" },
    { "/lab/program/refused/host-is-not-there",
      HEAD "$OB_LAB run --in host --machine pc --program /not-there --set $OB_FLAWED s.qtest",
      "--in host: /not-there has not connected to its qtest socket" },
    { "/lab/program/refused/input-line-in-the-host",
      HEAD "echo '# lab: line lamp 0 1' >>s.qtest; "
           "$OB_LAB run --in host --machine pc --set $OB_FLAWED s.qtest",
      "--in host: input lines are driven in process only" },
    { "/lab/program/refused/configuration-in-the-host",
      HEAD "echo '# lab: config-read nic 0 4' >>s.qtest; "
           "$OB_LAB run --in host --machine pc --set $OB_FLAWED s.qtest",
      "--in host: firmware has not placed the PCI functions there" },
    { "/lab/program/refused/file-in-the-host",
      HEAD "echo '# lab: file-read etc/moon 0 4' >>s.qtest; "
           "$OB_LAB run --in host --machine pc --set $OB_FLAWED s.qtest",
      "--in host: firmware finds no such file there" },
    { "/lab/program/refused/script-of-another-set",
      HEAD "echo '# lab: plugin other 1.0' >>s.qtest; $OB_LAB run --set $OB_FLAWED s.qtest",
      "script: it is for the plugin 'other', expected 'flawed'" },
    { "/lab/program/refused/device-of-another-set", HEAD "$OB_LAB run --set $OUTBOARD_SET s.qtest",
      "'flawed'" },
};

/* Only a program that can fuzz comes so far. */
static const Row fuzz_refused[] = {
    { "/lab/program/refused/no-plugin", "$OB_LAB fuzz not-there.so flawed",
      "not-there.so: can't be opened: No such file or directory" },
    { "/lab/program/refused/unknown-device", "$OB_LAB fuzz $OB_FLAWED lamp", "'lamp'" },
    { "/lab/program/refused/unknown-property", "$OB_LAB fuzz $OB_FLAWED flawed,colour=red",
      "colour" },
    { "/lab/program/refused/no-folder", "$OB_LAB fuzz --artifacts not-there $OB_FLAWED flawed",
      "--artifacts: invalid value 'not-there': expected a folder" },
    { "/lab/program/refused/nothing-to-reach", "$OB_LAB fuzz $OB_FLAWED bare",
      "bare has nothing that a guest reaches" },
    { "/lab/program/refused/machine-that-does-not-come-back", "$OB_LAB fuzz $OUTBOARD_SET ramfb",
      "'ramfb' is a screen, which can't be put back" },
};

static void test_refused(gconstpointer data)
{
    const Row *row = data;
    ObScratch *scratch = ob_scratch_new();

    shell_assert_refused(scratch, row->command, row->text);
    ob_scratch_free(scratch);
}

static void test_help(void)
{
    ObScratch *scratch = ob_scratch_new();

    shell_assert_says(scratch, "$OB_LAB help", "usage: outboard-lab fuzz");
    shell_assert_says(scratch, "$OB_LAB fuzz --help", "w1c");
    ob_scratch_free(scratch);
}

static void test_says(const char *command, const char *text)
{
    ObScratch *scratch = ob_scratch_new();

    shell_assert_says(scratch, command, text);
    ob_scratch_free(scratch);
}

static void test_rule_is_off(void)
{
    test_says("printf '%s\\n' '# lab: device flawed,fault=20' 'clock_step 9000000' >s.qtest; "
              "! $OB_LAB run --set $OB_FLAWED s.qtest && "
              "$OB_LAB run --set $OB_FLAWED --oracle rom=off s.qtest",
              "found rom: NOW is 0x8, and the guest's memory there has 0x0\nno fault\n");
}

/* It may still be of use. */
static void test_another_version(void)
{
    test_says(HEAD "echo '# lab: plugin flawed 0.9' >>s.qtest; "
                   "$OB_LAB run --set $OB_FLAWED s.qtest",
              "the script is of version 0.9 of the plugin\nno fault\n");
}

#define STUCK                                                                                   \
    "printf '%s\\n' '# lab: device flawed,fault=FAULT' 'writel 0xfe000004 7' 'clock_step 100' " \
    "'writel 0xfe000004 0x13' 'writel 0xfe000008 7' 'writel 0xfe000014 2' 'readl 0xfe000000' "  \
    "'writel 0xfe000014 1' '# lab: reset' 'writel 0xfe000004 3' 'writel 0xfe000014 2' "         \
    "'writel 0xfe000014 1' 'writel 0xfe000010 3' >s.qtest; "

static void assert_minimised(const char *fault)
{
    g_autofree char *command = g_strconcat(STUCK "sed -i s/FAULT/", fault,
                                           "/ s.qtest; ! $OB_LAB minimise --set $OB_FLAWED s.qtest",
                                           NULL);

    test_says(command, "minimised: 4 of 12 steps");
}

static void test_minimise(void)
{
    assert_minimised("6");
}

/* Fewer steps end the process. */
static void test_minimise_beside_a_crash(void)
{
    assert_minimised("21");
}

/* One script has one result. */
static void test_minimise_twice(void)
{
    test_says(STUCK "sed -i s/FAULT/6/ s.qtest; $OB_LAB minimise --set $OB_FLAWED s.qtest >a; "
                    "$OB_LAB minimise --set $OB_FLAWED s.qtest >b; sed -i s/in.*ms// a b; cmp a b "
                    "&& ls flawed-w1c-*.qtest | wc -l",
              "1\n");
}

static void test_nothing_to_minimise(void)
{
    test_says(STUCK "sed -i s/FAULT/0/ s.qtest; $OB_LAB minimise --set $OB_FLAWED s.qtest",
              "no fault\n");
}

/* Offsets are drawn at random. */
static void test_no_registers(void)
{
    test_says("$OB_LAB fuzz --runs 200 $OB_FLAWED plain",
              "plain has no table of registers: offsets are drawn at random");
}

static void test_no_coverage(void)
{
    test_says("$OB_LAB fuzz --runs 200 $OB_FLAWED flawed",
              "is compiled without coverage (clang's -fsanitize=fuzzer-no-link): only registers "
              "guide the search");
}

/* A script with the fault's steps leads there at once, and another's is left out. */
static void test_seeds(void)
{
    test_says("mkdir c; printf '%s\\n' 'writel 0xfe000004 3' 'writel 0xfe000014 2' "
              "'writel 0xfe000014 1' 'writel 0xfe000010 1' >c/a.qtest; echo fly >c/b.qtest; "
              "! $OB_LAB fuzz --runs 20 --corpus c $OB_FLAWED flawed,fault=6",
              "c/b.qtest is left out: script: line 1: the command 'fly'");
}

int main(int argc, char **argv)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *ability = NULL;
    bool fuzzes;

    g_test_init(&argc, &argv, NULL);
    ability = shell_output(scratch, "$OB_LAB fuzz x y || true");
    fuzzes = !strstr(ability, "built without libFuzzer");
    ob_scratch_free(scratch);
    g_test_add_func("/lab/program/help", test_help);
    g_test_add_func("/lab/program/rule-is-off", test_rule_is_off);
    g_test_add_func("/lab/program/script-of-another-version", test_another_version);
    g_test_add_func("/lab/program/minimise/fewest-steps", test_minimise);
    g_test_add_func("/lab/program/minimise/beside-a-crash", test_minimise_beside_a_crash);
    g_test_add_func("/lab/program/minimise/one-result", test_minimise_twice);
    g_test_add_func("/lab/program/minimise/no-fault", test_nothing_to_minimise);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_add_data_func(refused[i].path, &refused[i], test_refused);
    }
    for (size_t i = 0; fuzzes && i < G_N_ELEMENTS(fuzz_refused); i++) {
        g_test_add_data_func(fuzz_refused[i].path, &fuzz_refused[i], test_refused);
    }
    if (fuzzes) {
        g_test_add_func("/lab/program/device-without-registers", test_no_registers);
        g_test_add_func("/lab/program/set-without-coverage", test_no_coverage);
        g_test_add_func("/lab/program/scripts-are-seeds", test_seeds);
    }
    return g_test_run();
}
