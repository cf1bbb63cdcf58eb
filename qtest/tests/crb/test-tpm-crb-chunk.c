/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm-crb-chunk: commands and responses larger than the buffer. */
#include <glib.h>
#include <string.h>

#include "qtest/tests/crb/chunked-crb.h"

typedef ChunkedCrb Fixture;
typedef void TestFunction(Fixture *f);

static void start(Fixture *f, uint32_t value)
{
    chunked_write(f, CRB_CTRL_START, value);
}

static void expect_command(Fixture *f, uint32_t size)
{
    g_assert_true(f->tpm->running);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_START), ==, CTRL_START_START);
    g_assert_cmpmem(f->tpm->command, f->tpm->command_size, f->bytes, size);
}

/* -------------------------------------------------------------------- offer */

static void intf_id_offers_chunks(Fixture *f)
{
    g_assert_cmphex(chunked_read(f, CRB_INTF_ID), ==, 0x00025c11);
    g_assert_cmphex(chunked_read(f, CRB_CMD_SIZE), ==, CHUNK);
    g_assert_cmphex(chunked_read(f, CRB_RSP_SIZE), ==, CHUNK);
}

static void tpm_is_told_its_own_size(Fixture *f)
{
    g_assert_cmpuint(f->tpm->restart_size, ==, CHUNKED_MAX);
    chunked_send(f, 12);
    g_assert_cmpuint(f->tpm->capacity, ==, CHUNKED_MAX);
}

/* ------------------------------------------------------------------ command */

static void command_in_one(Fixture *f)
{
    chunked_send(f, CHUNK);
    expect_command(f, CHUNK);
}

static void command_in_two(Fixture *f)
{
    chunked_send(f, CHUNK + 1);
    expect_command(f, CHUNK + 1);
}

static void command_in_three(Fixture *f)
{
    chunked_send(f, 3 * CHUNK);
    expect_command(f, 3 * CHUNK);
}

static void command_as_large_as_the_tpm_takes(Fixture *f)
{
    chunked_send(f, CHUNKED_MAX);
    expect_command(f, CHUNKED_MAX);
}

static void command_after_a_response(Fixture *f)
{
    chunked_respond(f, 100);
    chunked_send(f, 2 * CHUNK);
    expect_command(f, 2 * CHUNK);
}

/* The last chunk may also come with nextChunk; then start adds nothing to the command. */
static void command_is_whole_before_start(Fixture *f)
{
    chunked_size(f, CHUNK + 50);
    chunked_put(f, CHUNK + 50, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    chunked_put(f, CHUNK + 50, CHUNK);
    start(f, CTRL_START_NEXT_CHUNK);
    start(f, CTRL_START_NEXT_CHUNK);
    start(f, CTRL_START_START);
    expect_command(f, CHUNK + 50);
}

static void start_wins_over_next_chunk(Fixture *f)
{
    chunked_size(f, 12);
    chunked_put(f, 12, 0);
    start(f, CTRL_START_START | CTRL_START_NEXT_CHUNK);
    expect_command(f, 12);
}

static void command_larger_than_the_tpm_takes(Fixture *f)
{
    chunked_crb_resize(f, 4096);
    chunked_send(f, 4097);
    chunked_expect_bad_size(f);
    g_assert_cmpstr(f->tpm->log, ==, "command of 4097 bytes, expected 10 to 4096");
}

static void command_that_never_ends(Fixture *f)
{
    chunked_size(f, UINT32_MAX);
    for (guint i = 0; i < 10; i++) {
        chunked_put(f, CHUNK, 0);
        start(f, CTRL_START_NEXT_CHUNK);
    }
    start(f, CTRL_START_START);
    chunked_expect_bad_size(f);
}

static void start_before_the_last_chunk(Fixture *f)
{
    chunked_size(f, 3 * CHUNK);
    chunked_put(f, 3 * CHUNK, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    start(f, CTRL_START_START);
    chunked_expect_bad_size(f);
    g_assert_cmpstr(f->tpm->log, ==, "command of 11904 bytes, of which 7936 came");
}

static void first_chunk_without_a_size(Fixture *f)
{
    chunked_size(f, 9);
    chunked_put(f, CHUNK, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_STS), ==, CTRL_STS_FATAL);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_START), ==, 0);
    chunked_send(f, 12);
    expect_command(f, 12);
}

static void next_chunk_needs_locality(Fixture *f)
{
    chunked_write(f, CRB_LOC_CTRL, LOC_CTRL_RELINQUISH);
    chunked_size(f, 9);
    chunked_put(f, CHUNK, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_STS), ==, 0);
    g_assert_cmpstr(f->tpm->log, ==, "nextChunk ignored in state Ready, locality 0 not assigned");
}

static void next_chunk_ignored_while_running(Fixture *f)
{
    chunked_send(f, 12);
    start(f, CTRL_START_NEXT_CHUNK);
    start(f, CTRL_START_RSP_RETRY);
    expect_command(f, 12);
    chunked_size(f, 2 * CHUNK);
    scripted_tpm_complete(f->tpm, f->bytes, 2 * CHUNK);
    chunked_expect(f, 2 * CHUNK, 0);
}

/* ----------------------------------------------------------------- response */

static void response_in_chunks(Fixture *f)
{
    chunked_respond(f, 2 * CHUNK + 10);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_START), ==, 0);
    for (guint i = 0; i < 3; i++) {
        chunked_expect(f, 2 * CHUNK + 10, i * CHUNK);
        start(f, CTRL_START_NEXT_CHUNK);
        g_assert_cmphex(chunked_read(f, CRB_CTRL_START), ==, 0);
    }
}

static void response_begins_again(Fixture *f)
{
    chunked_respond(f, 2 * CHUNK + 10);
    start(f, CTRL_START_NEXT_CHUNK);
    start(f, CTRL_START_NEXT_CHUNK);
    start(f, CTRL_START_RSP_RETRY);
    chunked_expect(f, 2 * CHUNK + 10, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    chunked_expect(f, 2 * CHUNK + 10, CHUNK);
}

static void small_response_comes_again(Fixture *f)
{
    chunked_respond(f, 100);
    chunked_write(f, CRB_BUFFER, 0xffffffff);
    start(f, CTRL_START_RSP_RETRY);
    chunked_expect(f, 100, 0);
}

static void retry_needs_a_response(Fixture *f)
{
    chunked_write(f, CRB_BUFFER, 0xffffffff);
    start(f, CTRL_START_RSP_RETRY);
    g_assert_cmphex(chunked_read(f, CRB_BUFFER), ==, 0xffffffff);
    g_assert_cmpstr(f->tpm->log, ==, "crbRspRetry ignored in state Ready, locality 0 assigned");
}

static void retry_needs_locality(Fixture *f)
{
    chunked_respond(f, 100);
    chunked_write(f, CRB_LOC_CTRL, LOC_CTRL_RELINQUISH);
    chunked_write(f, CRB_BUFFER, 0xffffffff);
    start(f, CTRL_START_RSP_RETRY);
    g_assert_cmphex(chunked_read(f, CRB_BUFFER), ==, 0xffffffff);
}

static void failure_leaves_no_response(Fixture *f)
{
    chunked_respond(f, 2 * CHUNK);
    chunked_send(f, 12);
    scripted_tpm_complete(f->tpm, NULL, 0);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_STS), ==, CTRL_STS_FATAL);
    start(f, CTRL_START_RSP_RETRY);
    chunked_expect(f, 0, 0);
}

/* --------------------------------------------------------- requests that drop */

/* Begins a command, interrupts it, then sends another. */
static void expect_command_dropped(Fixture *f, uint64_t offset, uint32_t value)
{
    chunked_size(f, 2 * CHUNK);
    chunked_put(f, 2 * CHUNK, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    chunked_write(f, offset, value);
    chunked_send(f, 20);
    expect_command(f, 20);
}

static void expect_response_dropped(Fixture *f, uint64_t offset, uint32_t value)
{
    chunked_respond(f, 2 * CHUNK);
    chunked_write(f, offset, value);
    chunked_write(f, CRB_BUFFER, 0xffffffff);
    start(f, CTRL_START_RSP_RETRY);
    g_assert_cmphex(chunked_read(f, CRB_BUFFER), ==, 0xffffffff);
}

static void cancel_drops_the_command(Fixture *f)
{
    expect_command_dropped(f, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    g_assert_cmpuint(f->tpm->cancels, ==, 0);
}

static void cancel_drops_the_response(Fixture *f)
{
    expect_response_dropped(f, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
}

static void cancel_of_a_running_command_keeps_its_response(Fixture *f)
{
    chunked_send(f, 2 * CHUNK);
    chunked_write(f, CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    g_assert_cmpuint(f->tpm->cancels, ==, 1);
    chunked_size(f, CHUNK + 1);
    scripted_tpm_complete(f->tpm, f->bytes, CHUNK + 1);
    start(f, CTRL_START_NEXT_CHUNK);
    chunked_expect(f, CHUNK + 1, CHUNK);
}

static void ready_drops_the_command(Fixture *f)
{
    expect_command_dropped(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
}

static void ready_drops_the_response(Fixture *f)
{
    expect_response_dropped(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
}

static void idle_drops_the_command(Fixture *f)
{
    expect_command_dropped(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
}

static void idle_drops_the_response(Fixture *f)
{
    expect_response_dropped(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
}

static void reset_drops_the_command(Fixture *f)
{
    chunked_size(f, 2 * CHUNK);
    chunked_put(f, 2 * CHUNK, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    hw_instance_reset(f->tpm->instance);
    chunked_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    chunked_send(f, 20);
    expect_command(f, 20);
}

/* ------------------------------------------------------------------- strict */

static void strict_next_chunk_needs_ready(Fixture *f)
{
    chunked_write(f, CRB_CTRL_REQ, CTRL_REQ_GO_IDLE);
    chunked_size(f, 9);
    chunked_put(f, CHUNK, 0);
    start(f, CTRL_START_NEXT_CHUNK);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
    g_assert_cmpstr(f->tpm->log, ==, "nextChunk ignored in state Idle, locality 0 assigned");
}

static void strict_next_chunk_ends_with_the_response(Fixture *f)
{
    chunked_respond(f, CHUNK + 10);
    start(f, CTRL_START_NEXT_CHUNK);
    chunked_expect(f, CHUNK + 10, CHUNK);
    start(f, CTRL_START_NEXT_CHUNK);
    g_assert_cmpstr(f->tpm->log, ==, "nextChunk ignored in state Completion, locality 0 assigned");
}

/* ---------------------------------------------------------------------- off */

static void off_ignores_the_bits(Fixture *f)
{
    static const uint32_t ignored[] = { 2, 3, 4, 5, 6, 7 };

    chunked_size(f, 9);
    chunked_put(f, CHUNK, 0);
    for (guint i = 0; i < G_N_ELEMENTS(ignored); i++) {
        f->tpm->log[0] = 0;
        start(f, ignored[i]);
        g_assert_false(f->tpm->running);
        g_assert_cmphex(chunked_read(f, CRB_CTRL_START), ==, 0);
        g_assert_cmphex(chunked_read(f, CRB_CTRL_STS), ==, 0);
        chunked_expect(f, CHUNK, 0);
        g_assert_nonnull(strstr(f->tpm->log, "needs chunks, which INTF_ID does not offer"));
    }
}

static void off_is_as_before(Fixture *f)
{
    g_assert_cmphex(chunked_read(f, CRB_INTF_ID), ==, 0x00025811);
    g_assert_cmpuint(f->tpm->restart_size, ==, CHUNK);
    chunked_size(f, CHUNK + 1);
    chunked_put(f, CHUNK, 0);
    start(f, CTRL_START_START);
    chunked_expect_bad_size(f);
}

/* -------------------------------------------------------------------- table */

typedef struct Test {
    const char *path;
    TestFunction *function;
    const char *option;
} Test;

/* clang-format off */
static const Test tests[] = {
    { "offer/in-INTF_ID", intf_id_offers_chunks, "" },
    { "offer/tpm-is-told-its-own-size", tpm_is_told_its_own_size, "" },
    { "command/in-one-chunk", command_in_one, "" },
    { "command/in-two-chunks", command_in_two, "" },
    { "command/in-three-chunks", command_in_three, "" },
    { "command/as-large-as-the-tpm-takes", command_as_large_as_the_tpm_takes, "" },
    { "command/after-a-response", command_after_a_response, "" },
    { "command/whole-before-start", command_is_whole_before_start, "" },
    { "command/start-wins-over-nextChunk", start_wins_over_next_chunk, "" },
    { "command/larger-than-the-tpm-takes-is-answered", command_larger_than_the_tpm_takes, "" },
    { "command/that-never-ends-is-answered", command_that_never_ends, "" },
    { "command/start-before-the-last-chunk-is-answered", start_before_the_last_chunk, "" },
    { "command/first-chunk-without-a-size-sets-tpmSts", first_chunk_without_a_size, "" },
    { "command/nextChunk-needs-locality", next_chunk_needs_locality, "" },
    { "command/nextChunk-ignored-while-running", next_chunk_ignored_while_running, "" },
    { "response/in-three-chunks", response_in_chunks, "" },
    { "response/begins-again", response_begins_again, "" },
    { "response/small-one-comes-again", small_response_comes_again, "" },
    { "response/retry-needs-a-response", retry_needs_a_response, "" },
    { "response/retry-needs-locality", retry_needs_locality, "" },
    { "response/none-after-a-failure", failure_leaves_no_response, "" },
    { "cancel/drops-the-command", cancel_drops_the_command, "" },
    { "cancel/drops-the-response", cancel_drops_the_response, "" },
    { "cancel/running-command-keeps-its-response",
      cancel_of_a_running_command_keeps_its_response, "" },
    { "cmdReady/drops-the-command", ready_drops_the_command, "" },
    { "cmdReady/drops-the-response", ready_drops_the_response, "" },
    { "goIdle/drops-the-command", idle_drops_the_command, "" },
    { "goIdle/drops-the-response", idle_drops_the_response, "" },
    { "reset/drops-the-command", reset_drops_the_command, "" },
    { "strict/nextChunk-needs-ready", strict_next_chunk_needs_ready, "strict" },
    { "strict/nextChunk-ends-with-the-response", strict_next_chunk_ends_with_the_response,
      "strict" },
    { "strict/command-in-three-chunks", command_in_three, "strict" },
    { "off/ignores-the-bits", off_ignores_the_bits, NULL },
    { "off/is-as-before", off_is_as_before, NULL },
};
/* clang-format on */

static const char *const classes[] = { "tpm-crb", "tpm-crb-device" };

typedef struct Case {
    const char *class_name;
    const Test *test;
} Case;

static void run(gconstpointer opaque)
{
    const Case *c = opaque;
    Fixture f;

    chunked_crb_set_up(&f, c->class_name, c->test->option);
    c->test->function(&f);
    chunked_crb_tear_down(&f);
}

int main(int argc, char **argv)
{
    static Case cases[G_N_ELEMENTS(classes) * G_N_ELEMENTS(tests)];
    guint next = 0;

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path = g_strdup_printf("/%s/chunk/%s", classes[i], tests[j].path);

            cases[next] = (Case) { classes[i], &tests[j] };
            g_test_add_data_func(path, &cases[next++], run);
        }
    }
    return g_test_run();
}
