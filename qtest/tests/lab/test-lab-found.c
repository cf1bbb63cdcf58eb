/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scripts in found/, each in the place OB_IN: "process", "host", or "qemu" with the bridge and the
 * program OB_QEMU_PROGRAM.  Each shows the same fault there, or says why it can't.
 */
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "qtest/tests/lib/shell.h"

enum { PROCESS, HOST, QEMU, PLACES };

typedef struct Row {
    const char *path;
    const char *script;
    const char *texts[PLACES]; /* in the output */
} Row;

#define CLOCK "--in qemu: no step of the clock is possible in a QEMU without the accelerator qtest"

static const Row rows[] = {
    { "/lab/found/beacon-moves",
      "beacon-moves",
      { "no fault\n", "in host: no fault: all commands have answers",
        "in qemu: no fault: all commands have answers" } },
    { "/lab/found/tpm-moves",
      "tpm-moves",
      { "no fault\n", "in host: no fault: all commands have answers",
        "in qemu: no fault: all commands have answers" } },
    { "/lab/found/read-beyond",
      "flawed-read-beyond",
      { "found crash: the process ends with ",
        /* Only a sanitizer sees it there. */
        "in host: ", "in qemu: " } },
    { "/lab/found/stuck-bit",
      "flawed-stuck-bit",
      { "found w1c: STATUS: ones were written to 0x1, and they are still set",
        "in host: the same fault: the answer is 0x1, with the fault 0x1, without it 0x0",
        "in qemu: the same fault: the answer is 0x1, with the fault 0x1, without it 0x0" } },
    { "/lab/found/stale-dma",
      "flawed-stale-dma",
      { "found moved: COUNT is 0x0 after a move, and 0x8 otherwise",
        "in host: the same fault: the answer is 0x0, with the fault 0x0, without it 0x8",
        "in qemu: the same fault: the answer is 0x0, with the fault 0x0, without it 0x8" } },
    { "/lab/found/refused-state",
      "flawed-refused-state",
      { "found saved: the machine refuses its own state: flawed: an error in mode 7",
        "in host: the same fault: the machine refuses its own state",
        "in qemu: the same fault: the machine refuses its own state" } },
    { "/lab/found/save-changes",
      "flawed-save-changes",
      { "found saved: flawed: saved, loaded and saved again, 'regs' has other bytes",
        "--in host: a stream's bytes are compared in process only",
        "--in qemu: a stream's bytes are compared in process only" } },
    { "/lab/found/static-variable",
      "flawed-static-variable",
      { "found again: COUNT is 0x2 the second time, and 0x1 otherwise",
        "--in host: the rule 'again' compares two runs of one process",
        "--in qemu: the rule 'again' compares two runs of one process" } },
    { "/lab/found/endless-loop",
      "flawed-endless-loop",
      { "found hang: a step does not end",
        "in host: the same fault: ", "in qemu: the same fault: " } },
    { "/lab/found/missed-update",
      "flawed-missed-update",
      { "found moved: after a move an interrupt line has another level",
        "in host: the same fault: interrupt line 5 is low",
        "in qemu: the same fault: interrupt line 5 is low" } },
    { "/lab/found/read-lowers",
      "flawed-read-lowers",
      { "found lines: a read changes an interrupt line",
        "in host: the same fault: interrupt line 5 is low",
        "in qemu: the same fault: interrupt line 5 is low" } },
    { "/lab/found/lost-deadline",
      "flawed-lost-deadline",
      { "found moved: an interrupt line has another level after a move",
        "in host: the same fault: the answer is 0x0, with the fault 0x0, without it 0x1", CLOCK } },
};

static int place_of(const char *in)
{
    return strcmp(in, "qemu") == 0 ? QEMU : strcmp(in, "host") == 0 ? HOST : PROCESS;
}

/* The output of the command, with any status. */
static char *run(const Row *row, const char *script)
{
    const char *program = g_getenv("OB_QEMU_PROGRAM");
    bool is_flawed = g_str_has_prefix(row->script, "flawed");
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *command = g_strdup_printf(
        "cp $OB_FOUND/%s.qtest fault.qtest; sed s/fault=[0-9]*/fault=0/ fault.qtest >none.qtest; "
        "$OB_LAB run --in %s --set %s %s%s %s || true",
        row->script, g_getenv("OB_IN"), is_flawed ? "$OB_FLAWED" : "$OUTBOARD_SET",
        program ? "--bridge $OUTBOARD_BRIDGE --program " : "", program ? program : "", script);
    char *output = shell_output(scratch, command);

    ob_scratch_free(scratch);
    return output;
}

/* With the fault, and without it. */
static void test_script(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *output = run(row, "fault.qtest");
    g_autofree char *without = run(row, "none.qtest");

    if (!strstr(output, row->texts[place_of(g_getenv("OB_IN"))])) {
        g_test_message("%s", output);
        g_test_fail();
    }
    if (strstr(without, "the same fault") || strstr(without, "found ")) {
        g_test_message("without the fault: %s", without);
        g_test_fail();
    }
}

/* Each script has a row. */
static void test_complete(void)
{
    GDir *folder = g_dir_open(g_getenv("OB_FOUND"), 0, NULL);
    const char *name;
    guint count = 0;

    while ((name = g_dir_read_name(folder))) {
        count += g_str_has_suffix(name, ".qtest");
    }
    g_dir_close(folder);
    g_assert_cmpuint(count, ==, G_N_ELEMENTS(rows));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lab/found/each-script-has-a-row", test_complete);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_add_data_func(rows[i].path, &rows[i], test_script);
    }
    return g_test_run();
}
