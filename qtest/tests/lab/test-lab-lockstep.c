/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-lab lockstep beside our host: planted differences, known differences and refusals. */
#include <string.h>

#include <glib.h>

#include "qtest/tests/lib/shell.h"

typedef struct Row {
    const char *path;
    const char *command;
    const char *text;
} Row;

#define LAB           "$OB_LAB lockstep --seed 1 --beside host "
#define FLAWED        "$OB_FLAWED flawed "
#define FAULT(n)      "--own flawed,fault=" #n " "
#define KNOWN(rows)   "printf '%s\\n' " rows " >k; "
#define SCRIPT(lines) "printf '%s\\n' '# lab: device flawed' " lines " >s.qtest; "

/* The bit without a name comes to MODE. */
#define BIT \
    SCRIPT("'writel 0xfe000014 1' 'writel 0xfe000004 6' 'writel 0xfe000014 1' 'readl 0xfe000004'")

/* With status 1. */
static const Row found[] = {
    { "/lab/lockstep/found/answer", BIT LAB FAULT(15) FLAWED "s.qtest",
      "differs: flawed.MODE reads 0x6 (mode=6) in process, 0x106 (mode=6) beside" },
    { "/lab/lockstep/found/interrupt-line", LAB FAULT(6) FLAWED,
      "interrupt line 5 is low in process, high beside" },
    { "/lab/lockstep/found/fewest-steps", LAB FAULT(6) FLAWED, "minimised: 3 of " },
    { "/lab/lockstep/found/state",
      SCRIPT("'writel 0xfe000014 1' 'writel 0xfe000004 4'") LAB
      "--own flawed,addr=0xfe000000,fault=4 " FLAWED "s.qtest",
      "differs: state: flawed:" },
    { "/lab/lockstep/found/end-of-the-other",
      SCRIPT("'writel 0xfe000014 1' 'writel 0xfe000004 2' 'writel 0xfe000014 1' 'readl 0xfe000000'")
          LAB FAULT(9) FLAWED "s.qtest",
      "minimised: 3 of 4 steps" },
    { "/lab/lockstep/found/after-a-reset",
      SCRIPT("'writel 0xfe000004 3' '# lab: reset' 'writel 0xfe000014 1' 'writel 0xfe000004 3' "
             "'writel 0xfe000010 1' 'readl 0xfe000010'") LAB FAULT(6) FLAWED "s.qtest",
      "minimised: 3 of " },
    { "/lab/lockstep/found/state-lost-in-a-move",
      SCRIPT("'writel 0xfe000004 1' 'writel 0xfe000014 2' '# lab: move' 'writel 0xfe000014 1' "
             "'readl 0xfe000010'") LAB FAULT(3) FLAWED "s.qtest",
      "differs: interrupt line 5 is high in process, low beside" },
    { "/lab/lockstep/found/refusal-of-a-move",
      SCRIPT("'writel 0xfe000004 7' 'writel 0xfe000014 1' '# lab: move' 'readl 0xfe000000'")
          LAB FAULT(5) FLAWED "s.qtest",
      "differs: a move beside: the machine refuses its own state" },
    { "/lab/lockstep/found/stale-row",
      KNOWN("'differs flawed.ID 1: a reason'") LAB
      "--known k --steps 500 --own flawed,fault=0 " FLAWED,
      "k:1: stale: 'differs flawed.ID' was never met" },
};

/* With status 0. */
static const Row fine[] = {
    { "/lab/lockstep/fine/same-device", LAB "--steps 2000 " FLAWED, "no difference from host " },
    { "/lab/lockstep/fine/script-alone", SCRIPT("'readl 0xfe000000'") LAB FLAWED "s.qtest",
      ": 1 steps, 1 answers and 1 sections of streams compared" },
    { "/lab/lockstep/fine/move",
      SCRIPT("'writel 0xfe000004 1' '# lab: move' 'readl 0xfe000004'") LAB FLAWED "s.qtest",
      "compared, 1 moves" },
    { "/lab/lockstep/fine/no-move-while-a-line-is-high",
      SCRIPT("'writel 0xfe000004 1' 'writel 0xfe000014 2' 'writel 0xfe000014 1' '# lab: move' "
             "'readl 0xfe000010'") LAB FLAWED "s.qtest",
      "compared, 0 moves" },
    { "/lab/lockstep/fine/moves-left-out",
      KNOWN("'leave move: a reason'") LAB "--known k --steps 600 " FLAWED, "compared, 0 moves" },
    { "/lab/lockstep/fine/known-bits",
      KNOWN("'differs flawed.MODE 0x100: a bit' 'field flawed:regs[1]: the same'")
          BIT LAB FAULT(15) "--known k " FLAWED "s.qtest",
      "no difference" },
    { "/lab/lockstep/fine/known-line",
      KNOWN("'line 5: the bit sticks' 'differs flawed.STATUS 1: the bit sticks' "
            "'field flawed:regs[4]: the bit sticks'")
          SCRIPT("'writel 0xfe000014 1' 'writel 0xfe000004 3' 'writel 0xfe000010 1' 'readl "
                 "0xfe000010'") LAB FAULT(6) "--known k " FLAWED "s.qtest",
      "no difference" },
    { "/lab/lockstep/fine/kept-bits",
      KNOWN("'keep flawed.MODE 4: mode 3 is left out'")
          LAB FAULT(6) "--steps 3000 --known k " FLAWED,
      "no difference" },
    { "/lab/lockstep/fine/left-out",
      KNOWN("'leave flawed.MODE: its modes'") LAB FAULT(6) "--steps 3000 --known k " FLAWED,
      "no difference" },
    { "/lab/lockstep/fine/first-and-width",
      KNOWN("'first flawed.MODE=0x2: a mode' 'width flawed.* 4: words alone' "
            "'set flawed.MODE 0x10: a bit'") LAB "--steps 3000 --known k " FLAWED,
      "no difference" },
    { "/lab/lockstep/fine/new-machines-for-resets",
      KNOWN("'leave reset: a reason'") LAB "--steps 600 --known k " FLAWED, "no difference" },
    { "/lab/lockstep/fine/row-of-a-release",
      KNOWN("'differs flawed.ID 1 in 7.2,10.0: QEMU says so there'") LAB
      "--steps 500 --known k " FLAWED,
      "no difference" },
    { "/lab/lockstep/fine/pci", LAB "--steps 2000 $OUTBOARD_SET pci-beacon", "no difference" },
    { "/lab/lockstep/fine/virt",
      LAB "--arch aarch64 --machine virt --steps 2000 $OUTBOARD_SET pci-testdev", "no difference" },
};

/* With status 2. */
static const Row refused[] = {
    { "/lab/lockstep/refused/nothing-beside", "$OB_LAB lockstep " FLAWED,
      "--beside: '', expected qemu or host, or qemu=PROGRAM" },
    { "/lab/lockstep/refused/unknown-place", "$OB_LAB lockstep --beside mars " FLAWED,
      "--beside: 'mars', expected qemu or host, or qemu=PROGRAM" },
    { "/lab/lockstep/refused/no-device", "$OB_LAB lockstep --beside host $OB_FLAWED",
      "lockstep: expected a plugin and a device" },
    { "/lab/lockstep/refused/unknown-device", LAB "$OB_FLAWED lamp", "'lamp'" },
    { "/lab/lockstep/refused/unknown-device-beside", LAB "--own lamp " FLAWED, "--beside host: " },
    { "/lab/lockstep/refused/no-program", "$OB_LAB lockstep --beside host=/not-there " FLAWED,
      "--beside host: /not-there has not connected to its qtest socket" },
    { "/lab/lockstep/refused/no-known-file", LAB "--known not-there " FLAWED,
      "No such file or directory" },
    { "/lab/lockstep/refused/no-step-is-left",
      KNOWN("'leave flawed.*: all' 'leave memory*: all' 'leave reset: all' 'leave clock: all'") LAB
      "--known k " FLAWED,
      "lockstep: no step is left that both machines can make" },
    { "/lab/lockstep/refused/first-is-not-there",
      KNOWN("'first flawed.MOON: a reason'") LAB "--known k " FLAWED,
      "k:1: there is no 'flawed.MOON'" },
    { "/lab/lockstep/refused/script", "echo fly >s.qtest; " LAB FLAWED "s.qtest",
      "s.qtest: script: line 1: the command 'fly'" },
    { "/lab/lockstep/refused/row/word", KNOWN("'fly a.B: a reason'") LAB "--known k " FLAWED,
      "k:1: the word 'fly', expected differs, line, field, keep, set, width, leave, first or "
      "wait" },
    { "/lab/lockstep/refused/row/reason", KNOWN("'# c' 'leave a.B'") LAB "--known k " FLAWED,
      "k:2: no reason: 'leave a.B', expected ': ' and the reason" },
    { "/lab/lockstep/refused/row/place", KNOWN("'leave: a reason'") LAB "--known k " FLAWED,
      "k:1: no place after 'leave', expected a place" },
    { "/lab/lockstep/refused/row/mask",
      KNOWN("'differs a.B all: a reason'") LAB "--known k " FLAWED,
      "k:1: the mask 'all', expected 1 to 0xffffffff" },
    { "/lab/lockstep/refused/row/more-words",
      KNOWN("'leave a.B on 7.2: a reason'") LAB "--known k " FLAWED,
      "k:1: the word 'on', expected 'in' and QEMU's releases, or the end" },
};

static void assert_status(const Row *row, int status)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *command = g_strdup_printf("touch k; (%s); test $? = %d || echo another status",
                                               row->command, status);
    g_autofree char *output = shell_output(scratch, command);

    if (!strstr(output, row->text) || strstr(output, "another status")) {
        g_test_message("expected '%s' and status %d in: %s", row->text, status, output);
        g_test_fail();
    }
    ob_scratch_free(scratch);
}

static void test_found(gconstpointer row)
{
    assert_status(row, 1);
}

static void test_fine(gconstpointer row)
{
    assert_status(row, 0);
}

static void test_refused(gconstpointer row)
{
    assert_status(row, 2);
}

/* The script of a difference shows it again. */
static void test_script_again(void)
{
    const Row row = { NULL,
                      LAB FAULT(6) FLAWED "| sed -n '/^# lab: script/,$p' >s.qtest; " LAB FAULT(6)
                          FLAWED "s.qtest",
                      "minimised: 3 of 3 steps" };

    assert_status(&row, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(found); i++) {
        g_test_add_data_func(found[i].path, &found[i], test_found);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(fine); i++) {
        g_test_add_data_func(fine[i].path, &fine[i], test_fine);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_add_data_func(refused[i].path, &refused[i], test_refused);
    }
    g_test_add_func("/lab/lockstep/script-shows-it-again", test_script_again);
    return g_test_run();
}
