/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm-crb: the interface as a guest sees it, over a scripted backend. */
#include <glib.h>
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/tests/scripted-tpm.h"

typedef ScriptedTpm *Fixture;

#define PPI (PPI_PC_ADDRESS - CRB_PC_ADDRESS)

static uint32_t rd(Fixture *f, uint64_t offset)
{
    return (uint32_t)scripted_tpm_read(*f, offset, 4);
}

static void wr(Fixture *f, uint64_t offset, uint32_t value)
{
    scripted_tpm_write(*f, offset, value, 4);
}

/* Puts a command header with this size field into the buffer. */
static void put_command(Fixture *f, uint32_t size)
{
    uint8_t header[12] = { 0x80, 0x01 };

    hw_store_be32(header + 2, size);
    for (guint i = 0; i < sizeof(header); i++) {
        scripted_tpm_write(*f, CRB_BUFFER + i, header[i], 1);
    }
}

static void start(Fixture *f)
{
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_true((*f)->running);
}

static const uint8_t response[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0, 0, 0xab, 0xcd };

/* ------------------------------------------------------------------ at reset */

static void reset_values(Fixture *f, gconstpointer data)
{
    /* As read from QEMU 7.2's and 10.0's tpm-crb. */
    static const uint32_t expected[CRB_WORDS] = {
        [CRB_LOC_STATE / 4] = 0x81,
        [CRB_INTF_ID / 4] = 0x00025811,
        [CRB_INTF_ID2 / 4] = 0x1014,
        [CRB_CTRL_STS / 4] = 0x2,
        [CRB_CMD_SIZE / 4] = 0xf80,
        [CRB_CMD_LADDR / 4] = 0xfed40080,
        [CRB_RSP_SIZE / 4] = 0xf80,
        [CRB_RSP_LADDR / 4] = 0xfed40080,
    };

    (void)data;
    for (guint i = 0; i < CRB_WORDS; i++) {
        g_assert_cmphex(rd(f, 4 * i), ==, expected[i]);
    }
    g_assert_cmphex(scripted_tpm_read(*f, CRB_INTF_ID, 8), ==, UINT64_C(0x0000101400025811));
    g_assert_cmphex(scripted_tpm_read(*f, CRB_INTF_ID + 1, 1), ==, 0x58);
}

static void reset_power_cycles_the_tpm(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint((*f)->restarts, ==, 1);
    g_assert_cmpuint((*f)->restart_size, ==, CRB_BUFFER_SIZE);
    start(f);
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->restarts, ==, 2);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(rd(f, CRB_LOC_STS), ==, 0);
}

static void reset_keeps_the_buffer(Fixture *f, gconstpointer data)
{
    (void)data;
    put_command(f, 12);
    hw_instance_reset((*f)->instance);
    g_assert_cmphex(rd(f, CRB_BUFFER), ==, 0x00000180);
}

static void reset_uses_a_small_backend_buffer(Fixture *f, gconstpointer data)
{
    (void)data;
    (*f)->buffer_size = 2808;
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->restart_size, ==, 2808);
    start(f);
    g_assert_cmpuint((*f)->capacity, ==, 2808);
}

static void established_follows_the_backend(Fixture *f, gconstpointer data)
{
    (void)data;
    (*f)->established = true;
    g_assert_cmphex(rd(f, CRB_LOC_STATE), ==, 0x80);
    (*f)->established = false;
    g_assert_cmphex(scripted_tpm_read(*f, CRB_LOC_STATE, 1), ==, 0x81);
}

/* ----------------------------------------------------------------- locality */

static void locality_is_granted_and_relinquished(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    g_assert_cmphex(rd(f, CRB_LOC_STATE), ==, 0x83);
    g_assert_cmphex(rd(f, CRB_LOC_STS), ==, LOC_STS_GRANTED);
    g_assert_cmphex(rd(f, CRB_LOC_CTRL), ==, 0);
    wr(f, CRB_LOC_CTRL, LOC_CTRL_RELINQUISH);
    g_assert_cmphex(rd(f, CRB_LOC_STATE), ==, 0x81);
    g_assert_cmphex(rd(f, CRB_LOC_STS), ==, 0);
}

static void locality_request_takes_one_bit(Fixture *f, gconstpointer data)
{
    static const uint32_t ignored[] = { 0, 3, 4, 5, 8, 0x101, 0xffffffff };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(ignored); i++) {
        wr(f, CRB_LOC_CTRL, ignored[i]);
        g_assert_cmphex(rd(f, CRB_LOC_STATE), ==, 0x81);
    }
}

static void seize_changes_nothing(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    wr(f, CRB_LOC_CTRL, LOC_CTRL_SEIZE);
    g_assert_cmphex(rd(f, CRB_LOC_STATE), ==, 0x83);
    g_assert_cmphex(rd(f, CRB_LOC_STS), ==, LOC_STS_GRANTED);
}

/* -------------------------------------------------------------------- start */

static void start_runs_the_command(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    g_assert_cmpuint((*f)->command_size, ==, 12);
    g_assert_cmphex(hw_load_be32((*f)->command + 2), ==, 12);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, CTRL_START_START);
    scripted_tpm_complete(*f, response, sizeof(response));
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, 0);
    g_assert_cmphex(rd(f, CRB_BUFFER + 8), ==, 0xcdab0000);
}

static void start_by_byte(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    put_command(f, 12);
    scripted_tpm_write(*f, CRB_CTRL_START, 1, 1);
    g_assert_true((*f)->running);
}

static void start_by_quad_with_cancel(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    put_command(f, 12);
    scripted_tpm_write(*f, CRB_CTRL_CANCEL, UINT64_C(0x100000000), 8);
    g_assert_true((*f)->running);
    g_assert_cmpuint((*f)->cancels, ==, 0);
}

static void start_ignored_without_locality(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_false((*f)->running);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_cmpstr((*f)->log, ==, "start ignored in state Ready, locality 0 not assigned");
}

static void start_takes_exactly_one(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, 3);
    scripted_tpm_write(*f, CRB_CTRL_START + 1, 1, 1);
    g_assert_false((*f)->running);
}

static void start_runs_in_idle_as_in_qemu(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_true((*f)->running);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
}

static void start_ignored_while_running(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    (*f)->command_size = 0;
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_cmpuint((*f)->command_size, ==, 0);
}

static void guest_stores_do_not_change_a_running_command(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    wr(f, CRB_BUFFER, 0xffffffff);
    g_assert_cmphex((*f)->command[0], ==, 0x80);
}

/* ------------------------------------------------------------------- buffer */

static void response_hides_what_was_there(Fixture *f, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < CRB_BUFFER_SIZE; i += 4) {
        wr(f, CRB_BUFFER + i, 0xa5a5a5a5);
    }
    start(f);
    scripted_tpm_complete(*f, response, sizeof(response));
    for (guint i = sizeof(response); i < CRB_BUFFER_SIZE; i += 4) {
        g_assert_cmphex(rd(f, CRB_BUFFER + i), ==, 0);
    }
    g_assert_cmpuint((*f)->dirty, >, 0);
}

static void response_may_fill_the_buffer(Fixture *f, gconstpointer data)
{
    uint8_t whole[CRB_BUFFER_SIZE];

    (void)data;
    memset(whole, 0x77, sizeof(whole));
    start(f);
    g_assert_cmpuint((*f)->capacity, ==, CRB_BUFFER_SIZE);
    scripted_tpm_complete(*f, whole, sizeof(whole));
    g_assert_cmphex(rd(f, CRB_PAGE_SIZE - 4), ==, 0x77777777);
}

static void size_field_out_of_range_is_answered(Fixture *f, gconstpointer data)
{
    static const uint32_t sizes[] = { 0, 1, 9, CRB_BUFFER_SIZE + 1, 0x80000000, 0xffffffff };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
        put_command(f, sizes[i]);
        wr(f, CRB_CTRL_START, CTRL_START_START);
        g_assert_false((*f)->running);
        g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
        /* TPM_RC_COMMAND_SIZE in a header of ten bytes */
        g_assert_cmphex(rd(f, CRB_BUFFER), ==, 0x00000180);
        g_assert_cmphex(rd(f, CRB_BUFFER + 4), ==, 0x00000a00);
        g_assert_cmphex(rd(f, CRB_BUFFER + 8), ==, 0x00004201);
    }
}

static void largest_command_is_passed_on(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    put_command(f, CRB_BUFFER_SIZE);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_cmpuint((*f)->command_size, ==, CRB_BUFFER_SIZE);
}

/* ------------------------------------------------------------------ failure */

static void failed_command_sets_tpm_sts(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    scripted_tpm_complete(*f, NULL, 0);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, CTRL_STS_FATAL);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(rd(f, CRB_BUFFER), ==, 0);
}

static void refused_submit_sets_tpm_sts(Fixture *f, gconstpointer data)
{
    (void)data;
    (*f)->refuses_submit = true;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_true(rd(f, CRB_CTRL_STS) & CTRL_STS_FATAL);
}

static void tpm_sts_stays_until_reset(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    scripted_tpm_complete(*f, NULL, 0);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, CTRL_STS_FATAL);
    hw_instance_reset((*f)->instance);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
}

static void cancel_reaches_a_running_command(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    g_assert_cmpuint((*f)->cancels, ==, 0);
    start(f);
    wr(f, CRB_CTRL_CANCEL, 2);
    g_assert_cmpuint((*f)->cancels, ==, 0);
    wr(f, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    g_assert_cmpuint((*f)->cancels, ==, 1);
    g_assert_cmphex(rd(f, CRB_CTRL_CANCEL), ==, 0);
}

/* ------------------------------------------------------------ idle and ready */

static void ready_and_idle(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, 0);
    g_assert_cmphex(rd(f, CRB_CTRL_REQ), ==, 0);
    wr(f, CRB_CTRL_REQ, 3);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, 0);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
}

/* --------------------------------------------------------------- strict form */

static void strict_ready_needs_locality(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
    g_assert_cmpstr((*f)->log, ==, "cmdReady ignored in state Idle, locality 0 not assigned");
}

static void strict_start_needs_ready(Fixture *f, gconstpointer data)
{
    (void)data;
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_false((*f)->running);
    g_assert_cmpstr((*f)->log, ==, "start ignored in state Idle, locality 0 assigned");
}

static void strict_start_needs_ready_again_after_completion(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    scripted_tpm_complete(*f, response, sizeof(response));
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_false((*f)->running);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_true((*f)->running);
}

static void strict_ready_empties_the_buffer(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    scripted_tpm_complete(*f, response, sizeof(response));
    g_assert_cmphex(rd(f, CRB_BUFFER), !=, 0);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(rd(f, CRB_BUFFER), ==, 0);
}

static void strict_idle_ignored_while_running(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, 0);
}

/* ------------------------------------------------------------------ the rest */

static void quiesce_finishes_the_command(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    hw_instance_quiesce((*f)->instance);
    g_assert_cmpuint((*f)->finishes, ==, 1);
}

static void unrealize_closes_the_backend(Fixture *f, gconstpointer data)
{
    (void)data;
    start(f);
    hw_instance_unrealize((*f)->instance);
    g_assert_cmpuint((*f)->closes, ==, 1);
}

static void memory_is_cleared_when_the_system_asked(Fixture *f, gconstpointer data)
{
    (void)data;
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->clears, ==, 0);
    scripted_tpm_write(*f, PPI + PPI_MOVV, PPI_MOVV_CLEAR, 1);
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->clears, ==, 1);
}

static void loaded_command_under_way_has_failed(Fixture *f, gconstpointer data)
{
    HwInstance *instance = (*f)->instance;

    (void)data;
    instance->regions[0].words[CRB_CTRL_START / 4] = 1;
    g_assert_true(instance->cls->table.state->post_load(instance->dev, 0, NULL));
    hw_instance_update(instance);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_true(rd(f, CRB_CTRL_STS) & CTRL_STS_FATAL);
}

static void page_is_memory(Fixture *f, gconstpointer data)
{
    const uint8_t *memory = (*f)->instance->regions[0].ram;

    (void)data;
    g_assert_cmphex(hw_load_le(memory + CRB_INTF_ID, 8), ==, UINT64_C(0x0000101400025811));
    start(f);
    g_assert_cmphex(hw_load_le(memory + CRB_CTRL_START, 4), ==, CTRL_START_START);
    scripted_tpm_complete(*f, response, sizeof(response));
    g_assert_cmphex(hw_load_le(memory + CRB_CTRL_START, 4), ==, 0);
    g_assert_cmpmem(memory + CRB_BUFFER, sizeof(response), response, sizeof(response));
}

static void established_is_shown_after_a_reset(Fixture *f, gconstpointer data)
{
    (void)data;
    (*f)->established = true;
    hw_instance_reset((*f)->instance);
    g_assert_cmphex(rd(f, CRB_LOC_STATE), ==, 0x80);
}

static ScriptedTpm *device_at(const char *address, const char *window)
{
    return scripted_tpm_new("tpm-crb-device", (const char *[]) { "tpmdev", "tpm0", "addr", address,
                                                                 "window", window, NULL });
}

static void registers_follow_the_base(void)
{
    ScriptedTpm *s = device_at("0x123450000", "4096");

    g_assert_cmphex(rd(&s, CRB_CMD_LADDR), ==, 0x23450080);
    g_assert_cmphex(rd(&s, CRB_CMD_HADDR), ==, 0x1);
    g_assert_cmphex(scripted_tpm_read(s, CRB_RSP_LADDR, 8), ==, UINT64_C(0x123450080));
    scripted_tpm_free(s);
}

static void rest_of_the_window_is_empty(void)
{
    ScriptedTpm *s = device_at("0xc000000", "65536");

    g_assert_cmpuint(s->instance->regions[0].size, ==, 65536);
    g_assert_cmphex(rd(&s, CRB_CMD_SIZE), ==, CRB_BUFFER_SIZE);
    wr(&s, CRB_PAGE_SIZE, 0xffffffff);
    scripted_tpm_write(s, 0x10000 - 8, UINT64_MAX, 8);
    g_assert_cmphex(rd(&s, CRB_PAGE_SIZE), ==, 0);
    g_assert_cmphex(rd(&s, 0x10000 - 4), ==, 0);
    scripted_tpm_free(s);
}

static void refuses_window(void)
{
    g_autofree char *sentence = scripted_tpm_refusal(
        "tpm-crb-device",
        (const char *[]) { "tpmdev", "tpm0", "addr", "0xc000000", "window", "8192", NULL });

    g_assert_cmpstr(sentence, ==, "tpm-crb-device: window: 8192 is no page size, "
                                  "expected 4096, 16384 or 65536");
}

static void refuses_unaligned_address(void)
{
    g_autofree char *sentence = scripted_tpm_refusal(
        "tpm-crb-device",
        (const char *[]) { "tpmdev", "tpm0", "addr", "0xc001000", "window", "16384", NULL });

    g_assert_cmpstr(sentence, ==, "tpm-crb-device: addr: 0xc001000 is not aligned, "
                                  "expected a multiple of 0x4000");
}

static void no_ppi_memory_when_off(void)
{
    ScriptedTpm *s = scripted_tpm_new("tpm-crb", (const char *[]) { "tpmdev", "tpm0", "ppi",
                                                                    "off", NULL });

    g_assert_false(s->instance->regions[2].enabled);
    hw_instance_reset(s->instance);
    scripted_tpm_free(s);
}

static void refuses_missing_tpmdev(void)
{
    g_autofree char *sentence = scripted_tpm_refusal("tpm-crb", (const char *[]) { NULL });

    g_assert_cmpstr(sentence, ==, "tpm-crb: tpmdev: not set, expected the id of a -tpmdev");
}

static void refuses_unknown_tpmdev(void)
{
    g_autofree char *sentence =
        scripted_tpm_refusal("tpm-crb", (const char *[]) { "tpmdev", "tmp0", NULL });

    g_assert_cmpstr(sentence, ==, "tpm-crb: no -tpmdev 'tmp0'");
}

/* -------------------------------------------------------------------- table */

typedef void TestFunction(Fixture *f, gconstpointer data);

typedef struct Test {
    const char *path;
    TestFunction *function;
} Test;

static const Test lax_tests[] = {
    { "reset/values", reset_values },
    { "reset/power-cycles-the-tpm", reset_power_cycles_the_tpm },
    { "reset/keeps-the-buffer", reset_keeps_the_buffer },
    { "reset/uses-a-small-backend-buffer", reset_uses_a_small_backend_buffer },
    { "locality/granted-and-relinquished", locality_is_granted_and_relinquished },
    { "locality/request-takes-one-bit", locality_request_takes_one_bit },
    { "locality/seize-changes-nothing", seize_changes_nothing },
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
    { "request/ready-and-idle", ready_and_idle },
    { "quiesce/finishes-the-command", quiesce_finishes_the_command },
    { "unrealize/closes-the-backend", unrealize_closes_the_backend },
    { "load/command-under-way-has-failed", loaded_command_under_way_has_failed },
};

static const Test strict_tests[] = {
    { "strict/ready-needs-locality", strict_ready_needs_locality },
    { "strict/start-needs-ready", strict_start_needs_ready },
    { "strict/start-needs-ready-again-after-completion",
      strict_start_needs_ready_again_after_completion },
    { "strict/ready-empties-the-buffer", strict_ready_empties_the_buffer },
    { "strict/idle-ignored-while-running", strict_idle_ignored_while_running },
};

/* What the PC's form has alone. */
static const Test pc_tests[] = {
    { "established/follows-the-backend", established_follows_the_backend },
};

/* Where there is PPI memory. */
static const Test ppi_tests[] = {
    { "ppi/memory-is-cleared-when-the-system-asked", memory_is_cleared_when_the_system_asked },
};

/* What the form for any address has alone. */
static const Test device_tests[] = {
    { "page/is-memory", page_is_memory },
    { "page/established-is-shown-after-a-reset", established_is_shown_after_a_reset },
};

typedef struct Form {
    const char *properties[9];
    const char *name;
} Form;

static const Form pc = { { "tpmdev", "tpm0", NULL }, "tpm-crb" };
static const Form pc_strict = { { "tpmdev", "tpm0", "strict", "on", NULL }, "tpm-crb" };
static const Form device = { { "tpmdev", "tpm0", "addr", "0xfed40000", NULL }, "tpm-crb-device" };
static const Form device_ppi = {
    { "tpmdev", "tpm0", "addr", "0xfed40000", "ppi", "on", NULL }, "tpm-crb-device"
};
static const Form device_strict = {
    { "tpmdev", "tpm0", "addr", "0xfed40000", "strict", "on", NULL }, "tpm-crb-device"
};

static void set_up(Fixture *f, gconstpointer data)
{
    const Form *form = data;

    *f = scripted_tpm_new(form->name, form->properties);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    scripted_tpm_free(*f);
}

static void add(const Form *form, const Test *tests, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/%s/%s", form->name, tests[i].path);

        g_test_add(path, Fixture, form, set_up, tests[i].function, tear_down);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add(&pc, lax_tests, G_N_ELEMENTS(lax_tests));
    add(&pc, pc_tests, G_N_ELEMENTS(pc_tests));
    add(&pc, ppi_tests, G_N_ELEMENTS(ppi_tests));
    add(&pc_strict, strict_tests, G_N_ELEMENTS(strict_tests));
    add(&device, lax_tests, G_N_ELEMENTS(lax_tests));
    add(&device, device_tests, G_N_ELEMENTS(device_tests));
    add(&device_ppi, ppi_tests, G_N_ELEMENTS(ppi_tests));
    add(&device_strict, strict_tests, G_N_ELEMENTS(strict_tests));
    g_test_add_func("/tpm-crb/ppi/no-memory-when-off", no_ppi_memory_when_off);
    g_test_add_func("/tpm-crb/refuses/missing-tpmdev", refuses_missing_tpmdev);
    g_test_add_func("/tpm-crb/refuses/unknown-tpmdev", refuses_unknown_tpmdev);
    g_test_add_func("/tpm-crb-device/address/registers-follow-the-base", registers_follow_the_base);
    g_test_add_func("/tpm-crb-device/window/rest-is-empty", rest_of_the_window_is_empty);
    g_test_add_func("/tpm-crb-device/refuses/window-that-is-no-page-size", refuses_window);
    g_test_add_func("/tpm-crb-device/refuses/unaligned-address", refuses_unaligned_address);
    return g_test_run();
}
