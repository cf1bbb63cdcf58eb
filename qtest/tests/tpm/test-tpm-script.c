/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/tpm/scripted.c: devices/tpm-crb with a TPM whose answers follow a script. */
#include <string.h>

#include <glib/gstdio.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/tpm2.h"
#include "qtest/tests/lib/gadget.h"

#define MS  INT64_C(1000000)
#define DAY (INT64_C(86400000) * MS)

static const uint8_t startup[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };
static const uint8_t get_random[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7b, 0, 4 };

static void script_write(const char *text, char **path)
{
    int fd = g_file_open_tmp("outboard-script-XXXXXX", path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(*path, text, -1, NULL));
}

/* Adds the TPM "tpm0"; false with a sentence. */
static bool tpm_try(GadgetHost *f, const char *type, const char *script)
{
    HwTpmOption option = { strcmp(type, "script") == 0 ? "file" : "script", NULL };
    g_autofree char *path = NULL;
    bool good;

    script_write(script, &path);
    option.value = path;
    good = hw_tpm_add(ob_host_tpms(f->host), type, "tpm0", &option, 1, &f->error);
    g_unlink(path);
    return good;
}

/* A started TPM with a script. */
static void begin(GadgetHost *f, const char *type, const char *script)
{
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    g_assert_true(tpm_try(f, type, script));
    device_add(f, "tpm-crb", "id=crb,tpmdev=tpm0");
}

static uint32_t rd(GadgetHost *f, uint64_t offset)
{
    return readl(f, CRB_PC_ADDRESS + offset);
}

static void start(GadgetHost *f, const uint8_t *command)
{
    writel(f, CRB_PC_ADDRESS + CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    ob_host_write(f->host, CRB_PC_ADDRESS + CRB_BUFFER, command, hw_tpm2_size(command));
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_START, CTRL_START_START);
    ob_host_poll(f->host);
}

static bool runs(GadgetHost *f)
{
    return rd(f, CRB_CTRL_START) == CTRL_START_START;
}

static bool has_failed(GadgetHost *f)
{
    g_assert_false(runs(f));
    return rd(f, CRB_CTRL_STS) & CTRL_STS_FATAL;
}

static uint32_t response_code(GadgetHost *f)
{
    uint8_t header[HW_TPM2_HEADER_SIZE];

    g_assert_false(has_failed(f));
    ob_host_read(f->host, CRB_PC_ADDRESS + CRB_BUFFER, header, sizeof(header));
    return hw_tpm2_code(header);
}

static uint32_t run(GadgetHost *f, const uint8_t *command)
{
    start(f, command);
    return response_code(f);
}

/* ------------------------------------------------------------------------- rules */

static void the_tpm_answers_without_a_rule(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "# nothing\n\nSelfTest error 5\n");
    g_assert_cmphex(run(f, get_random), ==, TPM_RC_INITIALIZE);
    g_assert_cmphex(run(f, startup), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(run(f, get_random), ==, TPM_RC_SUCCESS);
}

static void the_first_rule_that_fits_decides(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms",
          "TPM2_Startup pass\n"
          "getrandom 2 error 0x11\n"
          "0x17b 3-4 error 0x22 # comment\n"
          "any 6- error 0x33\n"
          "GetRandom 1 error 0x44\n");
    g_assert_cmphex(run(f, startup), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(run(f, get_random), ==, 0x44);
    g_assert_cmphex(run(f, get_random), ==, 0x11);
    g_assert_cmphex(run(f, get_random), ==, 0x22);
    g_assert_cmphex(run(f, get_random), ==, 0x22);
    /* The sixth command of all. */
    g_assert_cmphex(run(f, get_random), ==, 0x33);
}

static void counts_go_on_after_a_reset(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup 1 error 0x101\n");
    g_assert_cmphex(run(f, startup), ==, TPM_RC_FAILURE);
    ob_host_reset(f->host);
    g_assert_cmphex(run(f, startup), ==, TPM_RC_SUCCESS);
}

static void alone_it_knows_only_its_rules(GadgetHost *f, gconstpointer data)
{
    uint8_t answer[12];

    (void)data;
    begin(f, "script", "GetRandom answer 80010000000c000000000aFE\n");
    g_assert_cmphex(run(f, startup), ==, TPM_RC_COMMAND_CODE);
    g_assert_cmphex(run(f, get_random), ==, 0);
    ob_host_read(f->host, CRB_PC_ADDRESS + CRB_BUFFER, answer, sizeof(answer));
    g_assert_cmphex(answer[10] << 8 | answer[11], ==, 0x0afe);
}

/* ------------------------------------------------------------------ wrong answers */

/* The actions change the bytes 80 01 00 00 00 0c 00 00 00 00 0a 0b. */
#define ANSWER "any answer 80010000000c000000000a0b "
static const struct {
    const char *name;
    const char *actions;
    const char *buffer; /* its first bytes; NULL: the command fails */
} edits[] = {
    { "none", "", "80010000000c000000000a0b0000" },
    { "cut", "cut 11", NULL },
    { "cut-to-nothing", "cut 0", NULL },
    { "cut-beyond", "cut 12 cut 4096", "80010000000c000000000a0b0000" },
    { "cut-with-header", "cut 11 put 2 0000000b", "80010000000b000000000a000000" },
    { "pad", "pad 1", NULL },
    { "pad-with-header", "pad 1 flip 5 1", "80010000000d000000000a0b0000" },
    { "pad-over-all", "pad 4096 put 2 00000f80", "800100000f80000000000a0b0000" },
    { "flip", "flip 11 0xff flip 9 2", "80010000000c000000020af40000" },
    { "flip-behind", "flip 12 0xff", "80010000000c000000000a0b0000" },
    { "put-over-the-end", "put 11 c0c1c2", "80010000000c000000000ac00000" },
    { "put-behind", "put 4095 c0", "80010000000c000000000a0b0000" },
    { "fail", NULL, NULL },
};

static void answer_is_edited(GadgetHost *f, gconstpointer data)
{
    const char *expected = edits[GPOINTER_TO_SIZE(data)].buffer;
    const char *actions = edits[GPOINTER_TO_SIZE(data)].actions;
    g_autofree char *script = g_strconcat(actions ? ANSWER : "any fail", actions, NULL);
    g_autoptr(GString) buffer = g_string_new(NULL);
    uint8_t bytes[14];

    begin(f, "script", script);
    start(f, get_random);
    g_assert_true(has_failed(f) == !expected);
    if (expected) {
        ob_host_read(f->host, CRB_PC_ADDRESS + CRB_BUFFER, bytes, sizeof(bytes));
        for (size_t i = 0; i < sizeof(bytes); i++) {
            g_string_append_printf(buffer, "%02x", bytes[i]);
        }
        g_assert_cmpstr(buffer->str, ==, expected);
    }
}

/* ------------------------------------------------------------------- late answers */

static void delay_is_of_the_machines_clock(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup delay 20ms\n");
    start(f, startup);
    g_assert_true(runs(f));
    ob_host_clock_set(f->host, 20 * MS - 1);
    g_assert_true(runs(f));
    ob_host_clock_set(f->host, 20 * MS);
    g_assert_cmphex(response_code(f), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(run(f, get_random), ==, TPM_RC_SUCCESS);
}

static void hang_ends_by_cancel(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup 1 hang\n");
    start(f, startup);
    ob_host_clock_set(f->host, DAY);
    g_assert_true(runs(f));
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    ob_host_poll(f->host);
    g_assert_cmphex(response_code(f), ==, TPM_RC_CANCELED);
}

static void deaf_tpm_ends_by_reset(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup 1 hang deaf\n");
    start(f, startup);
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    ob_host_poll(f->host);
    ob_host_clock_set(f->host, DAY);
    g_assert_true(runs(f));
    ob_host_reset(f->host);
    g_assert_false(runs(f));
    g_assert_cmphex(run(f, startup), ==, TPM_RC_SUCCESS);
}

static void deaf_delay_keeps_its_answer(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup delay 1s deaf\n");
    start(f, startup);
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    ob_host_poll(f->host);
    g_assert_true(runs(f));
    ob_host_clock_set(f->host, 1000 * MS);
    g_assert_cmphex(response_code(f), ==, TPM_RC_SUCCESS);
}

/* A save quiesces the machine, whose clock stands. */
static void save_does_not_wait(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup delay 1s\nGetRandom hang\n");
    start(f, startup);
    ob_host_quiesce(f->host);
    g_assert_cmphex(response_code(f), ==, TPM_RC_SUCCESS);
    start(f, get_random);
    ob_host_quiesce(f->host);
    g_assert_true(has_failed(f));
    g_assert_cmpint(ob_host_clock_next(f->host), ==, -1);
}

static void cancel_before_a_save_is_answered(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup hang\n");
    start(f, startup);
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    ob_host_quiesce(f->host);
    g_assert_cmphex(response_code(f), ==, TPM_RC_CANCELED);
}

static void unplug_drops_a_late_answer(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup 1 delay 1s\n");
    start(f, startup);
    ob_host_remove_device(f->host, ob_host_find_device(f->host, "crb"));
    ob_host_clock_set(f->host, 2000 * MS);
    device_add(f, "tpm-crb", "id=crb,tpmdev=tpm0");
    g_assert_cmphex(run(f, startup), ==, TPM_RC_SUCCESS);
}

static void end_of_the_host_drops_a_late_answer(GadgetHost *f, gconstpointer data)
{
    (void)data;
    begin(f, "libtpms", "Startup delay 1s\n");
    start(f, startup); /* the tear-down ends the host */
}

/* ------------------------------------------------------------------------- state */

static void wrapped_tpm_keeps_its_state(GadgetHost *f, gconstpointer data)
{
    HwTpmState state;

    (void)data;
    begin(f, "libtpms", "SelfTest hang\n");
    g_assert_cmphex(run(f, startup), ==, TPM_RC_SUCCESS);
    g_assert_true(hw_tpm_save(ob_host_tpms(f->host), 0, &state, &f->error));
    ob_host_reset(f->host);
    g_assert_cmphex(run(f, get_random), ==, TPM_RC_INITIALIZE);
    g_assert_true(hw_tpm_load(ob_host_tpms(f->host), 0, &state, &f->error));
    g_assert_cmphex(run(f, get_random), ==, TPM_RC_SUCCESS);
    hw_tpm_state_clear(&state);
}

static void a_script_alone_has_no_state(GadgetHost *f, gconstpointer data)
{
    HwTpmState state;

    (void)data;
    begin(f, "script", "any error 0\n");
    g_assert_false(hw_tpm_save(ob_host_tpms(f->host), 0, &state, &f->error));
    g_assert_cmpstr(
        f->error.text, ==,
        "tpm0: a TPM of type script has no state to move, expected a script= of another "
        "type");
    hw_tpm_state_clear(&state);
}

/* ---------------------------------------------------------------------- refusals */

static const struct {
    const char *name;
    const char *script;
    const char *sentence; /* behind "tpm0: PATH: " */
} refusals[] = {
    { "command", "\n#\nGetRandon error 1",
      "line 3: unknown command 'GetRandon': expected any, a name "
      "such as GetRandom, or a code such as 0x17b" },
    { "code", "0x1zb error 1",
      "line 1: unknown command '0x1zb': expected any, a name such as "
      "GetRandom, or a code such as 0x17b" },
    { "no-action", "GetRandom 3 # error 1", "line 1: no action, expected one or more" },
    { "range-from-zero", "any 0 fail", "line 1: invalid range '0': expected 3, 3-5 or 3-, from 1" },
    { "range-backwards", "any 5-3 fail",
      "line 1: invalid range '5': expected 3, 3-5 or 3-, from 1" },
    { "action", "any explode",
      "line 1: unknown action 'explode': expected pass, answer, error, fail, "
      "delay, hang, deaf, cut, pad, flip or put" },
    { "two-answers", "any error 1 fail", "line 1: fail: a second answer, expected one" },
    { "two-waits", "any delay 1s hang", "line 1: hang: a second wait, expected one" },
    { "deaf-without-wait", "any fail deaf",
      "line 1: deaf: no wait that a cancel could end, expected "
      "delay or hang" },
    { "number", "any error x", "line 1: error: invalid number 'x': expected 0 to 4294967295" },
    { "no-number", "any cut", "line 1: cut: invalid number '': expected 0 to 4096" },
    { "large-number", "any pad 4097", "line 1: pad: invalid number '4097': expected 0 to 4096" },
    { "mask", "any flip 3 0x100", "line 1: flip: invalid number '0x100': expected 0 to 255" },
    { "odd-digits", "any answer 800",
      "line 1: answer: 3 hexadecimal digits, expected pairs of them "
      "for 1 to 4096 bytes" },
    { "no-digits", "any put 3",
      "line 1: put: 0 hexadecimal digits, expected pairs of them for 1 to "
      "4096 bytes" },
    { "other-digits", "any answer 80xy", "line 1: answer: not hexadecimal: 'xy'" },
    { "time", "any delay 3m",
      "line 1: delay: invalid time '3m': expected a number with ns, us, ms or "
      "s, at most 86400s" },
    { "long-time", "any delay 86401s",
      "line 1: delay: invalid time '86401s': expected a number with "
      "ns, us, ms or s, at most 86400s" },
    { "five-edits", "any cut 1 cut 1 cut 1 cut 1 cut 1",
      "line 1: cut: too many changes of the answer, "
      "expected at most 4" },
};

static void script_is_refused(GadgetHost *f, gconstpointer data)
{
    gsize index = GPOINTER_TO_SIZE(data);
    const char *behind;

    g_assert_false(tpm_try(f, "libtpms", refusals[index].script));
    g_assert_true(g_str_has_prefix(f->error.text, "tpm0: /"));
    behind = strstr(f->error.text + strlen("tpm0: "), ": ");
    g_assert_cmpstr(behind + 2, ==, refusals[index].sentence);
    /* The TPM was closed: libtpms has one per process. */
    g_assert_true(tpm_try(f, "libtpms", ""));
}

static void rule_without_an_answer_is_refused_alone(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_false(tpm_try(f, "script", "any delay 1s"));
    g_assert_true(
        g_str_has_suffix(f->error.text,
                         ": line 1: no answer and no TPM that gives one, expected answer, "
                         "error, fail or hang"));
    g_assert_true(tpm_try(f, "script", "any hang"));
}

static void too_many_rules_are_refused(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GString) script = g_string_new(NULL);

    (void)data;
    for (int i = 0; i < 1001; i++) {
        g_string_append(script, "any fail\n");
    }
    g_assert_false(tpm_try(f, "script", script->str));
    g_assert_true(
        g_str_has_suffix(f->error.text, ": line 1001: too many rules, expected at most 1000"));
}

/* Options that name no script; `sentence` follows "tpm0: ". */
static const struct {
    const char *name;
    const char *type;
    HwTpmOption option;
    const char *sentence;
} options[] = {
    { "missing-file",
      "script",
      { "file", "/nowhere/script" },
      "/nowhere/script: can't be read: No such file or directory" },
    { "directory", "script", { "file", "/" }, "/: can't be read: Is a directory" },
    { "binary-file",
      "script",
      { "file", "/proc/self/cmdline" },
      "/proc/self/cmdline: can't be read: not a text of at most 1 MiB" },
    { "empty-name", "script", { "file", "" }, "file: missing, expected a script" },
    { "script-of-a-script",
      "script",
      { "script", "x" },
      "unknown option of type script: 'script', expected file, auto-shutdown" },
    { "missing-script-of-libtpms",
      "libtpms",
      { "script", "/nowhere/script" },
      "/nowhere/script: can't be read: No such file or directory" },
};

static void option_is_refused(GadgetHost *f, gconstpointer data)
{
    gsize index = GPOINTER_TO_SIZE(data);
    g_autofree char *expected = g_strconcat("tpm0: ", options[index].sentence, NULL);

    g_assert_false(hw_tpm_add(ob_host_tpms(f->host), options[index].type, "tpm0",
                              &options[index].option, 1, &f->error));
    g_assert_cmpstr(f->error.text, ==, expected);
}

/* -------------------------------------------------------------------------- tests */

#define ADD_ROWS(prefix, rows, function)                                                \
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {                                    \
        g_autofree char *path = g_strconcat("/tpm-script/" prefix, rows[i].name, NULL); \
        g_test_add(path, GadgetHost, GSIZE_TO_POINTER(i), gadget_set_up_pc, function,   \
                   gadget_tear_down);                                                   \
    }

static void gadget_set_up_pc(GadgetHost *f, gconstpointer data)
{
    (void)data;
    gadget_set_up(f, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/tpm-script/rules/the-tpm-answers-without-one", NULL,
                the_tpm_answers_without_a_rule);
    GADGET_TEST("/tpm-script/rules/the-first-that-fits-decides", NULL,
                the_first_rule_that_fits_decides);
    GADGET_TEST("/tpm-script/rules/counts-go-on-after-a-reset", NULL, counts_go_on_after_a_reset);
    GADGET_TEST("/tpm-script/rules/alone-it-knows-no-other", NULL, alone_it_knows_only_its_rules);
    ADD_ROWS("answer/", edits, answer_is_edited);
    GADGET_TEST("/tpm-script/delay/is-of-the-machines-clock", NULL, delay_is_of_the_machines_clock);
    GADGET_TEST("/tpm-script/delay/deaf-keeps-its-answer", NULL, deaf_delay_keeps_its_answer);
    GADGET_TEST("/tpm-script/delay/unplug-drops-it", NULL, unplug_drops_a_late_answer);
    GADGET_TEST("/tpm-script/delay/end-of-the-host-drops-it", NULL,
                end_of_the_host_drops_a_late_answer);
    GADGET_TEST("/tpm-script/delay/save-does-not-wait", NULL, save_does_not_wait);
    GADGET_TEST("/tpm-script/hang/ends-by-cancel", NULL, hang_ends_by_cancel);
    GADGET_TEST("/tpm-script/hang/deaf-ends-by-reset", NULL, deaf_tpm_ends_by_reset);
    GADGET_TEST("/tpm-script/hang/cancel-before-a-save-is-answered", NULL,
                cancel_before_a_save_is_answered);
    GADGET_TEST("/tpm-script/state/wrapped-tpm-keeps-it", NULL, wrapped_tpm_keeps_its_state);
    GADGET_TEST("/tpm-script/state/alone-there-is-none", NULL, a_script_alone_has_no_state);
    ADD_ROWS("refuses/", refusals, script_is_refused);
    GADGET_TEST("/tpm-script/refuses/rule-without-an-answer-alone", NULL,
                rule_without_an_answer_is_refused_alone);
    GADGET_TEST("/tpm-script/refuses/too-many-rules", NULL, too_many_rules_are_refused);
    ADD_ROWS("refuses/", options, option_is_refused);
    return g_test_run();
}
