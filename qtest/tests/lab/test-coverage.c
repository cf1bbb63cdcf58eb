/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Register coverage: what hosts count, and how outboard-lab shows it. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/tests/lib/shell.h"

#define GLASS UINT64_C(0xfed80000)
#define HEAD  "printf '# outboard register coverage 1\\n' >a.cov; "
#define SHOW  "$OB_LAB coverage --set $OUTBOARD_SET a.cov"

/* An access to the glass. */
typedef struct Step {
    uint32_t offset;
    uint32_t size; /* 0 ends the steps */
    bool is_write;
    uint32_t value;
} Step;

#define STEPS_MAX 4

static void step(ObClient *c, const Step *s)
{
    uint64_t address = GLASS + s->offset;

    if (s->is_write && s->size == 1) {
        ob_client_writeb(c, address, (uint8_t)s->value);
    } else if (s->is_write && s->size == 2) {
        ob_client_writew(c, address, (uint16_t)s->value);
    } else if (s->is_write) {
        ob_client_writel(c, address, s->value);
    } else if (s->size == 2) {
        ob_client_readw(c, address);
    } else {
        ob_client_readl(c, address);
    }
}

/* A host that appends its counts to `file` of the folder. */
static ObClient *start(const ObScratch *scratch, const char *file)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine q35 -device sand-glass,addr=0xfed80000 -trace coverage=%s/%s",
        ob_scratch_path(scratch), file);
    const ObStart how = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HW_ERROR(error, 400);
    ObClient *c = ob_client_start(&how, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void count(const ObScratch *scratch, const char *file, const Step *steps)
{
    ObClient *c = start(scratch, file);

    for (uint32_t i = 0; i < STEPS_MAX && steps[i].size; i++) {
        step(c, &steps[i]);
    }
    ob_client_quit(c);
}

/* ------------------------------------------------------------------------------ rows */

typedef struct Shown {
    const char *path;
    Step steps[STEPS_MAX];
    const char *text;
} Shown;

static const Shown shown[] = {
    { "/coverage/shows/registers-and-bits",
      { { 0x04, 4, true, 1 }, { 0x04, 4 }, { 0x20, 2 } },
      "sand-glass: 1 %\n"
      "  registers: 2 of 9 registers, of 132 bits 1 written as 1 and 1 as 0\n" },
    { "/coverage/shows/a-field-that-was-never-set",
      { { 0x04, 4, true, 1 }, { 0x04, 4 } },
      "    0x04     CTRL                   1 (4)          1 (4)          never 1: turn; never 0: "
      "enable" },
    { "/coverage/shows/a-register-that-was-only-read",
      { { 0x20, 2 } },
      "    0x20     PERIOD                 1 (2)          -              never written" },
    { "/coverage/shows/a-byte-in-the-middle-of-a-register",
      { { 0x15, 1, true, 0xff } },
      "    0x14     ENTRIES                -              1 (1)          never 1: 0xff; never 0: "
      "0xffff\n" },
    { "/coverage/shows/places-without-a-register",
      { { 0xff0, 4 } },
      "             where no register is   1 (4)          -\n" },
};

static void test_shown(gconstpointer data)
{
    const Shown *row = data;
    ObScratch *scratch = ob_scratch_new();

    count(scratch, "a.cov", row->steps);
    shell_assert_says(scratch, SHOW, row->text);
    ob_scratch_free(scratch);
}

static const Step read_ctrl[] = { { 0x04, 4 }, { 0 } };
static const Step read_half[] = { { 0x04, 2 }, { 0 } };

static void test_shared(void)
{
    ObScratch *scratch = ob_scratch_new();

    count(scratch, "a.cov", read_ctrl);
    count(scratch, "a.cov", read_ctrl);
    shell_assert_says(scratch, "grep -c '^#' a.cov", "1\n");
    shell_assert_says(scratch, SHOW, "CTRL                   2 (4) ");
    ob_scratch_free(scratch);
}

static void test_files(void)
{
    ObScratch *scratch = ob_scratch_new();

    count(scratch, "a.cov", read_ctrl);
    count(scratch, "b.cov", read_half);
    shell_assert_says(scratch, SHOW " b.cov", "CTRL                   2 (2, 4) ");
    ob_scratch_free(scratch);
}

static void test_required(void)
{
    ObScratch *scratch = ob_scratch_new();

    count(scratch, "a.cov", read_ctrl);
    shell_run(scratch, SHOW " --require 0");
    shell_assert_refused(scratch, SHOW " --require 50",
                         "outboard-lab: sand-glass: 0 % of its registers and bits were used, "
                         "expected 50 % or more");
    shell_assert_says(scratch, SHOW " --require 50; test $? = 1 && echo status 1", "status 1\n");
    ob_scratch_free(scratch);
}

static void test_others(void)
{
    ObScratch *scratch = ob_scratch_new();

    shell_assert_says(scratch,
                      HEAD "echo 'moon sea ID 0x0 r 1 4 0x0 0x1 w 0 0 0x0 0x0' >>a.cov; " SHOW,
                      "moon: not a device of ");
    ob_scratch_free(scratch);
}

/* -------------------------------------------------------------------------- refusals */

typedef struct Row {
    const char *path;
    const char *command;
    const char *text;
} Row;

static const Row refused[] = {
    { "/coverage/refused/no-file", "$OB_LAB coverage", "coverage: expected a file of counts" },
    { "/coverage/refused/missing-file", "$OB_LAB coverage --set $OUTBOARD_SET none.cov",
      "can't read 'none.cov': No such file or directory" },
    { "/coverage/refused/empty-file", ": >a.cov; " SHOW,
      "'a.cov' is not a file of register coverage" },
    { "/coverage/refused/another-file", "cp $OUTBOARD_SET a.cov; " SHOW,
      "'a.cov' is not a file of register coverage" },
    { "/coverage/refused/half-a-line", HEAD "printf 'sand-glass registers ID' >>a.cov; " SHOW,
      "'a.cov': line 2 is not a register's" },
    { "/coverage/refused/more-on-a-line",
      HEAD "echo 'a b c 0x0 r 1 4 0x0 0x1 w 0 0 0x0 0x0 7' >>a.cov; " SHOW,
      "'a.cov': line 2 is not a register's" },
    { "/coverage/refused/endless-line", HEAD "head -c 100000 /dev/zero >>a.cov; " SHOW,
      "'a.cov': line 2 is not a register's" },
    { "/coverage/refused/more-than-all", HEAD SHOW " --require 101",
      "--require: 101 percent, expected at most 100" },
    { "/coverage/refused/no-plugin", HEAD "$OB_LAB coverage --set none.so a.cov", "none.so" },
    { "/coverage/refused/page-in-no-folder", HEAD SHOW " --html none/a.html",
      "--html: can't write 'none/a.html': No such file or directory" },
    { "/coverage/refused/page-on-a-full-disk", HEAD SHOW " --html /dev/full",
      "--html: '/dev/full' is not complete: No space left on device" },
    { "/coverage/refused/host-without-a-file-name",
      "$OB_PROGRAM -trace coverage=", "-trace: coverage: invalid value '': expected a file name" },
    { "/coverage/refused/host-in-no-folder", "$OB_PROGRAM -trace coverage=none/a.cov",
      "-trace: coverage: can't write 'none/a.cov': No such file or directory" },
    { "/coverage/refused/search-in-no-folder",
      "$OB_LAB fuzz --coverage none/a.cov $OUTBOARD_SET beacon",
      "coverage: can't write 'none/a.cov': No such file or directory" },
};

static void test_refused(gconstpointer data)
{
    const Row *row = data;
    ObScratch *scratch = ob_scratch_new();

    shell_assert_refused(scratch, row->command, row->text);
    ob_scratch_free(scratch);
}

static void test_full_disk(void)
{
    ObScratch *scratch = ob_scratch_new();

    shell_assert_says(scratch,
                      "printf '%s' '{\"execute\": \"qmp_capabilities\"}{\"execute\": \"quit\"}' | "
                      "$OB_PROGRAM -M none -trace coverage=/dev/full -qmp stdio",
                      "warning: coverage: '/dev/full' is not complete: No space left on device");
    ob_scratch_free(scratch);
}

/* The counts outlive the plugin whose tables they are about. */
static void test_reload(void)
{
    ObScratch *scratch = ob_scratch_new();
    ObClient *c = start(scratch, "a.cov");

    ob_client_readl(c, GLASS + 4);
    json_decref(ob_client_qmp(c, "x-plugin-reload", NULL, NULL));
    ob_client_readl(c, GLASS + 4);
    ob_client_quit(c);
    shell_assert_says(scratch, SHOW, "CTRL                   2 (4) ");
    ob_scratch_free(scratch);
}

/* ------------------------------------------------------------------------ the page */

typedef struct Page {
    uint32_t both, half, none, rows;
} Page;

static void element_begin(GMarkupParseContext *context, const char *name, const char **names,
                          const char **values, gpointer opaque, GError **error)
{
    Page *page = opaque;

    (void)context;
    (void)error;
    page->rows += strcmp(name, "tr") == 0;
    for (uint32_t i = 0; names[i]; i++) {
        page->both += strcmp(values[i], "bit both") == 0;
        page->half += strcmp(values[i], "bit half") == 0;
        page->none += strcmp(values[i], "bit none") == 0;
    }
}

/* GLib's parser takes the page, since each element is closed. */
static void test_page(void)
{
    static const Step steps[] = { { 0x0c, 4, true, UINT32_MAX }, { 0x0c, 2, true, 0 }, { 0 } };
    const GMarkupParser parser = { .start_element = element_begin };
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "a.html", NULL);
    g_autofree char *text = NULL;
    Page page = { 0 };
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, &page, NULL);
    g_autoptr(GError) error = NULL;

    count(scratch, "a.cov", steps);
    shell_run(scratch, SHOW " --html a.html");
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_markup_parse_context_parse(context, text, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(page.rows, ==, 1 + 9);
    g_assert_cmpuint(page.both, ==, 16);
    g_assert_cmpuint(page.half, ==, 16);
    g_assert_cmpuint(page.none, ==, 132 - 32);
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
        g_test_add_data_func(shown[i].path, &shown[i], test_shown);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_add_data_func(refused[i].path, &refused[i], test_refused);
    }
    g_test_add_func("/coverage/adds/hosts-that-share-a-file", test_shared);
    g_test_add_func("/coverage/adds/files", test_files);
    g_test_add_func("/coverage/requires-a-percentage", test_required);
    g_test_add_func("/coverage/tells-devices-of-no-plugin", test_others);
    g_test_add_func("/coverage/full-disk-is-a-warning", test_full_disk);
    g_test_add_func("/coverage/survives-a-reload", test_reload);
    g_test_add_func("/coverage/page-has-a-cell-for-each-bit", test_page);
    return g_test_run();
}
