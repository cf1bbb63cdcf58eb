/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm/tpm-tis: commands and responses through the FIFO, over a scripted backend. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "qtest/tests/crb/scripted-tis.h"

#define FAMILY STS_FAMILY_TPM_2_0
#define ROOM   4096 /* the backend's buffer */

static void take_ready(ScriptedTis *f, unsigned locality)
{
    tis_access_set(f, locality, ACCESS_REQUEST_USE);
    tis_word_set(f, locality, TIS_STS, STS_COMMAND_READY);
}

static void assert_answers(ScriptedTis *f, unsigned locality, uint32_t code)
{
    uint8_t header[HW_TPM2_HEADER_SIZE];

    g_assert_cmphex(tis_status(f, locality), ==, FAMILY | STS_VALID | STS_DATA_AVAILABLE);
    g_assert_cmpuint(tis_burst(f, locality), ==, sizeof(header));
    tis_receive(f, locality, header, sizeof(header));
    g_assert_cmphex(hw_tpm2_code(header), ==, code);
}

/* ---------------------------------------------------------------------- the way */

static void status_follows_the_bytes(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY);
    g_assert_cmpuint(tis_burst(f, 0), ==, ROOM);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_COMMAND_READY);
    for (unsigned i = 0; i < sizeof(tis_command); i++) {
        bool last = i + 1 == sizeof(tis_command);

        tis_send(f, 0, tis_command + i, 1);
        g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_VALID | (last ? 0 : STS_EXPECT));
        g_assert_cmpuint(tis_burst(f, 0), ==, ROOM - i - 1);
    }
}

static void command_reaches_the_backend(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 3);
    g_assert_cmpmem((*f)->command, (*f)->command_size, tis_command, sizeof(tis_command));
    g_assert_cmpuint((*f)->locality, ==, 3);
    g_assert_cmpuint((*f)->capacity, ==, ROOM);
    g_assert_cmphex(tis_status(f, 3), ==, FAMILY | STS_VALID);
}

static void response_comes_by_bytes(ScriptedTis *f, gconstpointer data)
{
    uint8_t bytes[sizeof(tis_response)];

    (void)data;
    tis_start(f, 0);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_VALID | STS_DATA_AVAILABLE);
        g_assert_cmpuint(tis_burst(f, 0), ==, sizeof(bytes) - i);
        tis_receive(f, 0, bytes + i, 1);
    }
    g_assert_cmpmem(bytes, sizeof(bytes), tis_response, sizeof(tis_response));
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_VALID);
    tis_receive(f, 0, bytes, 1);
    g_assert_cmphex(bytes[0], ==, 0xff);
}

static void words_carry_four_bytes(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    take_ready(f, 0);
    tis_word_set(f, 0, TIS_XDATA_FIFO, 0x00000180);
    tis_word_set(f, 0, TIS_XDATA_FIFO + 0x3c, 0x00000c00);
    tis_word_set(f, 0, TIS_DATA_FIFO, 0x00004401);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_VALID);
    tis_word_set(f, 0, TIS_STS, STS_GO);
    g_assert_cmpmem((*f)->command, (*f)->command_size, tis_command, sizeof(tis_command));
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    g_assert_cmphex(tis_word(f, 0, TIS_DATA_FIFO), ==, 0x00000180);
    g_assert_cmphex(tis_word(f, 0, TIS_XDATA_FIFO + 4), ==, 0x00000c00);
    g_assert_cmphex(tis_word(f, 0, TIS_XDATA_FIFO + 8), ==, 0xcdab0000);
}

static void burst_count_by_bytes_is_not_zero(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    g_assert_cmphex(scripted_tpm_read(*f, TIS_STS + 1, 1), ==, 0xff);
    g_assert_cmphex(scripted_tpm_read(*f, TIS_STS + 2, 1), ==, 0);
}

static void small_backend_has_a_small_burst(ScriptedTis *f, gconstpointer data)
{
    static const char *const properties[] = { "tpmdev", "tpm0", NULL };

    (void)data;
    scripted_tpm_free(*f);
    *f = scripted_tpm_new_sized("tpm-tis", properties, 2808);
    g_assert_cmpuint((*f)->restart_size, ==, 2808);
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    g_assert_cmpuint(tis_burst(f, 0), ==, 2808);
}

/* --------------------------------------------------------------------- requests */

static void retry_shows_the_response_again(ScriptedTis *f, gconstpointer data)
{
    uint8_t bytes[sizeof(tis_response)];

    (void)data;
    tis_start(f, 0);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    tis_receive(f, 0, bytes, sizeof(bytes));
    tis_word_set(f, 0, TIS_STS, STS_RESPONSE_RETRY);
    memset(bytes, 0, sizeof(bytes));
    tis_receive(f, 0, bytes, sizeof(bytes));
    g_assert_cmpmem(bytes, sizeof(bytes), tis_response, sizeof(tis_response));
}

static void go_needs_a_whole_command(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    take_ready(f, 0);
    tis_word_set(f, 0, TIS_STS, STS_GO);
    tis_send(f, 0, tis_command, sizeof(tis_command) - 1);
    tis_word_set(f, 0, TIS_STS, STS_GO);
    g_assert_false((*f)->running);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_VALID | STS_EXPECT);
}

static void requests_work_alone(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    take_ready(f, 0);
    tis_send(f, 0, tis_command, sizeof(tis_command));
    tis_word_set(f, 0, TIS_STS, STS_GO | STS_COMMAND_READY);
    g_assert_false((*f)->running);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_VALID);
}

static void bytes_without_ready_are_dropped(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_send(f, 0, tis_command, sizeof(tis_command));
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY);
    g_assert_cmpstr((*f)->log, ==, "locality 0: a byte that no command has room for");
}

static void bytes_after_the_command_are_dropped(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    take_ready(f, 0);
    tis_send(f, 0, tis_command, sizeof(tis_command));
    tis_send(f, 0, "x", 1);
    tis_word_set(f, 0, TIS_STS, STS_GO);
    g_assert_cmpuint((*f)->command_size, ==, sizeof(tis_command));
}

static void ready_drops_a_part_of_a_command(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    take_ready(f, 0);
    tis_send(f, 0, tis_command, 5);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_COMMAND_READY);
    g_assert_cmpuint(tis_burst(f, 0), ==, ROOM);
}

static void ready_aborts_a_running_command(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    g_assert_cmpuint((*f)->cancels, ==, 1);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_VALID);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_COMMAND_READY);
    g_assert_cmphex(tis_access(f, 0) & ACCESS_ACTIVE, ==, ACCESS_ACTIVE);
}

static void ready_after_a_response(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY | STS_COMMAND_READY);
    tis_start(f, 0);
    g_assert_cmpuint((*f)->command_size, ==, sizeof(tis_command));
}

static void cancel_asks_the_backend(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_CANCEL);
    g_assert_cmpuint((*f)->cancels, ==, 0);
    tis_start(f, 0);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_CANCEL);
    g_assert_cmpuint((*f)->cancels, ==, 1);
}

static void reset_drops_a_running_command(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->restarts, ==, 2);
    g_assert_cmphex(tis_access(f, 0), ==, ACCESS_VALID | ACCESS_ESTABLISHMENT);
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY);
}

/* ------------------------------------------------------------------- interrupts */

static void interrupts_tell_of_ready_and_of_data(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_word_set(f, 0, TIS_INT_ENABLE, INT_GLOBAL_ENABLE | INT_COMMAND_READY | INT_DATA_AVAILABLE);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    g_assert_cmphex(tis_word(f, 0, TIS_INT_STATUS), ==, INT_COMMAND_READY);
    tis_word_set(f, 0, TIS_INT_STATUS, INT_COMMAND_READY);
    g_assert_false((*f)->irq_level);
    tis_start(f, 0);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    g_assert_cmphex(tis_word(f, 0, TIS_INT_STATUS) & INT_DATA_AVAILABLE, ==, INT_DATA_AVAILABLE);
    g_assert_true((*f)->irq_level);
}

/* ------------------------------------------------------------------------ faults */

static void wrong_sizes_are_answered(ScriptedTis *f, gconstpointer data)
{
    static const uint32_t sizes[] = { 0, 6, 9, ROOM + 1, UINT32_MAX };

    (void)data;
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        uint8_t command[ROOM] = { 0 };

        hw_tpm2_header(command, TPM_ST_NO_SESSIONS, sizes[i], TPM_CC_STARTUP);
        take_ready(f, 0);
        tis_send(f, 0, command, sizes[i] > ROOM ? ROOM : 10);
        tis_word_set(f, 0, TIS_STS, STS_GO);
        g_assert_false((*f)->running);
        assert_answers(f, 0, TPM_RC_COMMAND_SIZE);
    }
}

static void failed_backend_is_answered(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    scripted_tpm_complete(*f, NULL, 0);
    assert_answers(f, 0, TPM_RC_FAILURE);
}

/* Locality 0 gives the TPM up while its command runs. */
static void busy_tpm_asks_for_a_retry(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    tis_access_set(f, 0, ACCESS_ACTIVE);
    take_ready(f, 1);
    tis_send(f, 1, tis_command, sizeof(tis_command));
    tis_word_set(f, 1, TIS_STS, STS_GO);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    assert_answers(f, 1, 0x922);
}

/* Locality 0 must not read what locality 1 has received, nor the other way round. */
static void response_belongs_to_its_locality(ScriptedTis *f, gconstpointer data)
{
    uint8_t byte;

    (void)data;
    tis_start(f, 0);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    tis_access_set(f, 0, ACCESS_ACTIVE);
    tis_start(f, 1);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    tis_access_set(f, 1, ACCESS_ACTIVE);
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY);
    tis_receive(f, 0, &byte, 1);
    g_assert_cmphex(byte, ==, 0xff);
}

static void late_response_spares_the_next_command(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    tis_access_set(f, 0, ACCESS_ACTIVE);
    take_ready(f, 1);
    tis_send(f, 1, tis_command, 7);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    tis_send(f, 1, tis_command + 7, sizeof(tis_command) - 7);
    tis_word_set(f, 1, TIS_STS, STS_GO);
    g_assert_cmpmem((*f)->command, (*f)->command_size, tis_command, sizeof(tis_command));
    g_assert_cmpuint((*f)->locality, ==, 1);
}

static void seized_response_is_lost(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    tis_access_set(f, 1, ACCESS_SEIZE);
    tis_access_set(f, 1, ACCESS_ACTIVE);
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    g_assert_cmphex(tis_status(f, 0), ==, FAMILY);
}

static const TisTest tests[] = {
    { "command/status-follows-the-bytes", status_follows_the_bytes },
    { "command/reaches-the-backend", command_reaches_the_backend },
    { "command/response-comes-by-bytes", response_comes_by_bytes },
    { "command/words-carry-four-bytes", words_carry_four_bytes },
    { "command/burst-count-by-bytes-is-not-zero", burst_count_by_bytes_is_not_zero },
    { "command/small-backend-has-a-small-burst", small_backend_has_a_small_burst },
    { "request/retry-shows-the-response-again", retry_shows_the_response_again },
    { "request/go-needs-a-whole-command", go_needs_a_whole_command },
    { "request/works-alone", requests_work_alone },
    { "request/bytes-without-ready-are-dropped", bytes_without_ready_are_dropped },
    { "request/bytes-after-the-command-are-dropped", bytes_after_the_command_are_dropped },
    { "request/ready-drops-a-part-of-a-command", ready_drops_a_part_of_a_command },
    { "request/ready-aborts-a-running-command", ready_aborts_a_running_command },
    { "request/ready-after-a-response", ready_after_a_response },
    { "request/cancel-asks-the-backend", cancel_asks_the_backend },
    { "request/reset-drops-a-running-command", reset_drops_a_running_command },
    { "interrupt/tells-of-ready-and-of-data", interrupts_tell_of_ready_and_of_data },
    { "fault/wrong-sizes-are-answered", wrong_sizes_are_answered },
    { "fault/failed-backend-is-answered", failed_backend_is_answered },
    { "fault/busy-tpm-asks-for-a-retry", busy_tpm_asks_for_a_retry },
    { "locality/response-belongs-to-its-locality", response_belongs_to_its_locality },
    { "locality/late-response-spares-the-next-command", late_response_spares_the_next_command },
    { "locality/seized-response-is-lost", seized_response_is_lost },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    tis_tests_add(tests, G_N_ELEMENTS(tests));
    return g_test_run();
}
