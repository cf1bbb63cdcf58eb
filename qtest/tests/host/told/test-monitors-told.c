/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each command of HMP and of QMP with many arguments, in one machine.  A golden file has the answers, each
 * with the arguments that have it.
 */
#include <glib.h>

#include "qtest/tests/host/told/every-command.h"

static void test_hmp(void)
{
    Told told;

    told_begin(&told);
    every_hmp(&told);
    told_end(&told, "told/hmp.txt");
}

static void test_qmp(void)
{
    Told told;

    told_begin(&told);
    every_qmp(&told);
    told_end(&told, "told/qmp.txt");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/monitors-told/hmp", test_hmp);
    g_test_add_func("/monitors-told/qmp", test_qmp);
    return g_test_run();
}
