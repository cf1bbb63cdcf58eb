/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qtest/host/run/wave.c: accesses and lines as a file for GTKWave, whose vcd2fst reads it. */
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "qtest/tests/host/program-peer.h"

/* A transmitter without bytes raises line 5 as soon as its interrupt is on. */
#define PORT "-chardev null,id=c -device ns16550a-isa,id=port,chardev=c,iobase=0x3e8,irq-line=5"
#define TPM  "-tpmdev libtpms,id=t -device tpm-crb,id=tpm,tpmdev=t"

static char *wave_path(const Program *f)
{
    return g_build_filename(f->directory, "waves.vcd", NULL);
}

/* Starts the program with waves of `devices`, sends it `said`, and returns the file's text. */
static char *wave_of(Program *f, const char *devices, const char *patterns, const char *said)
{
    g_autofree char *path = wave_path(f);
    g_autofree char *arguments = g_strdup_printf("%s -trace '%svcd=%s'", devices, patterns, path);
    g_auto(GStrv) lines = g_strsplit(said, "\n", 0);

    start_as_libqtest(f, arguments);
    for (char **line = lines; **line; line++) {
        say(f->qtest, *line);
        say(f->qtest, "\n");
        hear_part(f->qtest, "OK");
    }
    terminate(f);
    return text_of(path);
}

/* The code of a variable; `scope` is that of its device. */
static char *code_in(const char *text, const char *scope, const char *name)
{
    g_autofree char *begin = g_strdup_printf("$scope module %s $end\n", scope);
    g_autofree char *end = g_strdup_printf(" %s $end", name);
    const char *at = strstr(text, begin);
    const char *variable;
    const char *code;

    g_assert_nonnull(at);
    variable = strstr(at, end);
    g_assert_nonnull(variable);
    for (code = variable; code[-1] != ' '; code--) {}
    return g_strndup(code, (gsize)(variable - code));
}

/* Replaces each {SCOPE NAME} by the variable's code. */
static char *with_codes(const char *text, const char *expected)
{
    g_autoptr(GString) whole = g_string_new(NULL);

    while (*expected) {
        const char *close = *expected == '{' ? strchr(expected, '}') : NULL;

        if (close) {
            g_autofree char *inner = g_strndup(expected + 1, (gsize)(close - expected - 1));
            char *name = strchr(inner, ' ');
            g_autofree char *code = NULL;

            *name++ = '\0';
            code = code_in(text, inner, name);
            g_string_append(whole, code);
            expected = close + 1;
        } else {
            g_string_append_c(whole, *expected++);
        }
    }
    return g_string_free(g_steal_pointer(&whole), FALSE);
}

/* The changes after the lines' first levels. */
static void assert_changes(const char *text, const char *expected)
{
    g_autofree char *whole = with_codes(text, expected);
    const char *changes = strstr(text, "\n#");

    g_assert_nonnull(changes);
    g_assert_cmpstr(changes + 1, ==, whole);
}

static void test_registers(Program *f, gconstpointer data)
{
    g_autofree char *text = wave_of(f, TPM, "tpm_crb_*,",
                                    "writel 0xfed40008 0x1\nclock_set 1000\n"
                                    "readl 0xfed4000c\nwriteb 0xfed40045 0x23\n"
                                    "readw 0xfed40010\n");

    (void)data;
    assert_changes(text, "#0\nb1 {tpm LOC_CTRL}\n1{tpm LOC_CTRL_write}\n"
                         "#1000\nb1 {tpm LOC_STS}\n1{tpm LOC_STS_read}\n"
                         "#1001\nb10001100000000 {tpm CTRL_STS}\n1{tpm CTRL_STS_write}\n"
                         "#1002\nb0 {tpm mmio}\nb10000 {tpm mmio_offset}\n"
                         "1{tpm mmio_read}\n#1003\n");
}

static void test_lines(Program *f, gconstpointer data)
{
    g_autofree char *text = wave_of(f, PORT, "", "outb 0x3e9 2\ninb 0x3ea\n");

    (void)data;
    g_assert_nonnull(strstr(text, "$var wire 1 "));
    assert_changes(text, "#0\nb10 {port ports}\nb1 {port ports_offset}\n"
                         "1{port ports_write}\n#1\n1{lines irq5}\n"
                         "#2\nb10 {port ports}\nb10 {port ports_offset}\n"
                         "1{port ports_read}\n#3\n0{lines irq5}\n#4\n");
}

/* Devices without a traced event have no scope, and accesses that are not traced no change. */
static void test_patterns_decide(Program *f, gconstpointer data)
{
    g_autofree char *text = wave_of(f, TPM " " PORT, "tpm_crb_loc_ctrl_write,",
                                    "writel 0xfed40008 0x1\nreadl 0xfed4000c\ninb 0x3ea\n");

    (void)data;
    g_assert_null(strstr(text, "module port "));
    assert_changes(text, "#0\nb1 {tpm LOC_CTRL}\n1{tpm LOC_CTRL_write}\n#1\n");
}

static void test_text_log_stays_empty(Program *f, gconstpointer data)
{
    g_autofree char *text = wave_of(f, TPM, "tpm_crb_*,", "readl 0xfed4000c\n");
    g_autofree char *errors = text_of(f->errors_path);

    (void)data;
    g_assert_cmpstr(errors, ==, "");
    g_assert_nonnull(strstr(text, "$timescale 1 ns $end\n"));
}

/* GTKWave's converter is the oracle. */
static void test_gtkwave_reads_it(Program *f, gconstpointer data)
{
    g_autofree char *text = wave_of(f, TPM " " PORT, "",
                                    "writel 0xfed40008 0x1\nclock_step 50\noutb 0x3e9 2\n");
    g_autofree char *path = wave_path(f);
    g_autofree char *converter = g_find_program_in_path("vcd2fst");
    g_autofree char *command = g_strdup_printf(
        "vcd2fst '%s' '%s.fst' >/dev/null && fst2vcd -f '%s.fst'; rm -f '%s.fst'", path, path, path,
        path);
    const char *shell[] = { "/bin/sh", "-c", command, NULL };
    g_autofree char *back = NULL;

    (void)data;
    g_assert_nonnull(text);
    if (!converter) {
        g_test_skip("GTKWave's vcd2fst is not installed");
        return;
    }
    g_assert_true(g_spawn_sync(NULL, (char **)shell, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &back,
                               NULL, NULL, NULL));
    g_assert_nonnull(strstr(back, "$scope module tpm $end"));
    g_assert_nonnull(strstr(back, " LOC_CTRL $end"));
    g_assert_nonnull(strstr(back, "#50\n"));
}

/* ------------------------------------------------------------------- a timeline */

static json_t *timeline_of(Program *f, const char *devices, const char *said)
{
    g_autofree char *path = g_build_filename(f->directory, "timeline.json", NULL);
    g_autofree char *patterns = g_strdup_printf("perfetto='%s',", path);
    g_autofree char *waves = wave_of(f, devices, patterns, said);
    json_error_t error;
    json_t *events = json_load_file(path, 0, &error);

    g_assert_nonnull(strstr(waves, "$enddefinitions")); /* both at once */
    g_assert_cmpstr(error.text, ==, "");
    unlink(path);
    return events;
}

/* The event that has this name, and of its other members those in `expected`. */
static void assert_event(const json_t *events, size_t index, const char *name, json_t *expected)
{
    const json_t *event = json_array_get(events, index);
    const char *key;
    json_t *value;

    g_assert_cmpstr(json_string_value(json_object_get(event, "name")), ==, name);
    json_object_foreach(expected, key, value)
    {
        g_assert_true(json_equal(json_object_get(event, key), value));
    }
    json_decref(expected);
}

static void test_timeline(Program *f, gconstpointer data)
{
    json_t *events = timeline_of(f, PORT, "outb 0x3e9 2\nclock_step 5000\ninb 0x3ea\n");

    (void)data;
    g_assert_cmpuint(json_array_size(events), ==, 6);
    assert_event(events, 0, "process_name",
                 json_pack("{s:s, s:{s:s}}", "ph", "M", "args", "name", "machine pc"));
    assert_event(events, 1, "thread_name",
                 json_pack("{s:i, s:{s:s}}", "tid", 1, "args", "name", "port"));
    assert_event(events, 2, "IER write",
                 json_pack("{s:s, s:f, s:f, s:i, s:{s:s, s:s, s:s, s:i}}", "ph", "X", "ts", 0.0,
                           "dur", 0.001, "tid", 1, "args", "text", "port IER <- 0x2", "value",
                           "0x2", "offset", "0x1", "size", 1));
    assert_event(events, 3, "irq5",
                 json_pack("{s:s, s:f, s:{s:i}}", "ph", "C", "ts", 0.001, "args", "level", 1));
    assert_event(events, 4, "IIR read", json_pack("{s:f}", "ts", 5.0));
    assert_event(events, 5, "irq5", json_pack("{s:f, s:{s:i}}", "ts", 5.001, "args", "level", 0));
    json_decref(events);
}

static void test_refusals(Program *f, gconstpointer data)
{
    (void)data;
    fails(f, "-machine pc -trace vcd=", "-trace: vcd: invalid value '': expected a file name");
    fails(f, "-machine pc -trace perfetto=",
          "-trace: perfetto: invalid value '': expected a file name");
    fails(f, "-machine pc -trace perfetto=/nowhere/x",
          "-trace: perfetto: can't write '/nowhere/x': No such file or directory");
    fails(f, "-machine pc -trace vcd=/nowhere/x",
          "-trace: vcd: can't write '/nowhere/x': No such file or directory");
}

static void test_full_disk_is_a_warning(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, TPM " -trace 'tpm_crb_*,vcd=/dev/full'");
    say(f->qtest, "readl 0xfed4000c\n");
    hear_part(f->qtest, "OK");
    terminate(f);
    says(f->errors_path, "warning: vcd: '/dev/full' is not complete: No space left on device\n");
}

static void test_full_disk_for_a_timeline(Program *f, gconstpointer data)
{
    (void)data;
    start_as_libqtest(f, TPM " -trace perfetto=/dev/full");
    terminate(f);
    says(f->errors_path,
         "warning: perfetto: '/dev/full' is not complete: No space left on device\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/waves/registers", NULL, test_registers);
    TEST("/waves/lines", NULL, test_lines);
    TEST("/waves/patterns-decide", NULL, test_patterns_decide);
    TEST("/waves/text-log-stays-empty", NULL, test_text_log_stays_empty);
    TEST("/waves/gtkwave-reads-it", NULL, test_gtkwave_reads_it);
    TEST("/waves/refusals", NULL, test_refusals);
    TEST("/waves/full-disk-is-a-warning", NULL, test_full_disk_is_a_warning);
    TEST("/waves/timeline/accesses-and-lines", NULL, test_timeline);
    TEST("/waves/timeline/full-disk-is-a-warning", NULL, test_full_disk_for_a_timeline);
    return g_test_run();
}
