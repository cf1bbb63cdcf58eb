/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm-crb: the registers that a guest sees, over a scripted backend. */
#include <glib.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/crb/scripted-crb.h"

#define PPI (PPI_PC_ADDRESS - CRB_PC_ADDRESS)

/* ------------------------------------------------------------------ at reset */

static void reset_values(ScriptedCrb *f, gconstpointer data)
{
    /* These values were read from the tpm-crb of QEMU 7.2 and 10.0. */
    static const uint32_t expected[CRB_WORDS] = {
        [CRB_LOC_STATE / 4] = 0x81,  [CRB_INTF_ID / 4] = 0x00025811,
        [CRB_INTF_ID2 / 4] = 0x1014, [CRB_CTRL_STS / 4] = 0x2,
        [CRB_CMD_SIZE / 4] = 0xf80,  [CRB_CMD_LADDR / 4] = 0xfed40080,
        [CRB_RSP_SIZE / 4] = 0xf80,  [CRB_RSP_LADDR / 4] = 0xfed40080,
    };

    (void)data;
    for (guint i = 0; i < CRB_WORDS; i++) {
        g_assert_cmphex(scripted_read(f, 4 * i), ==, expected[i]);
    }
    g_assert_cmphex(scripted_tpm_read(*f, CRB_INTF_ID, 8), ==, UINT64_C(0x0000101400025811));
    g_assert_cmphex(scripted_tpm_read(*f, CRB_INTF_ID + 1, 1), ==, 0x58);
}

static void reset_power_cycles_the_tpm(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint((*f)->restarts, ==, 1);
    g_assert_cmpuint((*f)->restart_size, ==, CRB_BUFFER_SIZE);
    scripted_start(f);
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->restarts, ==, 2);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STS), ==, 0);
}

static void reset_keeps_the_buffer(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_put_command(f, 12);
    hw_instance_reset((*f)->instance);
    g_assert_cmphex(scripted_read(f, CRB_BUFFER), ==, 0x00000180);
}

static void reset_uses_a_small_backend_buffer(ScriptedCrb *f, gconstpointer data)
{
    static const char *const properties[] = { "tpmdev", "tpm0", NULL };

    (void)data;
    scripted_tpm_free(*f);
    *f = scripted_tpm_new_sized("tpm-crb", properties, 2808);
    g_assert_cmpuint((*f)->restart_size, ==, 2808);
    scripted_start(f);
    g_assert_cmpuint((*f)->capacity, ==, 2808);
}

/* The reset has no need to ask the backend again. */
static void realize_asks_for_the_buffer_size(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    (*f)->buffer_size = 2808;
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->restart_size, ==, CRB_BUFFER_SIZE);
}

static void established_follows_the_backend(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    (*f)->established = true;
    g_assert_cmphex(scripted_read(f, CRB_LOC_STATE), ==, 0x80);
    (*f)->established = false;
    g_assert_cmphex(scripted_tpm_read(*f, CRB_LOC_STATE, 1), ==, 0x81);
}

/* ----------------------------------------------------------------- locality */

static void locality_is_granted_and_relinquished(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STATE), ==, 0x83);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STS), ==, LOC_STS_GRANTED);
    g_assert_cmphex(scripted_read(f, CRB_LOC_CTRL), ==, 0);
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_RELINQUISH);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STATE), ==, 0x81);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STS), ==, 0);
}

static void locality_request_takes_one_bit(ScriptedCrb *f, gconstpointer data)
{
    static const uint32_t ignored[] = { 0, 3, 4, 5, 8, 0x101, 0xffffffff };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(ignored); i++) {
        scripted_write(f, CRB_LOC_CTRL, ignored[i]);
        g_assert_cmphex(scripted_read(f, CRB_LOC_STATE), ==, 0x81);
    }
}

static void seize_changes_nothing(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_SEIZE);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STATE), ==, 0x83);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STS), ==, LOC_STS_GRANTED);
}

/* ------------------------------------------------------------ idle and ready */

static void ready_and_idle(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, 0);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_REQ), ==, 0);
    scripted_write(f, CRB_CTRL_REQ, 3);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, 0);
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
}

/* --------------------------------------------------------------- strict form */

static void strict_ready_needs_locality(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
    g_assert_cmpstr((*f)->log, ==, "cmdReady ignored in state Idle, locality 0 not assigned");
}

static void strict_start_needs_ready(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_put_command(f, 12);
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_false((*f)->running);
    g_assert_cmpstr((*f)->log, ==, "start ignored in state Idle, locality 0 assigned");
}

static void strict_start_needs_ready_again_after_completion(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    scripted_tpm_complete(*f, scripted_response, sizeof(scripted_response));
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_false((*f)->running);
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    scripted_put_command(f, 12);
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_true((*f)->running);
}

static void strict_ready_empties_the_buffer(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    scripted_tpm_complete(*f, scripted_response, sizeof(scripted_response));
    g_assert_cmphex(scripted_read(f, CRB_BUFFER), !=, 0);
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(scripted_read(f, CRB_BUFFER), ==, 0);
}

static void strict_idle_ignored_while_running(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_start(f);
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    g_assert_cmphex(scripted_read(f, CRB_CTRL_STS), ==, 0);
}

/* ------------------------------------------------------------------ the rest */

static void memory_is_cleared_when_the_system_asked(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->clears, ==, 0);
    scripted_tpm_write(*f, PPI + PPI_MOVV, PPI_MOVV_CLEAR, 1);
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->clears, ==, 1);
}

static void page_is_memory(ScriptedCrb *f, gconstpointer data)
{
    const uint8_t *memory = (*f)->instance->regions[0].ram;

    (void)data;
    g_assert_cmphex(hw_load_le(memory + CRB_INTF_ID, 8), ==, UINT64_C(0x0000101400025811));
    scripted_start(f);
    g_assert_cmphex(hw_load_le(memory + CRB_CTRL_START, 4), ==, CTRL_START_START);
    scripted_tpm_complete(*f, scripted_response, sizeof(scripted_response));
    g_assert_cmphex(hw_load_le(memory + CRB_CTRL_START, 4), ==, 0);
    g_assert_cmpmem(memory + CRB_BUFFER, sizeof(scripted_response), scripted_response,
                    sizeof(scripted_response));
}

static void established_is_shown_after_a_reset(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    (*f)->established = true;
    hw_instance_reset((*f)->instance);
    g_assert_cmphex(scripted_read(f, CRB_LOC_STATE), ==, 0x80);
}

/* -------------------------------------------------------------------- table */

static const ScriptedTest lax_tests[] = {
    { "reset/values", reset_values },
    { "reset/power-cycles-the-tpm", reset_power_cycles_the_tpm },
    { "reset/keeps-the-buffer", reset_keeps_the_buffer },
    { "reset/uses-a-small-backend-buffer", reset_uses_a_small_backend_buffer },
    { "realize/asks-for-the-buffer-size", realize_asks_for_the_buffer_size },
    { "locality/granted-and-relinquished", locality_is_granted_and_relinquished },
    { "locality/request-takes-one-bit", locality_request_takes_one_bit },
    { "locality/seize-changes-nothing", seize_changes_nothing },
    { "request/ready-and-idle", ready_and_idle },
};

static const ScriptedTest strict_tests[] = {
    { "strict/ready-needs-locality", strict_ready_needs_locality },
    { "strict/start-needs-ready", strict_start_needs_ready },
    { "strict/start-needs-ready-again-after-completion",
      strict_start_needs_ready_again_after_completion },
    { "strict/ready-empties-the-buffer", strict_ready_empties_the_buffer },
    { "strict/idle-ignored-while-running", strict_idle_ignored_while_running },
};

/* Tests of tpm-crb only. */
static const ScriptedTest pc_tests[] = {
    { "established/follows-the-backend", established_follows_the_backend },
};

/* Tests with PPI memory. */
static const ScriptedTest ppi_tests[] = {
    { "ppi/memory-is-cleared-when-the-system-asked", memory_is_cleared_when_the_system_asked },
};

/* Tests of tpm-crb-device only. */
static const ScriptedTest device_tests[] = {
    { "page/is-memory", page_is_memory },
    { "page/established-is-shown-after-a-reset", established_is_shown_after_a_reset },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    scripted_tests_add(&form_pc, lax_tests, G_N_ELEMENTS(lax_tests));
    scripted_tests_add(&form_pc, pc_tests, G_N_ELEMENTS(pc_tests));
    scripted_tests_add(&form_pc, ppi_tests, G_N_ELEMENTS(ppi_tests));
    scripted_tests_add(&form_pc_strict, strict_tests, G_N_ELEMENTS(strict_tests));
    scripted_tests_add(&form_device, lax_tests, G_N_ELEMENTS(lax_tests));
    scripted_tests_add(&form_device, device_tests, G_N_ELEMENTS(device_tests));
    scripted_tests_add(&form_device_ppi, ppi_tests, G_N_ELEMENTS(ppi_tests));
    scripted_tests_add(&form_device_strict, strict_tests, G_N_ELEMENTS(strict_tests));
    return g_test_run();
}
