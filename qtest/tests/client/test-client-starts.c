/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line that a client gives to its program, and what it tells of a program that ends. */
#include <stdlib.h>
#include <string.h>

#include "qtest/client/client.h"

/* Each path of a client's socket is masked. */
static char *masked(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("[^ :=]*/outboard-[A-Za-z0-9]{6}(?=/)", 0, 0, NULL);

    return g_regex_replace_literal(regex, text, -1, 0, "DIR", 0, NULL);
}

/* ------------------------------------------------------------------ the command line */

#define TELLS                                                                             \
    "sh -c 'echo \"$@\" >&2; while [ $# -gt 1 ]; do case $1 in -bios|-kernel) wc -c <$2 " \
    ">&2; od -An -tx1 -w8 $2 | head -1 >&2; tail -c 16 $2 | od -An -tx1 >&2;; esac; shift; done' "
#define QTEST                                              \
    "-qtest unix:DIR/qtest.sock -qtest-log none -chardev " \
    "socket,path=DIR/qtest.qmp,id=char0 -mon chardev=char0,mode=control -display none "
#define ZEROS " 00 00 00 00 00 00 00 00"

typedef struct Row {
    const char *path;
    ObStart start;
    const char *variable, *value; /* in the environment */
    const char *told;             /* NULL: as QTEST, and `rest` */
    const char *rest;
} Row;

/* clang-format off */
static const Row rows[] = {
    { "plain", { .program = TELLS "host" }, NULL, NULL, NULL, "-accel qtest" },
    { "arguments", { .program = TELLS "host", .arguments = "-machine 'a  b'" }, NULL, NULL, NULL,
      "-machine a  b -accel qtest" },
    { "trace", { .program = TELLS "host" }, "QTEST_TRACE", "pci_*,file=x",
      "-trace pci_*,file=x " QTEST "-accel qtest", NULL },
    { "log", { .program = TELLS "host" }, "QTEST_LOG", "1",
      "-qtest unix:DIR/qtest.sock -qtest-log /dev/fd/2 -chardev "
      "socket,path=DIR/qtest.qmp,id=char0 -mon chardev=char0,mode=control -display none "
      "-accel qtest", NULL },
    { "stopped", { .program = TELLS "host", .accelerator = "tcg" }, NULL, NULL, NULL,
      "-accel tcg -S" },
    { "halts-only-with-a-cpu", { .program = TELLS "host", .halts = true }, NULL, NULL, NULL,
      "-accel qtest" },
    { "halts-on-x86", { .program = TELLS "host", .accelerator = "tcg", .halts = true }, NULL, NULL,
      NULL, "-accel tcg -bios DIR/halt\n65536\n" ZEROS "\n fa f4 eb fd 00 00 00 00" ZEROS },
    { "halts-on-arm64", { .program = TELLS "aarch64", .accelerator = "tcg", .halts = true }, NULL,
      NULL, NULL, "-accel tcg -kernel DIR/halt\n65536\n 7f 20 03 d5 ff ff ff 17\n" ZEROS ZEROS },
};
/* clang-format on */

static void test_row(gconstpointer opaque)
{
    const Row *row = opaque;
    HW_ERROR(error, 4096);
    g_autofree char *told = NULL;
    g_autofree char *expected = g_strdup_printf("its last lines on stderr:\n%s%s",
                                                row->told ? row->told : QTEST,
                                                row->rest ? row->rest : "");

    if (row->variable) {
        g_setenv(row->variable, row->value, TRUE);
    }
    g_assert_null(ob_client_start(&row->start, &error));
    if (row->variable) {
        g_unsetenv(row->variable);
    }
    told = masked(strstr(error.text, "its last lines"));
    g_assert_cmpstr(told, ==, expected);
}

static void test_no_program(void)
{
    HW_ERROR(error, 4096);

    g_unsetenv("QTEST_QEMU_BINARY");
    g_assert_null(ob_client_start(&(ObStart) { 0 }, &error));
    g_assert_cmpstr(error.text, ==, "no program to start: QTEST_QEMU_BINARY is not set");
}

static void test_program_of_the_environment(void)
{
    HW_ERROR(error, 4096);

    g_setenv("QTEST_QEMU_BINARY", "sh -c 'exit 4'", TRUE);
    g_assert_null(ob_client_start(&(ObStart) { 0 }, &error));
    g_unsetenv("QTEST_QEMU_BINARY");
    g_assert_cmpstr(error.text, ==,
                    "sh -c 'exit 4' has not connected to its qtest socket: it ended with status "
                    "4\nit wrote nothing to stderr");
}

/* ------------------------------------------------------------------------- the end */

/* The last 2048 bytes are told, from the first whole line on. */
static void last_words(const char *command, const char *expected)
{
    g_autofree char *program = g_strdup_printf("sh -c '{ %s; } >&2; exit 3'", command);
    HW_ERROR(error, 8192);
    const char *told;

    g_assert_null(ob_client_start(&(ObStart) { .program = program }, &error));
    told = strstr(error.text, "it ended with status 3\nits last lines on stderr:\n");
    g_assert_nonnull(told);
    g_assert_cmpstr(strchr(strchr(told, '\n') + 1, '\n') + 1, ==, expected);
}

static void test_last_words(void)
{
    g_autofree char *whole = g_strnfill(2047, 'a'), *longest = g_strnfill(2048, 'a');

    last_words("echo one; echo two; echo; echo", "one\ntwo");
    last_words("echo first; printf %02047d | tr 0 a; echo", whole);
    last_words("printf %02047d | tr 0 a; echo", whole);
    last_words("printf %02048d | tr 0 a", longest);
    last_words("printf %03000d | tr 0 a", longest); /* no line begins there */
    last_words("echo first; printf %02046d | tr 0 a; echo", whole + 1);
}

/* A program that has both connections may still say nothing. */
static void test_killed(void)
{
    HW_ERROR(error, 4096);

    g_assert_null(ob_client_start(&(ObStart) { .program = "sh -c 'kill -9 $$'" }, &error));
    g_assert_nonnull(strstr(error.text, "its qtest socket: it was killed by signal 9 (Killed)"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("QTEST_LOG");
    g_unsetenv("QTEST_TRACE");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/client-starts/with/", rows[i].path, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/client-starts/no-program-is-refused", test_no_program);
    g_test_add_func("/client-starts/program-of-the-environment", test_program_of_the_environment);
    g_test_add_func("/client-starts/end/last-words", test_last_words);
    g_test_add_func("/client-starts/end/signal", test_killed);
    return g_test_run();
}
