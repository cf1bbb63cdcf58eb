/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -record of our host, and outboard-lab replay. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/client/client.h"
#include "qtest/tests/lib/shell.h"

#define BEACON UINT64_C(0xfe000000)

static void record(const ObScratch *scratch)
{
    g_autofree char *arguments = g_strdup_printf("-device beacon -record %s/r.rec",
                                                 ob_scratch_path(scratch));
    const ObStart how = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 400);
    ObClient *c = ob_client_start(&how, &error);

    g_assert_cmpstr(error.text, ==, "");
    ob_client_writel(c, BEACON + 4, 3);
    g_assert_cmpuint(ob_client_readl(c, BEACON + 8), ==, 1);
    ob_client_quit(c);
}

static void test_same(void)
{
    ObScratch *scratch = ob_scratch_new();

    record(scratch);
    shell_assert_says(scratch, "$OB_LAB replay --set $OUTBOARD_SET r.rec",
                      "r.rec: the same: 1 reads, 1 writes, 2 calls of devices, 0 responses, in ");
    ob_scratch_free(scratch);
}

/* The register's answer in the file is changed, so that the device differs. */
static void test_differs(void)
{
    ObScratch *scratch = ob_scratch_new();

    record(scratch);
    shell_run(scratch, "zcat r.rec | perl -0777 -pe 's/\\x09\\x01\\x00\\x00\\x04\\x04\\x01\\x01/"
                       "\\x09\\x01\\x00\\x00\\x04\\x04\\x01\\x00/' | gzip >d.rec");
    shell_run(scratch, "$OB_LAB replay --set $OUTBOARD_SET r.rec d.rec >out; test $? = 1");
    shell_assert_says(scratch, "cat out",
                      ": beacon STATUS -> 0x1 (pending); in the recording beacon STATUS -> 0x0");
    ob_scratch_free(scratch);
}

typedef struct Refused {
    const char *path;
    const char *command;
    const char *sentence;
} Refused;

static const Refused refused[] = {
    { "/replay-program/refused/no-recording", "$OB_LAB replay", "replay: expected a recording" },
    { "/replay-program/refused/file-is-not-there",
      "$OB_LAB replay --set $OUTBOARD_SET not-there.rec",
      "not-there.rec: No such file or directory" },
    { "/replay-program/refused/no-plugin", "$OB_LAB replay --set not-there.so a.rec",
      "not-there.so: can't be opened: No such file or directory" },
    { "/record-program/refused/no-folder", "$OB_PROGRAM -record /not-there/r.rec",
      "record: can't write '/not-there/r.rec': No such file or directory" },
    { "/record-program/refused/empty-name", "$OB_PROGRAM -record ''",
      "invalid value '': expected a file name" },
};

static void test_refused(gconstpointer data)
{
    const Refused *row = data;
    ObScratch *scratch = ob_scratch_new();

    shell_assert_refused(scratch, row->command, row->sentence);
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/replay-program/same", test_same);
    g_test_add_func("/replay-program/differs", test_differs);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_add_data_func(refused[i].path, &refused[i], test_refused);
    }
    return g_test_run();
}
