/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scripts of the laboratory: written, read back, and refused. */
#include <string.h>

#include "qtest/lab/draw.h"
#include "qtest/lab/script.h"

enum { ROUNDS = 200, STEPS = 40 };

typedef struct Row {
    const char *path;
    const char *text;
    const char *sentence;
} Row;

static const Row refused[] = {
    { "/lab/script/refused/unknown-command", "fly 1\n",
      "script: line 1: the command 'fly', expected read, write, in or out with b, w, l or q, or "
      "clock_step" },
    { "/lab/script/refused/port-of-8-bytes", "inq 0x510\n",
      "script: line 1: the command 'inq', expected read, write, in or out with b, w, l or q, or "
      "clock_step" },
    { "/lab/script/refused/no-number", "\nreadl here\n",
      "script: line 2: invalid number 'here', expected a number in range" },
    { "/lab/script/refused/value-too-wide", "writeb 0x10 0x100\n",
      "script: line 1: invalid number '0x100', expected a number in range" },
    { "/lab/script/refused/port-too-high", "outb 0x10000 1\n",
      "script: line 1: invalid number '0x10000', expected a number in range" },
    { "/lab/script/refused/address-missing", "readl\n",
      "script: line 1: too few words after 'readl', expected a number" },
    { "/lab/script/refused/word-too-many", "readl 0x10 1\n",
      "script: line 1: too many words after 'readl', expected as many as the page says" },
    { "/lab/script/refused/clock-too-long", "clock_step 50000000\n",
      "script: line 1: invalid number '50000000', expected a number in range" },
    { "/lab/script/refused/unknown-directive", "# lab: sing\n",
      "script: line 1: the directive 'sing', expected one that the page lists" },
    { "/lab/script/refused/another-version", "# lab: script 2\n",
      "script: line 1: a script of version '2', expected 1" },
    { "/lab/script/refused/unknown-oracle", "# lab: found delphi says so\n",
      "script: line 1: the oracle 'delphi', expected one that 'outboard-lab help' lists" },
    { "/lab/script/refused/found-nothing", "# lab: found\n",
      "script: line 1: too few words after 'found', expected the name of an oracle" },
    { "/lab/script/refused/device-missing", "# lab: device\n",
      "script: line 1: too few words after 'device', expected a device" },
    { "/lab/script/refused/width-of-3", "# lab: file-read etc/x 0 3\n",
      "script: line 1: width '3', expected 1, 2, 4 or 8" },
    { "/lab/script/refused/name-missing", "# lab: file-read\n",
      "script: line 1: too few words after 'file-read', expected a name" },
    { "/lab/script/refused/answer-without-read", "# lab: answer 1 2\n",
      "script: 'answer' without a read after it" },
    { "/lab/script/refused/command-after-check", "# lab: answer 1 2\nreadl 0x10\nreadl 0x14\n",
      "script: line 3: a command after the check: 'readl', expected the script's end" },
    { "/lab/script/refused/answer-of-a-write", "# lab: answer 1 2\nwritel 0x10 1\n",
      "script: line 2: the check: 'writel', expected a read" },
    { "/lab/script/refused/level-as-expected", "# lab: level 5 1 1\n",
      "script: line 1: the expected level '1', expected the other level" },
    { "/lab/script/refused/no-text", "readl 0x10\n\xff\n",
      "script: invalid bytes: expected lines in UTF-8" },
};

static const Row misplaced[] = {
    { "/lab/script/refused/another-set", "# lab: plugin other 1.0\n",
      "script: it is for the plugin 'other', expected 'flawed'" },
    { "/lab/script/refused/unknown-file", "# lab: file-read etc/x 0 4\n",
      "script: line 1: the machine has no file 'etc/x'" },
    { "/lab/script/refused/unknown-function", "# lab: config-read nic 0 4\n",
      "script: line 1: the machine has no PCI function 'nic'" },
    { "/lab/script/refused/unknown-lines", "# lab: line lamp 0 1\n",
      "script: line 1: the machine has no device with input lines 'lamp'" },
};

static void test_refused(gconstpointer data)
{
    const Row *row = data;
    HW_ERROR(error, 300);

    g_assert_null(ob_lab_script_read(row->text, strlen(row->text), &error));
    g_assert_cmpstr(error.text, ==, row->sentence);
}

static const ObLabDevice flawed = { "flawed", NULL, 0 };

static ObLabSetup setup_of(void)
{
    return (ObLabSetup) { .set = g_getenv("OB_FLAWED"), .devices = &flawed, .device_count = 1 };
}

static ObLabTarget *target_new(void)
{
    const ObLabSetup setup = setup_of();
    HW_ERROR(error, 300);
    ObLabTarget *target = ob_lab_target_new(&setup, &error);

    g_assert_cmpstr(error.text, ==, "");
    return target;
}

static void test_misplaced(gconstpointer data)
{
    const Row *row = data;
    ObLabTarget *target = target_new();
    ObLabStep steps[OB_LAB_STEPS_MAX];
    HW_ERROR(error, 300);
    ObLabScript *script = ob_lab_script_read(row->text, strlen(row->text), &error);
    size_t count;

    g_assert_nonnull(script);
    g_assert_false(ob_lab_script_steps(script, target, steps, &count, &error));
    g_assert_cmpstr(error.text, ==, row->sentence);
    ob_lab_script_free(script);
    ob_lab_target_free(target);
}

static void test_too_long(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    ObLabTarget *target = target_new();
    ObLabStep steps[OB_LAB_STEPS_MAX];
    ObLabScript *script;
    HW_ERROR(error, 300);
    size_t count;

    for (uint32_t i = 0; i <= OB_LAB_STEPS_MAX; i++) {
        g_string_append(text, "clock_step\n");
    }
    script = ob_lab_script_read(text->str, text->len, &error);
    g_assert_false(ob_lab_script_steps(script, target, steps, &count, &error));
    g_assert_cmpstr(error.text, ==, "script: it has 513 steps, expected at most 512");
    ob_lab_script_free(script);
    ob_lab_target_free(target);
}

/* The script of the steps that a script gave is the same script. */
static void test_round_trip(void)
{
    const ObLabSetup setup = setup_of();
    ObLabTarget *target = target_new();
    ObRandom random = ob_random_from(1);

    for (uint32_t round = 0; round < ROUNDS; round++) {
        ObLabStep steps[STEPS], again[OB_LAB_STEPS_MAX];
        g_autofree char *first = NULL, *second = NULL;
        ObLabScript *script;
        HW_ERROR(error, 300);
        size_t count;

        for (uint32_t i = 0; i < STEPS; i++) {
            ob_lab_draw(target, &random, &steps[i]);
        }
        first = ob_lab_script_write(target, &setup, steps, STEPS, NULL);
        script = ob_lab_script_read(first, strlen(first), &error);
        g_assert_cmpstr(error.text, ==, "");
        g_assert_true(ob_lab_script_steps(script, target, again, &count, &error));
        g_assert_cmpuint(count, ==, STEPS);
        second = ob_lab_script_write(target, &setup, again, count, NULL);
        g_assert_cmpstr(second, ==, first);
        ob_lab_script_free(script);
    }
    ob_lab_target_free(target);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_add_data_func(refused[i].path, &refused[i], test_refused);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(misplaced); i++) {
        g_test_add_data_func(misplaced[i].path, &misplaced[i], test_misplaced);
    }
    g_test_add_func("/lab/script/refused/too-many-steps", test_too_long);
    g_test_add_func("/lab/script/read-back-as-written", test_round_trip);
    return g_test_run();
}
