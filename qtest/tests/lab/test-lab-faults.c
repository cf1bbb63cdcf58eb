/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The faults of flawed.c: the laboratory finds each, minimises it and writes a script.  The script
 * shows the fault again; without the fault it shows nothing.  OB_FAULTS: "few" or "all".
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

#include "qtest/tests/lib/sanitized.h"
#include "qtest/tests/lib/shell.h"

typedef struct Fault {
    const char *path;
    uint32_t number;
    const char *oracle;
    uint32_t steps; /* once minimised: there may be several ways, of at most so many steps */
    bool is_quick;
} Fault;

static const Fault faults[] = {
    { "/lab/fault/write-beyond-the-device", 1, "crash", 4, true },
    { "/lab/fault/read-beyond-the-device", 2, "crash", 4 },
    { "/lab/fault/state-is-lost", 3, "saved", 4, true },
    { "/lab/fault/save-changes-state", 4, "saved", 5 },
    { "/lab/fault/own-state-is-refused", 5, "saved", 5 },
    { "/lab/fault/bit-does-not-clear", 6, "w1c", 6, true },
    { "/lab/fault/ring-is-read-too-early", 7, "moved", 6 },
    { "/lab/fault/line-is-lost", 8, "moved", 6 },
    { "/lab/fault/double-free", 9, "crash", 5 },
    { "/lab/fault/leak", 10, "leak", 5 },
    { "/lab/fault/static-variable", 11, "again", 4, true },
    { "/lab/fault/real-time", 12, "again", 5 },
    { "/lab/fault/read-counts", 13, "bytes", 2, true },
    { "/lab/fault/read-lowers-a-line", 14, "lines", 6 },
    { "/lab/fault/bit-without-a-name", 15, "fields", 5 },
    { "/lab/fault/endless-loop", 16, "hang", 5 },
    { "/lab/fault/endless-timer", 17, "hang", 6 },
    { "/lab/fault/store-is-not-told", 18, "again", 5 },
    { "/lab/fault/deadline-is-lost", 19, "moved", 5 },
    { "/lab/fault/memory-is-old", 20, "rom", 2, true },
};

static char *output_of(const ObScratch *scratch, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The command may end with any status. */
static char *output_of(const ObScratch *scratch, const char *format, ...)
{
    g_autofree char *command = NULL, *any = NULL;
    va_list list;

    va_start(list, format);
    command = g_strdup_vprintf(format, list);
    va_end(list);
    any = g_strconcat("{ ", command, "; echo \"status $?\"; }", NULL);
    return shell_output(scratch, any);
}

static void assert_has(const char *output, const char *format, const char *detail)
{
    g_autofree char *text = g_strdup_printf(format, detail);

    if (!strstr(output, text)) {
        g_test_message("expected '%s' in: %s", text, output);
        g_test_fail();
    }
}

/* Steps are commands, and the directive `move`. */
static uint32_t steps_of(const char *script)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    uint32_t count = 0;

    for (char **line = lines; *line && !strstr(*line, "lab: answer"); line++) {
        count += (**line && **line != '#') || strstr(*line, "lab: move") != NULL;
    }
    return count;
}

static void test_fault(gconstpointer data)
{
    const Fault *fault = data;
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *found = NULL, *script = NULL, *again = NULL, *without = NULL;

    found = output_of(scratch, "$OB_LAB fuzz --seed 1 --seconds 60 $OB_FLAWED flawed,fault=%u",
                      fault->number);
    assert_has(found, "found %s: ", fault->oracle);
    assert_has(found, "status %s\n", "1");
    script = shell_output(scratch, "cat flawed-*.qtest");
    g_assert_cmpuint(steps_of(script), >, 0);
    g_assert_cmpuint(steps_of(script), <=, fault->steps);
    again = output_of(scratch, "$OB_LAB run --set $OB_FLAWED flawed-*.qtest");
    assert_has(again, "found %s: ", fault->oracle);
    assert_has(again, "status %s\n", "1");
    without = output_of(scratch, "sed -i 's/fault=[0-9]*/fault=0/' flawed-*.qtest; "
                                 "$OB_LAB run --set $OB_FLAWED flawed-*.qtest");
    assert_has(without, "no fault\nstatus %s\n", "0");
    ob_scratch_free(scratch);
}

/* A build with sanitizers does not count memory. */
static bool is_wanted(const Fault *fault, bool all)
{
    return (all || fault->is_quick) &&
           !(strcmp(fault->oracle, "leak") == 0 && devices_are_sanitized());
}

/* A device without a fault: nothing is found. */
static void test_none(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *output = output_of(scratch,
                                        "$OB_LAB fuzz --seed 1 --runs %s $OB_FLAWED flawed,fault=0",
                                        g_strcmp0(g_getenv("OB_FAULTS"), "all") ? "5000"
                                                                                : "100000");

    assert_has(output, "no fault found\nstatus %s\n", "0");
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    bool all;

    g_test_init(&argc, &argv, NULL);
    all = g_strcmp0(g_getenv("OB_FAULTS"), "all") == 0;
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        if (is_wanted(&faults[i], all)) {
            g_test_add_data_func(faults[i].path, &faults[i], test_fault);
        }
    }
    g_test_add_func("/lab/fault/none", test_none);
    return g_test_run();
}
