/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm-crb: commands, from the guest to a scripted backend and back. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/crb/scripted-crb.h"

/* -------------------------------------------------------------------- start */

static void start_runs_the_command(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    g_assert_cmpuint((*f)->command_size, ==, 12);
    g_assert_cmphex(hw_load_be32((*f)->command + 2), ==, 12);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, CTRL_START_START);
    scripted_tpm_complete(*f, scripted_response, sizeof(scripted_response));
    g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, 0);
    g_assert_cmphex(scripted_read(f, CRB_BUFFER + 8), ==, 0xcdab0000);
}

static void start_by_byte(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_put_command(f, 12);
    scripted_tpm_write(*f, CRB_CTRL_START, 1, 1);
    g_assert_true((*f)->running);
}

static void start_by_quad_with_cancel(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_put_command(f, 12);
    scripted_tpm_write(*f, CRB_CTRL_CANCEL, UINT64_C(0x100000000), 8);
    g_assert_true((*f)->running);
    g_assert_cmpuint((*f)->cancels, ==, 0);
}

static void start_ignored_without_locality(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    scripted_put_command(f, 12);
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_false((*f)->running);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, 0);
    g_assert_cmpstr((*f)->log, ==, "start ignored in state Ready, locality 0 not assigned");
}

static void start_takes_exactly_one(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_put_command(f, 12);
    scripted_write(f, CRB_CTRL_START, 3);
    scripted_tpm_write(*f, CRB_CTRL_START + 1, 1, 1);
    g_assert_false((*f)->running);
}

static void start_runs_in_idle_as_in_qemu(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_put_command(f, 12);
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_true((*f)->running);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
}

static void start_ignored_while_running(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    (*f)->command_size = 0;
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_cmpuint((*f)->command_size, ==, 0);
}

static void guest_stores_do_not_change_a_running_command(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    scripted_write(f, CRB_BUFFER, 0xffffffff);
    g_assert_cmphex((*f)->command[0], ==, 0x80);
}

/* ------------------------------------------------------------------- buffer */

static void response_hides_what_was_there(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < CRB_BUFFER_SIZE; i += 4) {
        scripted_write(f, CRB_BUFFER + i, 0xa5a5a5a5);
    }
    scripted_start(f);
    scripted_tpm_complete(*f, scripted_response, sizeof(scripted_response));
    for (guint i = sizeof(scripted_response); i < CRB_BUFFER_SIZE; i += 4) {
        g_assert_cmphex(scripted_read(f, CRB_BUFFER + i), ==, 0);
    }
    g_assert_cmpuint((*f)->dirty, >, 0);
}

static void response_may_fill_the_buffer(ScriptedCrb *f, gconstpointer data)
{
    uint8_t whole[CRB_BUFFER_SIZE];

    (void)data;
    memset(whole, 0x77, sizeof(whole));
    scripted_start(f);
    g_assert_cmpuint((*f)->capacity, ==, CRB_BUFFER_SIZE);
    scripted_tpm_complete(*f, whole, sizeof(whole));
    g_assert_cmphex(scripted_read(f, CRB_PAGE_SIZE - 4), ==, 0x77777777);
}

static void size_field_out_of_range_is_answered(ScriptedCrb *f, gconstpointer data)
{
    static const uint32_t sizes[] = { 0, 1, 9, CRB_BUFFER_SIZE + 1, 0x80000000, 0xffffffff };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
        scripted_put_command(f, sizes[i]);
        scripted_write(f, CRB_CTRL_START, CTRL_START_START);
        g_assert_false((*f)->running);
        g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, 0);
        /* TPM_RC_COMMAND_SIZE in a header of ten bytes */
        g_assert_cmphex(scripted_read(f, CRB_BUFFER), ==, 0x00000180);
        g_assert_cmphex(scripted_read(f, CRB_BUFFER + 4), ==, 0x00000a00);
        g_assert_cmphex(scripted_read(f, CRB_BUFFER + 8), ==, 0x00004201);
    }
}

static void largest_command_is_passed_on(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_put_command(f, CRB_BUFFER_SIZE);
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_cmpuint((*f)->command_size, ==, CRB_BUFFER_SIZE);
}

/* ------------------------------------------------------------------ failure */

static void failed_command_sets_tpm_sts(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    scripted_tpm_complete(*f, NULL, 0);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, CTRL_STS_FATAL);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(scripted_read(f, CRB_BUFFER), ==, 0);
}

static void refused_submit_sets_tpm_sts(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    (*f)->refuses_submit = true;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_put_command(f, 12);
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, 0);
    g_assert_true(scripted_read(f, CRB_CTRL_STS) & CTRL_STS_FATAL);
}

static void tpm_sts_stays_until_reset(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    scripted_tpm_complete(*f, NULL, 0);
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, CTRL_STS_FATAL);
    hw_instance_reset((*f)->instance);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
}

static void cancel_reaches_a_running_command(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    g_assert_cmpuint((*f)->cancels, ==, 0);
    scripted_start(f);
    scripted_write(f, CRB_CTRL_CANCEL, 2);
    g_assert_cmpuint((*f)->cancels, ==, 0);
    scripted_write(f, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    g_assert_cmpuint((*f)->cancels, ==, 1);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_CANCEL), ==, 0);
}

/* ---------------------------------------------------------------- under way */

static void quiesce_finishes_the_command(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    hw_instance_quiesce((*f)->instance);
    g_assert_cmpuint((*f)->finishes, ==, 1);
}

static void unrealize_closes_the_backend(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    hw_instance_unrealize((*f)->instance);
    g_assert_cmpuint((*f)->closes, ==, 1);
}

static void loaded_command_under_way_has_failed(ScriptedCrb *f, gconstpointer data)
{
    HwInstance *instance = (*f)->instance;

    (void)data;
    instance->regions[0].words[CRB_CTRL_START / 4] = 1;
    instance->cls->table.loaded(instance->dev);
    hw_instance_update(instance);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, 0);
    g_assert_true(scripted_read(f, CRB_CTRL_STS) & CTRL_STS_FATAL);
}

/* -------------------------------------------------------------------- table */

/* clang-format off */
static const ScriptedTest tests[] = {
    { "start/runs-the-command", start_runs_the_command },
    { "start/by-byte", start_by_byte },
    { "start/by-quad-with-cancel", start_by_quad_with_cancel },
    { "start/ignored-without-locality", start_ignored_without_locality },
    { "start/takes-exactly-one", start_takes_exactly_one },
    { "start/runs-in-idle-as-in-qemu", start_runs_in_idle_as_in_qemu },
    { "start/ignored-while-running", start_ignored_while_running },
    { "start/guest-stores-do-not-change-a-running-command",
      guest_stores_do_not_change_a_running_command },
    { "buffer/response-hides-what-was-there", response_hides_what_was_there },
    { "buffer/response-may-fill-it", response_may_fill_the_buffer },
    { "buffer/size-field-out-of-range-is-answered",
      size_field_out_of_range_is_answered },
    { "buffer/largest-command-is-passed-on", largest_command_is_passed_on },
    { "failure/sets-tpmSts", failed_command_sets_tpm_sts },
    { "failure/refused-submit-sets-tpmSts", refused_submit_sets_tpm_sts },
    { "failure/tpmSts-stays-until-reset", tpm_sts_stays_until_reset },
    { "cancel/reaches-a-running-command", cancel_reaches_a_running_command },
    { "quiesce/finishes-the-command", quiesce_finishes_the_command },
    { "unrealize/closes-the-backend", unrealize_closes_the_backend },
    { "load/command-under-way-has-failed", loaded_command_under_way_has_failed },
};
/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    scripted_tests_add(&form_pc, tests, G_N_ELEMENTS(tests));
    scripted_tests_add(&form_device, tests, G_N_ELEMENTS(tests));
    return g_test_run();
}
